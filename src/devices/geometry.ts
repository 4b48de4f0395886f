// Comparing ways to cut a flash: what a board prints over USB (UM0424 4.3.2) with what the catalogue knows.
import type { Device, Layout } from '#core/device.ts';
import { parseMemoryString, sectorsOf, type MemoryString } from '#core/memory-string.ts';
import type { RegionKind, Sector } from '#core/memory.ts';
import { size, type Range } from '#core/range.ts';

/** One of the board's alternate settings, as `Identity` gives it. */
export interface Alternate {
	readonly setting: number;
	readonly memory: MemoryString;
}

export interface LiveSector extends Sector {
	readonly setting: number;
}

/** What a DfuSe string describes: by its name where ROMs agree on one, otherwise by its address. */
export function kindOf(name: string, address: number): RegionKind {
	if (/option/i.test(name)) return 'option-bytes';
	if (/otp/i.test(name)) return 'otp';
	if (/feature/i.test(name)) return 'device-feature';
	if (/data mem|eeprom/i.test(name)) return 'eeprom';
	if (/external|q-?spi|o-?spi|\bnor\b|nand|mt25|mx25|n25q/i.test(name)) return 'external';
	if (/\bs?ram\b/i.test(name)) return 'ram';
	if (/internal|flash/i.test(name)) return address >= 0x60000000 ? 'external' : 'flash';
	if (address >= 0x60000000 && address < 0xa0000000) return 'external';
	return address >= 0x08000000 && address < 0x08080000 ? 'flash' : 'device-feature';
}

/**
 * The sectors of one kind in address order. Where two alternate settings describe the same bytes the first counts:
 * G0B1 prints its flash three times.
 */
export function liveSectors(
	alternates: readonly Alternate[],
	kind: 'flash' | 'external',
): LiveSector[] {
	const sectors: LiveSector[] = [];
	for (const { setting, memory } of alternates) {
		for (const group of memory.groups) {
			if (kindOf(memory.name, group.address) !== kind) continue;
			const found = sectorsOf(group, 0, 0);
			const [first, last] = [found[0]!.range.start, found.at(-1)!.range.end];
			if (sectors.some(({ range }) => range.start < last && first < range.end)) continue;
			sectors.push(...found.map((sector) => ({ ...sector, setting })));
		}
	}
	return sectors
		.sort((a, b) => a.range.start - b.range.start)
		.map((sector, number) => ({ ...sector, number }));
}

/** The strings that are in the notation, with their alternate setting. */
export function alternatesOf(strings: readonly (string | undefined)[]): Alternate[] {
	return strings.flatMap((text, setting) => {
		const memory = text === undefined ? undefined : parseMemoryString(text);
		return memory ? [{ setting, memory }] : [];
	});
}

/** A canonical text of where sectors begin and how large they are; banks and access do not matter. */
export function geometryOf(sectors: readonly { readonly range: Range }[]): string {
	const runs: { start: number; end: number; size: number }[] = [];
	for (const { range } of sectors) {
		const last = runs.at(-1);
		if (last?.end === range.start && last.size === size(range)) last.end = range.end;
		else runs.push({ ...range, size: size(range) });
	}
	return runs.map(({ start, end, size: each }) => `${start}-${end}/${each}`).join(',');
}

const known = new WeakMap<Layout, string>();

export function layoutGeometry(layout: Layout): string {
	const found = known.get(layout) ?? geometryOf(sectorsIn(layout));
	known.set(layout, found);
	return found;
}

export const sectorsIn = (layout: Layout): Sector[] =>
	layout.flash.flatMap(({ sectors }) => sectors);

/** Spaces and leading zeros differ between ROM versions and mean nothing. */
const plain = (text: string): string => text.replace(/\s+/g, '').replace(/\b0+(?=\d)/g, '');

/** True when a real board of this part printed these very strings. */
export const wasObserved = (device: Device, strings: readonly (string | undefined)[]): boolean =>
	device.dfuStrings.some(
		(observed) =>
			observed.length === strings.length &&
			observed.every((text, i) => plain(text) === plain(strings[i] ?? '')),
	);

/** Devices that fit the strings of a live board: same sectors and option bytes, or observed to print them. */
export function findByMemoryString(
	devices: readonly Device[],
	strings: readonly (string | undefined)[],
): Device[] {
	const alternates = alternatesOf(strings);
	const flash = liveSectors(alternates, 'flash');
	if (flash.length === 0) return [];
	const geometry = geometryOf(flash);
	const options = alternates.find(({ memory: { name } }) => kindOf(name, 0) === 'option-bytes')
		?.memory.groups[0]?.address;
	return devices.filter(
		(device) =>
			wasObserved(device, strings) ||
			(device.layouts.some((layout) => layoutGeometry(layout) === geometry) &&
				hasOptionBytes(device, options)),
	);
}

function hasOptionBytes(device: Device, address: number | undefined): boolean {
	const own = device.memory.filter(({ kind }) => kind === 'option-bytes');
	if (address === undefined || own.length === 0) return true;
	return own.some(({ range }) => range.start === address);
}
