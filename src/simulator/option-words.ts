// The option bytes of each kind of chip as its hardware keeps, loads and mistrusts them: PM0075 2.4 (F1), RM0091 4,
// RM0090 3.6, RM0385 3.4, RM0377 and RM0038 3.8, RM0351, RM0440 and RM0444 3.4. Bytes only, no time.
import type { Device } from '#core/device.ts';
import type { Region, Sector } from '#core/memory.ts';

/**
 * 'pairs': byte and complement byte, made by the hardware. 'rows': 16 bits of every 8 bytes. 'halves': 16 bits and
 * their complement, both written by the host. 'twins': word and complement word, made by the hardware. 'registers': a
 * window on registers, of which only the level is modelled.
 */
export type Style = 'pairs' | 'rows' | 'halves' | 'twins' | 'registers';

const styles: Readonly<Record<string, Style>> = {
	STM32F0: 'pairs',
	STM32F1: 'pairs',
	STM32F3: 'pairs',
	STM32F2: 'rows',
	STM32F4: 'rows',
	STM32F7: 'rows',
	STM32L0: 'halves',
	STM32L1: 'halves',
	STM32L4: 'twins',
	STM32G0: 'twins',
	STM32G4: 'twins',
	STM32C0: 'twins',
	STM32WB: 'twins',
	STM32WL: 'twins',
};

export const styleOf = ({ family }: Device): Style => styles[family] ?? 'registers';

/** What the area is made of after an erase; L0 and L1 erase to zero. */
export const blankOf = (style: Style): number => (style === 'halves' ? 0x00 : 0xff);

/** Bytes the hardware programs at a time. */
export const unitOf = (style: Style): number =>
	({ pairs: 2, rows: 8, halves: 4, twins: 8, registers: 4 })[style];

/** One unit as the hardware stores it when asked for `wanted`; `old` is what reserved bits keep. */
export function stored(style: Style, old: Uint8Array, wanted: Uint8Array): Uint8Array {
	const unit = wanted.slice();
	if (style === 'pairs') unit[1] = unit[0]! ^ 0xff;
	if (style === 'twins') for (let i = 0; i < 4; i++) unit[4 + i] = unit[i]! ^ 0xff;
	if (style === 'rows') unit.set(old.subarray(2), 2);
	return unit;
}

/** The 16 or 32 bits of data at an offset; undefined where the complement does not fit. */
export function trusted(style: Style, cells: Uint8Array, offset: number): number | undefined {
	const at = (i: number): number => cells[offset + i] ?? 0xff;
	if (style === 'pairs') {
		const blank = at(0) === 0xff && at(1) === 0xff;
		return blank || (at(0) ^ at(1)) === 0xff ? at(0) : undefined;
	}
	if (style === 'halves') {
		const good = (at(0) ^ at(2)) === 0xff && (at(1) ^ at(3)) === 0xff;
		return good ? at(0) | (at(1) << 8) : undefined;
	}
	if (style === 'rows') return at(0) | (at(1) << 8);
	const word = (at(0) | (at(1) << 8) | (at(2) << 16) | (at(3) << 24)) >>> 0;
	const last = offset + 8 > cells.length;
	const good = last || [0, 1, 2, 3].every((i) => (at(i) ^ at(4 + i)) === 0xff);
	return style === 'registers' || good ? word : undefined;
}

export interface Area {
	readonly region: Region;
	readonly cells: Uint8Array;
}

/** The bit that guards a sector. */
interface Place {
	readonly cells: Uint8Array;
	/** Of the stored unit it is in, and its number in there. */
	readonly offset: number;
	readonly bit: number;
	/** The value that guards. */
	readonly on: 0 | 1;
}

/** A sector and its place among those of its bank. */
export interface Counted {
	readonly sector: Sector;
	readonly index: number;
}

export interface Chip {
	readonly device: Device;
	readonly areas: readonly Area[];
	readonly sectors: readonly Counted[];
	/** Sectors in each bank. */
	readonly counts: ReadonlyMap<number, number>;
}

/** The second areas of L4, L4+, G4; of L1; the security word of G0. */
const OTHERS = [0x1ffff800, 0x1ffff808, 0x1ff01000, 0x1ff80080, 0x1fff7870, 0x1ffec000];

/** The area with RDP. */
export const isMain = ({ family }: Device, { range }: Region): boolean =>
	!OTHERS.includes(range.start) || (styles[family] === 'pairs' && range.start === 0x1ffff800);

/** Whether the words guard it; undefined where that is not modelled. */
export function isGuarded(chip: Chip, one: Counted): boolean | undefined {
	const style = styleOf(chip.device);
	if (style === 'registers' || !mainOf(chip)) return undefined;
	if (style === 'twins') return guardedByPages(chip, one);
	const place = placeOf(chip, one);
	if (!place) return false;
	const word = trusted(style, place.cells, place.offset);
	return word !== undefined && ((word >>> place.bit) & 1) === place.on;
}

/** Sets or clears its bit. Areas of pages are widened; clearing one clears them all. */
export function setGuard(chip: Chip, one: Counted, guarded: boolean): void {
	const style = styleOf(chip.device);
	if (style === 'registers' || !mainOf(chip)) return;
	if (style === 'twins') {
		setPages(chip, one, guarded);
		return;
	}
	const place = placeOf(chip, one);
	if (!place) return;
	const at = place.offset + (place.bit >> 3);
	const mask = 1 << (place.bit & 7);
	const old = place.cells[at]!;
	place.cells[at] = (place.on === 1) === guarded ? old | mask : old & ~mask;
}

const mainOf = ({ device, areas }: Chip): Area | undefined =>
	areas.find(({ region }) => isMain(device, region));

function placeOf(chip: Chip, one: Counted): Place | undefined {
	const style = styleOf(chip.device);
	if (style === 'pairs') return pairPlace(chip, one);
	return style === 'rows' ? rowPlace(chip, one) : halfPlace(chip, one);
}

const offsetOf = ({ sectors }: Chip, { sector }: Counted): number =>
	sector.range.start - (sectors[0]?.sector.range.start ?? 0);

/** PM0075 2.4.1: a zero guards 4 KiB, the last bit everything behind. */
function pairPlace(chip: Chip, one: Counted): Place {
	const bit = Math.min(31, Math.floor(offsetOf(chip, one) / 4096));
	return { cells: mainOf(chip)!.cells, offset: 8 + 2 * (bit >> 3), bit: bit & 7, on: 0 };
}

/** RM0090 3.7.4, RM0385 3.5.2, RM0410 3.4.1: a zero guards a sector, or two of an F76x with two banks. */
function rowPlace(chip: Chip, { sector, index }: Counted): Place | undefined {
	const { device, areas } = chip;
	const main = mainOf(chip)!;
	const word = trusted('rows', main.cells, 8) ?? 0xffff;
	const pcrop = device.family === 'STM32F4' && device.productId !== 0x413 && word >> 15 === 1;
	// Sample devices are blank there: only chips that have SPRMOD know PCROP, and they are shipped without it.
	if (pcrop) return undefined;
	if (device.productId === 0x451 && ((word >> 13) & 1) === 0) {
		const whole = sector.bank === 2 ? index + 12 : index;
		return { cells: main.cells, offset: 8, bit: whole >> 1, on: 0 };
	}
	const second = areas.find((area) => area !== main);
	const cells = sector.bank === 2 && second ? second.cells : main.cells;
	return { cells, offset: 8, bit: Math.min(index, device.productId === 0x463 ? 14 : 11), on: 0 };
}

/** RM0377 3.8, RM0038 3.7: a one guards 4 KiB, unless WPRMOD turns the bits into PCROP. */
function halfPlace(chip: Chip, one: Counted): Place | undefined {
	const { device, areas } = chip;
	const main = mainOf(chip)!;
	const mode = [0x416, 0x436].includes(device.productId) ? 0 : trusted('halves', main.cells, 0);
	if (((mode ?? 0) >> 8) % 2 === 1) return undefined;
	const bit = Math.floor(offsetOf(chip, one) / 4096);
	const half = bit >> 4;
	const more = areas.find((area) => area !== main);
	const place =
		half < 6 || !more
			? { cells: main.cells, offset: 8 + 4 * half }
			: { cells: more.cells, offset: 4 * (half - 6) };
	return place.offset + 4 > place.cells.length ? undefined : { ...place, bit: bit & 15, on: 1 };
}

/** RM0351 3.5.3: where the two areas of pages of a bank begin (WRPxA, WRPxB), and which bits count. */
function pageWords(chip: Chip, { sector }: Counted) {
	const seconds = [0x1ffff800, 0x1ffff808, 0x1ff01000];
	const second = chip.areas.find(({ region }) => seconds.includes(region.range.start));
	const area = sector.bank === 2 ? second : mainOf(chip);
	const pages = chip.counts.get(sector.bank) ?? 1;
	const mask = 2 ** Math.ceil(Math.log2(Math.max(2, pages))) - 1;
	// The second area begins at its second word on some parts: offsets count from the row of 64 bytes.
	const shift = (area?.region.range.start ?? 0) % 64;
	return { cells: area?.cells, mask, offsets: [0x18 - shift, 0x20 - shift] };
}

function guardedByPages(chip: Chip, one: Counted): boolean {
	const { cells, mask, offsets } = pageWords(chip, one);
	return offsets.some((offset) => {
		const word = cells && offset + 4 <= cells.length ? trusted('twins', cells, offset) : undefined;
		if (word === undefined) return false;
		return (word & mask) <= one.index && one.index <= ((word >>> 16) & mask);
	});
}

/** As the ROM's Write Protect does with areas: the first one is made wide enough. Unprotecting clears both. */
function setPages(chip: Chip, one: Counted, guarded: boolean): void {
	const { cells, mask, offsets } = pageWords(chip, one);
	if (!cells) return;
	const put = (offset: number, start: number, end: number): void => {
		if (offset + 4 <= cells.length) cells.set([start, 0xff, end, 0xff], offset);
	};
	if (!guarded) {
		for (const offset of offsets) put(offset, 0xff, 0x00);
		return;
	}
	const [offset = 0] = offsets;
	const [start, end] = [cells[offset]! & mask, cells[offset + 2]! & mask];
	if (start > end) put(offset, one.index, one.index);
	else put(offset, Math.min(start, one.index), Math.max(end, one.index));
}
