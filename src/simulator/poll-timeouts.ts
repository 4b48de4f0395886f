// What ROMs answer as bwPollTimeout. Seen in public logs: F745 100 ms for an erase and 104 ms for a block of 2048
// bytes, F072 40 ms for a page, H743 1000 ms for a sector. The others are assumed. It is not how long work takes.
import type { Device } from '#core/device.ts';

/** Assumed: no log shows it apart from the transfer itself. */
export const SET_ADDRESS_POLL_MS = 5;

const wide = ['STM32F2', 'STM32F4', 'STM32F7'];

export function erasePollMs({ family }: Device): number {
	if (wide.includes(family)) return 100;
	return family === 'STM32H7' ? 1000 : 40;
}

export function writePollMs({ family, timings }: Device, bytes: number): number {
	if (wide.includes(family)) return (104 * bytes) / 2048;
	const { program } = timings;
	return (Math.ceil(bytes / program.bytes) * program.maximumUs) / 1000;
}

/** Seen on devices that are not to be believed: no time at all, or the largest that fits (4.6 hours). */
export function announced(ms: number, how: 'usual' | 'zero' | 'hours'): number {
	if (how === 'zero') return 0;
	return how === 'hours' ? 0xffffff : ms;
}
