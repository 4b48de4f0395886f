// One address axis in pixels. Sectors are drawn one by one where there is room, else in groups of equal neighbours;
// widths grow with less than the size, so that a 16 KiB sector stays readable beside 128 KiB. True scale is the
// same axis with widths by size.
import type { Region, Sector } from '#core/memory.ts';
import { size, type Range } from '#core/range.ts';
import { gapBefore, sectorSize, type Block } from './strip-blocks.ts';

/** Neighbouring sectors drawn as one box; without sectors, a block that is not erased by sector. */
export interface Cell {
	readonly range: Range;
	readonly region: Region | undefined;
	readonly sectors: readonly Sector[];
	readonly block: number;
	readonly x: number;
	readonly width: number;
}

export interface BlockPlace {
	readonly block: Block;
	readonly x: number;
	readonly width: number;
	/** Bytes skipped before it. */
	readonly gap: number;
}

export interface Axis {
	readonly cells: readonly Cell[];
	readonly blocks: readonly BlockPlace[];
	readonly width: number;
}

export interface AxisOptions {
	/** Pixels. */
	readonly width: number;
	readonly trueScale: boolean;
	/** Sectors with the same answer may share a box; what the plan touches has one of its own. */
	readonly kindOf: (sector: Sector) => string;
	readonly touched: (sector: Sector) => boolean;
}

/** Pixels a box should have at least, so that "7" or "112–127" can be read in it. */
const ROOM = 27;
const GROUP_ROOM = 64;
const MIN_TOUCHED = 16;
const MIN_OTHER = 10;
const MIN_BLOCK = 60;
/** Pixels between two blocks that touch, and between two with addresses left out. */
const SEAM = 8;
const HOLE = 26;
/** Below this many pixels blocks without sectors give way. */
const NARROW = 480;
const MIN_BLOCK_NARROW = 18;

interface Run {
	readonly block: number;
	readonly sectors: readonly Sector[];
	readonly touched: boolean;
	chunk: number;
}

export function layOut(blocks: readonly Block[], options: AxisOptions): Axis {
	const runs = blocks.flatMap((block, index) => runsOf(block, index, options));
	group(runs, options.width - blocks.length * HOLE);
	const bare = blocks.flatMap((block, index) =>
		block.sectors.length === 0
			? [{ block: index, range: block.range, sectors: [], touched: false }]
			: [],
	);
	const boxes = [...bare, ...runs.flatMap(chunksOf)].sort((a, b) => a.range.start - b.range.start);
	const gaps = blocks.map((_, index): number =>
		index === 0 ? 0 : gapBefore(blocks, index) > 0 ? HOLE : SEAM,
	);
	const room = Math.max(0, options.width - gaps.reduce((sum, gap) => sum + gap, 0));
	const widths = options.trueScale
		? share(
				boxes.map(({ range }) => size(range)),
				boxes.map(() => 0),
				room,
			)
		: share(
				boxes.map(weight),
				boxes.map((box) => minimum(box, options.width)),
				room,
			);
	const cells: Cell[] = [];
	let x = 0;
	let last = 0;
	for (const [index, box] of boxes.entries()) {
		for (; last < box.block; last++) x += gaps[last + 1] ?? 0;
		const width = widths[index] ?? 0;
		const { range, sectors, block } = box;
		cells.push({ range, sectors, block, region: blocks[block]?.region, x, width });
		x += width;
	}
	return {
		cells,
		width: options.width,
		blocks: blocks.map((block, i) => placeOf(block, i, { blocks, cells })),
	};
}

function placeOf(
	block: Block,
	index: number,
	{ blocks, cells }: { blocks: readonly Block[]; cells: readonly Cell[] },
): BlockPlace {
	const own = cells.filter((cell) => cell.block === index);
	const x = own[0]?.x ?? 0;
	const end = own.at(-1);
	return { block, x, width: end ? end.x + end.width - x : 0, gap: gapBefore(blocks, index) };
}

/** Neighbours of equal size and kind. */
function runsOf(block: Block, index: number, { kindOf, touched }: AxisOptions): Run[] {
	const runs: { block: number; sectors: Sector[]; touched: boolean; chunk: number; key: string }[] =
		[];
	for (const sector of block.sectors) {
		const key = `${kindOf(sector)} ${sectorSize(sector)}`;
		const run = runs.at(-1);
		if (run?.key === key) run.sectors.push(sector);
		else runs.push({ block: index, sectors: [sector], touched: touched(sector), chunk: 1, key });
	}
	return runs;
}

/** Makes boxes of several sectors until all have room: first what is not touched, whole; then the rest, by halves. */
function group(runs: readonly Run[], room: number): void {
	const count = (run: Run): number => Math.ceil(run.sectors.length / run.chunk);
	const need = (run: Run): number => count(run) * (run.chunk === 1 ? ROOM : GROUP_ROOM);
	const total = (): number => runs.reduce((sum, run) => sum + need(run), 0);
	const largest = (among: readonly Run[]): Run | undefined =>
		among.filter((run) => count(run) > 1).sort((a, b) => need(b) - need(a))[0];
	while (total() > room) {
		const idle = largest(runs.filter((run) => !run.touched && count(run) > 2));
		const busy = idle ?? largest(runs);
		if (!busy) return;
		busy.chunk = idle ? busy.sectors.length : busy.chunk * 2;
	}
}

interface Box {
	readonly block: number;
	readonly range: Range;
	readonly sectors: readonly Sector[];
	readonly touched: boolean;
}

function chunksOf(run: Run): Box[] {
	const boxes: Box[] = [];
	for (let at = 0; at < run.sectors.length; at += run.chunk) {
		const sectors = run.sectors.slice(at, at + run.chunk);
		const range = { start: sectors[0]!.range.start, end: sectors.at(-1)!.range.end };
		boxes.push({ block: run.block, range, sectors, touched: run.touched });
	}
	return boxes;
}

/** What the plan touches weighs double; groups that it does not touch weigh half: they stand for many, and say little. */
const weight = ({ range, sectors, touched }: Box): number =>
	Math.sqrt(size(range)) * (touched ? 2 : sectors.length > 1 ? 0.5 : 1);

const minimum = ({ sectors, touched }: Box, width: number): number =>
	sectors.length === 0
		? width < NARROW
			? MIN_BLOCK_NARROW
			: MIN_BLOCK
		: sectors.length > 1
			? GROUP_ROOM
			: touched
				? MIN_TOUCHED
				: MIN_OTHER;

/** Shares `room` by weight; who would get less than its minimum gets that, the others share the rest. */
function share(weights: readonly number[], minima: readonly number[], room: number): number[] {
	const least = minima.reduce((sum, one) => sum + one, 0);
	if (least >= room) return minima.map((one) => (one * room) / Math.max(least, 1));
	const fixed = new Set<number>();
	for (;;) {
		const left = room - [...fixed].reduce((sum, index) => sum + (minima[index] ?? 0), 0);
		const heavy = weights.reduce((sum, one, index) => (fixed.has(index) ? sum : sum + one), 0);
		const widths = weights.map((one, index) =>
			fixed.has(index) ? (minima[index] ?? 0) : heavy > 0 ? (one * left) / heavy : 0,
		);
		const short = widths.flatMap((width, index) =>
			!fixed.has(index) && width < (minima[index] ?? 0) ? [index] : [],
		);
		if (short.length === 0) return widths;
		for (const index of short) fixed.add(index);
	}
}

/** Where an address is drawn; between blocks, at the edge of the nearer one before it. */
export function xOf({ cells }: Axis, address: number): number {
	const cell = cells.findLast(({ range }) => range.start <= address) ?? cells[0];
	if (!cell) return 0;
	const { range, x, width } = cell;
	const inside = Math.min(1, Math.max(0, (address - range.start) / Math.max(1, size(range))));
	return x + inside * width;
}

/** Pixels of a range, never narrower than `least` so that it stays visible. */
export function spanOf(axis: Axis, range: Range, least = 2): { x: number; width: number } {
	const x = xOf(axis, range.start);
	// The last byte, not the end: the end may be the first address of the next block.
	const last = range.end > range.start ? range.end - 1 : range.end;
	const width = Math.max(least, xOf(axis, last) - x);
	return { x: Math.min(x, Math.max(0, axis.width - width)), width };
}

/** The address under a pixel; undefined between blocks. */
export function addressAt({ cells }: Axis, x: number): number | undefined {
	const cell = cells.find((one) => one.x <= x && x < one.x + one.width);
	if (!cell) return undefined;
	return cell.range.start + Math.floor(((x - cell.x) / cell.width) * size(cell.range));
}
