// A store in memory that fails on demand: full, refused, cut off in the middle of a file.
import { createHash } from 'node:crypto';
import { Failure } from '#core/failure.ts';
import type { Store } from '#ports/store.ts';
import type { TextStore } from '#ports/text-store.ts';

export interface MemoryStore extends Store {
	readonly files: Map<string, Uint8Array>;
	/** Writes that still succeed; then there is no room. */
	room: number;
	/** What was written, in order. */
	readonly log: string[];
}

export function memoryStore(files = new Map<string, Uint8Array>()): MemoryStore {
	const log: string[] = [];
	const store: MemoryStore = {
		files,
		room: Infinity,
		log,
		read: (path) => Promise.resolve(files.get(path)?.slice()),
		write: (path, bytes) => {
			if (store.room <= 0) return Promise.reject(new Failure('store.full', { path }));
			store.room--;
			log.push(path);
			files.set(path, bytes.slice());
			return Promise.resolve();
		},
		remove: (path) => {
			files.delete(path);
			return Promise.resolve();
		},
		list: (folder) =>
			Promise.resolve(
				[...files.keys()]
					.filter((path) => path.startsWith(`${folder}/`))
					.map((path) => path.slice(folder.length + 1)),
			),
		usage: () => Promise.resolve(undefined),
		digest: (bytes) => Promise.resolve(createHash('sha256').update(bytes).digest('hex')),
		alone: (_, work) => work(),
	};
	return store;
}

/** Texts in memory, shared by all stores that are given the same map. */
export const memoryTexts = (texts = new Map<string, string>()): TextStore => ({
	read: () => Promise.resolve(new Map(texts)),
	write: (name, text) => Promise.resolve(void texts.set(name, text)),
	remove: (name) => Promise.resolve(void texts.delete(name)),
});
