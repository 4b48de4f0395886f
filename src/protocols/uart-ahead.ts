// Keeps the timer of a slow adapter out of the loop. Such an adapter passes on what it has received when a USB packet
// is full, or else when its timer rings, every 16 ms as shipped (FTDI AN232B-04, 3). Replies are therefore made to end
// with a full packet: reads by their length, writes by a short read behind them. What a ringing timer leaves over is
// pushed out by the next reply; its bytes have left the ROM by then, whose receiver holds a single byte.
// docs/decisions/0020 has the reasoning.
import { Failure, isFailure } from '#core/failure.ts';
import { alignDown, size, type Range } from '#core/range.ts';
import * as frame from './uart-frames.ts';
import { Command, Deadline } from './uart-frames.ts';
import { isAcknowledgement, recoverable, type Topic, type UartWire } from './uart-wire.ts';

/** Payload of a full USB packet: 64 bytes, two of them status (FTDI AN232B-04, 2). */
const PACKET = 62;
/** Acknowledgements of Read Memory and of Write Memory (AN3155 3.4, 3.6). */
const ACKS = 3;
/** Command and address of Write Memory, and how often they are acknowledged. */
const HEAD = 7;
const HEAD_ACKS = 2;
/** Reads begin on words: no document promises more of a ROM's copy loop. */
const WORD = 4;
/** What host and adapter may be late by when bytes are known to be on the line. Milliseconds. */
const MARGIN_MS = 0.5;
/** From a write of the host to the first bit on the line, as full-speed USB has it. Milliseconds. */
const OUT_MS = 0.25;
/** Reads behind one write before its acknowledgement is left to the timer. */
const NUDGES = 2;
/** After this many replies in a row that waited for the timer all the same, the adapter fills no packets. */
const SLOW_REPLIES = 4;
/** After this many disturbances the plain way is taken for good. */
const PATIENCE = 3;
/** How much longer the flash is waited for after a read that came too early. */
const LONGER = 1.6;

/** What is still to come, in order. */
interface Reply {
	readonly topic: Required<Topic>;
	acks: number;
	data: number;
	/** How many of the data bytes are wanted. */
	keep: number;
	begun: boolean;
}

/** A Write Memory frame for `hurriedWrite`. */
export interface WriteFrame {
	readonly topic: Required<Topic>;
	readonly bytes: readonly number[];
	/** What the flash usually needs, and the most the ROM may take. Milliseconds. */
	readonly programMs: number;
	readonly lastMs: number;
	/** Up to where memory may be read from `topic.address` on. */
	readonly readableTo: number;
}

export class UartAhead {
	/** Longest read in bytes. */
	longest = frame.MAX_TRANSFER;
	readonly #wire: UartWire;
	/** Period of the adapter's timer in milliseconds; 0 where there is none to speak of. */
	readonly #timerMs: number;
	#queue: Reply[] = [];
	/** Bytes of the queue. */
	#expected = 0;
	/** Where the next byte of `#ready` stands in memory, and the next that nobody has asked for. */
	#at = 0;
	#asked = 0;
	#ready: number[] = [];
	#sentAt = 0;
	#sentBytes = 0;
	/** When what was asked last has left the ROM, at the latest. */
	#quietAt = 0;
	#slow = 0;
	#trouble = 0;
	/** Factor on the usual time of the flash. */
	#patience = 1.1;

	constructor(wire: UartWire, timerMs: number) {
		this.#wire = wire;
		this.#timerMs = timerMs;
	}

	get useful(): boolean {
		return this.#timerMs > 0 && this.#slow < SLOW_REPLIES && this.#trouble < PATIENCE;
	}

	/** True where `read` is the better way to these bytes, what follows up to `until` being read next. */
	suits(range: Range, until: number): boolean {
		return this.useful && (this.#follows(range) || until > range.end);
	}

	/**
	 * Reads `range`, and on towards `until` while a packet is not full.
	 * @throws as `UartWire.acknowledged`; nothing is left of the conversation then and the line must be resynchronised
	 */
	async read(range: Range, until: number, signal: AbortSignal): Promise<Uint8Array | undefined> {
		if (!this.#follows(range)) {
			await this.finish(signal);
			this.#at = this.#asked = range.start;
		}
		while (this.#ready.length < size(range)) {
			if (this.#asked >= until) await this.#take(this.#expected, Deadline.acknowledge, signal);
			else {
				await this.#letTailPass(signal);
				if (this.#ready.length >= size(range)) break;
				const left = until - this.#asked;
				const count = this.#filling(this.#asked, Math.min(left, this.longest));
				if (count === undefined) return undefined;
				const keep = count === left ? count : alignDown(count, WORD) || count;
				await this.#ask(this.#asked, { count, keep }, signal);
				this.#asked += keep;
				await this.#takePackets(Deadline.acknowledge, signal);
			}
		}
		this.#at = range.end;
		return Uint8Array.from(this.#ready.splice(0, size(range)));
	}

	/**
	 * Sends a frame of Write Memory and, when the flash should be done, a short read whose reply fills the packet. False
	 * where waiting for the timer is the better way: nothing was sent then.
	 * @throws as `read`; whether the bytes were written is then open
	 */
	async hurriedWrite(write: WriteFrame, signal: AbortSignal): Promise<boolean> {
		const { topic, bytes, programMs, lastMs, readableTo } = write;
		const head = bytes.slice(0, HEAD);
		const staged = frame.containsHarmfulCommand(bytes);
		if (!this.useful || !this.#pays(write, staged) || frame.containsHarmfulCommand(head))
			return false;
		this.#leave();
		await this.#letTailPass(signal);
		const room = Math.min(readableTo - topic.address, this.longest);
		if (staged) await this.#sendHead(head, { topic, room }, signal);
		const rest = staged ? bytes.slice(HEAD) : bytes;
		const acks = staged ? ACKS - HEAD_ACKS : ACKS;
		const reply = await this.#send(rest, { topic, acks, data: 0, keep: 0 }, signal);
		const flashMs = programMs * this.#patience + MARGIN_MS;
		await this.#wire.link.clock.sleep(this.#wire.wireMs(rest.length) + flashMs, signal);
		let read: Reply | undefined;
		try {
			for (let nudge = 0; nudge < NUDGES; nudge++) {
				await this.#take(0, lastMs, signal);
				if (reply.acks === 0) break;
				const count = this.#filling(topic.address, room, 0);
				if (count === undefined) break;
				read = await this.#ask(topic.address, { count, keep: 0 }, signal);
				await this.#nudged(signal);
			}
			while (reply.acks > 0) await this.#take(1, lastMs, signal);
			while (read && !read.begun) await this.#take(1, 2 * this.#timerMs, signal);
		} catch (error) {
			// The read may have come while the flash was still busy, or its answer may have been taken for the write's.
			this.#patience *= LONGER;
			throw error;
		}
		return true;
	}

	/** Command and address, acknowledged before the data goes out; a short read leaves just their room in the packet. */
	async #sendHead(
		head: readonly number[],
		{ topic, room }: { readonly topic: Required<Topic>; readonly room: number },
		signal: AbortSignal,
	): Promise<void> {
		const count = this.#filling(topic.address, room, HEAD_ACKS);
		if (count !== undefined) {
			await this.#ask(topic.address, { count, keep: 0 }, signal);
			await this.#letTailPass(signal);
		}
		const reply = await this.#send(head, { topic, acks: HEAD_ACKS, data: 0, keep: 0 }, signal);
		while (reply.acks > 0) await this.#take(1, Deadline.acknowledge, signal);
	}

	/** Receives what is still to come, so that something else can be said. */
	async finish(signal: AbortSignal): Promise<void> {
		this.#leave();
		if (this.#expected === 0) return;
		try {
			await this.#take(this.#expected, Deadline.acknowledge, signal);
		} catch (error) {
			if (signal.aborted || !recoverable(error)) throw error;
			this.disturbed();
			await this.#wire.resynchronise(signal);
		}
	}

	/** The line was disturbed: nothing is expected any more, and after the third time no time is saved here. */
	disturbed(): void {
		this.#trouble++;
		this.forget();
	}

	/** For a line that is being resynchronised. */
	forget(): void {
		this.#queue = [];
		this.#expected = 0;
		this.#leave();
	}

	/** Bytes that come for a reader who has gone elsewhere are of no use. */
	#leave(): void {
		this.#ready = [];
		this.#at = this.#asked = 0;
		for (const reply of this.#queue) reply.keep = 0;
	}

	#follows({ start }: Range): boolean {
		return this.#asked > 0 && start === this.#at;
	}

	/** Timer or read: what each is expected to take. `staged`: command and address wait for their acknowledgements. */
	#pays({ bytes, programMs }: WriteFrame, staged: boolean): boolean {
		const onLine = this.#wire.wireMs(bytes.length);
		const timers = Math.ceil((onLine + programMs) / this.#timerMs) + (staged ? HEAD_ACKS : 0);
		const read = this.#wire.wireMs(frame.READ_FRAME + PACKET) + 2 * (MARGIN_MS + OUT_MS);
		const byRead = onLine + programMs * this.#patience + (staged ? 2 : 1) * read;
		return byRead < timers * this.#timerMs;
	}

	/**
	 * How many bytes to read so that all that is expected fills its packets; else all there are. With `after`, the fewest
	 * that leave room for so many bytes. Undefined where there is none, or the frame would hold a harmful command.
	 */
	#filling(address: number, most: number, after?: number): number | undefined {
		const first = PACKET - ((this.#expected + ACKS + (after ?? 0)) % PACKET);
		const lengths: number[] = [];
		for (let count = first; count <= most; count += PACKET) lengths.push(count);
		if (after === undefined) lengths.reverse();
		if (after === undefined && lengths.length === 0 && most > 0) lengths.push(most);
		return lengths.find((count) => !frame.containsHarmfulCommand(frame.readMemory(address, count)));
	}

	#ask(
		address: number,
		{ count, keep }: { readonly count: number; readonly keep: number },
		signal: AbortSignal,
	): Promise<Reply> {
		const topic = { command: Command.readMemory, address };
		const reply = { topic, acks: ACKS, data: count, keep };
		return this.#send(frame.readMemory(address, count), reply, signal);
	}

	async #send(
		bytes: readonly number[],
		what: Omit<Reply, 'begun'>,
		signal: AbortSignal,
	): Promise<Reply> {
		const reply = { ...what, begun: false };
		this.#queue.push(reply);
		this.#expected += reply.acks + reply.data;
		this.#sentAt = this.#wire.link.clock.now();
		this.#sentBytes = bytes.length;
		this.#quietAt = this.#sentAt + OUT_MS + this.#wire.wireMs(bytes.length + this.#expected);
		await this.#wire.send(bytes, signal);
		return reply;
	}

	/** All but what may be left over in the adapter, which is less than a packet. */
	async #takePackets(ms: number, signal: AbortSignal): Promise<void> {
		const onLine = this.#wire.wireMs(this.#sentBytes + this.#expected);
		if (this.#expected >= PACKET) await this.#take(this.#expected - PACKET + 1, ms, signal);
		const late = this.#wire.link.clock.now() - this.#sentAt - onLine;
		this.#slow = late > this.#timerMs / 2 ? this.#slow + 1 : 0;
	}

	/** As `#takePackets`; a reply that does not come is for the caller to miss. */
	async #nudged(signal: AbortSignal): Promise<void> {
		try {
			await this.#takePackets(2 * this.#timerMs, signal);
		} catch (error) {
			if (!isFailure(error, 'wire.deadline')) throw error;
		}
		await this.#letTailPass(signal);
	}

	/** Waits until what is still expected has left the ROM, whether the adapter passes it on or not. */
	async #letTailPass(signal: AbortSignal): Promise<void> {
		if (this.#expected === 0) return;
		const { link } = this.#wire;
		const onLine = Math.max(this.#wire.wireMs(this.#expected), this.#quietAt - link.clock.now());
		const wait = { ms: onLine + MARGIN_MS, what: 'the last bytes' };
		try {
			this.#feed(await link.read(this.#expected, wait, signal));
		} catch (error) {
			if (!isFailure(error, 'wire.deadline')) throw error;
			this.#feed(await link.read(link.available, wait, signal));
		}
	}

	/** At least `count` bytes, and what else is there. */
	async #take(count: number, ms: number, signal: AbortSignal): Promise<void> {
		const [{ topic } = { topic: { command: Command.readMemory } }] = this.#queue;
		if (count > 0) this.#feed(await this.#wire.receive(count, topic, ms, signal));
		const { link } = this.#wire;
		const more = Math.min(link.available, this.#expected);
		if (more > 0) this.#feed(await this.#wire.receive(more, topic, ms, signal));
	}

	#feed(bytes: Uint8Array): void {
		for (const byte of bytes) {
			const reply = this.#queue[0];
			if (!reply) throw new Failure('uart.unexpected', { command: 'nothing', found: byte });
			if (reply.acks > 0) {
				if (!isAcknowledgement(byte, reply.topic)) continue;
				reply.acks--;
			} else {
				reply.data--;
				if (reply.keep-- > 0) this.#ready.push(byte);
			}
			reply.begun = true;
			this.#expected--;
			if (reply.acks + reply.data === 0) this.#queue.shift();
		}
	}
}
