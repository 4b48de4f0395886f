// Memory maps for the tests, typed from the reference manuals, and a generator of arbitrary ones.
import fc from 'fast-check';
import type { FlashTimings } from '#core/device.ts';
import type { MemoryMap, Region } from '#core/memory.ts';

export const everything = { read: true, erase: true, write: true };

export interface FlashShape {
	name?: string;
	start: number;
	/** Sector sizes in bytes, in order. */
	sizes: readonly number[];
	writeSize?: number;
	eraseValue?: number;
	writeOnce?: boolean;
	bank?: number;
	firstNumber?: number;
}

export function flash(shape: FlashShape): Region {
	let start = shape.start;
	const sectors = shape.sizes.map((size, index) => {
		const range = { start, end: start + size };
		start = range.end;
		const number = (shape.firstNumber ?? 0) + index;
		return { number, bank: shape.bank ?? 1, range, access: everything };
	});
	return {
		name: shape.name ?? `FLASH_BANK_${shape.bank ?? 1}`,
		kind: 'flash',
		range: { start: shape.start, end: start },
		eraseValue: shape.eraseValue ?? 0xff,
		writeSize: shape.writeSize ?? 4,
		sectors,
		access: everything,
		...(shape.writeOnce && { writeOnce: true }),
	};
}

export const ram = (name: string, start: number, size: number): Region => ({
	name,
	kind: 'ram',
	range: { start, end: start + size },
	eraseValue: 0,
	writeSize: 1,
	sectors: [],
	access: { read: true, erase: false, write: true },
});

export const optionBytes: Region = {
	...ram('OPTION_BYTES', 0x1fffc000, 16),
	kind: 'option-bytes',
};

const K = 1024;
const f4Sizes = [16 * K, 16 * K, 16 * K, 16 * K, 64 * K, ...Array<number>(7).fill(128 * K)];

/** RM0090 table 5. */
export const f405: MemoryMap = [
	ram('CCM_SRAM', 0x10000000, 64 * K),
	flash({ start: 0x08000000, sizes: f4Sizes }),
	optionBytes,
	ram('SRAM_1', 0x20000000, 112 * K),
].sort((a, b) => a.range.start - b.range.start);

/** RM0433 table 16, 1 MiB part: bank 2 begins 512 KiB behind the end of bank 1. */
export const h743Small: MemoryMap = [
	flash({
		start: 0x08000000,
		sizes: Array<number>(4).fill(128 * K),
		writeSize: 32,
		writeOnce: true,
	}),
	flash({
		start: 0x08100000,
		sizes: Array<number>(4).fill(128 * K),
		writeSize: 32,
		writeOnce: true,
		bank: 2,
		firstNumber: 4,
	}),
	ram('DTCM_RAM', 0x20000000, 128 * K),
];

/** RM0376: 128-byte pages that erase to zero. */
export const l072: MemoryMap = [
	flash({ start: 0x08000000, sizes: Array<number>(1536).fill(128), eraseValue: 0 }),
	ram('SRAM_1', 0x20000000, 20 * K),
];

export const timings: FlashTimings = {
	erase: [
		{ size: 2 * K, typicalMs: 22, maximumMs: 25 },
		{ size: 16 * K, typicalMs: 400, maximumMs: 800 },
		{ size: 64 * K, typicalMs: 1200, maximumMs: 2400 },
		{ size: 128 * K, typicalMs: 2000, maximumMs: 4000 },
	],
	program: { bytes: 1, typicalUs: 16, maximumUs: 100 },
	massErase: { typicalMs: 16000, maximumMs: 32000 },
};

/** One or two banks of any sector sizes, any write unit, with or without a hole between. */
export const anyMemory: fc.Arbitrary<MemoryMap> = fc
	.record({
		unit: fc.constantFrom(1, 2, 4, 8, 16, 32),
		eraseValue: fc.constantFrom(0xff, 0x00),
		writeOnce: fc.boolean(),
		first: fc.array(fc.constantFrom(128, 256, 1024, 2048, 16384), { minLength: 1, maxLength: 8 }),
		second: fc.array(fc.constantFrom(128, 1024, 2048), { maxLength: 4 }),
		hole: fc.constantFrom(0, 4096, 65536),
	})
	.map(({ unit, eraseValue, writeOnce, first, second, hole }) => {
		const traits = { writeSize: unit, eraseValue, writeOnce };
		const bank1 = flash({ start: 0x08000000, sizes: first, ...traits });
		if (second.length === 0) return [bank1];
		const start = bank1.range.end + hole;
		const bank2 = { start, sizes: second, bank: 2, firstNumber: first.length, ...traits };
		return [bank1, flash(bank2)];
	});

/** Segments that lie inside the memory's flash, disjoint, possibly touching. */
export const anyImageIn = (
	memory: MemoryMap,
): fc.Arbitrary<{ address: number; data: Uint8Array }[]> =>
	fc
		.array(
			fc.record({
				region: fc.constantFrom(...memory),
				at: fc.double({ min: 0, max: 1, noNaN: true }),
				size: fc.integer({ min: 1, max: 700 }),
				seed: fc.integer({ min: 0, max: 255 }),
			}),
			{ minLength: 1, maxLength: 6 },
		)
		.map((wanted) => {
			const taken: { address: number; data: Uint8Array }[] = [];
			for (const { region, at, size, seed } of wanted) {
				const room = region.range.end - region.range.start;
				const address = region.range.start + Math.floor(at * (room - 1));
				const length = Math.min(size, region.range.end - address);
				const clash = taken.some(
					(other) =>
						address < other.address + other.data.length && other.address < address + length,
				);
				if (clash) continue;
				taken.push({ address, data: Uint8Array.from({ length }, (_, i) => (seed + i * 7) & 0xff) });
			}
			return taken;
		});
