// A place in a mangled name, and the bounds on what it may cost: names come from files of any origin, and a few dozen
// characters of back references can ask for gigabytes.

const MAX_DEPTH = 120;
const MAX_STEPS = 20_000;
const MAX_TEXT = 16 * 1024;

/** The name is not understood; its reader answers "undefined". */
export class GiveUp extends Error {}

export class Cursor {
	protected at = 0;
	protected readonly text: string;
	private depth = 0;
	private steps = 0;

	constructor(text: string) {
		this.text = text;
	}

	get done(): boolean {
		return this.at >= this.text.length;
	}

	protected giveUp(): never {
		throw new GiveUp();
	}

	/** The next character, '' at the end. */
	protected peek(ahead = 0): string {
		return this.text[this.at + ahead] ?? '';
	}

	protected take(): string {
		return this.text[this.at++] ?? this.giveUp();
	}

	protected skip(word: string): boolean {
		if (!this.text.startsWith(word, this.at)) return false;
		this.at += word.length;
		return true;
	}

	protected chars(count: number): string {
		const end = this.at + count;
		if (end > this.text.length) this.giveUp();
		const text = this.text.slice(this.at, end);
		this.at = end;
		return text;
	}

	/** What a sticky pattern matches here. */
	protected match(pattern: RegExp): string {
		pattern.lastIndex = this.at;
		const found = pattern.exec(this.text)?.[0];
		if (found === undefined) return this.giveUp();
		this.at += found.length;
		return found;
	}

	/** Items up to an end mark. */
	protected until<T>(mark: string, read: () => T): T[] {
		const items: T[] = [];
		while (!this.skip(mark)) items.push(read());
		return items;
	}

	protected deeper<T>(read: () => T): T {
		if (++this.depth > MAX_DEPTH || ++this.steps > MAX_STEPS) this.giveUp();
		const result = read();
		this.depth--;
		return result;
	}

	protected bounded(text: string): string {
		return text.length > MAX_TEXT ? this.giveUp() : text;
	}
}
