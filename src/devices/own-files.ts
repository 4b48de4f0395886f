// Device files of a user's own: read with the same reader as the shipped ones, and put in their place. A file stands
// for its whole product ID: what the catalogue has for it makes way.
import type { Device } from '#core/device.ts';
import { Failure } from '#core/failure.ts';
import { chooseDevice, findByProductId, flashSizeOf, idText, type Evidence } from './choose.ts';
import { readDeviceFile } from './device-file.ts';
import { effectiveMemory } from './memory-map.ts';
import { findByPart } from './part-name.ts';

/** The largest shipped file has 10 KiB. */
export const MAX_FILE_SIZE = 256 * 1024;

export interface OwnFile {
	/** "0x413": what it stands for, and its name in the store. */
	readonly id: string;
	readonly text: string;
	readonly devices: readonly Device[];
}

/** @throws Failure device.not-json, device.field, device.geometry */
export function readOwnFile(text: string): OwnFile {
	if (text.length > MAX_FILE_SIZE)
		throw new Failure('device.not-json', { reason: 'it is larger than any device file' });
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		throw new Failure('device.not-json', { reason }, error);
	}
	const devices = readDeviceFile(value);
	return { id: idText(devices[0]!.productId), text, devices };
}

/** The user's devices, then the shipped ones of other product IDs. */
export function withOwn(shipped: readonly Device[], own: readonly OwnFile[]): readonly Device[] {
	if (own.length === 0) return shipped;
	const mine = own.flatMap(({ devices }) => devices);
	const taken = new Set(mine.map(({ productId }) => productId));
	const others = shipped
		.filter(({ productId }) => !taken.has(productId))
		.map((device) => ({
			...device,
			alternateIds: device.alternateIds.filter((id) => !taken.has(id)),
		}));
	return [...mine, ...others];
}

/** The questions a session asks, answered from these devices. */
export const questionsTo = (devices: readonly Device[]) => ({
	devices,
	findByProductId: (id: number) => findByProductId(devices, id),
	findByPart: (text: string) => findByPart(devices, text),
	chooseDevice: (evidence: Evidence) => chooseDevice(devices, evidence),
	flashSizeOf,
	effectiveMemory,
});
