// Text in hex digits, grown as it is written: a line a string would cost ten times the file.
import { codes } from './reading.ts';

const DIGITS = codes('0123456789ABCDEF');
const NEWLINE = 0x0a;
const FIRST_SIZE = 4096;

export class RecordText {
	#bytes = new Uint8Array(FIRST_SIZE);
	#at = 0;

	/** One line: the mark as it is (ASCII), then every byte as two digits. */
	line(mark: string, ...parts: readonly Iterable<number>[]): void {
		for (let i = 0; i < mark.length; i++) this.#put(mark.charCodeAt(i));
		for (const part of parts) {
			for (const byte of part) {
				this.#put(DIGITS[byte >>> 4]!);
				this.#put(DIGITS[byte & 15]!);
			}
		}
		this.#put(NEWLINE);
	}

	finish(): Uint8Array {
		return this.#bytes.slice(0, this.#at);
	}

	#put(code: number): void {
		if (this.#at === this.#bytes.length) {
			const larger = new Uint8Array(this.#bytes.length * 2);
			larger.set(this.#bytes);
			this.#bytes = larger;
		}
		this.#bytes[this.#at++] = code;
	}
}

/** All bytes added, modulo 256. */
export function sum8(...parts: readonly Iterable<number>[]): number {
	let sum = 0;
	for (const part of parts) for (const byte of part) sum = (sum + byte) & 0xff;
	return sum;
}
