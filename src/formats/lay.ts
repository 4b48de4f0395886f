// Lays parts that may arrive in any order into one image, and finds where two of them claim an address.
import { Failure } from '#core/failure.ts';
import { buildImage, segmentRange, type Image, type Segment } from '#core/image.ts';
import { join, type Range } from '#core/range.ts';

export interface NamedSegment extends Segment {
	readonly name: string;
}

/** Two parts that give one address different bytes; `first` is the one with the lower start. */
export interface Clash<P extends Segment> {
	readonly address: number;
	readonly first: P;
	readonly second: P;
}

export interface Laid<P extends Segment> {
	readonly image: Image;
	/** Address ranges that were given more than once, always with the same bytes. */
	readonly repeated: readonly Range[];
	/** The first repetition, to name its parts. */
	readonly example?: { readonly first: P; readonly second: P };
}

/**
 * Sorts and joins parts. Equal bytes at one address are laid once; `clash` must throw for different ones.
 * Time is that of the sort: each byte of a part is compared at most once.
 */
export function layParts<P extends Segment>(
	parts: readonly P[],
	clash: (clash: Clash<P>) => never,
): Laid<P> {
	const pieces: { part: P; address: number; end: number }[] = [];
	const repeated: Range[] = [];
	let example: { first: P; second: P } | undefined;
	for (const part of sorted(parts)) {
		const { start, end } = segmentRange(part);
		const covered = pieces.at(-1)?.end ?? 0;
		for (let index = pieces.length - 1; index >= 0 && pieces[index]!.end > start; index--) {
			const piece = pieces[index]!;
			const address = firstDifference(piece, part);
			if (address !== undefined) clash({ address, first: piece.part, second: part });
			example ??= { first: piece.part, second: part };
		}
		if (covered > start) repeated.push({ start, end: Math.min(end, covered) });
		if (end > covered) pieces.push({ part, address: Math.max(start, covered), end });
	}
	const segments = pieces.map(({ part, address }) => ({
		address,
		data: part.data.subarray(address - part.address),
	}));
	return { image: buildImage(segments), repeated: join(repeated), ...(example && { example }) };
}

/** The Failure for parts that have names: both, with both ranges. */
export function overlapOf(first: NamedSegment, second: NamedSegment): Failure<'file.overlap'> {
	const a = segmentRange(first);
	const b = segmentRange(second);
	return new Failure('file.overlap', {
		first: first.name,
		firstStart: a.start,
		firstEnd: a.end,
		second: second.name,
		secondStart: b.start,
		secondEnd: b.end,
	});
}

/** A clash that refuses the file, naming both parts. */
export function refuseOverlap({ first, second }: Clash<NamedSegment>): never {
	throw overlapOf(first, second);
}

function sorted<P extends Segment>(parts: readonly P[]): readonly P[] {
	const kept = parts.filter((part) => part.data.length > 0);
	return kept.sort((a, b) => a.address - b.address);
}

function firstDifference<P extends Segment>(
	piece: { part: P; address: number; end: number },
	part: P,
): number | undefined {
	const start = Math.max(piece.address, part.address);
	const end = Math.min(piece.end, segmentRange(part).end);
	for (let address = start; address < end; address++) {
		const laid = piece.part.data[address - piece.part.address];
		if (laid !== part.data[address - part.address]) return address;
	}
	return undefined;
}
