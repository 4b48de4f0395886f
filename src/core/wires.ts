// What a job costs over a wire before anything was measured, with a board or without.
import type { FlashTimings } from './device.ts';
import type { Pace, StepLimits } from './steps.ts';

export type Wire = 'USB' | 'UART';

/** 8E1 with start bit (AN3155 2). */
const BITS_PER_BYTE = 11;
const UART_BAUD = 115200;
/** Command, address, counts and sums around a UART block (AN3155 3.5), and what a USB adapter adds to an exchange. */
const UART_FRAME_BYTES = 12;
const UART_LATENCY_MS = 2;
/** Full speed carries about 13 packets of 64 bytes a millisecond; a block takes a few control transfers. */
const USB_BYTE_MS = 1 / 800;
const USB_TRANSFER_MS = 3;

/** The pace of a wire at this rate (a UART's, in baud), 115200 unless given, or at USB full speed. */
export function usualPace(wire: Wire, timings: FlashTimings, baud = UART_BAUD): Pace {
	if (wire === 'USB') return { timings, transferMs: USB_TRANSFER_MS, byteMs: USB_BYTE_MS };
	const byteMs = (BITS_PER_BYTE * 1000) / baud;
	return { timings, transferMs: UART_LATENCY_MS + UART_FRAME_BYTES * byteMs, byteMs };
}

/** What ROMs take by that wire: AN3155 3.4 to 3.7, and wTransferSize 2048 of ST's DFU ROMs (AN3156 6). */
export const usualLimits = (wire: Wire, massErase: boolean): StepLimits =>
	wire === 'USB'
		? { transferSize: 2048, sectorsPerErase: 1, massErase, checksum: false, sampleSize: 64 }
		: { transferSize: 256, sectorsPerErase: 512, massErase, checksum: false, sampleSize: 256 };
