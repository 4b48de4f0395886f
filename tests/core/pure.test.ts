import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32, dfuSuffixCrc, stm32Crc } from '#core/crc.ts';
import { describe as explain, diagnostic, Failure, sizeText } from '#core/failure.ts';
import { failures } from '#core/failures/index.ts';
import { buildImage, findOverlap, overlayImage, readImage, sliceImage } from '#core/image.ts';
import { formatGroup, parseMemoryString, sectorsOf } from '#core/memory-string.ts';
import { alignDown, alignUp, join, subtract } from '#core/range.ts';

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

describe('checksums', () => {
	it('give the published check value', () => {
		expect(crc32(ascii('123456789'))).toBe(0xcbf43926);
		expect(dfuSuffixCrc(ascii('123456789'))).toBe(~0xcbf43926 >>> 0);
	});

	it('continue where an earlier sum ended', () => {
		fc.assert(
			fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
				expect(crc32(b, crc32(a))).toBe(crc32(Uint8Array.from([...a, ...b])));
			}),
		);
	});

	it('match the STM32 CRC unit on known words', () => {
		expect(stm32Crc(Uint8Array.of(0, 0, 0, 0))).toBe(0xc704dd7b);
		expect(stm32Crc(Uint8Array.of(0x78, 0x56, 0x34, 0x12))).toBe(0xdf8a8a2b);
		expect(stm32Crc(Uint8Array.of(0xff, 0xff, 0xff, 0xff))).toBe(0);
	});

	it('match a bit-by-bit CRC unit on any words', () => {
		const slow = (bytes: Uint8Array): number => {
			let sum = 0xffffffff;
			const view = new DataView(bytes.buffer, bytes.byteOffset);
			for (let at = 0; at < bytes.length; at += 4) {
				sum ^= view.getUint32(at, true);
				for (let bit = 0; bit < 32; bit++) sum = (sum << 1) ^ (sum < 0 ? 0x04c11db7 : 0);
			}
			return sum >>> 0;
		};
		fc.assert(
			fc.property(fc.array(fc.uint8Array({ minLength: 4, maxLength: 4 })), (words) => {
				const bytes = Uint8Array.from(words.flatMap((word) => [...word]));
				expect(stm32Crc(bytes)).toBe(slow(bytes));
			}),
		);
	});
});

describe('ranges', () => {
	it('subtract and join as sets of addresses do', () => {
		const range = fc
			.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 20 }))
			.map(([start, length]) => ({ start, end: start + length }));
		const set = (ranges: readonly { start: number; end: number }[]): string =>
			Array.from({ length: 90 }, (_, at) =>
				ranges.some(({ start, end }) => start <= at && at < end) ? '1' : '0',
			).join('');
		fc.assert(
			fc.property(range, fc.array(range), (from, taken) => {
				const left = [...set([from])]
					.map((bit, at) => (set(taken)[at] === '1' ? '0' : bit))
					.join('');
				expect(set(subtract(from, taken))).toBe(left);
				expect(set(join(taken))).toBe(set(taken));
			}),
		);
	});

	it('align', () => {
		expect([alignDown(33, 32), alignUp(33, 32), alignUp(64, 32)]).toEqual([32, 64, 64]);
	});
});

const segments = fc.array(
	fc.record({ address: fc.integer({ min: 0, max: 200 }), data: fc.uint8Array({ maxLength: 24 }) }),
	{ maxLength: 6 },
);

describe('images', () => {
	it('are sorted, disjoint, joined, and hold each byte at its address', () => {
		fc.assert(
			fc.property(segments, (parts) => {
				fc.pre(!findOverlap(parts));
				const image = buildImage(parts);
				for (const [index, segment] of image.entries()) {
					const following = image[index + 1];
					if (following)
						expect(segment.address + segment.data.length).toBeLessThan(following.address);
				}
				for (const { address, data } of parts) {
					if (data.length === 0) continue;
					expect(readImage(image, { start: address, end: address + data.length }, 0)).toEqual(data);
				}
			}),
		);
	});

	it('refuse overlapping segments', () => {
		const one = { address: 0, data: new Uint8Array(8) };
		expect(() => buildImage([one, { address: 7, data: new Uint8Array(1) }])).toThrow(RangeError);
	});

	it('overlay: the top wins where both have a byte', () => {
		fc.assert(
			fc.property(segments, segments, (base, top) => {
				fc.pre(!findOverlap(base) && !findOverlap(top));
				const merged = overlayImage(buildImage(base), buildImage(top));
				const expected = new Map<number, number>();
				for (const { address, data } of [...base, ...top]) {
					data.forEach((byte, at) => expected.set(address + at, byte));
				}
				const found = new Map<number, number>();
				for (const { address, data } of merged) {
					data.forEach((byte, at) => found.set(address + at, byte));
				}
				expect([...found].sort((a, b) => a[0] - b[0])).toEqual(
					[...expected].sort((a, b) => a[0] - b[0]),
				);
			}),
		);
	});

	it('slice', () => {
		const image = buildImage([{ address: 16, data: Uint8Array.of(1, 2, 3, 4) }]);
		expect(sliceImage(image, { start: 17, end: 19 })).toEqual([
			{ address: 17, data: Uint8Array.of(2, 3) },
		]);
		expect(sliceImage(image, { start: 20, end: 30 })).toEqual([]);
	});
});

describe('DfuSe memory strings', () => {
	it('read an F405 as its ROM prints it', () => {
		const found = parseMemoryString('@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg');
		expect(found?.name).toBe('Internal Flash');
		const sectors = sectorsOf(found!.groups[0]!, 1, 0);
		expect(sectors).toHaveLength(12);
		expect(sectors[11]!.range).toEqual({ start: 0x080e0000, end: 0x08100000 });
		expect(sectors[11]!.access).toEqual({ read: true, erase: true, write: true });
	});

	it('read several groups and a blank unit as bytes', () => {
		const found = parseMemoryString('@Option Bytes   /0x1FFF7800/01*048 e/0x1FFFF800/01*048 e');
		expect(found?.groups.map(({ address }) => address)).toEqual([0x1fff7800, 0x1ffff800]);
		expect(found?.groups[0]!.runs).toEqual([
			{ count: 1, size: 48, access: { read: true, erase: false, write: true } },
		]);
	});

	it('read megabytes, sizes without padding and letters after a unit B', () => {
		expect(parseMemoryString('@External Flash/0x90000000/2*1Mg')?.groups[0]!.runs[0]!.size).toBe(
			2 ** 20,
		);
		expect(parseMemoryString('@Option Bytes   /0x1FFF7800/01*40Be')?.groups[0]!.runs[0]!.size).toBe(
			40,
		);
	});

	it('leave out what is not in the notation, however long', () => {
		for (const text of [
			'',
			'@',
			'Flash',
			'@Flash/0x08000000',
			'@Flash/08000000/1*1Kg',
			'@F/0x0/0*1Kg',
			'@F/0x0/9*99Kz',
			'@F/0xFFFFFFFF/99999*999999Mg',
			'/'.repeat(9999),
		]) {
			expect(parseMemoryString(text)).toBeUndefined();
		}
	});

	it('never crash on any text', () => {
		const piece = fc.constantFrom('@', '/', '0x08000000', '*', ',', 'K', 'g', '16', ' ', '\0');
		fc.assert(fc.property(fc.string({ unit: piece }), (text) => void parseMemoryString(text)));
	});

	it('are printed as they are read', () => {
		const text = '@Internal Flash/0x08000000/04*016Kg,01*064Kg,07*128Kg';
		const [group] = parseMemoryString(text)!.groups;
		expect(`@Internal Flash${formatGroup(group!)}`).toBe(text);
	});
});

describe('failures', () => {
	it('fill every value their sentences name', () => {
		const { text } = explain(
			diagnostic('warning', 'plan.lost', { start: 0x08000000, end: 0x08000400, size: 1024 }),
		);
		expect(text).toContain('0x08000000');
		expect(text).toContain('1 KiB');
		expect(new Failure('job.mismatch', { address: 16, found: 1, expected: 2 }).message).toContain(
			'0x02',
		);
	});

	it('say a text, a cause and a next step, each a sentence', () => {
		for (const entry of Object.values(failures)) {
			for (const sentence of [entry.text, entry.cause, entry.next])
				expect(sentence).toMatch(/^[A-Z{].*[.?!}]$/s);
		}
	});

	it('write sizes with units', () => {
		expect([1, 512, 1024, 42189, 1572864].map(sizeText)).toEqual([
			'1 byte',
			'512 bytes',
			'1 KiB',
			'41.2 KiB',
			'1.5 MiB',
		]);
	});
});
