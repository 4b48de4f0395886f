import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	buildImage,
	imageSize,
	overlayImage,
	readImage,
	segmentRange,
	type Image,
} from '#core/image.ts';
import { lookSteps } from '#core/look.ts';
import { Looking } from '#core/looking.ts';
import { flashSectors, isFlash, type MemoryMap } from '#core/memory.ts';
import { plan, type Plan } from '#core/plan.ts';
import { size } from '#core/range.ts';
import { compile } from '#core/steps.ts';
import { anyImageIn, anyMemory, f405, h743Small, timings } from './maps.ts';

const pace = { timings, transferMs: 2, byteMs: 0.01 };
const limits = {
	transferSize: 256,
	sectorsPerErase: 8,
	massErase: false,
	checksum: false,
	sampleSize: 16,
};
const BASE = 0x08000000;
const noise = (length: number, seed: number): Uint8Array =>
	Uint8Array.from({ length }, (_, i) => (i * 31 + seed + (i >> 8)) & 0x7f);

/** Looks as a job does, at a board that holds `held` (blank elsewhere), and plans again. */
function looked(
	image: Image,
	memory: MemoryMap,
	held: Image,
	options: { backup?: boolean; compare?: boolean; keep?: boolean } = {},
): { exact: Plan; read: number; steps: number } {
	const { backup = false, compare = true, keep = true } = options;
	const first = plan(image, memory, { start: true, known: { keep } });
	const looking = new Looking(first, image, pace);
	let read = 0;
	const steps = lookSteps(first, image, limits, { backup, compare, keep });
	for (const step of steps) {
		if (!looking.worthwhile(step)) continue;
		const region = memory.find(({ sectors }) => sectors.includes(step.sector))!;
		looking.add(step, readImage(held, step.range, region.eraseValue));
		read += size(step.range);
	}
	const known = { keep, found: looking.found };
	return { exact: plan(image, memory, { start: true, known }), read, steps: steps.length };
}

/** What the flash holds after the steps of a plan. */
function after(
	memory: MemoryMap,
	held: Image,
	found: Plan,
): (range: { start: number; end: number }) => Uint8Array {
	const steps = compile(found, limits, timings);
	let content = held;
	for (const step of steps) {
		if (step.kind === 'erase' || step.kind === 'mass-erase') {
			for (const { range } of step.sectors) {
				const region = memory.find(
					(one) => one.range.start <= range.start && range.end <= one.range.end,
				)!;
				const data = new Uint8Array(size(range)).fill(region.eraseValue);
				content = overlayImage(content, [{ address: range.start, data }]);
			}
		} else if (step.kind === 'write') content = overlayImage(content, [step]);
	}
	const blank = memory.find(isFlash)!.eraseValue;
	return (range) => readImage(content, range, blank);
}

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

	it('ends with the image where it is and everything else as it was, on any memory', () => {
		const job = anyMemory.chain((memory) =>
			fc.record({
				memory: fc.constant(memory),
				image: anyImageIn(memory),
				held: anyImageIn(memory),
				reuse: fc.boolean(),
				compare: fc.boolean(),
				backup: fc.boolean(),
			}),
		);
		fc.assert(
			fc.property(job, ({ memory, image: parts, held: others, reuse, compare, backup }) => {
				const image = buildImage(parts);
				const held = reuse
					? overlayImage(buildImage(others), image.slice(0, 1))
					: buildImage(others);
				const { exact } = looked(image, memory, held, { compare, backup });
				const now = after(memory, held, exact);
				for (const sector of flashSectors(memory)) {
					const blank = memory[0]!.eraseValue;
					const wanted = readImage(overlayImage(held, image), sector.range, blank);
					expect(now(sector.range)).toEqual(wanted);
				}
				expect(exact.lost).toEqual([]);
			}),
		);
	});
});

function overlaid(data: Uint8Array, length: number): Uint8Array {
	const bytes = new Uint8Array(length).fill(0xff);
	bytes.set(data);
	return bytes;
}
