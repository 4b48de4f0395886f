// Words of a GNU ld script. What a word is depends on where it stands (ld 2.40): "a-b" is one word in a section list
// and a difference in an expression, so the parser says the state for each word it asks for.
import { diagnostic, Failure, type Diagnostic } from '#core/failure.ts';
import { readNumber } from './script-numbers.ts';

/** script: between commands; expression: after an = or inside (…); wild: between the braces of an output section; inputs: in INPUT(…). */
export type State = 'script' | 'expression' | 'wild' | 'inputs';

export interface Place {
	readonly file: string;
	/** From 1. */
	readonly line: number;
	readonly column: number;
}

/** A text to read, with where its lines came from when a preprocessor moved them. */
export interface Source {
	readonly name: string;
	readonly text: string;
	/** Where a line of the text stands in the files of the user; itself when absent. */
	readonly origin?: (line: number) => { readonly file: string; readonly line: number };
	/** Names a line depends on that nobody has defined; none when absent. */
	readonly doubts?: (line: number) => readonly string[];
}

export interface Token {
	/** end: of an included file, or of the script. */
	readonly kind: 'name' | 'quoted' | 'keyword' | 'number' | 'mark' | 'end';
	readonly text: string;
	/** Of a number. */
	readonly value: bigint;
	readonly place: Place;
	readonly doubts: readonly string[];
	/** Where the lexer stood, to read the word again in another state. */
	readonly start: number;
	readonly lineStart: number;
	readonly sourceLine: number;
}

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

// Which words are commands where, and which characters a name holds: ld manual 3.5–3.10, and tries with ld 2.40.
const EXPRESSION_WORDS = `ABSOLUTE ADDR ALIGN ALIGNOF ALIGN_WITH_INPUT ASSERT AT BIND BLOCK CONSTANT
	DATA_SEGMENT_ALIGN DATA_SEGMENT_END DATA_SEGMENT_RELRO_END DEFINED HIDDEN INCLUDE LENGTH LOADADDR
	LOG2CEIL MAX MIN NEXT NOCROSSREFS NOCROSSREFS_TO ONLY_IF_RO ONLY_IF_RW ORIGIN OVERLAY PROVIDE
	PROVIDE_HIDDEN SEGMENT_START SIZEOF SIZEOF_HEADERS SPECIAL SUBALIGN`;
const KEYWORDS: Readonly<Record<State, ReadonlySet<string>>> = {
	expression: words(`${EXPRESSION_WORDS} COPY DSECT INFO NOLOAD READONLY TYPE`),
	script: words(`${EXPRESSION_WORDS} AFTER BEFORE ENTRY EXTERN FLOAT FORCE_COMMON_ALLOCATION
		FORCE_GROUP_ALLOCATION GROUP HLL INHIBIT_COMMON_ALLOCATION INPUT INSERT LD_FEATURE MAP MEMORY NOFLOAT
		OUTPUT OUTPUT_ARCH OUTPUT_FORMAT PHDRS REGION_ALIAS SEARCH_DIR SECTIONS STARTUP SYSLIB TARGET VERSION
		l len o org`),
	wild: words(`ASSERT AT BYTE CONSTRUCTORS CREATE_OBJECT_SYMBOLS EXCLUDE_FILE FILL HIDDEN INCLUDE
		INPUT_SECTION_FLAGS KEEP LONG PROVIDE PROVIDE_HIDDEN QUAD REVERSE SHORT SORT SORT_BY_ALIGNMENT
		SORT_BY_INIT_PRIORITY SORT_BY_NAME SORT_NONE SQUAD`),
	inputs: words('AS_NEEDED'),
};
/** Short forms of MEMORY; only outside expressions. */
const SYNONYMS: Readonly<Record<string, string>> = {
	o: 'ORIGIN',
	org: 'ORIGIN',
	l: 'LENGTH',
	len: 'LENGTH',
	SORT: 'SORT_BY_NAME',
};
const NAMES: Readonly<Record<State, RegExp>> = {
	expression: /\/DISCARD\/|[a-zA-Z_.\\$][\w/.\\$~]*/y,
	script: /[a-zA-Z_/.\\$~][\w/.\\$~\-+:[\],=]*/y,
	wild: /[\w/.\\$~\-+:[\],=?*^!]+/y,
	inputs: /(?:-l|=)?[\w/.\\$~\-+:[\],=]+/y,
};
const MARKS: Readonly<Record<State, RegExp>> = {
	expression: /<<=|>>=|[=!<>+\-*/&|]=|\|\||&&|<<|>>|[<>,&|~!?*+\-/%=}{)(:;]/y,
	script: /<<=|>>=|[+\-*/&|]=|[>,~!+\-=}{)(:;]/y,
	wild: /<<=|>>=|[+\-*/&|]=|[\][&=}{)(;]/y,
	inputs: /[,()]/y,
};

/** ld refuses at the same depth. */
const MAX_INCLUDES = 10;
/** Complaints about stray characters; the rest of a binary file would only repeat them. */
const MAX_COMPLAINTS = 8;

interface Reading {
	readonly source: Source;
	at: number;
	line: number;
	lineStart: number;
}

export class Lexer {
	readonly diagnostics: Diagnostic[] = [];
	readonly #stack: Reading[];
	readonly #limit: number;
	#budget: number;

	/** `budget` is how many characters included files may add. */
	constructor(source: Source, budget: number) {
		this.#stack = [{ source, at: 0, line: 1, lineStart: 0 }];
		this.#budget = this.#limit = budget;
	}

	/** Reads this source next; its end comes as a token of its own. @throws Failure script.depth, script.swells. */
	include(source: Source, place: Place): void {
		if (this.#stack.length > MAX_INCLUDES || this.#stack.some((each) => each.source === source)) {
			throw new Failure('script.depth', { ...place, limit: MAX_INCLUDES });
		}
		this.#budget -= source.text.length + 1;
		if (this.#budget < 0) throw new Failure('script.swells', { ...place, limit: this.#limit });
		this.#stack.push({ source, at: 0, line: 1, lineStart: 0 });
	}

	/** The same characters again, for a word that was read in the wrong state. */
	backTo(token: Token): void {
		const reading = this.#reading();
		reading.at = token.start;
		reading.line = token.sourceLine;
		reading.lineStart = token.lineStart;
	}

	/** Passes over {…}, as for VERSION, whose words are of another language. @throws Failure script.syntax. */
	skipBraces(): void {
		const reading = this.#reading();
		const { text } = reading.source;
		let depth = 0;
		for (;;) {
			this.#skipBlank(reading);
			const char = text[reading.at];
			if (char === undefined) throw this.unexpected(this.next('script'), '}');
			if (char === '"') reading.at = this.#closingQuote(reading) ?? reading.at;
			reading.at++;
			if (char === '{') depth++;
			if (char === '}' && --depth <= 0) return;
		}
	}

	next(state: State): Token {
		for (;;) {
			const reading = this.#reading();
			this.#skipBlank(reading);
			const { at, source } = reading;
			if (at >= source.text.length) {
				const end = this.#token(reading, 'end', '');
				if (this.#stack.length > 1) this.#stack.pop();
				return end;
			}
			if (source.text[at] === '"') {
				const close = this.#closingQuote(reading);
				if (close !== undefined) {
					const token = this.#token(reading, 'quoted', source.text.slice(at + 1, close));
					for (let i = at; (i = source.text.indexOf('\n', i + 1)) >= 0 && i < close;) {
						reading.line++;
						reading.lineStart = i + 1;
					}
					reading.at = close + 1;
					return token;
				}
			}
			const token = this.#word(reading, state);
			if (token) return token;
			this.#complain(reading);
			reading.at++;
		}
	}

	/** What was found in place of what ld's grammar allows. */
	unexpected(token: Token, expected: string): Failure<'script.syntax'> {
		const found =
			token.kind === 'end' ? 'the end of the file' : `“${printable(token.text.slice(0, 60))}”`;
		return new Failure('script.syntax', { ...token.place, expected, found });
	}

	#reading(): Reading {
		return this.#stack[this.#stack.length - 1]!;
	}

	/** The longest word; of two equally long ones, number before mark before keyword before name. */
	#word(reading: Reading, state: State): Token | undefined {
		const { at, source } = reading;
		const { text } = source;
		const number = state === 'wild' || state === 'inputs' ? undefined : readNumber(text, at, state);
		// No mark begins as a word of the language does, so most words cost one pattern.
		const markEnd = isLetter(text.charCodeAt(at)) ? 0 : endOf(MARKS[state], text, at);
		const nameEnd = endOf(NAMES[state], text, at);
		const end = Math.max(number?.end ?? 0, markEnd, nameEnd);
		if (end === 0) return undefined;
		const word = text.slice(at, end);
		let token: Token;
		if (number?.end === end) token = this.#token(reading, 'number', word, number.value);
		else if (markEnd === end) token = this.#token(reading, 'mark', word);
		else if (KEYWORDS[state].has(word)) {
			token = this.#token(reading, 'keyword', SYNONYMS[word] ?? word);
		} else token = this.#token(reading, 'name', word);
		reading.at = end;
		return token;
	}

	#token(reading: Reading, kind: Token['kind'], text: string, value = 0n): Token {
		const { source, at, line, lineStart } = reading;
		const column = at - lineStart + 1;
		return {
			kind,
			text,
			value,
			place: source.origin
				? { ...source.origin(line), column }
				: { file: source.name, line, column },
			doubts: source.doubts?.(line) ?? NO_DOUBTS,
			start: at,
			lineStart,
			sourceLine: line,
		};
	}

	/** White space, comments, and what a preprocessor leaves after a #. */
	#skipBlank(reading: Reading): void {
		const { text } = reading.source;
		for (;;) {
			const char = text.charCodeAt(reading.at);
			if (char === LINE_FEED) {
				reading.at++;
				reading.line++;
				reading.lineStart = reading.at;
			} else if (char === 0x20 || char === TAB || char === RETURN) reading.at++;
			else if (char === HASH) {
				const end = text.indexOf('\n', reading.at);
				reading.at = end < 0 ? text.length : end;
			} else if (char === SLASH && text[reading.at + 1] === '*') this.#skipComment(reading);
			else return;
		}
	}

	#skipComment(reading: Reading): void {
		const { text } = reading.source;
		const end = text.indexOf('*/', reading.at + 2);
		if (end < 0) throw new Failure('script.comment', this.#token(reading, 'mark', '/*').place);
		for (let i = reading.at; (i = text.indexOf('\n', i + 1)) >= 0 && i < end;) {
			reading.line++;
			reading.lineStart = i + 1;
		}
		reading.at = end + 2;
	}

	#closingQuote(reading: Reading): number | undefined {
		const close = reading.source.text.indexOf('"', reading.at + 1);
		return close < 0 ? undefined : close;
	}

	#complain(reading: Reading): void {
		if (this.diagnostics.length >= MAX_COMPLAINTS) return;
		const code = reading.source.text.charCodeAt(reading.at);
		const found =
			code > 0x20 && code < 0x7f
				? `“${String.fromCharCode(code)}”`
				: `the character U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
		const { place } = this.#token(reading, 'mark', '');
		this.diagnostics.push(diagnostic('warning', 'script.character', { ...place, found }));
	}
}

const [TAB, LINE_FEED, RETURN, HASH, SLASH] = [0x09, 0x0a, 0x0d, 0x23, 0x2f];
const NO_DOUBTS: readonly string[] = [];

/** A letter, digit, underscore or dot. */
const isLetter = (code: number): boolean =>
	(code >= 0x61 && code <= 0x7a) ||
	(code >= 0x41 && code <= 0x5a) ||
	(code >= 0x30 && code <= 0x39) ||
	code === 0x5f ||
	code === 0x2e;

function endOf(pattern: RegExp, text: string, at: number): number {
	pattern.lastIndex = at;
	return pattern.test(text) ? pattern.lastIndex : 0;
}

/** Control characters as a dot: a message must not carry a binary file's bytes. */
const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '·');
