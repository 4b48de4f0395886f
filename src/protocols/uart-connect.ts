// From a serial port to a UartProgrammer: reset into the ROM where the wiring allows, find the baud rate, and ask
// who answers (AN3155 3.1 to 3.3).
import { Failure, isFailure } from '#core/failure.ts';
import type { Clock } from '#ports/clock.ts';
import { SerialLink } from '#ports/serial-link.ts';
import type { SerialPortLike } from '#ports/serial-port.ts';
import type { Identity } from './programmer.ts';
import { resetInto, type ResetLines } from './reset-lines.ts';
import { ACK, Command, command, Deadline } from './uart-frames.ts';
import { badReply, UartWire } from './uart-wire.ts';
import { UartProgrammer } from './uart.ts';

export interface UartOptions {
	/** A fixed rate, or 'auto': climbed where the reset line is wired, else the rate every ROM locks on. */
	readonly baud: number | 'auto';
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
/** A rate is good when this many long replies in a row come back clean. */
const PROOFS = 4;

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
	const rates: number[] =
		options.baud !== 'auto' ? [options.baud] : options.lines ? [...BAUD_LADDER] : [SAFE_BAUD];
	let failure: unknown;
	for (const baud of rates) {
		const settings = { baudRate: baud, parity: options.parity ?? 'even' } as const;
		const link = await SerialLink.open(port, clock, settings, signal);
		try {
			if (options.lines) await resetInto('bootloader', options.lines, { port, clock }, signal);
			const wire = new UartWire(link, baud);
			await wire.synchronise(signal);
			const identity = await identify(wire, signal);
			const slower = slowerRate(identity, options);
			if (slower !== undefined) {
				if (!rates.includes(slower)) rates.push(slower);
				throw new Failure('wire.stream', { reason: `${baud} baud is above this chip’s limit` });
			}
			for (let proof = 0; proof < PROOFS; proof++) await get(wire, signal);
			if (wire.retries > 0 && baud !== rates.at(-1)) {
				throw new Failure('wire.stream', {
					reason: `${wire.retries} disturbed replies at ${baud} baud`,
				});
			}
			const said = { ...identity, ...(options.parity === 'none' && { parity: options.parity }) };
			return new UartProgrammer(wire, said, options.lines);
		} catch (error) {
			await link.close();
			failure = error;
			if (signal.aborted || isFailure(error, 'wire.lost') || isFailure(error, 'uart.echo')) break;
		}
	}
	throw failure;
}

/** A rate below those every ROM is promised to lock on, where this one's own limit is and a reset allows it. */
function slowerRate({ productId, baud }: Identity, options: UartOptions): number | undefined {
	if (options.baud !== 'auto' || !options.lines || productId === undefined) return undefined;
	const limit = options.maximumBaud?.(productId);
	const over = limit !== undefined && limit < SAFE_BAUD && baud !== undefined && baud > limit;
	return over ? limit : undefined;
}

async function identify(wire: UartWire, signal: AbortSignal): Promise<Identity> {
	const { version, commands } = await get(wire, signal);
	const productId = await getId(wire, signal);
	const again = await getId(wire, signal);
	// It decides which chip is erased, and carries no checksum of its own.
	if (again !== productId)
		throw new Failure('wire.stream', { reason: 'two product IDs from one chip' });
	return {
		transport: 'uart',
		productId,
		bootloaderVersion: `${version >> 4}.${version & 0x0f}`,
		commands,
		baud: wire.baud,
	};
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
