// The facts behind the drawing: every place the strip can point at, what it holds, what happens there and why.
import type { Section } from '#core/artifact.ts';
import { intersect, overlaps, size, type Range } from '#core/range.ts';
import type { Region, Sector } from '#core/memory.ts';
import { blockName, type Block } from './strip-blocks.ts';
import type { Fate, StripState } from './strip-state.ts';
import { listText, plainAddress, shortSize, sizeText } from './text.ts';

/** A sector, or a block that has none. */
export interface Stop {
	readonly title: string;
	readonly range: Range;
	readonly region: Region | undefined;
	readonly sector: Sector | undefined;
}

/** Every place arrow keys walk over, in address order. */
export function stopsOf(blocks: readonly Block[]): Stop[] {
	return blocks.flatMap((block): Stop[] =>
		block.sectors.length === 0
			? [{ title: blockName(block), range: block.range, region: block.region, sector: undefined }]
			: block.sectors.map((sector) => ({
					title: sectorTitle(sector),
					range: sector.range,
					region: block.region,
					sector,
				})),
	);
}

export const sectorTitle = ({ number, bank }: Sector): string =>
	`Sector ${number}${bank > 0 ? `, bank ${bank}` : ''}`;

/** "2", "2–17": the numbers of neighbouring sectors. */
export const numberRange = (sectors: readonly Sector[]): string => {
	const first = sectors[0]?.number ?? 0;
	const last = sectors.at(-1)?.number ?? 0;
	return first === last ? String(first) : `${first}–${last}`;
};

/** "128K", "239 × 2K" */
export function sizeLabel(sectors: readonly Sector[]): string {
	const one = sectors[0] ? shortSize(size(sectors[0].range)) : '';
	return sectors.length > 1 ? `${sectors.length} × ${one}` : one;
}

/** Sections of the firmware whose bytes are stored here. */
export const sectionsIn = (sections: readonly Section[], range: Range): Section[] =>
	sections.filter(
		({ loadAddress, size: bytes }) =>
			loadAddress !== undefined &&
			bytes > 0 &&
			overlaps(range, { start: loadAddress, end: loadAddress + bytes }),
	);

const within = (ranges: readonly Range[], range: Range): number =>
	ranges.reduce((sum, one) => {
		const part = intersect(one, range);
		return part ? sum + size(part) : sum;
	}, 0);

export interface Facts {
	readonly holds: string;
	readonly happens: string;
	readonly why: string;
}

const words: Readonly<Record<Fate, string>> = {
	untouched: 'Not touched',
	locked: 'Read-only',
	erase: 'Erased, then written',
	erased: 'Erased',
	blank: 'Erased, reads blank',
	writing: 'Being written',
	written: 'Written, not yet verified',
	verified: 'Verified',
};

/** One or two words for a table cell. */
export const fateWord = (fate: Fate): string => words[fate];

export function factsOf(stop: Stop, state: StripState, sections: readonly Section[]): Facts {
	const names = sectionsIn(sections, stop.range).map(({ name }) => name);
	const due = within(state.planned, stop.range);
	const lost = within(state.lost, stop.range);
	const brings = due > 0 ? sizeText(due) : '';
	const holds = names.length > 0 ? listText(names) : due > 0 ? 'image' : '';
	return { holds, ...happening(stop, state, { brings, lost }) };
}

function happening(
	{ sector, region, range }: Stop,
	state: StripState,
	{ brings, lost }: { readonly brings: string; readonly lost: number },
): Omit<Facts, 'holds'> {
	if (!sector) {
		if (brings === '')
			return region
				? { happens: 'Not touched.', why: 'The file brings nothing here.' }
				: { happens: 'Cannot be programmed.', why: 'The board has no memory at these addresses.' };
		return { happens: `${brings} are written.`, why: 'This memory is not erased by sector.' };
	}
	const fate = state.fateOf(sector);
	if (fate === 'locked')
		return {
			happens: 'Read-only.',
			why: 'The board says that it can be neither erased nor written.',
		};
	if (fate === 'untouched')
		return {
			happens: 'Not touched.',
			why: state.planned.length > 0 ? 'The file brings nothing here.' : '',
		};
	const loss =
		lost > 0
			? `A chip erases whole sectors: ${sizeText(lost)} beside it ${fate === 'erase' ? 'are lost' : 'were erased'}.`
			: 'The file fills it.';
	const written = within(state.written, range);
	const verified = within(state.verified, range);
	switch (fate) {
		case 'erase':
			return { happens: `Erase, then write ${brings}.`, why: loss };
		case 'erased':
			return { happens: 'Erased.', why: `${brings} are due here.` };
		case 'blank':
			return { happens: 'Erased and checked: it reads blank.', why: `${brings} are due here.` };
		case 'writing':
			return { happens: `${sizeText(written)} of ${brings} written.`, why: loss };
		case 'written':
			return {
				happens:
					verified > 0 ? `${sizeText(verified)} of ${brings} verified.` : `${brings} written.`,
				why: loss,
			};
		case 'verified':
			return { happens: `${brings} written and read back.`, why: loss };
	}
}

export interface TableRow {
	readonly numbers: string;
	readonly bank: string;
	readonly range: Range;
	readonly size: number;
	readonly each: string;
	readonly holds: string;
	readonly happens: string;
}

/** The strip as rows: neighbours that share size, fate and content are one row. */
export function tableOf(
	stops: readonly Stop[],
	state: StripState,
	sections: readonly Section[],
): TableRow[] {
	const rows: { row: TableRow; key: string; first: Sector | undefined }[] = [];
	for (const { sector, range, title } of stops) {
		const holds = sectionsIn(sections, range).map(({ name }) => name);
		const happens = sector
			? fateWord(state.fateOf(sector))
			: within(state.planned, range) > 0
				? 'Written'
				: 'Not touched';
		const each = sector ? shortSize(size(sector.range)) : '';
		const key = [sector?.bank, each, happens, holds].join('|');
		const last = rows.at(-1);
		const row = {
			numbers: sector ? String(sector.number) : title,
			bank: sector && sector.bank > 0 ? String(sector.bank) : '',
			range,
			size: size(range),
			each,
			holds: listText(holds),
			happens,
		};
		if (last?.key === key && sector && last.row.range.end === range.start && last.first) {
			const whole = { start: last.row.range.start, end: range.end };
			const numbers = `${last.first.number}–${sector.number}`;
			last.row = { ...last.row, numbers, range: whole, size: size(whole) };
		} else rows.push({ row, key, first: sector });
	}
	return rows.map(({ row }) => row);
}

/** For a spreadsheet: tabs, plain hex. */
export const tableText = (rows: readonly TableRow[]): string =>
	[
		['Sector', 'Bank', 'First byte', 'Last byte', 'Bytes', 'Holds', 'What happens'],
		...rows.map((row) => [
			row.numbers,
			row.bank,
			plainAddress(row.range.start),
			plainAddress(row.range.end - 1),
			String(row.size),
			row.holds,
			row.happens,
		]),
	]
		.map((cells) => cells.join('\t'))
		.join('\n');
