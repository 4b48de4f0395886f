// Merging files: gaps, entry point, what may be given twice and what may not.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Firmware } from '#core/artifact.ts';
import { Failure } from '#core/failure.ts';
import { buildImage, type Image, type Segment } from '#core/image.ts';
import { mergeFirmware } from '#formats/merge.ts';
import { codesOf, images, plain } from './open.ts';

const segment = (address: number, size: number, value = 0): Segment => ({
	address,
	data: new Uint8Array(size).fill(value),
});

const firmware = (image: Image, more: Partial<Firmware> = {}): Firmware => ({
	kind: 'firmware',
	format: 'Intel HEX',
	image,
	sections: [],
	diagnostics: [],
	...more,
});

const merge = (...parts: Firmware[]): Firmware =>
	mergeFirmware(parts.map((part, index) => ({ name: `${index}.hex`, firmware: part })));

function refused(...parts: Firmware[]): unknown {
	try {
		merge(...parts);
	} catch (error) {
		if (error instanceof Failure) return { code: error.code, data: error.data };
		throw error;
	}
	return undefined;
}

describe('merging firmware', () => {
	it('joins bootloader and application and takes the entry point of the lower one', () => {
		const application = firmware([segment(0x08004000, 16, 2)], {
			format: 'ELF',
			entryPoint: 0x08004101,
			families: ['STM32F4'],
		});
		const bootloader = firmware([segment(0x08000000, 16, 1)], {
			entryPoint: 0x08000101,
			usb: { vendorId: 0x0483, productId: 0xdf11 },
		});
		const merged = merge(application, bootloader);
		expect(merged).toMatchObject({
			kind: 'firmware',
			format: 'ELF + Intel HEX',
			entryPoint: 0x08000101,
			families: ['STM32F4'],
			usb: { vendorId: 0x0483, productId: 0xdf11 },
			diagnostics: [],
		});
		expect(merged.image.map(({ address }) => address)).toEqual([0x08000000, 0x08004000]);
	});

	it('leaves one firmware as it is', () => {
		const only = firmware([segment(0, 4)]);
		expect(merge(only)).toBe(only);
	});

	it('keeps no USB identity that the parts disagree on', () => {
		const a = firmware([segment(0, 4)], { usb: { vendorId: 1, productId: 1 } });
		const b = firmware([segment(4, 4)], { usb: { vendorId: 1, productId: 2 } });
		expect(merge(a, b).usb).toBeUndefined();
	});

	it('refuses an overlap with both names and both ranges', () => {
		const a = firmware([segment(0x08000000, 0x100, 1)]);
		const b = firmware([segment(0x08000080, 0x100, 2)]);
		const expected = (first: string, second: string) => ({
			code: 'file.overlap',
			data: {
				first,
				firstStart: 0x08000000,
				firstEnd: 0x08000100,
				second,
				secondStart: 0x08000080,
				secondEnd: 0x08000180,
			},
		});
		expect(refused(a, b)).toEqual(expected('0.hex', '1.hex'));
		expect(refused(b, a)).toEqual(expected('1.hex', '0.hex'));
	});

	it('refuses a partial overlap even where the shared bytes are equal', () => {
		const a = firmware([segment(0x08000000, 0x100)]);
		const b = firmware([segment(0x08000080, 0x100)]);
		expect(refused(a, b)).toMatchObject({ code: 'file.overlap' });
	});

	it('refuses different bytes inside a segment', () => {
		const whole = firmware([segment(0x08000000, 0x100, 1)]);
		const part = firmware([segment(0x08000040, 4, 2)]);
		expect(refused(whole, part)).toMatchObject({
			code: 'file.overlap',
			data: { second: '1.hex', secondStart: 0x08000040, secondEnd: 0x08000044 },
		});
	});

	it('takes equal bytes of a contained segment once, and notes it once a pair of files', () => {
		const whole = firmware([segment(0x08000000, 0x100, 1), segment(0x08001000, 8, 3)]);
		const part = firmware([segment(0x08000040, 4, 1), segment(0x08001000, 8, 3)]);
		const merged = merge(whole, part);
		expect(plain(merged.image)).toEqual(plain(whole.image));
		expect(codesOf(merged)).toEqual(['file.duplicate']);
	});

	it('gives the same image whatever the order, and every byte of every part', () => {
		fc.assert(
			fc.property(images, fc.nat(), (image, seed) => {
				const parts = image.map((one) => firmware([one]));
				const turned = parts.map((_, index) => parts[(index + seed) % parts.length]!);
				expect(plain(merge(...turned).image)).toEqual(plain(buildImage(image)));
			}),
		);
	});
});
