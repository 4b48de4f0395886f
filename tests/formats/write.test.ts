// Every writer against our own readers, and against the few bytes that can be said by heart.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeBinary } from '#core/artifact.ts';
import { Failure } from '#core/failure.ts';
import { buildImage, extent, readImage, type Image } from '#core/image.ts';
import type { Region } from '#core/memory.ts';
import { size } from '#core/range.ts';
import { binary } from '#formats/binary.ts';
import { bytesSource } from '#core/source.ts';
import { stm32Families } from '#formats/uf2.ts';
import type { Writer, WriteFacts } from '#formats/writer.ts';
import { writers } from '#formats/writers.ts';
import { encodeDfuse, slowDfuCrc } from './encode.ts';
import { codesOf, images, openFirmware, plain } from './open.ts';

const writer = (id: string): Writer => writers.find((one) => one.id === id)!;
const write = (id: string, image: Image, facts: WriteFacts = {}): Uint8Array =>
	writer(id).write(image, facts);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const failureOf = (act: () => unknown): unknown => {
	try {
		return act();
	} catch (error) {
		return error instanceof Failure ? error.code : error;
	}
};

/** The last byte of the address space is where lengths and addresses go wrong. */
const atTheEnd: Image = [
	{ address: 0xffff_fff0, data: Uint8Array.from({ length: 16 }, (_, i) => i) },
];
const flash = 0x0800_0000;

describe('what is written is read back', () => {
	it.each(writers.filter(({ id }) => id !== 'bin').map(({ id }) => id))('as %s', async (id) => {
		await fc.assert(
			fc.asyncProperty(images, async (image) => {
				const firmware = await openFirmware(write(id, image));
				expect(plain(firmware.image)).toEqual(plain(image));
			}),
			{ numRuns: 40, examples: [[atTheEnd]] },
		);
	});

	it('as bin, its gaps filled', async () => {
		await fc.assert(
			fc.asyncProperty(images, fc.constantFrom(0, 0xff), async (image, fill) => {
				const range = extent(image)!;
				const file = write('bin', image, { fill });
				expect(file).toEqual(readImage(image, range, fill));
				if (file.every((byte) => byte === file[0])) return; // a blank file is refused by the reader
				const artifact = await binary.parse(bytesSource(file));
				if (artifact.kind !== 'binary') throw new Error(artifact.kind);
				expect(extent(placeBinary(artifact, range.start).image)).toEqual(range);
			}),
			{ numRuns: 40 },
		);
	});

	it('without a word of doubt, entry point and family included', async () => {
		const image = buildImage([
			{ address: flash, data: Uint8Array.of(1, 2, 3) },
			{ address: flash + 0x1fffe, data: new Uint8Array(300).fill(7) },
		]);
		const facts = { entryPoint: flash + 1, family: 'STM32F4', name: 'größer' };
		for (const id of ['hex', 'srec']) {
			const firmware = await openFirmware(write(id, image, facts));
			expect(firmware.entryPoint, id).toBe(flash + 1);
			expect(codesOf(firmware).filter((code) => code !== 'srec.header')).toEqual([]);
		}
		const packed = await openFirmware(write('uf2', image, facts));
		expect(packed.families).toEqual(['STM32F4']);
		expect(codesOf(packed)).toEqual([]);
	});
});

describe('byte for byte', () => {
	it('Intel HEX has a base for each 64 KiB and cuts at 16 bytes', () => {
		const image = [{ address: 0x0801_fffe, data: Uint8Array.of(0xaa, 0xbb, 0xcc) }];
		expect(text(write('hex', image, { entryPoint: 0x0800_0101 })).split('\n')).toEqual([
			':020000040801F1',
			':02FFFE00AABB9C',
			':020000040802F0',
			':01000000CC33',
			':0400000508000101ED',
			':00000001FF',
			'',
		]);
	});

	it('S-records have a header, a count and an end', () => {
		const image = [{ address: 0x0800_000e, data: Uint8Array.of(1, 2, 3) }];
		expect(text(write('srec', image, { name: 'HDR' })).split('\n')).toEqual([
			'S00600004844521B',
			'S3070800000E0102DF',
			'S30608000010 03DE'.replace(' ', ''),
			'S5030002FA',
			'S70500000000FA',
			'',
		]);
	});

	it('DfuSe is what the test’s own encoder makes of it', () => {
		const range = { start: flash, end: flash + 0x1000 };
		const access = { read: true, erase: true, write: true };
		const region = (part: Pick<Region, 'kind' | 'range' | 'alternateSetting'>): Region => {
			return { name: 'X', eraseValue: 0xff, writeSize: 4, sectors: [], access, ...part };
		};
		const once = { start: 0x1fff_7800, end: 0x1fff_7a00 };
		const memory = [
			region({ kind: 'flash', range, alternateSetting: 0 }),
			region({ kind: 'otp', range: once, alternateSetting: 2 }),
		];
		const [low, high, otp] = [
			{ address: flash, data: Uint8Array.of(1, 2, 3) },
			{ address: flash + 0x800, data: Uint8Array.of(4) },
			{ address: once.start, data: Uint8Array.of(5, 6) },
		];
		expect(write('dfu', buildImage([low, high, otp]), { memory })).toEqual(
			encodeDfuse([
				{ alternateSetting: 0, name: 'Internal Flash', elements: [low, high] },
				{ alternateSetting: 2, name: 'OTP Memory', elements: [otp] },
			]),
		);
	});

	it('the DFU suffix names the device and sums every byte before it', () => {
		const usb = { vendorId: 0x1209, productId: 0xabcd };
		const file = write('dfu', atTheEnd, { usb });
		const view = new DataView(file.buffer, file.byteOffset);
		expect(view.getUint16(file.length - 14, true)).toBe(0xabcd);
		expect(view.getUint16(file.length - 12, true)).toBe(0x1209);
		expect(view.getUint16(file.length - 10, true)).toBe(0x011a);
		expect(view.getUint32(file.length - 4, true)).toBe(slowDfuCrc(file.subarray(0, -4)));
	});

	it('UF2 knows the family of every STM32 that has one', async () => {
		for (const family of new Set(stm32Families.values())) {
			const firmware = await openFirmware(write('uf2', atTheEnd, { family }));
			expect(firmware.families).toEqual([family]);
		}
		const unnamed = await openFirmware(write('uf2', atTheEnd, { family: 'STM32N6' }));
		expect(unnamed.families).toBeUndefined();
	});
});

describe('what no file can hold', () => {
	it('is refused: nothing, and in a raw binary the distance between two memories', () => {
		for (const { id } of writers) expect(failureOf(() => write(id, []))).toBe('write.empty');
		const apart = buildImage([
			{ address: flash, data: Uint8Array.of(1) },
			{ address: 0x9000_0000, data: Uint8Array.of(2) },
		]);
		expect(failureOf(() => write('bin', apart))).toBe('write.span');
		for (const id of ['hex', 'srec', 'dfu', 'uf2']) {
			expect(write(id, apart).length).toBeLessThan(1100);
		}
	});

	it('a long file grows as it is written', async () => {
		const data = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7) & 0xff);
		const image = [{ address: flash + 5, data }];
		expect(size(extent((await openFirmware(write('hex', image))).image)!)).toBe(300_000);
	});
});
