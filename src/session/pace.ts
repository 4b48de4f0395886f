// How fast this wire and chip are expected to be, before anything was measured.
import type { FlashTimings } from '#core/device.ts';
import type { Pace } from '#core/steps.ts';
import type { Board } from './state.ts';

/** 8E1 with start bit. */
const BITS_PER_BYTE = 11;
/** Frames around a UART block, and what a USB adapter adds to an exchange. */
const UART_FRAME_BYTES = 12;
const UART_LATENCY_MS = 2;
/** Full speed carries about 13 packets of 64 bytes a millisecond; a block takes a few control transfers. */
const USB_BYTE_MS = 1 / 800;
const USB_TRANSFER_MS = 3;

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

export function paceOf({ identity, device }: Board): Pace {
	const timings = device?.timings ?? UNKNOWN_TIMINGS;
	if (identity.transport === 'dfu') {
		return { timings, transferMs: USB_TRANSFER_MS, byteMs: USB_BYTE_MS };
	}
	const byteMs = (BITS_PER_BYTE * 1000) / (identity.baud ?? 115200);
	return { timings, transferMs: UART_LATENCY_MS + UART_FRAME_BYTES * byteMs, byteMs };
}
