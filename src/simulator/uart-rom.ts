// The ROM's UART loader as ST's AN3155 (Rev 14) describes it, one command at a time, byte by byte. It is single
// threaded: while it erases or programs it hears nothing. Section numbers below are AN3155's.
// Get Checksum (3.13): address, size in 32-bit words, polynomial and initial value, each with its own XOR and ACK; then
// one more ACK when the sum is there (an option: text and byte list of the section differ); then the sum, most
// significant byte first, and its XOR. No public ROM table lists the command, so the tail is not certain.
import { stm32Crc } from '#core/crc.ts';
import type { Sector } from '#core/memory.ts';
import type { Clock } from '#ports/clock.ts';
import { across } from './bank2-fault.ts';
import type { Board } from './board.ts';
import type { Oddities, Quirks } from './options.ts';
import { Hung, Refused, xor, type Talk } from './uart-talk.ts';
import { eraseList, legacyEraseList, protectionSectors } from './uart-lists.ts';

/** A CRC unit takes a word every few cycles of a ROM clock of some tens of MHz; assumed. */
const CHECKSUM_BYTES_PER_MS = 32 * 1024;

/** What the ROM offers, in the order Get lists it (3.1). Which erase command depends on the family. */
const commandsOf = (
	set: 'legacy' | 'extended' | 'extended+special',
	checksum: boolean,
): number[] => [
	...[0x00, 0x01, 0x02, 0x11, 0x21, 0x31, set === 'legacy' ? 0x43 : 0x44],
	...[0x63, 0x73, 0x82, 0x92],
	...(checksum ? [0xa1] : []),
];

/** Sent by some ROMs while they work (AN4221 2.1). */
const BUSY = 0x76;
/** The shortest read of the identity registers that ROMs with that oddity give. */
const REGISTER_BLOCK = 128;

/** Commands that a read-protected chip still obeys (3.2, 3.3, 3.12). */
const openCommands = [0x00, 0x01, 0x02, 0x92];

/** What the ROM needs of the board around it. */
export interface UartHost {
	readonly board: Board;
	readonly clock: Clock;
	readonly quirks: Quirks;
	readonly oddities: Oddities;
	/** The first byte was 0x7F: this interface has the ROM now. False when another one has. */
	claim(): boolean;
	/** A program starts at this address. */
	start(address: number): void;
	/** The ROM resets the chip. */
	reset(): void;
}

export class UartRom {
	readonly #host: UartHost;
	readonly #talk: Talk;
	readonly #signal: AbortSignal;
	readonly #commands: number[];

	constructor(host: UartHost, talk: Talk, signal: AbortSignal) {
		this.#host = host;
		this.#talk = talk;
		this.#signal = signal;
		const { commandSet = 'extended' } = host.board.device.bootloader;
		this.#commands = commandsOf(commandSet, host.quirks.checksumAcks > 0);
	}

	/** Runs until the chip is reset or loses its supply. */
	async run(): Promise<void> {
		try {
			await this.#talk.take(1);
			if (!this.#host.claim()) return;
			await this.#talk.attempt(async () => {
				await this.#talk.ack();
				if (!this.#host.quirks.twoAcksOnConnect) return;
				this.#host.oddities.strike('twoAcksOnConnect');
				await this.#talk.ack();
			});
			for (;;) {
				const [code = 0, complement = 0] = await this.#talk.take(2);
				await this.#talk.attempt(() => this.#command(code, complement));
			}
		} catch (error) {
			if (!(error instanceof Hung) && !this.#signal.aborted) throw error;
		}
	}

	async #command(code: number, complement: number): Promise<void> {
		if ((code ^ complement) !== 0xff || !this.#commands.includes(code)) throw new Refused();
		const { board, quirks, oddities } = this.#host;
		const closed = board.readoutProtection > 0 && quirks.protection === 'refuses';
		if (closed && !openCommands.includes(code)) {
			if (quirks.doubleNack && [0x11, 0x31].includes(code)) {
				oddities.strike('doubleNack');
				await this.#talk.nack();
			}
			throw new Refused();
		}
		await this.#obey(code);
	}

	async #obey(code: number): Promise<void> {
		const { board, quirks, oddities } = this.#host;
		if (code === 0x21 && quirks.goWithoutAck) oddities.strike('goWithoutAck');
		else await this.#talk.ack();
		switch (code) {
			case 0x00: // 3.1
				if (quirks.missingCommands > 0) oddities.strike('missingCommands');
				await this.#talk.send(
					this.#commands.length + quirks.missingCommands,
					this.#version,
					...this.#commands,
				);
				return this.#talk.ack();
			case 0x01: // 3.2
				await this.#talk.send(this.#version, 0x00, 0x00);
				return this.#talk.ack();
			case 0x02: // 3.3
				await this.#talk.send(0x01, board.device.productId >> 8, board.device.productId & 0xff);
				return this.#talk.ack();
			case 0x11:
				return this.#read();
			case 0x21:
				return this.#go();
			case 0x31:
				return this.#write();
			case 0x43:
			case 0x44:
				return this.#erase(code);
			case 0x63:
				return this.#writeProtect();
			case 0x73: // 3.10
				board.writeProtected.clear();
				return this.#ackAndReset();
			case 0x82: // 3.11
				board.readoutProtection = 1;
				return this.#ackAndReset();
			case 0x92: // 3.12
				await this.#unprotect();
				return this.#ackAndReset();
			case 0xa1:
				return this.#checksum();
		}
	}

	/** 3.4 */
	async #read(): Promise<void> {
		const { board, quirks } = this.#host;
		const address = await this.#address(
			(start) => board.read({ start, end: start + 1 }) !== undefined,
		);
		const [length = 0, complement = 0] = await this.#talk.take(2);
		const bytes = board.read({ start: address, end: address + length + 1 });
		if ((length ^ complement) !== 0xff || !bytes) throw new Refused();
		this.#allow(length + 1, address);
		await this.#talk.ack();
		const closed = board.readoutProtection > 0 && board.kindAt(address) !== 'option-bytes';
		if (closed) this.#host.oddities.strike('protection');
		await this.#talk.send(...(closed && quirks.protection === 'drops' ? bytes.fill(0xff) : bytes));
	}

	/** 3.5 */
	async #go(): Promise<void> {
		const address = await this.#talk.word((start) => this.#host.board.executable(start));
		await this.#talk.settle();
		if (this.#host.quirks.goIgnored) {
			this.#host.oddities.strike('goIgnored');
			return;
		}
		this.#host.start(address);
		throw new Hung();
	}

	/** 3.6: word aligned, whole words, at most 256 bytes. */
	async #write(): Promise<void> {
		const { board, quirks } = this.#host;
		const address = await this.#address(
			(start) => start % 4 === 0 && board.writable({ start, end: start + 4 }),
		);
		const [length = 0] = await this.#talk.take(1);
		const rest = await this.#talk.take(length + 2);
		const data = rest.subarray(0, length + 1);
		const range = { start: address, end: address + data.length };
		if (xor([length, ...rest]) !== 0 || data.length % 4 !== 0) throw new Refused();
		if (!board.writable(range)) throw new Refused();
		this.#allow(data.length);
		if (board.readoutProtection > 0) return this.#talk.ack();
		const taken = await this.#talk.work(() => board.write(address, data, this.#signal));
		if (!taken && quirks.reportsFlashErrors) throw new Refused();
		await this.#talk.ack();
		if (board.kindAt(address) !== 'option-bytes') return;
		// 3.6: option bytes written through the ROM are loaded by a system reset.
		await board.loadOptionBytes(this.#signal);
		await this.#resetSoon();
	}

	/** 3.7 and 3.8: protected sectors are passed over without an error. */
	async #erase(code: number): Promise<void> {
		const { board } = this.#host;
		const legacy = code === 0x43;
		const head = await this.#talk.take(legacy ? 1 : 2);
		const count = legacy ? head[0]! : (head[0]! << 8) | head[1]!;
		const special = legacy ? count === 0xff : count >= 0xfff0;
		const rest = await this.#talk.take((special ? 0 : (count + 1) * head.length) + 1);
		// 3.7: the global erase of the old command is 0xFF 0x00; everywhere else the last byte is the XOR of all.
		const sum = legacy && special ? rest[0] : xor([...head, ...rest]);
		if (sum !== 0) throw new Refused();
		const asked = legacy
			? legacyEraseList(board, rest, special)
			: eraseList(board, count, rest, this.#host.quirks.pageNumbers);
		const cross = this.#host.quirks.erasesSwapped && typeof asked === 'object';
		const list = cross ? asked.map((sector) => across(board.sectors, sector)) : asked;
		const { pagesPerErase, earlyEraseAck, busyBytes } = this.#host.quirks;
		if (list === undefined) throw new Refused();
		if (typeof list !== 'number' && list.length > pagesPerErase) {
			this.#host.oddities.strike('pagesPerErase');
			throw new Refused();
		}
		if (busyBytes > 0) this.#host.oddities.strike('busyBytes');
		for (let i = 0; i < busyBytes; i++) await this.#talk.send(BUSY);
		if (earlyEraseAck) {
			this.#host.oddities.strike('earlyEraseAck');
			await this.#talk.ack();
			await this.#talk.work(() => this.#eraseAll(list));
			return;
		}
		const all = await this.#talk.work(() => this.#eraseAll(list));
		if (!all && this.#host.quirks.reportsFlashErrors) throw new Refused();
		await this.#talk.ack();
	}

	async #eraseAll(list: readonly Sector[] | number): Promise<boolean> {
		const { board, quirks, oddities } = this.#host;
		if (board.readoutProtection > 0) return true;
		if (typeof list === 'number') return board.massErase(list, this.#signal);
		let all = true;
		const struck = quirks.erasesFirstOnly ? list.slice(0, 1) : list;
		if (struck.length < list.length) oddities.strike('erasesFirstOnly');
		for (const sector of struck) all = (await board.erase(sector, this.#signal)) && all;
		return all;
	}

	/** 3.9 */
	async #writeProtect(): Promise<void> {
		const { board } = this.#host;
		const [count = 0] = await this.#talk.take(1);
		const rest = await this.#talk.take(count + 2);
		const sectors = protectionSectors(board, rest.subarray(0, -1));
		if (xor([count, ...rest]) !== 0 || !sectors) throw new Refused();
		for (const sector of sectors) board.writeProtected.add(sector);
		await this.#ackAndReset();
	}

	/** 3.12: all of the flash goes, protected sectors too. */
	async #unprotect(): Promise<void> {
		const { board } = this.#host;
		board.writeProtected.clear();
		await this.#talk.work(() => board.massErase(0, this.#signal));
		board.readoutProtection = 0;
	}

	/** 3.13 */
	async #checksum(): Promise<void> {
		const { board, quirks } = this.#host;
		const start = await this.#talk.word((value) => value % 4 === 0);
		const words = await this.#talk.word(
			(value) =>
				value > 0 &&
				value * 4 <= board.device.flashSize &&
				board.read({ start, end: start + value * 4 }) !== undefined,
		);
		const size = words * 4;
		const polynomial = await this.#talk.word(() => true);
		const initial = await this.#talk.word(() => true);
		const sum = stm32Crc(board.peek({ start, end: start + size }), polynomial, initial);
		await this.#talk.work(() => this.#host.clock.sleep(size / CHECKSUM_BYTES_PER_MS, this.#signal));
		if (quirks.checksumAcks === 2) await this.#talk.ack();
		const bytes = [sum >>> 24, (sum >>> 16) & 0xff, (sum >>> 8) & 0xff, sum & 0xff];
		await this.#talk.send(...bytes, xor(bytes));
	}

	/** ROMs that take no long transfers, or give no short ones of their registers. */
	#allow(bytes: number, readFrom?: number): void {
		const { board, quirks, oddities } = this.#host;
		const kind = readFrom === undefined ? 'flash' : board.kindAt(readFrom);
		const register = kind === undefined || kind === 'system';
		const short = quirks.refusesShortReads && register && bytes < REGISTER_BLOCK;
		const long = bytes > quirks.largestTransfer;
		if (short) oddities.strike('refusesShortReads');
		if (long) oddities.strike('largestTransfer');
		if (short || long) throw new Refused();
	}

	async #address(valid: (value: number) => boolean): Promise<number> {
		return this.#talk.word((value) => {
			const good = valid(value);
			if (good || !this.#host.quirks.silentBadAddress) return good;
			this.#host.oddities.strike('silentBadAddress');
			const refusal = new Refused();
			refusal.silent = true;
			throw refusal;
		});
	}

	get #version(): number {
		const [major = 3, minor = 1] = (this.#host.board.device.bootloader.protocol ?? '3.1')
			.split('.')
			.map(Number);
		return (major << 4) | minor;
	}

	async #ackAndReset(): Promise<void> {
		await this.#talk.ack();
		await this.#resetSoon();
	}

	async #resetSoon(): Promise<void> {
		await this.#talk.settle();
		this.#host.reset();
		throw new Hung();
	}
}
