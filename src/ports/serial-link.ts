// Bytes over a SerialPort: exact reads with a deadline, and survival of the line errors that Web Serial reports.
// A parity, framing, break or overrun error ends only the current `readable`; the port stays open and a new one
// is taken (https://github.com/WICG/serial/issues/135). It knows nothing of any protocol.
import { concat } from '#core/bytes.ts';
import { Failure } from '#core/failure.ts';
import { withDeadline, type Clock } from './clock.ts';
import { OPEN_MS, openFailure, quietly, WRITE_MS } from './serial-calls.ts';
import type { SerialPortLike } from './serial-port.ts';

/** Web Serial's default of 255 bytes is less than one 256-byte reply with its acknowledgements. */
const BUFFER_SIZE = 64 * 1024;
/** A line that only yields errors is given up, or the pump would spin for ever. */
const MAX_FAULTS_IN_A_ROW = 50;

export interface SerialSettings {
	readonly baudRate: number;
	readonly parity: 'even' | 'none';
}

export class SerialLink {
	readonly port: SerialPortLike;
	readonly clock: Clock;
	#received: Uint8Array[] = [];
	#available = 0;
	#wake: () => void = () => undefined;
	#fault: Failure | undefined;
	/** Why nothing will be received any more. */
	#end: Failure | undefined;
	#closing = false;
	#pump: Promise<void> = Promise.resolve();
	#reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
	/** Line errors survived since the port was opened. */
	faults = 0;

	private constructor(port: SerialPortLike, clock: Clock) {
		this.port = port;
		this.clock = clock;
	}

	/** Opens the port and starts receiving. @throws Failure wire.busy, wire.permission, wire.lost or wire.open. */
	static async open(
		port: SerialPortLike,
		clock: Clock,
		settings: SerialSettings,
		signal: AbortSignal,
	): Promise<SerialLink> {
		const opening = port.open({
			baudRate: settings.baudRate,
			dataBits: 8,
			stopBits: 1,
			parity: settings.parity,
			bufferSize: BUFFER_SIZE,
			flowControl: 'none',
		});
		try {
			await withDeadline(clock, { ms: OPEN_MS, what: 'the port' }, signal, () => opening);
		} catch (error) {
			// Opened after all, when nobody waits any more: given back.
			if (signal.aborted || error instanceof Failure) {
				void opening.then(() => port.close()).catch(() => undefined);
				throw error;
			}
			throw openFailure(error);
		}
		const link = new SerialLink(port, clock);
		link.#pump = link.#receive();
		return link;
	}

	async write(bytes: Uint8Array, signal: AbortSignal): Promise<void> {
		signal.throwIfAborted();
		const writable = this.port.writable;
		if (this.#end) throw this.#end;
		if (!writable) throw new Failure('wire.lost', {});
		const writer = writable.getWriter();
		try {
			await withDeadline(this.clock, { ms: WRITE_MS, what: 'a write' }, signal, () =>
				writer.write(bytes),
			);
		} catch (error) {
			if (error instanceof Failure || signal.aborted) throw error;
			throw new Failure('wire.lost', {}, error);
		} finally {
			writer.releaseLock();
		}
	}

	/** Exactly `count` bytes. @throws Failure wire.deadline, wire.stream (line error) or wire.lost. */
	async read(
		count: number,
		wait: { ms: number; what: string },
		signal: AbortSignal,
	): Promise<Uint8Array> {
		signal.throwIfAborted();
		if (this.#available < count) {
			await withDeadline(this.clock, wait, signal, async (inner) => {
				while (this.#available < count) {
					this.#throwIfBroken();
					await this.#more(inner);
				}
			});
		}
		return this.#take(count);
	}

	/** Bytes received and not yet read. */
	get available(): number {
		return this.#available;
	}

	/** Everything received so far, without waiting. Forgets line errors seen until now. */
	takeAll(): Uint8Array {
		this.#fault = undefined;
		return this.#take(this.#available);
	}

	/** Throws away what arrives until the line has been silent for `quietMs`, at most for ten times as long. */
	async drain(quietMs: number, signal: AbortSignal): Promise<Uint8Array> {
		const seen: Uint8Array[] = [];
		for (let round = 0; round < 10; round++) {
			await this.clock.sleep(quietMs, signal);
			if (this.#end) throw this.#end;
			const bytes = this.takeAll();
			if (bytes.length === 0) break;
			seen.push(bytes);
		}
		return concat(seen);
	}

	async close(): Promise<void> {
		this.#closing = true;
		this.#wake();
		// Each on its own: a port that was unplugged cannot be cancelled, and must still be closed.
		await quietly(this.clock, async () => await this.#reader?.cancel());
		await quietly(this.clock, async () => await this.#pump);
		await quietly(this.clock, async () => await this.port.close());
	}

	async #receive(): Promise<void> {
		let inARow = 0;
		while (!this.#closing && this.port.readable && inARow < MAX_FAULTS_IN_A_ROW) {
			const reader = this.port.readable.getReader();
			this.#reader = reader;
			try {
				for (;;) {
					const { value, done } = await reader.read();
					if (done) break;
					inARow = 0;
					this.#received.push(value);
					this.#available += value.length;
					this.#wake();
				}
				if (!this.#closing) inARow++;
			} catch (error) {
				inARow++;
				this.faults++;
				this.#fault = new Failure('wire.stream', { reason: String(error) }, error);
				this.#wake();
			} finally {
				reader.releaseLock();
			}
		}
		if (!this.#closing) {
			this.#end = this.port.readable
				? new Failure('wire.stream', { reason: 'nothing but line errors' })
				: new Failure('wire.lost', {});
		}
		this.#reader = undefined;
		this.#wake();
	}

	#throwIfBroken(): void {
		if (this.#end) throw this.#end;
		if (this.#closing) throw new Failure('wire.lost', {});
		const fault = this.#fault;
		this.#fault = undefined;
		if (fault) throw fault;
	}

	/** Resolves when something was received or went wrong; rejects when the signal aborts. */
	#more(signal: AbortSignal): Promise<void> {
		return new Promise((resolve, reject) => {
			const stop = (): void => {
				reject(signal.reason as Error);
			};
			if (signal.aborted) {
				stop();
				return;
			}
			signal.addEventListener('abort', stop, { once: true });
			this.#wake = () => {
				signal.removeEventListener('abort', stop);
				resolve();
			};
		});
	}

	#take(count: number): Uint8Array {
		const all = concat(this.#received);
		this.#received = all.length > count ? [all.subarray(count)] : [];
		this.#available = all.length - count;
		return all.subarray(0, count);
	}
}
