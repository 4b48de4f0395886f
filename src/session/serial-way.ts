// Rate and parity of a serial connection. A ROM measures the rate once after its reset: where no line resets it, each
// attempt on a port that met nobody tries the next way, the board having been reset by hand in between.
import type { Device } from '#core/device.ts';
import { isFailure } from '#core/failure.ts';
import type { Clock } from '#ports/clock.ts';
import type { SerialPortLike } from '#ports/serial-port.ts';
import type { ResetLines } from '#protocols/reset-lines.ts';
import { connectUart, SAFE_BAUD } from '#protocols/uart-connect.ts';
import type { UartProgrammer } from '#protocols/uart.ts';
import type { Catalogue } from './environment.ts';

export interface SerialRoute {
	readonly baud: number | 'auto';
	readonly lines: ResetLines | undefined;
	/** The chip, where it is known beforehand (a virtual board). */
	readonly device: Device | undefined;
}

interface Way {
	readonly baud: number | 'auto';
	readonly parity: 'even' | 'none';
}

/** The lowest limit that any chip documents (F358, F7). */
const SLOW_BAUD = 57600;
/** The ROMs of WB0 speak without parity. */
const WAYS: readonly Way[] = [
	{ baud: SAFE_BAUD, parity: 'even' },
	{ baud: SLOW_BAUD, parity: 'even' },
	{ baud: SAFE_BAUD, parity: 'none' },
];
/** Attempts in a row that met nobody, by port. */
const missed = new WeakMap<SerialPortLike, number>();

/** @throws Failure as `connectUart`; the first one where several ways were tried. */
export async function connectSerial(
	{ serial, clock }: { readonly serial: SerialPortLike; readonly clock: Clock },
	{ baud, lines, device }: SerialRoute,
	catalogue: Catalogue,
	signal: AbortSignal,
): Promise<UartProgrammer> {
	const limitOf = (devices: readonly Device[]): number =>
		Math.min(...devices.map(({ bootloader }) => bootloader.maximumBaud ?? Infinity));
	const maximumBaud = (id: number): number => limitOf(catalogue.findByProductId(id));
	const connect = (way: Way): Promise<UartProgrammer> =>
		connectUart(serial, clock, { ...way, maximumBaud, ...(lines && { lines }) }, signal);
	if (device && baud === 'auto') {
		const { parity } = device.bootloader;
		return await connect({ baud: Math.min(SAFE_BAUD, limitOf([device])), parity });
	}
	const fixed: readonly Way[] = [
		{ baud, parity: 'even' },
		{ baud: baud === 'auto' ? SAFE_BAUD : baud, parity: 'none' },
	];
	if (lines) return await firstOf(fixed, connect, signal);
	// A rate that somebody chose is kept to, and so is what all but one family speak.
	const ways = baud === 'auto' ? WAYS : fixed.slice(0, 1);
	const misses = missed.get(serial) ?? 0;
	try {
		const programmer = await connect(ways[misses % ways.length]!);
		missed.delete(serial);
		return programmer;
	} catch (error) {
		if (metNobody(error)) missed.set(serial, misses + 1);
		throw error;
	}
}

const metNobody = (error: unknown): boolean =>
	isFailure(error, 'uart.no-bootloader') || isFailure(error, 'uart.garbage');

/** Each way after a reset of the board by its lines. */
async function firstOf(
	ways: readonly Way[],
	connect: (way: Way) => Promise<UartProgrammer>,
	signal: AbortSignal,
): Promise<UartProgrammer> {
	let failure: unknown;
	for (const way of ways) {
		try {
			return await connect(way);
		} catch (error) {
			failure ??= error;
			if (signal.aborted || !metNobody(error)) throw error;
		}
	}
	throw failure;
}
