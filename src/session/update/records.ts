// What this machine remembers of updates: what is needed to take one back or to finish it, and what was done.
import type { KeptRange, VersionSource } from '#bundle/manifest.ts';
import { likeness } from '#core/board-identity.ts';
import type { Failure } from '#core/failure.ts';
import { describe } from '#core/failure.ts';
import type { Range } from '#core/range.ts';
import { isBoardLabel, type BoardLabel } from '#session/keep/backups.ts';
import { mayBeSame } from '#session/keep/identity.ts';
import {
	encodeRecord,
	hasShape,
	isCount,
	isFlag,
	isListOf,
	isOptional,
	isRange,
	isText,
	readRecords,
} from '#session/keep/records.ts';
import type { Report } from '#session/report.ts';
import type { Store } from '#ports/store.ts';
import type { Way } from './stage.ts';

/** How an update stands: begun and not ended, proven on the device, taken back, or followed by another one. */
export type UpdateState = 'begun' | 'proven' | 'taken-back' | 'superseded';

/** Written before the first erase, with all it takes to go on or back without the bundle. */
export interface UpdateRecord {
	readonly format: 1;
	readonly id: string;
	/** ISO 8601. */
	readonly when: string;
	readonly state: UpdateState;
	readonly maker: string;
	readonly support?: string;
	/** Keys of the brand, or of a maker the user accepted. */
	readonly trust: 'brand' | 'accepted';
	readonly product: { readonly id: string; readonly name: string };
	readonly version: string;
	readonly counter: number;
	/** Thumbprints the counter is remembered under; versions before kept none. */
	readonly ids?: readonly string[];
	/** What was remembered of earlier versions was damaged when it was begun. */
	readonly unsure?: boolean;
	/** What ran before; undefined where it could not be read. */
	readonly previous?: string;
	/** Its anti-rollback counter, where this machine knows it. */
	readonly previousCounter?: number;
	readonly board: BoardLabel;
	readonly ways: readonly Way[];
	/** How the lines of its adapter are wired, by its maker's word. */
	readonly lines?: string;
	/** The name its job, journal and backup carry. */
	readonly job: string;
	/** The backup of what it replaced. */
	readonly backup?: string;
	/** It went into the other bank: the one that ran before still holds the previous version. */
	readonly bank?: { readonly from: number; readonly to: number };
	/** Stretches that stay as they are, as the bootloader addresses them. */
	readonly keep: readonly { readonly name: string; readonly range: Range }[];
	readonly installed: readonly VersionSource[];
	readonly start?: number;
}

/** One line of what was done on this machine. */
export interface UpdateEntry {
	readonly format: 1;
	readonly id: string;
	/** ISO 8601. */
	readonly when: string;
	readonly product: string;
	readonly version: string;
	readonly previous?: string;
	/** "STM32F405/407/415/417, 1 MiB" */
	readonly board: string;
	/** Unique ID or USB serial number, where it is known. */
	readonly serial?: string;
	readonly result: 'updated' | 'went-back' | 'failed';
	readonly failure?: { readonly code: string; readonly text: string; readonly cause: string };
	/** Nobody could tell whether an older version came back: what was remembered of earlier ones was damaged. */
	readonly unsure?: boolean;
	/** What was read back and compared. */
	readonly proof?: Report;
}

const RECORDS = 'rollback';
const LOG = 'updates';
const ID = /^[\w-]{1,80}$/;

const isId = (value: unknown): boolean => isText(value) && ID.test(value);
const isOneOf =
	(...values: readonly string[]) =>
	(value: unknown): boolean =>
		isText(value) && values.includes(value);

const isSource = (value: unknown): boolean =>
	hasShape(value, { kind: isOneOf('memory') })
		? hasShape(value, { address: isCount, length: isCount, as: isOneOf('text', 'number') })
		: hasShape(value, { kind: isOneOf('usb', 'serial'), pattern: isText });

const isRecord = (value: unknown): value is UpdateRecord =>
	hasShape(value, {
		format: (format) => format === 1,
		id: isId,
		when: isText,
		state: isOneOf('begun', 'proven', 'taken-back', 'superseded'),
		maker: isText,
		support: isOptional(isText),
		trust: isOneOf('brand', 'accepted'),
		product: (product) => hasShape(product, { id: isText, name: isText }),
		version: isText,
		counter: isCount,
		ids: isOptional(isListOf(isText)),
		unsure: isOptional(isFlag),
		previous: isOptional(isText),
		previousCounter: isOptional(isCount),
		board: isBoardLabel,
		ways: isListOf(isOneOf('dfu', 'uart')),
		lines: isOptional(isText),
		job: isText,
		backup: isOptional(isId),
		bank: isOptional((bank) => hasShape(bank, { from: isCount, to: isCount })),
		keep: isListOf((one) => hasShape(one, { name: isText, range: isRange })),
		installed: isListOf(isSource),
		start: isOptional(isCount),
	});

const isReport = (value: unknown): boolean =>
	hasShape(value, {
		format: isOneOf('sectorwise-report/1'),
		app: isText,
		finishedAt: isText,
		result: isText,
		files: Array.isArray,
		board: (board) => hasShape(board, { name: isText, transport: isText, virtual: isFlag }),
		image: Array.isArray,
		sectors: Array.isArray,
		phases: Array.isArray,
		bytesVerified: isCount,
		elapsedMs: Number.isFinite,
	});

const isEntry = (value: unknown): value is UpdateEntry =>
	hasShape(value, {
		format: (format) => format === 1,
		id: isId,
		when: isText,
		product: isText,
		version: isText,
		previous: isOptional(isText),
		board: isText,
		serial: isOptional(isText),
		result: isOneOf('updated', 'went-back', 'failed'),
		failure: isOptional((one) => hasShape(one, { code: isText, text: isText, cause: isText })),
		unsure: isOptional(isFlag),
		proof: isOptional(isReport),
	});

const newestFirst = <T extends { readonly when: string }>(records: readonly T[]): T[] =>
	[...records].sort((a, b) => (a.when < b.when ? 1 : a.when > b.when ? -1 : 0));

/** @throws Failure store.full, store.refused */
export const saveRecord = (store: Store, record: UpdateRecord): Promise<void> =>
	store.write(`${RECORDS}/${record.id}`, encodeRecord(record));

/** Newest first; those that are damaged are left out. @throws Failure store.refused */
export const listRecords = async (store: Store): Promise<readonly UpdateRecord[]> =>
	newestFirst((await readRecords(store, RECORDS, isRecord)).records);

/** The very same device, by a number that is its own. */
export const isThisDevice = (a: BoardLabel, b: BoardLabel): boolean => likeness(a, b) === 'same';

/**
 * After a newer update of the device: what came before cannot be brought back byte for byte. A device that only may be
 * the same keeps its way back: it is asked about there, and its version is read again. Where no version can be read it
 * does not, but for what was begun, which may have to be finished on another one.
 * @throws as above
 */
export async function supersede(store: Store, { id, product, board }: UpdateRecord): Promise<void> {
	for (const record of await listRecords(store)) {
		const { state } = record;
		const older = record.id !== id && record.product.id === product.id && state !== 'superseded';
		const asked = state === 'begun' || record.installed.length > 0;
		const its = asked ? isThisDevice : mayBeSame;
		if (older && its(record.board, board))
			await saveRecord(store, { ...record, state: 'superseded' });
	}
}

export const removeRecord = (store: Store, id: string): Promise<void> =>
	store.remove(`${RECORDS}/${id}`);

/** Adds one line to what was done on this machine. @throws Failure store.full, store.refused */
export const recordUpdate = (store: Store, entry: Omit<UpdateEntry, 'format'>): Promise<void> =>
	store.write(`${LOG}/${entry.id}`, encodeRecord({ format: 1, ...entry }));

/** Newest first; `damaged` names files that are not believed. @throws Failure store.refused */
export async function listUpdates(
	store: Store,
): Promise<{ readonly updates: readonly UpdateEntry[]; readonly damaged: readonly string[] }> {
	const { records, damaged } = await readRecords(store, LOG, isEntry);
	return { updates: newestFirst(records), damaged };
}

export const removeUpdate = (store: Store, id: string): Promise<void> =>
	store.remove(`${LOG}/${id}`);

/** A failure as a line of the log has it: for support, with what it was made of. */
export function failureFacts(failure: Failure): NonNullable<UpdateEntry['failure']> {
	const { text, cause } = describe(failure);
	return { code: failure.code, text, cause };
}

export const keptRanges = (
	keep: readonly KeptRange[],
	place: (address: number) => number,
): UpdateRecord['keep'] =>
	keep.map(({ name, origin, length }) => {
		const start = place(origin);
		return { name, range: { start, end: start + length } };
	});
