// What becomes of one sector the image touches, by what is known of its content: nothing, writes into blank units,
// or an erase with the bytes beside the image kept. Pure.
import { firstOtherThan } from './bytes.ts';
import {
	buildImage,
	covers,
	readImage,
	segmentRange,
	sliceImage,
	type Image,
	type Segment,
} from './image.ts';
import type { Region, Sector } from './memory.ts';
import { alignDown, alignUp, join, overlaps, subtract, within, type Range } from './range.ts';

/** What is known of the board's content when a plan is made. */
export interface Knowledge {
	/** Read from the board: every byte in it stands there now. */
	readonly found?: Image;
	/** What stood there before an interrupted job began, for the bytes to keep; goes before `found`. */
	readonly kept?: Image;
	/** Sectors whose erase or write was interrupted: they are erased again, whatever they read. */
	readonly redo?: readonly Range[];
	/** Read what shares a sector with the image first, and write it back. */
	readonly keep: boolean;
	/** Of what shares a sector, this is kept even where `keep` is not wanted: it is protected by name, and can be read. */
	readonly spare?: readonly Range[];
}

export interface SectorPlan {
	readonly sector: Sector;
	readonly region: Region;
	readonly fate: 'same' | 'write' | 'erase';
	/** What to write: the image's bytes here, those kept, or only the units that differ. */
	readonly content: Image;
	/** Bytes beside the image that an erase must not lose. */
	readonly keep: readonly Range[];
	/** Those of `keep` that nobody has read yet. */
	readonly unread: readonly Range[];
	/** Kept bytes that were read once: read again before the erase, for a read carries no checksum. */
	readonly confirm: Image;
	/** All that is known of the bytes beside the image, whatever the fate, blank ones too: what a journal must hold. */
	readonly beside: Image;
	readonly lost: readonly Range[];
}

/** `image` is what the firmware has inside this sector, at least one byte. */
export function planSector(
	{ sector, region }: { readonly sector: Sector; readonly region: Region },
	image: Image,
	known: Knowledge,
): SectorPlan {
	const { range } = sector;
	const beside = subtract(range, image.map(segmentRange));
	const saved = sliceImages(known.kept ?? [], beside);
	/** Bytes an interrupted job had to bring back are wanted as the image's own are. */
	const wanted = buildImage([...image, ...saved]);
	const base = { sector, region, keep: [], unread: [], confirm: [], beside: [], lost: [] };
	const redo = known.redo?.some((one) => overlaps(one, range)) ?? false;
	const found = known.found ?? [];
	if (!redo && wanted.map(segmentRange).every((one) => covers(found, one))) {
		const units = differingUnits(region, wanted, found);
		// Were a write interrupted, its sector would have to be erased after all; and an erase may strike the wrong one.
		const all = [...saved, ...sliceImages(found, subtractAll(beside, saved.map(segmentRange)))];
		if (units?.length === 0) return { ...base, fate: 'same', content: [], beside: all };
		if (units && units.every((unit) => isBlank(found, unit, region)))
			return {
				...base,
				fate: 'write',
				content: units.map((unit) => unitOf(unit, wanted, region)),
				beside: all,
			};
	}
	if (!sector.access.read) return { ...base, fate: 'erase', content: image, lost: beside };
	const worthKeeping = known.keep
		? beside
		: keptAnyway(beside, known.spare, saved.map(segmentRange));
	// Of a sector whose writes alone were interrupted nothing was saved; the image's units in it had been blank, and
	// what they hold now may be half written.
	const spoilt =
		redo && known.kept ? image.map((part) => wholeUnits(segmentRange(part), region)) : [];
	const rest = subtractAll(worthKeeping, [...saved.map(segmentRange), ...spoilt]);
	const read = sliceImages(found, rest);
	const unread = subtractAll(rest, read.map(segmentRange));
	const worth = [...saved, ...read].flatMap((one) => trimmed(one, region));
	return {
		...base,
		fate: 'erase',
		content: buildImage([...worth, ...image]),
		keep: join([...worth.map(segmentRange), ...unread]),
		unread,
		beside: [...saved, ...read],
		confirm: read.flatMap((one) => trimmed(one, region)),
		lost: subtractAll(beside, worthKeeping),
	};
}

/** Without the blank bytes at both ends; nothing when all are blank. */
function trimmed({ address, data }: Segment, { eraseValue }: Region): Segment[] {
	const first = firstOtherThan(data, eraseValue);
	if (first < 0) return [];
	let end = data.length;
	while (data[end - 1] === eraseValue) end--;
	return [{ address: address + first, data: data.subarray(first, end) }];
}

/** Where neighbours are not kept: what is protected by name, and what an interrupted job had saved already. */
export const keptAnyway = (
	beside: readonly Range[],
	spare: readonly Range[] = [],
	saved: readonly Range[] = [],
): Range[] => beside.flatMap((one) => within(one, [...spare, ...saved]));

const subtractAll = (ranges: readonly Range[], taken: readonly Range[]): Range[] =>
	ranges.flatMap((one) => subtract(one, taken));

const sliceImages = (image: Image, ranges: readonly Range[]): Image =>
	ranges.flatMap((range) => sliceImage(image, range));

/** Write units in which the image differs from what was found, joined; undefined where a unit was not read whole. */
function differingUnits(region: Region, image: Image, found: Image): Range[] | undefined {
	const differing: Range[] = [];
	for (const segment of image) {
		const end = segment.address + segment.data.length;
		const old = readImage(found, segmentRange(segment), region.eraseValue);
		for (let start = segment.address; start < end;) {
			const unit = {
				start: alignDown(start, region.writeSize),
				end: alignDown(start, region.writeSize) + region.writeSize,
			};
			const stop = Math.min(unit.end, end);
			let same = true;
			for (let at = start; same && at < stop; at++)
				same = segment.data[at - segment.address] === old[at - segment.address];
			if (!same) differing.push(unit);
			start = stop;
		}
	}
	const joined = join(differing);
	return joined.every((unit) => covers(found, unit)) ? joined : undefined;
}

const isBlank = (found: Image, unit: Range, { eraseValue }: Region): boolean =>
	firstOtherThan(readImage(found, unit, eraseValue), eraseValue) < 0;

/** Whole units: image bytes over blank ones. */
const unitOf = (unit: Range, image: Image, { eraseValue }: Region) => ({
	address: unit.start,
	data: readImage(image, unit, eraseValue),
});

/** The write units that a range touches. */
export const wholeUnits = ({ start, end }: Range, { writeSize, range }: Region): Range => ({
	start: Math.max(alignDown(start, writeSize), range.start),
	end: Math.min(alignUp(end, writeSize), range.end),
});
