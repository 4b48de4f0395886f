// The output sections of a build, each with the regions it runs in and is stored in. The ELF knows what a section is;
// the map knows what it is made of; the script knows the regions by name, which count before addresses.
import type { Build, SectionRow } from '#core/insight.ts';
import type {
	ElfSection,
	ElfView,
	LinkMap,
	LinkRegion,
	LinkScript,
	OutputSection,
} from '#core/link.ts';
import { ownBuild } from './other-build.ts';

/** A section with what the map says it is made of. */
export interface BuiltSection extends SectionRow {
	readonly made?: OutputSection;
}

const SHT_NOBITS = 8;
const SHF_WRITE = 1;
const SHF_ALLOC = 2;
const SHF_EXECINSTR = 4;

/** Allocated sections in link order. Sections of a map without size are left out: they take no room. */
export function builtSections(build: Build, regions: readonly LinkRegion[]): BuiltSection[] {
	const bare = bareSections(build);
	const place = placer(ownBuild(build).script, regions);
	return bare.map((section) => ({ ...section, ...place(section) }));
}

type Bare = Omit<BuiltSection, 'region' | 'loadRegion'>;

function bareSections({ elf, map, script }: Build): Bare[] {
	if (elf) return elf.sections.filter(isAllocated).map((section) => ofElf(section, elf, map));
	return (map?.sections ?? []).filter(isPlaced).map((each) => ofMap(each, script));
}

/** Debug information and notes of the tools stand at address 0 and are not allocated. */
const isAllocated = ({ flags, size }: ElfSection): boolean => (flags & SHF_ALLOC) !== 0 && size > 0;

function ofElf(section: ElfSection, elf: ElfView, map: LinkMap | undefined): Bare {
	const { name, address, size, flags, alignment } = section;
	const stored = section.type !== SHT_NOBITS;
	const made = map?.sections.find((each) => each.name === name && each.address === address);
	const loadAddress = stored ? (section.loadAddress ?? loadOf(section, elf)) : undefined;
	return {
		name,
		address,
		size,
		stored: loadAddress !== undefined,
		write: (flags & SHF_WRITE) !== 0,
		execute: (flags & SHF_EXECINSTR) !== 0,
		alignment,
		...(loadAddress !== undefined && { loadAddress }),
		...(made && { made }),
	};
}

/** A map lists them among the others, at address 0. */
const UNPLACED =
	/^\.(?:z?debug_|comment$|stab|mdebug|line$|ARM\.attributes$|gnu\.(?:lto|attributes|build\.attributes)|note\.GNU-stack$|[a-z]*strtab$|symtab)/;

const isPlaced = ({ name, size }: OutputSection): boolean => size > 0 && !UNPLACED.test(name);

/** An ELF without program headers stores a section where it runs. */
const loadOf = (section: ElfSection, elf: ElfView): number | undefined =>
	elf.segments.length === 0 ? section.address : undefined;

const ZEROED = /^(?:\.?[st]?bss|COMMON$|\.noinit)/;
const RESERVED = /(?:heap|stack|no_?init|noload|\bbss|_bss)/i;

/**
 * A map does not say which sections store bytes. Those made of zeroed parts only, or of nothing (a heap that the script
 * counts up), do not.
 */
function ofMap(made: OutputSection, script: LinkScript | undefined): Bare {
	const { name, address, loadAddress, size } = made;
	const parts = made.inputs.filter((input) => input.name !== '*fill*' && input.size > 0);
	const noLoad = script?.placements.find(({ section }) => section === name)?.noLoad ?? false;
	const zeroed =
		parts.length > 0 ? parts.every((input) => ZEROED.test(input.name)) : RESERVED.test(name);
	const stored = !noLoad && !zeroed && !ZEROED.test(name);
	return {
		name,
		address,
		size,
		stored,
		write: address >= 0x10000000 && address < 0x40000000,
		execute: /^\.(?:text|init|fini)\b/.test(name),
		alignment: 1,
		made,
		...(stored && { loadAddress }),
	};
}

type Place = (section: Bare) => { region?: string; loadRegion?: string };

function placer(script: LinkScript | undefined, regions: readonly LinkRegion[]): Place {
	const known = new Set(regions.map(({ name }) => name));
	const aliases = new Map(script?.aliases.map(({ alias, region }) => [alias, region]));
	const named = (name: string | undefined): string | undefined => {
		const region = name === undefined ? undefined : (aliases.get(name) ?? name);
		return region !== undefined && known.has(region) ? region : undefined;
	};
	const placements = new Map<string, LinkScript['placements'][number]>();
	for (const placement of script?.placements ?? [])
		if (!placements.has(placement.section)) placements.set(placement.section, placement);
	return ({ name, address, loadAddress }) => {
		const placement = placements.get(name);
		const region = named(placement?.region) ?? regionOf(address, regions);
		if (loadAddress === undefined) return region === undefined ? {} : { region };
		const loadRegion =
			loadAddress === address
				? region
				: (named(placement?.loadRegion) ?? regionOf(loadAddress, regions));
		return {
			...(region !== undefined && { region }),
			...(loadRegion !== undefined && { loadRegion }),
		};
	};
}

/** The smallest region around an address: a part that is set apart lies within the whole. */
function regionOf(address: number, regions: readonly LinkRegion[]): string | undefined {
	let best: LinkRegion | undefined;
	for (const region of regions) {
		const inside = region.origin <= address && address < region.origin + region.length;
		if (inside && (!best || region.length < best.length)) best = region;
	}
	return best?.name;
}
