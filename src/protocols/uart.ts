// The UART ROM bootloader as a Programmer: every command of AN3155 (rev 14). Frames are in uart-frames.ts, the way
// back from a disturbed line in uart-wire.ts. It knows no chip.
import { u32le, xor } from '#core/bytes.ts';
import { STM32_CRC_INITIAL, STM32_CRC_POLYNOMIAL } from '#core/crc.ts';
import type { FlashTimings } from '#core/device.ts';
import { Failure, isFailure } from '#core/failure.ts';
import { regionAt, type MemoryMap, type Sector } from '#core/memory.ts';
import type { Effect } from '#core/quirk.ts';
import { size, type Range } from '#core/range.ts';
import { eraseTime } from '#core/steps.ts';
import { timerOf } from '#core/wires.ts';
import { mustWriteAgain, WORST_TIMINGS } from './disturbed.ts';
import type { Identity, Limits, Programmer } from './programmer.ts';
import { resetInto, type ResetLines } from './reset-lines.ts';
import { UartAhead } from './uart-ahead.ts';
import * as frame from './uart-frames.ts';
import { ACK, Command, Deadline } from './uart-frames.ts';
import { acknowledgedTwice, asksReadoutProtected, protectSectors } from './uart-protection.ts';
import { badReply, type Topic, type UartWire } from './uart-wire.ts';

/** Bytes a blank check reads at one place: enough to see, short enough not to be felt at 115200 baud. */
const SAMPLE = 32;
/** Where a reset starts: every STM32 maps its flash here. */
const FLASH_START = 0x08000000;
/** After this many disturbed one-go frames the ROM is taken for one that cannot keep up. */
const ONE_GO_PATIENCE = 2;

export class UartProgrammer implements Programmer {
	readonly identity: Identity;
	limits: Limits;
	readonly #wire: UartWire;
	readonly #lines: ResetLines | undefined;
	readonly #ahead: UartAhead;
	#timings: FlashTimings = WORST_TIMINGS;
	#memory: MemoryMap = [];
	#oneGoTrouble = 0;
	#quirks: readonly Effect[] = [];

	constructor(wire: UartWire, identity: Identity, lines?: ResetLines) {
		this.#wire = wire;
		this.#lines = lines;
		this.#ahead = new UartAhead(wire, timerOf(identity));
		this.identity = identity;
		const offers = (code: number): boolean => identity.commands?.includes(code) ?? false;
		this.limits = {
			transferSize: frame.MAX_TRANSFER,
			sectorsPerErase: offers(Command.extendedErase)
				? frame.MAX_EXTENDED_ERASE_LIST
				: frame.MAX_ERASE_LIST,
			massErase: offers(Command.extendedErase) || offers(Command.erase),
			checksum: offers(Command.getChecksum),
			addressed: true,
			inOrder: this.#ahead.useful,
			sampleSize: SAMPLE,
		};
	}

	useTimings(timings: FlashTimings): void {
		this.#timings = timings;
	}

	useQuirks(effects: readonly Effect[]): void {
		this.#quirks = effects;
		const least = (usual: number, limits: readonly (number | undefined)[]): number =>
			Math.min(usual, ...limits.filter((limit) => limit !== undefined));
		this.limits = {
			...this.limits,
			transferSize: least(
				frame.MAX_TRANSFER,
				effects.map(({ bytes }) => bytes),
			),
			sectorsPerErase: least(
				this.limits.sectorsPerErase,
				effects.map(({ pages }) => pages),
			),
		};
		this.#ahead.longest = this.limits.transferSize;
	}

	useMemory(memory: MemoryMap): void {
		this.#memory = memory;
	}

	/** Erases by page number (3.7, 3.8). The second acknowledgement comes when the chip is done. */
	async erase(sectors: readonly Sector[], signal: AbortSignal): Promise<void> {
		await this.#erasePages(sectors, signal);
		const early = this.#quirk('wait-after-erase')?.msPerPage;
		if (early !== undefined) await this.#wire.link.clock.sleep(early * sectors.length, signal);
	}

	async #erasePages(sectors: readonly Sector[], signal: AbortSignal): Promise<void> {
		const pages = sectors.map(({ number }) => number);
		const longest = sectors.reduce(
			(sum, { range }) => sum + eraseTime(this.#timings, size(range)).maximumMs,
			0,
		);
		if (this.#offers(Command.extendedErase)) {
			await this.#erase(Command.extendedErase, frame.extendedPageList(pages), longest, signal);
			return;
		}
		if (pages.some((page) => page > 0xff))
			throw new Failure('uart.unsupported', { command: 'an erase of pages above 255' });
		await this.#erase(Command.erase, frame.pageList(pages), longest, signal);
	}

	async massErase(signal: AbortSignal): Promise<void> {
		const longest = this.#timings.massErase.maximumMs;
		if (this.#offers(Command.extendedErase)) {
			await this.#erase(Command.extendedErase, frame.extendedMass(), longest, signal);
		} else await this.#erase(Command.erase, frame.allPages(), longest, signal);
	}

	/** Erases one whole bank by its special code (3.8). */
	async eraseBank(bank: 1 | 2, signal: AbortSignal): Promise<void> {
		const code = bank === 1 ? frame.Extended.bank1 : frame.Extended.bank2;
		const longest = this.#timings.massErase.maximumMs;
		await this.#erase(Command.extendedErase, frame.extendedSpecial(code), longest, signal);
	}

	/**
	 * Writes up to 256 bytes (3.6). When the line was disturbed, what is in the memory decides: already there is
	 * done, still blank is written again, anything else is `job.half-written`.
	 */
	async write(address: number, data: Uint8Array, signal: AbortSignal): Promise<void> {
		const topic = { command: Command.writeMemory, address };
		const { program } = this.#timings;
		const units = Math.ceil(data.length / program.bytes);
		const lastMs = Deadline.acknowledge + units * (program.maximumUs / 1000);
		const part = frame.writeData(data);
		const bytes = [...frame.command(topic.command), ...frame.address(address), ...part];
		const programMs = units * (program.typicalUs / 1000);
		const readableTo = regionAt(this.#memory, address)?.range.end ?? address;
		await this.#wire.attempt(signal, async (attempt) => {
			if (attempt > 1 && !(await this.#mustWrite(address, data, signal))) return;
			const write = { topic, bytes, programMs, lastMs, readableTo };
			const quick = this.#listens() && this.#ahead.hurriedWrite(write, signal);
			if (quick && (await this.#quickly(quick))) return;
			await this.#ahead.finish(signal);
			await this.#addressed(topic, [part], lastMs, signal);
		});
	}

	async read(range: Range, signal: AbortSignal, until = range.end): Promise<Uint8Array> {
		const topic = { command: Command.readMemory, address: range.start };
		return await this.#wire.attempt(signal, async (attempt) => {
			if (attempt === 1 && this.#ahead.suits(range, until)) {
				const bytes = await this.#quickly(this.#ahead.read(range, until, signal));
				if (bytes) return bytes;
			}
			await this.#ahead.finish(signal);
			await this.#addressed(topic, [frame.readCount(size(range))], Deadline.acknowledge, signal);
			return await this.#wire.receive(size(range), topic, Deadline.acknowledge, signal);
		});
	}

	/**
	 * Get Checksum (3.13) of whole words. Text and byte list of the section disagree whether one or two
	 * acknowledgements precede the sum, so both are understood; the sum carries its own check byte.
	 */
	async checksum(range: Range, signal: AbortSignal): Promise<number> {
		const topic = { command: Command.getChecksum, address: range.start };
		return await this.#attempt(signal, async () => {
			const words = [size(range) / 4, STM32_CRC_POLYNOMIAL, STM32_CRC_INITIAL].map(frame.word);
			const ms = Deadline.acknowledge + size(range) / 100;
			await this.#addressed(topic, words, ms, signal);
			let reply = await this.#wire.receive(5, topic, ms, signal);
			if (reply[0] === ACK && xor(reply) !== 0) {
				const more = await this.#wire.receive(1, topic, Deadline.acknowledge, signal);
				reply = Uint8Array.from([...reply.subarray(1), ...more]);
			}
			if (xor(reply) !== 0) throw badReply(topic.command, reply);
			return u32le(reply.slice(0, 4).reverse(), 0);
		});
	}

	/** Get Version (3.2): the protocol version once more, 0x31 for 3.1, and two bytes that newer ROMs leave at zero. */
	async version(signal: AbortSignal): Promise<number> {
		const topic = { command: Command.getVersion };
		return await this.#attempt(signal, async () => {
			await this.#wire.send(frame.command(topic.command), signal);
			await this.#wire.acknowledged(topic, Deadline.acknowledge, signal);
			const reply = await this.#wire.receive(4, topic, Deadline.acknowledge, signal);
			if (reply[3] !== ACK) throw badReply(topic.command, reply);
			return reply[0]!;
		});
	}

	async readoutProtected(signal: AbortSignal): Promise<boolean> {
		await this.#ahead.finish(signal);
		return await asksReadoutProtected(this.#wire, signal);
	}

	/**
	 * Resets the board into its application where both lines are wired: a clean start. Else Go (3.5): the ROM loads
	 * the stack pointer and jumps; it answers before it does.
	 */
	async leave(address: number, signal: AbortSignal): Promise<void> {
		if (this.#quirk('cannot-start'))
			throw new Failure('job.not-started', { reason: 'this ROM cannot.' });
		const byReset = this.#lines?.boot !== undefined && !this.#quirk('start-by-go');
		if (this.#lines && byReset && address === FLASH_START) {
			const { port, clock } = this.#wire.link;
			await resetInto('application', this.#lines, { port, clock }, signal);
			return;
		}
		const topic = { command: Command.go, address };
		await this.#ahead.finish(signal);
		if (this.#quirk('go-one-acknowledgement')) {
			await this.#wire.send([...frame.command(topic.command), ...frame.address(address)], signal);
			await this.#wire.acknowledged(topic, Deadline.acknowledge, signal);
			return;
		}
		await this.#attempt(signal, async () => {
			await this.#addressed(topic, [], Deadline.acknowledge, signal);
		});
	}

	/** 3.9: the chip resets afterwards and must be connected again. Sector codes are the reference manual's. */
	async writeProtect(sectors: readonly number[], signal: AbortSignal): Promise<void> {
		await this.#ahead.finish(signal);
		await protectSectors(this.#wire, sectors, signal);
	}

	/** 3.10. The chip resets afterwards. */
	async writeUnprotect(signal: AbortSignal): Promise<void> {
		await this.#twice(Command.writeUnprotect, Deadline.protection, signal);
	}

	/** 3.11. The chip resets afterwards. */
	async readoutProtect(signal: AbortSignal): Promise<void> {
		await this.#twice(Command.readoutProtect, Deadline.protection, signal);
	}

	/** 3.12: erases everything. The chip resets afterwards. */
	async readoutUnprotect(signal: AbortSignal): Promise<void> {
		await this.#twice(Command.readoutUnprotect, Deadline.readoutUnprotect, signal);
	}

	get disturbances(): number {
		return this.#wire.retries + this.#wire.link.faults;
	}

	async settle(signal: AbortSignal): Promise<void> {
		this.#ahead.forget();
		await this.#wire.resynchronise(signal);
	}

	async close(): Promise<void> {
		await this.#wire.link.close();
	}

	#quirk(kind: Effect['kind']): Effect | undefined {
		return this.#quirks.find((effect) => effect.kind === kind);
	}

	#offers(code: number): boolean {
		return this.identity.commands?.includes(code) ?? false;
	}

	/** A command that is no part of reading on or of a hurried write. */
	async #attempt<T>(signal: AbortSignal, say: () => Promise<T>): Promise<T> {
		await this.#ahead.finish(signal);
		return await this.#wire.attempt(signal, say);
	}

	/** What goes wrong on the quicker way is told to it. */
	async #quickly<T>(work: Promise<T>): Promise<T> {
		try {
			return await work;
		} catch (error) {
			if (isFailure(error)) this.#ahead.disturbed();
			else this.#ahead.forget();
			throw error;
		}
	}

	/** The ROM listens while it acknowledges. */
	readonly #listens = (): boolean => this.#oneGoTrouble < ONE_GO_PATIENCE;

	async #erase(
		code: number,
		list: number[],
		longestMs: number,
		signal: AbortSignal,
	): Promise<void> {
		const topic = { command: code };
		await this.#attempt(signal, async () => {
			await this.#wire.send(frame.command(code), signal);
			await this.#wire.acknowledged(topic, Deadline.acknowledge, signal);
			await this.#wire.send(list, signal);
			const wireMs = this.#wire.wireMs(list.length);
			await this.#wire.acknowledged(topic, Deadline.acknowledge + wireMs + longestMs, signal);
		});
	}

	/**
	 * A command with an address and further parts, each acknowledged. In one go where that is safe: one write to the
	 * adapter instead of three spares two of its latencies a block.
	 */
	async #addressed(
		topic: Required<Topic>,
		parts: readonly number[][],
		lastMs: number,
		signal: AbortSignal,
	): Promise<void> {
		const stages = [frame.command(topic.command), frame.address(topic.address), ...parts];
		const whole = stages.flat();
		const oneGo = this.#listens() && !frame.containsHarmfulCommand(whole);
		try {
			if (oneGo) await this.#wire.send(whole, signal);
			for (const [index, stage] of stages.entries()) {
				if (!oneGo) await this.#wire.send(stage, signal);
				const last = index === stages.length - 1;
				await this.#wire.acknowledged(topic, last ? lastMs : Deadline.acknowledge, signal);
			}
		} catch (error) {
			if (oneGo && !signal.aborted) this.#oneGoTrouble++;
			throw error;
		}
	}

	async #twice(code: number, ms: number, signal: AbortSignal): Promise<void> {
		await this.#ahead.finish(signal);
		await acknowledgedTwice(this.#wire, code, ms, signal);
	}

	async #mustWrite(address: number, data: Uint8Array, signal: AbortSignal): Promise<boolean> {
		const found = await this.read({ start: address, end: address + data.length }, signal);
		return mustWriteAgain(found, { address, data }, this.#memory);
	}
}
