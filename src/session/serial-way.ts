// Rate and parity of a serial connection. A ROM measures the rate once after its reset, and no command of AN3155 changes
// it. Where lines reset the board, the ladder of rates begins with what proved clean on this adapter last; where none
// does, each attempt on a port that met nobody tries the next way, the board having been reset by hand in between.
import type { Device } from '#core/device.ts';
import { isFailure } from '#core/failure.ts';
import { alignDown, type Range } from '#core/range.ts';
import { withDeadline, type Clock } from '#ports/clock.ts';
import type { SerialPortLike } from '#ports/serial-port.ts';
import type { Store } from '#ports/store.ts';
import type { Identity } from '#protocols/programmer.ts';
import type { ResetLines } from '#protocols/reset-lines.ts';
import { BAUD_LADDER, connectUart, SAFE_BAUD } from '#protocols/uart-connect.ts';
import type { UartProgrammer } from '#protocols/uart.ts';
import type { Catalogue } from './environment.ts';
import {
	adapterKey,
	isDue,
	recallRate,
	rememberClean,
	rememberRate,
	rememberUnstable,
} from './rate-memory.ts';

export interface SerialHost {
	readonly serial: SerialPortLike;
	readonly clock: Clock;
	readonly openStore: () => Promise<Store>;
}

export interface SerialRoute {
	readonly baud: number | 'auto';
	readonly lines: ResetLines | undefined;
	/** The chip, where it is known beforehand (a virtual board). */
	readonly device: Device | undefined;
}

interface Way {
	readonly baud: number | 'auto';
	/** Where the ladder begins. */
	readonly from?: number;
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
	{ serial, clock, openStore }: SerialHost,
	{ baud, lines, device }: SerialRoute,
	catalogue: Catalogue,
	signal: AbortSignal,
): Promise<UartProgrammer> {
	const limitOf = (devices: readonly Device[]): number =>
		Math.min(...devices.map(({ bootloader }) => bootloader.maximumBaud ?? Infinity));
	const maximumBaud = (id: number): number => limitOf(catalogue.findByProductId(id));
	const constant = (id: number): Range | undefined => constantOf(catalogue.findByProductId(id));
	const connect = (way: Way): Promise<UartProgrammer> => {
		const options = { ...way, maximumBaud, constant, virtual: device !== undefined };
		return connectUart(serial, clock, { ...options, ...(lines && { lines }) }, signal);
	};
	if (device && baud === 'auto') {
		const { parity } = device.bootloader;
		return await connect({ baud: Math.min(SAFE_BAUD, limitOf([device])), parity });
	}
	const fixed: readonly [Way, Way] = [
		{ baud, parity: 'even' },
		{ baud: baud === 'auto' ? SAFE_BAUD : baud, parity: 'none' },
	];
	const key = adapterKey(serial);
	if (lines && baud === 'auto' && key !== undefined) {
		const climb = (from?: number): Promise<UartProgrammer> =>
			firstOf([{ ...fixed[0], ...(from !== undefined && { from }) }, fixed[1]], connect, signal);
		return await fastest(climb, { key, clock, openStore, mayBeFaster: maximumBaud }, signal);
	}
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

interface Ladder {
	readonly key: string;
	readonly clock: Clock;
	readonly openStore: SerialHost['openStore'];
	/** The limit documented for a product ID; Infinity where there is none. */
	readonly mayBeFaster: (productId: number) => number;
}

/** A hint is not waited for. */
const RECALL = { ms: 1000, what: 'the store' };

/**
 * From what is remembered downwards, or one step above after some clean jobs; from the top where another chip set that
 * limit. What proved clean is remembered.
 */
async function fastest(
	climb: (from?: number) => Promise<UartProgrammer>,
	{ key, clock, openStore, mayBeFaster }: Ladder,
	signal: AbortSignal,
): Promise<UartProgrammer> {
	const recalled = withDeadline(clock, RECALL, signal, () => recallRate(openStore, key));
	const known = await recalled.catch(() => undefined);
	signal.throwIfAborted();
	const higher =
		known && isDue(known) ? rateAbove(known.baud, mayBeFaster(known.productId)) : undefined;
	const from = higher ?? known?.baud;
	let programmer = await climb(from);
	const { productId = 0, baud = SAFE_BAUD } = programmer.identity;
	if (known && productId !== known.productId && baud === from && mayBeFaster(productId) > baud) {
		await programmer.close();
		programmer = await climb();
	}
	const { identity } = programmer;
	const proved = { baud: identity.baud ?? SAFE_BAUD, productId };
	void rememberRate(openStore, key, { ...proved, tried: higher !== undefined });
	return programmer;
}

/** The next rate of the ladder that the chip may take. */
const rateAbove = (baud: number, limit: number): number | undefined =>
	BAUD_LADDER.filter((rate) => rate > baud && rate <= limit).at(-1);

/** What a job found out about the rate: the next connection begins one step lower, or some day higher. Never rejects. */
export async function judgeRate(
	{ serial, openStore }: Omit<SerialHost, 'clock'>,
	{ baud, productId }: Pick<Identity, 'baud' | 'productId'>,
	verdict: 'unstable' | 'clean',
): Promise<void> {
	const key = adapterKey(serial);
	if (key === undefined || baud === undefined || productId === undefined) return;
	if (verdict === 'clean') {
		if (baud < BAUD_LADDER[0]) await rememberClean(openStore, key, { baud, productId });
		return;
	}
	const lower = BAUD_LADDER.find((rate) => rate < baud);
	if (lower !== undefined) await rememberUnstable(openStore, key, { baud: lower, productId });
}

/** The block around the bootloader's ID, where all chips it may be have it in one place: it never changes (AN2606, 4). */
function constantOf(devices: readonly Device[]): Range | undefined {
	const [place, ...others] = devices.map(({ registers }) => registers.bootloaderId);
	if (place === undefined || others.some((other) => other !== place)) return undefined;
	const start = alignDown(place, CONSTANT_BLOCK);
	return { start, end: start + CONSTANT_BLOCK };
}

/** Some ROMs (F4, L0) refuse less around their registers, some (L0) more. */
const CONSTANT_BLOCK = 128;

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
