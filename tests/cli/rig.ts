// A command line run in process on files that are only in memory.
import { run } from '#cli/run.ts';
import { Failure } from '#core/failure.ts';
import { bytesSource } from '#core/source.ts';

export interface Ran {
	readonly code: number;
	readonly out: string;
	readonly err: string;
}

/** `files` by path; any other path cannot be read. */
export async function runWith(
	words: readonly string[],
	files: Readonly<Record<string, Uint8Array | string>> = {},
): Promise<Ran> {
	let [out, err] = ['', ''];
	const code = await run(words, {
		open: (path) => {
			const content = Object.hasOwn(files, path) ? files[path] : undefined;
			if (content === undefined)
				return Promise.reject(new Failure('cli.unreadable', { path, reason: 'no such file' }));
			const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
			return Promise.resolve(bytesSource(bytes));
		},
		write: (text) => {
			out += text;
		},
		writeError: (text) => {
			err += text;
		},
	});
	return { code, out, err };
}
