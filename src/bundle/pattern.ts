// A maker's pattern for finding the version in an answer: a small part of JavaScript's regular expressions, with the
// same meaning, matched in bounded time. There is no way to write a pattern that takes long.

/** One character's place: what it may be, and how often it stands there. */
interface Item {
	readonly test: RegExp;
	readonly least: number;
	readonly most: number;
}

export interface Pattern {
	readonly items: readonly Item[];
	/** Index of the first item of the group, and of the one after it. */
	readonly group: readonly [start: number, end: number];
	readonly atStart: boolean;
	readonly atEnd: boolean;
}

/** Characters of a pattern. */
export const MAX_PATTERN = 200;
const MAX_REPEAT = 256;

/** A set in brackets, an escape, or a character that means itself; then how often, as few characters as say it. */
const ITEM =
	/^(?<one>\[\^?(?:[^\\[\]^]|\\[dwsDWS\\[\]^.\-/])+\]|\\[dwsDWS\\[\](){}.*+?^$|/]|\.|[^\\[\](){}.*+?^$|/])(?<often>[*+?]|\{\d{1,3}(?:,\d{0,3})?\})?/u;

/** @throws Error with the reason, in words. */
export function parsePattern(source: string): Pattern {
	if (source.length > MAX_PATTERN) throw new Error(`it is longer than ${MAX_PATTERN} characters`);
	if (!/^[ -~]*$/.test(source)) throw new Error('it has characters beyond ASCII');
	const atStart = source.startsWith('^');
	const atEnd = /(?<!\\)(?:\\\\)*\$$/.test(source);
	let rest = source.slice(atStart ? 1 : 0, atEnd ? -1 : undefined);
	const items: Item[] = [];
	let start: number | undefined;
	let end: number | undefined;
	while (rest !== '') {
		if (rest.startsWith('(') && start === undefined) {
			start = items.length;
			rest = rest.slice(1);
		} else if (rest.startsWith(')') && start !== undefined && end === undefined) {
			end = items.length;
			rest = rest.slice(1);
		} else {
			const found = ITEM.exec(rest);
			if (!found) throw new Error(`"${rest.slice(0, 12)}" is not one of the forms it may have`);
			items.push(itemOf(found.groups?.['one'] ?? '', found.groups?.['often']));
			rest = rest.slice(found[0].length);
		}
	}
	if (start === undefined || end === undefined || start === end)
		throw new Error('it has no group in parentheses for the version');
	return { items, group: [start, end], atStart, atEnd };
}

function itemOf(one: string, often = '{1}'): Item {
	let test: RegExp;
	try {
		test = new RegExp(`^${one}$`, 's');
	} catch {
		throw new Error(`"${one}" is not a set of characters`);
	}
	// A dot means any character but the ends of lines, as it does without the flag "s".
	if (one === '.') test = /^.$/;
	if (often === '*') return { test, least: 0, most: Infinity };
	if (often === '+') return { test, least: 1, most: Infinity };
	if (often === '?') return { test, least: 0, most: 1 };
	const [least = 0, most = often.includes(',') ? Infinity : least] = (
		often.match(/\d+/g) ?? []
	).map(Number);
	if (least > MAX_REPEAT || (most !== Infinity && (most > MAX_REPEAT || most < least)))
		throw new Error(`"${often}" is not a number of times`);
	return { test, least, most };
}

/**
 * What the group holds at the first match, longest repetitions first, or undefined. Every pair of an item and a place is
 * tried once at most: time grows with items × characters².
 */
export function matchPattern(pattern: Pattern, text: string): string | undefined {
	const { group, atStart } = pattern;
	const search: Search = { pattern, text, failed: new Set(), places: [] };
	for (let from = 0; from <= (atStart ? 0 : text.length); from++)
		if (matchFrom(search, 0, from))
			return text.slice(search.places[group[0]], search.places[group[1]]);
	return undefined;
}

interface Search {
	readonly pattern: Pattern;
	readonly text: string;
	/** Item and place from which nothing matches, as one number. */
	readonly failed: Set<number>;
	/** Where each item began in the match. */
	readonly places: number[];
}

function matchFrom(search: Search, index: number, at: number): boolean {
	const { pattern, text, failed, places } = search;
	places[index] = at;
	const item = pattern.items[index];
	if (!item) return !pattern.atEnd || at === text.length;
	const state = index * (text.length + 1) + at;
	if (failed.has(state)) return false;
	let most = 0;
	while (most < item.most && at + most < text.length && item.test.test(text[at + most]!)) most++;
	for (let count = most; count >= item.least; count--) {
		if (!matchFrom(search, index + 1, at + count)) continue;
		places[index] = at;
		return true;
	}
	failed.add(state);
	return false;
}
