// What Intel HEX and Motorola S-records share: lines of hexadecimal bytes with a length, a checksum and an address.
// It decodes lines and collects their data; what a record means is the format's own business.
import type { Image, Segment } from '#core/image.ts';
import { diagnostic, Failure, type Diagnostic } from '#core/failure.ts';
import { MAX_IMAGE } from './format.ts';
import { layParts } from './lay.ts';

export interface Dialect {
	readonly format: string;
	/** Character code every record begins with. */
	readonly mark: number;
	/** True when one character after the mark gives the record type. */
	readonly typed: boolean;
	/** Bytes of a record beyond those its length byte counts. */
	readonly uncounted: number;
	/** What all bytes of a record add up to, modulo 256. */
	readonly sum: number;
}

/** One decoded line. `bytes` is reused for the next record: copy what must stay. */
export interface RecordLine {
	readonly line: number;
	/** Character code after the mark, for typed dialects. */
	readonly type: number;
	/** Length, address, data and checksum. */
	readonly bytes: Uint8Array;
}

const LF = 0x0a;
const CR = 0x0d;
/** End-of-file mark of old DOS editors. */
const CTRL_Z = 0x1a;
const NOT_HEX = 0xff;
const MAX_RECORD = 512;

const nibbles = Uint8Array.from({ length: 256 }, (_, code) => {
	const digit = Number.parseInt(String.fromCharCode(code), 16);
	return Number.isNaN(digit) ? NOT_HEX : digit;
});

export const isHexDigit = (code: number | undefined): boolean =>
	code !== undefined && nibbles[code] !== NOT_HEX;

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09 || code === 0;

/** Index of the first byte after a UTF-8 byte order mark and blank lines. */
export function skipLeading(text: Uint8Array): number {
	let at = text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf ? 3 : 0;
	while (at < text.length && (isBlank(text[at]!) || text[at] === LF || text[at] === CR)) at++;
	return at;
}

/**
 * Decodes the records one by one until `visit` returns 'end' or the text is over. Lines end in LF, CR or both.
 * Returns the oddities of the file's end: no end record, or text after it.
 * @throws Failure records.syntax, records.length or records.checksum, with the line counted from 1.
 */
export function walkRecords(
	text: Uint8Array,
	dialect: Dialect,
	visit: (record: RecordLine) => 'end' | undefined,
): Diagnostic[] {
	const buffer = new Uint8Array(MAX_RECORD);
	let line = 1;
	let last = 1;
	let at = text[0] === 0xef ? skipLeading(text.subarray(0, 3)) : 0;
	while (at < text.length) {
		let stop = at;
		while (stop < text.length && text[stop] !== LF && text[stop] !== CR) stop++;
		let start = at;
		let end = stop;
		while (start < end && isBlank(text[start]!)) start++;
		while (end > start && (isBlank(text[end - 1]!) || text[end - 1] === CTRL_Z)) end--;
		at = stop + (text[stop] === CR && text[stop + 1] === LF ? 2 : 1);
		if (start < end) {
			last = line;
			const record = decode(text.subarray(start, end), { dialect, line, buffer });
			if (visit(record) === 'end') return afterEnd(text.subarray(at), line);
		}
		line++;
	}
	return [diagnostic('warning', 'records.no-end', { format: dialect.format, line: last })];
}

function afterEnd(rest: Uint8Array, line: number): Diagnostic[] {
	const ignorable = (code: number) =>
		isBlank(code) || code === LF || code === CR || code === CTRL_Z;
	if (rest.every(ignorable)) return [];
	return [diagnostic('warning', 'records.after-end', { line, bytes: rest.length })];
}

function decode(
	text: Uint8Array,
	{ dialect, line, buffer }: { dialect: Dialect; line: number; buffer: Uint8Array },
): RecordLine {
	const { format, mark, typed, uncounted } = dialect;
	if (text[0] !== mark) throw syntax(line, format, text[0]);
	const first = typed ? 2 : 1;
	const count = (text.length - first) >> 1;
	if (count > MAX_RECORD) {
		throw new Failure('records.length', { line, format, found: count, expected: 'at most 260' });
	}
	let sum = 0;
	for (let index = 0, at = first; index < count; index++, at += 2) {
		const high = nibbles[text[at]!]!;
		const low = nibbles[text[at + 1]!]!;
		if (high === NOT_HEX) throw syntax(line, format, text[at]);
		if (low === NOT_HEX) throw syntax(line, format, text[at + 1]);
		const byte = (high << 4) | low;
		buffer[index] = byte;
		sum += byte;
	}
	if ((text.length - first) % 2 !== 0) throw syntax(line, format, undefined);
	const expected = (count > 0 ? buffer[0]! : 0) + uncounted;
	if (count !== expected || count < 2) {
		throw new Failure('records.length', { line, format, found: count, expected });
	}
	if ((sum & 0xff) !== dialect.sum) {
		const found = buffer[count - 1]!;
		const right = (dialect.sum - (sum - found)) & 0xff;
		throw new Failure('records.checksum', { line, format, expected: right, found });
	}
	return { line, type: typed ? text[1]! : 0, bytes: buffer.subarray(0, count) };
}

function syntax(line: number, format: string, code: number | undefined) {
	let found = 'end of line';
	if (code !== undefined) {
		const visible = code > 0x20 && code < 0x7f;
		found = visible ? `“${String.fromCharCode(code)}”` : `byte 0x${code.toString(16)}`;
	}
	return new Failure('records.syntax', { line, format, found });
}

/** A stretch of consecutive records; `start` is where its bytes begin among all bytes collected. */
interface Run extends Segment {
	readonly start: number;
}

/** Collects the data of records in file order and lays them into an image at the end. */
export function collectRecords(textSize: number) {
	const pool = new Uint8Array(Math.min(textSize >> 1, MAX_IMAGE));
	const runs: { address: number; start: number; size: number }[] = [];
	const starts: number[] = [];
	const lines: number[] = [];
	let used = 0;

	/** @throws Failure records.address beyond 2^32, file.too-much beyond the size of any image. */
	const add = (address: number, data: Uint8Array, line: number): void => {
		const size = data.length;
		if (address + size > 2 ** 32) throw new Failure('records.address', { line, size, address });
		if (used + size > MAX_IMAGE) {
			throw new Failure('file.too-much', { found: used + size, address, limit: MAX_IMAGE });
		}
		pool.set(data, used);
		const run = runs.at(-1);
		if (run && run.address + run.size === address) run.size += size;
		else runs.push({ address, start: used, size });
		starts.push(used);
		lines.push(line);
		used += size;
	};

	const lineOf = (run: Run, address: number): number => {
		const wanted = run.start + address - run.address;
		let low = 0;
		let high = starts.length;
		while (high - low > 1) {
			const middle = (low + high) >> 1;
			if (starts[middle]! <= wanted) low = middle;
			else high = middle;
		}
		return lines[low]!;
	};

	/** @throws Failure records.conflict when two lines give one address different bytes. */
	const finish = (): { image: Image; diagnostics: Diagnostic[] } => {
		const parts = runs.map(({ address, start, size }): Run => {
			return { address, start, data: pool.subarray(start, start + size) };
		});
		const { image, repeated } = layParts(parts, ({ address, first, second }) => {
			const [a, b] = first.start < second.start ? [first, second] : [second, first];
			throw new Failure('records.conflict', {
				address,
				firstLine: lineOf(a, address),
				first: a.data[address - a.address]!,
				secondLine: lineOf(b, address),
				second: b.data[address - b.address]!,
			});
		});
		const diagnostics = repeated
			.slice(0, MAX_NOTES)
			.map((range) => diagnostic('note', 'records.duplicate', { ...range }, range));
		return { image, diagnostics };
	};

	return { add, finish };
}

/** A file that repeats itself everywhere is told so a few times. */
const MAX_NOTES = 8;
