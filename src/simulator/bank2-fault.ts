// AN2606: ROMs of some dual-bank parts that, asked by USB for a sector of bank 2, erase another one, or none.
import type { Sector } from '#core/memory.ts';
import type { Quirks } from './options.ts';

/** How much further the wrong sector is (F76x, F77x). */
const SHIFT = 4;

/** The sector in the same place of the other bank. */
export function across(sectors: readonly Sector[], sector: Sector): Sector {
	const bank = (number: number) => sectors.filter((one) => one.bank === number);
	const index = bank(sector.bank).indexOf(sector);
	return bank(sector.bank === 2 ? 1 : 2)[index] ?? sector;
}

/** What really goes when the sector at `index` is asked for. */
export function struckBy(
	sectors: readonly Sector[],
	index: number,
	fault: Quirks['usbBank2'],
): Sector | 'nothing' | undefined {
	const sector = sectors[index];
	if (sector?.bank !== 2 || fault === 'right') return sector;
	return (fault === 'shifted' && sectors[index + SHIFT]) || 'nothing';
}
