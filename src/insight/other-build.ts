// A map or a script of another build than the ELF: told by where sections stand.
import type { Build } from '#core/insight.ts';
import type { ElfSection, LinkRegion } from '#core/link.ts';

const SHF_ALLOC = 2;

export interface Misplaced {
	readonly section: ElfSection;
	readonly region: LinkRegion;
}

/** The first section that does not begin in the region the script puts it into: ld would not have linked it. */
export function misplaced({ elf, map, script }: Build): Misplaced | undefined {
	if (!elf || !script || script.placements.length === 0) return undefined;
	const aliases = new Map(script.aliases.map(({ alias, region }) => [alias, region]));
	const regions = map && map.regions.length > 0 ? map.regions : script.regions;
	for (const section of elf.sections.filter(isAllocated)) {
		const put = script.placements.find((one) => one.section === section.name)?.region;
		const name = put === undefined ? undefined : (aliases.get(put) ?? put);
		const region = regions.find((one) => one.name === name);
		if (region && !holds(region, section.address)) return { section, region };
	}
	return undefined;
}

/** The build without what a script or a map of another build says of where sections stand; their regions count. */
export function ownBuild(build: Build): Build {
	const { map, script } = build;
	return {
		...build,
		...(script && misplaced(build) && { script: { ...script, placements: [] } }),
		...(map && moved(build) && { map: { ...map, sections: [] } }),
	};
}

/** The first section that stands elsewhere in the map than in the ELF, and where. */
export function moved({
	elf,
	map,
}: Build): { readonly section: ElfSection; readonly mapped: number } | undefined {
	for (const section of elf?.sections.filter(isAllocated) ?? []) {
		const same = (map?.sections ?? []).filter(({ name }) => name === section.name);
		const [first] = same;
		if (first && same.every(({ address }) => address !== section.address))
			return { section, mapped: first.address };
	}
	return undefined;
}

const isAllocated = ({ flags, size }: ElfSection): boolean => (flags & SHF_ALLOC) !== 0 && size > 0;

/** A region of unknown length holds whatever comes after its origin. */
const holds = ({ origin, length }: LinkRegion, address: number): boolean =>
	origin <= address && (address <= origin + length || length === 0);
