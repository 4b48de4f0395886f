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
import { includes, intersect, join, overlaps, size, subtract, type Range } from '#core/range.ts';
import { chipRole, physical, type Followed, type Physical } from './roles.ts';

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
	const ranges = regions.flatMap((region) => {
		const whole = { start: region.origin, end: region.origin + region.length };
		return chip.follow(whole).map((range) => ({ name: region.name, range, whole }));
	});
	const rows = chip.regions.map((region): OverlayRow => {
		const linker = ranges.flatMap(({ name, range, whole }): OverlayPart[] => {
			const part = intersect(range, region.range);
			return part ? [{ name, range: part, agreement: agreement(whole, region, chip) }] : [];
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
				.filter((section) =>
					runRanges(section, chip).some((range) => overlaps(range, region.range)),
				)
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

/** Where a section runs, second views of memory followed to the first. */
export const runRanges = ({ address, size: bytes }: SectionRow, chip: Physical): Followed[] =>
	chip.follow({ start: address, end: address + bytes });

/**
 * The memory around an address, as a linker sees it: regions of one role that touch are one (SRAM_1 and SRAM_2 of an
 * F4, both banks of an F42x, the second view of SRAM_2 behind SRAM_1). Undefined where there is none.
 */
export function spanAround(address: number, chip: Physical): Range | undefined {
	const own = chip.views.find(({ range }) => includes(range, address));
	if (own) {
		const alike = chip.views.filter((other) => chipRole(other) === chipRole(own));
		return join(alike.map(({ range }) => range)).find((span) => includes(span, address));
	}
	const alias = chip.aliasAt(address);
	const span = alias && spanAround(chip.addressOf(address), chip);
	const by = alias ? alias.range.start - alias.of : 0;
	return span && { start: span.start + by, end: span.end + by };
}

/** Names of the memories that make up a span: "SRAM_1 and SRAM_2". */
export function spanName(span: Range, chip: Physical): string {
	const parts = chip.follow(span);
	const names = chip.regions
		.filter(({ range }) => parts.some((part) => overlaps(range, part)))
		.map(({ name }) => name);
	return names.length > 1
		? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
		: (names[0] ?? '');
}

function agreement(whole: Range, region: Region, chip: Physical): OverlayPart['agreement'] {
	const span = spanAround(whole.start, chip);
	if (!span) return 'before';
	if (whole.end > span.end) return 'beyond';
	// One memory of several that touch may be meant alone: CCM, SRAM_2.
	const alone =
		chip.addressOf(whole.start) === region.range.start && size(whole) === size(region.range);
	return alone || (span.start === whole.start && span.end === whole.end) ? 'same' : 'inside';
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
