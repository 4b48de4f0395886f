// Two images side by side: where both have a byte and it differs, and what only one of them has. Pure.
import type { Image } from './image.ts';
import { intersect, overlaps, type Range } from './range.ts';

export type DifferenceKind = 'changed' | 'only-a' | 'only-b';

export interface Difference {
	readonly kind: DifferenceKind;
	/** From the first differing byte to behind the last; a changed run may have some equal bytes in between. */
	readonly range: Range;
	/** Bytes that differ: all of the range where only one image has it. */
	readonly bytes: number;
}

export interface Comparison {
	/** In address order, disjoint. */
	readonly differences: readonly Difference[];
	/** Bytes both have, and that are the same. */
	readonly same: number;
	readonly changed: number;
	readonly onlyA: number;
	readonly onlyB: number;
}

/** Equal bytes that join two changed runs to one: a row of a hex view. It bounds the list to 1/17 of the bytes. */
const JOIN = 16;

/** Time is that of looking at each byte once, and at each segment. */
export function compareImages(a: Image, b: Image): Comparison {
	const differences: Difference[] = [];
	let same = 0;
	const counts = { changed: 0, 'only-a': 0, 'only-b': 0 };
	const add = (difference: Difference): void => {
		counts[difference.kind] += difference.bytes;
		const last = differences.at(-1);
		if (last && joins(last, difference)) {
			const range = { start: last.range.start, end: difference.range.end };
			differences.splice(-1, 1, { ...last, range, bytes: last.bytes + difference.bytes });
		} else differences.push(difference);
	};
	let [i, j, at] = [0, 0, 0];
	for (;;) {
		const [one, two] = [a[i], b[j]];
		if (!one && !two) break;
		const [from, other] = [startOf(one, at), startOf(two, at)];
		const start = Math.min(from, other);
		const end = Math.min(endOf(one, start), endOf(two, start));
		if (from > start || other > start) {
			const kind = from > start ? 'only-b' : 'only-a';
			add({ kind, range: { start, end }, bytes: end - start });
		} else {
			const first = one!.data.subarray(start - one!.address, end - one!.address);
			const second = two!.data.subarray(start - two!.address, end - two!.address);
			for (const run of changedRuns(first, second)) {
				const range = { start: start + run.range.start, end: start + run.range.end };
				same -= run.bytes;
				add({ ...run, range });
			}
			same += end - start;
		}
		at = end;
		if (one && one.address + one.data.length <= at) i++;
		if (two && two.address + two.data.length <= at) j++;
	}
	const { changed, 'only-a': onlyA, 'only-b': onlyB } = counts;
	return { differences, same, changed, onlyA, onlyB };
}

type Part = Image[number] | undefined;
const startOf = (part: Part, at: number): number => (part ? Math.max(at, part.address) : Infinity);

/** Where the image changes next from `at` on: its part begins or ends. */
function endOf(part: Part, at: number): number {
	if (!part) return Infinity;
	return at < part.address ? part.address : part.address + part.data.length;
}

/** One kind, and touching; changed runs also over a few equal bytes, which both images have then. */
const joins = (last: Difference, next: Difference): boolean =>
	last.kind === next.kind && last.range.end === next.range.start;

function* changedRuns(a: Uint8Array, b: Uint8Array): Generator<Difference> {
	let [start, last, bytes] = [-1, -1, 0];
	for (let at = 0; at < a.length; at++) {
		if (a[at] === b[at]) continue;
		if (start >= 0 && at - last > JOIN) {
			yield { kind: 'changed', range: { start, end: last + 1 }, bytes };
			start = -1;
		}
		if (start < 0) [start, bytes] = [at, 0];
		last = at;
		bytes++;
	}
	if (start >= 0) yield { kind: 'changed', range: { start, end: last + 1 }, bytes };
}

export interface PartCount<P> {
	readonly part: P;
	/** Runs that touch it. */
	readonly runs: number;
	/** Where the first of them begins, or the part itself. */
	readonly first: number;
	readonly kinds: readonly DifferenceKind[];
}

/** How the differences fall on parts, such as sectors; parts without any are left out. */
export function perPart<P extends { readonly range: Range }>(
	{ differences }: Comparison,
	parts: readonly P[],
): PartCount<P>[] {
	return parts.flatMap((part) => {
		const from = firstEndingAfter(differences, part.range.start);
		const inside: Difference[] = [];
		for (let i = from; i < differences.length; i++) {
			if (!overlaps(differences[i]!.range, part.range)) break;
			inside.push(differences[i]!);
		}
		const first = inside[0] && intersect(inside[0].range, part.range);
		if (!first) return [];
		const kinds = [...new Set(inside.map(({ kind }) => kind))];
		return [{ part, runs: inside.length, first: first.start, kinds }];
	});
}

/** The first difference that begins behind `address`, going round at the end; undefined where there is none. */
export function nextDifference(
	{ differences }: Comparison,
	address: number,
): Difference | undefined {
	const at = firstEndingAfter(differences, address);
	return differences.slice(at, at + 2).find(({ range }) => range.start > address) ?? differences[0];
}

/** The last difference that begins before `address`, going round at the start. */
export function previousDifference(
	{ differences }: Comparison,
	address: number,
): Difference | undefined {
	const at = firstEndingAfter(differences, address);
	const here = differences[at];
	return here && here.range.start < address ? here : (differences[at - 1] ?? differences.at(-1));
}

/** Index of the first whose end lies behind `address`, by halving; the count where there is none. */
function firstEndingAfter(differences: readonly Difference[], address: number): number {
	let [low, high] = [0, differences.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (differences[middle]!.range.end > address) high = middle;
		else low = middle + 1;
	}
	return low;
}
