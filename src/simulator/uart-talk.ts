// One byte after another between host and ROM: rate detection, acknowledgements, and words with their XOR (AN3155
// chapters 1 and 2). It keeps the ROM's own time, which may run ahead of the clock while an answer is being sent.
import type { Clock } from '#ports/clock.ts';
import { Receiver, type Run } from './receiver.ts';

const ACK = 0x79; // AN3155 2
const NACK = 0x1f; // AN3155 2
const SYNC = 0x7f; // AN3155 1
/** AN3155 2: slower lines cannot be measured. */
const MINIMUM_BAUD = 1200;
/** Beyond this error the receiver samples the wrong bits. */
const RATE_TOLERANCE = 0.04;

export interface LineFormat {
	readonly baudRate: number;
	readonly parity: 'even' | 'odd' | 'none';
	readonly dataBits: number;
	readonly stopBits: number;
}

/** What a conversation needs of the wire and the chip. */
export interface TalkSetup {
	readonly clock: Clock;
	readonly signal: AbortSignal;
	/** Before this moment the USART is not on. */
	readonly startedAt: number;
	readonly processingMs: number;
	readonly parity: 'even' | 'none';
	readonly maximumBaud: number;
	/** Puts an answer on the line. Resolves to what mischief made of it. */
	readonly answer: (run: Run) => Promise<'sent' | 'refuse' | 'hang'>;
}

/** The command ends here and its NACK goes out, unless this ROM forgets it. */
export class Refused extends Error {
	silent = false;
}
/** Nothing is said any more until a reset. */
export class Hung extends Error {}

export class Talk {
	readonly #setup: TalkSetup;
	readonly #receiver: Receiver;
	/** Rate found by automatic detection; 'deaf' when the first byte was not a clean 0x7F (AN3155 1, note). */
	#rate: number | 'deaf' | undefined;
	#byteMs = 0;
	/** When the ROM has done what it was doing. */
	#ready: number;
	#lineFree = 0;
	/** Set by mischief: the next acknowledgement is a refusal, or the next anything never comes. */
	trouble: 'none' | 'refuse' | 'hang' = 'none';

	constructor(setup: TalkSetup) {
		this.#setup = setup;
		this.#receiver = new Receiver(setup.clock);
		this.#ready = setup.startedAt;
	}

	/** Bytes that were lost because the ROM was busy. */
	get lost(): number {
		return this.#receiver.lost;
	}

	/** A run of bytes from the host reaches the RX pin. */
	arrive(run: Run, format: LineFormat): void {
		const { signal, startedAt, parity, maximumBaud } = this.#setup;
		if (signal.aborted || run.at < startedAt || run.bytes.length === 0) return;
		const clean = format.parity === parity && format.dataBits === 8 && format.stopBits === 1;
		if (this.#rate === undefined) {
			const good = clean && format.baudRate >= MINIMUM_BAUD && format.baudRate <= maximumBaud;
			this.#rate = good && run.bytes[0] === SYNC ? format.baudRate : 'deaf';
			this.#byteMs = run.byteMs;
		}
		// At a wrong rate or format every byte is a framing error, which the ROM drops.
		if (this.#rate === 'deaf' || !clean) return;
		if (Math.abs(format.baudRate / this.#rate - 1) < RATE_TOLERANCE) this.#receiver.push(run);
	}

	async take(count: number): Promise<Uint8Array> {
		const { bytes, at } = await this.#receiver.take(count, this.#ready, this.#setup.signal);
		this.#ready = at;
		return bytes;
	}

	/** Four bytes, most significant first, and their XOR; acknowledged when they are right and `valid`. */
	async word(valid: (value: number) => boolean): Promise<number> {
		const bytes = await this.take(5);
		const value = new DataView(bytes.buffer).getUint32(0);
		if (xor(bytes) !== 0 || !valid(value)) throw new Refused();
		await this.ack();
		return value;
	}

	async ack(): Promise<void> {
		if (this.trouble === 'refuse') {
			this.trouble = 'none';
			throw new Refused();
		}
		await this.send(ACK);
	}

	async send(...bytes: number[]): Promise<void> {
		if (this.trouble === 'hang') throw new Hung();
		// The end of a stage: here the ROM thinks.
		const thought = this.#ready + this.#setup.processingMs;
		const start = Math.max(thought, this.#lineFree);
		this.#lineFree = start + bytes.length * this.#byteMs;
		// The last byte is left to the shift register; the ROM goes on.
		this.#ready = this.#lineFree - this.#byteMs;
		const run = { bytes: Uint8Array.from(bytes), at: start + this.#byteMs, byteMs: this.#byteMs };
		const outcome = await this.#setup.answer(run);
		if (outcome === 'hang') throw new Hung();
		if (outcome === 'refuse' && bytes[0] !== NACK) throw new Refused();
	}

	/** A refusal anywhere in the task is answered with NACK. */
	async attempt(task: () => Promise<void>): Promise<void> {
		try {
			await task();
		} catch (error) {
			if (!(error instanceof Refused)) throw error;
			if (!error.silent) await this.send(NACK);
		}
	}

	/** One refusal more than the command's own (some ROMs send two). */
	nack(): Promise<void> {
		return this.send(NACK);
	}

	/** Work that stops everything else: nothing is heard before it is over. */
	async work<T>(task: () => Promise<T>): Promise<T> {
		const result = await task();
		this.#ready = Math.max(this.#ready, this.#setup.clock.now());
		return result;
	}

	/** Until the last answer has left the pin. */
	async settle(): Promise<void> {
		await this.#setup.clock.sleep(this.#lineFree - this.#setup.clock.now(), this.#setup.signal);
	}
}

/** AN3155 3: the checksum of every frame. */
export const xor = (bytes: Iterable<number>): number => {
	let sum = 0;
	for (const byte of bytes) sum ^= byte;
	return sum;
};
