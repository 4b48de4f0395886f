// One address axis in pixels. Boxes grow with less than their size, so that 16 KiB stays readable beside 1 MiB; true
// scale is the same axis with widths by size. Address to pixel never goes backwards.
import { size, type Range } from '#core/range.ts';
import { gapBefore, type Block } from './blocks.ts';
import { wanted, type Cell } from './cells.ts';

export interface Span {
	readonly x: number;
	readonly width: number;
}

export interface CellPlace extends Span {
	readonly cell: Cell;
}

export interface BlockPlace extends Span {
	readonly block: Block;
	/** Bytes of address space left out before it, and where that break is drawn. */
	readonly gap: number;
	readonly gapX: number;
	readonly gapWidth: number;
}

export interface Axis {
	readonly width: number;
	readonly cells: readonly CellPlace[];
	readonly blocks: readonly BlockPlace[];
}

/** No box is narrower, however small its sector. */
export const LEAST_WIDTH = 3;
/** Pixels between blocks that touch (two banks), and for a break in the addresses. */
const SEAM = 8;
const BREAK = { wide: 58, narrow: 38 };

const gapWidth = (blocks: readonly Block[], index: number, width: number): number =>
	index === 0
		? 0
		: gapBefore(blocks, index) === 0
			? SEAM
			: width >= 700
				? BREAK.wide
				: BREAK.narrow;

/** Pixels that breaks and seams leave for boxes. */
export const roomFor = (blocks: readonly Block[], width: number): number =>
	Math.max(0, width - blocks.reduce((sum, _, index) => sum + gapWidth(blocks, index, width), 0));

export function layOut(
	blocks: readonly Block[],
	cells: readonly Cell[],
	options: { readonly width: number; readonly trueScale: boolean },
): Axis {
	const { width, trueScale } = options;
	const room = roomFor(blocks, width);
	const widths = trueScale
		? share(
				cells.map(({ range }) => size(range)),
				cells.map(() => LEAST_WIDTH),
				room,
			)
		: share(cells.map(weight), cells.map(wanted), room);
	const places: CellPlace[] = [];
	const blockPlaces: BlockPlace[] = [];
	let x = 0;
	for (const [index, block] of blocks.entries()) {
		const gap = gapWidth(blocks, index, width);
		const start = x + gap;
		const gapX = x;
		x = start;
		for (const [at, cell] of cells.entries()) {
			if (cell.block !== index) continue;
			places.push({ cell, x, width: widths[at]! });
			x += widths[at]!;
		}
		const skipped = gapBefore(blocks, index);
		blockPlaces.push({ block, x: start, width: x - start, gap: skipped, gapX, gapWidth: gap });
	}
	return { width, cells: places, blocks: blockPlaces };
}

/** Many untouched sectors in one box say little; many touched ones say much. */
function weight({ range, sectors, touched }: Cell): number {
	const root = Math.sqrt(size(range));
	return sectors.length < 2 ? root : touched ? root * 1.6 : root * 0.5;
}

/** Shares `room` by weight; who would get less than its minimum gets that, and the others share the rest. */
function share(weights: readonly number[], minima: readonly number[], room: number): number[] {
	const least = minima.reduce((sum, one) => sum + one, 0);
	if (least >= room) return minima.map((one) => (one * room) / Math.max(least, 1));
	const widths = [...minima];
	let open = weights.map((_, index) => index);
	let left = room;
	for (;;) {
		const heavy = open.reduce((sum, index) => sum + weights[index]!, 0);
		const portion = (index: number): number =>
			heavy > 0 ? (weights[index]! * left) / heavy : left / open.length;
		const short = open.filter((index) => portion(index) < minima[index]!);
		if (short.length === 0) {
			for (const index of open) widths[index] = portion(index);
			return widths;
		}
		left -= short.reduce((sum, index) => sum + minima[index]!, 0);
		const settled = new Set(short);
		open = open.filter((index) => !settled.has(index));
	}
}

/** Where an address is drawn; inside a break, at the end of what comes before it. */
export function xOf({ cells }: Axis, address: number): number {
	let low = 0;
	let high = cells.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (cells[middle]!.cell.range.start <= address) low = middle + 1;
		else high = middle;
	}
	const place = cells[low - 1] ?? cells[0];
	if (!place) return 0;
	const { start, end } = place.cell.range;
	const part = Math.min(1, Math.max(0, (address - start) / Math.max(1, end - start)));
	return place.x + part * place.width;
}

/** Pixels of a range that lies in one block; at least `least` wide, so that nothing is hidden. */
export function spanOf(axis: Axis, range: Range, least = 2): Span {
	const from = xOf(axis, range.start);
	// The end may be the first address of the next block, which is drawn behind the break.
	const block = axis.blocks.find(
		({ block }) => block.range.start < range.end && range.end <= block.range.end,
	);
	const atEnd = block?.block.range.end === range.end;
	const to = atEnd ? block.x + block.width : xOf(axis, range.end);
	const width = Math.max(least, to - from);
	return { x: Math.max(0, Math.min(from, axis.width - width)), width };
}

/** The address drawn at a pixel; undefined between blocks. */
export function addressAt({ cells }: Axis, x: number): number | undefined {
	const place = cells.find((one) => one.x <= x && x < one.x + one.width);
	if (!place) return undefined;
	const { start, end } = place.cell.range;
	return Math.min(end - 1, start + Math.floor(((x - place.x) / place.width) * (end - start)));
}
