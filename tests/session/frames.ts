// Which frames of a job trouble strikes at. FAULTS=all takes all of them, with every kind of trouble; else it is an even
// choice, the same one every time, that takes seconds.

/** What FAULTS says: "all", a number where the test knows what to do with it, or nothing. */
export const asked = process.env['FAULTS'];
export const all = asked === 'all';

const upTo = (first: number, end: number): readonly number[] =>
	Array.from({ length: end - first }, (_, index) => first + index);

/** `most` frames spread evenly, with the first and the last. */
export function framesToTry(first: number, end: number, most: number): readonly number[] {
	const frames = upTo(first, end);
	if (all || frames.length <= most) return frames;
	const step = (frames.length - 1) / (most - 1);
	return Array.from({ length: most }, (_, index) => frames[Math.round(index * step)]!);
}

/** Every frame of that many, beginning with another one for each `which`. */
export const everyOther = (
	first: number,
	end: number,
	step: number,
	which = 0,
): readonly number[] =>
	upTo(first, end).filter((at) => all || (at - first) % step === which % step);

/**
 * The kinds of trouble for one frame: two of them by turns. The turns shift, so that in an exchange that repeats itself
 * every kind meets every frame of it; and they begin with another kind for each `which`.
 */
export function kindsAt<K>(kinds: readonly K[], at: number, which: number): readonly K[] {
	if (all) return kinds;
	const turn = at + Math.floor(at / kinds.length) + which * 2;
	return [0, kinds.length >> 1].map((more) => kinds[(turn + more) % kinds.length]!);
}
