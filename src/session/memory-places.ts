// Names for addresses: what the chip and the opened firmware call them, to read by and to jump to. Pure.
import type { Section } from '#core/artifact.ts';
import type { ElfSymbol } from '#core/link.ts';
import type { MemoryMap } from '#core/memory.ts';
import { size, type Range } from '#core/range.ts';

export interface Place {
	/** Unique in its list. */
	readonly name: string;
	readonly kind: 'region' | 'sector' | 'section' | 'symbol';
	readonly range: Range;
}

export const regionPlaces = (memory: MemoryMap): Place[] =>
	memory
		.filter(({ access }) => access.read)
		.map(({ name, range }) => ({ name, kind: 'region', range }));

/** "Sector 4"; of chips with banks, which may count anew in each, "Bank 2 sector 4". */
export const sectorPlaces = (memory: MemoryMap): Place[] =>
	memory.flatMap((region) =>
		region.sectors.map(({ number, bank, range }) => ({
			name: bank > 0 ? `Bank ${bank} sector ${number}` : `Sector ${number}`,
			kind: 'sector',
			range,
		})),
	);

/** Sections that have bytes in the file, where those are stored. */
export const sectionPlaces = (sections: readonly Section[]): Place[] =>
	sections.flatMap(({ name, loadAddress: start, size: bytes }) =>
		start === undefined || bytes === 0
			? []
			: [{ name, kind: 'section', range: { start, end: start + bytes } }],
	);

/** Symbols at the address where their bytes are stored: initialised data is in flash, not where it runs. */
export function symbolPlaces(symbols: readonly ElfSymbol[], sections: readonly Section[]): Place[] {
	const byName = new Map(sections.map((section) => [section.name, section]));
	return symbols.flatMap(({ name, readable, address, size: bytes, section: within, kind }) => {
		const section = within === undefined ? undefined : byName.get(within);
		if (section?.loadAddress === undefined || kind === 'section' || kind === 'file') return [];
		const start = address - section.runAddress + section.loadAddress;
		const range = { start, end: start + Math.max(1, bytes) };
		return [{ name: readable ?? name, kind: 'symbol', range } as const];
	});
}

/** The best places for what was typed: the name itself, then names that begin with it, then those that have it. */
export function findPlaces(places: readonly Place[], typed: string, most: number): Place[] {
	const wanted = typed.trim().toLowerCase();
	if (wanted === '') return [];
	const ranks: Place[][] = [[], [], []];
	for (const place of places) {
		const name = place.name.toLowerCase();
		const rank = name === wanted ? 0 : name.startsWith(wanted) ? 1 : name.includes(wanted) ? 2 : 3;
		const list = ranks[rank];
		if (list && list.length < most) list.push(place);
	}
	return ranks.flat().slice(0, most);
}

/** The smallest of the places that holds the address. */
export function placeOf(places: readonly Place[], address: number): Place | undefined {
	let best: Place | undefined;
	for (const place of places) {
		if (address < place.range.start || address >= place.range.end) continue;
		if (!best || size(place.range) < size(best.range)) best = place;
	}
	return best;
}
