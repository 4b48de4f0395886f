// The origin private file system as a Store. `createWritable` swaps the whole file in when it is closed, so that a
// page that dies in the middle leaves the old one. Nothing here watches the time: patient-store.ts does.
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
				const [folder, name] = [await folderOf(path, true), nameOf(path)];
				const before = await unlessMissing(() => folder.getFileHandle(name));
				try {
					await fill(before ?? (await folder.getFileHandle(name, { create: true })), bytes);
				} catch (error) {
					// It begins as an empty file, which would be read as a damaged one.
					if (!before) await folder.removeEntry(name).catch(() => undefined);
					throw error;
				}
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
		hold: (name) => (locks ? take(locks, HOLD + name) : Promise.resolve(() => undefined)),
		held: async () => {
			const names = (await locks?.query())?.held?.map((lock) => lock.name ?? '') ?? [];
			return names.filter((name) => name.startsWith(HOLD)).map((name) => name.slice(HOLD.length));
		},
	};
}

async function fill(file: FileSystemFileHandle, bytes: Uint8Array): Promise<void> {
	const writable = await file.createWritable();
	try {
		await writable.write(bytes as Uint8Array<ArrayBuffer>);
	} catch (error) {
		await writable.abort().catch(() => undefined);
		throw error;
	}
	await writable.close();
}

/** Names that tabs hold, as Web Locks: the browser lets go of them when a tab dies. */
const HOLD = 'sectorwise-hold:';

const take = (locks: LockManager, name: string): Promise<(() => void) | undefined> =>
	new Promise((taken, failed) => {
		const until = (lock: Lock | null): Promise<void> | undefined => {
			if (lock) return new Promise(taken);
			taken(undefined);
			return undefined;
		};
		locks.request(name, { ifAvailable: true }, until).catch(failed);
	});

async function refusing<T>(path: string, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		if (isFailure(error)) throw error;
		if (error instanceof DOMException && error.name === 'QuotaExceededError')
			throw new Failure('store.full', { path }, error);
		const reason = error instanceof Error ? error.message : String(error);
		throw new Failure('store.refused', { reason }, error);
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
