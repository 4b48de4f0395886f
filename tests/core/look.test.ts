import { describe, expect, it } from 'vitest';
import { segmentRange, type Image } from '#core/image.ts';
import { wholeLooks } from '#core/look.ts';
import type { Region } from '#core/memory.ts';
import { plan } from '#core/plan.ts';
import { join, size } from '#core/range.ts';
import { compile } from '#core/compile.ts';
import { eraseTime, type Pace, type Step } from '#core/steps.ts';
import { BASE, limits, looked, noise, pace, quickMass, type Manner } from './looked.ts';
import { f405, flash, h743Small, timings } from './maps.ts';

describe('a look', () => {
	const whole = noise(512 * 1024, 1);
	const changedAt = (at: number, length: number): Uint8Array => {
		const data = whole.slice();
		data.fill(0, at, at + length);
		return data;
	};

	it('meets a run of changed bytes soon, wherever it lies', () => {
		const image = [{ address: BASE, data: whole.subarray(0, 128 * 1024) }];
		for (const at of [4096, 60_000, 100_000, 126_976]) {
			const held = [{ address: BASE, data: changedAt(at, 4096).subarray(0, 128 * 1024) }];
			const { exact, read } = looked(image, h743Small, held);
			expect(exact.erase).toHaveLength(1);
			// One place in each stretch of half the run.
			expect(read).toBeLessThanOrEqual(((2 * 128) / 4) * 256 + 256);
		}
	});

	it('asks for checksums where the ROM has them: what is the same is not read at all', () => {
		const image = [{ address: BASE, data: whole }];
		const { exact, read, sums } = looked(image, f405, image, { checksum: true });
		expect(exact.same).toHaveLength(8);
		expect(exact.write).toEqual([]);
		expect(read).toBe(0);
		expect(sums).toBe(8);
	});

	it('reads one stretch of a sector whose checksum differs, and what is kept of it', () => {
		const image = [{ address: BASE, data: whole.subarray(0, 500 * 1024) }];
		const held = [{ address: BASE, data: changedAt(400_000, 100) }];
		const { exact, read } = looked(image, f405, held, { checksum: true });
		expect(exact.erase.map(({ number }) => number)).toEqual([7]);
		expect(read).toBeLessThanOrEqual(4096 + 12 * 1024);
		expect(read).toBeGreaterThanOrEqual(12 * 1024);
	});

	it('knows a blank sector by its checksum, and writes it without an erase', () => {
		const { exact, read } = looked([{ address: BASE, data: whole }], f405, [], { checksum: true });
		expect(exact.erase).toEqual([]);
		expect(exact.write.map(segmentRange)).toEqual([{ start: BASE, end: BASE + 512 * 1024 }]);
		expect(read).toBe(0);
	});

	it('knows a half-filled last sector without reading what is blank behind it', () => {
		// 32-byte units, the last one not full.
		const image = [{ address: BASE, data: whole.subarray(0, 130 * 1024 + 5) }];
		const { exact, read } = looked(image, h743Small, []);
		expect(exact.erase).toEqual([]);
		expect(exact.unread).toEqual([]);
		expect(read).toBe(130 * 1024 + 32);
	});

	it('goes on by reading where a checksum that was offered does not come', () => {
		const image = [{ address: BASE, data: whole }];
		const { exact, read, sums } = looked(image, f405, image, { checksum: 'broken' });
		expect(exact.same).toHaveLength(8);
		expect(read).toBe(512 * 1024);
		expect(sums).toBe(1);
	});

	it('reads each byte of a backup once, and of what stays the same only the image', () => {
		// Sectors 0 to 3 of 16 KiB: 0 and 3 are the same; 1 differs; of 3 the image has 1000 bytes.
		const data = whole.subarray(0, 3 * 16384 + 1000);
		const held = [{ address: BASE, data: changedAt(20_000, 10).subarray(0, 4 * 16384) }];
		const image = [{ address: BASE, data }];
		const byReading = looked(image, f405, held, { backup: true });
		expect(byReading.exact.erase.map(({ number }) => number)).toEqual([1]);
		expect(byReading.read).toBe(3 * 16384 + 1024);
		const bySum = looked(image, f405, held, { backup: true, checksum: true });
		expect(bySum.exact.erase.map(({ number }) => number)).toEqual([1]);
		expect(bySum.read).toBe(16384);
	});
});

describe('one erase of everything', () => {
	const data = noise(7 * 128 * 1024 - 100, 1);
	const image = [{ address: BASE, data }];
	const other = noise(7 * 128 * 1024, 9);
	const erases = (manner: Manner, held: Image = [{ address: BASE, data: other }]): Step[] => {
		const { exact } = looked(image, bare, held, { compare: true, ...manner });
		return compile(
			exact,
			{ ...limits, massErase: true },
			(manner.mass ?? quickMass).timings,
		).filter((step) => step.kind === 'erase' || step.kind === 'mass-erase');
	};
	/** Eight sectors of 128 KiB; the image leaves the last one alone. */
	const bare = [flash({ start: BASE, sizes: Array<number>(8).fill(128 * 1024) })];
	const massMs = (typicalMs: number): Pace => ({
		...pace,
		timings: { ...timings, massErase: { typicalMs, maximumMs: 10 * typicalMs } },
	});
	const sevenMs = 7 * eraseTime(timings, 128 * 1024).typicalMs;
	const restMs = 512 * (pace.transferMs + 256 * pace.byteMs);

	it('is chosen where it is quicker, the proof included, and only there', () => {
		expect(erases({ mass: massMs(sevenMs - restMs - 1) }).map(({ kind }) => kind)).toEqual([
			'mass-erase',
		]);
		expect(
			erases({ mass: massMs(sevenMs - restMs + 1) }).every(({ kind }) => kind === 'erase'),
		).toBe(true);
		// The proof is cheaper by checksum.
		const bySum = massMs(sevenMs - restMs + 1);
		expect(erases({ mass: bySum, checksum: true }).map(({ kind }) => kind)).toEqual(['mass-erase']);
	});

	it('never takes what was not asked for: another program, what stays the same, a protected range', () => {
		const mass = massMs(1);
		const last = BASE + 7 * 128 * 1024;
		const single = (manner: Manner, held: Image): boolean =>
			erases({ mass, ...manner }, held).every(({ kind }) => kind === 'erase');
		const changed = { address: BASE, data: other };
		for (const at of [0, 70_000, 128 * 1024 - 1])
			expect(single({}, [changed, { address: last + at, data: Uint8Array.of(0) }])).toBe(true);
		const same = {
			address: BASE,
			data: Uint8Array.from([...data.subarray(0, 131072), ...other.subarray(131072)]),
		};
		expect(single({}, [same])).toBe(true);
		const protect = [{ name: 'settings', range: { start: last + 16, end: last + 32 } }];
		expect(single({ protect }, [changed])).toBe(true);
		const undescribed = [{ start: last + 131072, end: last + 262144 }];
		expect(single({ undescribed }, [changed])).toBe(true);
		expect(single({}, [changed])).toBe(false);
	});

	it('stops looking at the rest as soon as something stands there', () => {
		const full = [{ address: BASE, data: noise(1024 * 1024, 9) }];
		const { read } = looked(image, bare, full, { mass: massMs(1) });
		const without = looked(image, bare, full);
		expect(read - without.read).toBe(256);
	});

	it('needs no look where every sector is asked for', () => {
		const all = [{ address: BASE, data: noise(1024 * 1024, 1) }];
		const { exact } = looked(all, bare, [{ address: BASE, data: noise(1024 * 1024, 9) }]);
		const kinds = (typicalMs: number): string[] =>
			compile(exact, { ...limits, massErase: true }, massMs(typicalMs).timings)
				.filter(({ kind }) => kind.includes('erase'))
				.map(({ kind }) => kind);
		const eightMs = (sevenMs / 7) * 8;
		expect(kinds(eightMs - 1)).toEqual(['mass-erase']);
		expect(kinds(eightMs + 1)).toHaveLength(8);
	});
});

describe('a look at the whole flash', () => {
	const outside: Region = {
		...flash({ start: 0x90000000, sizes: Array<number>(4).fill(64 * 1024) }),
		kind: 'external',
	};
	const memory = [...f405, outside];
	const read = (image: Image): number[] => {
		const first = plan(image, memory, { start: false, known: { keep: true } });
		const ranges = wholeLooks(first, image, limits).map(({ range }) => range);
		return join(ranges).map(size);
	};
	const inside = { address: BASE, data: noise(100, 1) };

	it('is one at the chip’s own: of memory outside it only what changes is read', () => {
		expect(read([inside])).toEqual([1024 * 1024]);
		const other = { address: 0x90010000, data: noise(100, 2) };
		expect(read([inside, other])).toEqual([1024 * 1024, 64 * 1024]);
	});
});

describe('a look over what an interrupted job left', () => {
	const held = [{ address: BASE, data: noise(128 * 1024, 1) }];
	const image = [{ address: BASE, data: noise(1000, 1) }];
	const sector = { start: BASE, end: BASE + 128 * 1024 };

	it('reads what stays beside an image that is there, where its sector is erased all the same', () => {
		expect(looked(image, h743Small, held).exact.erase).toEqual([]);
		const { exact } = looked(image, h743Small, held, { before: { redo: [sector] } });
		expect(exact.erase).toHaveLength(1);
		expect(exact.unread).toEqual([]);
		expect(exact.keep.reduce((sum, range) => sum + size(range), 0)).toBe(128 * 1024 - 1000);
	});

	it('reads the rest of a sector where only what was to be brought back is gone', () => {
		const kept = [{ address: BASE + 2000, data: noise(500, 7) }];
		const { exact } = looked(image, h743Small, held, { before: { kept }, backup: true });
		expect(exact.erase).toHaveLength(1);
		expect(exact.unread).toEqual([]);
	});
});
