// Texts kept in this browser by name. IndexedDB (W3C): it outlives the page and, unlike localStorage, takes megabytes.
import '#core/failures/index.ts';
import { Failure } from '#core/failure.ts';

export interface TextStore {
	/** Everything kept, by name. @throws Failure storage.failed, as do the others */
	read(): Promise<ReadonlyMap<string, string>>;
	write(name: string, text: string): Promise<void>;
	remove(name: string): Promise<void>;
}

const TABLE = 'texts';
/** Nobody waits longer for a disk that does not answer. */
const DEADLINE_MS = 5000;

/** A store of its own for `name` under the address of this app: other apps on the same host have theirs. */
export function browserTextStore(name: string): TextStore {
	const database = `sectorwise-${name}:${new URL('./', document.baseURI).pathname}`;
	return {
		read: () =>
			attempt(database, 'readonly', async (table) => {
				const [names, texts] = await Promise.all([done(table.getAllKeys()), done(table.getAll())]);
				return new Map(
					names.flatMap((key, i): [string, string][] => {
						const text: unknown = texts[i];
						return typeof key === 'string' && typeof text === 'string' ? [[key, text]] : [];
					}),
				);
			}),
		write: (key, text) =>
			attempt(database, 'readwrite', async (table) => void (await done(table.put(text, key)))),
		remove: (key) => attempt(database, 'readwrite', (table) => done(table.delete(key))),
	};
}

/** One transaction; resolves when it is on the disk, not before. */
async function attempt<T>(
	database: string,
	mode: 'readonly' | 'readwrite',
	work: (table: IDBObjectStore) => Promise<T>,
): Promise<T> {
	let opened: IDBDatabase | undefined;
	let timer: ReturnType<typeof setTimeout> | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(reject, DEADLINE_MS, new Error('the browser does not answer'));
	});
	const worked = (async () => {
		opened = await open(database);
		const transaction = opened.transaction(TABLE, mode, { durability: 'strict' });
		const ended = new Promise<void>((resolve, reject) => {
			transaction.oncomplete = () => {
				resolve();
			};
			transaction.onabort = () => {
				reject(transaction.error ?? new Error('the browser gave it up'));
			};
		});
		const [result] = await Promise.all([work(transaction.objectStore(TABLE)), ended]);
		return result;
	})();
	try {
		return await Promise.race([worked, late]);
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		throw new Failure('storage.failed', { reason }, error);
	} finally {
		clearTimeout(timer);
		opened?.close();
	}
}

function open(database: string): Promise<IDBDatabase> {
	const request = indexedDB.open(database, 1);
	request.onupgradeneeded = () => {
		request.result.createObjectStore(TABLE);
	};
	return done(request);
}

/** A blocked request has no other tab to wait for: every transaction closes what it opened. */
const done = <T>(request: IDBRequest<T>): Promise<T> =>
	new Promise((resolve, reject) => {
		request.onsuccess = () => {
			resolve(request.result);
		};
		request.onerror = () => {
			reject(request.error ?? new Error('unknown'));
		};
	});
