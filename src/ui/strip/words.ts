// How the strip says addresses, sizes and sector numbers. Widths of text are estimated, never measured: the layout
// stays pure.
import { hex32 } from '#core/bytes.ts';
import { sizeText } from '#core/failure.ts';
import type { Sector } from '#core/memory.ts';
import { size, type Range } from '#core/range.ts';

export { sizeText };

/** 0x08004000, as it is copied. */
export const plainHex = (address: number): string => hex32(address);

/** 0x0800_4000, grouped for the eye; the end of the address space is said as its last byte's successor. */
export function addressText(address: number): string {
	if (address >= 2 ** 32) return '0x1_0000_0000';
	const digits = hex32(address).slice(2);
	return `0x${digits.slice(0, 4)}_${digits.slice(4)}`;
}

/** First and last byte: "0x0800_0000–0x0800_3FFF". */
export const rangeText = (range: Range): string =>
	`${addressText(range.start)}–${addressText(Math.max(range.start, range.end - 1))}`;

/** "128", "16K", "1.5M": where there is little room. */
export function shortSize(bytes: number): string {
	const [amount, unit] =
		bytes < 1024
			? [bytes, '']
			: bytes < 1024 ** 2
				? [bytes / 1024, 'K']
				: bytes < 1024 ** 3
					? [bytes / 1024 ** 2, 'M']
					: [bytes / 1024 ** 3, 'G'];
	return `${Number.isInteger(amount) ? amount : amount.toFixed(1)}${unit}`;
}

export type Unit = 'sector' | 'page';

/** ST says page where all are small and alike, sector elsewhere; 8 KiB is both (U5 pages, H5 sectors). */
export function unitOf(sectors: readonly Sector[]): Unit {
	return sectors.length > 0 && sectors.every(({ range }) => size(range) <= 4096)
		? 'page'
		: 'sector';
}

/** "Sector 5", "Pages 8–255" */
export function numbersTitle(sectors: readonly Sector[], unit: Unit): string {
	const word = unit === 'page' ? 'Page' : 'Sector';
	return sectors.length === 1
		? `${word} ${numbersText(sectors)}`
		: `${word}s ${numbersText(sectors)}`;
}

/** "5", "8–255" */
export function numbersText(sectors: readonly Sector[]): string {
	const first = sectors[0]?.number ?? 0;
	const last = sectors.at(-1)?.number ?? first;
	return first === last ? `${first}` : `${first}–${last}`;
}

/** "1 page", "248 pages" */
export const countText = (count: number, word: string): string =>
	`${count.toLocaleString('en-US')} ${word}${count === 1 ? '' : 's'}`;

/** "a, b and c" */
export function listText(items: readonly string[]): string {
	const last = items.at(-1) ?? '';
	return items.length > 1 ? `${items.slice(0, -1).join(', ')} and ${last}` : last;
}

/** Pixels a text may need at a font size: wide enough for the widest of the usual system fonts. */
export const textWidth = (text: string, fontSize: number): number => text.length * fontSize * 0.64;
