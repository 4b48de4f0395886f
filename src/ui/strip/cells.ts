// Which sectors have a box of their own and which share one. What a plan touches stays apart as long as there is room;
// long runs of equal sectors that nothing touches are one box, labelled with their count.
import type { Sector } from '#core/memory.ts';
import { size, type Range } from '#core/range.ts';
import type { Block } from './blocks.ts';

export interface Cell {
	/** Index of its block. */
	readonly block: number;
	readonly range: Range;
	/** Equal neighbours; empty where memory is not erased by sector. */
	readonly sectors: readonly Sector[];
	readonly touched: boolean;
}

export interface CellOptions {
	/** Pixels for all boxes. */
	readonly room: number;
	/** Sectors that may share a box answer alike. */
	readonly kindOf: (sector: Sector) => string;
	readonly touched: (sector: Sector) => boolean;
	/** By size: equal sectors share a box even where there is room. */
	readonly trueScale: boolean;
}

/** Pixels that let a number be read, and a run say its count. */
export const ROOM = { single: 22, run: 52, touchedRun: 64, plain: 40 } as const;
/** More equal untouched neighbours than this are one box at any width. */
const LONG_RUN = 16;
/** So are more touched ones than this: nobody reads hundreds of boxes. */
const LONG_TOUCHED_RUN = 64;

interface Run {
	readonly block: number;
	readonly sectors: Sector[];
	readonly touched: boolean;
	together: boolean;
}

export function cellsOf(blocks: readonly Block[], options: CellOptions): Cell[] {
	const runs = blocks.flatMap((block, index) => runsOf(block, index, options));
	for (const run of runs) run.together = isLong(run, options.trueScale);
	const plain = blocks.flatMap((block, index): Cell[] =>
		block.sectors.length > 0
			? []
			: [{ block: index, range: block.range, sectors: [], touched: false }],
	);
	makeRoom(runs, options.room - plain.length * ROOM.plain);
	return [...plain, ...runs.flatMap(cellsIn)].sort((a, b) => a.range.start - b.range.start);
}

const isLong = ({ sectors, touched }: Run, trueScale: boolean): boolean =>
	sectors.length > (touched ? (trueScale ? LONG_RUN : LONG_TOUCHED_RUN) : LONG_RUN);

/** Pixels a box needs to be read. */
export const wanted = ({ sectors, touched }: Pick<Cell, 'sectors' | 'touched'>): number =>
	sectors.length === 0
		? ROOM.plain
		: sectors.length === 1
			? ROOM.single
			: touched
				? ROOM.touchedRun
				: ROOM.run;

const needs = (run: Run): number => (run.together ? wanted(run) : run.sectors.length * ROOM.single);

/** Puts the longest runs into one box each until all boxes have room: untouched runs first. */
function makeRoom(runs: readonly Run[], room: number): void {
	const saves = (run: Run): number => needs(run) - wanted(run);
	const apart = runs.filter((run) => !run.together && saves(run) > 0);
	const order = apart.sort(
		(a, b) => Number(a.touched) - Number(b.touched) || b.sectors.length - a.sectors.length,
	);
	let total = runs.reduce((sum, run) => sum + needs(run), 0);
	for (const run of order) {
		if (total <= room) return;
		total -= saves(run);
		run.together = true;
	}
}

/** Neighbours of equal size and kind without a gap between them. */
function runsOf(block: Block, index: number, { kindOf, touched }: CellOptions): Run[] {
	const runs: (Run & { readonly key: string })[] = [];
	for (const sector of block.sectors) {
		const key = `${kindOf(sector)} ${size(sector.range)} ${sector.bank}`;
		const run = runs.at(-1);
		if (run?.key === key && run.sectors.at(-1)?.range.end === sector.range.start)
			run.sectors.push(sector);
		else
			runs.push({
				block: index,
				sectors: [sector],
				touched: touched(sector),
				together: false,
				key,
			});
	}
	return runs;
}

function cellsIn({ block, sectors, touched, together }: Run): Cell[] {
	const groups = together ? [sectors] : sectors.map((sector) => [sector]);
	return groups.map((group) => ({
		block,
		sectors: group,
		touched,
		range: { start: group[0]!.range.start, end: group.at(-1)!.range.end },
	}));
}
