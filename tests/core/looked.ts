// A look at a board and the plan it makes exact, without a session: what tests of keeping and looking stand on.
import { stm32Crc } from '#core/crc.ts';
import { overlayImage, readImage, type Image } from '#core/image.ts';
import { lookSteps } from '#core/look.ts';
import { Looking, type LookedBefore } from '#core/looking.ts';
import { flashSectors, isFlash, type MemoryMap } from '#core/memory.ts';
import { plan, type Plan, type ProtectedRange } from '#core/plan.ts';
import { size, type Range } from '#core/range.ts';
import { compile } from '#core/compile.ts';
import type { Pace } from '#core/steps.ts';
import { timings } from './maps.ts';

export const pace = { timings, transferMs: 2, byteMs: 0.01 };
export const limits = {
	transferSize: 256,
	sectorsPerErase: 8,
	massErase: false,
	checksum: false,
	sampleSize: 16,
};
export const quickMass: Pace = {
	...pace,
	timings: { ...timings, massErase: { typicalMs: 1, maximumMs: 10 } },
};
export const BASE = 0x08000000;
export const noise = (length: number, seed: number): Uint8Array =>
	Uint8Array.from({ length }, (_, i) => (i * 31 + seed + (i >> 8)) & 0x7f);

export interface Manner {
	backup?: boolean;
	compare?: boolean;
	keep?: boolean;
	/** The bootloader has Get Checksum; 'broken' lists it and does not answer it. */
	checksum?: boolean | 'broken';
	/** Everything may be erased at once. */
	mass?: Pace | undefined;
	protect?: readonly ProtectedRange[];
	undescribed?: readonly Range[];
	/** What an interrupted job left behind. */
	before?: LookedBefore;
}

interface Looked {
	exact: Plan;
	/** Bytes that crossed the wire. */
	read: number;
	sums: number;
	found: Image;
}

/** Looks as a job does, at a board that holds `held` (blank elsewhere), and plans again. */
export function looked(image: Image, memory: MemoryMap, held: Image, manner: Manner = {}): Looked {
	const { backup = false, compare = true, keep = true, checksum = false, mass, protect } = manner;
	const { undescribed, before } = manner;
	const options = {
		start: true,
		...(protect && { protect }),
		...(undescribed && { undescribed }),
	};
	const known = { ...before, keep, ...(protect && { spare: protect.map(({ range }) => range) }) };
	const first = plan(image, memory, { ...options, known });
	const looking = new Looking(first, image, pace, before);
	let [read, sums] = [0, 0];
	const offered = { ...limits, checksum: checksum !== false };
	for (const step of lookSteps(first, image, offered, {
		backup,
		compare,
		keep,
		...(mass && { mass }),
	})) {
		if (!looking.worthwhile(step)) continue;
		const region = memory.find(({ sectors }) => sectors.includes(step.sector))!;
		const data = readImage(held, step.range, region.eraseValue);
		if (step.sum) sums++;
		else read += size(step.range);
		if (!step.sum) looking.add(step, data);
		else looking.add(step, checksum === 'broken' ? undefined : stm32Crc(data));
	}
	const { found } = looking;
	return {
		exact: plan(image, memory, { ...options, known: { ...known, found } }),
		read,
		sums,
		found,
	};
}

/** What the flash holds after the steps of a plan. */
export function after(
	memory: MemoryMap,
	held: Image,
	found: Plan,
	mass?: Pace,
): (range: { start: number; end: number }) => Uint8Array {
	const offered = { ...limits, massErase: mass !== undefined };
	const steps = compile(found, offered, mass?.timings ?? timings);
	let content = held;
	for (const step of steps) {
		if (step.kind === 'erase' || step.kind === 'mass-erase') {
			const gone = step.kind === 'erase' ? step.sectors : flashSectors(memory);
			for (const { range } of gone) {
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
