// What an interrupted job needs to be continued, written before each step takes effect: the image, the bytes to keep,
// and the sectors whose content is in doubt.
import { le32 } from '#core/bytes.ts';
import { crc32 } from '#core/crc.ts';
import { Failure, toFailure } from '#core/failure.ts';
import { covers, overlayImage, segmentRange, type Image } from '#core/image.ts';
import type { Plan } from '#core/plan.ts';
import { join, overlaps, size, type Range } from '#core/range.ts';
import { changedSectors, changes, rangeOf } from '#core/progress.ts';
import type { Step } from '#core/steps.ts';
import type { Sector } from '#core/memory.ts';
import type { Store } from '#ports/store.ts';
import { BLOB_LOCK, isBoardLabel, type BoardLabel } from './backups.ts';
import { storeImage, type StoredSegment } from './blobs.ts';
import {
	encodeRecord,
	hasShape,
	isCount,
	isFlag,
	isListOf,
	isOptional,
	isRange,
	isStoredSegment,
	isText,
	readRecords,
} from './records.ts';

export interface JournalRecord {
	readonly format: 1;
	readonly id: string;
	/** ISO 8601. */
	readonly when: string;
	readonly board: BoardLabel;
	/** A part that is one of the board's candidates, where the user had to name it. */
	readonly part?: string;
	readonly firmware: readonly string[];
	readonly image: readonly StoredSegment[];
	/** Of the whole image, to find the same one again. */
	readonly imageCrc: number;
	/** What stood beside the image in sectors that are erased. */
	readonly kept: readonly StoredSegment[];
	readonly start: boolean;
	readonly keep: boolean;
	/** Sectors that held the image already. */
	readonly same: readonly Range[];
	/** Sectors whose erase or write has been begun. */
	readonly begun: readonly Range[];
	/** Those of them under way when this was written: a flash word in them may be half written. */
	readonly doubt: readonly Range[];
	readonly backup?: string;
	/** The job whose place it takes: as soon as this one has begun, that one's journal is no longer in force. */
	readonly replaces?: string;
	/** The update it is a part of, by its record. */
	readonly update?: string;
	/** How often it was rewritten. */
	readonly turn?: number;
}

const FOLDER = 'journal';

const isId = (id: unknown): boolean => isText(id) && /^[\w-]{1,80}$/.test(id);

const isJournal = (value: unknown): value is JournalRecord =>
	hasShape(value, {
		format: (format) => format === 1,
		id: isId,
		when: isText,
		board: isBoardLabel,
		part: isOptional(isText),
		firmware: isListOf(isText),
		image: isListOf(isStoredSegment),
		imageCrc: isCount,
		kept: isListOf(isStoredSegment),
		start: isFlag,
		keep: isFlag,
		same: isListOf(isRange),
		begun: isListOf(isRange),
		doubt: isListOf(isRange),
		backup: isOptional(isText),
		replaces: isOptional(isId),
		update: isOptional(isId),
		turn: isOptional(isCount),
	});

/** Two files take turns, so that a write that breaks off, or a file that is damaged, leaves the other one. */
const SECOND = '.2';
const pathsOf = (id: string): [string, string] => [`${FOLDER}/${id}`, `${FOLDER}/${id}${SECOND}`];
const idOf = (path: string): string => path.slice(FOLDER.length + 1).replace(/\.2$/, '');

/** @throws Failure store.full, store.refused or store.silent; then the record before is in force. */
async function rewrite(store: Store, record: JournalRecord): Promise<JournalRecord> {
	const next = { ...record, turn: (record.turn ?? 0) + 1 };
	await store.write(pathsOf(next.id)[next.turn % 2]!, encodeRecord(next));
	return next;
}

/** Bytes of writes that one record announces together: writing it costs some milliseconds. */
const WINDOW = 32 * 1024;

/** The journal of one running job. */
export class Journal {
	readonly #store: Store;
	#record: JournalRecord;
	readonly #steps: readonly Step[];
	readonly #sectors: readonly Sector[];
	/** In doubt since an earlier interruption, until their erase begins. */
	#pending: readonly Range[];
	#settled = false;

	/** `steps` are those that follow the look; `sectors` all that the plan changes. */
	constructor(store: Store, record: JournalRecord, steps: readonly Step[], plan: Plan) {
		this.#store = store;
		this.#record = record;
		this.#steps = steps;
		this.#pending = record.doubt;
		this.#sectors = changedSectors(plan);
	}

	get id(): string {
		return this.#record.id;
	}

	/** True when a step that changes the board was announced. */
	get begun(): boolean {
		return this.#record.begun.length > 0;
	}

	/**
	 * Call before step `index` takes effect. @throws Failure: then it must not. It is the store's own while nothing was
	 * changed, job.no-more-journal later.
	 */
	async before(index: number): Promise<void> {
		const step = this.#steps[index];
		if (!step || !changes(step)) return;
		const touched = this.#touchedBy(step);
		const announced = this.#record.doubt;
		if (touched.every((range) => announced.some((one) => overlaps(one, range)))) return;
		const next = this.#window(index);
		if (step.kind !== 'write')
			this.#pending = this.#pending.filter((one) => !next.some((range) => overlaps(range, one)));
		const doubt = join([...next, ...this.#pending]);
		try {
			const first = !this.begun;
			await this.#write({ begun: join([...this.#record.begun, ...next]), doubt });
			if (first) await this.#takePlace();
		} catch (error) {
			if (!this.begun) throw error;
			throw new Failure('job.no-more-journal', { reason: toFailure(error).message }, error);
		}
	}

	/** After the last write: whatever follows only reads. */
	async settled(): Promise<void> {
		this.#pending = [];
		if (this.#settled || this.#record.doubt.length === 0) return;
		this.#settled = true;
		// The proof goes on without it: a journal that doubts too much costs a continued job time and nothing else.
		await this.#write({ doubt: [] }).catch(() => undefined);
	}

	/** The job ended well, or had not begun. */
	async close(): Promise<void> {
		await removeJournal(this.#store, this.id);
	}

	/** Where the older journal cannot be removed, it is passed over: this one names it. */
	async #takePlace(): Promise<void> {
		const { replaces } = this.#record;
		if (replaces !== undefined) await removeJournal(this.#store, replaces).catch(() => undefined);
	}

	async #write(change: Partial<JournalRecord>): Promise<void> {
		this.#record = await rewrite(this.#store, { ...this.#record, ...change });
	}

	/** Sectors of this step and of the next ones of its kind, until the window is full. */
	#window(index: number): Range[] {
		const found: Range[] = [];
		let bytes = 0;
		for (const step of this.#steps.slice(index)) {
			if (step.kind !== this.#steps[index]!.kind || bytes >= WINDOW) break;
			found.push(...this.#touchedBy(step));
			bytes += step.kind === 'write' ? step.data.length : size(rangeOf(step));
		}
		return join(found);
	}

	#touchedBy(step: Step): Range[] {
		if (step.kind === 'mass-erase' || step.kind === 'erase')
			return step.sectors.map(({ range }) => range);
		const range = rangeOf(step);
		const touched = this.#sectors.filter((sector) => overlaps(sector.range, range));
		// Data EEPROM has no sectors.
		return touched.length > 0 ? touched.map((one) => one.range) : [range];
	}
}

/** CRC-32 over addresses and bytes: the same for the same image, however it was opened. */
export const crcOf = (image: Image): number =>
	image.reduce(
		(sum, { address, data }) => crc32(data, crc32(Uint8Array.from(le32(address)), sum)),
		0,
	);

/** Stores what a job needs to be continued. @throws Failure store.full or store.refused: nothing may be erased then. */
export async function openJournal(
	store: Store,
	facts: Omit<JournalRecord, 'format' | 'image' | 'imageCrc' | 'kept' | 'same' | 'begun' | 'doubt'>,
	{
		image,
		plan,
		steps,
	}: { readonly image: Image; readonly plan: Plan; readonly steps: readonly Step[] },
): Promise<Journal> {
	const record = await store.alone(BLOB_LOCK, async () => {
		const made: JournalRecord = {
			...facts,
			format: 1,
			image: await storeImage(store, image),
			imageCrc: crcOf(image),
			kept: await storeImage(store, plan.beside),
			same: join(plan.same.map(({ range }) => range)),
			begun: [],
			doubt: [],
		};
		await store.write(`${FOLDER}/${made.id}`, encodeRecord(made));
		return made;
	});
	return new Journal(store, record, steps, plan);
}

/**
 * The journal of a continued job: the old record goes on, so that a second interruption loses nothing, with the bytes
 * that were read now because it did not hold them. @throws Failure store.full or store.refused.
 */
export async function continueJournal(
	store: Store,
	record: JournalRecord,
	{ plan, steps }: { readonly plan: Plan; readonly steps: readonly Step[] },
	kept: Image,
): Promise<Journal> {
	if (plan.beside.every((part) => covers(kept, segmentRange(part))))
		return new Journal(store, record, steps, plan);
	const more = await store.alone(BLOB_LOCK, async () => {
		const all = overlayImage(plan.beside, kept);
		return await rewrite(store, { ...record, kept: await storeImage(store, all) });
	});
	return new Journal(store, more, steps, plan);
}

/** Jobs that were begun and did not end, newest first. Records of jobs that changed nothing are left out. */
export async function listJournals(store: Store): Promise<{
	readonly journals: readonly JournalRecord[];
	readonly damaged: readonly string[];
}> {
	const { records, damaged } = await readRecords(store, FOLDER, isJournal);
	const latest = new Map<string, JournalRecord>();
	for (const record of records) {
		const other = latest.get(record.id);
		if (!other || (other.turn ?? 0) < (record.turn ?? 0)) latest.set(record.id, record);
	}
	const torn = new Set(damaged.map(idOf));
	const journals = [...latest.values()]
		.map((record) => (torn.has(record.id) ? allInDoubt(record) : record))
		.filter(({ begun }) => begun.length > 0);
	const replaced = journals.map(({ replaces }) => replaces);
	const inForce = journals.filter(({ id }) => !replaced.includes(id));
	return {
		journals: inForce.sort((a, b) => (a.when < b.when ? 1 : -1)),
		damaged: damaged.filter((path) => !latest.has(idOf(path))),
	};
}

/** The record beside this one cannot be read: whatever the job may have begun since, it is done again. */
function allInDoubt(record: JournalRecord): JournalRecord {
	const places = record.image.map(({ address, size }) => ({ start: address, end: address + size }));
	const whole = join(places);
	return { ...record, begun: whole, doubt: whole, same: [] };
}

/** Everything that journals name, those of jobs that have not begun among them. */
export async function storedByJournals(store: Store): Promise<StoredSegment[]> {
	const { records } = await readRecords(store, FOLDER, isJournal);
	return records.flatMap(({ image, kept }) => [...image, ...kept]);
}

/** Taken by the tab that runs or continues the job. */
export const leaseOf = (id: string): string => `job:${id}`;

/** @throws Failure job.gone-on unless the stored record is still this one. */
export async function expectUnchanged(store: Store, record: JournalRecord): Promise<void> {
	const { journals } = await listJournals(store);
	const now = journals.find(({ id }) => id === record.id);
	if (!now || JSON.stringify(now) !== JSON.stringify(record)) throw new Failure('job.gone-on', {});
}

export async function removeJournal(store: Store, id: string): Promise<void> {
	for (const path of pathsOf(id)) await store.remove(path);
}
