// Scripted trouble, by frame. A UART frame is one run of bytes: a chunk the host wrote, or one answer of the ROM.
// A USB frame is one control transfer. Frames are counted from 0 over the life of the board, both ways together.

/** What may befall a serial frame. */
export const uartTroubles = [
	/** The whole run is lost. */
	'drop',
	/** Two bits of its middle byte change, so that parity still fits. */
	'corrupt',
	/** The ROM answers NACK and gives the command up: to this answer, or to what this run asks. */
	'nack',
	/** The run arrives late, or never (`ms`, without end by default). */
	'busy',
	/** The ROM hangs until it is reset. */
	'silence',
	/** The receiver loses the middle byte; the host's stream ends with the error of that name. */
	'parity-error',
	'framing-error',
	'break',
	/** Cable out before the run. */
	'unplug',
] as const;

/** What may befall a control transfer. */
export const usbTroubles = [
	/** The host sees an error; the board never saw the request. */
	'drop',
	/** The board obeyed; the host sees an error. */
	'drop-answer',
	/** Two bits of the middle data byte change: of any answer, or of a block to be written (never of a command). */
	'corrupt',
	/** The request stalls and is not obeyed. */
	'stall',
	/** The ROM goes to dfuERROR with errUNKNOWN. */
	'error',
	/** dfuDNBUSY is answered for `ms` (without end by default). */
	'busy',
	/** Nothing is answered any more, until the board is reset. */
	'silence',
	/** Cable out before the transfer. */
	'unplug',
] as const;

export type Trouble = (typeof uartTroubles)[number] | (typeof usbTroubles)[number];

export interface MischiefEntry {
	/** Frame number, from 0. */
	readonly at: number;
	readonly kind: Trouble;
	readonly ms?: number;
}

export type Mischief = readonly MischiefEntry[];

/** Counts frames and hands out what is due. A kind that the transport does not know does nothing. */
export class Script {
	readonly #due = new Map<number, MischiefEntry>();
	frames = 0;

	constructor(mischief: Mischief) {
		for (const entry of mischief) this.#due.set(entry.at, entry);
	}

	next(): MischiefEntry | undefined {
		return this.#due.get(this.frames++);
	}
}

/** A copy with two bits of the middle byte changed. */
export function corrupted(bytes: Uint8Array): Uint8Array {
	const copy = bytes.slice();
	const middle = copy.length >> 1;
	if (copy.length > 0) copy[middle]! ^= 0x24;
	return copy;
}

/** A copy without the middle byte. */
export function shortened(bytes: Uint8Array): Uint8Array {
	const middle = bytes.length >> 1;
	return Uint8Array.from([...bytes.subarray(0, middle), ...bytes.subarray(middle + 1)]);
}
