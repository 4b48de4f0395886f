// The Publish page without a page: a form from a description and back, files told apart, an update made and checked.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDescription } from '#bundle/description.ts';
import { createBundle } from '#bundle/index.ts';
import { findByPart } from '#devices/index.ts';
import { baseName, formOf, formValue } from '#session/publish-form.ts';
import { Publish } from '#session/publish.svelte.ts';

const folder = 'samples/beacon/update/';
const fileAt = (path: string): File => new File([readFileSync(path)], baseName(path));
const text = readFileSync(`${folder}beacon-2.json`, 'utf8');
const pictures = ['board', 'hold-boot', 'plug-in', 'let-go', 'press-reset'].map(
	(name) => `${folder}pictures/${name}.png`,
);
const key = `${folder}worthless-demo-key.jwk`;
const day = new Date('2026-11-21T12:00:00Z');

async function filled(): Promise<Publish> {
	const model = new Publish(() => day);
	await model.add(
		[`${folder}beacon-2.json`, `${folder}beacon-2.elf`, ...pictures, key].map(fileAt),
	);
	return model;
}

describe('the form', () => {
	it('says what the description said', () => {
		const description = readDescription(text);
		const value = formValue(
			formOf(description),
			description.firmware.map(({ file }) => ({
				file: baseName(file),
				address: '',
				storage: 'internal',
			})),
		);
		// The page has all files beside each other.
		const flat = JSON.parse(text, (name, each: unknown) =>
			name === 'file' ? baseName(each as string) : each,
		) as unknown;
		expect(readDescription(JSON.stringify(value))).toEqual(readDescription(JSON.stringify(flat)));
	});

	it('keeps every rule', () => {
		const full = readDescription(
			JSON.stringify({
				...(JSON.parse(text) as object),
				maker: { name: 'Acme', support: 'mailto:help@acme.example' },
				hardware: {
					productIds: [0x413, 0x419],
					flashSize: { minimum: 300, maximum: '2M' },
					boardId: [
						{ address: 0x08000188, bytes: '6265', mask: 'ffff' },
						{ address: 0x1fff7800, bytes: '01' },
					],
					serials: { first: '0001', last: '0999' },
					routes: ['uart'],
					lines: 'dtr-reset-rts-boot-transistor',
				},
				entry: { uart: [{ text: { en: 'Press the button.' } }] },
				firmware: [{ file: 'x.bin', address: 0x90000000, storage: 'xip' }],
				previous: { minimum: '1.0.0', forbidden: ['1.0.1', '1.0.2'] },
				valid: { from: '2026-01-01', until: '2030-12-31' },
				installed: [
					{ kind: 'memory', address: 0x08000200, length: 4, as: 'number' },
					{ kind: 'usb', field: 'product', pattern: 'Lamp ([0-9.]+)' },
					{ kind: 'serial', baud: 9600, ask: 'v\r\n', pattern: '^v([0-9.]+)' },
					{ kind: 'serial', baud: 115200, pattern: '([0-9.]+)' },
				],
				start: 0x08000000,
				dualBank: 'inactive-bank',
			}),
		);
		const value = formValue(formOf(full), [
			{ file: 'x.bin', address: '0x90000000', storage: 'xip' },
		]);
		const back = readDescription(JSON.stringify(value));
		expect({ ...back, product: full.product }).toEqual(full);
	});
});

describe('Publish', () => {
	it('makes the same update as the command line, and checks it', async () => {
		const model = await filled();
		expect(model.missing).toEqual([]);
		await model.make();
		expect(model.failure).toBeUndefined();
		expect(model.made?.fileName).toBe('sectorwise.beacon-2.0.0.swupdate');
		expect(model.checked).toMatchObject({ signer: { own: true } });
		expect(model.checked?.failure).toBeUndefined();
		// With the earlier update beside it, it is the very file that ships.
		await model.addOlder([fileAt('static/samples/beacon-1.swupdate')]);
		await model.make();
		const shipped = readFileSync('static/samples/beacon-2.swupdate');
		expect(Buffer.compare(shipped, model.made?.bytes ?? new Uint8Array())).toBe(0);
	});

	it('says when what was made is no longer what the page says', async () => {
		const model = await filled();
		expect(model.stale).toBe(false);
		await model.make();
		expect(model.stale).toBe(false);
		model.form.notes['en'] = 'Something else.';
		expect(model.stale).toBe(true);
		await model.make();
		expect(model.stale).toBe(false);
		model.remove('board.png');
		expect(model.stale).toBe(true);
	});

	it('saves a description that makes the same update', async () => {
		const model = await filled();
		const again = await filled();
		again.open(readDescription(model.describe()));
		await Promise.all([model.make(), again.make()]);
		expect(again.made?.bytes).toEqual(model.made?.bytes);
	});

	it('says what the description names and nobody gave', async () => {
		const model = new Publish(() => day);
		await model.add([fileAt(`${folder}beacon-2.json`)]);
		expect(model.missing).toContain('beacon-2.elf');
		expect(model.missing).toContain('plug-in.png');
		await model.add([fileAt(key), fileAt(`${folder}beacon-2.elf`)]);
		await model.make();
		expect(model.failure?.code).toBe('publish.no-picture');
		expect(model.made).toBeUndefined();
	});

	it('proposes to keep the flash that a linker script names and the firmware leaves alone', async () => {
		const model = await filled();
		const script = `MEMORY {
			FLASH (rx) : ORIGIN = 0x08000000, LENGTH = 896K
			CALIBRATION (r) : ORIGIN = 0x080C0000, LENGTH = 128K
			RAM (rwx) : ORIGIN = 0x20000000, LENGTH = 128K
		}
		SECTIONS { .text : { *(.text*) } > FLASH }`;
		await model.add([new File([script], 'lamp.ld')]);
		expect(model.suggestions).toEqual([
			{ name: 'CALIBRATION', origin: '0x080C0000', length: '128K' },
		]);
		model.form.keep = [...model.form.keep, ...model.suggestions];
		expect(model.suggestions).toEqual([]);
	});

	it('fills in a chip', () => {
		const model = new Publish(() => day);
		model.takeChip(findByPart('STM32G474RE')[0]!);
		expect(model.form).toMatchObject({
			productIds: '0x469',
			flash: { minimum: '512K', maximum: '512K' },
		});
	});

	it('takes a raw binary once it has an address', async () => {
		const model = await filled();
		model.remove('beacon-2.elf');
		await model.add([new File([new Uint8Array(4096).fill(0xa5)], 'app.bin')]);
		await model.make();
		expect(model.failure?.code).toBe('publish.needs-address');
		model.place('app.bin', { address: '0x08004000' });
		await model.make();
		expect(model.made?.about.manifest.images).toMatchObject([{ address: 0x08004000, size: 4096 }]);
	});

	it('tells whose update it is, and why one would be refused', async () => {
		const model = new Publish(() => day);
		await model.add([fileAt('static/samples/beacon-2.swupdate')]);
		expect(model.checked).toMatchObject({ signer: { own: false } });
		expect(model.checked?.failure).toBeUndefined();
		await model.newKey('ES256');
		await model.add([fileAt('static/samples/beacon-2.swupdate')]);
		expect(model.checked).toMatchObject({ signer: { own: false } });

		const bytes = new Uint8Array(readFileSync('static/samples/beacon-2.swupdate'));
		bytes[bytes.length >> 1]! ^= 1;
		await model.add([new File([bytes], 'broken.swupdate')]);
		expect(model.checked?.failure?.code).toMatch(/^bundle\./);
		expect(model.checked?.signer).toBeUndefined();

		const late = await filled();
		late.form.valid.until = '2026-11-20';
		await late.make();
		expect(late.checked?.failure?.code).toBe('bundle.expired');
		expect(late.checked?.signer?.own).toBe(true);
	});

	it('says of an unsigned update that nobody signed it', async () => {
		const images = [{ address: 0x08000000, file: 'a.bin' }];
		const bytes = await createBundle(
			{
				maker: { name: 'Acme' },
				product: { id: 'acme.lamp', name: { en: 'Lamp' } },
				version: { name: '1.0.0', counter: 1 },
				notes: { en: 'The first.' },
				entry: { dfu: [{ text: { en: 'Plug it in.' } }] },
				hardware: { productIds: [0x413], routes: ['dfu'] },
				images,
			},
			new Map([['a.bin', new Uint8Array(64)]]),
			[],
		);
		const model = new Publish(() => day);
		await model.check('bare', bytes);
		expect(model.checked?.failure?.code).toBe('bundle.unsigned');
		expect(model.checked?.signer).toBeUndefined();
	});

	it('refuses by name what is no part of an update', async () => {
		const model = new Publish(() => day);
		await model.add([new File(['hello, this is text\n'], 'notes.txt'), new File(['{'], 'x.json')]);
		expect(model.files.map(({ kind }) => kind)).toEqual(['refused', 'refused']);
		await model.add([new File(['{"kty":"OKP"}'], 'bad.jwk')]);
		expect(model.failure?.code).toBe('bundle.key-unreadable');
		expect(model.key).toBeUndefined();
	});
});
