// From a serial port to a UartProgrammer: reset into the ROM where the wiring allows, find the baud rate, and ask
// who answers (AN3155 3.1 to 3.3).
import { firstDifference } from '#core/bytes.ts';
import { Failure, isFailure } from '#core/failure.ts';
import { size, type Range } from '#core/range.ts';
import type { Clock } from '#ports/clock.ts';
import { SerialLink } from '#ports/serial-link.ts';
import type { SerialPortLike } from '#ports/serial-port.ts';
import type { Identity } from './programmer.ts';
import { resetInto, type ResetLines } from './reset-lines.ts';
import {
	ACK,
	Command,
	command,
	containsHarmfulCommand,
	Deadline,
	readMemory,
} from './uart-frames.ts';
import { badReply, UartWire } from './uart-wire.ts';
import { UartProgrammer } from './uart.ts';

export interface UartOptions {
	/** A fixed rate, or 'auto': the ladder downwards where the reset line is wired, else the rate every ROM locks on. */
	readonly baud: number | 'auto';
	/** The first rate of the ladder that is tried; the highest unless said. */
	readonly from?: number;
	/** Memory of a product ID that never changes, to prove a rate by reading it twice; undefined where none is known. */
	readonly constant?: (productId: number) => Range | undefined;
	/** The adapter keeps a time of its own, which says nothing. */
	readonly virtual?: boolean;
	/** Undefined: the board is put into its bootloader by hand. */
	readonly lines?: ResetLines;
	/** Highest rate documented for a product ID, where that is known. */
	readonly maximumBaud?: (productId: number) => number | undefined;
	/** 'none' only for the WB0 ROM. */
	readonly parity?: 'even' | 'none';
}

/** AN2606 promises 1200 to 115200; the rest is what hardware autobaud usually locks on. */
export const SAFE_BAUD = 115200;
/** Tried downwards: each needs a reset, because a ROM measures the rate once. */
export const BAUD_LADDER = [921600, 460800, 230400, 115200, 57600] as const;
const SLOWEST_BAUD = 57600;
/** Get ID is asked this often: it says who is there, and how long the adapter keeps an answer. */
const IDENTITIES = 3;
/** Bytes of Get ID and its reply (AN3155 3.3). */
const ID_EXCHANGE = 7;
/** FTDI's timer is 16 ms as shipped and at most 255 (AN232B-04, 3); what takes longer is something else. */
const SLOWEST_ADAPTER_MS = 300;
/** A rate is good when this many long replies in a row come back clean, and a block reads the same as often. */
const PROOFS = 4;
const BLOCK_PROOFS = 2;

/**
 * Connects. The port is closed again when it fails.
 * @throws Failure uart.no-bootloader, uart.echo, uart.garbage, wire.*
 */
export async function connectUart(
	port: SerialPortLike,
	clock: Clock,
	options: UartOptions,
	signal: AbortSignal,
): Promise<UartProgrammer> {
	const { from = Infinity } = options;
	const ladder = BAUD_LADDER.filter((rate) => rate <= Math.max(from, SLOWEST_BAUD));
	const rates: number[] =
		options.baud !== 'auto' ? [options.baud] : options.lines ? [...ladder] : [SAFE_BAUD];
	let failure: unknown;
	for (const baud of rates) {
		const settings = { baudRate: baud, parity: options.parity ?? 'even' } as const;
		const link = await SerialLink.open(port, clock, settings, signal);
		try {
			if (options.lines) await resetInto('bootloader', options.lines, { port, clock }, signal);
			const wire = new UartWire(link, baud);
			await wire.synchronise(signal);
			// What the reset itself put on the line says nothing about the rate.
			const { faults } = link;
			const identity = await identify(wire, options, signal);
			const slower = slowerRate(identity, options);
			if (slower !== undefined) {
				if (!rates.includes(slower)) rates.push(slower);
				throw new Failure('wire.stream', { reason: `${baud} baud is above this chip’s limit` });
			}
			await prove(wire, { identity, constant: options.constant }, signal);
			const disturbed = wire.retries + link.faults - faults;
			if (disturbed > 0 && baud !== rates.at(-1)) {
				throw new Failure('wire.stream', {
					reason: `${disturbed} disturbed replies at ${baud} baud`,
				});
			}
			const said = {
				...identity,
				...(options.parity === 'none' && { parity: options.parity }),
				...(!options.lines && { byHand: true as const }),
			};
			return new UartProgrammer(wire, said, options.lines);
		} catch (error) {
			await link.close();
			failure = error;
			if (signal.aborted || isFailure(error, 'wire.lost') || isFailure(error, 'uart.echo')) break;
		}
	}
	throw failure;
}

/** Long replies, and above the rates that every ROM is promised to take, a block that must read the same each time. */
async function prove(
	wire: UartWire,
	at: { readonly identity: Identity; readonly constant: UartOptions['constant'] },
	signal: AbortSignal,
): Promise<void> {
	for (let proof = 0; proof < PROOFS; proof++) await get(wire, signal);
	const { productId } = at.identity;
	const block = productId === undefined ? undefined : at.constant?.(productId);
	if (!block || wire.baud <= SAFE_BAUD) return;
	let first: Uint8Array | undefined;
	for (let proof = 0; proof < BLOCK_PROOFS; proof++) {
		const bytes = await readBlock(wire, block, signal);
		if (!bytes) return;
		if (first && firstDifference(first, bytes) >= 0)
			throw new Failure('wire.stream', { reason: `two reads differ at ${wire.baud} baud` });
		first = bytes;
	}
}

/** Read Memory (3.4), once; undefined where the ROM refuses, as a protected one does. */
async function readBlock(
	wire: UartWire,
	block: Range,
	signal: AbortSignal,
): Promise<Uint8Array | undefined> {
	const topic = { command: Command.readMemory, address: block.start };
	const whole = readMemory(block.start, size(block));
	if (containsHarmfulCommand(whole)) return undefined;
	try {
		await wire.send(whole, signal);
		for (let ack = 0; ack < 3; ack++) await wire.acknowledged(topic, Deadline.acknowledge, signal);
		return await wire.receive(size(block), topic, Deadline.acknowledge, signal);
	} catch (error) {
		if (!isFailure(error, 'uart.nack')) throw error;
		await wire.resynchronise(signal);
		return undefined;
	}
}

/** A rate below those every ROM is promised to lock on, where this one's own limit is and a reset allows it. */
function slowerRate({ productId, baud }: Identity, options: UartOptions): number | undefined {
	if (options.baud !== 'auto' || !options.lines || productId === undefined) return undefined;
	const limit = options.maximumBaud?.(productId);
	const over = limit !== undefined && limit < SAFE_BAUD && baud !== undefined && baud > limit;
	return over ? limit : undefined;
}

async function identify(
	wire: UartWire,
	{ virtual }: UartOptions,
	signal: AbortSignal,
): Promise<Identity> {
	const { version, commands } = await get(wire, signal);
	const { clock } = wire.link;
	const found: { readonly id: number; readonly ms: number }[] = [];
	while (found.length < IDENTITIES) {
		const start = clock.now();
		found.push({ id: await getId(wire, signal), ms: clock.now() - start });
	}
	const [{ id: productId } = { id: 0 }, ...others] = found;
	// It decides which chip is erased, and carries no checksum of its own.
	if (others.some(({ id }) => id !== productId))
		throw new Failure('wire.stream', { reason: 'two product IDs from one chip' });
	const adapterMs = adapterTime(
		found.map(({ ms }) => ms),
		wire.wireMs(ID_EXCHANGE),
	);
	return {
		transport: 'uart',
		productId,
		bootloaderVersion: `${version >> 4}.${version & 0x0f}`,
		commands,
		baud: wire.baud,
		...(adapterMs !== undefined && !virtual && { adapterMs }),
	};
}

/**
 * How long the adapter keeps an answer, from what short exchanges took: each begins when its timer has rung and is
 * answered when it rings again. Undefined where a slow line hides it. Milliseconds.
 */
function adapterTime(took: readonly number[], onLineMs: number): number | undefined {
	const middle = [...took].sort((a, b) => a - b)[took.length >> 1] ?? 0;
	return middle <= SLOWEST_ADAPTER_MS && onLineMs < middle / 2 ? middle : undefined;
}

/** Get (3.1): protocol version and the commands offered. */
async function get(
	wire: UartWire,
	signal: AbortSignal,
): Promise<{ version: number; commands: number[] }> {
	const topic = { command: Command.get };
	return await wire.attempt(signal, async () => {
		await wire.send(command(topic.command), signal);
		await wire.acknowledged(topic, Deadline.acknowledge, signal);
		const [count = 0] = await wire.receive(1, topic, Deadline.acknowledge, signal);
		// Some ROMs announce more commands than they send: what counts is the closing ACK.
		const body = await receiveList(wire, count + 1, signal);
		const [version, ...commands] = body;
		if (version === undefined) throw badReply(topic.command, Uint8Array.of(count, ...body));
		return { version, commands };
	});
}

/** The announced bytes and ACK; a shorter list is taken when ACK ends it and the line is silent after. */
async function receiveList(wire: UartWire, count: number, signal: AbortSignal): Promise<number[]> {
	const topic = { command: Command.get };
	const body: number[] = [];
	while (body.length <= count) {
		try {
			const wait = body.length === 0 ? Deadline.acknowledge : Deadline.filler;
			const [byte] = await wire.receive(1, topic, wait, signal);
			body.push(byte!);
		} catch (error) {
			if (!isFailure(error, 'wire.deadline')) throw error;
			break;
		}
	}
	if (body.at(-1) !== ACK) throw badReply(topic.command, Uint8Array.from(body));
	return body.slice(0, -1);
}

/** Get ID (3.3): the product ID, 12 bits; asked twice by `identify`. */
async function getId(wire: UartWire, signal: AbortSignal): Promise<number> {
	const topic = { command: Command.getId };
	return await wire.attempt(signal, async () => {
		await wire.send(command(topic.command), signal);
		await wire.acknowledged(topic, Deadline.acknowledge, signal);
		const reply = await wire.receive(4, topic, Deadline.acknowledge, signal);
		if (reply[0] !== 1 || reply[3] !== ACK) throw badReply(topic.command, reply);
		return ((reply[1]! << 8) | reply[2]!) & 0x0fff;
	});
}
