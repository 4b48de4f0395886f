// Finding text in the log while it grows: each line is looked at once. Pure but for what it remembers.
import type { ConsoleLog } from './console-log.ts';

export class ConsoleSearch {
	readonly query: string;
	readonly #log: ConsoleLog;
	/** Numbers of lines that hold the text, ascending. */
	#hits: number[] = [];
	#seen = 0;

	/** Upper and lower case are the same. */
	constructor(log: ConsoleLog, query: string) {
		this.#log = log;
		this.query = query.toLowerCase();
	}

	/** Numbers of all ended lines that hold the text now, ascending. */
	hits(): readonly number[] {
		if (this.query === '') return [];
		const { first, end } = this.#log;
		const gone = this.#hits.findIndex((number) => number >= first);
		if (gone !== 0) this.#hits.splice(0, gone < 0 ? this.#hits.length : gone);
		for (let number = Math.max(first, this.#seen); number < end; number++) {
			if (this.#log.get(number)?.text.toLowerCase().includes(this.query)) this.#hits.push(number);
		}
		this.#seen = end;
		return this.#hits;
	}

	/** The hit after (or before) the line of this number, around the end; undefined without any. */
	step(from: number, by: 1 | -1): number | undefined {
		const hits = this.hits();
		if (by === 1) return hits.find((number) => number > from) ?? hits[0];
		return hits.findLast((number) => number < from) ?? hits.at(-1);
	}
}

/** Where the query stands in a text: start and end of each place, in order, none over another. */
export function placesOf(text: string, query: string): readonly (readonly [number, number])[] {
	const places: [number, number][] = [];
	const wanted = query.toLowerCase();
	if (wanted === '') return places;
	// Lower case may be longer than what it is of (U+0130): then places would not fit the text.
	const lower = text.toLowerCase();
	const within = lower.length === text.length ? lower : text;
	for (let at = within.indexOf(wanted); at >= 0; at = within.indexOf(wanted, at + wanted.length)) {
		places.push([at, at + wanted.length]);
	}
	return places;
}
