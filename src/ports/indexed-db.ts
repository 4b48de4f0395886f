// One table in a database of its own (IndexedDB, W3C), as promises with a deadline.

/** Nobody waits longer for a disk that does not answer. */
const DEADLINE_MS = 5000;

/**
 * One transaction on `table` of the database `name` under the address of this app: other apps on the same host have theirs.
 * Resolves when it is on the disk, not before. @throws Error as the browser has it, or after five seconds
 */
export async function inTable<T>(
	{ name, table }: { readonly name: string; readonly table: string },
	mode: 'readonly' | 'readwrite',
	work: (table: IDBObjectStore) => Promise<T>,
): Promise<T> {
	const address = `sectorwise-${name}:${new URL('./', document.baseURI).pathname}`;
	let opened: IDBDatabase | undefined;
	let timer: ReturnType<typeof setTimeout> | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(reject, DEADLINE_MS, new Error('the browser does not answer'));
	});
	const worked = (async () => {
		opened = await open(address, table);
		const transaction = opened.transaction(table, mode, { durability: 'strict' });
		const ended = new Promise<void>((resolve, reject) => {
			transaction.oncomplete = () => {
				resolve();
			};
			transaction.onabort = () => {
				reject(transaction.error ?? new Error('the browser gave it up'));
			};
		});
		const [result] = await Promise.all([work(transaction.objectStore(table)), ended]);
		return result;
	})();
	try {
		return await Promise.race([worked, late]);
	} finally {
		clearTimeout(timer);
		opened?.close();
	}
}

function open(database: string, table: string): Promise<IDBDatabase> {
	const request = indexedDB.open(database, 1);
	request.onupgradeneeded = () => {
		request.result.createObjectStore(table);
	};
	return done(request);
}

/** A blocked request has no other tab to wait for: every transaction closes what it opened. */
export const done = <T>(request: IDBRequest<T>): Promise<T> =>
	new Promise((resolve, reject) => {
		request.onsuccess = () => {
			resolve(request.result);
		};
		request.onerror = () => {
			reject(request.error ?? new Error('unknown'));
		};
	});
