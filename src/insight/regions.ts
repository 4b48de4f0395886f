// Every region: capacity, used, free, and what fills it. The linker's own regions are counted as ld counts them, a
// chip's by the bytes that stand in them.
import type { Build, ContentNode, RegionUsage, Reservation, Target } from '#core/insight.ts';
import type { LinkRegion } from '#core/link.ts';
import type { Region } from '#core/memory.ts';
import { intersect, join, size, type Range } from '#core/range.ts';
import { hex32 } from '#core/bytes.ts';
import { segmentRange } from '#core/image.ts';
import { memoryUsage } from '#linker/usage.ts';
import { regionNode, withRest, type Piece } from './content.ts';
import { ownBuild } from './other-build.ts';
import { chipRole, physical, roleAt, type Physical } from './roles.ts';
import { builtSections, type BuiltSection } from './sections.ts';

/** The linker's regions: those of the map are what was linked with; lld's map has none, then the script's count. */
export function linkerRegions({ map, script }: Build): {
	readonly regions: readonly LinkRegion[];
	readonly source: 'map' | 'script';
} {
	if (map && map.regions.length > 0) return { regions: map.regions, source: 'map' };
	return { regions: script?.regions ?? [], source: 'script' };
}

/** `reservations` are those of the build, each shown in the region it stands in. */
export function regionUsages(
	build: Build,
	target: Target | undefined,
	reservations: readonly Reservation[],
): RegionUsage[] {
	const { regions, source } = linkerRegions(build);
	const chip = physical(target);
	const usages =
		regions.length > 0 ? linked(build, regions, { source, chip }) : onChip(build, chip, target);
	return usages.map((usage) => ({
		...usage,
		reservations: reservations.filter(({ range }) => {
			const { origin, length } = usage;
			return range && origin <= range.start && range.start < origin + length;
		}),
	}));
}

type Usage = Omit<RegionUsage, 'reservations'>;

function linked(
	build: Build,
	regions: readonly LinkRegion[],
	{ source, chip }: { readonly source: 'map' | 'script'; readonly chip: Physical },
): Usage[] {
	const sections = builtSections(build, regions);
	const counted = new Map(memoryUsage(ownBuild(build)).map(({ name, used }) => [name, used]));
	const known = build.map !== undefined || build.elf !== undefined;
	const bare = known ? [] : imagePieces(build);
	return regions.map((region) => {
		const { name, origin, length, attributes } = region;
		const facts = { name, origin, length, attributes, source, role: roleAt(origin, name, chip) };
		if (known) {
			const pieces = sections.flatMap((section) => piecesIn(section, name));
			return measured(facts, regionNode(name, pieces, origin), counted.get(name) ?? 0);
		}
		const pieces = bare.flatMap((piece) => clip(piece, { start: origin, end: origin + length }));
		const content = regionNode(name, pieces, origin);
		// A script alone says nothing of use; with an image it does where bytes stand.
		return pieces.length > 0
			? measured(facts, content, content.size)
			: { ...facts, hidden: 0, content };
	});
}

type Facts = Pick<Usage, 'name' | 'origin' | 'length' | 'attributes' | 'source' | 'role'>;

function measured(facts: Facts, tree: ContentNode, used: number): Usage {
	const content = withRest(tree, used);
	const { length } = facts;
	return {
		...facts,
		used,
		free: length - used,
		...(length > 0 && { fraction: used / length }),
		hidden: content.size - used,
		content,
	};
}

/** Where a section stands in the linker region of this name: where it runs, where its bytes are stored, or both. */
function piecesIn(section: BuiltSection, region: string): Piece[] {
	const { address, size: bytes, loadAddress, stored } = section;
	const runs = section.region === region;
	const loads = stored && loadAddress !== undefined && section.loadRegion === region;
	const piece = (start: number, part: Piece['part']): Piece => ({
		section,
		part,
		start,
		end: start + bytes,
		runStart: address,
	});
	if (runs && loads && loadAddress === address) return [piece(address, 'both')];
	return [...(runs ? [piece(address, 'run')] : []), ...(loads ? [piece(loadAddress, 'load')] : [])];
}

/** Without linker regions the chip's own tell what is used; nothing does without a chip. */
function onChip(build: Build, chip: Physical, target: Target | undefined): Usage[] {
	if (!target) return [];
	const sections = builtSections(build, []);
	const all =
		sections.length > 0
			? sections.flatMap((section) => chipPieces(section, chip))
			: imagePieces(build);
	return chip.regions.filter(takesPrograms).map((region) => {
		const pieces = all.flatMap((piece) => clip(piece, region.range));
		const taken = join(pieces.map(({ start, end }) => ({ start, end })));
		const used = taken.reduce((total, range) => total + size(range), 0);
		const facts: Facts = {
			name: region.name,
			role: chipRole(region),
			origin: region.range.start,
			length: size(region.range),
			attributes: '',
			source: 'chip',
		};
		return measured(facts, regionNode(region.name, pieces, undefined), used);
	});
}

const takesPrograms = ({ kind }: Region): boolean =>
	kind === 'flash' || kind === 'ram' || kind === 'external' || kind === 'eeprom';

function chipPieces(section: BuiltSection, chip: Physical): Piece[] {
	const { address, size: bytes, loadAddress } = section;
	const at = (place: number, part: Piece['part']): Piece[] =>
		chip.follow({ start: place, end: place + bytes }).map(({ start, end, from }) => ({
			...{ section, part, start, end },
			runStart: address + from - place,
		}));
	if (loadAddress === undefined) return at(address, 'run');
	if (chip.addressOf(loadAddress) === chip.addressOf(address)) return at(address, 'both');
	return [...at(address, 'run'), ...at(loadAddress, 'load')];
}

/** A HEX has no sections: its runs of bytes stand for them. */
const imagePieces = ({ firmware }: Build): Piece[] =>
	(firmware?.image ?? []).map((segment) => {
		const range = segmentRange(segment);
		const section: BuiltSection = {
			name: hex32(range.start),
			address: range.start,
			loadAddress: range.start,
			size: size(range),
			stored: true,
			write: false,
			execute: false,
			alignment: 1,
		};
		return { section, part: 'both', ...range, runStart: range.start };
	});

function clip(piece: Piece, range: Range): Piece[] {
	const both = intersect(piece, range);
	return both ? [{ ...piece, ...both, runStart: piece.runStart + both.start - piece.start }] : [];
}
