// The origin private file system as a Store. `createWritable` swaps the whole file in when it is closed, so that a
// page that dies in the middle leaves the old one.
import '#core/failures/index.ts';
import { hex } from '#core/bytes.ts';
import { Failure, isFailure } from '#core/failure.ts';
import { browserPorts } from './browser.ts';
import type { Store } from './store.ts';

/** @throws Failure store.refused where the browser gives pages no storage (a private window, blocked cookies). */
export async function openOriginStore(): Promise<Store> {
	const { storage, locks } = browserPorts;
	const root = await refusing('', async () => {
		if (!storage) throw new TypeError('this browser offers none');
		const origin = await storage.getDirectory();
		// Apps below other paths of the same host keep their own.
		const app = encodeURIComponent(new URL('./', document.baseURI).pathname);
		return origin.getDirectoryHandle(app, { create: true });
	});
	const folderOf = async (path: string, create: boolean): Promise<FileSystemDirectoryHandle> => {
		let folder = root;
		for (const name of path.split('/').slice(0, -1))
			folder = await folder.getDirectoryHandle(name, { create });
		return folder;
	};
	const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
	return {
		read: (path) =>
			refusing(path, () =>
				unlessMissing(async () => {
					const file = await (await folderOf(path, false)).getFileHandle(nameOf(path));
					return new Uint8Array(await (await file.getFile()).arrayBuffer());
				}),
			),
		write: (path, bytes) =>
			refusing(path, async () => {
				const file = await (
					await folderOf(path, true)
				).getFileHandle(nameOf(path), { create: true });
				const writable = await file.createWritable();
				try {
					await writable.write(bytes as Uint8Array<ArrayBuffer>);
				} catch (error) {
					await writable.abort().catch(() => undefined);
					throw error;
				}
				await writable.close();
			}),
		remove: (path) =>
			refusing(path, async () => {
				await unlessMissing(async () => {
					await (await folderOf(path, false)).removeEntry(nameOf(path));
				});
			}),
		list: (folder) =>
			refusing(folder, async () => {
				const found = await unlessMissing(() => folderOf(`${folder}/`, false));
				const names: string[] = [];
				if (found) for await (const name of found.keys()) names.push(name);
				return names;
			}),
		usage: async () => {
			const { usage, quota } = (await storage?.estimate?.()) ?? {};
			return usage === undefined || quota === undefined ? undefined : { used: usage, quota };
		},
		digest: async (bytes) =>
			hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>))),
		alone: async (name, work) =>
			locks ? await locks.request(`sectorwise-store:${name}`, work) : await work(),
	};
}

/** Nobody waits longer for a disk that does not answer. */
const DEADLINE_MS = 30_000;

async function refusing<T>(path: string, work: () => Promise<T>): Promise<T> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(reject, DEADLINE_MS, new Error('the browser does not answer'));
	});
	try {
		return await Promise.race([work(), late]);
	} catch (error) {
		if (isFailure(error)) throw error;
		if (error instanceof DOMException && error.name === 'QuotaExceededError')
			throw new Failure('store.full', { path }, error);
		const reason = error instanceof Error ? error.message : String(error);
		throw new Failure('store.refused', { reason }, error);
	} finally {
		clearTimeout(timer);
	}
}

async function unlessMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof DOMException && error.name === 'NotFoundError') return undefined;
		throw error;
	}
}
