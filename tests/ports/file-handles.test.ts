// Files with handles, from the chooser and from a drop; what vanished in between, and browsers that have no handles.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { browserFileHandles, type FileHandles } from '#ports/file-handles.ts';
import { permissionOf } from '#ports/handle-store.ts';

afterEach(() => {
	vi.unstubAllGlobals();
});

function handlesWith(showOpenFilePicker: unknown): FileHandles | undefined {
	vi.stubGlobal('window', { showOpenFilePicker });
	return browserFileHandles();
}

const file = (name: string): File => new File(['x'], name);
const handle = (name: string, gone = false) => ({
	kind: 'file',
	name,
	getFile: () =>
		gone ? Promise.reject(new DOMException('', 'NotFoundError')) : Promise.resolve(file(name)),
});

describe('the chooser', () => {
	it('gives files with their handles, less those that went away', async () => {
		const chosen = [handle('a.elf'), handle('b.map', true)];
		const given = await handlesWith(() => Promise.resolve(chosen))!.pick();
		expect(given.map((one) => [one.file.name, one.handle])).toEqual([['a.elf', chosen[0]]]);
	});

	it('gives nothing when it is closed, and says when it is refused', async () => {
		const closed = () => Promise.reject(new DOMException('', 'AbortError'));
		expect(await handlesWith(closed)!.pick()).toEqual([]);
		const refused = () => Promise.reject(new DOMException('', 'SecurityError'));
		await expect(handlesWith(refused)!.pick()).rejects.toThrow();
	});

	it('is not offered where the browser has none', () => {
		expect(handlesWith(undefined)).toBeUndefined();
	});
});

describe('a drop', () => {
	it('is read before anything is waited for, with a handle where there is one', async () => {
		let open = true;
		const item = (name: string, found: () => Promise<unknown>) => ({
			kind: 'file',
			getAsFile: () => (open ? file(name) : null),
			getAsFileSystemHandle: () => (open ? found() : Promise.reject(new Error('too late'))),
		});
		const items = [
			item('a.elf', () => Promise.resolve(handle('a.elf'))),
			{ kind: 'string' },
			item('b.elf', () => Promise.resolve({ kind: 'directory', name: 'b.elf' })),
			item('c.elf', () => Promise.reject(new DOMException('', 'NotAllowedError'))),
			{ kind: 'file', getAsFile: () => file('d.elf') },
		];
		const dropped = handlesWith(() => undefined)!.dropped({ items } as unknown as DataTransfer);
		open = false;
		expect((await dropped).map((one) => [one.file.name, one.handle !== undefined])).toEqual([
			['a.elf', true],
			['b.elf', false],
			['c.elf', false],
			['d.elf', false],
		]);
	});
});

describe('permission', () => {
	it('is asked for only where the browser wants it', async () => {
		expect(await permissionOf(handle('a'), 'query')).toBe('granted');
		const asked = {
			...handle('a'),
			queryPermission: () => Promise.resolve('prompt' as const),
			requestPermission: () => Promise.reject(new DOMException('', 'SecurityError')),
		};
		expect(await permissionOf(asked, 'query')).toBe('prompt');
		expect(await permissionOf(asked, 'request')).toBe('denied');
	});
});
