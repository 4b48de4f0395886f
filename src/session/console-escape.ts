// Which bytes are escape sequences (ECMA-48 5.3 to 5.6, and the strings of 8.3): taken out of the text, and of them
// only Select Graphic Rendition is told. Every sequence is bounded: one that never ends does not hide what follows.

export type Verdict =
	/** The byte is text, or a control character outside of any sequence. */
	| 'text'
	| 'swallowed'
	/** The sequence was ECMA-48's SGR; `parameters` holds what stood in it. */
	| 'style';

const ESC = 0x1b;
const BEL = 0x07;
/** No terminal sends longer ones; a hostile line is heard again after these. Bytes. */
const MAX_SEQUENCE = 128;
const MAX_STRING = 1024;

export class Escapes {
	#state: 'ground' | 'escape' | 'intermediate' | 'control' | 'string' = 'ground';
	#length = 0;
	#text = '';
	/** Of the last 'style'. */
	parameters = '';

	/** Inside a sequence. */
	get open(): boolean {
		return this.#state !== 'ground';
	}

	push(byte: number): Verdict {
		if (byte === ESC) {
			this.#enter('escape');
			return 'swallowed';
		}
		if (this.#state === 'ground') return 'text';
		// The end of a line ends whatever was begun on it.
		if (byte === 0x0a || byte === 0x0d) return this.#leave('text');
		const bound = this.#state === 'string' ? MAX_STRING : MAX_SEQUENCE;
		if (++this.#length > bound) return this.#leave('text');
		switch (this.#state) {
			case 'escape':
				return this.#afterEscape(byte);
			case 'intermediate':
				if (byte >= 0x20 && byte <= 0x2f) return 'swallowed';
				return this.#leave(byte >= 0x30 && byte <= 0x7e ? 'swallowed' : 'text');
			case 'control':
				return this.#inControl(byte);
			case 'string':
				return byte === BEL ? this.#leave('swallowed') : 'swallowed';
		}
	}

	#afterEscape(byte: number): Verdict {
		if (byte === 0x5b) return this.#enter('control'); // [
		// DCS, SOS, OSC, PM and APC: strings up to BEL or ST; ST is an escape of its own.
		if ([0x50, 0x58, 0x5d, 0x5e, 0x5f].includes(byte)) return this.#enter('string');
		if (byte >= 0x20 && byte <= 0x2f) return this.#enter('intermediate');
		return this.#leave(byte >= 0x30 && byte <= 0x7e ? 'swallowed' : 'text');
	}

	#inControl(byte: number): Verdict {
		if (byte >= 0x20 && byte <= 0x3f) {
			this.#text += String.fromCharCode(byte);
			return 'swallowed';
		}
		const sgr = byte === 0x6d && /^[0-9;:]*$/.test(this.#text);
		if (sgr) this.parameters = this.#text;
		if (sgr) return this.#leave('style');
		return this.#leave(byte >= 0x40 && byte <= 0x7e ? 'swallowed' : 'text');
	}

	#enter(state: 'escape' | 'intermediate' | 'control' | 'string'): Verdict {
		this.#state = state;
		this.#length = 0;
		this.#text = '';
		return 'swallowed';
	}

	#leave(verdict: Verdict): Verdict {
		this.#state = 'ground';
		return verdict;
	}
}
