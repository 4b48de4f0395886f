// The two notations of a device file: DfuSe sector lists for flash (UM0424 4.3.2) and "address/size" for everything
// that is not erased by sector. Turns them into regions; every check of the geometry itself is here.
import { Failure } from '#core/failure.ts';
import { parseMemoryString, sectorsOf } from '#core/memory-string.ts';
import type { Access, MemoryMap, Region, RegionKind } from '#core/memory.ts';
import { overlaps, size, type Range } from '#core/range.ts';
import { at, keysOf, text, wrong, type Node } from './json-fields.ts';

/** Every known part has fewer (L1: 2048); a hostile file cannot make us build more. */
const MAX_SECTORS = 8192;

export interface FlashTraits {
	readonly eraseValue: number;
	readonly writeSize: number;
	readonly writeOnce: boolean;
}

export const badGeometry = (node: Node, reason: string): never => {
	throw new Failure('device.geometry', { path: node.path, reason });
};

/** "112K", "1M", "528": bytes. */
export function byteCount(node: Node): number {
	const match = /^([1-9]\d{0,8})([KM]?)$/.exec(text(node));
	if (!match) return wrong(node, 'a size like 112K');
	return Number(match[1]) * (match[2] === 'M' ? 1048576 : match[2] === 'K' ? 1024 : 1);
}

/** "0x20000000/112K" as a range. */
export function rangeOf(node: Node): Range {
	const match = /^(0x[0-9a-f]{8})\/(.*)$/i.exec(text(node));
	if (!match) return wrong(node, 'an address and size like 0x20000000/112K');
	const start = Number(match[1]);
	const end = start + byteCount({ path: node.path, value: match[2] });
	return end > 2 ** 32 ? badGeometry(node, 'it ends beyond 4 GiB') : { start, end };
}

/** A region that is not erased by sector. */
export function plainRegion(name: string, kind: RegionKind, range: Range): Region {
	const writable = kind !== 'system';
	const access: Access = { read: true, erase: false, write: writable };
	// Data EEPROM erases itself to zero with a write (L0, L1); the others have no erased state.
	const eraseValue = kind === 'eeprom' ? 0x00 : 0xff;
	return { name, kind, range, eraseValue, writeSize: 4, sectors: [], access };
}

/** The flash regions of one layout: `{ "FLASH_BANK_1": "0x08000000/04*016Kg,…" }`, in address order. */
export function flashRegions(node: Node, firstSector: Node, traits: FlashTraits): MemoryMap {
	const names = keysOf(node, ['FLASH_BANK_1', 'FLASH_BANK_2']);
	if (names.length === 0) wrong(node, 'at least FLASH_BANK_1');
	if (firstSector.value !== undefined) keysOf(firstSector, names);
	const regions: Region[] = [];
	let next = 0;
	for (const [i, name] of names.entries()) {
		const place = at(node, name);
		const group = parseMemoryString(`@x/${text(place)}`)?.groups;
		if (group?.length !== 1) return wrong(place, 'sectors like 0x08000000/04*016Kg,01*064Kg');
		const count = group[0]!.runs.reduce((sum, run) => sum + run.count, 0);
		if (count > MAX_SECTORS) badGeometry(place, `more than ${MAX_SECTORS} sectors`);
		const first = at(firstSector, name).value ?? next;
		if (typeof first !== 'number' || !Number.isInteger(first) || first < next || first > 4095)
			return wrong(at(firstSector, name), `a sector number from ${next}`);
		next = first + count;
		const sectors = sectorsOf(group[0]!, names.length === 1 ? 0 : i + 1, first);
		const range = { start: sectors[0]!.range.start, end: sectors.at(-1)!.range.end };
		if (sectors.some((sector) => size(sector.range) % traits.writeSize !== 0))
			badGeometry(place, 'the write size does not divide every sector');
		if (range.start < (regions.at(-1)?.range.end ?? 0)) badGeometry(place, 'banks overlap');
		const { eraseValue, writeSize, writeOnce } = traits;
		regions.push({
			name,
			kind: 'flash',
			range,
			eraseValue,
			writeSize,
			sectors,
			access: { read: true, erase: true, write: true },
			...(writeOnce && { writeOnce }),
		});
	}
	return regions;
}

/** Sorted by address; two regions that share a byte are a fault of the file. */
export function sortedMap(node: Node, regions: readonly Region[]): MemoryMap {
	const sorted = [...regions].sort((a, b) => a.range.start - b.range.start);
	for (const [i, region] of sorted.entries()) {
		const before = sorted[i - 1];
		if (before && overlaps(before.range, region.range))
			badGeometry(node, `${before.name} and ${region.name} overlap`);
	}
	return sorted;
}
