// What a linker script or a map says of memory that the firmware leaves alone: worth protecting, and never assumed to be.
import type { Image } from '#core/image.ts';
import { segmentRange } from '#core/image.ts';
import type { RegionUsage } from '#core/insight.ts';
import type { MemoryMap } from '#core/memory.ts';
import type { ProtectedRange } from '#core/plan.ts';
import { isRangeName, MAX_NAME } from '#core/protected.ts';
import { contains, intersect, overlaps, type Range } from '#core/range.ts';

/** Nobody reads more. */
const MOST = 20;

/**
 * Regions of flash or data EEPROM without a byte of the image, cut to what the chip has where it is known. `inForce` are
 * protected already.
 */
export function offersOf(
	regions: readonly Pick<RegionUsage, 'name' | 'role' | 'origin' | 'length'>[],
	image: Image,
	memory: MemoryMap,
	inForce: readonly ProtectedRange[],
): ProtectedRange[] {
	const written = image.map(segmentRange);
	const chip = memory.filter(({ kind }) => kind === 'flash' || kind === 'eeprom');
	return regions
		.flatMap(({ name, role, origin, length }): ProtectedRange[] => {
			if (length <= 0 || origin + length > 2 ** 32) return [];
			const whole = { start: origin, end: origin + length };
			const range = chip.length > 0 ? within(whole, chip) : role === 'flash' ? whole : undefined;
			if (!range || written.some((one) => overlaps(one, whole))) return [];
			if (inForce.some((one) => contains(one.range, range))) return [];
			const short = name.slice(0, MAX_NAME);
			return isRangeName(short) ? [{ name: short, range }] : [];
		})
		.slice(0, MOST);
}

/** From the first to the last byte the chip has of it. */
function within(range: Range, chip: MemoryMap): Range | undefined {
	const parts = chip.flatMap((region) => intersect(range, region.range) ?? []);
	const [first, last] = [parts[0], parts.at(-1)];
	return first && last ? { start: first.start, end: last.end } : undefined;
}
