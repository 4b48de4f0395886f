// The expression of an #if (C 6.10.1). A name nobody has defined counts as 0, as for cpp, and as a doubt.
import { Failure } from '#core/failure.ts';

export interface Condition {
	readonly value: bigint;
	/** Undefined names the value depends on; empty when it is certain. */
	readonly doubts: readonly string[];
}

export interface KnownNames {
	/** True or false when it is certain; undefined when nobody has said. */
	readonly defined: (name: string) => boolean | undefined;
}

const WORD = /\s*(0[xX][0-9A-Fa-f]+|\d+|[A-Za-z_]\w*|\|\||&&|[=!<>]=|<<|>>|[-+*/%&|^~!<>?:()])/y;
const ORDER = [
	['||'],
	['&&'],
	['|'],
	['^'],
	['&'],
	['==', '!='],
	['<', '>', '<=', '>='],
	['<<', '>>'],
	['+', '-'],
	['*', '/', '%'],
];
const LEVELS = new Map(ORDER.flatMap((each, level) => each.map((operator) => [operator, level])));
const MAX_DEPTH = 100;

/** Works out an #if, its macros expanded except inside defined(). @throws Failure script.directive. */
export function readCondition(
	text: string,
	names: KnownNames,
	at: { readonly file: string; readonly line: number },
): Condition {
	return new Reading(text, names, at).whole();
}

class Reading {
	readonly #words: string[] = [];
	readonly #names: KnownNames;
	readonly #at: { readonly file: string; readonly line: number };
	#next = 0;
	#depth = 0;

	constructor(text: string, names: KnownNames, at: { file: string; line: number }) {
		this.#names = names;
		this.#at = at;
		const clean = text.replace(/\b(0[xX][0-9A-Fa-f]+|\d+)[uUlL]+\b/g, '$1').trimEnd();
		for (let end = 0; end < clean.length; end = WORD.lastIndex) {
			WORD.lastIndex = end;
			const match = WORD.exec(clean);
			if (!match) throw this.#wrong(`#if does not know “${clean.slice(end, end + 20).trim()}”`);
			this.#words.push(match[1]!);
		}
	}

	whole(): Condition {
		const value = this.#ternary();
		if (this.#next < this.#words.length) throw this.#unexpected();
		return value;
	}

	#ternary(): Condition {
		if (++this.#depth > MAX_DEPTH) throw this.#wrong('#if is nested too deeply');
		let result = this.#binary(0);
		if (this.#accept('?')) {
			const yes = this.#ternary();
			if (!this.#accept(':')) throw this.#unexpected();
			const no = this.#ternary();
			const chosen = result.value === 0n ? no : yes;
			result = { value: chosen.value, doubts: [...result.doubts, ...chosen.doubts] };
		}
		this.#depth--;
		return result;
	}

	#binary(loosest: number): Condition {
		let left = this.#unary();
		for (;;) {
			const operator = this.#words[this.#next] ?? '';
			const level = LEVELS.get(operator);
			if (typeof level !== 'number' || level < loosest) return left;
			this.#next++;
			left = this.#apply(operator, left, this.#binary(level + 1));
		}
	}

	#unary(): Condition {
		const word = this.#words[this.#next++];
		if (word === undefined) throw this.#unexpected();
		if (word === '(') {
			const inner = this.#ternary();
			if (!this.#accept(')')) throw this.#unexpected();
			return inner;
		}
		if (['!', '-', '+', '~'].includes(word)) {
			if (++this.#depth > MAX_DEPTH) throw this.#wrong('#if is nested too deeply');
			const { value, doubts } = this.#unary();
			this.#depth--;
			const result = { '!': value === 0n ? 1n : 0n, '-': -value, '~': ~value }[word] ?? value;
			return { value: BigInt.asIntN(64, result), doubts };
		}
		if (word === 'defined') return this.#defined();
		if (/^\d/.test(word)) return { value: this.#number(word), doubts: [] };
		if (/^\w/.test(word)) return { value: 0n, doubts: this.#doubt(word) };
		this.#next--;
		throw this.#unexpected();
	}

	#defined(): Condition {
		const parenthesis = this.#accept('(');
		const name = this.#words[this.#next++];
		if (name === undefined || !/^[A-Za-z_]/.test(name)) throw this.#unexpected();
		if (parenthesis && !this.#accept(')')) throw this.#unexpected();
		const known = this.#names.defined(name);
		return { value: known ? 1n : 0n, doubts: known === undefined ? [name] : [] };
	}

	#apply(operator: string, left: Condition, right: Condition): Condition {
		const [a, b] = [left.value, right.value];
		const settles = ({ value, doubts }: Condition): boolean =>
			doubts.length === 0 && (operator === '&&' ? value === 0n : operator === '||' && value !== 0n);
		if (settles(left) || settles(right)) return { value: operator === '||' ? 1n : 0n, doubts: [] };
		const doubts = [...left.doubts, ...right.doubts].slice(0, 8);
		if ((operator === '/' || operator === '%') && b === 0n) {
			if (doubts.length > 0) return { value: 0n, doubts };
			throw this.#wrong('#if divides by zero');
		}
		return { value: BigInt.asIntN(64, OPERATIONS[operator]!(a, b)), doubts };
	}

	#number(word: string): bigint {
		const clean = word.slice(0, 40);
		const octal = /^0[0-7]+$/.test(clean);
		return BigInt.asIntN(64, BigInt(octal ? `0o${clean.slice(1)}` : clean));
	}

	#doubt(name: string): string[] {
		return this.#names.defined(name) === undefined ? [name] : [];
	}

	#accept(word: string): boolean {
		if (this.#words[this.#next] !== word) return false;
		this.#next++;
		return true;
	}

	#unexpected(): Failure {
		const word = this.#words[this.#next];
		return this.#wrong(
			word === undefined ? '#if ends too early' : `#if cannot have “${word.slice(0, 40)}” there`,
		);
	}

	#wrong(found: string): Failure {
		return new Failure('script.directive', { ...this.#at, found });
	}
}

const truth = (value: boolean): bigint => (value ? 1n : 0n);
const OPERATIONS: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
	'||': (a, b) => truth(a !== 0n || b !== 0n),
	'&&': (a, b) => truth(a !== 0n && b !== 0n),
	'|': (a, b) => a | b,
	'^': (a, b) => a ^ b,
	'&': (a, b) => a & b,
	'==': (a, b) => truth(a === b),
	'!=': (a, b) => truth(a !== b),
	'<': (a, b) => truth(a < b),
	'>': (a, b) => truth(a > b),
	'<=': (a, b) => truth(a <= b),
	'>=': (a, b) => truth(a >= b),
	'<<': (a, b) => a << (b & 63n),
	'>>': (a, b) => a >> (b & 63n),
	'+': (a, b) => a + b,
	'-': (a, b) => a - b,
	'*': (a, b) => a * b,
	'/': (a, b) => a / b,
	'%': (a, b) => a % b,
};
