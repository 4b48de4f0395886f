// How much of each RAM the firmware takes, from the sections that run there.
import type { Section } from '#core/artifact.ts';
import type { MemoryMap } from '#core/memory.ts';
import { intersect, overlaps, size } from '#core/range.ts';

export interface RamUse {
	readonly name: string;
	readonly capacity: number;
	readonly used: number;
	readonly sections: readonly { readonly name: string; readonly bytes: number }[];
}

/**
 * One row per RAM of the chip; an alias of another RAM is left out where nothing is linked to it. Nothing while the
 * board may be one of several chips: their RAMs, laid over each other, are nobody's.
 */
export function ramUse(memory: MemoryMap, sections: readonly Section[]): RamUse[] {
	const rams = memory.filter(({ kind }) => kind === 'ram');
	const unsettled = rams.some(({ range }, i) =>
		rams.slice(i + 1).some((other) => overlaps(range, other.range)),
	);
	if (unsettled) return [];
	return rams
		.map(({ name, range }) => {
			const inside = sections.flatMap((section) => {
				const place = { start: section.runAddress, end: section.runAddress + section.size };
				const part = section.size > 0 ? intersect(place, range) : undefined;
				return part ? [{ name: section.name, bytes: size(part) }] : [];
			});
			const used = inside.reduce((sum, { bytes }) => sum + bytes, 0);
			return { name, capacity: size(range), used, sections: inside };
		})
		.filter(({ name, used }) => used > 0 || !name.endsWith('_ALIAS'));
}
