// Small JSON files with a checksum line, so that one cut off or changed anywhere is recognised and never half believed.
import { crc32 } from '#core/crc.ts';
import { Failure } from '#core/failure.ts';
import type { Store } from '#ports/store.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** "<crc32 in hex>\n<json>" */
export function encodeRecord(value: unknown): Uint8Array {
	const json = encoder.encode(JSON.stringify(value));
	const head = encoder.encode(crc32(json).toString(16).padStart(8, '0') + '\n');
	const bytes = new Uint8Array(head.length + json.length);
	bytes.set(head);
	bytes.set(json, head.length);
	return bytes;
}

const HEAD = 9;

/** @throws Failure store.damaged unless the checksum fits and `isRecord` accepts it. */
export function decodeRecord<T>(
	path: string,
	bytes: Uint8Array,
	isRecord: (value: unknown) => value is T,
): T {
	try {
		const json = bytes.subarray(HEAD);
		const head = decoder.decode(bytes.subarray(0, HEAD));
		if (head === crc32(json).toString(16).padStart(8, '0') + '\n') {
			const value: unknown = JSON.parse(decoder.decode(json));
			if (isRecord(value)) return value;
		}
	} catch (error) {
		throw new Failure('store.damaged', { path }, error);
	}
	throw new Failure('store.damaged', { path });
}

/** Every readable record of a folder, and the names of the damaged ones. */
export async function readRecords<T>(
	store: Store,
	folder: string,
	isRecord: (value: unknown) => value is T,
): Promise<{ readonly records: readonly T[]; readonly damaged: readonly string[] }> {
	const records: T[] = [];
	const damaged: string[] = [];
	for (const name of await store.list(folder)) {
		const path = `${folder}/${name}`;
		const bytes = await store.read(path);
		if (!bytes) continue;
		try {
			records.push(decodeRecord(path, bytes, isRecord));
		} catch {
			damaged.push(path);
		}
	}
	return { records, damaged };
}

type Shape = Readonly<Record<string, (value: unknown) => boolean>>;

/** True for an object whose members of these names pass; others are ignored. */
export const hasShape = (value: unknown, shape: Shape): value is Record<string, unknown> =>
	typeof value === 'object' &&
	value !== null &&
	Object.entries(shape).every(([key, test]) => test((value as Record<string, unknown>)[key]));

export const isText = (value: unknown): value is string => typeof value === 'string';
export const isCount = (value: unknown): value is number =>
	typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= 2 ** 32;
export const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';
export const isOptional =
	(test: (value: unknown) => boolean) =>
	(value: unknown): boolean =>
		value === undefined || test(value);
export const isListOf =
	(test: (value: unknown) => boolean) =>
	(value: unknown): boolean =>
		Array.isArray(value) && value.every(test);
export const isRange = (value: unknown): boolean =>
	hasShape(value, { start: isCount, end: isCount });
export const isStoredSegment = (value: unknown): boolean =>
	hasShape(value, {
		address: isCount,
		size: isCount,
		sha256: (digest) => isText(digest) && /^[0-9a-f]{64}$/.test(digest),
	});
