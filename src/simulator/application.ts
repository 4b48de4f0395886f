// What a programmed board does after its bootloader has gone: a small application that says on its UART which program
// it is, gives a sign of life, and answers a few words. It stands for no real firmware; it gives a console something
// true to show, since what it says is made from what the flash holds.
import { stm32Crc } from '#core/crc.ts';
import type { Clock } from '#ports/clock.ts';
import type { Board } from './board.ts';
import type { Run } from './receiver.ts';
import type { LineFormat } from './uart-talk.ts';

export interface ApplicationOptions {
	/** A line this often, in milliseconds of the board's time; without it the application only answers. */
	readonly heartbeatMs?: number;
	/** Where its program holds its version, as text up to a NUL; without it the program is known by its own text. */
	readonly versionAt?: number;
}

export interface ApplicationHost {
	readonly board: Board;
	readonly clock: Clock;
	/** Where its vector table lies. */
	readonly base: number;
	/** Puts bytes on the line. */
	send(run: Run): void;
}

export const APPLICATION_BAUD = 115200;
const BYTE_MS = (10 * 1000) / APPLICATION_BAUD;
/** Until clocks and supplies are up. */
const START_MS = 250;
/** How much of the flash the program is known by. Bytes. */
const KNOWN_BY = 64 * 1024;
const LONGEST_COMMAND = 80;
const LONGEST_VERSION = 16;
/** Where a program names itself: behind its vectors, as a text with a version in it, up to a NUL. Bytes. */
const NAMED_WITHIN = 1024;
const NAME = /([A-Za-z][ -~]{2,40}\d\.\d[ -~]{0,40})\0/;
const MOST_LINES = 200_000;
/** Lines of a flood put on the line at once. */
const BATCH = 32;

export class Application {
	readonly #host: ApplicationHost;
	readonly #signal: AbortSignal;
	readonly #options: ApplicationOptions;
	#lineFree = 0;
	#typed = '';

	constructor(host: ApplicationHost, options: ApplicationOptions, signal: AbortSignal) {
		this.#host = host;
		this.#options = options;
		this.#signal = signal;
	}

	/** Runs until the chip is reset. An empty flash runs nothing. */
	async run(): Promise<void> {
		const program = this.#program();
		if (program === undefined) return;
		const { heartbeatMs } = this.#options;
		try {
			await this.#sleep(START_MS);
			this.#say('');
			this.#say(`\x1b[1mvirtual ${this.#host.board.device.name}\x1b[0m`);
			this.#say(`program \x1b[36m${program}\x1b[0m${this.#version()}, type \x1b[32mhelp\x1b[0m`);
			for (let beat = 1; heartbeatMs !== undefined; beat++) {
				await this.#sleep(heartbeatMs);
				this.#say(`\x1b[90m${program}\x1b[0m${this.#version()} alive ${beat}`);
			}
		} catch (error) {
			if (!this.#signal.aborted) throw error;
		}
	}

	/** Bytes from the host; at another rate or format they are noise to it. */
	arrive({ bytes }: Run, { baudRate, dataBits, parity, stopBits }: LineFormat): void {
		if (baudRate !== APPLICATION_BAUD || dataBits !== 8 || parity !== 'none' || stopBits !== 1)
			return;
		for (const byte of bytes) {
			if (byte === 0x0d || byte === 0x0a) this.#obey();
			else if (byte === 0x03) this.#typed = '';
			else if (this.#typed.length < LONGEST_COMMAND) this.#typed += String.fromCharCode(byte);
		}
	}

	#obey(): void {
		const [word = '', argument = ''] = this.#typed.trim().split(/\s+/);
		this.#typed = '';
		if (word === '') return;
		if (word === 'help') this.#say('help, version, led on, led off, flood <lines>');
		else if (word === 'version')
			this.#say(`program ${this.#program() ?? 'none'}${this.#version()}`);
		else if (word === 'led') this.#say(argument === 'on' ? '\x1b[33mled on\x1b[0m' : 'led off');
		else if (word === 'flood') void this.#flood(Math.min(MOST_LINES, Number(argument) || 0));
		else this.#say(`\x1b[31munknown: ${word}\x1b[0m`);
	}

	/** As fast as the line goes. */
	async #flood(lines: number): Promise<void> {
		try {
			for (let line = 1; line <= lines; line++) {
				this.#say(`flood ${line} of ${lines}`);
				if (line % BATCH === 0) await this.#sleep(this.#lineFree - this.#host.clock.now());
			}
		} catch (error) {
			if (!this.#signal.aborted) throw error;
		}
	}

	#say(text: string): void {
		const bytes = new TextEncoder().encode(`${text}\r\n`);
		const start = Math.max(this.#lineFree, this.#host.clock.now());
		this.#lineFree = start + bytes.length * BYTE_MS;
		this.#host.send({ bytes, at: start + BYTE_MS, byteMs: BYTE_MS });
	}

	/** Eight hex digits that differ when the program does; undefined where the flash has no stack to start with. */
	#program(): string | undefined {
		const { board, base: flash } = this.#host;
		const words = new DataView(board.peek({ start: flash, end: flash + 8 }).slice().buffer);
		// ARMv7-M B1.5.5: the first word of the vector table is the stack pointer, which lies in RAM.
		if (words.getUint32(0, true) >>> 28 !== 2) return undefined;
		const last = board.sectors.at(-1)!.range.end;
		const sum = stm32Crc(board.peek({ start: flash, end: Math.min(last, flash + KNOWN_BY) }));
		return sum.toString(16).toUpperCase().padStart(8, '0');
	}

	/** " version 1.0.0" from where it is, ", beacon 1.0.0 for STM32F405" as the program calls itself, or nothing. */
	#version(): string {
		const { board, base } = this.#host;
		const { versionAt } = this.#options;
		if (versionAt !== undefined) {
			const bytes = board.peek({ start: versionAt, end: versionAt + LONGEST_VERSION });
			return ` version ${String.fromCharCode(...bytes).split('\0', 1)[0] ?? ''}`;
		}
		const end = Math.min(board.sectors.at(-1)!.range.end, base + NAMED_WITHIN);
		const head = String.fromCharCode(...board.peek({ start: base, end }));
		const name = NAME.exec(head)?.[1];
		return name === undefined ? '' : `, ${name}`;
	}

	#sleep(ms: number): Promise<void> {
		return this.#host.clock.sleep(ms, this.#signal);
	}
}
