// One-time programmable bytes: how they are divided, which of them are spent, and whether some can still be written.
import { Failure } from './failure.ts';
import { contains, size, type Range } from './range.ts';

export interface OtpLayout {
	readonly range: Range;
	/** Bytes written together, and on chips with error correction only once. */
	readonly unit: number;
	/** True where a unit that is not blank cannot be written again, not even to clear bits. */
	readonly once: boolean;
	/** One lock byte for each of `blocks` blocks (RM0090 3.6.5): 0x00 locks. */
	readonly locks?: { readonly address: number; readonly blocks: number };
}

export interface OtpBlock {
	readonly index: number;
	readonly range: Range;
	readonly bytes: Uint8Array;
	readonly state: 'blank' | 'used' | 'locked';
}

/** Blocks as they are shown: those of the lock bytes, else rows of this many bytes. */
const ROW = 32;

/** `locks` are the bytes at the lock address; empty where there are none. */
export function otpBlocks(layout: OtpLayout, bytes: Uint8Array, locks: Uint8Array): OtpBlock[] {
	const { range } = layout;
	const length = layout.locks ? Math.floor(size(range) / layout.locks.blocks) : ROW;
	const count = Math.ceil(size(range) / length);
	return Array.from({ length: count }, (_, index) => {
		const start = range.start + index * length;
		const end = Math.min(range.end, start + length);
		const part = bytes.subarray(start - range.start, end - range.start);
		const locked = layout.locks !== undefined && locks[index] === 0x00;
		const blank = part.every((byte) => byte === 0xff);
		return {
			index,
			range: { start, end },
			bytes: part,
			state: locked ? 'locked' : blank ? 'blank' : 'used',
		};
	});
}

/** What has to be typed before bytes are written for ever. */
export const OTP_PHRASE = 'write OTP for ever';

/**
 * Whether `data` can be written at `address` over what is there.
 * @throws Failure otp.outside, otp.locked, otp.taken
 */
export function checkOtpWrite(
	layout: OtpLayout,
	blocks: readonly OtpBlock[],
	address: number,
	data: Uint8Array,
): void {
	const wanted = { start: address, end: address + data.length };
	const { unit, once } = layout;
	const aligned = data.length > 0 && address % unit === 0 && data.length % unit === 0;
	if (!aligned || !contains(layout.range, wanted))
		throw new Failure('otp.outside', { ...wanted, unit });
	for (const { index, range, bytes, state } of blocks) {
		const [from, to] = [Math.max(wanted.start, range.start), Math.min(wanted.end, range.end)];
		if (from >= to) continue;
		if (state === 'locked') throw new Failure('otp.locked', { block: index });
		for (let at = from; at < to; at++) {
			const [found, want] = [bytes[at - range.start]!, data[at - address]!];
			const possible = once ? found === 0xff : (found & want) === want;
			if (!possible) throw new Failure('otp.taken', { address: at, found, wanted: want });
		}
	}
}
