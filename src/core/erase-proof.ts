// Erases that no document vouches for: which other sector might go blank in place of the one that was meant, and where
// to look before and after. Pure; the job does the looking.
import { sectorAt, type MemoryMap, type Sector } from './memory.ts';
import { alignDown, overlaps, size, type Range } from './range.ts';

/** Why it is not established what an erase of this board erases. */
export interface EraseDoubt {
	readonly why: 'numbering' | 'layout' | 'usb-bank-2' | 'swapped-banks' | 'unknown-chip';
	/** Only the sectors of this bank are doubted; all where undefined. */
	readonly bank?: number;
	/** Other ways in which the same flash may be arranged. */
	readonly others: readonly MemoryMap[];
	/** Sectors are named by number, and their size is only what somebody said. */
	readonly guessedPages?: true;
}

/** Where to look around one erase. */
export interface EraseProof {
	/** Places in the sector itself. */
	readonly samples: readonly Range[];
	/** What an erased byte reads there. */
	readonly value: number;
	/** Sectors that would go instead if this ROM counted otherwise. */
	readonly rivals: readonly { readonly sector: Sector; readonly samples: readonly Range[] }[];
}

/** Places looked at in every sector, from its first bytes to its last. */
const PLACES = 4;
/** Page sizes there are, for a chip whose own is only hearsay. */
const PAGE_SIZES = [128, 256, 1024, 2048, 4096, 8192];
/** AN2606, F76x/F77x: an erase of sector i of bank 2 by USB erases sector i + 4 of that bank. */
const USB_SHIFT = 4;

/** What has to be looked at when `sector` is erased; undefined where nothing is in doubt. */
export function eraseProof(
	sector: Sector,
	memory: MemoryMap,
	doubt: EraseDoubt | undefined,
	sampleSize: number,
): EraseProof | undefined {
	if (!doubt || (doubt.bank !== undefined && doubt.bank !== sector.bank)) return undefined;
	const rivals = rivalsOf(sector, memory, doubt);
	if (rivals.length === 0 && doubt.why === 'layout') return undefined;
	const region = memory.find(({ sectors }) => sectors.includes(sector));
	return {
		samples: placesIn(sector.range, sampleSize),
		value: region?.eraseValue ?? 0xff,
		rivals: rivals.map((rival) => ({
			sector: rival,
			samples: placesIn(rival.range, sampleSize),
		})),
	};
}

/** Every sector that some other way of counting would mean by the same number, in address order. */
export function rivalsOf(sector: Sector, memory: MemoryMap, doubt: EraseDoubt): Sector[] {
	const regions = memory.filter(({ kind }) => kind === 'flash');
	const sectors = regions.flatMap((region) => region.sectors);
	const flashStart = sectors[0]?.range.start ?? 0;
	const equal = sectors.every(({ range }) => size(range) === size(sector.range));
	const bankOf = (number: number): Sector[] => sectors.filter(({ bank }) => bank === number);
	const own = bankOf(sector.bank);
	const index = own.indexOf(sector);
	const meant: (Sector | undefined)[] = [
		// Numbers that go on without a gap, and numbers that count the hole before bank 2.
		sectors[sector.number],
		equal ? sectorAt(regions, flashStart + sector.number * size(sector.range)) : undefined,
		// The bank not taken into account.
		...[1, 2].filter((bank) => bank !== sector.bank).map((bank) => bankOf(bank)[index]),
		...(doubt.why === 'usb-bank-2' ? [own[index + USB_SHIFT], own[index - USB_SHIFT]] : []),
	];
	// The same number in another arrangement.
	const elsewhere = doubt.others
		.flatMap((flash) => flash.flatMap((region) => region.sectors))
		.filter(({ number }) => number === sector.number);
	// Where the same number would begin with pages of another size, or what a larger page would take along.
	const otherPages = (doubt.guessedPages ? PAGE_SIZES : []).map((bytes) => {
		const start = flashStart + sector.number * bytes;
		const found = sectorAt(regions, start);
		return found === sector ? sectorAt(regions, start + size(sector.range)) : found;
	});
	return sectors.filter(
		(other) =>
			other !== sector &&
			([...meant, ...otherPages].includes(other) ||
				elsewhere.some(({ range }) => overlaps(range, other.range))),
	);
}

function placesIn({ start, end }: Range, sampleSize: number): Range[] {
	const last = Math.max(start, end - sampleSize);
	const starts = Array.from(
		{ length: PLACES },
		(_, i) => start + alignDown(((last - start) * i) / (PLACES - 1), Math.min(sampleSize, 32)),
	);
	return [...new Set(starts)].map((from) => ({
		start: from,
		end: Math.min(from + sampleSize, end),
	}));
}
