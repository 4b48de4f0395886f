// UTF-8 byte by byte, across any borders between chunks. A byte that is no part of valid UTF-8 (The Unicode Standard,
// table 3-7) is handed on as itself, so that nothing received is ever hidden. Pure but for its own few bytes.

export interface Utf8Sink {
	character(text: string): void;
	/** A byte that belongs to no character. */
	invalid(byte: number): void;
}

export class Utf8 {
	readonly #sink: Utf8Sink;
	#pending: number[] = [];
	#missing = 0;
	#low = 0x80;
	#high = 0xbf;

	constructor(sink: Utf8Sink) {
		this.#sink = sink;
	}

	/** Inside a character whose other bytes are still to come. */
	get open(): boolean {
		return this.#missing > 0;
	}

	push(byte: number): void {
		if (this.#missing > 0) {
			if (byte >= this.#low && byte <= this.#high) {
				this.#pending.push(byte);
				[this.#low, this.#high] = [0x80, 0xbf];
				if (--this.#missing === 0) this.#finish();
				return;
			}
			this.flush();
		}
		if (byte < 0x80) this.#sink.character(String.fromCharCode(byte));
		else this.#begin(byte);
	}

	/** What is pending can no longer become a character. */
	flush(): void {
		const pending = this.#pending;
		this.#pending = [];
		this.#missing = 0;
		[this.#low, this.#high] = [0x80, 0xbf];
		for (const byte of pending) this.#sink.invalid(byte);
	}

	#begin(byte: number): void {
		if (byte < 0xc2 || byte > 0xf4) {
			this.#sink.invalid(byte);
			return;
		}
		this.#missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
		this.#pending = [byte];
		// Table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF.
		if (byte === 0xe0) this.#low = 0xa0;
		if (byte === 0xed) this.#high = 0x9f;
		if (byte === 0xf0) this.#low = 0x90;
		if (byte === 0xf4) this.#high = 0x8f;
	}

	#finish(): void {
		const bytes = this.#pending;
		this.#pending = [];
		const first = bytes[0]! & (bytes.length === 2 ? 0x1f : bytes.length === 3 ? 0x0f : 0x07);
		const code = bytes.slice(1).reduce((value, byte) => (value << 6) | (byte & 0x3f), first);
		this.#sink.character(String.fromCodePoint(code));
	}
}
