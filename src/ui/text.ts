// How values are written on the page: addresses, sizes, times. Every address on the screen comes from `address`.
import { sizeText } from '#core/failure.ts';
import type { Range } from '#core/range.ts';

export { sizeText };

/** "0x0800_4000": eight digits in two groups. Shown with `Address.svelte`, whose copy is plain hex. */
export function address(value: number): string {
	const digits = (value >>> 0).toString(16).toUpperCase().padStart(8, '0');
	return `0x${digits.slice(0, 4)}_${digits.slice(4)}`;
}

/** The same address as it is copied: "0x08004000". */
export const plainAddress = (value: number): string => address(value).replace('_', '');

/** First and last byte of a range, as data sheets write it: "0x0800_4000 – 0x0800_7FFF". */
export const rangeText = ({ start, end }: Range): string =>
	`${address(start)} – ${address(Math.max(start, end - 1))}`;

/** An address as typed: with or without 0x, `_` and spaces allowed. Undefined unless it fits 32 bits. */
export function parseAddress(text: string): number | undefined {
	const digits = text.replace(/[\s_]/g, '').replace(/^0x/i, '');
	return /^[0-9a-f]{1,8}$/i.test(digits) ? Number.parseInt(digits, 16) : undefined;
}

/** "8F21 A0C4" */
export function crcText(sum: number): string {
	const digits = (sum >>> 0).toString(16).toUpperCase().padStart(8, '0');
	return `${digits.slice(0, 4)} ${digits.slice(4)}`;
}

/** "0x413" for a product ID, "DF11" for a USB identifier with `prefix` ''. */
export const idText = (value: number, digits: number, prefix = '0x'): string =>
	prefix + value.toString(16).toUpperCase().padStart(digits, '0');

/** "16K", "1M": as short as a sector can carry. */
export function shortSize(bytes: number): string {
	if (bytes % 1024 ** 2 === 0) return `${bytes / 1024 ** 2}M`;
	if (bytes >= 1024) return `${Number((bytes / 1024).toFixed(1))}K`;
	return String(bytes);
}

/** "33,700". Without Intl, whose first use stops the page for 30 ms. */
export const countText = (count: number): string =>
	String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');

/** "3 sectors", "1 sector" */
export const plural = (count: number, one: string, many = `${one}s`): string =>
	`${countText(count)} ${count === 1 ? one : many}`;

/** "0.4 s", "12 s", "2 min 5 s", "1 h 3 min" */
export function durationText(ms: number): string {
	const seconds = Math.max(0, ms) / 1000;
	if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
	const whole = Math.round(seconds);
	if (whole < 60) return `${whole} s`;
	if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
	const minutes = Math.round(whole / 60);
	return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** An estimate, which must not look more exact than it is: "under a second", "about 4 s". */
export function aboutText(ms: number): string {
	if (ms < 1000) return 'under a second';
	if (ms < 59_500) return `about ${Math.round(ms / 1000)} s`;
	return `about ${durationText(Math.ceil(ms / 5000) * 5000)}`;
}

export const speedText = (bytesPerSecond: number): string =>
	`${sizeText(Math.round(bytesPerSecond))}/s`;

export const percentText = (fraction: number): string => `${Math.floor(fraction * 100)} %`;

/** "2", "2 and 5", "0 to 3, 7 and 9": runs of neighbours are drawn together. */
export function numbersText(numbers: readonly number[]): string {
	const runs: [number, number][] = [];
	for (const number of numbers) {
		const run = runs.at(-1);
		if (run && number === run[1] + 1) run[1] = number;
		else runs.push([number, number]);
	}
	const parts = runs.flatMap(([first, last]) => {
		if (last - first > 1) return [`${first} to ${last}`];
		return first === last ? [`${first}`] : [`${first}`, `${last}`];
	});
	const tail = parts.pop() ?? '';
	return parts.length > 0 ? `${parts.join(', ')} and ${tail}` : tail;
}

/** "a", "a and b", "a, b and c" */
export function listText(items: readonly string[]): string {
	const tail = items.at(-1) ?? '';
	return items.length > 1 ? `${items.slice(0, -1).join(', ')} and ${tail}` : tail;
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** "21 Nov 2026, 17:03" from ISO 8601, in the reader's own time; the text itself where it is none. */
export function momentText(iso: string): string {
	const date = new Date(iso);
	if (Number.isNaN(date.getTime())) return iso;
	return date.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
}
