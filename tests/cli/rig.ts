// A command line run in process on files that are only in memory.
import type { SavedKind } from '#cli/io.ts';
import { run } from '#cli/run.ts';
import { Failure } from '#core/failure.ts';
import { bytesSource } from '#core/source.ts';

export interface Ran {
	readonly code: number;
	readonly out: string;
	readonly err: string;
}

/** What a command wrote, by path, and how. */
export type Saved = Map<string, { readonly bytes: Uint8Array; readonly kind: SavedKind }>;

export interface World {
	readonly saved?: Saved;
	readonly variables?: Readonly<Record<string, string>>;
}

/** `files` by path, and what was saved; any other path cannot be read. */
export async function runWith(
	words: readonly string[],
	files: Readonly<Record<string, Uint8Array | string>> = {},
	{ saved = new Map(), variables = {} }: World = {},
): Promise<Ran> {
	let [out, err] = ['', ''];
	const code = await run(words, {
		open: (path) => {
			const content =
				saved.get(path)?.bytes ?? (Object.hasOwn(files, path) ? files[path] : undefined);
			if (content === undefined)
				return Promise.reject(new Failure('cli.unreadable', { path, reason: 'no such file' }));
			const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
			return Promise.resolve(bytesSource(bytes));
		},
		has: (path) => Promise.resolve(saved.has(path) || Object.hasOwn(files, path)),
		save: (path, bytes, kind = 'plain') => {
			const there = saved.has(path) || Object.hasOwn(files, path);
			if (kind !== 'plain' && there) return Promise.reject(new Failure('cli.exists', { path }));
			saved.set(path, { bytes, kind });
			return Promise.resolve();
		},
		variable: (name) => variables[name],
		write: (text) => {
			out += text;
		},
		writeError: (text) => {
			err += text;
		},
	});
	return { code, out, err };
}
