// Everything but internal flash that a board's DfuSe strings describe: option bytes, OTP, EEPROM, external memory.
import { sectorsOf } from '#core/memory-string.ts';
import type { Access, Region, RegionKind } from '#core/memory.ts';
import { overlaps } from '#core/range.ts';
import { kindOf, type Alternate } from './geometry.ts';

const NAMES: Readonly<Record<RegionKind, string>> = {
	flash: 'FLASH_BANK',
	'option-bytes': 'OPTION_BYTES',
	otp: 'OTP',
	eeprom: 'DATA_EEPROM',
	system: 'SYSTEM_MEMORY',
	ram: 'SRAM',
	'device-feature': 'DEVICE_FEATURE',
	external: 'EXTERNAL_FLASH',
};

/** One region per address of a string, each with the alternate setting that reaches it; none overlaps another. */
export function liveRegions(alternates: readonly Alternate[]): Region[] {
	const regions: Region[] = [];
	for (const { setting, memory } of alternates) {
		for (const group of memory.groups) {
			const kind = kindOf(memory.name, group.address);
			if (kind === 'flash') continue;
			const sectors = sectorsOf(group, 0, 0);
			const range = { start: group.address, end: sectors.at(-1)!.range.end };
			if (regions.some((other) => overlaps(other.range, range))) continue;
			const nth = regions.filter((other) => other.kind === kind).length;
			const access: Access = {
				read: sectors.every((sector) => sector.access.read),
				erase: sectors.some((sector) => sector.access.erase),
				write: sectors.some((sector) => sector.access.write),
			};
			regions.push({
				name: nth === 0 ? NAMES[kind] : `${NAMES[kind]}_${nth + 1}`,
				kind,
				range,
				// L0 and L1 EEPROM reads zero when erased. External memory: pages of NOR flash hold 32 bytes evenly.
				eraseValue: kind === 'eeprom' ? 0x00 : 0xff,
				writeSize: kind === 'external' ? 32 : 4,
				sectors: kind === 'external' ? sectors : [],
				access,
				alternateSetting: setting,
			});
		}
	}
	return regions;
}
