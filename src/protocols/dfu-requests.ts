// USB DFU 1.1 requests, states and status codes (chapters 3, 6 and appendix A), and ST's DfuSe commands (AN3156
// chapter 5). Names are spelt as there.
import { u8 } from '#core/bytes.ts';

export const Request = {
	detach: 0,
	download: 1,
	upload: 2,
	getStatus: 3,
	clearStatus: 4,
	getState: 5,
	abort: 6,
} as const;

export const State = {
	appIDLE: 0,
	appDETACH: 1,
	dfuIDLE: 2,
	dfuDNLOAD_SYNC: 3,
	dfuDNBUSY: 4,
	dfuDNLOAD_IDLE: 5,
	dfuMANIFEST_SYNC: 6,
	dfuMANIFEST: 7,
	dfuMANIFEST_WAIT_RESET: 8,
	dfuUPLOAD_IDLE: 9,
	dfuERROR: 10,
} as const;

const stateNames = Object.entries(State);
export const stateName = (value: number): string =>
	stateNames.find(([, known]) => known === value)?.[0].replaceAll('_', '-') ?? `state ${value}`;

const statusNames = [
	'OK',
	'errTARGET',
	'errFILE',
	'errWRITE',
	'errERASE',
	'errCHECK_ERASED',
	'errPROG',
	'errVERIFY',
	'errADDRESS',
	'errNOTDONE',
	'errFIRMWARE',
	'errVENDOR',
	'errUSBR',
	'errPOR',
	'errUNKNOWN',
	'errSTALLEDPKT',
];
export const statusName = (value: number): string => statusNames[value] ?? `status ${value}`;

/** Names of status codes that a read-protected ROM gives (AN3156 5). */
export const ERR_VENDOR = 'errVENDOR';

export interface Status {
	readonly status: number;
	readonly state: number;
	/** How long to wait before asking again. */
	readonly pollMs: number;
}

/** DFU 1.1 6.1.2: six bytes. */
export function readStatus(reply: Uint8Array): Status {
	return {
		status: u8(reply, 0),
		pollMs: u8(reply, 1) | (u8(reply, 2) << 8) | (u8(reply, 3) << 16),
		state: u8(reply, 4),
	};
}

/** AN3156 5: commands are downloads of block 0. */
export const DfuSe = { setAddress: 0x21, erase: 0x41, readUnprotect: 0x92 } as const;
/** AN3156 5: data blocks count from 2: address = pointer + (wBlockNum - 2) × wTransferSize. */
export const FIRST_DATA_BLOCK = 2;
export const LAST_BLOCK = 0xffff;

/** Milliseconds a device may take beyond what it announced. */
export const Deadline = {
	/** One control transfer. ROMs answer within a frame or two, but hold a status request while the flash works. */
	transfer: 5000,
	/** A write of one block, beyond its typical time. */
	write: 5000,
	protection: 40000,
	manifest: 5000,
} as const;
