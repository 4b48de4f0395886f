// Changing option bytes, and proving it: write them in one go, let the chip reset, find it again, read them back. Once
// the write has begun it is not cancelled: what the chip then holds is looked at, whatever the wire said.
import { Failure, isFailure, toFailure } from '#core/failure.ts';
import { phraseFor } from '#core/option-effects.ts';
import {
	changes,
	differingWords,
	mainBlock,
	readoutLevel,
	type OptionBlock,
	type OptionLayout,
} from '#core/options.ts';
import type { Connection } from './connection.ts';
import type { Loan, Returned } from './loan.ts';
import { readOptionFacts } from './option-facts.ts';
import { reconnect } from './reconnect.ts';

/** Undefined: done, and proved by reading back. */
export type Outcome = Failure | undefined;

export interface OptionChange {
	readonly layout: OptionLayout;
	/** As shown when the change was made up. */
	readonly before: readonly OptionBlock[];
	readonly after: readonly OptionBlock[];
	/** What the user typed, where something had to be. */
	readonly typed: string;
}

/** A chip that only resets is back in a moment; one that erases everything first takes its time. */
const BACK_MS = 15_000;
const BACK_AFTER_ERASE_MS = 60_000;
/** Old bytes after a write mean that it was not begun: it is safe to say it once more. */
const ATTEMPTS = 2;

const never = new AbortController().signal;

export async function changeOptions(loan: Loan, change: OptionChange): Promise<Returned<Outcome>> {
	const { layout, before, after, typed } = change;
	if (layout.notWritable !== undefined) {
		const why = layout.notWritable;
		return { result: new Failure('option.not-writable', { why }), connection: loan.connection };
	}
	const phrase = phraseFor(changes(layout, before, after));
	if (phrase !== undefined && typed !== phrase)
		return { result: new Failure('option.phrase', { phrase }), connection: loan.connection };
	try {
		const now = await readNow(loan.connection, loan.signal);
		const words = differingWords(layout, before, now);
		if (words.length > 0 || now.length === 0) {
			const failure = new Failure('option.changed', { words: words.join(', ') || 'all words' });
			return { result: failure, connection: { ...loan.connection } };
		}
	} catch (error) {
		return await lost(loan.connection, toFailure(error), 'reading the option bytes');
	}
	let at = loan.connection;
	for (let attempt = 1; ; attempt++) {
		const written = await writeMain(at, change);
		if (readoutLevel(layout, after) === 'permanent' && written === undefined) {
			return await closed(at, new Failure('option.permanent', { what: phrase ?? 'Level 2' }));
		}
		const back = await comeBack(
			{ ...loan, connection: at },
			'the option bytes were written',
			BACK_MS,
		);
		if (!('programmer' in back)) return back;
		at = await readAgain(back, loan.signal);
		const result = verdict(change, at);
		if (!isFailure(result, 'option.not-taken') || attempt === ATTEMPTS)
			return { result, connection: at };
	}
}

/** Removes readout protection, which erases everything. */
export async function openReadout(loan: Loan): Promise<Returned<Outcome>> {
	const said = await attempt(() => loan.connection.programmer.readoutUnprotect(never));
	const what = 'readout protection was removed';
	const back = await comeBack(loan, what, BACK_AFTER_ERASE_MS);
	if (!('programmer' in back)) return back;
	if (back.board.readoutProtected !== true) return { result: undefined, connection: back };
	return { result: new Failure('readout.still-on', {}, said), connection: back };
}

/** Switches readout protection on by the ROM's own command (AN3155 3.11). */
export async function closeReadout(loan: Loan): Promise<Returned<Outcome>> {
	const result = await protectionCommand(loan, 'readoutProtect');
	if (!('programmer' in result)) return result;
	return result.board.readoutProtected === true
		? { result: undefined, connection: result }
		: { result: new Failure('readout.not-on', {}), connection: result };
}

/** Removes all write protection by the ROM's own command (AN3155 3.10). */
export async function clearWriteProtection(loan: Loan): Promise<Returned<Outcome>> {
	const result = await protectionCommand(loan, 'writeUnprotect');
	if (!('programmer' in result)) return result;
	const left = result.board.options?.guarded ?? [];
	const failure = new Failure('option.not-taken', {});
	return { result: left.length === 0 ? undefined : failure, connection: result };
}

/** Commands that only AN3155 has; each ends with a reset. */
type ProtectionCommand = 'readoutProtect' | 'writeUnprotect';

const codes: Readonly<Record<ProtectionCommand, number>> = {
	readoutProtect: 0x82,
	writeUnprotect: 0x73,
};

/** True where the bootloader lists the command. */
export const offers = (
	{ programmer, board }: Pick<Connection, 'programmer' | 'board'>,
	name: ProtectionCommand,
): boolean => name in programmer && (board.identity.commands?.includes(codes[name]) ?? false);

async function protectionCommand(
	loan: Loan,
	name: ProtectionCommand,
): Promise<Connection | Returned<Outcome>> {
	const { connection } = loan;
	const programmer = connection.programmer as Partial<
		Record<ProtectionCommand, (signal: AbortSignal) => Promise<void>>
	>;
	const what =
		name === 'readoutProtect' ? 'switch readout protection on' : 'remove write protection';
	if (!offers(connection, name) || !programmer[name])
		return { result: new Failure('readout.no-command', { what }), connection };
	await attempt(() => programmer[name]!(never));
	return await comeBack(loan, `it was told to ${what}`, BACK_MS);
}

/** What the chip holds decides, not what the wire said. */
function verdict({ layout, before, after }: OptionChange, { board }: Connection): Outcome {
	const wanted = readoutLevel(layout, after);
	const found = board.options?.blocks ?? [];
	if (board.readoutProtected === true || readoutLevel(layout, found) === 'closed') {
		return wanted === 'closed' ? undefined : new Failure('option.locked-by-cut', {});
	}
	if (found.length === 0) {
		const reason = 'the bootloader no longer shows them';
		return new Failure('option.unreadable', { address: after[0]?.address ?? 0, reason });
	}
	const words = differingWords(layout, after, found);
	if (words.length === 0) return undefined;
	return differingWords(layout, before, found).length === 0
		? new Failure('option.not-taken', {})
		: new Failure('option.half', { words: words.join(', ') });
}

/** A disturbed line may have spoilt the look at a chip that has just come back. */
async function readAgain(connection: Connection, signal: AbortSignal): Promise<Connection> {
	const { programmer, board } = connection;
	const { device, memory, options, readoutProtected } = board;
	if (!device || readoutProtected === true || (options?.blocks.length ?? 0) > 0) return connection;
	try {
		const facts = await readOptionFacts(programmer, { device, memory, closed: false }, signal);
		return { ...connection, board: { ...board, options: facts } };
	} catch {
		// What was lost then is lost: the verdict says that they cannot be read.
		return connection;
	}
}

async function readNow(
	connection: Connection,
	signal: AbortSignal,
): Promise<readonly OptionBlock[]> {
	const { board, programmer } = connection;
	const { device, memory, readoutProtected } = board;
	if (!device) return [];
	const question = { device, memory, closed: readoutProtected === true };
	return (await readOptionFacts(programmer, question, signal)).blocks;
}

/** The write itself; undefined when the ROM acknowledged it. A reset that comes early looks like a failure. */
async function writeMain(
	{ programmer }: Connection,
	{ layout, after }: OptionChange,
): Promise<Failure | undefined> {
	const block = mainBlock(layout, after);
	if (!block || block.bytes.length > programmer.limits.transferSize)
		return new Failure('option.not-writable', { why: 'They do not fit one transfer.' });
	return await attempt(() => programmer.write(block.address, block.bytes, never));
}

async function attempt(act: () => Promise<void>): Promise<Failure | undefined> {
	try {
		await act();
		return undefined;
	} catch (error) {
		return toFailure(error);
	}
}

async function comeBack(
	loan: Loan,
	what: string,
	withinMs: number,
): Promise<Connection | Returned<Outcome>> {
	const { environment, route, connection: last } = loan;
	try {
		return await reconnect({ environment, route, last, withinMs }, loan.signal);
	} catch (error) {
		const failure = isFailure(error, 'option.other-board')
			? error
			: new Failure('option.lost', { what, reason: toFailure(error).message }, error);
		return { result: failure, connection: undefined, failure };
	}
}

/** The wire failed before anything was changed: the connection is over, the chip as it was. */
async function lost(
	connection: Connection,
	failure: Failure,
	what: string,
): Promise<Returned<Outcome>> {
	const result = isFailure(failure, 'wire.lost')
		? failure
		: new Failure('option.lost', { what, reason: failure.message }, failure);
	return await closed(connection, result);
}

async function closed(connection: Connection, failure: Failure): Promise<Returned<Outcome>> {
	await connection.programmer.close();
	connection.release();
	return { result: failure, connection: undefined, failure };
}
