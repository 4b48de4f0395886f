// Expressions of a GNU ld script (ld manual 3.10) as a flat list of operations: a chain of a million additions is a
// long list, not a deep tree.
import { Failure } from '#core/failure.ts';
import { binary, LEVELS, unary, type Binary, type Unary } from './script-arithmetic.ts';
import type { Place, Token } from './script-lexer.ts';
import { isName, isWord, type Words } from './script-words.ts';

export type Operation =
	| { readonly do: 'number'; readonly value: bigint }
	| {
			readonly do: 'symbol' | 'defined' | 'origin' | 'length';
			readonly name: string;
			readonly place: Place;
	  }
	/** The location counter itself. */
	| { readonly do: 'dot' }
	/** What only the layout of sections tells: SIZEOF(.text), ALIGN(4). */
	| { readonly do: 'layout'; readonly what: string }
	| { readonly do: 'unary'; readonly operator: Unary }
	| { readonly do: 'binary'; readonly operator: Binary; readonly place: Place }
	/** Takes the condition; goes on at `to` when it is zero. */
	| { readonly do: 'branch'; to: number }
	| { readonly do: 'jump'; to: number }
	/** Takes a value and gives none back that was not given: ALIGN(x), whose operand must still be sound. */
	| { readonly do: 'drop' };

export type Expression = readonly Operation[];

/** -z max-page-size and -z common-page-size of arm-none-eabi-ld where the command line says nothing. */
const PAGE_SIZE = 4096n;

/** Reads an expression and, as ld does, looks at the word behind it as part of one. @throws Failure script.*. */
export function readExpression(words: Words): Expression {
	const code: Operation[] = [];
	new Compiler(words, code).condition();
	words.peek('expression');
	return code;
}

class Compiler {
	readonly #words: Words;
	readonly #code: Operation[];

	constructor(words: Words, code: Operation[]) {
		this.#words = words;
		this.#code = code;
	}

	condition(): void {
		const { place } = this.#words.peek('expression');
		this.#words.deeper(place, () => {
			this.#binary(0);
			if (!this.#words.accept('expression', '?')) return;
			const branch = this.#emit({ do: 'branch', to: 0 });
			this.condition();
			this.#words.expect('expression', ':');
			const jump = this.#emit({ do: 'jump', to: 0 });
			branch.to = this.#code.length;
			this.condition();
			jump.to = this.#code.length;
		});
	}

	/** Operators that bind at least as tightly as `loosest`. */
	#binary(loosest: number): void {
		const from = this.#code.length;
		this.#unary();
		for (;;) {
			const token = this.#words.peek('expression');
			const level = token.kind === 'mark' ? LEVELS.get(token.text) : undefined;
			if (level === undefined || level < loosest) return;
			this.#words.take('expression');
			const right = this.#code.length;
			this.#binary(level + 1);
			this.#apply(token.text as Binary, { from, right, place: token.place });
		}
	}

	#unary(): void {
		const token = this.#words.take('expression');
		if (token.kind === 'mark' && ['-', '!', '~', '+'].includes(token.text)) {
			const from = this.#code.length;
			this.#words.deeper(token.place, () => {
				this.#unary();
			});
			if (token.text !== '+') this.#applyUnary(token.text as Unary, from);
		} else this.#primary(token);
	}

	#primary(token: Token): void {
		if (token.kind === 'number') this.#emit({ do: 'number', value: token.value });
		else if (isName(token)) {
			if (token.text === '.') this.#emit({ do: 'dot' });
			else this.#emit({ do: 'symbol', name: token.text, place: token.place });
		} else if (isWord(token, '(')) {
			this.condition();
			this.#words.expect('expression', ')');
		} else if (token.kind === 'keyword') this.#call(token);
		else throw this.#words.lexer.unexpected(token, 'a value');
	}

	#call(token: Token): void {
		const { text, place } = token;
		switch (text) {
			case 'ORIGIN':
			case 'LENGTH': {
				const does = text === 'ORIGIN' ? 'origin' : 'length';
				this.#emit({ do: does, name: this.#scriptName('the name of a region'), place });
				return;
			}
			case 'DEFINED':
				this.#emit({ do: 'defined', name: this.#plainName('the name of a symbol'), place });
				return;
			case 'CONSTANT': {
				const name = this.#plainName('the name of a constant');
				if (name !== 'MAXPAGESIZE' && name !== 'COMMONPAGESIZE') {
					throw new Failure('script.constant', { ...place, name });
				}
				this.#emit({ do: 'number', value: PAGE_SIZE });
				return;
			}
			case 'SIZEOF_HEADERS':
				this.#emit({ do: 'layout', what: text });
				return;
			case 'SIZEOF':
			case 'ADDR':
			case 'LOADADDR':
			case 'ALIGNOF':
				this.#emit({ do: 'layout', what: `${text}(${this.#scriptName('the name of a section')})` });
				return;
			case 'SEGMENT_START':
				this.#words.expect('script', '(');
				this.#words.name('script', 'the name of a segment');
				this.#words.expect('expression', ',');
				this.condition();
				this.#words.expect('expression', ')');
				return;
			case 'ASSERT':
				this.#words.expect('expression', '(');
				this.condition();
				this.#words.expect('expression', ',');
				this.#words.name('expression', 'a message');
				this.#words.expect('expression', ')');
				return;
			default:
				this.#callValues(token);
		}
	}

	/** Functions whose operands are expressions. */
	#callValues(token: Token): void {
		const { text, place } = token;
		const two = ['MAX', 'MIN', 'DATA_SEGMENT_ALIGN', 'DATA_SEGMENT_RELRO_END'].includes(text);
		const one = ['ABSOLUTE', 'LOG2CEIL', 'NEXT', 'BLOCK', 'DATA_SEGMENT_END'].includes(text);
		if (!one && !two && text !== 'ALIGN') throw this.#words.lexer.unexpected(token, 'a value');
		this.#words.expect('expression', '(');
		const from = this.#code.length;
		this.condition();
		const right = this.#code.length;
		const second = two || (text === 'ALIGN' && isWord(this.#words.peek('expression'), ','));
		if (second) {
			this.#words.expect('expression', ',');
			this.condition();
		}
		this.#words.expect('expression', ')');
		if (text === 'ABSOLUTE') return;
		if (text === 'LOG2CEIL') this.#applyUnary(text, from);
		else if (text === 'MAX' || text === 'MIN' || (text === 'ALIGN' && second)) {
			this.#apply(text, { from, right, place });
		} else {
			this.#emit({ do: 'drop' });
			if (second) this.#emit({ do: 'drop' });
			this.#emit({ do: 'layout', what: `${text}(…)` });
		}
	}

	/** "(NAME)" read as between commands, where names hold dashes. */
	#scriptName(what: string): string {
		this.#words.expect('script', '(');
		const { text } = this.#words.name('script', what);
		this.#words.expect('script', ')');
		return text;
	}

	#plainName(what: string): string {
		this.#words.expect('expression', '(');
		const { text } = this.#words.name('expression', what);
		this.#words.expect('expression', ')');
		return text;
	}

	/** ld works out what is constant while it reads, so 1/0 is refused even where it is never needed. */
	#apply(operator: Binary, span: { from: number; right: number; place: Place }): void {
		const [left, right] = [this.#code[span.from], this.#code[span.right]];
		const alone = span.right === span.from + 1 && this.#code.length === span.right + 1;
		if (alone && left?.do === 'number' && right?.do === 'number') {
			const value = binary(operator, left.value, right.value);
			if (value === undefined) throw new Failure('script.division', { ...span.place, operator });
			this.#code.length = span.from;
			this.#emit({ do: 'number', value });
		} else this.#emit({ do: 'binary', operator, place: span.place });
	}

	#applyUnary(operator: Unary, from: number): void {
		const operand = this.#code[from];
		if (this.#code.length === from + 1 && operand?.do === 'number') {
			this.#code.length = from;
			this.#emit({ do: 'number', value: unary(operator, operand.value) });
		} else this.#emit({ do: 'unary', operator });
	}

	#emit<T extends Operation>(operation: T): T {
		this.#code.push(operation);
		return operation;
	}
}
