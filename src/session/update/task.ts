// What is to be done with the device that is connected: install a bundle, finish what was interrupted, or go back; each
// looked at and laid out until only the button is missing.
import type { VerifiedBundle } from '#bundle/verified.ts';
import { Failure, isFailure, toFailure } from '#core/failure.ts';
import { overlaps } from '#core/range.ts';
import { labelOf, mayBeSame } from '#session/keep/identity.ts';
import type { JournalRecord } from '#session/keep/journal.ts';
import type { Keeper } from '#session/keep/keeper.svelte.ts';
import type { Board } from '#session/state.ts';
import { readyToGoBack } from './back.ts';
import { checkOpen, checkPlan, examine, lay, type Prepared, type Subject } from './examine.ts';
import { journalOf, nameOf, recordOf, tie } from './links.ts';
import { offerOf, textIn } from './offer.ts';
import { bankOf, factsOf, nowOn, type Doubt, type Ready } from './ready.ts';
import { isThisDevice, type UpdateRecord } from './records.ts';
import type { Saying } from './saying.ts';
import type { Offer, Way } from './stage.ts';
import { wholeOf } from './whole.ts';
import { proven, type Bench } from './work.ts';

/** `bundle` beside a record: it is open on this page, and its pictures and steps are shown. */
export type Task =
	| { readonly kind: 'install'; readonly bundle: VerifiedBundle }
	| { readonly kind: 'finish'; readonly record: UpdateRecord; readonly bundle?: VerifiedBundle }
	| { readonly kind: 'back'; readonly record: UpdateRecord; readonly bundle?: VerifiedBundle };

/** How the lines of the product's own adapter reach its pins, where its maker says so. */
export const linesOf = (task: Task): string | undefined =>
	task.bundle?.manifest.hardware.lines ?? (task.kind === 'install' ? undefined : task.record.lines);

/** What is known beside the device itself. */
export interface Knowledge {
	readonly seen: readonly Saying[];
	/** The customer said that it is the product in the picture. */
	readonly confirmed: boolean;
	/** Of this machine, newest first. */
	readonly records: readonly UpdateRecord[];
}

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
				...(record.lines !== undefined && { alone: 'uart' as const }),
				trust,
			};
	return task.kind === 'back' ? { ...base, version: record.previous ?? '', notes: '' } : base;
}

/** @throws Failure update.*, bundle.*: why not; nothing was touched */
export async function readyFor(
	bench: Bench,
	task: Task,
	knowledge: Knowledge,
): Promise<Ready | Doubt | 'ask'> {
	const { session } = bench;
	const { board, keeper } = session;
	if (!board) throw new Failure('update.no-device', { reason: 'it is not connected' });
	checkOpen(board);
	Object.assign(keeper, { keep: true, backup: true, compare: true, withoutJournal: false });
	// The way back is what the update changes, and nothing beside it.
	keeper.backupWhole = false;
	keeper.required = [];
	session.startAfter = false;
	const doubt = task.kind === 'install' ? undefined : doubtOf(keeper, task.record, board);
	if (doubt) return doubt;
	const journal = keeper.interruptedOn(board);
	if (journal && keeper.likeness(journal, board) === 'unsure') return { doubted: journal };
	if (task.kind === 'back') return await readyToGoBack(bench, task.record, journal);
	if (task.kind === 'finish') return await readyToFinish(bench, task.record, journal);
	if (journal) {
		const jobs = knowledge.records.filter(
			({ job, state }) => state === 'begun' && nameOf(journal) === job,
		);
		const begun = recordOf(journal, jobs);
		if (begun?.job === jobName(task.bundle)) return await readyToFinish(bench, begun, journal);
		const version = begun ? `${begun.product.name} ${begun.version}` : nameOf(journal);
		throw new Failure('update.unfinished-other', { version });
	}
	return await readyToInstall(bench, task.bundle, knowledge);
}

/** @throws Failure update.other-device */
function doubtOf(keeper: Keeper, record: UpdateRecord, board: Board): Doubt | undefined {
	checkNotOther(keeper, record, board);
	if (keeper.likeness(record, board) === 'unsure') return { doubted: record };
	// What is said of an update is said of its job, and of its way back; of no other device's.
	const journal = journalOf(record, keeper.interrupted);
	if (journal && keeper.answers[journal.id] === undefined) keeper.answer(journal, true);
	return undefined;
}

/** @throws Failure update.other-device */
function checkNotOther(keeper: Keeper, record: UpdateRecord, board: Board): void {
	if (keeper.likeness(record, board) === 'other')
		throw new Failure('update.other-device', { name: record.board.name });
}

/** By the bundle itself, or by the whole update where it carries changes to something else than the device holds. */
async function prepare(
	bench: Bench,
	{ bundle, ...subject }: Omit<Subject, 'session' | 'bundles'>,
): Promise<{ readonly bundle: VerifiedBundle; readonly prepared: Prepared | 'ask' }> {
	const { session, bundles } = bench;
	try {
		return { bundle, prepared: await examine({ session, bundles, bundle, ...subject }) };
	} catch (error) {
		const whole = isFailure(error, 'bundle.no-base') ? await wholeOf(bench, bundle) : undefined;
		if (!whole) throw error;
		const prepared = await examine({ session, bundles, bundle: whole, ...subject });
		return { bundle: whole, prepared };
	}
}

async function readyToInstall(
	bench: Bench,
	offered: VerifiedBundle,
	{ seen, confirmed, records }: Knowledge,
): Promise<Ready | 'ask'> {
	const { session } = bench;
	const { product } = offered.manifest;
	const ofProduct = records.filter((one) => one.product.id === product.id);
	const mine = (board: Board): UpdateRecord[] =>
		ofProduct.filter((one) => isThisDevice(one.board, labelOf(board)));
	const known = (board: Board): boolean =>
		confirmed || mine(board).some(({ state }) => state !== 'begun');
	const { bundle, prepared } = await prepare(bench, { bundle: offered, seen, known });
	if (prepared === 'ask') return 'ask';
	const job = jobName(bundle);
	await lay(session, job, prepared);
	const { board } = session;
	if (!board) throw new Failure('update.no-device', { reason: 'it is gone' });
	await needStorage(bench, prepared);
	await settleUnseen(bench, prepared, mine(board), bundle.manifest.version.name);
	const maybe = ofProduct.filter((one) => mayBeSame(one.board, labelOf(board)));
	const record = newRecord(bench, { bundle, prepared, board, job, maybe });
	return {
		facts: await factsOf(bench, { ...prepared, unsure: bundle.unsure }),
		work: { kind: 'install', record, start: prepared.start, ...bankOf(record.bank?.to) },
		bundle,
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

/**
 * The device has this version, and an update to it was begun and left nothing to finish: its end was not seen, but came.
 * From now on it counts as proven.
 */
async function settleUnseen(
	{ session }: Bench,
	{ banks, same }: Prepared,
	mine: readonly UpdateRecord[],
	version: string,
): Promise<void> {
	const record = mine.find(
		(one) =>
			one.state === 'begun' &&
			one.version === version &&
			(!one.bank || one.bank.to === banks?.active),
	);
	const store = await session.keeper.store();
	if (!same || !record || !store) return;
	try {
		await proven(store, { ...record, state: 'proven' });
	} catch (error) {
		session.keeper.trouble = toFailure(error);
	}
}

function newRecord(
	{ environment, language }: Bench,
	about: {
		readonly bundle: VerifiedBundle;
		readonly prepared: Prepared;
		readonly board: Board;
		readonly job: string;
		/** What was done to this device, or to one that may be it. */
		readonly maybe: readonly UpdateRecord[];
	},
): UpdateRecord {
	const { bundle, prepared, board, job, maybe } = about;
	const { manifest, maker, ids, unsure } = bundle;
	const { installed: previous, bank, keep, start } = prepared;
	const runs = maybe.filter(({ state, version }) => state === 'proven' && version === previous);
	const before = runs.find((one) => isThisDevice(one.board, labelOf(board))) ?? runs[0];
	const { support } = manifest.maker;
	return {
		format: 1,
		id: environment.newId(),
		when: environment.today(),
		state: 'begun',
		maker: manifest.maker.name,
		...(support !== undefined && { support }),
		trust: maker.from,
		product: { id: manifest.product.id, name: textIn(manifest.product.name, language) },
		version: manifest.version.name,
		counter: manifest.version.counter,
		ids,
		...(unsure && { unsure }),
		...(previous !== undefined && { previous }),
		...(before && { previousCounter: before.counter }),
		board: labelOf(board),
		ways: manifest.hardware.routes,
		...(manifest.hardware.lines && { lines: manifest.hardware.lines }),
		job,
		...(bank && { bank }),
		keep,
		installed: manifest.installed ?? [],
		...(start !== undefined && { start }),
	};
}

async function readyToFinish(
	bench: Bench,
	record: UpdateRecord,
	journal: JournalRecord | undefined,
): Promise<Ready> {
	const { session, bundles } = bench;
	if (session.board) checkNotOther(session.keeper, record, session.board);
	if (!journal || nameOf(journal) !== record.job || tie(record, journal) === 'other') {
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
