// What goes out of the console and what comes out of it, as text: lines to send, hex bytes, files to save. Pure.
import { concat } from '#core/bytes.ts';
import type { LogLine } from './console-log.ts';

export type Ending = 'none' | 'lf' | 'cr' | 'crlf';

const endings: Readonly<Record<Ending, string>> = { none: '', lf: '\n', cr: '\r', crlf: '\r\n' };

/** No line to send is longer: it would hold up the port for seconds. Bytes. */
export const LONGEST_SENT = 4096;

/** The text in UTF-8 with its ending. */
export const lineBytes = (text: string, ending: Ending): Uint8Array =>
	new TextEncoder().encode(text + endings[ending]);

/** "0d 0A, 0x1b" or "0D0A1B": bytes as typed; undefined when it is none. */
export function hexBytes(text: string): Uint8Array | undefined {
	const words = text.split(/[\s,;:]+/).filter((word) => word !== '');
	const parts = words.map((word) => {
		const digits = word.replace(/^0x/i, '');
		if (!/^(?:[0-9a-f]|(?:[0-9a-f]{2})+)$/i.test(digits)) return undefined;
		if (digits.length === 1) return Uint8Array.of(Number.parseInt(digits, 16));
		return Uint8Array.from(digits.match(/../g)!, (pair) => Number.parseInt(pair, 16));
	});
	if (parts.length === 0 || parts.some((part) => part === undefined)) return undefined;
	return concat(parts as Uint8Array[]);
}

/** The control character a key with Ctrl stands for: 0x03 for "c"; undefined for a key without one. */
export function controlByte(key: string): number | undefined {
	if (!/^[a-z@[\\\]^_]$/i.test(key)) return undefined;
	return key.toUpperCase().charCodeAt(0) & 0x1f;
}

export const controlName = (byte: number): string => `^${String.fromCharCode(byte + 0x40)}`;

/** "14:03:07.250", in the time of the place, which lies so many minutes from UTC (Date.getTimezoneOffset). */
export const clockText = (at: number, offsetMinutes: number): string =>
	new Date(at - offsetMinutes * 60_000).toISOString().slice(11, 23);

/** "+0.250", "+12.000", "+90:00.0" from the line before. */
export function afterText(ms: number | undefined): string {
	if (ms === undefined) return '';
	const seconds = Math.max(0, ms) / 1000;
	if (seconds < 600) return `+${seconds.toFixed(3)}`;
	const minutes = Math.floor(seconds / 60);
	return `+${minutes}:${(seconds % 60).toFixed(1).padStart(4, '0')}`;
}

const signs: Readonly<Record<LogLine['kind'], string>> = { received: '', sent: '> ', note: '-- ' };

/** The lines as text; with `offsetMinutes` each begins with its time. */
export function logText(lines: Iterable<LogLine>, offsetMinutes?: number): string {
	let text = '';
	for (const line of lines) {
		if (offsetMinutes !== undefined) text += `${clockText(line.at, offsetMinutes)} `;
		text += `${signs[line.kind]}${line.text}\n`;
	}
	return text;
}

export const HEX_ROW = 16;

/** "48 65 6C …" and "Hel…": one row of the hex view. */
export function hexRow(bytes: Uint8Array): { readonly hex: string; readonly text: string } {
	const hex = [...bytes].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'));
	const text = [...bytes].map((byte) =>
		byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·',
	);
	return { hex: hex.join(' '), text: text.join('') };
}
