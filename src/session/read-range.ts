// Reading any range of a board. What a bootloader refuses is left out and told; what was read before stays, whatever
// ends the reading. USB guards every packet by a checksum (USB 2.0, 8.3.5); a serial line has a parity bit at best,
// so over it every block is read until two answers in a row agree.
import { firstDifference } from '#core/bytes.ts';
import { Failure, isFailure, toFailure } from '#core/failure.ts';
import { buildImage, type Image, type Segment } from '#core/image.ts';
import type { MemoryMap } from '#core/memory.ts';
import { intersect, join, onGrid, size, subtract, type Range } from '#core/range.ts';
import { withDeadline, type Clock } from '#ports/clock.ts';
import type { Programmer } from '#protocols/programmer.ts';
import type { Loan, Returned } from './loan.ts';
import type { Board, State } from './state.ts';

/** Larger than any STM32's own memory, and what a page can well hold; external memories are read in parts. */
export const LARGEST_READ = 64 * 1024 * 1024;

/** A stretch of the address space that was asked for and not read, and why. */
export interface Hole {
	readonly range: Range;
	readonly failure: Failure;
}

export interface ReadRange {
	readonly image: Image;
	/** In address order. */
	readonly holes: readonly Hole[];
	/** What was asked of the board, read or refused: all of the range unless it ended early. */
	readonly asked: readonly Range[];
	readonly ended: 'done' | 'cancelled' | Failure;
}

/** True where one read is believed. */
export const readsOnce = ({ identity }: Pick<Board, 'identity'>): boolean =>
	identity.transport === 'dfu';

/** Why this board cannot be read at all; undefined where it can. */
export function unreadable(board: Board): Failure | undefined {
	if (!board.limits.addressed) return new Failure('memory.not-addressed', {});
	if (board.readoutProtected === true) return new Failure('memory.protected', {});
	return undefined;
}

export type WhyNot = 'no-board' | 'choosing' | 'busy' | Failure;

/** Why the board of a session cannot be read now; undefined while it can. */
export function whyNotRead({ board: state, job }: State): WhyNot | undefined {
	if (!('board' in state)) return 'no-board';
	const { board } = state;
	const closed = unreadable(board);
	if (closed) return closed;
	if (state.status !== 'ready' || job.status === 'running') return 'busy';
	return board.memory.length === 0 && !board.device ? 'choosing' : undefined;
}

/** Agreeing answers are looked for this often. */
const ATTEMPTS = 4;
/**
 * Bytes read in one go before they are read again: a slow adapter's timer is kept out of what is read on and on
 * (docs/decisions/0020), and a cancelled reading loses no more than this.
 */
const STRETCH = 4096;
/** So many blocks refused in a row are believed for what follows, up to the next border of the memory map. */
const MOST_REFUSALS = 16;
/** As long as a session waits for a bootloader to be usable again (the longest command is a mass erase). */
const SETTLE_MS = 120_000;

/** `progress` gets the bytes asked for so far. Never rejects; the board comes back unless it was lost. */
export async function readRange(
	loan: Loan,
	range: Range,
	progress: (bytes: number) => void,
): Promise<Returned<ReadRange>> {
	const { connection, signal, environment } = loan;
	const { programmer, board } = connection;
	const reading = new Reading(programmer, readsOnce(board), signal, environment.clock);
	const closed = unreadable(board);
	if (closed) return { result: reading.result(closed), connection };
	try {
		for (const piece of pieces(range, board.memory)) await reading.read(piece, progress);
		return { result: reading.result('done'), connection };
	} catch (error) {
		const failure = toFailure(error);
		if (!isFailure(error, 'wire.lost')) {
			try {
				await reading.settle();
				return { result: reading.result(signal.aborted ? 'cancelled' : failure), connection };
			} catch (lost) {
				return await closeAfter(loan, toFailure(lost), reading);
			}
		}
		return await closeAfter(loan, failure, reading);
	}
}

/** One after the other, as one reading; what ends one ends all. The ranges are disjoint. */
export async function readRanges(
	loan: Loan,
	ranges: readonly Range[],
	progress: (bytes: number) => void,
): Promise<Returned<ReadRange>> {
	const none: ReadRange = { image: [], holes: [], asked: [], ended: 'done' };
	let last: Returned<ReadRange> = { result: none, connection: loan.connection };
	const parts: ReadRange[] = [];
	let before = 0;
	for (const range of ranges) {
		const start = before;
		last = await readRange(loan, range, (bytes) => {
			progress(start + bytes);
		});
		parts.push(last.result);
		if (last.result.ended !== 'done') break;
		before += size(range);
	}
	const result: ReadRange = {
		image: buildImage(parts.flatMap(({ image }) => image)),
		holes: parts.flatMap(({ holes }) => holes),
		asked: join(parts.flatMap(({ asked }) => asked)),
		ended: last.result.ended,
	};
	return { ...last, result };
}

async function closeAfter(
	{ connection }: Loan,
	failure: Failure,
	reading: Reading,
): Promise<Returned<ReadRange>> {
	await connection.programmer.close();
	connection.release();
	return { result: reading.result(failure), connection: undefined, failure };
}

/** The range cut at the borders of regions: a block across one would be refused for the other's sake. */
function pieces(range: Range, memory: MemoryMap): Range[] {
	const inside = memory.flatMap((region) => intersect(region.range, range) ?? []);
	return [...inside, ...subtract(range, inside)].sort((a, b) => a.start - b.start);
}

class Reading {
	readonly #programmer: Programmer;
	readonly #once: boolean;
	readonly #signal: AbortSignal;
	readonly #clock: Clock;
	readonly #segments: Segment[] = [];
	readonly #holes: Hole[] = [];
	readonly #asked: Range[] = [];
	#bytes = 0;

	constructor(programmer: Programmer, once: boolean, signal: AbortSignal, clock: Clock) {
		this.#programmer = programmer;
		this.#once = once;
		this.#signal = signal;
		this.#clock = clock;
	}

	/** @throws what ends the reading: an abort, or the loss of the board */
	async read(piece: Range, progress: (bytes: number) => void): Promise<void> {
		const { transferSize } = this.#programmer.limits;
		let refusals = 0;
		for (const stretch of onGrid(piece, this.#once ? transferSize : STRETCH)) {
			const blocks = onGrid(stretch, transferSize);
			const agreed = await this.#agreed(stretch, blocks);
			for (const block of blocks) {
				this.#signal.throwIfAborted();
				const answer = agreed.get(block) ?? (await this.#block(block));
				if (!(answer instanceof Failure)) {
					refusals = 0;
					this.#segments.push({ address: block.start, data: answer });
					this.#done(block);
				} else {
					this.#leaveOut(block, answer);
					if (++refusals === MOST_REFUSALS && block.end < piece.end) {
						this.#giveUp({ start: block.end, end: piece.end });
						progress(this.#bytes);
						return;
					}
				}
				progress(this.#bytes);
			}
		}
	}

	/** The blocks that come out the same as often as they must; the others are for `#block`. */
	async #agreed(stretch: Range, blocks: readonly Range[]): Promise<Map<Range, Uint8Array>> {
		const first = await this.#inOneGo(stretch, blocks);
		if (this.#once) return first;
		const again = await this.#inOneGo(stretch, [...first.keys()]);
		for (const [block, bytes] of first) {
			const second = again.get(block);
			if (!second || firstDifference(bytes, second) >= 0) first.delete(block);
		}
		return first;
	}

	/** Block after block, each read going on into the next, until one is refused. */
	async #inOneGo({ end }: Range, blocks: readonly Range[]): Promise<Map<Range, Uint8Array>> {
		const read = new Map<Range, Uint8Array>();
		try {
			for (const block of blocks) {
				this.#signal.throwIfAborted();
				read.set(block, await this.#programmer.read(block, this.#signal, end));
			}
		} catch (error) {
			this.#refusal(error);
			await this.settle();
		}
		return read;
	}

	/** @throws what is no refusal of the board, but ends the reading */
	#refusal(error: unknown): Failure {
		const failure = toFailure(error);
		const { code } = failure;
		if (this.#signal.aborted || code === 'wire.lost' || code === 'job.internal') throw error;
		return failure;
	}

	result(ended: ReadRange['ended']): ReadRange {
		return {
			image: buildImage(this.#segments),
			holes: this.#holes,
			asked: join(this.#asked),
			ended,
		};
	}

	/** Makes the bootloader usable after a refusal, or after a cancelled read. */
	async settle(): Promise<void> {
		const wait = { ms: SETTLE_MS, what: 'the bootloader' };
		const never = new AbortController().signal;
		await withDeadline(this.#clock, wait, never, (signal) => this.#programmer.settle(signal));
	}

	async #block(block: Range): Promise<Uint8Array | Failure> {
		try {
			let last = await this.#programmer.read(block, this.#signal);
			for (let attempt = 1; !this.#once; attempt++) {
				if (attempt === ATTEMPTS) return new Failure('memory.no-answer', { ...block });
				const again = await this.#programmer.read(block, this.#signal);
				if (firstDifference(last, again) < 0) break;
				last = again;
			}
			return last;
		} catch (error) {
			const failure = this.#refusal(error);
			await this.settle();
			return new Failure('memory.not-read', { ...block, reason: failure.message }, failure);
		}
	}

	#done(range: Range): void {
		this.#asked.push(range);
		this.#bytes += size(range);
	}

	/** Neighbouring holes for one reason are one. */
	#leaveOut(block: Range, failure: Failure): void {
		this.#done(block);
		const last = this.#holes.at(-1);
		if (last?.range.end === block.start && last.failure.code === failure.code) {
			const range = { start: last.range.start, end: block.end };
			this.#holes.splice(-1, 1, { range, failure: spread(last.failure, range) });
		} else this.#holes.push({ range: block, failure });
	}

	#giveUp(range: Range): void {
		this.#done(range);
		const data = { ...range, count: MOST_REFUSALS };
		this.#holes.push({ range, failure: new Failure('memory.not-asked', data) });
	}
}

/** The same reason for a longer stretch. */
function spread(failure: Failure, range: Range): Failure {
	if (isFailure(failure, 'memory.not-read')) {
		const { reason } = failure.data;
		return new Failure('memory.not-read', { ...range, reason });
	}
	return new Failure('memory.no-answer', { ...range });
}
