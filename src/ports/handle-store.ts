// Where file handles outlive the page: IndexedDB, which takes them as they are (File System Access API, WICG), and what
// the browser wants before one of an earlier visit may be used again.
import type { FileHandleLike } from './file-handles.ts';

const TABLE = 'handles';
const KEY = 'watched';
/** Nobody waits longer for a disk that does not answer. */
const DEADLINE_MS = 3000;

/** Keeps these handles, and no others. Where storage is refused nothing is kept: they serve for this visit only. */
export const keepHandles = (handles: readonly FileHandleLike[]): Promise<void> =>
	table('readwrite', (store) => store.put([...handles], KEY)).then(
		() => undefined,
		() => undefined,
	);

/** What an earlier visit kept, whatever it is. */
export async function recallHandles(): Promise<readonly unknown[]> {
	const kept: unknown = await table('readonly', (store) => store.get(KEY)).catch(() => []);
	return Array.isArray(kept) ? (kept as readonly unknown[]) : [];
}

/** Resolves to what may be done without asking, or after asking when called from a click. Never rejects. */
export async function permissionOf(
	handle: FileHandleLike,
	how: 'query' | 'request',
): Promise<PermissionState> {
	const mode = { mode: 'read' } as const;
	try {
		// One of the origin's private file system is asked about by nobody.
		const answer =
			how === 'query' ? handle.queryPermission?.(mode) : handle.requestPermission?.(mode);
		return (await answer) ?? 'granted';
	} catch {
		return 'denied';
	}
}

async function table<T>(
	mode: IDBTransactionMode,
	work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
	const name = `sectorwise-handles:${new URL('./', document.baseURI).pathname}`;
	let opened: IDBDatabase | undefined;
	let timer: ReturnType<typeof setTimeout> | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(reject, DEADLINE_MS, new Error('the browser does not answer'));
	});
	const worked = (async () => {
		const request = indexedDB.open(name, 1);
		request.onupgradeneeded = () => {
			request.result.createObjectStore(TABLE);
		};
		opened = await done(request);
		return await done(work(opened.transaction(TABLE, mode).objectStore(TABLE)));
	})();
	try {
		return await Promise.race([worked, late]);
	} finally {
		clearTimeout(timer);
		opened?.close();
	}
}

const done = <T>(request: IDBRequest<T>): Promise<T> =>
	new Promise((resolve, reject) => {
		request.onsuccess = () => {
			resolve(request.result);
		};
		request.onerror = () => {
			reject(request.error ?? new Error('unknown'));
		};
	});
