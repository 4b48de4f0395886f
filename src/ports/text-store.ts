// Texts kept in this browser by name. IndexedDB outlives the page and, unlike localStorage, takes megabytes.
import '#core/failures/index.ts';
import { Failure } from '#core/failure.ts';
import { done, inTable } from './indexed-db.ts';

export interface TextStore {
	/** Everything kept, by name. @throws Failure storage.failed, as do the others */
	read(): Promise<ReadonlyMap<string, string>>;
	write(name: string, text: string): Promise<void>;
	remove(name: string): Promise<void>;
}

/** A store of its own for `name`. */
export function browserTextStore(name: string): TextStore {
	const attempt = async <T>(
		mode: 'readonly' | 'readwrite',
		work: (table: IDBObjectStore) => Promise<T>,
	): Promise<T> => {
		try {
			return await inTable({ name, table: 'texts' }, mode, work);
		} catch (error) {
			const reason = error instanceof Error ? error.message : String(error);
			throw new Failure('storage.failed', { reason }, error);
		}
	};
	return {
		read: () =>
			attempt('readonly', async (table) => {
				const [names, texts] = await Promise.all([done(table.getAllKeys()), done(table.getAll())]);
				return new Map(
					names.flatMap((key, i): [string, string][] => {
						const text: unknown = texts[i];
						return typeof key === 'string' && typeof text === 'string' ? [[key, text]] : [];
					}),
				);
			}),
		write: (key, text) =>
			attempt('readwrite', async (table) => void (await done(table.put(text, key)))),
		remove: (key) => attempt('readwrite', (table) => done(table.delete(key))),
	};
}
