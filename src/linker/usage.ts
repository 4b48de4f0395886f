// What `ld --print-memory-usage` prints (ld manual 2.1). ld's "used" is neither a sum nor a maximum: it is where the
// region's location counter stands after the last section it placed there (ldlang.c keeps it in `current`).
import type {
	ElfSection,
	ElfView,
	LinkMap,
	LinkRegion,
	LinkScript,
	OutputSection,
	Placement,
} from '#core/link.ts';

export interface RegionUsage {
	readonly name: string;
	readonly origin: number;
	readonly length: number;
	/** Bytes from the origin to the location counter; below zero where a script moved it under the origin. */
	readonly used: number;
}

export interface UsageSources {
	readonly map?: Pick<LinkMap, 'regions' | 'sections'>;
	readonly script?: Pick<LinkScript, 'regions' | 'placements'>;
	readonly elf?: Pick<ElfView, 'sections'>;
}

const SHT_NOBITS = 8;
const SHF_WRITE = 1;
const SHF_ALLOC = 2;
const SHF_EXECINSTR = 4;
const SHF_TLS = 0x400;

/** An output section as far as regions care. */
interface Placed {
	readonly name: string;
	readonly address: number;
	readonly loadAddress: number | undefined;
	/** Thread-local zeros take no room where they stand. */
	readonly size: number;
	/** It has bytes to load. */
	readonly stored: boolean;
	readonly flags: number | undefined;
}

/**
 * Every region with what ld counts as used, in order of declaration. Exact with the script and the ELF of one link;
 * a map or an ELF without the script must tell regions by address, which differs where regions overlap or where a
 * section was given an address of its own. Without any regions the answer is empty.
 */
export function memoryUsage(sources: UsageSources): RegionUsage[] {
	const { map, script } = sources;
	const regions = map && map.regions.length > 0 ? map.regions : (script?.regions ?? []);
	const current = new Map(regions.map(({ name, origin: start }) => [name, start]));
	const find = finder(regions, script?.placements, current);
	let before: Regions = {};
	for (const section of placedSections(sources)) {
		const regionsOf = find(section, before);
		const { run, load } = regionsOf;
		before = regionsOf;
		// ld drops most empty sections, and a map does not tell which.
		if (section.size === 0 && section.flags === undefined) continue;
		if (run) current.set(run.name, section.address + section.size);
		if (!load || load === run || !section.stored) continue;
		const start = section.loadAddress ?? current.get(load.name)!;
		current.set(load.name, start + section.size);
	}
	return regions.map(({ name, origin: start, length: size }) => ({
		name,
		origin: start,
		length: size,
		used: current.get(name)! - start,
	}));
}

/** The sections ld placed, in its order. The ELF knows what each is; a map alone leaves it to their names. */
function placedSections({ map, script, elf }: UsageSources): Placed[] {
	if (!elf) return (map?.sections ?? []).filter(isPlacedByName).map(placedByName);
	const listed = new Map((map?.sections ?? []).map((section) => [section.name, section]));
	return inOrder(
		elf.sections.filter(({ flags }) => (flags & SHF_ALLOC) !== 0),
		[
			...(listed.size > 0
				? listed.keys()
				: (script?.placements ?? []).map(({ section }) => section)),
		],
	).map((section) => ({
		name: section.name,
		address: section.address,
		loadAddress: listed.get(section.name)?.loadAddress ?? section.loadAddress,
		size: isThreadZeros(section) ? 0 : section.size,
		stored: section.type !== SHT_NOBITS,
		flags: section.flags,
	}));
}

/** The section table may have another order than the script; what the script does not name stays where it was. */
function inOrder(sections: readonly ElfSection[], names: readonly string[]): ElfSection[] {
	const ranks = new Map<string, number>();
	for (const [rank, name] of names.entries()) if (!ranks.has(name)) ranks.set(name, rank);
	let last = -1;
	return sections
		.map((section) => ({ section, rank: (last = ranks.get(section.name) ?? last) }))
		.sort((a, b) => a.rank - b.rank)
		.map(({ section }) => section);
}

const isThreadZeros = ({ type, flags }: ElfSection): boolean =>
	type === SHT_NOBITS && (flags & SHF_TLS) !== 0;

/** Debug information and comments stand at address 0 without being there. */
const isPlacedByName = ({ name }: OutputSection): boolean =>
	!/^\.(?:debug|zdebug|comment|stab|gnu\.(?:lto|build\.attributes)|ARM\.attributes|note\.GNU-stack|line\b|mdebug|symtab|strtab|shstrtab)/.test(
		name,
	);

const placedByName = (section: OutputSection): Placed => ({
	name: section.name,
	address: section.address,
	loadAddress: section.loadAddress,
	size: /^\.tbss/.test(section.name) ? 0 : section.size,
	stored: !isZeros(section),
	flags: undefined,
});

/** No input brings bytes: zeros, reservations, padding. */
function isZeros({ name, inputs }: OutputSection): boolean {
	if (/noinit|bss|heap|stack/i.test(name)) return true;
	const filled = inputs.filter(({ name: input, size }) => size > 0 && input !== '*fill*');
	return filled.every(({ name: input }) => /^(?:COMMON$|\.s?bss|\.noinit|\.dynbss)/.test(input));
}

interface Regions {
	readonly run?: LinkRegion | undefined;
	readonly load?: LinkRegion | undefined;
}

/** How a section finds its regions: as the script says, else as ld chooses, else by address. */
function finder(
	regions: readonly LinkRegion[],
	placements: readonly Placement[] | undefined,
	current: ReadonlyMap<string, number>,
): (section: Placed, before: Regions) => Regions {
	const named = (name: string | undefined) => regions.find((region) => region.name === name);
	const holding = (address: number) =>
		regions.find(({ origin: at, length: size }) => address >= at && address < at + size);
	if (!placements || placements.length === 0) {
		return ({ address, loadAddress, stored }) => ({
			run: holding(address),
			load: stored && loadAddress !== undefined ? holding(loadAddress) : undefined,
		});
	}
	const byName = new Map<string, Placement>();
	for (const placement of placements) {
		if (!byName.has(placement.section)) byName.set(placement.section, placement);
	}
	/** Follows the counter of the region: without an address of its own a section stands there. */
	const follows = (region: LinkRegion | undefined, { address }: Placed) => {
		const at = region && current.get(region.name)!;
		return at !== undefined && address >= at && address - at < MAX_PADDING ? region : undefined;
	};
	return (section, before) => {
		const placement = byName.get(section.name);
		// A section without a statement goes where the one before it went.
		if (!placement && follows(before.run, section)) return before;
		const load = named(placement?.loadRegion);
		const run =
			named(placement?.region) ?? follows(load ?? regionByAttributes(regions, section), section);
		return { run, load };
	};
}

/** The largest alignment a section of firmware asks for. */
const MAX_PADDING = 64 * 1024;

/** Where ld puts a section the script sends nowhere: the first region whose attributes it has (ld manual 3.7). */
function regionByAttributes(regions: readonly LinkRegion[], { flags, stored, address }: Placed) {
	if (flags === undefined) {
		return regions.find(({ origin: at, length: size }) => address >= at && address < at + size);
	}
	const writable = (flags & SHF_WRITE) !== 0;
	const code = (flags & SHF_EXECINSTR) !== 0;
	// BFD calls data what is loaded and no code, and what is neither read-only nor code.
	const has: Readonly<Record<string, boolean>> = {
		r: !writable,
		x: code,
		w: !code && (stored || writable),
		a: true,
		i: stored,
		l: stored,
	};
	return regions.find(({ attributes }) => {
		const [wanted = '', unwanted = ''] = attributes.toLowerCase().split('!');
		const matches = (letters: string): boolean =>
			[...letters].some((letter) => has[letter] === true);
		return matches(wanted) && !matches(unwanted);
	});
}

/** The table as ld prints it, to the character. */
export function memoryUsageText(rows: readonly RegionUsage[]): string {
	const lines = rows.map(({ name, length: size, used }) => {
		const part = size === 0 ? '' : `    ${percentage((used * 100) / size).padStart(6)}%`;
		return `${name.padStart(16)}: ${amount(used)}${amount(size)}${part}\n`;
	});
	return `Memory region         Used Size  Region Size  %age Used\n${lines.join('')}`;
}

/** The largest unit that divides it; zero is divided by all. Below zero ld's 64-bit number wraps. */
function amount(bytes: number): string {
	const value = BigInt.asUintN(64, BigInt(bytes));
	for (const [shift, unit] of [
		[30n, 'GB'],
		[20n, 'MB'],
		[10n, 'KB'],
	] as const) {
		if (value % (1n << shift) === 0n) return `${String(value >> shift).padStart(10)} ${unit}`;
	}
	return ` ${String(value).padStart(10)} B`;
}

/** As C's %.2f: a tie goes to the even digit; toFixed would take it up. */
function percentage(value: number): string {
	const eighths = value * 8;
	const tieBelowEven = eighths % 8 === 1 || eighths % 8 === 5;
	return (tieBelowEven ? value - 0.005 : value).toFixed(2);
}
