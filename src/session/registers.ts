// What a board's registers tell, read as far as its ROM allows.
import { firstDifference, hex, u16le, u32le } from '#core/bytes.ts';
import type { Device } from '#core/device.ts';
import { Failure } from '#core/failure.ts';
import type { Effect } from '#core/quirk.ts';
import { alignDown, alignUp, type Range } from '#core/range.ts';
import type { Choice } from '#devices/choose.ts';
import type { Programmer } from '#protocols/programmer.ts';
import type { Catalogue } from './environment.ts';

/** Some ROMs (F4, L0) refuse short reads of their registers: whole blocks of this size are read instead. */
const REGISTER_BLOCK = 128;
const WORD = 4;
const UNIQUE_ID_BYTES = 3 * WORD;
/** Families whose unique ID has its third word at offset 0x14; without it, chips of one wafer look alike (RM0038 31.2, RM0376 33.2). */
const ID_APART = ['STM32L0', 'STM32L1'];
const THIRD_WORD_APART = 0x14;

export interface Registers {
	readonly flashSize?: number;
	readonly uniqueId?: string;
	readonly bootloaderId?: number;
}

/** Candidates of one product ID share their register addresses. */
export async function readRegisters(
	programmer: Programmer,
	device: Device | undefined,
	catalogue: Catalogue,
	signal: AbortSignal,
): Promise<Registers> {
	if (!device) return {};
	const { registers } = device;
	const at = async (address: number | undefined, count: number): Promise<Uint8Array | undefined> =>
		address === undefined
			? undefined
			: await readBlock(programmer, { start: address, end: address + count }, signal);
	const sizeWord = await at(registers.flashSize, 2);
	const apart = ID_APART.includes(device.family);
	const words = await at(registers.uniqueId, apart ? THIRD_WORD_APART + WORD : UNIQUE_ID_BYTES);
	const id =
		words && apart
			? Uint8Array.of(...words.subarray(0, 2 * WORD), ...words.subarray(THIRD_WORD_APART))
			: words;
	const rom = await at(registers.bootloaderId, 1);
	const flashSize = sizeWord && catalogue.flashSizeOf(device, u16le(sizeWord, 0));
	return {
		...(flashSize !== undefined && { flashSize }),
		...(id && { uniqueId: hex(id).toUpperCase() }),
		...(rom && { bootloaderId: rom[0]! }),
	};
}

/** The option bit that decides how the flash is cut, where every chip it may be keeps it in the same place. */
export async function readLayoutBit(
	programmer: Programmer,
	{ candidates, layout }: Choice,
	signal: AbortSignal,
): Promise<0 | 1 | undefined> {
	const [place, ...others] = candidates.map(({ registers }) => registers.layoutBit);
	const same = others.every((one) => one?.address === place?.address && one?.bit === place?.bit);
	if (!place || !same || layout !== undefined) return undefined;
	const range = { start: place.address, end: place.address + 4 };
	const word = await readBlock(programmer, range, signal);
	return word && ((u32le(word, 0) >>> place.bit) & 1) === 1 ? 1 : word && 0;
}

/** Short first, then as part of an aligned block; undefined when the ROM refuses both. */
async function readBlock(
	programmer: Programmer,
	range: Range,
	signal: AbortSignal,
): Promise<Uint8Array | undefined> {
	const block = {
		start: alignDown(range.start, REGISTER_BLOCK),
		end: alignUp(range.end, REGISTER_BLOCK),
	};
	for (const wanted of [range, block]) {
		try {
			const bytes = await programmer.read(wanted, signal);
			// A read carries no checksum, and what stands here decides how the chip is treated.
			if (firstDifference(bytes, await programmer.read(wanted, signal)) >= 0) continue;
			const offset = range.start - wanted.start;
			return bytes.subarray(offset, offset + range.end - range.start);
		} catch (error) {
			const refused = error instanceof Failure && error.code !== 'wire.lost';
			if (signal.aborted || !refused) throw error;
			await programmer.settle(signal);
		}
	}
	return undefined;
}

/** Whether the option byte that protects against reading is set; undefined where it cannot be read. */
export async function readProtectionByte(
	programmer: Programmer,
	{ address = 0, open }: Effect,
	signal: AbortSignal,
): Promise<boolean | undefined> {
	const word = await readBlock(programmer, { start: address, end: address + 4 }, signal);
	return word && word[0] !== open;
}

/** True where the flash does not even have a stack pointer. */
export async function startsEmpty(
	programmer: Programmer,
	address: number,
	signal: AbortSignal,
): Promise<boolean> {
	const word = await readBlock(programmer, { start: address, end: address + 4 }, signal);
	return word?.every((byte) => byte === word[0] && (byte === 0xff || byte === 0)) ?? false;
}
