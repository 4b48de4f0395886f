// What a job replaced, kept on this machine: written before the first erase, put back with one button.
import type { Image } from '#core/image.ts';
import type { Range } from '#core/range.ts';
import type { Store } from '#ports/store.ts';
import { loadImage, storeImage, sweepBlobs, type StoredSegment } from './blobs.ts';
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

/** Which board something was read from. */
export interface BoardLabel {
	/** "STM32F405/407/415/417, 1 MiB" */
	readonly name: string;
	readonly productId?: number;
	/** 24 hex digits, where the bootloader tells it. */
	readonly uniqueId?: string;
	/** The serial number of its USB descriptor, made from the unique ID by ST's ROMs. */
	readonly usbSerial?: string;
}

export interface Backup {
	readonly id: string;
	/** ISO 8601. */
	readonly when: string;
	readonly board: BoardLabel;
	/** The firmware that replaced it: "beacon.elf". */
	readonly before: string;
	readonly segments: readonly StoredSegment[];
	/** It was to hold all of the chip's own flash. */
	readonly whole?: boolean;
	/** What it was to hold, and could not be read: it is no complete way back. */
	readonly missing?: readonly Range[];
}

const isLabel = (value: unknown): boolean =>
	hasShape(value, {
		name: isText,
		productId: isOptional(isCount),
		uniqueId: isOptional(isText),
		usbSerial: isOptional(isText),
	});

const isBackup = (value: unknown): value is Backup =>
	hasShape(value, {
		id: (id) => isText(id) && /^[\w-]{1,80}$/.test(id),
		when: isText,
		board: isLabel,
		before: isText,
		segments: isListOf(isStoredSegment),
		whole: isOptional(isFlag),
		missing: isOptional(isListOf(isRange)),
	});

export const isBoardLabel = isLabel;
const FOLDER = 'backups';

/** Blobs are written and swept by one tab at a time. */
export const BLOB_LOCK = 'blobs';

/** @throws Failure store.full or store.refused; then no backup is listed. */
export async function saveBackup(
	store: Store,
	facts: Omit<Backup, 'segments'>,
	content: Image,
): Promise<Backup> {
	return await store.alone(BLOB_LOCK, async () => {
		const backup = { ...facts, segments: await storeImage(store, content) };
		await store.write(`${FOLDER}/${facts.id}`, encodeRecord(backup));
		return backup;
	});
}

/** Newest first; `damaged` names files that are not believed. */
export async function listBackups(
	store: Store,
): Promise<{ readonly backups: readonly Backup[]; readonly damaged: readonly string[] }> {
	const { records, damaged } = await readRecords(store, FOLDER, isBackup);
	return { backups: [...records].sort((a, b) => (a.when < b.when ? 1 : -1)), damaged };
}

/** @throws Failure store.missing or store.damaged. */
export const loadBackup = (store: Store, { segments }: Backup): Promise<Image> =>
	loadImage(store, segments);

/** Removes a backup, and the blobs that nothing else names. `others` are the records that name blobs, too. */
export async function removeBackup(
	store: Store,
	id: string,
	others: () => Promise<readonly StoredSegment[]>,
): Promise<void> {
	await store.alone(BLOB_LOCK, async () => {
		await store.remove(`${FOLDER}/${id}`);
		await sweepBlobs(store, async () => {
			const { backups } = await listBackups(store);
			const named = [...backups.flatMap(({ segments }) => segments), ...(await others())];
			return new Set(named.map(({ sha256 }) => sha256));
		});
	});
}
