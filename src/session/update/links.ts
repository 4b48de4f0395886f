// Which interrupted job belongs to which update: two devices given the same file have jobs of one name.
import { likeness, type Likeness } from '#core/board-identity.ts';
import type { JournalRecord } from '#session/keep/journal.ts';
import type { UpdateRecord } from './records.ts';

/** How the way back of a job is called. */
export const backName = (job: string): string => `before ${job}`;

export const nameOf = ({ firmware }: JournalRecord): string => firmware.join(', ');

/**
 * Whether an interrupted job is this update's, or its way back's: by what the journal says, in those of earlier versions
 * of this app, which say nothing, by its name and board.
 */
export function tie({ id, job, board }: UpdateRecord, journal: JournalRecord): Likeness {
	if (journal.update !== undefined) return journal.update === id ? 'same' : 'other';
	return [job, backName(job)].includes(nameOf(journal)) ? likeness(board, journal.board) : 'other';
}

/** The interrupted job that is certainly this update's. */
export const journalOf = (
	record: UpdateRecord,
	journals: readonly JournalRecord[],
): JournalRecord | undefined => journals.find((journal) => tie(record, journal) === 'same');

/** The update an interrupted job is of; undefined where it may be of more than one. */
export function recordOf(
	journal: JournalRecord,
	records: readonly UpdateRecord[],
): UpdateRecord | undefined {
	const sure = records.find((record) => tie(record, journal) === 'same');
	const maybe = records.filter((record) => tie(record, journal) === 'unsure');
	return sure ?? (maybe.length === 1 ? maybe[0] : undefined);
}
