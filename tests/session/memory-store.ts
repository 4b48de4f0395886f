// A store in memory that fails on demand: full, refused, silent, cut off in the middle of a file.
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
	/** The browser gives this page no storage. */
	refused: boolean;
	/** Writes that are still answered; after them nothing is, ever. */
	answers: number;
	open(): Promise<Store>;
}

/** Names that tabs hold, by what they have stored in common. */
const holds = new WeakMap<object, Set<string>>();
const NEVER = new Promise<never>(() => undefined);

/** Two stores over the same files are two tabs. */
export function memoryStore(files = new Map<string, Uint8Array>()): MemoryStore {
	const log: string[] = [];
	const held = holds.get(files) ?? new Set<string>();
	holds.set(files, held);
	const store: MemoryStore = {
		files,
		room: Infinity,
		log,
		refused: false,
		answers: Infinity,
		open: () =>
			store.refused
				? Promise.reject(new Failure('store.refused', { reason: 'a private window' }))
				: Promise.resolve(store),
		read: (path) => Promise.resolve(files.get(path)?.slice()),
		write: (path, bytes) => {
			if (store.answers-- <= 0) return NEVER;
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
		hold: (name) => {
			if (held.has(name)) return Promise.resolve(undefined);
			held.add(name);
			return Promise.resolve(() => void held.delete(name));
		},
		held: () => Promise.resolve([...held]),
	};
	return store;
}

/** Texts in memory, shared by all stores that are given the same map. */
export const memoryTexts = (texts = new Map<string, string>()): TextStore => ({
	read: () => Promise.resolve(new Map(texts)),
	write: (name, text) => Promise.resolve(void texts.set(name, text)),
	remove: (name) => Promise.resolve(void texts.delete(name)),
});
