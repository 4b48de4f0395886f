// An open serial port as the console uses it: bytes are handed on as they come, line errors are counted and survived
// (Web Serial 5.5 ends only the stream with them), every wait has an end. It knows nothing of lines.
import { Failure, isFailure } from '#core/failure.ts';
import { withDeadline, type Clock } from '#ports/clock.ts';
import { OPEN_MS, openFailure, quietly, WRITE_MS } from '#ports/serial-calls.ts';
import type { SerialPortLike } from '#ports/serial-port.ts';

export interface LineSettings {
	/** 1 to 20,000,000; what the adapter cannot do it refuses. */
	readonly baudRate: number;
	readonly dataBits: 7 | 8;
	readonly parity: 'none' | 'even' | 'odd';
	readonly stopBits: 1 | 2;
}

export interface PortHooks {
	received(bytes: Uint8Array): void;
	/** A parity, framing, break or overrun error; reception goes on. */
	disturbed(kind: string): void;
	/** The port is gone, and it was not us who closed it. */
	lost(): void;
}

/** A second of 921,600 baud, for a page that was held up. Bytes. */
const BUFFER_SIZE = 128 * 1024;
const SIGNALS_MS = 3000;
/** Longer than a frame at 300 baud, which is what a break must be (RM0090 30.3.2). */
const BREAK_MS = 250;
/** A line with nothing but errors is looked at this often. */
const AFTER_FAULT_MS = 20;

export class ConsolePort {
	readonly port: SerialPortLike;
	readonly #clock: Clock;
	readonly #hooks: PortHooks;
	readonly #life = new AbortController();
	#reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
	#pump: Promise<void> = Promise.resolve();

	private constructor(port: SerialPortLike, clock: Clock, hooks: PortHooks) {
		this.port = port;
		this.#clock = clock;
		this.#hooks = hooks;
	}

	/** @throws Failure wire.busy, wire.permission, wire.lost, wire.open or wire.deadline; the signal's reason. */
	static async open(
		port: SerialPortLike,
		settings: LineSettings,
		{ clock, ...hooks }: PortHooks & { readonly clock: Clock },
		signal: AbortSignal,
	): Promise<ConsolePort> {
		signal.throwIfAborted();
		const opening = port.open({ ...settings, bufferSize: BUFFER_SIZE, flowControl: 'none' });
		try {
			await withDeadline(clock, { ms: OPEN_MS, what: 'the port' }, signal, () => opening);
		} catch (error) {
			// Opened after all, when nobody waits any more: given back before the next one asks for it.
			await quietly(clock, () => opening.then(() => port.close()));
			if (signal.aborted || isFailure(error)) throw error;
			throw openFailure(error);
		}
		const open = new ConsolePort(port, clock, hooks);
		open.#pump = open.#receive();
		return open;
	}

	/** Resolves when the operating system has the bytes. @throws Failure wire.deadline or wire.lost. */
	async write(bytes: Uint8Array): Promise<void> {
		const { writable } = this.port;
		if (!writable) throw new Failure('wire.lost', {});
		const writer = writable.getWriter();
		try {
			await this.#within({ ms: WRITE_MS, what: 'a write' }, () => writer.write(bytes));
		} finally {
			writer.releaseLock();
		}
	}

	/** Both lines at once: some drivers apply RTS only with the next DTR. @throws Failure wire.deadline or wire.lost. */
	async signals({ dtr, rts }: { readonly dtr: boolean; readonly rts: boolean }): Promise<void> {
		await this.#within({ ms: SIGNALS_MS, what: 'DTR and RTS' }, () =>
			this.port.setSignals({ dataTerminalReady: dtr, requestToSend: rts }),
		);
	}

	/** Holds the line low for a quarter of a second. @throws Failure wire.deadline or wire.lost. */
	async sendBreak(): Promise<void> {
		const wait = { ms: SIGNALS_MS, what: 'a break' };
		await this.#within(wait, () => this.port.setSignals({ break: true }));
		try {
			await this.#clock.sleep(BREAK_MS, this.#life.signal);
		} finally {
			await this.#within(wait, () => this.port.setSignals({ break: false }));
		}
	}

	/** Gives the port back. Never rejects and never hangs. */
	async close(): Promise<void> {
		this.#life.abort(new DOMException('The console was closed.', 'AbortError'));
		await quietly(this.#clock, async () => await this.#reader?.cancel());
		await quietly(this.#clock, async () => await this.#pump);
		await quietly(this.#clock, async () => await this.port.close());
	}

	async #receive(): Promise<void> {
		const { signal } = this.#life;
		while (!signal.aborted && this.port.readable) {
			const reader = this.port.readable.getReader();
			this.#reader = reader;
			try {
				for (;;) {
					const { value, done } = await reader.read();
					if (done) break;
					this.#hooks.received(value);
				}
			} catch (error) {
				if (!signal.aborted && this.port.readable) this.#hooks.disturbed(nameOf(error));
			} finally {
				reader.releaseLock();
			}
			await this.#clock.sleep(AFTER_FAULT_MS, signal).catch(() => undefined);
		}
		this.#reader = undefined;
		if (!signal.aborted) this.#hooks.lost();
	}

	async #within<T>(wait: { ms: number; what: string }, work: () => Promise<T>): Promise<T> {
		try {
			return await withDeadline(this.#clock, wait, new AbortController().signal, work);
		} catch (error) {
			if (isFailure(error)) throw error;
			throw new Failure('wire.lost', {}, error);
		}
	}
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : String(error));
