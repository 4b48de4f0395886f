// The AN3155 conversation below the commands: acknowledgements, synchronisation, and finding the way back when
// bytes were lost. It knows no command's meaning.
import { Failure, isFailure, toFailure } from '#core/failure.ts';
import { hex } from '#core/bytes.ts';
import type { SerialLink } from '#ports/serial-link.ts';
import { ACK, BUSY, Command, command, commandName, Deadline, NACK, SYNC } from './uart-frames.ts';

/** What is being said, for deadlines and for errors. */
export interface Topic {
	readonly command: number;
	readonly address?: number;
}

/**
 * Sent to a ROM that is lost in the middle of something, one at a time, until it refuses. An even value: were the
 * ROM waiting for a length, `value + 1` such bytes and their sum would never add up, so nothing is ever executed.
 */
const FILLER = 0x02;
/** The longest frame a host sends in one go: command, address, 256 bytes and their sums. */
const LONGEST_FRAME = 270;
/** Single fillers tried at either end of a resynchronisation. */
const SINGLES = 6;
/** Between them, bursts: two fillers taken for the page count of an Extended Erase ask for 1033 more (3.8). */
const BURST = 64;
const BURSTS = 18;
/** 0x7F is repeated: a ROM that has just been reset is not listening yet, and an answer may be lost. */
const SYNC_ATTEMPTS = 6;
const ATTEMPTS = 3;
/** What the adapter and the host may add to any reply. */
const SLACK_MS = 50;

export class UartWire {
	readonly link: SerialLink;
	readonly baud: number;
	/** Until when the ROM may still be busy with something that was not waited for. */
	#busyUntil = 0;
	/** Commands that had to be said again. */
	retries = 0;

	constructor(link: SerialLink, baud: number) {
		this.link = link;
		this.baud = baud;
	}

	/** Time `count` bytes need on the line: 11 bits each (8E1). */
	wireMs(count: number): number {
		return (count * 11_000) / this.baud;
	}

	async send(bytes: readonly number[], signal: AbortSignal): Promise<void> {
		await this.link.write(Uint8Array.from(bytes), signal);
	}

	/** `count` bytes of a reply. `ms` is the ROM's own time; the line's is added. */
	async receive(count: number, topic: Topic, ms: number, signal: AbortSignal): Promise<Uint8Array> {
		const wait = {
			ms: ms + SLACK_MS + this.wireMs(count + LONGEST_FRAME),
			what: commandName(topic.command),
		};
		this.#busyUntil = this.link.clock.now() + wait.ms;
		const bytes = await this.link.read(count, wait, signal);
		this.#busyUntil = 0;
		return bytes;
	}

	/** Waits for ACK. @throws Failure uart.nack, uart.unexpected or wire.deadline. */
	async acknowledged(topic: Topic, ms: number, signal: AbortSignal): Promise<void> {
		for (;;) {
			const [byte] = await this.receive(1, topic, ms, signal);
			if (isAcknowledgement(byte!, topic)) return;
		}
	}

	/**
	 * Runs one whole command, and again after finding the way back when the line disturbed it. A refusal (NACK) is
	 * asked twice, as a changed byte looks the same. @throws the last failure.
	 */
	async attempt<T>(signal: AbortSignal, say: (attempt: number) => Promise<T>): Promise<T> {
		for (let attempt = 1; ; attempt++) {
			try {
				return await say(attempt);
			} catch (error) {
				if (signal.aborted || !recoverable(error) || attempt === ATTEMPTS) throw error;
				this.retries++;
				await this.#resume(error, signal);
			}
		}
	}

	/** A ROM that cannot be found again has stopped; what was being said when it did is worth telling. */
	async #resume(error: unknown, signal: AbortSignal): Promise<void> {
		try {
			await this.resynchronise(signal);
		} catch (lost) {
			if (!isFailure(lost, 'uart.no-bootloader')) throw lost;
			throw new Failure('uart.stopped', { during: toFailure(error).message }, error);
		}
	}

	/**
	 * Sends 0x7F until the ROM answers: ACK when fresh, NACK when it was synchronised before.
	 * @throws Failure uart.no-bootloader, uart.echo or uart.garbage.
	 */
	async synchronise(signal: AbortSignal): Promise<void> {
		let garbage: number | undefined;
		this.link.takeAll();
		for (let attempt = 0; attempt < SYNC_ATTEMPTS; attempt++) {
			await this.send([SYNC], signal);
			const answer = await this.#answer(Deadline.sync + this.wireMs(2), signal);
			if (answer === undefined) continue;
			await this.link.drain(20, signal);
			if (answer === ACK) return;
			if (answer === NACK) {
				await this.resynchronise(signal);
				return;
			}
			if (answer === SYNC) throw new Failure('uart.echo', {});
			garbage = answer;
		}
		if (garbage !== undefined) throw new Failure('uart.garbage', { found: garbage });
		throw new Failure('uart.no-bootloader', { baud: this.baud });
	}

	/**
	 * Brings a ROM that may be anywhere in a frame back to waiting for a command, by filler bytes until it refuses
	 * one and answers Get ID. Waits first for what was still running.
	 */
	async resynchronise(signal: AbortSignal): Promise<void> {
		const rest = this.#busyUntil - this.link.clock.now();
		if (rest > 0) await this.#answer(rest, signal);
		this.#busyUntil = 0;
		await this.link.drain(SLACK_MS + this.wireMs(4), signal);
		if (await this.#refusesSingles(signal)) return;
		for (let burst = 0; burst < BURSTS; burst++) {
			await this.send(Array<number>(BURST).fill(FILLER), signal);
			const answer = await this.#answer(Deadline.filler + this.wireMs(BURST + 2), signal);
			if (answer === undefined) continue;
			await this.link.drain(SLACK_MS + this.wireMs(BURST), signal);
			if (await this.#refusesSingles(signal)) return;
		}
		throw new Failure('uart.no-bootloader', { baud: this.baud });
	}

	/** One filler at a time, so that the refusal of one leaves nothing behind it. */
	async #refusesSingles(signal: AbortSignal): Promise<boolean> {
		for (let sent = 0; sent < SINGLES; sent++) {
			await this.send([FILLER], signal);
			const answer = await this.#answer(Deadline.filler + this.wireMs(2), signal);
			if (answer !== NACK) continue;
			await this.link.drain(20, signal);
			if (await this.#listens(signal)) return true;
		}
		return false;
	}

	/** Get ID proves that the ROM and we agree where a command begins. */
	async #listens(signal: AbortSignal): Promise<boolean> {
		await this.send(command(Command.getId), signal);
		const wait = Deadline.filler + this.wireMs(8);
		if ((await this.#answer(wait, signal)) !== ACK) return false;
		const rest = await this.link.drain(20, signal);
		return rest.length === 4 && rest[0] === 1 && rest[3] === ACK;
	}

	/** The first byte that comes within `ms`, or undefined; line errors count as silence. */
	async #answer(ms: number, signal: AbortSignal): Promise<number | undefined> {
		try {
			const [byte] = await this.link.read(1, { ms, what: 'a byte' }, signal);
			return byte;
		} catch (error) {
			if (isFailure(error, 'wire.deadline') || isFailure(error, 'wire.stream')) return undefined;
			throw error;
		}
	}
}

/** False for a ROM that is busy. @throws Failure uart.nack or uart.unexpected. */
export function isAcknowledgement(byte: number, { command: code, address }: Topic): boolean {
	if (byte === ACK) return true;
	if (byte === BUSY) return false;
	const name = commandName(code);
	if (byte === NACK)
		throw new Failure('uart.nack', { command: name, address: address ?? '(no address)' });
	throw new Failure('uart.unexpected', { command: name, found: byte });
}

/** A reply whose content makes no sense. */
export function badReply(code: number, bytes: Uint8Array): Failure<'uart.bad-reply'> {
	return new Failure('uart.bad-reply', { command: commandName(code), found: hex(bytes, ' ') });
}

/** What a line does to a frame, and finding the way back mends. */
export function recoverable(error: unknown): boolean {
	return (
		isFailure(error, 'wire.deadline') ||
		isFailure(error, 'wire.stream') ||
		isFailure(error, 'uart.nack') ||
		isFailure(error, 'uart.unexpected') ||
		isFailure(error, 'uart.bad-reply')
	);
}
