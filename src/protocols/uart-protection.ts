// AN3155's commands about protection. After all but the question the chip resets and must be connected again.
import { isFailure } from '#core/failure.ts';
import * as frame from './uart-frames.ts';
import { Command, Deadline } from './uart-frames.ts';
import type { UartWire } from './uart-wire.ts';

/** A protected chip refuses Read Memory before it asks for an address (3.4). */
export async function asksReadoutProtected(wire: UartWire, signal: AbortSignal): Promise<boolean> {
	const topic = { command: Command.readMemory };
	let refused = false;
	try {
		await wire.attempt(signal, async () => {
			await wire.send(frame.command(topic.command), signal);
			await wire.acknowledged(topic, Deadline.acknowledge, signal);
		});
	} catch (error) {
		if (!isFailure(error, 'uart.nack')) throw error;
		refused = true;
	}
	await wire.resynchronise(signal);
	return refused;
}

/** 3.9. Sector codes are the reference manual's. */
export async function protectSectors(
	wire: UartWire,
	sectors: readonly number[],
	signal: AbortSignal,
): Promise<void> {
	const topic = { command: Command.writeProtect };
	await wire.send(frame.command(topic.command), signal);
	await wire.acknowledged(topic, Deadline.acknowledge, signal);
	await wire.send(frame.protectList(sectors), signal);
	await wire.acknowledged(topic, Deadline.protection, signal);
}

/** Commands that acknowledge twice (3.10 to 3.12): when understood, and when done. */
export async function acknowledgedTwice(
	wire: UartWire,
	code: number,
	ms: number,
	signal: AbortSignal,
): Promise<void> {
	const topic = { command: code };
	await wire.send(frame.command(code), signal);
	await wire.acknowledged(topic, Deadline.acknowledge, signal);
	await wire.acknowledged(topic, ms, signal);
}
