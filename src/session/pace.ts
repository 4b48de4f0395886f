// How fast this wire and chip are expected to be, by what was measured when it was connected.
import type { FlashTimings } from '#core/device.ts';
import type { Pace } from '#core/steps.ts';
import { timerOf, usualPace } from '#core/wires.ts';
import type { Board } from './state.ts';

/** For a chip that nobody described: middling figures, corrected as soon as something was measured. */
const UNKNOWN_TIMINGS: FlashTimings = {
	erase: [
		{ size: 4096, typicalMs: 30, maximumMs: 500 },
		{ size: 32768, typicalMs: 400, maximumMs: 4000 },
		{ size: 2 ** 32, typicalMs: 1500, maximumMs: 8000 },
	],
	program: { bytes: 8, typicalUs: 100, maximumUs: 4000 },
	massErase: { typicalMs: 10_000, maximumMs: 40_000 },
};

export const paceOf = ({ identity, device }: Board): Pace =>
	usualPace(identity.transport === 'dfu' ? 'USB' : 'UART', device?.timings ?? UNKNOWN_TIMINGS, {
		baud: identity.baud,
		adapterMs: identity.adapterMs,
		timerMs: timerOf(identity),
	});
