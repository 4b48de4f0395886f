// Linker regions against the chip's memory, against each other, and the script against the map.
import { diagnostic, sizeText, type Diagnostic } from '#core/failure.ts';
import { hex32 } from '#core/bytes.ts';
import type { LinkRegion } from '#core/link.ts';
import { intersect, overlaps, size, subtract, type Range } from '#core/range.ts';
import { misplaced, moved } from '#insight/other-build.ts';
import { runRanges, spanAround, spanName } from '#insight/overlay.ts';
import { roleAt } from '#insight/roles.ts';
import type { Case, Expert } from './findings.ts';

/** What is kept at the end of a memory on purpose (a boot flag, a serial number) is smaller than this. */
const SMALL = 1024;
/** AN5289: the radio stack of a WB owns the end of the flash; its size depends on the stack. */
const RADIO_FAMILIES = ['STM32WB'];
/** Nothing has this length: an undeclared region, or one with symbols that had no value. */
const NONSENSE = 0xffffffff;

export const regionsAndChip: Expert = (about) => {
	if (!about.target || about.target.memory.length === 0) return [];
	return about.regions.flatMap((region) => fit(region, about));
};

function fit(region: LinkRegion, about: Case): Diagnostic[] {
	const { chip } = about;
	const role = roleAt(region.origin, region.name, chip);
	// Backup memory and memory outside the chip have experts of their own.
	if (region.length === 0 || region.length >= NONSENSE || role === 'backup') return [];
	const range = rangeOf(region);
	const filled = contentOf(region.name, about);
	const span = spanAround(range.start, chip);
	if (!span) {
		const expected = role === 'flash' || role === 'ram' || (role === 'other' && filled.length > 0);
		if (!expected) return [];
		const severity = filled.length > 0 ? 'error' : 'warning';
		return [
			diagnostic(severity, 'insight.region-outside', { region: region.name, ...range }, range),
		];
	}
	const memory = spanName(span, chip);
	if (range.end > span.end) {
		const beyond = { start: span.end, end: range.end };
		const data = { region: region.name, end: range.end, memory, limit: span.end };
		const severity = filled.some((part) => overlaps(part, beyond)) ? 'error' : 'warning';
		return [diagnostic(severity, 'insight.region-beyond', data, beyond)];
	}
	return short({ region, range, span, memory }, about);
}

/** The mark of a script for a smaller part: a region that begins with the memory and covers half of it or more. */
function short(
	found: {
		readonly region: LinkRegion;
		readonly range: Range;
		readonly span: Range;
		readonly memory: string;
	},
	{ regions, target }: Case,
): Diagnostic[] {
	const { region, range, span, memory } = found;
	const covers = range.start === span.start && size(range) * 2 >= size(span);
	if (!covers || RADIO_FAMILIES.includes(target?.device?.family ?? '')) return [];
	const others = regions.map(rangeOf);
	const rest = subtract({ start: range.end, end: span.end }, others);
	const left = rest.reduce((total, part) => total + size(part), 0);
	// Something else is declared behind it: then the rest is somebody's plan.
	if (left < SMALL || left !== span.end - range.end) return [];
	const data = { region: region.name, size: left, memory };
	return [diagnostic('note', 'insight.region-short', data, { start: range.end, end: span.end })];
}

const rangeOf = ({ origin, length }: LinkRegion): Range => ({
	start: origin,
	end: origin + length,
});

/** Where sections stand in a linker region, by the addresses of its tree. */
const contentOf = (name: string, { usages }: Case): Range[] =>
	(usages.find((usage) => usage.name === name)?.content.children ?? []).flatMap((node) =>
		node.kind === 'section' && node.address !== undefined
			? [{ start: node.address, end: node.address + node.size }]
			: [],
	);

export const regionsAndRegions: Expert = (about) => {
	const ranges = about.regions
		.filter(({ length }) => length > 0 && length < NONSENSE)
		.map((region) => ({ name: region.name, range: rangeOf(region) }));
	return ranges.flatMap((first, i) =>
		ranges.slice(i + 1).flatMap((second) => {
			const shared = intersect(first.range, second.range);
			const bothUsed = [first, second].every(({ name }) => contentOf(name, about).length > 0);
			if (!shared || !bothUsed) return [];
			const data = { first: first.name, second: second.name, ...shared };
			return [diagnostic('note', 'insight.regions-overlap', data, shared)];
		}),
	);
};

/** Names that scripts give to what is not the program's: a bootloader, stored settings, emulated EEPROM. */
const RESERVED = /boot|conf|cfg|eeprom|nvs|nvm|param|setting|storage|calib/i;

/** Sections of other regions that reach into one the script keeps for something. */
export const reservedRegions: Expert = (about) => {
	const { regions, sections, chip } = about;
	const kept = regions.filter(
		({ name, origin }) => RESERVED.test(name) && roleAt(origin, name, chip) === 'flash',
	);
	return kept.flatMap((region) => {
		const range = rangeOf(region);
		return sections.flatMap((section) => {
			const { name, loadAddress, size: bytes, loadRegion } = section;
			if (loadAddress === undefined || loadRegion === region.name) return [];
			const shared = intersect({ start: loadAddress, end: loadAddress + bytes }, range);
			if (!shared) return [];
			const data = { section: name, region: region.name, ...shared };
			return [diagnostic('warning', 'insight.reserved-overlapped', data, shared)];
		});
	});
};

/** Sections that run where the chip has nothing, region or no region. */
export const sectionsAndChip: Expert = ({ target, sections, chip }) => {
	if (!target || target.memory.length === 0) return [];
	const memory = chip.regions.map(({ range }) => range);
	return sections.flatMap((section) => {
		const role = roleAt(section.address, section.name, chip);
		if (role === 'external' || role === 'backup') return [];
		const [missing] = runRanges(section, chip).flatMap((range) => subtract(range, memory));
		if (!missing) return [];
		const data = { section: section.name, ...missing };
		return [diagnostic('error', 'insight.section-outside', data, missing)];
	});
};

/** The map is the record of the link; a script that says otherwise is another build's. */
export const scriptAndMap: Expert = ({ build: { map, script } }) => {
	const text = ({ origin, length }: LinkRegion): string => `${hex32(origin)}, ${sizeText(length)}`;
	return (map?.regions ?? []).flatMap((linked) => {
		const written = script?.regions.find(({ name }) => name === linked.name);
		if (!written) return [];
		if (written.origin === linked.origin && written.length === linked.length) return [];
		const data = { region: linked.name, scriptText: text(written), mapText: text(linked) };
		return [diagnostic('warning', 'insight.script-differs', data)];
	});
};

export const filesAndElf: Expert = ({ build }) => {
	const put = misplaced(build);
	const other = moved(build);
	return [
		...(put
			? [
					diagnostic('warning', 'insight.script-foreign', {
						section: put.section.name,
						found: put.section.address,
						region: put.region.name,
						start: put.region.origin,
						end: put.region.origin + put.region.length,
					}),
				]
			: []),
		...(other
			? [
					diagnostic('warning', 'insight.map-foreign', {
						section: other.section.name,
						found: other.section.address,
						mapped: other.mapped,
					}),
				]
			: []),
	];
};
