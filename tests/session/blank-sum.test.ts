// The blank check by the chip's own checksum: what the sum cannot tell, the bytes do.
import { describe, expect, it } from 'vitest';
import type { BlankCheck } from '#core/blank-check.ts';
import { stm32Crc } from '#core/crc.ts';
import { Failure } from '#core/failure.ts';
import type { Sector } from '#core/memory.ts';
import { size, type Range } from '#core/range.ts';
import type { Programmer } from '#protocols/programmer.ts';
import { VirtualClock } from '#simulator/virtual-clock.ts';
import { run } from '#session/run.ts';

const KIB = 1024;
const access = { read: true, erase: true, write: true };
const sectors = [0, 1].map((number): Sector => {
	const range = { start: number * 8 * KIB, end: (number + 1) * 8 * KIB };
	return { number, bank: 1, range, access };
});
const step: BlankCheck = {
	kind: 'blank-check',
	range: { start: 0, end: 16 * KIB },
	sector: sectors[0]!,
	value: 0xff,
	sum: sectors,
};

/** Runs the step against this flash. */
async function check(flash: Uint8Array, sum: number | Error): Promise<Range[]> {
	const reads: Range[] = [];
	const rom: Partial<Programmer> = {
		limits: {
			transferSize: 256,
			sectorsPerErase: 8,
			massErase: true,
			checksum: true,
			addressed: true,
			sampleSize: 32,
		},
		read: (range) => {
			reads.push(range);
			return Promise.resolve(flash.slice(range.start, range.end));
		},
		checksum: () => (typeof sum === 'number' ? Promise.resolve(sum) : Promise.reject(sum)),
		settle: () => Promise.resolve(),
	};
	const course = { clock: new VirtualClock(), begin: () => Promise.resolve(true) };
	const { signal } = new AbortController();
	for await (const { index } of run([step], rom as Programmer, course, signal))
		expect(index).toBe(0);
	return reads;
}

describe('a blank check by checksum', () => {
	const blank = new Uint8Array(16 * KIB).fill(0xff);

	it('needs no read where the sum is that of blank memory', async () => {
		expect(await check(blank, stm32Crc(blank))).toEqual([]);
	});

	it('finds the one byte left, wherever it is, and names its sector', async () => {
		const flash = blank.slice();
		flash[9000] = 0x7f;
		await expect(check(flash, stm32Crc(flash))).rejects.toMatchObject({
			code: 'job.not-blank',
			data: { sector: 1, address: 9000, found: 0x7f },
		});
	});

	it('believes the bytes where the sum is wrong: all of them', async () => {
		const reads = await check(blank, 0x12345678);
		expect(reads.reduce((sum, range) => sum + size(range), 0)).toBe(16 * KIB);
	});

	it('reads a place in every 2 KiB where the ROM does not give the sum it offers', async () => {
		const refused = new Failure('uart.nack', { command: 'Get Checksum', address: 0 });
		expect(await check(blank, refused)).toEqual(
			Array.from({ length: 8 }, (_, i) => ({ start: i * 2048, end: i * 2048 + 32 })),
		);
	});
});
