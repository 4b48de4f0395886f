// Named stretches of memory that jobs leave as they are: what a plan does about each of them. Pure.
import type { Image } from './image.ts';
import { segmentRange } from './image.ts';
import type { Sector } from './memory.ts';
import type { Plan, ProtectedRange } from './plan.ts';
import { overlaps } from './range.ts';

/**
 * untouched: no sector of it is erased, no byte of it written. merged: it shares erased sectors and is written back.
 * refused: the plan would change it, and therefore does not run. given-up: the user named it, and this job changes it.
 */
export type ProtectedFate = 'untouched' | 'merged' | 'refused' | 'given-up';

export interface ProtectedState {
	readonly it: ProtectedRange;
	readonly fate: ProtectedFate;
	/** Erased sectors that hold some of it. */
	readonly sectors: readonly Sector[];
	/** A backup that is put back has bytes of it, too: they are left out. */
	readonly spared?: boolean;
}

/** The fate of each range, in the order given; `givenUp` are names. */
export function protectedStates(
	plan: Plan,
	image: Image,
	ranges: readonly ProtectedRange[],
	givenUp: readonly string[],
): ProtectedState[] {
	return ranges.map((it) => {
		const meets = (range: ProtectedRange['range']): boolean => overlaps(range, it.range);
		const sectors = plan.erase.filter(({ range }) => meets(range));
		const written = image.some((segment) => meets(segmentRange(segment)));
		const changed = written || plan.lost.some(meets);
		if (changed) return { it, fate: givenUp.includes(it.name) ? 'given-up' : 'refused', sectors };
		return { it, fate: sectors.length > 0 ? 'merged' : 'untouched', sectors };
	});
}

/**
 * Lists joined to one in which every name stands once: the same stretch under the same name is one entry, and a name
 * that is taken by another stretch gets a number, for a range is given up by its name.
 */
export function joinRanges<R extends ProtectedRange>(lists: readonly (readonly R[])[]): R[] {
	const joined: R[] = [];
	for (const one of lists.flat()) {
		if (joined.some((other) => isSame(one, other))) continue;
		let name = one.name;
		for (let n = 2; joined.some((other) => other.name === name); n++) name = `${one.name} ${n}`;
		joined.push({ ...one, name });
	}
	return joined;
}

/** The same stretch under the same name. */
export const isSame = (a: ProtectedRange, b: ProtectedRange): boolean =>
	a.name === b.name && a.range.start === b.range.start && a.range.end === b.range.end;

/** Characters of a name; longer ones are refused, wherever they come from. */
export const MAX_NAME = 60;

/** One line that can be read: no control characters, no space at its ends. */
export const isRangeName = (name: string): boolean =>
	name.length > 0 && name.length <= MAX_NAME && name === name.trim() && !/\p{C}/u.test(name);
