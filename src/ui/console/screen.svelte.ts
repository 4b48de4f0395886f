// What the Console view remembers beside the console itself: how it is shown, what is searched for, what was typed.
import type { Console } from '#session/console.svelte.ts';
import type { LogLine } from '#session/console-log.ts';
import type { LineSettings } from '#session/console-port.ts';
import { ConsoleSearch } from '#session/console-search.ts';
import {
	afterText,
	clockText,
	controlName,
	hexBytes,
	lineBytes,
	LONGEST_SENT,
	type Ending,
} from '#session/console-text.ts';
import { offsetAt } from './local-time.ts';

export type Times = 'none' | 'clock' | 'after';

export const rates = [
	9600, 19200, 38400, 57600, 115200, 230400, 460800, 500000, 921600, 1000000, 2000000,
];
const FASTEST = 20_000_000;
const HISTORY = 100;

export const frames = ['8N1', '8E1', '8O1', '8N2', '8E2', '7E1', '7O1'] as const;
export type Frame = (typeof frames)[number];
const parities = { N: 'none', E: 'even', O: 'odd' } as const;

export const frameOf = ({ dataBits, parity, stopBits }: LineSettings): string =>
	`${dataBits}${{ none: 'N', even: 'E', odd: 'O' }[parity]}${stopBits}`;

export class ConsoleScreen {
	readonly console: Console;
	hex = $state(false);
	times = $state<Times>('clock');
	following = $state(true);
	query = $state('');
	/** Number of the line the search stands at. */
	found = $state<number>();
	/** A row to bring into sight; a new object each time. */
	target = $state.raw<{ readonly row: number }>();
	typed = $state('');
	ending = $state<Ending>('crlf');
	sendHex = $state(false);
	readonly #history: string[] = [];
	#recalled = 0;

	constructor(console: Console) {
		this.console = console;
	}

	readonly #search = $derived.by(() => new ConsoleSearch(this.console.log, this.query));

	/** Lines that hold the search text, and which of them the search stands at, from 1. */
	readonly hits: { readonly count: number; readonly at: number } = $derived.by(() => {
		void this.console.revision;
		const hits = this.#search.hits();
		return { count: hits.length, at: this.found === undefined ? 0 : hits.indexOf(this.found) + 1 };
	});

	/** What stands in the field cannot be sent, and why. */
	readonly refusal: string = $derived.by(() => {
		if (this.console.state.status !== 'open') return 'The port is not open.';
		if (this.sendHex && this.typed.trim() === '') return 'Type bytes such as 1B 5B 41.';
		const bytes = this.#bytes();
		if (!bytes) return 'These are no hex bytes.';
		return bytes.length > LONGEST_SENT ? `At most ${LONGEST_SENT} bytes at once.` : '';
	});

	/** Goes to the next line that holds the text, or the one before. */
	step(by: 1 | -1): void {
		const { log } = this.console;
		const from = this.found ?? (by === 1 ? log.first - 1 : log.end);
		this.found = this.#search.step(from, by);
		if (this.found === undefined) return;
		this.hex = false;
		this.following = false;
		this.target = { row: this.found - log.first };
	}

	send(): void {
		const bytes = this.#bytes();
		if (this.refusal !== '' || !bytes) return;
		void this.console.send(bytes, this.sendHex ? `[${this.typed.trim()}]` : this.typed);
		if (this.#history.at(-1) !== this.typed && this.typed !== '') this.#history.push(this.typed);
		if (this.#history.length > HISTORY) this.#history.shift();
		this.#recalled = this.#history.length;
		this.typed = '';
		this.following = true;
	}

	sendControl(byte: number): void {
		void this.console.send(Uint8Array.of(byte), controlName(byte));
	}

	/** What was sent before, or after that. */
	recall(by: 1 | -1): void {
		const place = this.#recalled + by;
		if (place < 0 || place > this.#history.length) return;
		this.#recalled = place;
		this.typed = this.#history[place] ?? '';
	}

	clear(): void {
		this.console.clear();
		this.found = undefined;
		this.following = true;
	}

	/** "12:30:01.250", or the time since the line before. */
	timeOf(line: LogLine): string {
		if (this.times === 'none') return '';
		if (this.times === 'after') return afterText(line.after);
		return clockText(line.at, offsetAt(line.at));
	}

	/** A rate as typed; an impossible one changes nothing. */
	setRate(text: string): void {
		const baudRate = Number(text.replace(/[\s,._]/g, ''));
		if (!Number.isInteger(baudRate) || baudRate < 1 || baudRate > FASTEST) return;
		void this.console.change({ ...this.console.settings, baudRate });
	}

	setFrame(frame: string): void {
		const [, bits, parity, stops] = /^([78])([NEO])([12])$/.exec(frame) ?? [];
		if (bits === undefined || stops === undefined) return;
		void this.console.change({
			...this.console.settings,
			dataBits: bits === '7' ? 7 : 8,
			parity: parities[parity as keyof typeof parities],
			stopBits: stops === '2' ? 2 : 1,
		});
	}

	/** For the next visit. */
	get choices(): string {
		const { times, ending, sendHex } = this;
		const { settings, lines } = this.console;
		return JSON.stringify({
			times,
			ending,
			sendHex,
			frame: frameOf(settings),
			rate: settings.baudRate,
			lines,
		});
	}

	/** What `choices` said in an earlier visit; only what can be chosen is taken. */
	choose(text: string): void {
		let kept: unknown;
		try {
			kept = JSON.parse(text);
		} catch {
			return;
		}
		if (typeof kept !== 'object' || kept === null) return;
		const { times, ending, sendHex, frame, rate } = kept as Record<string, unknown>;
		const is = <T extends string>(value: unknown, ...all: readonly T[]): value is T =>
			all.some((one) => one === value);
		if (is(times, 'none', 'clock', 'after')) this.times = times;
		if (is(ending, 'none', 'lf', 'cr', 'crlf')) this.ending = ending;
		this.sendHex = sendHex === true;
		if (is(frame, ...frames)) this.setFrame(frame);
		if (typeof rate === 'number') this.setRate(String(rate));
		const { lines } = kept as { lines?: { dtr?: unknown; rts?: unknown } };
		if (typeof lines?.dtr === 'boolean' && typeof lines.rts === 'boolean')
			void this.console.setLines({ dtr: lines.dtr, rts: lines.rts });
	}

	#bytes(): Uint8Array | undefined {
		return this.sendHex ? hexBytes(this.typed) : lineBytes(this.typed, this.ending);
	}
}

const screens = new WeakMap<Console, ConsoleScreen>();

/** The screen of a console, the same whenever its view is shown; `recall` has the choices of an earlier visit. */
export function screenOf(console: Console, recall: () => string | undefined): ConsoleScreen {
	const known = screens.get(console);
	if (known) return known;
	const made = new ConsoleScreen(console);
	const kept = recall();
	if (kept !== undefined) made.choose(kept);
	screens.set(console, made);
	return made;
}
