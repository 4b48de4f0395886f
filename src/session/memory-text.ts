// Memory content as text to copy, and what is typed to look for. Pure.
import { hex32 } from '#core/bytes.ts';
import { sliceImage, type Image } from '#core/image.ts';
import type { Range } from '#core/range.ts';
import { bytesAt } from './memory-rows.ts';

export type CopyAs = 'hex' | 'c' | 'text';

/** More than this is a file, not a text. */
export const MOST_COPIED = 256 * 1024;
const C_COLUMNS = 12;

const two = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, '0');
export const isPrintable = (byte: number): boolean => byte >= 0x20 && byte < 0x7f;

/** "5A", or ".." where the memory has no byte. */
export const byteText = (byte: number | undefined): string =>
	byte === undefined ? '··' : two(byte);

/** The character, or a dot. */
export const charText = (byte: number | undefined): string =>
	byte === undefined ? ' ' : isPrintable(byte) ? String.fromCharCode(byte) : '.';

/** The bytes of a range that the image has, gaps left out; at most MOST_COPIED of them. */
export function copyText(image: Image, range: Range, as: CopyAs): string {
	const parts = sliceImage(image, {
		...range,
		end: Math.min(range.end, range.start + MOST_COPIED),
	});
	const bytes = parts.flatMap(({ data }) => [...data]);
	if (as === 'hex') return bytes.map(two).join(' ');
	if (as === 'text') return bytes.map((byte) => charText(byte)).join('');
	const lines: string[] = [];
	for (let at = 0; at < bytes.length; at += C_COLUMNS) {
		const line = bytes.slice(at, at + C_COLUMNS).map((byte) => `0x${two(byte)}`);
		lines.push(`\t${line.join(', ')},`);
	}
	const name = `memory_${hex32(range.start).slice(2)}`;
	return [
		`/* ${hex32(range.start)} */`,
		`const uint8_t ${name}[${bytes.length}] = {`,
		...lines,
		'};',
		'',
	].join('\n');
}

/** Bytes to look for: "de ad be ef" with or without spaces and 0x; undefined while that is no whole bytes. */
export function hexPattern(text: string): Uint8Array | undefined {
	const digits = text.replace(/0x/gi, '').replace(/[\s,_]/g, '');
	if (!/^(?:[0-9a-f]{2})+$/i.test(digits)) return undefined;
	return Uint8Array.from(digits.match(/../g)!, (pair) => Number.parseInt(pair, 16));
}

/** Characters as UTF-8; undefined for none. */
export const textPattern = (text: string): Uint8Array | undefined =>
	text === '' ? undefined : new TextEncoder().encode(text);

/** Where the pattern stands next behind `from`, or before it; goes round at the end. Undefined where it is nowhere. */
export function findPattern(
	image: Image,
	pattern: Uint8Array,
	from: number,
	by: 1 | -1,
): number | undefined {
	const parts = by === 1 ? image : [...image].reverse();
	const limit = 2 ** 32;
	const halves: readonly Range[] =
		by === 1
			? [
					{ start: from + 1, end: limit },
					{ start: 0, end: from + 1 },
				]
			: [
					{ start: 0, end: from },
					{ start: from, end: limit },
				];
	for (const half of halves) {
		for (const { address, data } of parts) {
			const first = Math.max(0, half.start - address);
			const last = Math.min(data.length, half.end - address) - 1;
			const at =
				by === 1 ? search(data, pattern, first, last) : searchBack(data, pattern, first, last);
			if (at >= 0) return address + at;
		}
	}
	return undefined;
}

const holds = (data: Uint8Array, pattern: Uint8Array, at: number): boolean =>
	at + pattern.length <= data.length && pattern.every((byte, i) => data[at + i] === byte);

function search(data: Uint8Array, pattern: Uint8Array, first: number, last: number): number {
	let at = first > last ? -1 : data.indexOf(pattern[0]!, first);
	while (at >= 0 && at <= last) {
		if (holds(data, pattern, at)) return at;
		at = data.indexOf(pattern[0]!, at + 1);
	}
	return -1;
}

function searchBack(data: Uint8Array, pattern: Uint8Array, first: number, last: number): number {
	let at = first > last ? -1 : data.lastIndexOf(pattern[0]!, last);
	while (at >= first) {
		if (holds(data, pattern, at)) return at;
		if (at === 0) break;
		at = data.lastIndexOf(pattern[0]!, at - 1);
	}
	return -1;
}

/** What a screen reader says of a byte: address, value, and what stands on the other side. */
export function byteSpoken(image: Image, other: Image | undefined, address: number): string {
	const [here] = bytesAt(image, address, 1);
	const char = here !== undefined && isPrintable(here) ? `, ${charText(here)}` : '';
	const value = here === undefined ? 'no byte' : `${two(here)}${char}`;
	const [there] = other ? bytesAt(other, address, 1) : [here];
	const difference =
		here === there
			? ''
			: there === undefined
				? ', only here'
				: here === undefined
					? `, ${two(there)} on the other side`
					: `, differs: ${two(there)} on the other side`;
	return `${hex32(address)}, ${value}${difference}`;
}

/** How the bytes of a row differ, cell by cell. */
export function marks(
	row: readonly (number | undefined)[],
	other: readonly (number | undefined)[],
): ('' | 'changed' | 'only-a' | 'only-b')[] {
	return row.map((byte, i) => {
		const there = other[i];
		if (byte === there) return '';
		return byte === undefined ? 'only-b' : there === undefined ? 'only-a' : 'changed';
	});
}

/** "256 bytes" of a selection that reaches over `range`; only those the image has count. */
export const bytesIn = (image: Image, range: Range): number =>
	sliceImage(image, range).reduce((sum, { data }) => sum + data.length, 0);
