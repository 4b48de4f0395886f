// What follows when every byte is proven: the switch to the other bank, the version as the device has it now, the start.
import type * as Bundles from '#bundle/index.ts';
import type { VersionSource } from '#bundle/manifest.ts';
import { Failure, isFailure, toFailure } from '#core/failure.ts';
import type { Range } from '#core/range.ts';
import { withDeadline } from '#ports/clock.ts';
import { changeOptions } from '#session/option-job.ts';
import type { Loan, Returned } from '#session/loan.ts';
import type { Session } from '#session/session.svelte.ts';
import { isStartable, placedRange, switchTo, type BankNumber } from './banks.ts';
import { readBanks, versionRanges, versionTold } from './examine.ts';
import { Reading } from './reading.ts';

/** From the command to a bootloader that has left. */
const LEAVE_MS = 10_000;

/** @throws Failure update.not-switched, update.switch-not-seen, update.locked-by-cut */
export async function switchBank(session: Session, bank: BankNumber): Promise<void> {
	const { board } = session;
	const change = board && switchTo(bank, board);
	if (!change) throw new Failure('update.not-switched', { reason: 'they cannot be written now' });
	if (change.before.every(({ bytes }, i) => sameBytes(bytes, change.after[i]?.bytes))) return;
	const ended = await session.lend(async (loan) => {
		const { result, ...rest } = await changeOptions(loan, change);
		return { ...rest, result: { failure: result } };
	});
	if (!ended) throw new Failure('update.not-switched', { reason: 'the device is not connected' });
	const { failure } = ended;
	if (!failure) return;
	const { message: reason } = failure;
	if (isFailure(failure, 'option.locked-by-cut'))
		throw new Failure('update.locked-by-cut', {}, failure);
	if (isFailure(failure, 'option.lost') || isFailure(failure, 'option.unreadable'))
		throw new Failure('update.switch-not-seen', { reason }, failure);
	throw new Failure('update.not-switched', { reason }, failure);
}

const sameBytes = (a: Uint8Array, b: Uint8Array | undefined): boolean =>
	b !== undefined && a.length === b.length && a.every((byte, i) => byte === b[i]);

/** The bank that runs; undefined where there are not two. @throws Failure update.unreadable */
export async function activeBank(session: Session): Promise<BankNumber | undefined> {
	const { board } = session;
	return board && (await readBanks(new Reading(session), board))?.active;
}

/**
 * The version the device has now, where its memory tells; undefined where it does not.
 * @throws Failure update.unreadable, update.no-device; update.switch-not-seen where another bank runs than `wanted`
 */
export async function versionNow(
	session: Session,
	bundles: Pick<typeof Bundles, 'versionFrom'>,
	sources: readonly VersionSource[],
	wanted?: BankNumber,
): Promise<string | undefined> {
	const { board } = session;
	if (!board) throw new Failure('update.no-device', { reason: 'it is not connected' });
	const reading = new Reading(session);
	const banks = await readBanks(reading, board);
	if (wanted !== undefined && banks?.active !== wanted)
		throw new Failure('update.switch-not-seen', { reason: 'the other bank runs' });
	const at = (range: Range): Range => placedRange(banks, range);
	await reading.add(versionRanges(sources).map(at));
	return versionTold(bundles, sources, {
		memory: (range) => reading.told(at(range), board.memory),
		seen: [],
	});
}

/**
 * What the bank that ran before holds: undefined where the boot ROM would take nothing there for a program; `version`
 * where its memory tells one. @throws Failure update.unreadable, update.no-device
 */
export async function programIn(
	session: Session,
	bundles: Pick<typeof Bundles, 'versionFrom'>,
	sources: readonly VersionSource[],
	bank: BankNumber,
): Promise<{ readonly version?: string } | undefined> {
	const { board } = session;
	if (!board) throw new Failure('update.no-device', { reason: 'it is not connected' });
	const reading = new Reading(session);
	const banks = await readBanks(reading, board);
	if (!banks || !isStartable(reading.image, banks.ranges[bank].start, board.memory))
		return undefined;
	const at = (range: Range): Range => placedRange({ ...banks, active: bank }, range);
	await reading.add(versionRanges(sources).map(at));
	const memory = (range: Range) => reading.told(at(range), board.memory);
	const version = versionTold(bundles, sources, { memory, seen: [] });
	return version === undefined ? {} : { version };
}

/** False where the bootloader cannot start it by itself: then the customer switches the device off and on. */
export async function startProgram(session: Session, address: number): Promise<boolean> {
	const started = await session.lend(async (loan) => await leave(loan, address));
	return started ?? false;
}

async function leave(
	{ connection, environment }: Loan,
	address: number,
): Promise<Returned<boolean>> {
	const { programmer } = connection;
	const wait = { ms: LEAVE_MS, what: 'the start' };
	const never = new AbortController().signal;
	try {
		await withDeadline(environment.clock, wait, never, (signal) =>
			programmer.leave(address, signal),
		);
	} catch (error) {
		if (isFailure(error, 'job.not-started')) return { result: false, connection };
		// A bootloader that answers the start otherwise may be anywhere: it is given back, and the result stays proven.
		await programmer.close();
		connection.release();
		return { result: false, connection: undefined, failure: toFailure(error) };
	}
	await programmer.close();
	connection.release();
	return { result: true, connection: undefined, left: true };
}
