// Linker regions laid over the chip's real memory, with the image between them, and what programming it does to each
// sector.
import type {
	Build,
	Overlay,
	OverlayPart,
	OverlayRow,
	SectorFate,
	SectionRow,
	Target,
} from '#core/insight.ts';
import { segmentRange } from '#core/image.ts';
import type { LinkRegion } from '#core/link.ts';
import { isFlash, type Region, type Sector } from '#core/memory.ts';
import { intersect, join, overlaps, size, subtract, type Range } from '#core/range.ts';
import { chipRole, physical, type Physical } from './roles.ts';

interface Laid {
	readonly build: Build;
	readonly target: Target;
	readonly regions: readonly LinkRegion[];
	readonly sections: readonly SectionRow[];
}

export function overlayOf(laid: Laid): Overlay {
	const { build, target, regions, sections } = laid;
	const chip = physical(target);
	const image = (build.firmware?.image ?? []).map(segmentRange);
	const ranges = regions.map((region) => ({ name: region.name, range: rangeOf(region, chip) }));
	const rows = chip.regions.map((region): OverlayRow => {
		const linker = ranges.flatMap(({ name, range }): OverlayPart[] => {
			const part = intersect(range, region.range);
			return part ? [{ name, range: part, agreement: agreement(range, region, chip) }] : [];
		});
		return {
			name: region.name,
			kind: region.kind,
			role: chipRole(region),
			range: region.range,
			linker,
			uncovered: subtract(
				region.range,
				linker.map(({ range }) => range),
			),
			image: image.flatMap((range) => intersect(range, region.range) ?? []),
			sections: sections
				.filter((section) => overlaps(runRange(section, chip), region.range))
				.map(({ name }) => name),
		};
	});
	const memory = chip.regions.map(({ range }) => range);
	return {
		target: target.name,
		live: target.live,
		rows,
		outside: ranges.flatMap(({ name, range }) =>
			subtract(range, memory).map((part) => ({ name, range: part })),
		),
		sectors: chip.regions
			.filter(isFlash)
			.flatMap((region) => region.sectors.map((sector) => fateOf(sector, image, sections))),
	};
}

/** Where a linker region lies on the chip, second views of memory followed to the first. */
export function rangeOf({ origin, length }: LinkRegion, chip: Physical): Range {
	const start = chip.addressOf(origin);
	return { start, end: start + length };
}

export function runRange({ address, size: bytes }: SectionRow, chip: Physical): Range {
	const start = chip.addressOf(address);
	return { start, end: start + bytes };
}

/** Regions of one role that touch are one memory to a linker: SRAM_1 and SRAM_2 of an F4, both banks of an F42x. */
export function spanAround(region: Region, chip: Physical): Range {
	const alike = chip.regions.filter((other) => chipRole(other) === chipRole(region));
	const spans = join(alike.map(({ range }) => range));
	return spans.find((span) => overlaps(span, region.range)) ?? region.range;
}

/** Names of the memories that make up a span: "SRAM_1 and SRAM_2". */
export function spanName(span: Range, chip: Physical): string {
	const names = chip.regions.filter(({ range }) => overlaps(range, span)).map(({ name }) => name);
	return names.length > 1
		? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
		: (names[0] ?? '');
}

function agreement(range: Range, region: Region, chip: Physical): OverlayPart['agreement'] {
	const span = spanAround(region, chip);
	if (range.start < span.start) return 'before';
	if (range.end > span.end) return 'beyond';
	// One memory of several that touch may be meant alone: CCM, SRAM_2.
	const whole = [span, region.range].some(
		({ start, end }) => start === range.start && end === range.end,
	);
	return whole ? 'same' : 'inside';
}

function fateOf(
	sector: Sector,
	image: readonly Range[],
	sections: readonly SectionRow[],
): SectorFate {
	const parts = image.flatMap((range) => intersect(range, sector.range) ?? []);
	const bytes = parts.reduce((total, part) => total + size(part), 0);
	const lost = bytes === 0 ? 0 : size(sector.range) - bytes;
	return {
		number: sector.number,
		bank: sector.bank,
		range: sector.range,
		fate: bytes === 0 ? 'keep' : lost === 0 ? 'write' : 'lose',
		bytes,
		lost,
		sections: storedIn(sector.range, sections),
	};
}

/** Sections whose bytes are stored in a range, by address. */
export function storedIn(range: Range, sections: readonly SectionRow[]): string[] {
	return sections
		.flatMap(({ name, loadAddress, size: bytes }) =>
			loadAddress !== undefined && overlaps({ start: loadAddress, end: loadAddress + bytes }, range)
				? [{ name, loadAddress }]
				: [],
		)
		.sort((a, b) => a.loadAddress - b.loadAddress)
		.map(({ name }) => name);
}
