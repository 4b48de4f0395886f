// The user's own device files: proposed, kept, used by a connection in place of the shipped ones, and removed.
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '#core/failure.ts';
import type { TextStore } from '#ports/text-store.ts';
import { readFiles } from '#devices/shipped.ts';
import { quirksOf } from '#devices/known-quirks.ts';
import { DeviceBook } from '#session/catalogue.svelte.ts';
import { firmware, hexFile, imageAt, rig, theCatalogue } from './rig.ts';

interface FileJson {
	productId: string;
	timings: { erase: { typicalMs: number; maximumMs: number }[] };
	ram: Record<string, string>;
	variants: { parts: string[]; layouts: { flash: Record<string, string> }[] }[];
	notes: string[];
}

const F405 = 'devices/0x413-stm32f405-407-415-417.json';

/** The shipped file of the F405, changed. */
function changed(change: (file: FileJson) => void): string {
	const file = JSON.parse(readFileSync(F405, 'utf8')) as FileJson;
	change(file);
	return JSON.stringify(file);
}

class MemoryStore implements TextStore {
	readonly texts = new Map<string, string>();
	broken = false;

	read(): Promise<ReadonlyMap<string, string>> {
		return this.#answer(new Map(this.texts));
	}
	write(name: string, text: string): Promise<void> {
		if (!this.broken) this.texts.set(name, text);
		return this.#answer(undefined);
	}
	remove(name: string): Promise<void> {
		if (!this.broken) this.texts.delete(name);
		return this.#answer(undefined);
	}
	#answer<T>(value: T): Promise<T> {
		return this.broken
			? Promise.reject(new Failure('storage.failed', { reason: 'quota exceeded' }))
			: Promise.resolve(value);
	}
}

const shipped = [...readFiles()];
let store: MemoryStore;
let book: DeviceBook;
beforeEach(async () => {
	store = new MemoryStore();
	book = new DeviceBook(shipped, store, quirksOf);
	await book.load();
});

const propose = (text: string, name = 'mine.json'): Promise<void> =>
	book.propose([new File([text], name)]);

async function keep(text: string): Promise<void> {
	await propose(text);
	expect(book.refused).toEqual([]);
	await book.keep(book.proposals[0]!);
}

describe('the device book', () => {
	it('is the shipped catalogue while nothing is added', () => {
		expect(book.own).toEqual([]);
		expect(book.catalogue.devices).toEqual(theCatalogue.devices);
	});

	it('shows each change of a corrected file before it is kept', async () => {
		await propose(
			changed((file) => {
				file.timings.erase[0]!.typicalMs = 450;
				file.notes.push('Seen on a board.');
				file.ram['SRAM_3'] = '0x20020000/64K';
				file.variants[0]!.parts.push('STM32F417OE');
			}),
		);
		const [{ replaces, changes, file }] = book.proposals as [(typeof book.proposals)[number]];
		expect([replaces, file.id]).toEqual(['shipped', '0x413']);
		const small = changes.filter(({ device }) => device.endsWith('512 KiB'));
		expect(small.map(({ path, before, after }) => [path, before, after])).toEqual([
			['parts', expect.stringContaining('STM32F405OE'), expect.stringContaining('STM32F417OE')],
			['ramSize', '200704', '266240'],
			['timings.erase[0].typicalMs', '400', '450'],
			['notes', expect.any(String), expect.stringContaining('Seen on a board.')],
			['ram[SRAM_3].name', undefined, 'SRAM_3'],
			['ram[SRAM_3].address', undefined, '0x20020000'],
			['ram[SRAM_3].size', undefined, '65536'],
		]);
		expect(book.catalogue.devices).toEqual(theCatalogue.devices);
		book.discard(book.proposals[0]!);
		expect([book.proposals, store.texts.size]).toEqual([[], 0]);
	});

	it('finds no change in the shipped file itself', async () => {
		await propose(readFileSync(F405, 'utf8'));
		expect(book.proposals[0]!.changes).toEqual([]);
	});

	it('keeps a file over a restart, in place of the shipped one, until it is removed', async () => {
		const text = changed((file) => {
			file.variants = file.variants.slice(1);
			file.variants[0]!.parts = ['STM32F405RG'];
		});
		await keep(text);
		const again = new DeviceBook(shipped, store, quirksOf);
		await again.load();
		for (const one of [book, again]) {
			const found = one.catalogue.findByProductId(0x413);
			expect(found.map(({ parts }) => parts)).toEqual([['STM32F405RG']]);
			expect(one.isOwn(found[0]!)).toBe(true);
			expect(one.catalogue.findByPart('STM32F407VG')).toEqual([]);
			expect(one.fileOf(found[0]!)).toEqual({
				name: '0x413-stm32f405-407-415-417.json',
				text,
			});
		}
		await again.remove('0x413');
		expect([again.own, store.texts.size]).toEqual([[], 0]);
		expect(again.catalogue.devices).toEqual(theCatalogue.devices);
	});

	it('takes over an ID that another chip lists as an alternate one', async () => {
		const other = theCatalogue.devices.find(({ alternateIds }) => alternateIds.length > 0)!;
		const id = '0x' + other.alternateIds[0]!.toString(16);
		await keep(changed((file) => (file.productId = id)));
		const found = book.catalogue.findByProductId(other.alternateIds[0]!);
		expect(found.length).toBeGreaterThan(0);
		expect(found.every((device) => book.isOwn(device))).toBe(true);
	});

	it('names the place of what is wrong in a file', async () => {
		const wrong = changed((file) => {
			file.variants[1]!.layouts[0]!.flash['FLASH_BANK_1'] = '0x08000000/04*016Kg,01*064Kg';
		});
		await book.propose([
			new File([wrong], 'sum.json'),
			new File(['{"productId": "0x413"'], 'cut.json'),
			new File(['null'], 'null.json'),
			new File([' '.repeat(300_000)], 'large.json'),
			new File([new Uint8Array([0x7f, 0x45, 0x4c, 0x46])], 'firmware.elf'),
			new File([changed((file) => (file.productId = 'nonsense'))], 'id.json'),
		]);
		expect(book.proposals).toEqual([]);
		expect(
			book.refused.map(({ fileName, failure: { code, data } }) => [fileName, code, data]),
		).toEqual([
			[
				'sum.json',
				'device.geometry',
				{ path: 'variants[1].layouts[0].flash', reason: 'the banks have 128 KiB' },
			],
			['cut.json', 'device.not-json', expect.anything()],
			['null.json', 'device.field', expect.objectContaining({ path: 'the top level' })],
			['large.json', 'device.not-json', expect.anything()],
			['firmware.elf', 'device.not-json', expect.anything()],
			['id.json', 'device.field', expect.objectContaining({ path: 'productId' })],
		]);
	});

	it('says when the browser does not store it, and goes on with what there was', async () => {
		await propose(changed((file) => file.notes.push('x')));
		store.broken = true;
		await book.keep(book.proposals[0]!);
		expect(book.failure?.code).toBe('storage.failed');
		expect([book.own.length, book.proposals.length]).toEqual([0, 1]);
		store.broken = false;
		await book.keep(book.proposals[0]!);
		expect([book.failure, book.own.length, book.proposals.length]).toEqual([undefined, 1, 0]);
		store.broken = true;
		const blocked = new DeviceBook(shipped, store, quirksOf);
		await blocked.load();
		expect(blocked.failure?.code).toBe('storage.failed');
		expect(blocked.catalogue.devices).toEqual(theCatalogue.devices);
	});

	it('keeps apart a stored file that this version cannot read', async () => {
		store.texts.set('0x999', '{}');
		store.texts.set('0x413', readFileSync(F405, 'utf8'));
		const again = new DeviceBook(shipped, store, quirksOf);
		await again.load();
		expect(again.own.map(({ id }) => id)).toEqual(['0x413']);
		expect(again.unreadable.map(({ fileName, failure }) => [fileName, failure.code])).toEqual([
			['0x999', 'device.field'],
		]);
		await again.remove('0x999');
		expect([again.unreadable, [...store.texts.keys()]]).toEqual([[], ['0x413']]);
	});
});

describe('a connection with a device file of the user’s own', () => {
	it('plans with the corrected file by UART, and with the shipped one after its removal', async () => {
		await keep(
			changed((file) => {
				for (const row of file.timings.erase) row.typicalMs = 7;
				file.variants[1]!.parts = ['STM32F405RG'];
			}),
		);
		const { session, connect } = rig({ part: 'STM32F405RG', transport: 'uart', book });
		session.startAfter = false;
		await session.open([hexFile(imageAt(0x08000000, firmware(0x08000000, 3000)))]);
		await connect();
		expect(session.board?.device?.parts).toEqual(['STM32F405RG']);
		expect(session.board?.device?.timings.erase.map(({ typicalMs }) => typicalMs)).toEqual([
			7, 7, 7,
		]);
		expect(session.pace?.timings.erase[0]?.typicalMs).toBe(7);
		await session.program();
		expect(session.state.job.status).toBe('finished');
		await book.remove('0x413');
		await connect();
		expect(session.board?.device?.timings.erase[0]?.typicalMs).toBe(400);
	});

	it('knows a chip that the catalogue does not', async () => {
		const device = theCatalogue.findByPart('STM32F405RG')[0]!;
		const stranger = { ...device, productId: 0x7a5 };
		const unknown = rig({ part: 'STM32F405RG', transport: 'uart', book, device: stranger });
		await unknown.connect();
		expect(unknown.session.board?.device).toBeUndefined();
		await keep(changed((file) => (file.productId = '0x7A5')));
		const known = rig({ part: 'STM32F405RG', transport: 'uart', book, device: stranger });
		known.session.startAfter = false;
		await known.programOnce(hexFile(imageAt(0x08000000, firmware(0x08000000, 3000))));
		expect(known.session.state.job.status).toBe('finished');
		expect(known.session.board?.device?.productId).toBe(0x7a5);
	});
});
