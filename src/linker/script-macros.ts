// Macros of the C preprocessor (C 6.10.3) as linker scripts use them: with and without parameters, without # and ##.
import { Failure } from '#core/failure.ts';

export interface Macro {
	/** Undefined for a macro without a parameter list. */
	readonly parameters?: readonly string[];
	readonly body: string;
	/** Names nobody has defined on which this definition depends. */
	readonly doubts: readonly string[];
}

const MAX_DEPTH = 60;
const WORD = /"[^"]*"|\.?\d[\w.]*|[A-Za-z_]\w*/g;

export class Macros {
	readonly #macros = new Map<string, Macro>();
	/** Names known not to be defined. */
	readonly #undefined = new Set<string>();
	#budget: number;
	readonly #limit: number;

	/** `budget`: how many characters macros may make; a file must not grow without end. */
	constructor(defines: ReadonlyMap<string, string | null>, budget: number) {
		this.#budget = this.#limit = budget;
		for (const [name, body] of defines) {
			if (body === null) this.#undefined.add(name);
			else this.#macros.set(name, { body, doubts: [] });
		}
	}

	define(name: string, macro: Macro): void {
		this.#macros.set(name, macro);
	}

	undefine(name: string): void {
		this.#macros.delete(name);
		this.#undefined.add(name);
	}

	/** Undefined when nobody has said. */
	defined(name: string): boolean | undefined {
		if (this.#macros.has(name)) return true;
		return this.#undefined.has(name) ? false : undefined;
	}

	doubtsOf(name: string): readonly string[] {
		return this.#macros.get(name)?.doubts ?? [];
	}

	/** The text with its macros replaced; what they depend on is added to `doubts`. @throws Failure script.swells, script.depth. */
	expand(text: string, at: { file: string; line: number }, doubts: Set<string>): string {
		return this.#expand(text, { at, doubts, hidden: [] });
	}

	#expand(text: string, context: Context): string {
		if (this.#macros.size === 0) return text;
		const { at, hidden, doubts } = context;
		if (hidden.length > MAX_DEPTH) {
			throw new Failure('script.depth', { ...at, column: 1, limit: MAX_DEPTH });
		}
		let out = '';
		let done = 0;
		for (let next = 0; ;) {
			// One pattern for all: each use sets where it begins.
			WORD.lastIndex = next;
			const match = WORD.exec(text);
			if (!match) return out + text.slice(done);
			next = WORD.lastIndex;
			const [name] = match;
			const macro = hidden.includes(name) ? undefined : this.#macros.get(name);
			if (!macro) continue;
			const use = macro.parameters ? readArguments(text, next) : undefined;
			if (macro.parameters && !use) continue;
			for (const doubt of macro.doubts) doubts.add(doubt);
			const values = use?.values.map((each) => this.#expand(each, context)) ?? [];
			const body = substitute(macro, values);
			this.#spend(body.length, at);
			const inner = { at, doubts, hidden: [...hidden, name] };
			out += text.slice(done, match.index) + this.#expand(body, inner);
			done = next = use?.end ?? next;
		}
	}

	#spend(characters: number, at: { file: string; line: number }): void {
		this.#budget -= characters + 1;
		if (this.#budget < 0) throw new Failure('script.swells', { ...at, limit: this.#limit });
	}
}

interface Context {
	readonly at: { readonly file: string; readonly line: number };
	readonly doubts: Set<string>;
	/** Macros being replaced: they do not replace themselves. */
	readonly hidden: readonly string[];
}

/** "(a, (b, c))" at or after `from`; undefined where no complete list is. */
function readArguments(text: string, from: number): { values: string[]; end: number } | undefined {
	let at = from;
	while (text[at] === ' ' || text[at] === '\t') at++;
	if (text[at] !== '(') return undefined;
	const values: string[] = [];
	let start = ++at;
	for (let depth = 1; at < text.length; at++) {
		const char = text[at];
		if (char === '(') depth++;
		else if (char === ')' && --depth === 0) {
			values.push(text.slice(start, at).trim());
			return { values, end: at + 1 };
		} else if (char === ',' && depth === 1) {
			values.push(text.slice(start, at).trim());
			start = at + 1;
		}
	}
	return undefined;
}

function substitute({ parameters, body }: Macro, values: readonly string[]): string {
	if (!parameters) return body;
	return body.replace(WORD, (word) => {
		const index = parameters.indexOf(word);
		return index < 0 ? word : (values[index] ?? '');
	});
}
