// What both protocols share about flash that is not known yet, or was being written when the line broke.
import type { FlashTimings } from '#core/device.ts';
import { Failure } from '#core/failure.ts';
import { regionAt, type MemoryMap } from '#core/memory.ts';

/** Deadlines until the chip is known: no STM32 is slower (F2/F4/F7 at byte parallelism). */
export const WORST_TIMINGS: FlashTimings = {
	erase: [{ size: 2 ** 32, typicalMs: 2000, maximumMs: 4000 }],
	program: { bytes: 4, typicalUs: 3280, maximumUs: 4000 },
	massErase: { typicalMs: 16000, maximumMs: 35000 },
};

/**
 * After a disturbed write, what the memory now holds decides: false when the bytes are already there, true when
 * they may be written again. @throws Failure job.half-written when flash holds something else.
 */
export function mustWriteAgain(
	found: Uint8Array,
	wanted: { readonly address: number; readonly data: Uint8Array },
	memory: MemoryMap,
): boolean {
	if (found.every((byte, index) => byte === wanted.data[index])) return false;
	const region = regionAt(memory, wanted.address);
	const blank = found.every((byte) => byte === (region?.eraseValue ?? 0xff));
	if (!blank && region?.kind === 'flash') {
		throw new Failure('job.half-written', { address: wanted.address });
	}
	return true;
}
