// Which sectors the option bytes protect against erasing and writing, and which field values would free some of them.
import { diagnostic, type Diagnostic } from './failure.ts';
import { ownFlash, type MemoryMap, type Sector } from './memory.ts';
import {
	edit,
	fieldValue,
	findField,
	isWritable,
	type OptionBlock,
	type OptionLayout,
	type ProtectionRule,
} from './options.ts';
import type { Plan } from './plan.ts';

type BitsRule = Extract<ProtectionRule, { kind: 'bits' }>;
type PagesRule = Extract<ProtectionRule, { kind: 'pages' }>;

/** Flash sectors that cannot be erased or written now, in address order. */
export function protectedSectors(
	layout: OptionLayout,
	blocks: readonly OptionBlock[],
	memory: MemoryMap,
): Sector[] {
	const sectors = ownFlash(memory);
	const found = new Set(
		layout.protects.flatMap((rule) =>
			guards(layout, blocks, rule, sectors).flatMap(({ sectors: guarded }) => guarded),
		),
	);
	return sectors.filter((sector) => found.has(sector));
}

export interface Freeing {
	/** New values by field, for `edit`. */
	readonly values: Readonly<Record<string, number>>;
	/** Sectors that lose their protection though nobody asked: they share a bit or an area. */
	readonly also: readonly Sector[];
	/** Wanted ones that stay protected: what protects them is not written from here. */
	readonly remaining: readonly Sector[];
}

/** What to write so that none of `wanted` is protected any more, freeing as few others as the chip allows. */
export function freeing(
	layout: OptionLayout,
	blocks: readonly OptionBlock[],
	memory: MemoryMap,
	wanted: readonly Sector[],
): Freeing {
	const sectors = ownFlash(memory);
	const starts = new Set(wanted.map(({ range }) => range.start));
	const values: Record<string, number> = {};
	for (const rule of layout.protects) {
		for (const guard of guards(layout, blocks, rule, sectors)) {
			const free = guard.sectors.some(({ range }) => starts.has(range.start));
			const next = free ? guard.without(starts, values) : {};
			if (Object.keys(next).every((name) => isWritable(layout, blocks, name)))
				Object.assign(values, next);
		}
	}
	const before = protectedSectors(layout, blocks, memory);
	const edited = Object.keys(values).length > 0 ? edit(layout, blocks, values) : blocks;
	const after = new Set(protectedSectors(layout, edited, memory));
	return {
		values,
		also: before.filter((sector) => !after.has(sector) && !starts.has(sector.range.start)),
		remaining: before.filter((sector) => after.has(sector) && starts.has(sector.range.start)),
	};
}

/** The plan with an error for each run of sectors it would erase or write in vain; undefined where that is not known. */
export function withWriteProtection(plan: Plan, guarded: readonly Sector[] | undefined): Plan {
	// A mass erase might be refused for the sake of a sector that nobody wants erased.
	if (!guarded) return { ...plan, restBlank: false };
	const starts = new Set(guarded.map(({ range }) => range.start));
	const hit = plan.erase.filter(({ range }) => starts.has(range.start));
	if (hit.length === 0) return guarded.length > 0 ? { ...plan, restBlank: false } : plan;
	const found: Diagnostic = diagnostic(
		'error',
		'plan.write-protected',
		{ sectors: sectorNames(hit), verb: hit.length === 1 ? 'is' : 'are' },
		{ start: hit[0]!.range.start, end: hit.at(-1)!.range.end },
	);
	return { ...plan, diagnostics: [found, ...plan.diagnostics], runnable: false };
}

/** "Sector 4", "Sectors 2–5, 7". */
export function sectorNames(sectors: readonly Sector[]): string {
	const numbers = sectors.map(({ number }) => number).sort((a, b) => a - b);
	const runs: [number, number][] = [];
	for (const number of numbers) {
		const run = runs.at(-1);
		if (run?.[1] === number - 1) run[1] = number;
		else runs.push([number, number]);
	}
	const names = runs.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`));
	return `${numbers.length === 1 ? 'Sector' : 'Sectors'} ${names.join(', ')}`;
}

type Values = Readonly<Record<string, number>>;

interface Guard {
	readonly sectors: readonly Sector[];
	/** Field values that free the sectors that start at these addresses, given the values chosen so far. */
	readonly without: (starts: ReadonlySet<number>, sofar: Values) => Values;
}

function guards(
	layout: OptionLayout,
	blocks: readonly OptionBlock[],
	rule: ProtectionRule,
	sectors: readonly Sector[],
): Guard[] {
	return rule.kind === 'bits'
		? bitGuards(layout, blocks, rule, sectors)
		: pageGuards(layout, blocks, rule, sectors);
}

function bitGuards(
	layout: OptionLayout,
	blocks: readonly OptionBlock[],
	rule: BitsRule,
	sectors: readonly Sector[],
): Guard[] {
	const value = fieldValue(layout, blocks, rule.field);
	const width = findField(layout, rule.field)?.field.width ?? 0;
	const { unless, pairsWhen } = rule;
	if (value === undefined) return [];
	if (unless && fieldValue(layout, blocks, unless.field) === unless.value) return [];
	const paired =
		pairsWhen !== undefined && fieldValue(layout, blocks, pairsWhen.field) === pairsWhen.value;
	const found: Guard[] = [];
	for (let bit = 0; bit < width; bit++) {
		if (((value >>> bit) & 1) !== rule.protectedWhen) continue;
		const last = rule.lastTakesRest && bit === width - 1;
		found.push({
			sectors: guardedBy(rule, { bit, last, factor: paired ? 2 : 1 }, sectors),
			without: (_, sofar) => {
				const now = sofar[rule.field] ?? value;
				const next = rule.protectedWhen === 0 ? now | (1 << bit) : now & ~(1 << bit);
				return { [rule.field]: next >>> 0 };
			},
		});
	}
	return found;
}

function guardedBy(
	rule: BitsRule,
	{ bit, last, factor }: { readonly bit: number; readonly last: boolean; readonly factor: number },
	sectors: readonly Sector[],
): Sector[] {
	const { unit } = rule;
	if ('bytes' in unit) {
		const start = (sectors[0]?.range.start ?? 0) + unit.from + bit * unit.bytes;
		const end = last ? Infinity : start + unit.bytes;
		return sectors.filter(({ range }) => range.start < end && start < range.end);
	}
	const each = unit.sectors * factor;
	const own = inBank(sectors, unit.bank);
	return own.slice(bit * each, last ? undefined : (bit + 1) * each);
}

function pageGuards(
	layout: OptionLayout,
	blocks: readonly OptionBlock[],
	rule: PagesRule,
	sectors: readonly Sector[],
): Guard[] {
	const [start, end] = [
		fieldValue(layout, blocks, rule.start),
		fieldValue(layout, blocks, rule.end),
	];
	if (start === undefined || end === undefined || start > end) return [];
	const guarded = inBank(sectors, rule.bank).slice(start, end + 1);
	if (guarded.length === 0) return [];
	const width = findField(layout, rule.start)?.field.width ?? 1;
	const none = { [rule.start]: 2 ** width - 1, [rule.end]: 0 };
	return [
		{
			sectors: guarded,
			// An area can lose pages at its ends; when they are in its middle all of it goes.
			without: (starts) => {
				const stays = guarded.map(({ range }) => !starts.has(range.start));
				const [first, last] = [stays.indexOf(true), stays.lastIndexOf(true)];
				if (first < 0 || stays.slice(first, last + 1).includes(false)) return none;
				return { [rule.start]: start + first, [rule.end]: start + last };
			},
		},
	];
}

/** Bank 1 is all of the flash while there is one bank; bank 2 is then nothing. */
function inBank(sectors: readonly Sector[], bank: number | undefined): readonly Sector[] {
	const banked = sectors.some((sector) => sector.bank === 2);
	if (bank === undefined || (!banked && bank === 1)) return sectors;
	return sectors.filter((sector) => sector.bank === bank);
}
