// May a new build be programmed without anybody looking? Only where nothing is left to decide: the same board, the same
// kind of program in the same place, and no doubt that was not there when the last one was programmed. Pure.
import type { Diagnostic } from '#core/failure.ts';
import type { Image } from '#core/image.ts';
import { boardName } from './choices.ts';
import type { Readiness } from './readiness.ts';
import type { Board } from './state.ts';

/** What the last good job was about. */
export interface Proven {
	/** Names of its files. */
	readonly files: readonly string[];
	readonly board: BoardMark;
	/** Codes of the warnings its plan had. */
	readonly doubts: readonly string[];
	/** First address of the image. */
	readonly base: number | undefined;
}

/** What tells one board from another, as far as it says. */
export interface BoardMark {
	readonly name: string;
	readonly virtual: boolean;
	readonly uniqueId?: string;
}

export type Verdict =
	| { readonly act: 'program' }
	/** The board is to be connected first. */
	| { readonly act: 'connect' }
	| {
			readonly act: 'ask';
			readonly why:
				| 'no-job-yet'
				| 'file-refused'
				| 'no-board'
				| 'other-board'
				| 'moved'
				| 'new-doubt'
				| 'not-ready';
			readonly because?: Diagnostic;
	  };

export interface VerdictFacts {
	readonly proven: Proven | undefined;
	readonly files: readonly string[];
	readonly board: Board | undefined;
	readonly readiness: Readiness;
	/** Warnings and errors of the plan. */
	readonly diagnostics: readonly Diagnostic[];
	readonly image: Image | undefined;
	/** A board that is away can be brought into its bootloader by itself. */
	readonly reachable: boolean;
}

/** As the report of a job has it. */
export const markOf = (board: Board): BoardMark => ({
	name: boardName(board),
	virtual: board.virtual,
	...(board.uniqueId !== undefined && { uniqueId: board.uniqueId }),
});

export const doubtsOf = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
	diagnostics.filter(({ severity }) => severity !== 'note');

export function verdict(facts: VerdictFacts): Verdict {
	const { proven, board, readiness, image } = facts;
	const ask = (why: Extract<Verdict, { act: 'ask' }>['why'], because?: Diagnostic): Verdict => ({
		act: 'ask',
		why,
		...(because && { because }),
	});
	if (!proven || !sameNames(proven.files, facts.files)) return ask('no-job-yet');
	if (!readiness.ready && readiness.why.startsWith('file')) return ask('file-refused');
	if (!board) return facts.reachable ? { act: 'connect' } : ask('no-board');
	if (!sameBoard(proven.board, markOf(board))) return ask('other-board');
	if (image?.[0]?.address !== proven.base) return ask('moved');
	const doubt = doubtsOf(facts.diagnostics).find(({ code }) => !proven.doubts.includes(code));
	if (doubt) return ask('new-doubt', doubt);
	return readiness.ready ? { act: 'program' } : ask('not-ready');
}

/** A mark that only one of them has tells nothing. */
const sameBoard = (a: BoardMark, b: BoardMark): boolean =>
	a.virtual === b.virtual &&
	a.name === b.name &&
	(a.uniqueId === undefined || b.uniqueId === undefined || a.uniqueId === b.uniqueId);

const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
	a.length === b.length && a.every((name) => b.includes(name));
