// What a simulated board can be asked to be: its wiring, its adapter, its bus and the oddities of real ROMs.
// Every default is the plain behaviour of ST's documents.
import type { Device } from '#core/device.ts';
import type { Image } from '#core/image.ts';
import type { Clock } from '#ports/clock.ts';
import type { ApplicationOptions } from './application.ts';
import type { Mischief } from './mischief.ts';

/** Oddities seen on real silicon or on boards that are not ST's; each is off unless asked for. */
export interface Quirks {
	/** A refused Read or Write is answered by two NACKs (AN2606, F0 and L1 ROMs under protection). */
	readonly doubleNack: boolean;
	/** 0x7F is answered by two ACKs. */
	readonly twoAcksOnConnect: boolean;
	/** A rejected address ends Read and Write without a NACK (AN2606, L1 V2.0). */
	readonly silentBadAddress: boolean;
	/** How many ACKs follow the last argument of Get Checksum (AN3155 3.13); 0 where it is not offered. */
	readonly checksumAcks: 0 | 1 | 2;
	/**
	 * How a page number finds its sector: as the reference manuals list them; counted on without a gap; by address, holes
	 * included; or without regard to the bank, so that numbers of bank 2 mean bank 1.
	 */
	readonly pageNumbers: 'listed' | 'gapless' | 'by-address' | 'bank-blind';
	/** What a DfuSe erase in bank 2 erases: that sector; the one four further (AN2606, F76x); nothing (AN2606, F42x). */
	readonly usbBank2: 'right' | 'shifted' | 'nothing';
	/** The banks are swapped, and the ROM hands on the bank it was asked for, which names the physical one (RM0444 3.3.2). */
	readonly erasesSwapped: boolean;
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
	/** The poll timeout of a busy device: what logs show, always zero, or hours. */
	readonly pollTimeout: 'usual' | 'zero' | 'hours';
	/** How many status requests of each operation stall while it is under way, without an error (L4). */
	readonly stallsWhileBusy: number;
	/** The end of Leave DFU: answered; never answered; gone before it is asked; answered with dfuDNLOAD-IDLE. */
	readonly leave: 'answers' | 'silent' | 'at-once' | 'stays-idle';
	/** Readout protection refuses, as documents say, or acknowledges and drops every erase and write (U5). */
	readonly protection: 'refuses' | 'drops';
	/** What USB shows instead of ST's identity and strings. */
	readonly identity: Partial<UsbIdentity>;
	/** Interface strings instead of those of the part; an empty one cannot be read. */
	readonly strings: readonly string[] | undefined;
	/** The configuration: as DFU 1.1 wants it; without a functional descriptor; with a HID interface that has a
	 * descriptor of the same type; or with a total length that cannot be and an empty descriptor at the end. */
	readonly configuration: 'right' | 'no-functional' | 'short-functional' | 'with-hid' | 'nonsense';
	/** bcdDFUVersion; 0 for what the device really speaks. */
	readonly dfuVersion: number;
	/** A request for the functional descriptor alone: stalled, or never answered (C5). */
	readonly loneDescriptor: 'stalls' | 'hangs';
	/** Commands that Get announces and does not send (H7 V9.0). */
	readonly missingCommands: number;
	/** Longest Read and Write in bytes (L0: 128); longer ones are refused. */
	readonly largestTransfer: number;
	/** Reads of the identity registers shorter than 128 bytes are refused (F4, L0). */
	readonly refusesShortReads: boolean;
	/** Pages one erase command may name; longer lists are refused. */
	readonly pagesPerErase: number;
	/** Only the first page of a list is erased (U3 V14.1). */
	readonly erasesFirstOnly: boolean;
	/** Erase is acknowledged when it begins; what comes meanwhile is lost (G0 V11.3). */
	readonly earlyEraseAck: boolean;
	/** So many busy bytes (0x76) before the acknowledgement of an erase. */
	readonly busyBytes: number;
	/** The acknowledgement of Go's command byte is missing (H7 V9.0). */
	readonly goWithoutAck: boolean;
	/** Go is acknowledged, and nothing starts (H7 V13.2). */
	readonly goIgnored: boolean;
	/** Opening the port puts a byte on the line before anything else. */
	readonly strayByte: boolean;
	/** Whether flash is empty is looked at when power comes up only: until then an empty part starts its ROM. */
	readonly emptyCheck: boolean;
	/** DfuSe ROM; a plain DFU 1.1 bootloader; or an application with a run-time DFU interface. */
	readonly usb: 'dfuse' | 'dfu11' | 'runtime';
	/** wTransferSize of the functional descriptor; 0 for what ROMs of the family say. */
	readonly transferSize: number;
}

/** Counts how often each oddity showed, so that a test can tell that one was met. */
export class Oddities {
	readonly #times = new Map<keyof Quirks, number>();

	strike(name: keyof Quirks): void {
		this.#times.set(name, this.times(name) + 1);
	}

	times(name: keyof Quirks): number {
		return this.#times.get(name) ?? 0;
	}
}

export interface UsbIdentity {
	readonly vendorId: number;
	readonly productId: number;
	/** Binary-coded decimal: 0x2200 prints as 22.00. */
	readonly release: number;
	readonly manufacturer: string;
	readonly product: string;
	readonly serial: string;
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
	/** Starts the simulator's own application, which answers on the serial line, where the flash holds a program. */
	readonly application?: ApplicationOptions;
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
	pageNumbers: 'listed',
	usbBank2: 'right',
	erasesSwapped: false,
	reportsFlashErrors: false,
	earlyPoll: 'held',
	startInError: false,
	stuckAfterBank: 0,
	strictClear: false,
	pollTimeout: 'usual',
	stallsWhileBusy: 0,
	leave: 'answers',
	protection: 'refuses',
	identity: {},
	strings: undefined,
	configuration: 'right',
	loneDescriptor: 'stalls',
	dfuVersion: 0,
	missingCommands: 0,
	largestTransfer: 256,
	refusesShortReads: false,
	pagesPerErase: 0xffff,
	erasesFirstOnly: false,
	earlyEraseAck: false,
	busyBytes: 0,
	goWithoutAck: false,
	goIgnored: false,
	strayByte: false,
	emptyCheck: false,
	usb: 'dfuse',
	transferSize: 0,
};
