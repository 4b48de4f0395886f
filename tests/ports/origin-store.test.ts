// The origin private file system on a full disk: what was there stays, and nothing is left of what was not.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openOriginStore } from '#ports/origin-store.ts';

interface Disk {
	root: unknown;
	full: 'open' | 'write' | 'close' | undefined;
}
const disk = vi.hoisted((): Disk => ({ root: undefined, full: undefined }));
vi.mock('#ports/browser.ts', () => ({
	browserPorts: { storage: { getDirectory: () => Promise.resolve(disk.root) } },
}));

const failing = (at: Disk['full']): void => {
	if (disk.full === at) throw new DOMException('no room', 'QuotaExceededError');
};
const missing = (): never => {
	throw new DOMException('not there', 'NotFoundError');
};

/** As the File System Standard has it: a file is there, empty, from the moment its handle is made. */
function folder() {
	const files = new Map<string, Uint8Array<ArrayBuffer>>();
	const folders = new Map<string, unknown>();
	const handleOf = (name: string) => ({
		getFile: async () => Promise.resolve(new Blob([files.get(name) ?? missing()])),
		createWritable: async () => {
			failing('open');
			let next = new Uint8Array();
			return Promise.resolve({
				write: async (bytes: Uint8Array<ArrayBuffer>) => {
					failing('write');
					next = bytes.slice();
					return Promise.resolve();
				},
				abort: () => Promise.resolve(),
				close: async () => {
					failing('close');
					files.set(name, next);
					return Promise.resolve();
				},
			});
		},
	});
	return {
		files,
		getDirectoryHandle: async (name: string, { create }: { create: boolean }) => {
			const found = folders.get(name) ?? (create ? folder() : missing());
			folders.set(name, found);
			return Promise.resolve(found);
		},
		getFileHandle: async (name: string, options?: { create: boolean }) => {
			if (!files.has(name)) files.set(name, options?.create ? new Uint8Array() : missing());
			return Promise.resolve(handleOf(name));
		},
		removeEntry: async (name: string) => Promise.resolve(files.delete(name) || missing()),
		async *keys() {
			yield* await Promise.resolve(files.keys());
		},
	};
}

beforeEach(() => {
	disk.root = folder();
	disk.full = undefined;
	vi.stubGlobal('document', { baseURI: 'https://a.example/app/' });
});
afterEach(() => {
	vi.unstubAllGlobals();
});

it.each(['open', 'write', 'close'] as const)('no room to %s', async (when) => {
	const store = await openOriginStore();
	await store.write('trust/old', Uint8Array.of(1));
	disk.full = when;
	for (const name of ['old', 'new'])
		await expect(store.write(`trust/${name}`, Uint8Array.of(2, 3))).rejects.toMatchObject({
			code: 'store.full',
		});
	disk.full = undefined;
	expect(await store.list('trust')).toEqual(['old']);
	expect(await store.read('trust/old')).toEqual(Uint8Array.of(1));
	expect(await store.read('trust/new')).toBeUndefined();
	await store.write('trust/new', Uint8Array.of(4));
	expect(await store.read('trust/new')).toEqual(Uint8Array.of(4));
});
