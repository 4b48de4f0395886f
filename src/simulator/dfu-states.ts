// Words of DFU 1.1: requests (table 3.2), states (6.1.2) and status codes (6.1.2), and the six bytes of GETSTATUS.

export const DETACH = 0;
export const DNLOAD = 1;
export const UPLOAD = 2;
export const GETSTATUS = 3;
export const CLRSTATUS = 4;
export const GETSTATE = 5;
export const ABORT = 6;

export const states = [
	'appIDLE',
	'appDETACH',
	'dfuIDLE',
	'dfuDNLOAD-SYNC',
	'dfuDNBUSY',
	'dfuDNLOAD-IDLE',
	'dfuMANIFEST-SYNC',
	'dfuMANIFEST',
	'dfuMANIFEST-WAIT-RESET',
	'dfuUPLOAD-IDLE',
	'dfuERROR',
] as const;
export type State = (typeof states)[number];

export const statuses = [
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
] as const;
export type Status = (typeof statuses)[number];

/** The answer to GETSTATUS: status, poll timeout (24 bits, milliseconds), state, string index. */
export function statusBytes(status: Status, state: State, pollMs: number): Uint8Array {
	const poll = Math.min(0xffffff, Math.ceil(pollMs));
	return Uint8Array.of(
		statuses.indexOf(status),
		...[poll & 0xff, (poll >> 8) & 0xff, poll >> 16],
		states.indexOf(state),
		0,
	);
}
