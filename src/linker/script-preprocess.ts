// Scripts that the C preprocessor should have seen (.ld.S): its conditions, macros and includes, followed as it would.
// What depends on a name nobody has defined is marked with that name, so that it is asked for and not guessed.
import { diagnostic, Failure, type Diagnostic } from '#core/failure.ts';
import type { Missing } from '#core/link.ts';
import { readCondition } from './script-condition.ts';
import type { Source } from './script-lexer.ts';
import { Macros } from './script-macros.ts';

interface TextFile {
	readonly name: string;
	readonly text: string;
}

export interface Preprocessed {
	readonly source: Source;
	readonly missing: readonly Missing[];
	readonly diagnostics: readonly Diagnostic[];
}

export interface Surroundings {
	/** -D; null for -U. */
	readonly defines: ReadonlyMap<string, string | null>;
	readonly find: (name: string) => TextFile | undefined;
}

const DEFINITION = /^[ \t]*#[ \t]*(?:define[ \t]+[A-Za-z_]|include[ \t]*["<])/m;
const CONDITION = /^[ \t]*#[ \t]*(?:ifdef|ifndef|if)\b/m;
const END = /^[ \t]*#[ \t]*endif\b/m;

/** True for a text with lines that are the preprocessor's and not mere comments behind a #. */
export const isPreprocessed = (text: string): boolean =>
	DEFINITION.test(text) || (CONDITION.test(text) && END.test(text));

/** @throws Failure script.directive, script.comment, script.depth, script.swells. */
export function preprocess(file: TextFile, surroundings: Surroundings): Preprocessed {
	return new Preprocessor(file, surroundings).run(file);
}

interface Branch {
	/** Lines of the current branch are kept. */
	active: boolean;
	/** A branch has been kept, or none may be. */
	settled: boolean;
	doubts: readonly string[];
	readonly line: number;
}

const MAX_INCLUDES = 20;
const FREE_CHARACTERS = 1024 * 1024;

class Preprocessor {
	readonly #surroundings: Surroundings;
	readonly #macros: Macros;
	readonly #missing = new Map<string, Missing>();
	readonly #diagnostics: Diagnostic[] = [];
	readonly #branches: Branch[] = [];
	readonly #lines: string[] = [];
	readonly #origins: { readonly file: string; readonly line: number }[] = [];
	readonly #doubts = new Map<number, readonly string[]>();
	readonly #once = new Set<TextFile>();
	readonly #limit: number;
	#budget: number;

	constructor(main: TextFile, surroundings: Surroundings) {
		this.#surroundings = surroundings;
		this.#limit = this.#budget = FREE_CHARACTERS + 4 * main.text.length;
		this.#macros = new Macros(surroundings.defines, this.#limit);
	}

	run(main: TextFile): Preprocessed {
		this.#file(main, 0);
		const [lines, origins, doubts] = [this.#lines, this.#origins, this.#doubts];
		const last = { file: main.name, line: 1 };
		return {
			source: {
				name: main.name,
				text: lines.join('\n'),
				origin: (line) => origins[line - 1] ?? origins.at(-1) ?? last,
				doubts: (line) => doubts.get(line) ?? [],
			},
			missing: [...this.#missing.values()],
			diagnostics: this.#diagnostics,
		};
	}

	#file(file: TextFile, depth: number): void {
		if (this.#once.has(file)) return;
		this.#budget -= file.text.length + 1;
		if (this.#budget < 0) {
			throw new Failure('script.swells', { file: file.name, line: 1, limit: this.#limit });
		}
		const open = this.#branches.length;
		const lines = withoutComments(file).split('\n');
		for (let i = 0; i < lines.length; i++) {
			const at = { file: file.name, line: i + 1 };
			let text = lines[i]!;
			if (!/^[ \t]*#/.test(text)) {
				this.#keep(text, at);
				continue;
			}
			const continued = [text];
			while (/\\\r?$/.test(continued.at(-1)!) && i + 1 < lines.length) continued.push(lines[++i]!);
			text = continued.map((each) => each.replace(/\\\r?$/, ' ')).join('');
			const rest = (): readonly string[] => lines.slice(i + 1, i + 9);
			this.#directive(text, { at, rest, depth, file });
		}
		const unclosed = this.#branches[open];
		if (unclosed) this.#wrong({ file: file.name, line: unclosed.line }, '#if without #endif');
	}

	#keep(text: string, at: { file: string; line: number }): void {
		if (!this.#active() || /^\s*$/.test(text)) return;
		const doubts = new Set(this.#branches.flatMap((branch) => branch.doubts));
		this.#lines.push(this.#macros.expand(text, at, doubts));
		this.#origins.push(at);
		if (doubts.size > 0) this.#doubts.set(this.#lines.length, [...doubts]);
	}

	#directive(text: string, here: Here): void {
		const match = /^[ \t]*#[ \t]*([a-z_]+)\b(.*)$/s.exec(text);
		const [, word, tail] = match ?? [];
		const value = (tail ?? '').trim();
		switch (word) {
			case 'if':
			case 'ifdef':
			case 'ifndef':
				this.#open(word, value, here);
				return;
			case 'elif':
			case 'else':
			case 'endif':
				this.#turn(word, value, here);
				return;
		}
		if (!this.#active()) return;
		if (word === 'define') this.#define(value);
		else if (word === 'undef') this.#macros.undefine(value);
		else if (word === 'include') this.#include(value, here);
		else if (word === 'pragma' && value === 'once') this.#once.add(here.file);
		else if (word === 'error' && !this.#branches.some(({ doubts }) => doubts.length > 0)) {
			this.#wrong(here.at, `#error ${value.slice(0, 200)}`);
		}
	}

	#active(): boolean {
		return this.#branches.every(({ active }) => active);
	}

	#open(word: 'if' | 'ifdef' | 'ifndef', value: string, here: Here): void {
		const { line } = here.at;
		if (this.#branches.length >= 100)
			throw new Failure('script.depth', { ...here.at, column: 1, limit: 100 });
		if (!this.#active()) {
			this.#branches.push({ active: false, settled: true, doubts: [], line });
			return;
		}
		const condition = word === 'if' ? value : `${word === 'ifndef' ? '!' : ''}defined(${value})`;
		const { active, doubts } = this.#condition(condition, here);
		this.#branches.push({ active, settled: active, doubts, line });
	}

	#turn(word: 'elif' | 'else' | 'endif', value: string, here: Here): void {
		const branch = this.#branches.at(-1);
		if (!branch) this.#wrong(here.at, `#${word} without #if`);
		if (word === 'endif') this.#branches.pop();
		else if (branch.settled) branch.active = false;
		else if (word === 'else') branch.active = branch.settled = true;
		else {
			// The outer branches decide; this one must not hide its own condition from them.
			const { active, doubts } = this.#condition(value, here);
			branch.active = branch.settled = active;
			branch.doubts = [...branch.doubts, ...doubts];
		}
	}

	/** Asks for undefined names, except where the script itself gives a default: #ifndef X, #define X 5, #endif. */
	#condition(text: string, here: Here): { active: boolean; doubts: readonly string[] } {
		const used = new Set<string>();
		const expanded = text
			.split(/(\bdefined\s*(?:\(\s*\w+\s*\)|\w+))/)
			.map((part, i) => (i % 2 === 1 ? part : this.#macros.expand(part, here.at, used)))
			.join('');
		for (const [, name] of text.matchAll(/\bdefined\s*\(?\s*(\w+)/g)) {
			for (const doubt of this.#macros.doubtsOf(name!)) used.add(doubt);
		}
		const { value, doubts } = readCondition(
			expanded,
			{ defined: (name) => this.#macros.defined(name) },
			here.at,
		);
		const fallback = /^!\s*defined\s*\(?\s*(\w+)\s*\)?$/.exec(text.trim())?.[1];
		if (fallback !== undefined && doubts.includes(fallback) && this.#hasDefault(fallback, here)) {
			return { active: true, doubts: [...used] };
		}
		for (const name of doubts) this.#ask('define', name, here);
		return { active: value !== 0n, doubts: [...used, ...doubts] };
	}

	#hasDefault(name: string, { rest, at }: Here): boolean {
		for (const line of rest()) {
			const found = /^[ \t]*#[ \t]*(\w+)[ \t]*(\w*)(.*)$/.exec(line);
			if (!found) continue;
			if (found[1] === 'define' && found[2] === name) {
				// Without a value it only says that a header has been read.
				if (found[3]!.trim() !== '') {
					this.#diagnostics.push(diagnostic('note', 'script.assumed', { ...at, name }));
				}
				return true;
			}
			if (found[1] !== 'define') return false;
		}
		return false;
	}

	#define(value: string): void {
		const match = /^([A-Za-z_]\w*)(\(([^)]*)\))?(.*)$/s.exec(value);
		if (!match) return;
		const [, name, list, parameters, body] = match;
		const doubts = [...new Set(this.#branches.flatMap((branch) => branch.doubts))];
		this.#macros.define(name!, {
			...(list !== undefined && { parameters: parameters!.split(',').map((each) => each.trim()) }),
			body: body!.trim(),
			doubts,
		});
	}

	#include(value: string, here: Here): void {
		const name = /^["<]([^">]+)[">]/.exec(value)?.[1];
		if (name === undefined) return;
		const file = this.#surroundings.find(name);
		if (!file) this.#ask('include', name, here);
		else if (here.depth >= MAX_INCLUDES) {
			throw new Failure('script.depth', { ...here.at, column: 1, limit: MAX_INCLUDES });
		} else this.#file(file, here.depth + 1);
	}

	#ask(kind: Missing['kind'], name: string, { at }: Here): void {
		const key = `${kind} ${name}`;
		if (!this.#missing.has(key)) this.#missing.set(key, { kind, name, ...at });
	}

	#wrong(at: { file: string; line: number }, found: string): never {
		throw new Failure('script.directive', { ...at, found });
	}
}

interface Here {
	readonly at: { readonly file: string; readonly line: number };
	/** The lines that follow, as many as a default needs. */
	readonly rest: () => readonly string[];
	/** Of included files. */
	readonly depth: number;
	readonly file: TextFile;
}

/** Comments as blanks, their line ends kept. */
function withoutComments({ name, text }: TextFile): string {
	const parts: string[] = [];
	let done = 0;
	const opening = /\/\*|\/\/|"/g;
	for (let match; (match = opening.exec(text));) {
		const at = match.index;
		if (match[0] === '"') {
			const close = text.indexOf('"', at + 1);
			const whole = close >= 0 && !text.slice(at, close).includes('\n');
			opening.lastIndex = (whole ? close : at) + 1;
			continue;
		}
		const lineEnd = match[0] === '//' ? text.indexOf('\n', at) : -1;
		const end =
			match[0] === '/*' ? text.indexOf('*/', at + 2) + 2 : lineEnd < 0 ? text.length : lineEnd;
		if (match[0] === '/*' && end < 2) {
			const line = text.slice(0, at).split('\n').length;
			const column = at - text.lastIndexOf('\n', at - 1);
			throw new Failure('script.comment', { file: name, line, column });
		}
		parts.push(text.slice(done, at), ' ', text.slice(at, end).replace(/[^\n]+/g, ''));
		done = opening.lastIndex = end;
	}
	return parts.join('') + text.slice(done);
}
