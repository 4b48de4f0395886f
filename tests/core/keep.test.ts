import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstDifference } from '#core/bytes.ts';
import {
	buildImage,
	imageSize,
	overlayImage,
	readImage,
	segmentRange,
	type Image,
} from '#core/image.ts';
import { flashSectors } from '#core/memory.ts';
import { plan } from '#core/plan.ts';
import { subtract } from '#core/range.ts';
import { after, BASE, looked, noise, quickMass } from './looked.ts';
import { anyImageIn, anyMemory, f405, h743Small } from './maps.ts';

describe('a plan that knows the board', () => {
	it('keeps what shares a sector with the image', () => {
		const image = [{ address: BASE, data: noise(1000, 1) }];
		const held = [{ address: BASE, data: noise(16 * 1024, 50) }];
		const { exact } = looked(image, f405, held);
		expect(exact.erase.map(({ number }) => number)).toEqual([0]);
		expect(exact.keep).toEqual([{ start: BASE + 1000, end: BASE + 16 * 1024 }]);
		expect(exact.lost).toEqual([]);
		expect(exact.unread).toEqual([]);
		expect(imageSize(exact.confirm)).toBe(15 * 1024 + 24);
	});

	it('leaves a sector alone that holds the image, and erases none that is blank', () => {
		const data = noise(40 * 1024, 1);
		const held = [{ address: BASE, data: data.subarray(0, 16 * 1024) }];
		const { exact } = looked([{ address: BASE, data }], f405, held);
		expect(exact.same.map(({ number }) => number)).toEqual([0]);
		expect(exact.erase).toEqual([]);
		expect(exact.write.map(segmentRange)).toEqual([
			{ start: BASE + 16 * 1024, end: BASE + 40 * 1024 },
		]);
	});

	it('writes only the blank units that change, and never a programmed ECC word', () => {
		const old = noise(64, 7);
		const more = Uint8Array.from([...old, ...noise(64, 9)]);
		const held = [{ address: BASE, data: old }];
		const { exact } = looked([{ address: BASE, data: more }], h743Small, held);
		expect(exact.erase).toEqual([]);
		expect(exact.write.map(segmentRange)).toEqual([{ start: BASE + 64, end: BASE + 128 }]);
		const half = looked([{ address: BASE, data: more.subarray(0, 80) }], h743Small, [
			{ address: BASE, data: more.subarray(0, 70) },
		]);
		expect(half.exact.erase.map(({ number }) => number)).toEqual([0]);
	});

	it('reads a sector no further than it must, and gives up looking where nothing is the same', () => {
		const image = [{ address: BASE, data: noise(1024 * 1024 - 4096, 1) }];
		const held = [{ address: BASE, data: noise(1024 * 1024, 2) }];
		const { exact, read } = looked(image, f405, held);
		expect(exact.erase).toHaveLength(12);
		// One transfer of each sector, and the 4 KiB beside the image.
		expect(read).toBeLessThanOrEqual(12 * 256 + 4096);
	});

	it('erases an interrupted sector again whatever it reads, from the journal’s bytes', () => {
		const data = noise(1000, 1);
		const kept = [{ address: BASE + 1000, data: noise(16 * 1024 - 1000, 3) }];
		const known = {
			keep: true,
			found: [{ address: BASE, data: overlaid(data, 16 * 1024) }],
			kept,
			redo: [{ start: BASE, end: BASE + 16 * 1024 }],
		};
		const again = plan([{ address: BASE, data }], f405, { start: false, known });
		expect(again.erase).toHaveLength(1);
		expect(again.confirm).toEqual([]);
		const all = after(f405, [], again)({ start: BASE + 1000, end: BASE + 16 * 1024 });
		expect(all).toEqual(kept[0]!.data);
	});

	it('refuses what is protected, by name', () => {
		const protect = [{ name: 'calibration', range: { start: BASE + 8192, end: BASE + 9216 } }];
		const codes = (image: Image, keep: boolean): string[] =>
			plan(image, f405, { start: false, known: { keep }, protect })
				.diagnostics.filter(({ severity }) => severity === 'error')
				.map(({ code }) => code);
		expect(codes([{ address: BASE, data: noise(9000, 1) }], true)).toEqual(['plan.protected']);
		expect(codes([{ address: BASE, data: noise(100, 1) }], false)).toEqual(['plan.protected-lost']);
		expect(codes([{ address: BASE, data: noise(100, 1) }], true)).toEqual([]);
	});

	it('keeps what is protected where neighbours are not kept, on any memory', () => {
		const job = anyMemory.chain((memory) =>
			fc.record({
				memory: fc.constant(memory),
				image: anyImageIn(memory),
				held: anyImageIn(memory),
				named: anyImageIn(memory),
				backup: fc.boolean(),
				compare: fc.boolean(),
			}),
		);
		let merged = 0;
		fc.assert(
			fc.property(job, ({ memory, image: parts, held: others, named, ...manner }) => {
				const image = buildImage(parts);
				const held = buildImage(others);
				const taken = image.map(segmentRange);
				const protect = buildImage(named)
					.map(segmentRange)
					.flatMap((range) => subtract(range, taken))
					.map((range, i) => ({ name: `range ${i}`, range }));
				const { exact } = looked(image, memory, held, { ...manner, keep: false, protect });
				expect(exact.diagnostics.map(({ code }) => code)).not.toContain('plan.protected-lost');
				expect(exact.unread).toEqual([]);
				if (exact.keep.length > 0) merged++;
				const now = after(memory, held, exact);
				const blank = memory[0]!.eraseValue;
				for (const { range } of protect)
					expect(firstDifference(now(range), readImage(held, range, blank))).toBe(-1);
			}),
		);
		expect(merged).toBeGreaterThan(0);
	});

	it('ends with the image where it is and everything else as it was, on any memory', () => {
		const job = anyMemory.chain((memory) =>
			fc.record({
				memory: fc.constant(memory),
				image: anyImageIn(memory),
				held: anyImageIn(memory),
				reuse: fc.boolean(),
				manner: fc.record({
					compare: fc.boolean(),
					backup: fc.boolean(),
					checksum: fc.constantFrom<boolean | 'broken'>(true, false, 'broken'),
					mass: fc.constantFrom(undefined, quickMass),
				}),
			}),
		);
		fc.assert(
			fc.property(job, ({ memory, image: parts, held: others, reuse, manner }) => {
				const image = buildImage(parts);
				const held = reuse
					? overlayImage(buildImage(others), image.slice(0, 1))
					: buildImage(others);
				const { exact, found } = looked(image, memory, held, manner);
				const blank = memory[0]!.eraseValue;
				for (const part of found) {
					const there = readImage(held, segmentRange(part), blank);
					expect(firstDifference(there, part.data)).toBe(-1);
				}
				const now = after(memory, held, exact, manner.mass);
				const wanted = overlayImage(held, image);
				for (const { range } of flashSectors(memory))
					expect(firstDifference(now(range), readImage(wanted, range, blank))).toBe(-1);
				expect(exact.lost).toEqual([]);
				expect(exact.unread).toEqual([]);
			}),
		);
	});
});

function overlaid(data: Uint8Array, length: number): Uint8Array {
	const bytes = new Uint8Array(length).fill(0xff);
	bytes.set(data);
	return bytes;
}
