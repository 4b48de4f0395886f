// What the console remembers: the last lines, within a bound of lines and of bytes. The oldest go first, and how much
// went is known. Reading is by number, which a line keeps for ever.
import { concat } from '#core/bytes.ts';
import { LineReader, type ReadLine, type Run } from './console-reader.ts';
import { plainStyle } from './console-style.ts';

export interface LogLine {
	/** Counts from 0 since the log was made; a cleared log goes on. */
	readonly number: number;
	/** 'sent': what the user sent; 'note': what happened to the port. */
	readonly kind: 'received' | 'sent' | 'note';
	/** Milliseconds since 1970. */
	readonly at: number;
	/** Milliseconds since the line before it; undefined for the first. */
	readonly after: number | undefined;
	readonly text: string;
	readonly runs: readonly Run[];
	/** What was received; empty for the other kinds. */
	readonly bytes: Uint8Array;
	/** Of its first byte among all received since the log was made. */
	readonly offset: number;
}

export interface LogLimits {
	readonly lines: number;
	/** Of memory, roughly: bytes, text and runs. */
	readonly bytes: number;
}

export const usualLimits: LogLimits = { lines: 20_000, bytes: 8 * 1024 ** 2 };

/** What a run and a line weigh beside their text. */
const RUN_BYTES = 64;
const LINE_BYTES = 160;

export class ConsoleLog {
	readonly #limits: LogLimits;
	#reader = new LineReader();
	/** Lines from `#from` on; the places before are free, and given back now and then. */
	#lines: LogLine[] = [];
	#from = 0;
	#next = 0;
	#weight = 0;
	#offset = 0;
	#last: number | undefined;
	/** Received since the log was made. */
	received = 0;
	/** Lines that made way for newer ones since it was last cleared. */
	dropped = 0;

	constructor(limits: LogLimits = usualLimits) {
		this.#limits = limits;
	}

	/** Number of the oldest line that is kept. */
	get first(): number {
		return this.#next - (this.#lines.length - this.#from);
	}

	/** One above the number of the last line that has ended. */
	get end(): number {
		return this.#next;
	}

	/** The line that has not ended, as if it had; its number is `end`. */
	get partial(): LogLine | undefined {
		const line = this.#reader.partial;
		return line && this.#entry('received', line, this.#offset);
	}

	/** The line of this number; undefined when it made way, or has not ended. */
	get(number: number): LogLine | undefined {
		return number < this.first ? undefined : this.#lines[this.#from + number - this.first];
	}

	*lines(): Generator<LogLine> {
		for (let i = this.#from; i < this.#lines.length; i++) yield this.#lines[i]!;
		const { partial } = this;
		if (partial) yield partial;
	}

	/** Bytes from the line; `at` is wall time in milliseconds since 1970. */
	receive(bytes: Uint8Array, at: number): void {
		this.received += bytes.length;
		for (const line of this.#reader.push(bytes, at)) this.#received(line);
	}

	/** A line of ours. The open line ends before it. */
	say(kind: 'sent' | 'note', text: string, at: number): void {
		const open = this.#reader.cut();
		if (open) this.#received(open);
		const line = { at, text, runs: [{ text, style: plainStyle }], bytes: new Uint8Array() };
		this.#keep(this.#entry(kind, line, this.#offset));
	}

	/** Forgets all lines. The style and the unfinished character go too. */
	clear(): void {
		this.#lines = [];
		this.#from = 0;
		this.#weight = 0;
		this.dropped = 0;
		this.#offset = this.received;
		this.#last = undefined;
		this.#reader = new LineReader();
	}

	/** Every received byte that is kept, in order. */
	bytes(): Uint8Array {
		return concat([...this.lines()].map((line) => line.bytes));
	}

	/** Offset of the first byte that is kept, and of the end. */
	get span(): { readonly start: number; readonly end: number } {
		return { start: this.#lines[this.#from]?.offset ?? this.#offset, end: this.received };
	}

	/** Up to `count` received bytes from this offset on. */
	slice(offset: number, count: number): Uint8Array {
		const parts: Uint8Array[] = [];
		let wanted = count;
		let at = offset;
		for (let i = this.#lineAt(offset); i <= this.#lines.length && wanted > 0; i++) {
			const line = i === this.#lines.length ? this.partial : this.#lines[i];
			if (!line) break;
			const part = line.bytes.subarray(at - line.offset, at - line.offset + wanted);
			parts.push(part);
			wanted -= part.length;
			at += part.length;
		}
		return concat(parts);
	}

	/** Index of the line that holds the byte of this offset; `#lines.length` for the open one. */
	#lineAt(offset: number): number {
		let low = this.#from;
		let high = this.#lines.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			const { offset: start, bytes } = this.#lines[middle]!;
			if (start + bytes.length <= offset) low = middle + 1;
			else high = middle;
		}
		return low;
	}

	#received(line: ReadLine): void {
		const entry = this.#entry('received', line, this.#offset);
		this.#offset += line.bytes.length;
		this.#keep(entry);
	}

	#entry(kind: LogLine['kind'], line: ReadLine, offset: number): LogLine {
		const after = this.#last === undefined ? undefined : line.at - this.#last;
		return { ...line, number: this.#next, kind, after, offset };
	}

	#keep(line: LogLine): void {
		this.#lines.push(line);
		this.#next++;
		this.#last = line.at;
		this.#weight += weightOf(line);
		while (
			this.#lines.length - this.#from > this.#limits.lines ||
			(this.#weight > this.#limits.bytes && this.#lines.length - this.#from > 1)
		) {
			this.#weight -= weightOf(this.#lines[this.#from++]!);
			this.dropped++;
		}
		if (this.#from > 4096 && this.#from > this.#lines.length / 2) {
			this.#lines = this.#lines.slice(this.#from);
			this.#from = 0;
		}
	}
}

const weightOf = ({ text, runs, bytes }: LogLine): number =>
	// Text stands in the line and in its runs, at up to two bytes each.
	bytes.length + 4 * text.length + RUN_BYTES * runs.length + LINE_BYTES;
