// A serial tty as Linux's USB-serial drivers show it, on top of a simulated serial adapter: termios, modem lines,
// blocking and timed reads, hang-up. Request numbers are asm-generic/ioctls.h's.
import type { SimulatedSerialPort } from '#simulator/serial-port.ts';
import { POLL, type DeviceFile, type IoctlAnswer, type IoctlCall } from './device-file.ts';
import type { ReadCall } from './device-file.ts';
import { SystemError } from './errno.ts';
import { readMemory, writeMemory } from './process-memory.ts';
import { Termios, TERMIOS_BYTES } from './termios.ts';

const REQUEST = {
	getTermios: 0x5401,
	setTermios: [0x5402, 0x5403, 0x5404],
	getTermios2: 0x802c542a,
	setTermios2: [0x402c542b, 0x402c542c, 0x402c542d],
	getLines: 0x5415,
	raiseLines: 0x5416,
	dropLines: 0x5417,
	setLines: 0x5418,
	flush: 0x540b,
	/** TCSBRK, TCXONC and TIOCEXCL, TIOCNXCL, TIOCSBRK, TIOCCBRK: nothing to do here. */
	nothing: [0x5409, 0x540a, 0x540c, 0x540d, 0x5425, 0x5427, 0x5428],
};
const [TIOCM_DTR, TIOCM_RTS] = [0x002, 0x004];
/** CTS, carrier and DSR: what an adapter with nothing on those pins usually says. */
const INPUT_LINES = 0x160;
const TCOFLUSH = 1n;
/** The bad byte itself is not known here; a break is marked by a zero in its place. */
const MARKS: Record<string, readonly number[]> = {
	ParityError: [0xff, 0, 1],
	FramingError: [0xff, 0, 1],
	BreakError: [0xff, 0, 0],
};
const BUFFER_BYTES = 65536;

/** The lines after a change, as the board sees them. */
export interface Lines {
	readonly dtr: boolean;
	readonly rts: boolean;
}

export class Tty implements DeviceFile {
	wake: () => void = () => undefined;
	gone = false;
	readonly stream = true;
	readonly #noted: Lines[];
	readonly #port: SimulatedSerialPort;
	#termios = new Termios();
	#lines: Lines = { dtr: false, rts: false };
	#received: number[] = [];
	#openers = 0;
	/** What opening started; closing waits for its end. */
	#pump: Promise<void> | undefined;
	#reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
	/** Calls that touch the port run one after another. */
	#queue: Promise<void> = Promise.resolve();
	#waiting = new Set<() => void>();

	/** Every change of the two lines is added to `noted`. */
	constructor(port: SimulatedSerialPort, noted: Lines[]) {
		this.#port = port;
		this.#noted = noted;
		port.addEventListener('disconnect', () => {
			this.gone = true;
			this.#arrived();
		});
	}

	open(): Promise<void> {
		return this.#inTurn(async () => {
			if (this.#openers++ > 0) return;
			await this.#port.open({ ...this.#termios.format, bufferSize: BUFFER_BYTES });
			this.#note({ dtr: true, rts: true });
			this.#pump = this.#receive();
		});
	}

	release(): Promise<void> {
		return this.#inTurn(async () => {
			if (--this.#openers > 0) return;
			if (this.gone) return;
			await this.#reader?.cancel().catch(() => undefined);
			await this.#pump;
			await this.#port.close();
			this.#note({ dtr: false, rts: false });
			this.#received = [];
		});
	}

	events(): number {
		if (this.gone) return POLL.in | POLL.hangUp;
		return POLL.out | (this.#received.length > 0 ? POLL.in : 0);
	}

	async read({ size, nonBlocking, signal }: ReadCall): Promise<Uint8Array> {
		const { minimum, timeoutMs } = this.#termios;
		if (this.#received.length === 0 && !this.gone) {
			if (nonBlocking) throw new SystemError('EAGAIN');
			if (minimum > 0) await this.#more(signal);
			else if (timeoutMs > 0) await this.#more(signal, timeoutMs);
		}
		return Uint8Array.from(this.#received.splice(0, size));
	}

	async write(data: Buffer): Promise<number> {
		if (this.gone) throw new SystemError('EIO');
		await this.#inTurn(async () => {
			const writer = this.#port.writable?.getWriter();
			if (!writer) throw new SystemError('EIO');
			// Room for the bytes is what write(2) waits for; a lost line shows at the next call.
			const sent = writer.write(Uint8Array.from(data)).catch(() => undefined);
			await sent;
			writer.releaseLock();
		});
		return data.length;
	}

	async ioctl(call: IoctlCall): Promise<IoctlAnswer> {
		if (this.gone) throw new SystemError('EIO');
		const { command, argument, input, pid } = call;
		const { bytes } = this.#termios;
		const done = { result: 0 };
		if (command === REQUEST.getTermios2) return { result: 0, output: bytes };
		if (REQUEST.setTermios2.includes(command)) return this.#setTermios(input);
		if (command === REQUEST.getTermios) {
			writeMemory(pid, argument, bytes.subarray(0, TERMIOS_BYTES));
			return done;
		}
		if (REQUEST.setTermios.includes(command)) {
			return this.#setTermios(readMemory(pid, argument, TERMIOS_BYTES));
		}
		if (command === REQUEST.flush) {
			if (argument !== TCOFLUSH) this.#received = [];
			return done;
		}
		if (command === REQUEST.getLines) {
			writeMemory(pid, argument, numberBytes(INPUT_LINES | lineBits(this.#lines)));
			return done;
		}
		if (REQUEST.nothing.includes(command)) return done;
		const bits = lineBits(this.#lines);
		const lineRequests = [REQUEST.raiseLines, REQUEST.dropLines, REQUEST.setLines];
		if (!lineRequests.includes(command)) throw new SystemError('ENOTTY');
		const named = readMemory(pid, argument, 4).readUInt32LE();
		const after = [bits | named, bits & ~named, named][lineRequests.indexOf(command)]!;
		await this.#drive(after);
		return done;
	}

	#drive(bits: number): Promise<void> {
		return this.#inTurn(async () => {
			const lines = { dtr: (bits & TIOCM_DTR) !== 0, rts: (bits & TIOCM_RTS) !== 0 };
			await this.#port.setSignals({ dataTerminalReady: lines.dtr, requestToSend: lines.rts });
			this.#note(lines);
		});
	}

	async #setTermios(bytes: Buffer): Promise<IoctlAnswer> {
		bytes.copy(this.#termios.bytes);
		await this.#inTurn(() => {
			this.#port.reconfigure(this.#termios.format);
			return Promise.resolve();
		});
		return { result: 0 };
	}

	/** Moves what the adapter delivers into the tty's buffer until the port is closed or lost. */
	async #receive(): Promise<void> {
		while (this.#port.readable) {
			this.#reader = this.#port.readable.getReader();
			try {
				for (;;) {
					const { done, value } = await this.#reader.read();
					if (done) return;
					this.#take(value);
				}
			} catch (error) {
				// A line error ends one stream; the tty goes on with the next.
				const mark = error instanceof DOMException ? MARKS[error.name] : undefined;
				if (mark && this.#termios.marksErrors) this.#received.push(...mark);
				this.#arrived();
			} finally {
				this.#reader.releaseLock();
			}
		}
	}

	/** Line discipline: what termios(3) says of PARMRK. */
	#take(bytes: Uint8Array): void {
		const { marksErrors } = this.#termios;
		for (const byte of bytes) {
			this.#received.push(byte);
			if (byte === 0xff && marksErrors) this.#received.push(byte);
		}
		this.#arrived();
	}

	#arrived(): void {
		for (const go of this.#waiting) go();
		this.#waiting.clear();
		this.wake();
	}

	#more(signal: AbortSignal, timeoutMs?: number): Promise<void> {
		return new Promise((resolve, reject) => {
			const go = (): void => {
				clearTimeout(timer);
				signal.removeEventListener('abort', stop);
				resolve();
			};
			const stop = (): void => {
				clearTimeout(timer);
				this.#waiting.delete(go);
				reject(signal.reason as Error);
			};
			const timer = timeoutMs === undefined ? undefined : setTimeout(go, timeoutMs);
			signal.addEventListener('abort', stop, { once: true });
			this.#waiting.add(go);
		});
	}

	#note(lines: Lines): void {
		const same = lines.dtr === this.#lines.dtr && lines.rts === this.#lines.rts;
		this.#lines = lines;
		if (!same) this.#noted.push(lines);
	}

	async #inTurn(work: () => Promise<void>): Promise<void> {
		const turn = this.#queue.then(work);
		this.#queue = turn.catch(() => undefined);
		await turn.catch((error: unknown) => {
			throw error instanceof DOMException ? new SystemError('EIO') : error;
		});
	}
}

const lineBits = ({ dtr, rts }: Lines): number => (dtr ? TIOCM_DTR : 0) | (rts ? TIOCM_RTS : 0);

function numberBytes(value: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32LE(value);
	return bytes;
}
