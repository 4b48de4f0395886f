// AN3155 (rev 14): command codes, their frames and their deadlines. Pure.
import { be16, be32, hex32, xor } from '#core/bytes.ts';

export const SYNC = 0x7f; // 2: autobaud byte after reset
export const ACK = 0x79; // 3
export const NACK = 0x1f; // 3
/** 2.1 of AN4221's busy state; some ROMs show it on a UART too: keep waiting. */
export const BUSY = 0x76;

/** 3, table 2. The no-stretch codes exist on I2C only and are known so that Get's list reads well. */
export const Command = {
	get: 0x00,
	getVersion: 0x01,
	getId: 0x02,
	readMemory: 0x11,
	go: 0x21,
	writeMemory: 0x31,
	erase: 0x43,
	extendedErase: 0x44,
	special: 0x50,
	extendedSpecial: 0x51,
	writeProtect: 0x63,
	writeUnprotect: 0x73,
	readoutProtect: 0x82,
	readoutUnprotect: 0x92,
	getChecksum: 0xa1,
	noStretchWriteMemory: 0x32,
	noStretchErase: 0x45,
	noStretchWriteProtect: 0x64,
	noStretchWriteUnprotect: 0x74,
	noStretchReadoutProtect: 0x83,
	noStretchReadoutUnprotect: 0x93,
} as const;

const names: Readonly<Record<number, string>> = {
	0x00: 'Get',
	0x01: 'Get Version',
	0x02: 'Get ID',
	0x11: 'Read Memory',
	0x21: 'Go',
	0x31: 'Write Memory',
	0x43: 'Erase',
	0x44: 'Extended Erase',
	0x50: 'Special',
	0x51: 'Extended Special',
	0x63: 'Write Protect',
	0x73: 'Write Unprotect',
	0x82: 'Readout Protect',
	0x92: 'Readout Unprotect',
	0xa1: 'Get Checksum',
	0x32: 'No-Stretch Write Memory',
	0x45: 'No-Stretch Erase',
	0x64: 'No-Stretch Write Protect',
	0x74: 'No-Stretch Write Unprotect',
	0x83: 'No-Stretch Readout Protect',
	0x93: 'No-Stretch Readout Unprotect',
};

export const commandName = (code: number): string => names[code] ?? `command ${hex32(code)}`;

/** 3.4, 3.6: at most 256 bytes a transfer. */
export const MAX_TRANSFER = 256;
/** 3.7: 0xFF means all pages, so a list holds at most 255; one byte each. */
export const MAX_ERASE_LIST = 255;
/** 3.8: codes from 0xFFF0 up are special. Lists are kept far below what some ROMs refuse (512). */
export const MAX_EXTENDED_ERASE_LIST = 128;
export const Extended = { massErase: 0xffff, bank1: 0xfffe, bank2: 0xfffd } as const;

/** 3: a command is its code and the code's complement. */
export const command = (code: number): number[] => [code, code ^ 0xff];

const summed = (bytes: number[]): number[] => [...bytes, xor(bytes)];

/** 3.4: four bytes, most significant first, and their sum. */
export const address = (value: number): number[] => summed(be32(value));

/** A 32-bit argument of Get Checksum (3.13): size in words, polynomial, initial value. */
export const word = address;

/** 3.4: how many bytes to read, less one, and its complement. */
export const readCount = (count: number): number[] => command(count - 1);

/** 3.4: a whole Read Memory: command, address and count in one go. */
export const readMemory = (start: number, count: number): number[] => [
	...command(Command.readMemory),
	...address(start),
	...readCount(count),
];
/** Bytes of `readMemory`. */
export const READ_FRAME = 9;

/** 3.6: how many bytes less one, the bytes, and the sum over both. */
export const writeData = (data: Uint8Array): number[] => summed([data.length - 1, ...data]);

/** 3.7: how many pages less one, one byte each. */
export const pageList = (pages: readonly number[]): number[] =>
	summed([pages.length - 1, ...pages]);

/** 3.7: 0xFF 0x00 erases everything. */
export const allPages = (): number[] => [0xff, 0x00];

/** 3.8: how many pages less one, two bytes each. */
export const extendedPageList = (pages: readonly number[]): number[] =>
	summed([...be16(pages.length - 1), ...pages.flatMap((page) => be16(page))]);

/** 3.8: a special code and its sum. */
export const extendedSpecial = (code: number): number[] => summed([...be16(code)]);

/** 3.8: everything at once. */
export const extendedMass = (): number[] => extendedSpecial(Extended.massErase);

/** 3.9: sector codes to write-protect. */
export const protectList = pageList;

/** Commands that change something by their two bytes, or by few more. */
const HARMFUL = new Set<number>([
	Command.go,
	Command.writeMemory,
	Command.erase,
	Command.extendedErase,
	Command.special,
	Command.extendedSpecial,
	Command.writeProtect,
	Command.writeUnprotect,
	Command.readoutProtect,
	Command.readoutUnprotect,
]);

/**
 * True when a frame sent in one go contains the two bytes of a command that changes something. If the ROM refuses
 * the frame's beginning it takes the rest for commands: 0x82 0x7D inside firmware would lock the chip. Such a
 * frame is sent in stages, each acknowledged before the next.
 */
export function containsHarmfulCommand(frame: readonly number[]): boolean {
	for (let i = 2; i + 1 < frame.length; i++) {
		if ((frame[i]! ^ frame[i + 1]!) === 0xff && HARMFUL.has(frame[i]!)) return true;
	}
	return false;
}

/** Milliseconds the ROM may take, beyond the time on the wire. */
export const Deadline = {
	/** An acknowledgement of a command, an address or a length. */
	acknowledge: 1000,
	/** One byte of silence decides whether a single filler byte was answered. */
	filler: 60,
	/** The reply to 0x7F. */
	sync: 300,
	/** Protect and unprotect, before the reset. */
	protection: 5000,
	/** Readout Unprotect erases everything first: up to 35 s on large parts. */
	readoutUnprotect: 40000,
} as const;
