// An image: every byte a firmware brings, by load address. Always sorted, disjoint and joined.
import { onGrid, subtract, type Range } from './range.ts';
import { concat } from './bytes.ts';

/** Contiguous bytes at a load address (LMA). */
export interface Segment {
	readonly address: number;
	readonly data: Uint8Array;
}

export type Image = readonly Segment[];

export const segmentRange = (segment: Segment): Range => ({
	start: segment.address,
	end: segment.address + segment.data.length,
});

export const imageSize = (image: Image): number =>
	image.reduce((total, segment) => total + segment.data.length, 0);

/** From the first byte to the last, holes included; undefined for an empty image. */
export function extent(image: Image): Range | undefined {
	const first = image[0];
	const last = image.at(-1);
	return first && last ? { start: first.address, end: last.address + last.data.length } : undefined;
}

/** The first two segments that claim the same address, or undefined. */
export function findOverlap(segments: readonly Segment[]): [Segment, Segment] | undefined {
	const sorted = segments.filter(notEmpty).sort(byAddress);
	for (const [index, segment] of sorted.entries()) {
		const next = sorted[index + 1];
		if (next && next.address < segmentRange(segment).end) return [segment, next];
	}
	return undefined;
}

/**
 * Sorts segments, drops empty ones and joins neighbours.
 * @throws RangeError when two overlap; callers that read files check with `findOverlap` first and name the ranges.
 */
export function buildImage(segments: readonly Segment[]): Image {
	if (findOverlap(segments)) throw new RangeError('segments overlap');
	const runs: Segment[][] = [];
	for (const segment of segments.filter(notEmpty).sort(byAddress)) {
		const run = runs.at(-1);
		const previous = run?.at(-1);
		if (run && previous && segmentRange(previous).end === segment.address) run.push(segment);
		else runs.push([segment]);
	}
	return runs.map((run) => ({
		address: run[0]!.address,
		data: run.length === 1 ? run[0]!.data : concat(run.map((segment) => segment.data)),
	}));
}

/** The part of the image inside a range. */
export function sliceImage(image: Image, range: Range): Image {
	return image.flatMap((segment) => {
		const start = Math.max(segment.address, range.start);
		const end = Math.min(segment.address + segment.data.length, range.end);
		if (start >= end) return [];
		const data = segment.data.subarray(start - segment.address, end - segment.address);
		return [{ address: start, data }];
	});
}

/** A segment cut at the multiples of `grid`; the bytes are not copied. */
export const cutOnGrid = (segment: Segment, grid: number): Segment[] =>
	onGrid(segmentRange(segment), grid).map(({ start, end }) => ({
		address: start,
		data: segment.data.subarray(start - segment.address, end - segment.address),
	}));

/** All bytes of a range, holes filled with `fill`. The range must be small enough to hold in memory. */
export function readImage(image: Image, range: Range, fill: number): Uint8Array {
	const bytes = new Uint8Array(range.end - range.start).fill(fill);
	for (const segment of sliceImage(image, range)) {
		bytes.set(segment.data, segment.address - range.start);
	}
	return bytes;
}

/** Without what stands in the ranges. */
export const without = (image: Image, ranges: readonly Range[]): Image =>
	image.flatMap((segment) =>
		subtract(segmentRange(segment), ranges).flatMap((part) => sliceImage([segment], part)),
	);

/** True when the image has every byte of the range. */
export const covers = (image: Image, range: Range): boolean =>
	image.some(({ address, data }) => address <= range.start && range.end <= address + data.length);

/** `top` laid over `base`: where both have a byte, `top` wins. */
export function overlayImage(base: Image, top: Image): Image {
	const kept = top.reduce<Image>(
		(rest, { address, data }) => [
			...sliceImage(rest, { start: 0, end: address }),
			...sliceImage(rest, { start: address + data.length, end: 2 ** 32 }),
		],
		base,
	);
	return buildImage([...kept, ...top]);
}

const notEmpty = (segment: Segment): boolean => segment.data.length > 0;
const byAddress = (a: Segment, b: Segment): number => a.address - b.address;
