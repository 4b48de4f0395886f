// Memory content as rows of a table: only what is there, with one row for each gap, so that the whole address space
// costs nothing. Pure.
import { segmentRange, type Image } from '#core/image.ts';
import { alignDown, alignUp, join, type Range } from '#core/range.ts';

export type Row =
	| { readonly kind: 'bytes'; readonly address: number }
	| { readonly kind: 'gap'; readonly range: Range };

interface Span {
	/** Whole rows. */
	readonly range: Range;
	/** Number of its first row. */
	readonly row: number;
}

export class Rows {
	readonly width: number;
	readonly count: number;
	readonly #spans: readonly Span[];

	/** `width` bytes a row, a power of two. */
	constructor(images: readonly Image[], width: number) {
		this.width = width;
		const whole = images.flat().map((segment) => {
			const { start, end } = segmentRange(segment);
			return { start: alignDown(start, width), end: alignUp(end, width) };
		});
		let row = 0;
		this.#spans = join(whole).map((range, index) => {
			if (index > 0) row++;
			const span = { range, row };
			row += (range.end - range.start) / width;
			return span;
		});
		this.count = row;
	}

	/** First and last address that has a row; undefined where there is none. */
	get ends(): { readonly first: number; readonly last: number } | undefined {
		const [first, last] = [this.#spans[0], this.#spans.at(-1)];
		return first && last ? { first: first.range.start, last: last.range.end - 1 } : undefined;
	}

	at(row: number): Row {
		const index = lastWhere(this.#spans, (span) => span.row <= row);
		const span = this.#spans[index]!;
		const address = span.range.start + (row - span.row) * this.width;
		if (address < span.range.end) return { kind: 'bytes', address };
		const end = this.#spans[index + 1]?.range.start ?? span.range.end;
		return { kind: 'gap', range: { start: span.range.end, end } };
	}

	/** The row that has the address, or undefined in a gap. */
	rowOf(address: number): number | undefined {
		const span = this.#spans[lastWhere(this.#spans, ({ range }) => range.start <= address)];
		if (!span || address >= span.range.end) return undefined;
		return span.row + Math.floor((address - span.range.start) / this.width);
	}

	/** `by` bytes on from an address that has a row, gaps skipped, stopping at the ends. */
	step(address: number, by: number): number {
		const row = this.rowOf(address);
		if (row === undefined) return this.nearest(address);
		const to = address + by;
		if (this.rowOf(to) !== undefined) return to;
		if (Math.abs(by) < this.width) {
			const index = lastWhere(this.#spans, ({ range }) => range.start <= address);
			const next = this.#spans[index + Math.sign(by)];
			if (!next) return address;
			return by > 0 ? next.range.start : next.range.end - 1;
		}
		// By whole rows the column stays, and the row of a gap counts for nothing.
		const wanted = Math.min(this.count - 1, Math.max(0, row + Math.round(by / this.width)));
		const found = this.at(wanted);
		const landed = found.kind === 'gap' ? this.at(wanted + Math.sign(by)) : found;
		return landed.kind === 'bytes' ? landed.address + (address % this.width) : address;
	}

	/** The address itself, or the next one that has a row. */
	nearest(address: number): number {
		if (this.rowOf(address) !== undefined) return address;
		const next = this.#spans.find(({ range }) => range.start > address);
		return next?.range.start ?? this.ends?.last ?? address;
	}
}

function lastWhere(spans: readonly Span[], holds: (span: Span) => boolean): number {
	let [low, high] = [0, spans.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (holds(spans[middle]!)) low = middle + 1;
		else high = middle;
	}
	return low - 1;
}

/** `count` bytes from `address` on; undefined where the image has none. */
export function bytesAt(image: Image, address: number, count: number): (number | undefined)[] {
	let [low, high] = [0, image.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (image[middle]!.address + image[middle]!.data.length > address) high = middle;
		else low = middle + 1;
	}
	return Array.from({ length: count }, (_, i) => {
		let segment = image[low];
		if (segment && address + i >= segment.address + segment.data.length) segment = image[++low];
		return segment?.data[address + i - segment.address];
	});
}
