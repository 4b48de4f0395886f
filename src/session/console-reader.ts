// Bytes from the line made lines of text: split at line ends, coloured by SGR, invalid bytes and control characters
// shown as escapes. However the bytes are cut into chunks, the lines are the same.
import { Escapes } from './console-escape.ts';
import { plainStyle, styleAfter, type Style } from './console-style.ts';
import { Utf8 } from './console-utf8.ts';

/** Text of one look. */
export interface Run {
	readonly text: string;
	readonly style: Style;
	/** Stands for a byte that is no text: "\x9F". */
	readonly escaped?: true;
}

export interface ReadLine {
	/** When its first byte came, in the caller's milliseconds. */
	readonly at: number;
	readonly text: string;
	readonly runs: readonly Run[];
	/** What was received, with its line end. */
	readonly bytes: Uint8Array;
}

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const BS = 0x08;
const TAB_STOP = 8;
/** A line without end is cut here, so that it can be shown and forgotten piece by piece. Bytes. */
export const LONGEST_LINE = 4096;
/** A cut waits for the end of a character or a sequence, which are shorter. */
const SLACK = 2048;

/** Marks that change the direction of text (Unicode Bidirectional Algorithm 2): they could make a line read otherwise. */
const directions = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

export class LineReader {
	readonly #utf8: Utf8;
	readonly #escapes = new Escapes();
	#style: Style = plainStyle;
	#runs: { text: string; style: Style; escaped?: true }[] = [];
	#columns = 0;
	readonly #raw = new Uint8Array(LONGEST_LINE + SLACK);
	#length = 0;
	#at = 0;
	/** A CR has come: it is the line's end, alone or with the LF that may follow. */
	#ending = false;

	constructor() {
		this.#utf8 = new Utf8({
			character: (text) => {
				this.#character(text);
			},
			invalid: (byte) => {
				this.#escape(byte);
			},
		});
	}

	/** The line that has not ended yet; undefined while it is empty. */
	get partial(): ReadLine | undefined {
		return this.#length > 0 ? this.#line() : undefined;
	}

	/** Takes what was received at `at` and returns the lines that ended in it. */
	push(bytes: Uint8Array, at: number): ReadLine[] {
		const lines: ReadLine[] = [];
		for (const byte of bytes) {
			if (this.#ending && byte !== LF) lines.push(this.#end());
			if (this.#length === 0) this.#at = at;
			this.#raw[this.#length++] = byte;
			const ends = this.#ending || this.#take(byte);
			const whole = !this.#utf8.open && !this.#escapes.open && !this.#ending;
			const full = this.#length >= LONGEST_LINE && whole;
			if (ends || full || this.#length === this.#raw.length) lines.push(this.#end());
		}
		return lines;
	}

	/** Ends the open line where it is: something else is to stand after it. */
	cut(): ReadLine | undefined {
		this.#utf8.flush();
		return this.#length > 0 ? this.#end() : undefined;
	}

	/** True when the line ends with this byte. */
	#take(byte: number): boolean {
		const verdict = this.#escapes.push(byte);
		if (verdict === 'text') {
			if (byte === LF || byte === CR) this.#utf8.flush();
			else this.#utf8.push(byte);
			this.#ending = byte === CR;
			return byte === LF;
		}
		this.#utf8.flush();
		if (verdict === 'style') this.#style = styleAfter(this.#style, this.#escapes.parameters);
		return false;
	}

	#character(text: string): void {
		const code = text.codePointAt(0)!;
		if (code === TAB) this.#add(' '.repeat(TAB_STOP - (this.#columns % TAB_STOP)));
		else if (code === BS) this.#rubOut();
		else if (code < 0x20 || code === 0x7f) this.#escape(code);
		else if ((code >= 0x80 && code < 0xa0) || directions.test(text))
			this.#add(`\\u${code.toString(16).toUpperCase().padStart(4, '0')}`, true);
		else this.#add(text);
	}

	#escape(byte: number): void {
		this.#add(`\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`, true);
	}

	#add(text: string, escaped?: true): void {
		const last = this.#runs.at(-1);
		this.#columns += text.length;
		if (last?.style === this.#style && last.escaped === escaped) last.text += text;
		else this.#runs.push({ text, style: this.#style, ...(escaped && { escaped }) });
	}

	/** Shells take back a character by going back, over it with a space, and back again. */
	#rubOut(): void {
		const last = this.#runs.at(-1);
		if (!last) return;
		const gone = last.escaped
			? last.text.slice(last.text.lastIndexOf('\\'))
			: [...last.text.slice(-2)].at(-1)!;
		last.text = last.text.slice(0, -gone.length);
		this.#columns -= gone.length;
		if (last.text === '') this.#runs.pop();
	}

	#line(): ReadLine {
		return {
			at: this.#at,
			text: this.#runs.map(({ text }) => text).join(''),
			runs: this.#runs.map((run) => ({ ...run })),
			bytes: this.#raw.slice(0, this.#length),
		};
	}

	#end(): ReadLine {
		const line = this.#line();
		this.#runs = [];
		this.#columns = 0;
		this.#length = 0;
		this.#ending = false;
		return line;
	}
}
