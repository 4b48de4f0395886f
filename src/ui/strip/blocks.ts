// What of the address space the strip draws: all flash, whatever else the file reaches, and nothing in between.
import { segmentRange, type Image } from '#core/image.ts';
import { isFlash, type MemoryMap, type Region, type Sector } from '#core/memory.ts';
import { overlaps, size, subtract, type Range } from '#core/range.ts';

/** A stretch of addresses without a break. */
export interface Block {
	readonly range: Range;
	/** Undefined where the file has bytes and the board has no memory, or no board is known. */
	readonly region: Region | undefined;
	/** Empty where memory is not erased by sector. */
	readonly sectors: readonly Sector[];
}

/** Stray parts closer than this are one block. */
const JOIN_BYTES = 65536;
/** More breaks than these between stray parts would tell nothing. */
const MOST_STRAYS = 5;

/** In address order; without a board, the file's own extent. */
export function blocksOf(memory: MemoryMap, image: Image): Block[] {
	const ranges = image.map(segmentRange);
	const blocks: Block[] = memory
		.filter((region) => isFlash(region) || ranges.some((range) => overlaps(region.range, range)))
		.filter(({ range }) => size(range) > 0)
		.map((region) => ({ range: region.range, region, sectors: region.sectors }));
	const known = memory.map(({ range }) => range);
	const strays = ranges.flatMap((range) => subtract(range, known));
	return [...blocks, ...joinStrays(strays, blocks)].sort((a, b) => a.range.start - b.range.start);
}

/** The widest gaps stay visible, and all that hold memory of the board; the others are bridged. */
function joinStrays(strays: readonly Range[], blocks: readonly Block[]): Block[] {
	const gaps = strays.slice(1).map((range, i) => ({ start: strays[i]!.end, end: range.start }));
	const holdsBlock = (gap: Range): boolean => blocks.some(({ range }) => overlaps(range, gap));
	const free = gaps.map((gap) => size(gap) > 0 && !holdsBlock(gap) && size(gap) > JOIN_BYTES);
	const widths = gaps.filter((_, i) => free[i]).map(size);
	const least = widths.sort((a, b) => b - a)[MOST_STRAYS - 2] ?? 0;
	const joined: { start: number; end: number }[] = [];
	for (const [i, range] of strays.entries()) {
		const last = joined.at(-1);
		const gap = gaps[i - 1];
		const apart = gap && (holdsBlock(gap) || (free[i - 1] && size(gap) >= Math.max(least, 1)));
		if (last && !apart) last.end = range.end;
		else joined.push({ ...range });
	}
	return joined.map((range) => ({ range, region: undefined, sectors: [] }));
}

/** Bytes of address space left out before a block. */
export function gapBefore(blocks: readonly Block[], index: number): number {
	const before = blocks[index - 1];
	const block = blocks[index];
	return before && block ? Math.max(0, block.range.start - before.range.end) : 0;
}
