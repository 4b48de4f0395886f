// DfuSe containers and plain DFU 1.1 files: every length inside, the CRC, and what a suffix says.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	ascii,
	encodeDfuse,
	encodeTarget,
	little,
	slowDfuCrc,
	withSuffix,
	type DfuseTarget,
} from './encode.ts';
import { images, open, openFirmware, plain, refusal } from './open.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const one: DfuseTarget = {
	alternateSetting: 0,
	name: 'Internal Flash',
	elements: [
		{ address: 0x08000000, data: bytes(1, 2, 3, 4) },
		{ address: 0x08004000, data: bytes(5, 6) },
	],
};
const two: DfuseTarget = {
	alternateSetting: 1,
	elements: [{ address: 0x1fffc000, data: bytes(7) }],
};

/** The file with bytes replaced and its CRC made right again: only the length in question is wrong. */
function patched(file: Uint8Array, at: number, value: number, size = 4): Uint8Array {
	const copy = Uint8Array.from(file);
	copy.set(little(value, size), at);
	copy.set(little(slowDfuCrc(copy.subarray(0, -4)), 4), copy.length - 4);
	return copy;
}

describe('DfuSe', () => {
	it('reads all targets and elements, and the USB identity', async () => {
		const firmware = await openFirmware(encodeDfuse([one, two]));
		expect(firmware.format).toBe('DfuSe');
		expect(plain(firmware.image)).toEqual([
			{ address: 0x08000000, data: [1, 2, 3, 4] },
			{ address: 0x08004000, data: [5, 6] },
			{ address: 0x1fffc000, data: [7] },
		]);
		expect(firmware.usb).toEqual({ vendorId: 0x0483, productId: 0xdf11 });
	});

	it('accepts an image size with and without the suffix, as tools differ', async () => {
		const file = encodeDfuse([one]);
		expect((await openFirmware(patched(file, 6, file.length))).image).toHaveLength(2);
	});

	it('reads back every image', async () => {
		await fc.assert(
			fc.asyncProperty(images, async (elements) => {
				const file = encodeDfuse([{ alternateSetting: 0, elements }]);
				expect(plain((await openFirmware(file)).image)).toEqual(plain(elements));
			}),
			{ numRuns: 40 },
		);
	});

	it('refuses overlapping elements, naming target and element', async () => {
		const again = { ...two, elements: [{ address: 0x08000002, data: bytes(9, 9, 9) }] };
		expect(await refusal(encodeDfuse([one, again]))).toEqual({
			code: 'file.overlap',
			data: {
				first: 'target 0 (Internal Flash) element 0',
				firstStart: 0x08000000,
				firstEnd: 0x08000004,
				second: 'target 1 element 0',
				secondStart: 0x08000002,
				secondEnd: 0x08000005,
			},
		});
	});

	const file = encodeDfuse([one]);
	const target = 11;
	const element = target + 274;
	const contentSize = file.length - 16;
	const damaged: readonly [string, number, number, number, object][] = [
		['the version', 5, 2, 1, { offset: 5, found: 2, expected: 1 }],
		['the image size', 6, 7, 4, { offset: 6, found: 7, expected: contentSize }],
		['too many targets', 10, 2, 1, { what: 'the length of target 1', offset: contentSize }],
		['too few targets', 10, 0, 1, { offset: 11, found: 11, expected: contentSize }],
		['the target signature', target, 0x58, 1, { offset: target, found: 'Xarget' }],
		['a target size beyond the file', target + 266, 0xffffffff, 4, { offset: 277 }],
		['a target size too small', target + 266, 12, 4, { offset: element + 12 }],
		['an element count without end', target + 270, 0xffffffff, 4, { offset: contentSize }],
		['an element count too small', target + 270, 1, 4, { offset: 277, found: 22, expected: 12 }],
		['an element size beyond its target', element + 4, 0xfffffff0, 4, { offset: element + 4 }],
	];
	for (const [name, at, value, size, data] of damaged) {
		it(`refuses a file whose CRC is right but not ${name}`, async () => {
			expect(await refusal(patched(file, at, value, size))).toMatchObject({
				code: 'dfu-file.damaged',
				data,
			});
		});
	}

	it('refuses an element beyond the end of the address space', async () => {
		expect(await refusal(patched(file, element, 0xfffffffe))).toEqual({
			code: 'dfu-file.address',
			data: { what: 'target 0 (Internal Flash) element 0', address: 0xfffffffe, size: 4 },
		});
	});

	it('refuses a changed byte by the CRC', async () => {
		const copy = Uint8Array.from(file);
		copy[element + 8]! ^= 1;
		expect(await refusal(copy)).toEqual({
			code: 'dfu-file.crc',
			data: { found: slowDfuCrc(file.subarray(0, -4)), expected: slowDfuCrc(copy.subarray(0, -4)) },
		});
	});

	it('refuses a file whose suffix is cut off', async () => {
		expect((await refusal(file.subarray(0, -16))).code).toBe('dfu-file.suffix');
		expect((await refusal(file.subarray(0, 9))).code).toBe('dfu-file.suffix');
	});

	it('reads a container without targets as an empty image', async () => {
		expect((await openFirmware(encodeDfuse([]))).image).toEqual([]);
		expect(encodeTarget(one).length).toBe(274 + 22);
	});
});

describe('plain DFU 1.1', () => {
	const content = ascii('anything at all, without an address');

	it('gives the bytes before the suffix, and the USB identity', async () => {
		expect(await open(withSuffix(content, 0x1209, 0x5740))).toEqual({
			kind: 'binary',
			format: 'DFU 1.1',
			data: new Uint8Array(content),
			usb: { vendorId: 0x1209, productId: 0x5740 },
		});
	});

	it('cuts a longer suffix by the length it gives', async () => {
		const file = withSuffix(content);
		const longer = patched(file, file.length - 5, 20, 1);
		expect(await open(longer)).toMatchObject({ data: new Uint8Array(content.subarray(0, -4)) });
	});

	it('refuses a suffix shorter than its fields or longer than the file', async () => {
		const file = withSuffix(content);
		for (const length of [0, 15, 255]) {
			expect(await refusal(patched(file, file.length - 5, length, 1))).toMatchObject({
				code: 'dfu-file.suffix',
				data: { found: length },
			});
		}
	});

	it('refuses a wrong CRC', async () => {
		const file = withSuffix(content);
		file[3]! ^= 0x10;
		expect((await refusal(file)).code).toBe('dfu-file.crc');
	});
});
