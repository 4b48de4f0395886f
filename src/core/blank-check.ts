// Where a job looks after an erase, before it writes anything: to find an erase that failed while nothing is lost by it.
// What is written is read back whole afterwards. Pure.
import { firstOtherThan } from './bytes.ts';
import { sliceImage, type Image } from './image.ts';
import { isFlash, type Region, type Sector } from './memory.ts';
import type { Plan } from './plan.ts';
import { alignDown, alignUp, onGrid, size, type Range } from './range.ts';
import type { StepLimits } from './steps.ts';

export interface BlankCheck {
	readonly kind: 'blank-check';
	readonly range: Range;
	readonly sector: Sector;
	/** What an erased byte reads. */
	readonly value: number;
	/** The chip's checksum answers for every byte of these sectors that lies in `range`; `sector` is the first. */
	readonly sum?: readonly Sector[];
}

/** A sector of unknown content is looked at where it begins and ends, and at least this often between. */
const DISTANCE = 32 * 1024;
/** Small sectors have one place in so many bytes. */
export const BLANK_SPACING = 2048;
/** On a wire that reads from block borders only, one place in so many blocks. */
const BLOCKS = 4;
/** One Get Checksum covers at most this much, so that progress moves and a mismatch is easy to find. */
export const CHECKSUM_SPAN = 16384;
/** Get Checksum takes whole words (AN3155 3.13). */
const WORD = 4;

/** What to look at when `sectors` have been erased, in address order. */
export function blankChecks(
	sectors: readonly Sector[],
	plan: Plan,
	limits: StepLimits,
): BlankCheck[] {
	return limits.checksum ? sums(sectors, plan) : samples(sectors, plan, limits);
}

/** All of them by the chip's own checksum: that of blank memory is known, and no byte is left out. */
function sums(sectors: readonly Sector[], plan: Plan): BlankCheck[] {
	const stretches: Sector[][] = [];
	for (const sector of sectors) {
		const last = stretches.at(-1);
		const joins =
			last?.at(-1)!.range.end === sector.range.start &&
			sector.range.end - last[0]!.range.start <= CHECKSUM_SPAN;
		if (last && joins) last.push(sector);
		else stretches.push([sector]);
	}
	return stretches.flatMap((sum) => {
		const sector = sum[0]!;
		const whole = { start: sector.range.start, end: sum.at(-1)!.range.end };
		const value = erasedValue(plan, sector);
		return onGrid(whole, CHECKSUM_SPAN).map((range): BlankCheck => {
			const words = range.start % WORD === 0 && range.end % WORD === 0;
			return { kind: 'blank-check', range, sector, value, ...(words && { sum }) };
		});
	});
}

/**
 * One place that is known to have held something: blank now, it proves this erase. Where none is known, some in every
 * large sector, from its first bytes to its last transfer, and one in every stretch of small ones.
 */
function samples(sectors: readonly Sector[], plan: Plan, limits: StepLimits): BlankCheck[] {
	const { sampleSize, sampleGrid = sampleSize } = limits;
	const spacing = Math.max(BLANK_SPACING, BLOCKS * sampleGrid);
	let due = 0;
	return sectors.flatMap((sector) => {
		const { start, end } = sector.range;
		const large = size(sector.range) > spacing;
		if (!large && start < due) return [];
		due = start + spacing;
		const value = erasedValue(plan, sector);
		const held = heldAt(sliceImage(plan.found, sector.range), value, limits);
		const places = large ? spread(sector.range, sampleGrid) : [start];
		return (held === undefined ? places : [held]).map((from): BlankCheck => {
			const range = { start: from, end: Math.min(from + sampleSize, end) };
			return { kind: 'blank-check', range, sector, value };
		});
	});
}

/** Evenly over the sector, its beginning and its last grid place among them. */
function spread({ start, end }: Range, grid: number): number[] {
	const gaps = Math.max(1, Math.ceil((end - start) / DISTANCE));
	const last = Math.max(start, alignUp(end, grid) - grid);
	return Array.from({ length: gaps + 1 }, (_, i) =>
		Math.max(start, alignDown(start + ((last - start) * i) / gaps, grid)),
	);
}

/**
 * The last place that was read and is not blank: were the chip's sector smaller than described, an erase that begins
 * at its start would miss what is farthest from there. Undefined where nothing is known to be there.
 */
function heldAt(
	known: Image,
	value: number,
	{ sampleSize, sampleGrid = sampleSize }: StepLimits,
): number | undefined {
	for (const { address, data } of [...known].reverse()) {
		const end = address + data.length;
		for (let at = alignDown(end - 1, sampleGrid); at >= address; at -= sampleGrid) {
			const part = data.subarray(at - address, at - address + sampleSize);
			if (firstOtherThan(part, value) >= 0) return at;
		}
	}
	return undefined;
}

const erasedValue = (plan: Plan, sector: Sector): number =>
	regionOf(plan, sector)?.eraseValue ?? 0xff;

const regionOf = (plan: Plan, sector: Sector): Region | undefined =>
	plan.memory.find((region) => isFlash(region) && region.sectors.includes(sector));
