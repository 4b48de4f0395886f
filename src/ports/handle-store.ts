// Where file handles outlive the page: IndexedDB, which takes them as they are (File System Access API, WICG), and what
// the browser wants before one of an earlier visit may be used again.
import type { FileHandleLike } from './file-handles.ts';
import { done, inTable } from './indexed-db.ts';

const HANDLES = { name: 'handles', table: 'handles' };
const KEY = 'watched';

/** Keeps these handles, and no others. Where storage is refused nothing is kept: they serve for this visit only. */
export const keepHandles = (handles: readonly FileHandleLike[]): Promise<void> =>
	inTable(HANDLES, 'readwrite', (table) => done(table.put([...handles], KEY))).then(
		() => undefined,
		() => undefined,
	);

/** What an earlier visit kept, whatever it is. */
export async function recallHandles(): Promise<readonly unknown[]> {
	const kept: unknown = await inTable(HANDLES, 'readonly', (table) => done(table.get(KEY))).catch(
		() => [],
	);
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
