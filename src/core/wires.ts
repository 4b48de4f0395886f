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
/** What is left of a slow adapter's timer where replies fill their packets: 62 bytes (FTDI AN232B-04, 2). */
const FILLED_LATENCY_MS = 0.75;
/** Full speed carries about 13 packets of 64 bytes a millisecond; a block takes a few control transfers. */
const USB_BYTE_MS = 1 / 800;
const USB_TRANSFER_MS = 3;

/** Timers of serial adapters shorter than this are not worth any trouble. Milliseconds. */
const SLOW_ADAPTER_MS = 8;

/** The period of an adapter's receive timer in milliseconds, from how long it keeps an answer; 0 where none is felt. */
export const timerOf = ({ adapterMs = 0 }: { readonly adapterMs?: number | undefined }): number =>
	adapterMs >= SLOW_ADAPTER_MS ? adapterMs : 0;

/** What is known of a UART. */
export interface Uart {
	/** 115200 unless given. */
	readonly baud?: number | undefined;
	/** How long the adapter keeps a short answer, in milliseconds. */
	readonly adapterMs?: number | undefined;
	/** The period of its timer where that is long enough to be felt, in milliseconds. */
	readonly timerMs?: number;
}

/** The pace of a UART, or of USB at full speed. */
export function usualPace(
	wire: Wire,
	timings: FlashTimings,
	{ baud = UART_BAUD, adapterMs = UART_LATENCY_MS, timerMs = 0 }: Uart = {},
): Pace {
	if (wire === 'USB') return { timings, transferMs: USB_TRANSFER_MS, byteMs: USB_BYTE_MS };
	const byteMs = (BITS_PER_BYTE * 1000) / baud;
	const latencyMs = timerMs > 0 ? FILLED_LATENCY_MS : adapterMs;
	const transferMs = latencyMs + UART_FRAME_BYTES * byteMs;
	return { timings, transferMs, byteMs, ...(timerMs > 0 && { timerMs }) };
}

/** What ROMs take by that wire: AN3155 3.4 to 3.7, and wTransferSize 2048 of ST's DFU ROMs (AN3156 6). */
export const usualLimits = (wire: Wire, massErase: boolean): StepLimits => {
	const usual = { massErase, checksum: false };
	return wire === 'USB'
		? { ...usual, transferSize: 2048, sectorsPerErase: 1, sampleSize: 128, sampleGrid: 2048 }
		: { ...usual, transferSize: 256, sectorsPerErase: 512, sampleSize: 32 };
};
