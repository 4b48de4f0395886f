// What of the address space the strip draws: flash, whatever else the image reaches, and nothing in between.
import type { Image } from '#core/image.ts';
import { segmentRange } from '#core/image.ts';
import { isFlash, type MemoryMap, type Region, type Sector } from '#core/memory.ts';
import { join, overlaps, size, subtract, type Range } from '#core/range.ts';

/** A contiguous part of the axis: a region of the board, or image bytes where the board has no memory. */
export interface Block {
	readonly range: Range;
	readonly region: Region | undefined;
	readonly sectors: readonly Sector[];
}

/** Image segments this close are one block while no board says what lies between. */
const SAME_PLACE = 64 * 1024;
const MOST_STRAYS = 8;

/** Blocks in address order. Without a board: the places the image has bytes. */
export function blocksOf(memory: MemoryMap, image: Image): Block[] {
	const ranges = image.map(segmentRange);
	const drawn = memory.filter(
		(region) =>
			isFlash(region) ||
			region.kind === 'eeprom' ||
			ranges.some((range) => overlaps(range, region.range)),
	);
	const known = drawn.map((region) => ({ range: region.range, region, sectors: region.sectors }));
	const taken = drawn.map(({ range }) => range);
	const strays = places(
		ranges.flatMap((range) => subtract(range, taken)),
		taken,
	);
	return [...known, ...strays.map((range) => ({ range, region: undefined, sectors: [] }))].sort(
		(a, b) => a.range.start - b.range.start,
	);
}

/** Near ranges joined, unless a region lies between; with too many left, ever farther ones. */
function places(ranges: readonly Range[], taken: readonly Range[]): Range[] {
	let found = join(ranges);
	for (let near = SAME_PLACE; near <= 2 ** 32; near *= 16) {
		const joined: Range[] = [];
		for (const range of found) {
			const last = joined.at(-1);
			const whole = last && { start: last.start, end: range.end };
			const joins =
				last && whole && range.start - last.end <= near && !taken.some((r) => overlaps(r, whole));
			if (joins) joined[joined.length - 1] = whole;
			else joined.push(range);
		}
		found = joined;
		if (found.length <= MOST_STRAYS) break;
	}
	return found;
}

/** Bytes of the address space between a block and the one before; 0 where they touch. */
export const gapBefore = (blocks: readonly Block[], index: number): number => {
	const before = blocks[index - 1];
	const block = blocks[index];
	return before && block ? Math.max(0, block.range.start - before.range.end) : 0;
};

export const blockName = ({ region }: Block): string => region?.name ?? 'no memory here';

export const sectorSize = (sector: Sector): number => size(sector.range);
