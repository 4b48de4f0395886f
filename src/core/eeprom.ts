// Data EEPROM is written in words and erases each by itself (RM0377 3.3.4, RM0038 3.3.3): where a file begins or ends in
// the middle of one, what shares the word is read first and written with it. Pure.
import { segmentRange, sliceImage, type Image, type Segment } from './image.ts';
import type { Region, Sector } from './memory.ts';
import type { Plan } from './plan.ts';
import { join, onGrid, overlaps, subtract, type Range } from './range.ts';
import { keptAnyway, wholeUnits, type Knowledge } from './sector-plan.ts';
import type { LookStep, StepLimits } from './steps.ts';

type Part = Segment & { readonly region: Region };

/** What becomes of the bytes that share a word with the file, as `SectorPlan` says it of sectors. */
export interface SharedWords {
	readonly content: readonly Part[];
	readonly keep: readonly Range[];
	readonly unread: readonly Range[];
	readonly confirm: Image;
	readonly beside: Image;
	readonly lost: readonly Range[];
}

const isEeprom = ({ kind, sectors }: Region): boolean => kind === 'eeprom' && sectors.length === 0;

/** `parts` is the image by region; those that are not in EEPROM are left alone. */
export function shareWords(parts: readonly Part[], known: Knowledge): SharedWords {
	const own = parts.filter(({ region }) => isEeprom(region));
	const taken = own.map(segmentRange);
	const words = join(own.map((part) => wholeUnits(segmentRange(part), part.region)));
	const beside = words.flatMap((word) => subtract(word, taken));
	const none = { content: [], keep: [], unread: [], confirm: [], beside: [], lost: [] };
	if (beside.length === 0) return none;
	if (!own.every(({ region }) => region.access.read)) return { ...none, lost: beside };
	const slices = (image: Image, ranges: readonly Range[]): Segment[] =>
		ranges.flatMap((range) => sliceImage(image, range));
	const saved = slices(known.kept ?? [], beside);
	const keep = known.keep ? beside : keptAnyway(beside, known.spare, saved.map(segmentRange));
	const rest = keep.flatMap((range) => subtract(range, saved.map(segmentRange)));
	const read = slices(known.found ?? [], rest);
	const all = [...saved, ...read];
	const regionOf = (segment: Segment): Region =>
		own.find((part) => overlaps(part.region.range, segmentRange(segment)))!.region;
	return {
		...none,
		content: all.map((part) => ({ ...part, region: regionOf(part) })),
		keep,
		unread: rest.flatMap((range) => subtract(range, read.map(segmentRange))),
		confirm: read,
		beside: all,
		lost: beside.flatMap((range) => subtract(range, keep)),
	};
}

/** The EEPROM a plan writes, in whole words; each stretch as a sector of its own, for looks and backups. */
export const eepromPlaces = ({ write }: Plan): Sector[] =>
	write
		.filter(({ region }) => isEeprom(region) && region.access.read)
		.map((run) => ({
			number: 0,
			bank: 0,
			range: segmentRange(run),
			access: run.region.access,
		}));

/** Reads of what will be overwritten: all of it for a backup, else what has to be known to be kept. */
export const eepromLooks = (
	plan: Plan,
	limits: Pick<StepLimits, 'transferSize'>,
	{ backup }: { readonly backup: boolean },
): LookStep[] =>
	eepromPlaces(plan)
		.filter(({ range }) => backup || plan.unread.some((one) => overlaps(one, range)))
		.flatMap((sector) =>
			onGrid(sector.range, limits.transferSize).map((range): LookStep => ({
				kind: 'look',
				range,
				sector,
				purpose: 'all',
			})),
		);
