// Flash that a chip may have and nothing vouches for: one die is sold with several flash sizes, and some chips of a smaller
// one have the rest of it, too (many STM32F103C8 a second 64 KiB). Its ID is the die's (AN2606, Get ID).
import type { Device } from '#core/device.ts';
import type { MemoryMap } from '#core/memory.ts';
import { join, subtract, type Range } from '#core/range.ts';

/** Where chips of the same die, `relatives`, have flash and `memory` has none described; in address order. */
export function undescribedFlash(relatives: readonly Device[], memory: MemoryMap): Range[] {
	const flash = ({ kind }: MemoryMap[number]): boolean => kind === 'flash';
	const known = memory.filter(flash).map(({ range }) => range);
	const possible = relatives.flatMap(({ layouts }) =>
		layouts.flatMap((layout) => layout.flash.map(({ range }) => range)),
	);
	return known.length === 0 ? [] : join(possible).flatMap((range) => subtract(range, known));
}
