// Files and streams of Node.js.
import { existsSync, openSync, readFileSync, readSync, statSync, writeFileSync } from 'node:fs';
import { Failure } from '#core/failure.ts';
import { bytesSource, type ByteSource } from '#core/source.ts';
import type { Io, SavedKind } from './io.ts';

export const nodeIo: Io = {
	open: (path) => Promise.resolve().then(() => attempt(path, () => open(path))),
	has: (path) => Promise.resolve(existsSync(path)),
	save: (path, bytes, kind = 'plain') =>
		Promise.resolve().then(() => {
			save(path, bytes, kind);
		}),
	variable: (name) => process.env[name] || undefined,
	write: (text) => {
		process.stdout.write(text);
	},
	writeError: (text) => {
		process.stderr.write(text);
	},
};

/** Closed by the end of the process. A pipe has no size: it is read whole. */
function open(path: string): ByteSource {
	const { size, isFile } = statOf(path);
	if (!isFile) return bytesSource(new Uint8Array(readFileSync(path)));
	const file = openSync(path, 'r');
	return {
		size,
		read: (start, end) =>
			Promise.resolve().then(() =>
				attempt(path, () => {
					const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start));
					const count = bytes.length > 0 ? readSync(file, bytes, 0, bytes.length, start) : 0;
					return bytes.subarray(0, count);
				}),
			),
	};
}

function save(path: string, bytes: Uint8Array, kind: SavedKind): void {
	try {
		writeFileSync(path, bytes, {
			flag: kind === 'plain' ? 'w' : 'wx',
			mode: kind === 'secret-key' ? 0o600 : 0o666,
		});
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST')
			throw new Failure('cli.exists', { path }, error);
		throw new Failure('cli.unwritable', { path, reason: (error as Error).message }, error);
	}
}

function statOf(path: string): { readonly size: number; readonly isFile: boolean } {
	const stat = statSync(path);
	return { size: stat.size, isFile: stat.isFile() };
}

function attempt<T>(path: string, work: () => T): T {
	try {
		return work();
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		throw new Failure('cli.unreadable', { path, reason }, error);
	}
}
