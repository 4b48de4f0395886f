// A line of the console as the screen draws it: cut where its look changes and where the search text stands.
import { paintOf } from '#session/console-colours.ts';
import type { LogLine } from '#session/console-log.ts';
import { placesOf } from '#session/console-search.ts';
import type { Style } from '#session/console-style.ts';

export interface Piece {
	readonly text: string;
	readonly look: Look;
	/** It is part of what is searched for. */
	readonly found: boolean;
}

export interface Look {
	/** CSS colours for both themes; undefined is the page's own. */
	readonly color: string | undefined;
	readonly background: string | undefined;
	/** Names of classes. */
	readonly classes: readonly string[];
}

const looks = new WeakMap<Style, Look>();

/** The pieces of a line, at least one. */
export function piecesOf({ runs, text }: LogLine, query: string): readonly Piece[] {
	const borders = placesOf(text, query);
	const pieces: Piece[] = [];
	let at = 0;
	for (const run of runs) {
		const end = at + run.text.length;
		const cuts = borders.flat().filter((place) => place > at && place < end);
		const look = lookOf(run.style, run.escaped);
		for (const [i, from] of [at, ...cuts].entries()) {
			const to = cuts[i] ?? end;
			const found = borders.some(([start, stop]) => from >= start && to <= stop);
			pieces.push({ text: run.text.slice(from - at, to - at), look, found });
		}
		at = end;
	}
	return pieces;
}

function lookOf(style: Style, escaped?: true): Look {
	const known = looks.get(style);
	if (known && !escaped) return known;
	const [light, dark] = [paintOf(style, 'light'), paintOf(style, 'dark')];
	const both = (of: 'fore' | 'back'): string | undefined =>
		light[of] !== undefined || dark[of] !== undefined
			? `light-dark(${light[of] ?? 'currentColor'}, ${dark[of] ?? 'currentColor'})`
			: undefined;
	const { bold, italic, underline, strike } = style;
	const marks = { bold, italic, underline, strike, escaped };
	const look: Look = {
		color: both('fore'),
		background: both('back'),
		classes: Object.entries(marks).flatMap(([name, on]) => (on ? [name] : [])),
	};
	if (!escaped) looks.set(style, look);
	return look;
}
