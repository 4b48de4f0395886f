// The way back: which firmware may come back to which device, and how it is laid out.
import { likeness } from '#core/board-identity.ts';
import { Failure, toFailure } from '#core/failure.ts';
import { without, type Image } from '#core/image.ts';
import type { JournalRecord } from '#session/keep/journal.ts';
import type { BankNumber } from './banks.ts';
import { lay } from './examine.ts';
import { programIn } from './finish.ts';
import { backName, nameOf, tie } from './links.ts';
import { factsOf, nowOn, SWITCH_MS, type Ready } from './ready.ts';
import type { UpdateRecord } from './records.ts';
import type { Bench } from './work.ts';

/** The previous firmware is kept, and the maker lets it come back. */
export const canGoBack = (record: UpdateRecord): boolean =>
	(record.state === 'begun' || record.state === 'proven') &&
	hasPrevious(record) &&
	!forbidsBack(record);

const hasPrevious = ({ backup, bank, state }: UpdateRecord): boolean =>
	bank ? state === 'proven' : backup !== undefined;

/**
 * A firmware that is complete on the device is not replaced by one from before the maker raised the anti-rollback
 * counter; one that never got that far is: a device that does not run helps nobody.
 */
const forbidsBack = ({ state, counter, previousCounter }: UpdateRecord): boolean =>
	state === 'proven' && previousCounter !== undefined && counter > previousCounter;

/** @throws Failure update.*: why not; nothing was touched */
export async function readyToGoBack(
	bench: Bench,
	record: UpdateRecord,
	journal: JournalRecord | undefined,
): Promise<Ready> {
	const { session, bundles } = bench;
	const { version, counter, previousCounter = 0, bank, job, keep } = record;
	if (journal && tie(record, journal) === 'other')
		throw new Failure('update.unfinished-other', { version: nameOf(journal) });
	if (forbidsBack(record))
		throw new Failure('update.no-way-back', { version, counter, previous: previousCounter });
	const unfinished = record.state === 'begun';
	const installed = unfinished ? undefined : await nowOn(session, bundles, record);
	const between = [version, record.previous].filter((one) => one !== undefined);
	const strange = (found: string): boolean =>
		between.every((one) => bundles.compareVersions(found, one) !== 0);
	if (!journal && installed !== undefined && strange(installed)) {
		const reason = `the device runs version ${installed}, and what is kept stood before ${version}`;
		throw new Failure('update.nothing-kept', { reason });
	}
	if (bank && !unfinished) {
		await checkOtherBank(bench, record, bank.from as BankNumber);
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

/** What ran before is still there, as far as it tells. @throws Failure update.nothing-kept */
async function checkOtherBank(
	{ session, bundles }: Bench,
	{ installed, previous }: UpdateRecord,
	bank: BankNumber,
): Promise<void> {
	const found = await programIn(session, bundles, installed, bank);
	const { version } = found ?? {};
	if (!found) throw new Failure('update.nothing-kept', { reason: 'the other bank is empty' });
	const other = version !== undefined && previous !== undefined;
	if (other && bundles.compareVersions(version, previous) !== 0) {
		const reason = `the other bank holds version ${version}, not ${previous}`;
		throw new Failure('update.nothing-kept', { reason });
	}
}

/** @throws Failure update.nothing-kept */
async function backupOf({ session }: Bench, record: UpdateRecord): Promise<Image> {
	const { keeper } = session;
	await keeper.refresh();
	const backup = keeper.backups.find(({ id }) => id === record.backup);
	if (!backup) throw new Failure('update.nothing-kept', { reason: 'there is no backup' });
	if (likeness(backup.board, record.board) === 'other')
		throw new Failure('update.nothing-kept', { reason: 'the backup is of another device' });
	try {
		return await keeper.content(backup);
	} catch (error) {
		const { message: reason } = toFailure(error);
		throw new Failure('update.nothing-kept', { reason }, error);
	}
}
