// What every kind of task ends with while nothing was touched: facts for the screen, and the work the button begins.
import type * as Bundles from '#bundle/index.ts';
import type { VerifiedBundle } from '#bundle/verified.ts';
import type { BoardLabel } from '#session/keep/backups.ts';
import type { Session } from '#session/session.svelte.ts';
import { isNamed, type BankNumber } from './banks.ts';
import type { Prepared } from './examine.ts';
import { versionNow } from './finish.ts';
import type { UpdateRecord } from './records.ts';
import type { DeviceFacts } from './stage.ts';
import type { Bench, Work } from './work.ts';

export interface Ready {
	readonly facts: DeviceFacts;
	readonly work: Work;
	/** What it installs, to be looked at again when the button is pressed. */
	readonly bundle?: VerifiedBundle;
}

/** Something was begun on a device that may be this one; nothing but its owner knows. */
export interface Doubt {
	readonly doubted: { readonly id: string; readonly when: string; readonly board: BoardLabel };
}

/** From the write to a bootloader that has come back, and the look at it. */
export const SWITCH_MS = 3000;

export async function factsOf(
	{ session }: Bench,
	about: Pick<Prepared, 'installed' | 'same' | 'bank'> & { readonly unsure?: boolean },
): Promise<DeviceFacts> {
	const { installed, same, bank, unsure = false } = about;
	const store = await session.keeper.store();
	const readable = session.plan?.touched.every(({ access }) => access.read) ?? true;
	return {
		...(installed !== undefined && { versionNow: installed }),
		estimateMs: (session.estimateMs ?? 0) + SWITCH_MS * switches(session, bank),
		guarantee: bank ? 'old-until-proven' : 'continue',
		backup: !readable ? 'read-protected' : store ? 'kept' : 'no-storage',
		same,
		...(unsure && { unsure }),
	};
}

/** One at the end, and one before where the bank that runs is not the one the option bit names. */
function switches({ board }: Session, bank: Prepared['bank']): number {
	if (!bank || !board) return 0;
	return isNamed(bank.from as BankNumber, board) ? 1 : 2;
}

/** The bank a work ends with, where it does. */
export const bankOf = (bank: number | undefined) => (bank === undefined ? {} : { bank });

/** The version the device has now, by the places a record names. */
export const nowOn = (
	session: Bench['session'],
	bundles: Pick<typeof Bundles, 'versionFrom'>,
	{ installed }: UpdateRecord,
): Promise<string | undefined> => versionNow(session, bundles, installed);
