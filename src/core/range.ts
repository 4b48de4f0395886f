// Half-open address ranges [start, end), in bytes of the target's address space (0 … 2^32).

export interface Range {
	readonly start: number;
	readonly end: number;
}

export const size = (range: Range): number => range.end - range.start;

export const contains = (outer: Range, inner: Range): boolean =>
	outer.start <= inner.start && inner.end <= outer.end;

export const includes = (range: Range, address: number): boolean =>
	range.start <= address && address < range.end;

export const overlaps = (a: Range, b: Range): boolean => a.start < b.end && b.start < a.end;

/** The part both have, or undefined when they do not meet. */
export function intersect(a: Range, b: Range): Range | undefined {
	const start = Math.max(a.start, b.start);
	const end = Math.min(a.end, b.end);
	return start < end ? { start, end } : undefined;
}

export const alignDown = (value: number, unit: number): number => value - (value % unit);
export const alignUp = (value: number, unit: number): number =>
	value % unit === 0 ? value : value + unit - (value % unit);

/** Cuts a range at the multiples of `grid`. */
export function onGrid({ start, end }: Range, grid: number): Range[] {
	const parts: Range[] = [];
	for (let from = start; from < end;) {
		const to = Math.min(alignDown(from, grid) + grid, end);
		parts.push({ start: from, end: to });
		from = to;
	}
	return parts;
}

/** What of `from` no range of `taken` covers, in address order. */
export function subtract(from: Range, taken: readonly Range[]): Range[] {
	const left: Range[] = [];
	let start = from.start;
	for (const range of [...taken].sort((a, b) => a.start - b.start)) {
		if (range.end <= start || range.start >= from.end) continue;
		if (range.start > start) left.push({ start, end: range.start });
		start = Math.max(start, range.end);
	}
	if (start < from.end) left.push({ start, end: from.end });
	return left;
}

/** What of `range` the others cover, in address order. */
export const within = (range: Range, others: readonly Range[]): Range[] =>
	join(others.flatMap((one) => intersect(range, one) ?? []));

/** Sorted, with touching and overlapping ranges joined. */
export function join(ranges: readonly Range[]): Range[] {
	const joined: { start: number; end: number }[] = [];
	for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
		const last = joined.at(-1);
		if (last && range.start <= last.end) last.end = Math.max(last.end, range.end);
		else joined.push({ ...range });
	}
	return joined;
}
