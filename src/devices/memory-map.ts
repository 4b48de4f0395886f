// The memory a plan is laid over. A USB board's own DfuSe description counts for what it can reach; the catalogue adds
// numbers, banks, erase value and write size, and everything the board does not describe. The flash size register
// overrules both: what it does not vouch for is not used.
import type { Device, Layout } from '#core/device.ts';
import type { EraseDoubt } from '#core/erase-proof.ts';
import { diagnostic, sizeText, type Diagnostic } from '#core/failure.ts';
import { flashSize, type MemoryMap, type Region, type Sector } from '#core/memory.ts';
import { overlaps, size, subtract } from '#core/range.ts';
import {
	geometryOf,
	layoutGeometry,
	liveSectors,
	sectorsIn,
	type Alternate,
	type LiveSector,
} from './geometry.ts';
import { liveRegions } from './live-regions.ts';
import type { FlashTraits } from './notation.ts';

/** What the board says about itself; `Identity` fits. */
export interface LiveBoard {
	/** DfuSe descriptions; undefined or empty on a UART. */
	readonly alternates?: readonly Alternate[];
	/** Bytes, from the size register (`flashSizeOf`). */
	readonly flashSize?: number;
}

export interface EffectiveMemory {
	readonly memory: MemoryMap;
	readonly diagnostics: Diagnostic[];
	/** What is not established about erasing it. */
	readonly doubt?: EraseDoubt;
}

/**
 * The map for a chip, `layoutId` naming one of its arrangements (the factory one when undefined or unknown). Without a
 * device only what the board describes is known; the map is empty when it describes nothing.
 */
export function effectiveMemory(
	device: Device | undefined,
	layoutId: string | undefined,
	live: LiveBoard,
): EffectiveMemory {
	const described = liveSectors(live.alternates ?? [], 'flash');
	const diagnostics: Diagnostic[] = [];
	const flash =
		described.length > 0
			? describedFlash({ device, layoutId, live, described, diagnostics })
			: catalogueFlash({ device, layoutId, live, diagnostics });
	const doubt =
		described.length > 0 ? doubtByUsb(device) : doubtByUart(device, layoutId, diagnostics);
	const others = liveRegions(live.alternates ?? []);
	const taken = flash.map(({ range }) => range);
	const reached = [
		...flash,
		...others.filter(({ range }) => !taken.some((r) => overlaps(r, range))),
	];
	const memory = [...reached, ...remaining(device?.memory ?? [], reached)];
	return {
		memory: memory.sort((a, b) => a.range.start - b.range.start),
		diagnostics,
		...(doubt && { doubt }),
	};
}

/** USB names sectors by address; what some ROMs make of an address in bank 2 is another matter. */
function doubtByUsb(device: Device | undefined): EraseDoubt | undefined {
	if (!device) return { why: 'unknown-chip', others: [] };
	if (!device.bootloader.bank2EraseByUsb) return undefined;
	return { why: 'usb-bank-2', bank: 2, others: [] };
}

function doubtByUart(
	device: Device | undefined,
	layoutId: string | undefined,
	diagnostics: readonly Diagnostic[],
): EraseDoubt | undefined {
	if (!device) return undefined;
	const others = device.layouts.map(({ flash }) => flash);
	if (diagnostics.some(({ code }) => code === 'chip.layout-assumed'))
		return { why: 'layout', others };
	const layout = device.layouts.find(({ id }) => id === layoutId) ?? device.layouts[0];
	return layout.numberingAssumed ? { why: 'numbering', bank: 2, others } : undefined;
}

interface Inquiry {
	readonly device: Device | undefined;
	readonly layoutId: string | undefined;
	readonly live: LiveBoard;
	readonly diagnostics: Diagnostic[];
}

function catalogueFlash({ device, layoutId, live, diagnostics }: Inquiry): Region[] {
	if (!device) return [];
	const layout = device.layouts.find(({ id }) => id === layoutId) ?? device.layouts[0];
	const differing = new Set(device.layouts.map(numbering)).size;
	if (differing > 1 && layout.when !== undefined && layoutId !== layout.id) {
		const data = { when: layout.when, count: device.layouts.length, layout: layout.id };
		diagnostics.push(diagnostic('warning', 'chip.layout-assumed', data));
	}
	if (layout.numberingAssumed)
		diagnostics.push(diagnostic('warning', 'chip.numbering-assumed', {}));
	return clip(layout.flash, live.flashSize, diagnostics);
}

/** UART erases by number (AN3155 3.8): two arrangements with the same numbers need no warning. */
const numbering = (layout: Layout): string =>
	sectorsIn(layout)
		.map(({ number, range }) => `${number}@${range.start}-${range.end}`)
		.join();

function describedFlash({
	device,
	layoutId,
	live,
	described,
	diagnostics,
}: Inquiry & { described: readonly LiveSector[] }): Region[] {
	const vouched = live.flashSize;
	const layout = device && bestLayout(device, layoutId, described);
	const total = described.reduce((sum, { range }) => sum + size(range), 0);
	const own = new Map((layout ? sectorsIn(layout) : []).map((sector) => [key(sector), sector]));
	// The register confirms the catalogue against a ROM that prints a larger die (H742, H743, H750).
	const overstated = vouched !== undefined && vouched < total;
	const confirmed = overstated && device?.flashSize === vouched;
	const known = described.flatMap((sector) => {
		const same = own.get(key(sector));
		return same ? [{ ...sector, number: same.number, bank: same.bank }] : [];
	});
	// Half of one numbering and half of another would name two sectors alike.
	const named = known.length === described.length || (confirmed && known.length > 0);
	const kept = named ? known : described;
	if (overstated)
		diagnostics.push(diagnostic('warning', 'chip.map-overstated', { live: total, size: vouched }));
	else if (layout && layoutGeometry(layout) !== geometryOf(described))
		diagnostics.push(
			diagnostic('warning', 'chip.map-differs', {
				found: sectorText(described),
				expected: sectorText(sectorsIn(layout)),
			}),
		);
	const regions = regionsOf(kept, traitsOf(device, described));
	return overstated ? clip(regions, vouched, []) : regions;
}

/** The arrangement the board describes, or the one that shares most with it. */
function bestLayout(
	device: Device,
	layoutId: string | undefined,
	described: readonly LiveSector[],
): Layout {
	const geometry = geometryOf(described);
	const same = device.layouts.filter((layout) => layoutGeometry(layout) === geometry);
	const chosen = [...same, ...device.layouts].find(({ id }) => id === layoutId);
	if (chosen && (same.length === 0 || same.includes(chosen))) return chosen;
	const live = new Set(described.map(key));
	const shared = (layout: Layout): number =>
		sectorsIn(layout).filter((sector) => live.has(key(sector))).length;
	return same[0] ?? device.layouts.reduce((a, b) => (shared(b) > shared(a) ? b : a));
}

const key = ({ range }: Sector): string => `${range.start}-${range.end}`;

/** "1 MiB in 12 sectors" */
const sectorText = (sectors: readonly Sector[]): string =>
	`${sizeText(sectors.reduce((sum, { range }) => sum + size(range), 0))} in ${sectors.length} sectors`;

/**
 * Without a device the traits that are right for every STM32: write units of 32 bytes (H7 has the largest), each
 * written once. Sectors of 128 or 256 bytes exist only on L0 and L1, which erase to zero.
 */
function traitsOf(device: Device | undefined, described: readonly LiveSector[]): FlashTraits {
	const region = device?.layouts[0].flash[0];
	if (region) {
		const { eraseValue, writeSize, writeOnce = false } = region;
		return { eraseValue, writeSize, writeOnce };
	}
	const small = described.every(({ range }) => size(range) <= 256);
	return { eraseValue: small ? 0x00 : 0xff, writeSize: 32, writeOnce: true };
}

/** Regions end where addresses, the bank or the alternate setting do not go on. */
function regionsOf(sectors: readonly LiveSector[], traits: FlashTraits): Region[] {
	const groups: LiveSector[][] = [];
	for (const sector of sectors) {
		const last = groups.at(-1)?.at(-1);
		const goesOn =
			last?.range.end === sector.range.start &&
			last.bank === sector.bank &&
			last.setting === sector.setting;
		if (goesOn) groups.at(-1)!.push(sector);
		else groups.push([sector]);
	}
	return groups.map((group, i) => ({
		name: `FLASH_BANK_${i + 1}`,
		kind: 'flash',
		range: { start: group[0]!.range.start, end: group.at(-1)!.range.end },
		eraseValue: traits.eraseValue,
		writeSize: traits.writeSize,
		sectors: group.map(({ number, bank, range, access }) => ({ number, bank, range, access })),
		access: {
			read: group.every(({ access }) => access.read),
			erase: group.some(({ access }) => access.erase),
			write: group.some(({ access }) => access.write),
		},
		alternateSetting: group[0]!.setting,
		...(traits.writeOnce && { writeOnce: true }),
	}));
}

/** The sectors that fit into the first `bytes` of the flash, holes not counted. */
function clip(flash: MemoryMap, bytes: number | undefined, diagnostics: Diagnostic[]): Region[] {
	const expected = flashSize(flash);
	if (bytes === undefined || bytes === expected) return [...flash];
	diagnostics.push(diagnostic('warning', 'chip.size-differs', { found: bytes, expected }));
	let left = bytes;
	return flash.flatMap((region) => {
		const fits = region.sectors.filter(({ range }) => (left -= size(range)) >= 0);
		const end = fits.at(-1)?.range.end;
		if (end === undefined) return [];
		return [{ ...region, sectors: fits, range: { start: region.range.start, end } }];
	});
}

/** What of the catalogue's other memory the board did not describe itself. */
const remaining = (memory: MemoryMap, reached: readonly Region[]): Region[] =>
	memory.flatMap((region) => {
		const taken = reached.map(({ range }) => range);
		return subtract(region.range, taken).map((range) => ({ ...region, range }));
	});
