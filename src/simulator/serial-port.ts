// A simulated USB-serial adapter in the shape of Web Serial's SerialPort (https://wicg.github.io/serial/): real
// streams, the receive timer of such adapters, line errors that end one stream, and the two modem lines.
import type { Clock } from '#ports/clock.ts';
import type { SerialPortLike } from '#ports/serial-port.ts';
import type { Adapter } from './options.ts';
import type { Run } from './receiver.ts';
import type { LineFormat } from './uart-talk.ts';

/** Names of the DOMExceptions that end a stream but not the port (Web Serial 5.5). */
export type LineError = 'ParityError' | 'FramingError' | 'BreakError' | 'BufferOverrunError';

/** What the adapter is soldered to. */
export interface SerialHost {
	readonly clock: Clock;
	readonly adapter: Adapter;
	/** The host wrote a chunk; it will be on the line at these times. @throws when the cable is out. */
	transmit(run: Run, format: LineFormat): void;
	/** DTR or RTS changed; true is asserted. */
	signals(lines: { readonly dtr: boolean; readonly rts: boolean }): void;
}

/** Full-speed adapters send what they have once a packet of this many bytes is full. */
const PACKET_BYTES = 62;
/** What the operating system keeps for a page that does not read. */
const HELD_BYTES = 4096;
const LINE_BITS = { start: 1, parity: 1 };

type Incoming = { readonly at: number } & (
	{ readonly byte: number } | { readonly error: LineError }
);

interface OpenPort extends LineFormat {
	readonly bufferSize: number;
	readonly life: AbortController;
}

/** Without a reason each wait that is cut short would cost a DOMException with its stack. */
const ROUSED = new Error('roused');

export class SimulatedSerialPort extends EventTarget implements SerialPortLike {
	readonly #host: SerialHost;
	#open: OpenPort | undefined;
	#plugged = true;
	#readable: ReadableStream<Uint8Array<ArrayBuffer>> | null = null;
	#controller: ReadableByteStreamController | undefined;
	#writable: WritableStream<Uint8Array<ArrayBuffer>> | null = null;
	#incoming: Incoming[] = [];
	#delivering = false;
	/** When the next delivery is due, and what wakes it earlier. */
	#due = Infinity;
	#rouse = new AbortController();
	/** Delivered by the adapter, not yet taken by any stream. */
	#held: number[] = [];
	#lineFree = 0;
	#lines = { dtr: false, rts: false };

	constructor(host: SerialHost) {
		super();
		this.#host = host;
	}

	get connected(): boolean {
		return this.#plugged;
	}

	open(options: SerialOptions): Promise<void> {
		const { baudRate, dataBits = 8, stopBits = 1, parity = 'none', bufferSize = 255 } = options;
		if (this.#open) return rejected('InvalidStateError', 'The port is already open.');
		if (!(baudRate > 0) || !(bufferSize > 0)) {
			return Promise.reject(new TypeError('baudRate and bufferSize must be above 0'));
		}
		if (!this.#plugged) return rejected('NetworkError', 'Failed to open serial port.');
		this.#open = { baudRate, dataBits, stopBits, parity, bufferSize, life: new AbortController() };
		// Operating systems assert both lines on open (https://github.com/WICG/serial/issues/195).
		return this.setSignals({ dataTerminalReady: true, requestToSend: true });
	}

	/** Changes rate and format while open, as a tty lets a program do and Web Serial does not. */
	reconfigure(format: LineFormat): void {
		if (this.#open) this.#open = { ...this.#open, ...format };
	}

	async close(): Promise<void> {
		const port = this.#open;
		if (!port) throw new DOMException('The port is already closed.', 'InvalidStateError');
		if (this.#readable?.locked || this.#writable?.locked) {
			throw new TypeError('Cannot close a port while a stream is locked.');
		}
		const reason = new DOMException('The port was closed.', 'AbortError');
		port.life.abort(reason);
		await Promise.all([this.#readable?.cancel(), this.#writable?.abort(reason)]);
		this.#shut(port, reason);
		this.#drive({ dtr: false, rts: false });
	}

	get readable(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
		if (!this.#open || !this.#plugged) return null;
		this.#readable ??= new ReadableStream(
			{
				type: 'bytes',
				start: (controller) => {
					this.#controller = controller;
				},
				cancel: () => {
					this.#readable = null;
					this.#controller = undefined;
					this.#held = [];
				},
			},
			{ highWaterMark: this.#open.bufferSize },
		);
		this.#flush();
		return this.#readable;
	}

	get writable(): WritableStream<Uint8Array<ArrayBuffer>> | null {
		if (!this.#open || !this.#plugged) return null;
		const forget = (): void => {
			this.#writable = null;
		};
		this.#writable ??= new WritableStream(
			{ write: (chunk) => this.#transmit(chunk), close: forget, abort: forget },
			{ highWaterMark: this.#open.bufferSize, size: (chunk) => chunk.byteLength },
		);
		return this.#writable;
	}

	setSignals(signals: SerialOutputSignals): Promise<void> {
		if (!this.#open) return rejected('InvalidStateError', 'The port is closed.');
		if (!this.#plugged) return rejected('NetworkError', 'Failed to set control signals.');
		this.#drive({
			dtr: signals.dataTerminalReady ?? this.#lines.dtr,
			rts: signals.requestToSend ?? this.#lines.rts,
		});
		return Promise.resolve();
	}

	getSignals(): Promise<SerialInputSignals> {
		if (!this.#open) return rejected('InvalidStateError', 'The port is closed.');
		return Promise.resolve({
			dataCarrierDetect: false,
			clearToSend: false,
			ringIndicator: false,
			dataSetReady: false,
		});
	}

	getInfo(): SerialPortInfo {
		return { usbVendorId: 0x0403, usbProductId: 0x6001 };
	}

	/** The board puts bytes on the line, at their times; a port that is closed or at another rate loses them. */
	receive(run: Run, baudRate = this.#open?.baudRate): void {
		if (this.#open?.baudRate !== baudRate) return;
		for (const [i, byte] of run.bytes.entries()) {
			this.#incoming.push({ at: run.at + i * run.byteMs, byte });
		}
		this.#startDelivery();
	}

	/** A line error reaches the host at this time. */
	fail(error: LineError, at: number): void {
		this.#incoming.push({ at, error });
		this.#startDelivery();
	}

	/** The cable goes: streams end with NetworkError and the port cannot be opened until `plug`. */
	unplug(): void {
		if (!this.#plugged) return;
		this.#plugged = false;
		const lost = new DOMException('The device has been lost.', 'NetworkError');
		this.#controller?.error(lost);
		if (this.#open) this.#shut(this.#open, lost);
		this.dispatchEvent(new Event('disconnect', { bubbles: true }));
	}

	plug(): void {
		if (this.#plugged) return;
		this.#plugged = true;
		this.dispatchEvent(new Event('connect', { bubbles: true }));
	}

	#shut(port: OpenPort, reason: DOMException): void {
		port.life.abort(reason);
		this.#open = undefined;
		this.#readable = null;
		this.#controller = undefined;
		this.#writable = null;
		this.#incoming = [];
		this.#held = [];
	}

	#drive(lines: { dtr: boolean; rts: boolean }): void {
		this.#lines = lines;
		this.#host.signals(lines);
	}

	/** Done once the operating system has room for the chunk, which is not yet when it is on the line. */
	async #transmit(chunk: Uint8Array): Promise<void> {
		const port = this.#open;
		if (!port || !this.#plugged)
			throw new DOMException('The device has been lost.', 'NetworkError');
		const { clock, adapter } = this.#host;
		const bits = LINE_BITS.start + port.dataBits + port.stopBits;
		const byteMs =
			((bits + (port.parity === 'none' ? 0 : LINE_BITS.parity)) * 1000) / port.baudRate;
		const start = Math.max(clock.now() + adapter.outMs, this.#lineFree);
		this.#lineFree = start + chunk.byteLength * byteMs;
		this.#host.transmit({ bytes: chunk.slice(), at: start + byteMs, byteMs }, port);
		const excess = this.#lineFree - clock.now() - port.bufferSize * byteMs;
		if (excess > 0) await clock.sleep(excess, port.life.signal);
	}

	#startDelivery(): void {
		if (!this.#open) return;
		if (this.#delivering) {
			if (this.#incoming.length > 0 && this.#nextPacket() < this.#due) this.#rouse.abort(ROUSED);
			return;
		}
		this.#delivering = true;
		void this.#deliver(this.#open).finally(() => {
			this.#delivering = false;
			if (this.#incoming.length > 0) this.#startDelivery();
		});
	}

	async #deliver({ life }: OpenPort): Promise<void> {
		while (this.#incoming.length > 0 && !life.signal.aborted) {
			this.#due = this.#nextPacket();
			if (!(await this.#waitUntil(this.#due, life.signal))) continue;
			const due = this.#due;
			const count = this.#incoming.findIndex((item) => item.at > due);
			const items = this.#incoming.splice(0, count < 0 ? this.#incoming.length : count);
			for (const item of items) {
				if ('byte' in item) this.#held.push(item.byte);
				else {
					this.#flush();
					this.#break(item.error);
				}
			}
			this.#flush();
		}
	}

	/** False when the wait was cut short: something fuller is due earlier, or the port is closed. */
	async #waitUntil(due: number, closed: AbortSignal): Promise<boolean> {
		const wait = due - this.#host.clock.now();
		if (wait <= 0) return true;
		this.#rouse = new AbortController();
		const rouse = (): void => {
			this.#rouse.abort(ROUSED);
		};
		closed.addEventListener('abort', rouse, { once: true });
		const done = this.#host.clock.sleep(wait, this.#rouse.signal).then(
			() => true,
			() => false,
		);
		return done.finally(() => {
			closed.removeEventListener('abort', rouse);
		});
	}

	/** When the adapter next passes on what it has: its timer ticks, or a packet is full. */
	#nextPacket(): number {
		const { latencyMs } = this.#host.adapter;
		const first = this.#incoming[0]!.at;
		if (latencyMs === 0) return this.#incoming.at(-1)!.at;
		const tick = (Math.floor(first / latencyMs) + 1) * latencyMs;
		const full = this.#incoming[PACKET_BYTES - 1]?.at ?? Infinity;
		// A delayed answer may be followed by one that is not; nothing overtakes it.
		return Math.min(tick, Math.max(first, full));
	}

	#flush(): void {
		if (!this.#controller) {
			this.#held.length = Math.min(this.#held.length, HELD_BYTES);
			return;
		}
		if (this.#held.length === 0) return;
		this.#controller.enqueue(Uint8Array.from(this.#held));
		this.#held = [];
		if ((this.#controller.desiredSize ?? 0) < 0) this.#break('BufferOverrunError');
	}

	#break(error: LineError): void {
		this.#controller?.error(new DOMException('The line failed.', error));
		this.#readable = null;
		this.#controller = undefined;
	}
}

const rejected = (name: string, message: string): Promise<never> =>
	Promise.reject(new DOMException(message, name));
