// Whether a device is one of those the maker means.
import { u8 } from '#core/bytes.ts';
import { Failure } from '#core/failure.ts';
import { join, type Range } from '#core/range.ts';
import type { ExpectedBytes, Manifest } from './manifest.ts';

export interface HardwareFacts {
	/** STM32 product ID; undefined where the way in does not tell. */
	readonly productId?: number;
	/** Bytes. */
	readonly flashSize?: number;
	/** USB serial string, or the unique ID as 24 hex digits. */
	readonly serial?: string;
	/** What was read of the device; undefined where nothing was or can be. */
	read(range: Range): Uint8Array | undefined;
}

/** What the manifest asks for and the facts could not tell. */
export type Unproven = 'chip' | 'flash-size' | 'board-id' | 'serial';

const rangeOf = ({ address, bytes }: ExpectedBytes): Range => ({
	start: address,
	end: address + bytes.length / 2,
});

/** What to read before checkHardware(), and for the versions that stand in memory. */
export const identityRanges = ({ hardware, installed = [] }: Manifest): readonly Range[] =>
	join([
		...(hardware.boardId ?? []).map(rangeOf),
		...installed.flatMap((source) =>
			source.kind === 'memory'
				? [{ start: source.address, end: source.address + source.length }]
				: [],
		),
	]);

/**
 * What of the maker's conditions is left unproven; empty means this is the device.
 * @throws Failure bundle.wrong-chip, bundle.wrong-flash-size, bundle.wrong-board, bundle.wrong-serial
 */
export function checkHardware({ hardware }: Manifest, facts: HardwareFacts): readonly Unproven[] {
	const unproven: Unproven[] = [];
	const { productIds, flashSize, boardId = [], serials } = hardware;
	if (facts.productId === undefined) unproven.push('chip');
	else if (!productIds.includes(facts.productId))
		throw new Failure('bundle.wrong-chip', { found: facts.productId });
	if (flashSize && facts.flashSize === undefined) unproven.push('flash-size');
	else if (flashSize) checkFlashSize(flashSize, facts.flashSize ?? 0);
	const held = boardId.map((expected) => holds(expected, facts.read(rangeOf(expected))));
	const strange = boardId.find((_, i) => held[i] === false);
	if (strange) throw new Failure('bundle.wrong-board', { address: strange.address });
	if (held.includes(undefined)) unproven.push('board-id');
	if (serials && facts.serial === undefined) unproven.push('serial');
	else if (serials) checkSerial(serials, facts.serial ?? '');
	return unproven;
}

function checkFlashSize(
	{ minimum, maximum }: NonNullable<Manifest['hardware']['flashSize']>,
	found: number,
): void {
	if (found < minimum || found > maximum)
		throw new Failure('bundle.wrong-flash-size', { found, minimum, maximum });
}

/** Undefined when the bytes were not read. */
function holds({ bytes, mask }: ExpectedBytes, found: Uint8Array | undefined): boolean | undefined {
	const expected = fromHex(bytes);
	const bits = mask === undefined ? undefined : fromHex(mask);
	if (found?.length !== expected.length) return undefined;
	return expected.every((byte, i) => {
		const mattering = bits === undefined ? 0xff : u8(bits, i);
		return (byte & mattering) === (u8(found, i) & mattering);
	});
}

const fromHex = (digits: string): Uint8Array =>
	Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));

function checkSerial(
	{ first, last }: NonNullable<Manifest['hardware']['serials']>,
	serial: string,
): void {
	if (serial.length !== first.length || serial < first || serial > last)
		throw new Failure('bundle.wrong-serial', { serial: serial.slice(0, 64), first, last });
}
