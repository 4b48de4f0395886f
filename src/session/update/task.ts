// What is to be done with the device that is connected: install a bundle, finish what was interrupted, or go back; each
// looked at and laid out until only the button is missing.
import type * as Bundles from '#bundle/index.ts';
import type { VerifiedBundle } from '#bundle/verified.ts';
import { Failure, toFailure } from '#core/failure.ts';
import { segmentRange, sliceImage, type Image } from '#core/image.ts';
import { overlaps, subtract, type Range } from '#core/range.ts';
import { isSameBoard, labelOf } from '#session/keep/keeper.svelte.ts';
import type { JournalRecord } from '#session/keep/journal.ts';
import type { Board } from '#session/state.ts';
import type { BankNumber } from './banks.ts';
import { checkOpen, checkPlan, examine, lay, type Prepared, type UsbStrings } from './examine.ts';
import { holdsProgram, versionNow } from './finish.ts';
import { offerOf, textIn } from './offer.ts';
import type { UpdateRecord } from './records.ts';
import type { DeviceFacts, Offer, Way } from './stage.ts';
import { proven, type Bench, type Work } from './work.ts';

/** `bundle` beside a record: it is open on this page, and its pictures and steps are shown. */
export type Task =
	| { readonly kind: 'install'; readonly bundle: VerifiedBundle }
	| { readonly kind: 'finish'; readonly record: UpdateRecord; readonly bundle?: VerifiedBundle }
	| { readonly kind: 'back'; readonly record: UpdateRecord; readonly bundle?: VerifiedBundle };

/** What is known beside the device itself. */
export interface Knowledge {
	readonly seen: readonly UsbStrings[];
	/** The customer said that it is the product in the picture. */
	readonly confirmed: boolean;
	/** Of this machine, newest first. */
	readonly records: readonly UpdateRecord[];
}

export interface Ready {
	readonly facts: DeviceFacts;
	readonly work: Work;
}

/** From the write to a bootloader that has come back, and the look at it. */
const SWITCH_MS = 3000;

/** How a job of this update is called in journals, backups and reports. */
const jobName = ({ manifest, sha256 }: VerifiedBundle): string =>
	`${textIn(manifest.product.name, 'en')} ${manifest.version.name} (${sha256.slice(0, 8)})`;

export function offerFor(task: Task, language: string, here: readonly Way[]): Offer {
	if (task.kind === 'install') return offerOf(task.bundle, language, here);
	const { record, bundle } = task;
	const { maker, support, product, trust, ways } = record;
	const base: Offer = bundle
		? offerOf(bundle, language, here)
		: {
				maker,
				...(support !== undefined && { support }),
				product: product.name,
				version: record.version,
				notes: '',
				ways: ways.filter((way) => here.includes(way)),
				entry: { dfu: [], uart: [] },
				trust,
			};
	return task.kind === 'back' ? { ...base, version: record.previous ?? '', notes: '' } : base;
}

/** The previous firmware is kept, and the maker lets it come back. */
export const canGoBack = (record: UpdateRecord): boolean =>
	(record.state === 'begun' || record.state === 'proven') &&
	hasPrevious(record) &&
	!forbidsBack(record);

/** How the way back of a job is called. */
export const backName = (job: string): string => `before ${job}`;

const hasPrevious = ({ backup, bank, state }: UpdateRecord): boolean =>
	bank ? state === 'proven' : backup !== undefined;

/**
 * A firmware that is complete on the device is not replaced by one from before the maker raised the anti-rollback
 * counter; one that never got that far is: a device that does not run helps nobody.
 */
const forbidsBack = ({ state, counter, previousCounter }: UpdateRecord): boolean =>
	state === 'proven' && previousCounter !== undefined && counter > previousCounter;

/** @throws Failure update.*, bundle.*: why not; nothing was touched */
export async function readyFor(
	bench: Bench,
	task: Task,
	knowledge: Knowledge,
): Promise<Ready | 'ask'> {
	const { session } = bench;
	const { board, keeper } = session;
	if (!board) throw new Failure('update.no-device', { reason: 'it is not connected' });
	checkOpen(board);
	Object.assign(keeper, { keep: true, backup: true, compare: true, withoutJournal: false });
	keeper.required = [];
	session.startAfter = false;
	const journal = keeper.interruptedOn(board);
	if (task.kind === 'back') return await readyToGoBack(bench, task.record, { board, journal });
	if (task.kind === 'finish') return await readyToFinish(bench, task.record, { board, journal });
	const begun = knowledge.records.find(
		({ job, state }) => state === 'begun' && journal?.firmware.join(', ') === job,
	);
	if (begun?.job === jobName(task.bundle))
		return await readyToFinish(bench, begun, { board, journal });
	if (journal && (journal.kept.length > 0 || isOne(board))) {
		const version = begun ? `${begun.product.name} ${begun.version}` : journal.firmware.join(', ');
		throw new Failure('update.unfinished-other', { version });
	}
	return await readyToInstall(bench, task.bundle, knowledge);
}

/** It tells a number that no other device has. */
const isOne = ({ identity, uniqueId }: Board): boolean =>
	uniqueId !== undefined || identity.usb?.serial !== undefined;

async function readyToInstall(
	bench: Bench,
	bundle: VerifiedBundle,
	{ seen, confirmed, records }: Knowledge,
): Promise<Ready | 'ask'> {
	const { session, bundles } = bench;
	const { manifest } = bundle;
	const mine = (board: Board): UpdateRecord[] =>
		records.filter(
			({ product, board: label }) =>
				product.id === manifest.product.id && isOne(board) && isSameBoard(label, labelOf(board)),
		);
	const known = (board: Board): boolean =>
		confirmed || mine(board).some(({ state }) => state !== 'begun');
	const prepared = await examine({ session, bundles, bundle, seen, known });
	if (prepared === 'ask') return 'ask';
	const job = jobName(bundle);
	await lay(session, job, prepared);
	const { board } = session;
	if (!board) throw new Failure('update.no-device', { reason: 'it is gone' });
	await needStorage(bench, prepared);
	await settleSwitched(bench, prepared, mine(board));
	const record = newRecord(bench, { bundle, prepared, board, job, mine: mine(board) });
	return {
		facts: await factsOf(bench, prepared),
		work: { kind: 'install', record, start: prepared.start, ...bankOf(record.bank?.to) },
	};
}

/**
 * Where nothing can be stored, an interruption loses what shares a sector with the firmware: never what the maker named.
 * @throws Failure update.storage
 */
async function needStorage({ session }: Bench, { keep }: Prepared): Promise<void> {
	const { keeper, plan } = session;
	if (await keeper.store()) return;
	const named = keep.some(({ range }) => plan?.touched.some((one) => overlaps(one.range, range)));
	if (named) throw new Failure('update.storage', { reason: keeper.trouble?.message ?? 'unknown' });
	keeper.withoutJournal = true;
}

const bankOf = (bank: number | undefined) => (bank === undefined ? {} : { bank });

/** A switch that was told and not seen has happened after all: its update can be taken back from now on. */
async function settleSwitched(
	{ session }: Bench,
	{ banks, same }: Prepared,
	mine: readonly UpdateRecord[],
): Promise<void> {
	const record = mine.find(({ state, bank }) => state === 'begun' && bank?.to === banks?.active);
	const store = await session.keeper.store();
	if (!same || !banks || !record?.bank || !store) return;
	try {
		await proven(store, { ...record, state: 'proven' });
	} catch (error) {
		session.keeper.trouble = toFailure(error);
	}
}

function newRecord(
	{ environment }: Bench,
	about: {
		readonly bundle: VerifiedBundle;
		readonly prepared: Prepared;
		readonly board: Board;
		readonly job: string;
		readonly mine: readonly UpdateRecord[];
	},
): UpdateRecord {
	const { bundle, prepared, board, job, mine } = about;
	const { manifest, maker } = bundle;
	const { installed: previous, bank, keep, start } = prepared;
	const before = mine.find(({ state, version }) => state === 'proven' && version === previous);
	const { support } = manifest.maker;
	return {
		format: 1,
		id: environment.newId(),
		when: environment.today(),
		state: 'begun',
		maker: manifest.maker.name,
		...(support !== undefined && { support }),
		trust: maker.from,
		product: { id: manifest.product.id, name: textIn(manifest.product.name, 'en') },
		version: manifest.version.name,
		counter: manifest.version.counter,
		...(previous !== undefined && { previous }),
		...(before && { previousCounter: before.counter }),
		board: labelOf(board),
		ways: manifest.hardware.routes,
		job,
		...(bank && { bank }),
		keep,
		installed: manifest.installed ?? [],
		...(start !== undefined && { start }),
	};
}

async function factsOf(
	{ session }: Bench,
	{ installed, same, bank }: Pick<Prepared, 'installed' | 'same' | 'bank'>,
): Promise<DeviceFacts> {
	const store = await session.keeper.store();
	const readable = session.plan?.touched.every(({ access }) => access.read) ?? true;
	return {
		...(installed !== undefined && { versionNow: installed }),
		estimateMs: (session.estimateMs ?? 0) + (bank ? SWITCH_MS : 0),
		guarantee: bank ? 'old-until-proven' : 'continue',
		backup: !readable ? 'read-protected' : store ? 'kept' : 'no-storage',
		same,
	};
}

interface Interrupted {
	readonly board: Board;
	readonly journal: JournalRecord | undefined;
}

async function readyToFinish(
	bench: Bench,
	record: UpdateRecord,
	{ board, journal }: Interrupted,
): Promise<Ready> {
	const { session, bundles } = bench;
	checkBoard(record, board);
	if (journal?.firmware.join(', ') !== record.job) {
		const reason = 'there is nothing left to finish';
		throw new Failure('update.nothing-kept', { reason });
	}
	const installed = record.bank && (await nowOn(session, bundles, record));
	session.keeper.required = record.keep;
	await session.resume(journal);
	checkPlan(session);
	const { bank, start } = record;
	return {
		facts: await factsOf(bench, { installed, same: false, bank }),
		work: { kind: 'finish', record, start, ...bankOf(bank?.to) },
	};
}

const nowOn = (
	session: Bench['session'],
	bundles: Pick<typeof Bundles, 'versionFrom'>,
	{ installed }: UpdateRecord,
): Promise<string | undefined> => versionNow(session, bundles, installed);

/** @throws Failure update.other-device */
function checkBoard({ board }: UpdateRecord, connected: Board): void {
	if (!isSameBoard(board, labelOf(connected)))
		throw new Failure('update.other-device', { name: board.name });
}

async function readyToGoBack(
	bench: Bench,
	record: UpdateRecord,
	{ board, journal }: Interrupted,
): Promise<Ready> {
	const { session, bundles } = bench;
	checkBoard(record, board);
	const { version, counter, previousCounter = 0, bank, job, keep } = record;
	const interrupted = journal?.firmware.join(', ');
	if (interrupted !== undefined && interrupted !== job && interrupted !== backName(job))
		throw new Failure('update.unfinished-other', { version: interrupted });
	if (forbidsBack(record))
		throw new Failure('update.no-way-back', { version, counter, previous: previousCounter });
	const unfinished = record.state === 'begun';
	const installed = unfinished ? undefined : await nowOn(session, bundles, record);
	if (bank && !unfinished) {
		if (!(await holdsProgram(session, bank.from as BankNumber)))
			throw new Failure('update.nothing-kept', { reason: 'the other bank holds no program' });
		const facts = await factsOf(bench, { installed, same: false, bank });
		const work = { kind: 'back', record, bank: bank.from, onlySwitch: true } as const;
		return { facts: { ...facts, estimateMs: SWITCH_MS }, work: { ...work, start: undefined } };
	}
	const content = await backupOf(bench, record);
	// What stays was read before the update and may be gone with it; on a device that runs, what it holds now counts.
	const image = unfinished
		? content
		: without(
				content,
				keep.map(({ range }) => range),
			);
	Object.assign(session.keeper, { backup: false, compare: !unfinished });
	await lay(session, backName(job), { image, keep: unfinished ? [] : keep, unfinished });
	const { start } = record;
	return {
		facts: await factsOf(bench, { installed, same: false, bank: undefined }),
		work: { kind: 'back', record, start },
	};
}

/** @throws Failure update.nothing-kept */
async function backupOf({ session }: Bench, record: UpdateRecord): Promise<Image> {
	const { keeper } = session;
	await keeper.refresh();
	const backup = keeper.backups.find(({ id }) => id === record.backup);
	if (!backup) throw new Failure('update.nothing-kept', { reason: 'there is no backup' });
	try {
		return await keeper.content(backup);
	} catch (error) {
		const { message: reason } = toFailure(error);
		throw new Failure('update.nothing-kept', { reason }, error);
	}
}

const without = (image: Image, ranges: readonly Range[]): Image =>
	image.flatMap((segment) =>
		subtract(segmentRange(segment), ranges).flatMap((part) => sliceImage([segment], part)),
	);
