// The small words of DFU 1.1 that its conversations are made of.
import { bench, Usb, type Setup } from './talk.ts';

export const DNLOAD = 1;
export const CLRSTATUS = 4;
export const GETSTATE = 5;
export const ABORT = 6;
/** dfuIDLE, as GETSTATUS says it. */
export const IDLE = { status: 0, poll: 0, state: 2 };
/** A command that was carried out ends in dfuDNLOAD-IDLE. */
export const DONE = { status: 0, state: 5 };

/** A board whose DFU interface is open, configured and claimed. */
export async function claimed(options: Setup) {
	const made = bench(options);
	const usb = await Usb.open(made.sim);
	return { ...made, usb, board: made.sim.board };
}
