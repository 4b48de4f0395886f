// Which frames of a job the power is cut at: all of them when UPDATE_FRAMES=all asks for it, else an even choice of them,
// with the first and the last, that takes seconds.
export function framesToTry(first: number, end: number, most: number): readonly number[] {
	const all = Array.from({ length: end - first }, (_, index) => first + index);
	if (process.env['UPDATE_FRAMES'] === 'all' || all.length <= most) return all;
	const step = (all.length - 1) / (most - 1);
	return Array.from({ length: most }, (_, index) => all[Math.round(index * step)]!);
}
