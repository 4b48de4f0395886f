// One word of lookahead over the lexer, as ld's grammar has it: a word once looked at keeps the meaning it had in the
// state it was looked at in.
import { Failure } from '#core/failure.ts';
import type { Lexer, Place, State, Token } from './script-lexer.ts';

/** Deeper nesting of parentheses and conditions is refused; ld gives up too, later. */
const MAX_DEPTH = 300;

export class Words {
	readonly lexer: Lexer;
	#next: Token | undefined;
	#depth = 0;

	constructor(lexer: Lexer) {
		this.lexer = lexer;
	}

	peek(state: State): Token {
		return (this.#next ??= this.lexer.next(state));
	}

	take(state: State): Token {
		const token = this.peek(state);
		this.#next = undefined;
		return token;
	}

	/** True when the next word is this keyword or mark; it is then taken. */
	accept(state: State, text: string): boolean {
		if (!isWord(this.peek(state), text)) return false;
		this.#next = undefined;
		return true;
	}

	/** @throws Failure script.syntax when the next word is another. */
	expect(state: State, text: string): Token {
		const token = this.take(state);
		if (!isWord(token, text)) throw this.lexer.unexpected(token, `“${text}”`);
		return token;
	}

	/** @throws Failure script.syntax when the next word is no name. */
	name(state: State, what: string): Token {
		const token = this.take(state);
		if (!isName(token)) throw this.lexer.unexpected(token, what);
		return token;
	}

	/** Reads a looked-at name again in the state of its next reader, as ld does after MEMORY and fill expressions. */
	forgetName(): void {
		if (this.#next?.kind !== 'name' && this.#next?.kind !== 'quoted') return;
		this.goBack(this.#next);
	}

	/** Reads on from this word again; no end of a file may lie between. */
	goBack(token: Token): void {
		this.lexer.backTo(token);
		this.#next = undefined;
	}

	/** Runs `inner` one level deeper. @throws Failure script.depth. */
	deeper<T>(place: Place, inner: () => T): T {
		if (++this.#depth > MAX_DEPTH)
			throw new Failure('script.depth', { ...place, limit: MAX_DEPTH });
		const result = inner();
		this.#depth--;
		return result;
	}
}

export const isName = (token: Token): boolean => token.kind === 'name' || token.kind === 'quoted';

export const isWord = (token: Token, text: string): boolean =>
	(token.kind === 'keyword' || token.kind === 'mark') && token.text === text;
