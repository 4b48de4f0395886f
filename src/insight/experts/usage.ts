// How full regions are, and whether the same bytes are used twice.
import { diagnostic, type Diagnostic } from '#core/failure.ts';
import type { ContentNode } from '#core/insight.ts';
import { includes, intersect, overlaps, size, type Range } from '#core/range.ts';
import { runRanges } from '#insight/overlay.ts';
import type { BuiltSection } from '#insight/sections.ts';
import type { Expert } from './findings.ts';

const NEARLY_FULL = 0.95;
/** Regions this small are made to measure (a version block, a boot flag): full is what they should be. */
const MADE_TO_MEASURE = 4096;
const RESERVATION = /stack|heap/i;

export const fullness: Expert = ({ usages }) =>
	usages.flatMap(({ name, origin, length, used, free, content, source }) => {
		const range = { start: origin, end: origin + length };
		if (used === undefined || free === undefined || length >= 0xffffffff) return [];
		if (used > length && length > 0) {
			const data = { region: name, used, length };
			const over = { start: range.end, end: origin + used };
			return [diagnostic('error', 'insight.overflow', data, over)];
		}
		// A vendor's RAM region counts its heap and stack; what is full of those alone has no growth to fear.
		const fixed = onlyReservations(content);
		const grown = length > 0 ? (used - heapOf(content)) / length : 0;
		if (length <= MADE_TO_MEASURE || fixed || grown < NEARLY_FULL || source === 'chip') return [];
		const data = { region: name, percent: percent(used, length), free, length };
		return [diagnostic('warning', 'insight.nearly-full', data, range)];
	});

/** A heap may be made to take whatever is left: it makes no region full. */
const heapOf = ({ children }: ContentNode): number =>
	children.reduce((sum, { kind, name, size: bytes }) => {
		return sum + (kind === 'section' && /^\.?_?heap/i.test(name) ? bytes : 0);
	}, 0);

const percent = (used: number, length: number): string => ((used * 100) / length).toFixed(1);

const onlyReservations = ({ children }: ContentNode): boolean =>
	children.every(({ kind, name }) => kind !== 'section' || RESERVATION.test(name));

/** Two sections at two addresses that are one memory (SRAM_2 of an L4, CCM of a G4). */
export const sameBytes: Expert = ({ sections, chip }) => {
	const ranges = sections.flatMap((section) =>
		runRanges(section, chip).map((range) => ({ section, range })),
	);
	const moved = ranges.filter(({ range }) => range.from !== range.start);
	return moved.flatMap(({ section: second, range }) =>
		ranges.flatMap(({ section: first, range: other }): Diagnostic[] => {
			const shared = first === second ? undefined : intersect(other, range);
			// Two sections of the same view cannot overlap: the linker sees to that.
			if (
				!shared ||
				overlaps(rawOf(first), rawOf(second)) ||
				moved.some((each) => each.range === other)
			)
				return [];
			const memory = chip.regions.find((each) => includes(each.range, shared.start))?.name ?? '?';
			const data = { first: first.name, second: second.name, size: size(shared), memory };
			return [diagnostic('error', 'insight.same-bytes', data, shared)];
		}),
	);
};

const rawOf = ({ address, size: bytes }: BuiltSection): Range => ({
	start: address,
	end: address + bytes,
});
