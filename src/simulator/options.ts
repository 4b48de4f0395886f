// What a simulated board can be asked to be: its wiring, its adapter, its bus and the oddities of real ROMs.
// Every default is the plain behaviour of ST's documents.
import type { Device } from '#core/device.ts';
import type { Image } from '#core/image.ts';
import type { Clock } from '#ports/clock.ts';
import type { Mischief } from './mischief.ts';

/** Oddities seen on real silicon or on boards that are not ST's; each is off unless asked for. */
export interface Quirks {
	/** A refused Read or Write is answered by two NACKs (AN2606, F0 and L1 ROMs under protection). */
	readonly doubleNack: boolean;
	/** 0x7F is answered by two ACKs. */
	readonly twoAcksOnConnect: boolean;
	/** A rejected address ends Read and Write without a NACK (AN2606, L1 V2.0). */
	readonly silentBadAddress: boolean;
	/** How many ACKs follow the last argument of Get Checksum (AN3155 3.14); 0 where it is not offered. */
	readonly checksumAcks: 0 | 1 | 2;
	/** What the ROM says when flash did not take the bytes; silence is what the ROMs known to us do. */
	readonly reportsFlashErrors: boolean;
	/** A status request before the operation is over: held, answered busy again, or stalled. */
	readonly earlyPoll: 'held' | 'busy' | 'stall';
	/** USB starts in dfuERROR with errFIRMWARE, as after an abnormal exit. */
	readonly startInError: boolean;
	/** After an erase in this bank the ROM stays in dfuDNBUSY until cleared (H743 revision V). */
	readonly stuckAfterBank: number;
	/** CLRSTATUS outside dfuERROR stalls (DFU 1.1 A.2) instead of raising errUNKNOWN as ST's ROMs do. */
	readonly strictClear: boolean;
	/** DfuSe ROM; a plain DFU 1.1 bootloader; or an application with a run-time DFU interface. */
	readonly usb: 'dfuse' | 'dfu11' | 'runtime';
	/** wTransferSize of the functional descriptor; 0 for what ROMs of the family say. */
	readonly transferSize: number;
}

export interface Adapter {
	/** Period of the receive timer of the USB-serial adapter: 16 for an FTDI as shipped, 1 tuned, 0 none. */
	readonly latencyMs: number;
	/** From the host's write to the first bit on the line. */
	readonly outMs: number;
}

/** Which modem line drives a pin, and the state of that line (true = asserted) that does it. */
export interface Wire {
	readonly line: 'dtr' | 'rts';
	readonly when: boolean;
}

export interface SimulateOptions {
	readonly device: Device;
	/** Id of one of the device's layouts; the first one if left out. */
	readonly layout?: string;
	readonly clock: Clock;
	readonly mischief?: Mischief;
	/** What the flash holds at the start. */
	readonly content?: Image;
	readonly quirks?: Partial<Quirks>;
	readonly adapter?: Partial<Adapter>;
	/** How DTR and RTS reach NRST (held low while `when`) and BOOT0 (high while `when`). Not at all by default. */
	readonly wiring?: { readonly nrst?: Wire; readonly boot0?: Wire };
	/** Position of the BOOT0 jumper where no line drives it: true enters the ROM. */
	readonly boot0?: boolean;
	/** 'fs1ms' spends a 1 ms frame on each control stage; 'xhci' is a fast host. */
	readonly bus?: 'fs1ms' | 'xhci';
	readonly flashTime?: 'typical' | 'maximum';
	/** Time the ROM needs between the stages of a UART command. */
	readonly processingUs?: number;
	/** What the started application prints on the serial line, at 115200 8N1. */
	readonly banner?: string;
	/** Value at `registers.bootloaderId`; that of the newest known ROM by default. */
	readonly bootloaderId?: number;
	/** Twelve bytes at `registers.uniqueId`. */
	readonly uniqueId?: Uint8Array;
}

export const defaultQuirks: Quirks = {
	doubleNack: false,
	twoAcksOnConnect: false,
	silentBadAddress: false,
	checksumAcks: 0,
	reportsFlashErrors: false,
	earlyPoll: 'held',
	startInError: false,
	stuckAfterBank: 0,
	strictClear: false,
	usb: 'dfuse',
	transferSize: 0,
};
