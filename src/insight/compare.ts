// Two builds, or a build and what a board holds: what grew, shrank, moved, came and went; which sectors the next update
// must write, and what that costs.
import { firstDifference } from '#core/bytes.ts';
import type {
	Build,
	Change,
	Comparison,
	PartDifference,
	SectorChange,
	SymbolRow,
	Target,
	UpdateCost,
} from '#core/insight.ts';
import { imageSize, readImage, segmentRange, sliceImage, type Image } from '#core/image.ts';
import { isFlash, type MemoryMap } from '#core/memory.ts';
import { plan } from '#core/plan.ts';
import { intersect, overlaps, size, type Range } from '#core/range.ts';
import { compile } from '#core/compile.ts';
import { cost } from '#core/steps.ts';
import { usualLimits, usualPace, type Wire } from '#core/wires.ts';
import { linkerRegions, regionUsages } from './regions.ts';
import { builtSections } from './sections.ts';
import { listSymbols } from './symbols.ts';

/** `wire` is what the update goes over; USB where the chip's ROM has it, when undefined. Never throws. */
export function compareBuilds(
	sides: { readonly before: Build; readonly after: Build },
	target?: Target,
	wire?: Wire,
): Comparison {
	const { before, after } = sides;
	const sectors = target ? changedSectors(sides, target.memory) : [];
	const update = target && updateCost(sides, target, { sectors, wire });
	return {
		before: before.name,
		after: after.name,
		regions: changes(regionItems(before, target), regionItems(after, target)),
		sections: changes(sectionItems(before), sectionItems(after)),
		symbols: symbolChanges(before, after),
		sectors,
		...(update && { update }),
	};
}

/**
 * What a board was read to hold as the older side; undefined where nothing was read. What was not read of it counts as
 * erased. Never throws.
 */
export function compareWithBoard(
	build: Build,
	target: Target,
	wire?: Wire,
): Comparison | undefined {
	const { name, memory, content } = target;
	if (!content) return undefined;
	const held = { kind: 'firmware', format: '', sections: [], diagnostics: [] } as const;
	const before = { name, files: [], firmware: { ...held, image: content } };
	const sides = { before, after: build };
	const sectors = changedSectors(sides, memory);
	const update = updateCost(sides, target, { sectors, wire });
	return {
		before: name,
		after: build.name,
		regions: [],
		sections: [],
		symbols: [],
		sectors,
		...(update && { update }),
		parts: storedParts(build).flatMap((part) => {
			const flash = memory.find((one) => isFlash(one) && overlaps(one.range, part.range));
			const bytes = imageSize(sliceImage(imageOf(build), part.range));
			if (!flash || bytes === 0) return [];
			const fill = flash.eraseValue;
			const found = differingBytes({ old: content, now: imageOf(build) }, part.range, fill);
			return [{ ...part, bytes, differing: found?.differing ?? 0 }];
		}),
	};
}

/** The linker's regions, and the sections where their bytes are stored. */
function storedParts(build: Build): Pick<PartDifference, 'name' | 'what' | 'range'>[] {
	const { regions } = linkerRegions(build);
	const at = (start: number, bytes: number): Range => ({ start, end: start + bytes });
	return [
		...regions.map(({ name, origin, length }) => {
			return { name, what: 'region' as const, range: at(origin, length) };
		}),
		...builtSections(build, regions).flatMap(({ name, stored, loadAddress, size: bytes }) =>
			stored && loadAddress !== undefined && bytes > 0
				? [{ name, what: 'section' as const, range: at(loadAddress, bytes) }]
				: [],
		),
	];
}

interface Item {
	/** Pairs the two sides. */
	readonly key: string;
	readonly name: string;
	readonly within?: string;
	readonly address: number;
	readonly size: number;
}

const regionItems = (build: Build, target: Target | undefined): Item[] =>
	regionUsages(build, target, []).flatMap(({ name, origin, used }) =>
		used === undefined ? [] : [{ key: name, name, address: origin, size: used }],
	);

const sectionItems = (build: Build): Item[] =>
	builtSections(build, linkerRegions(build).regions).map(
		({ name, address, size: bytes, region }) => ({
			key: name,
			name,
			address,
			size: bytes,
			...(region !== undefined && { within: region }),
		}),
	);

/** A static function may exist in several objects: they are told apart by object and file. */
const symbolItems = (rows: readonly SymbolRow[]): Item[] =>
	rows.map(({ name, readable, section, object, file, binding, address, size: bytes }) => ({
		key: binding === 'local' ? `${name} ${object ?? ''} ${file ?? ''}` : name,
		name: readable ?? name,
		address,
		size: bytes,
		...(section !== undefined && { within: section }),
	}));

function symbolChanges(before: Build, after: Build): Change[] {
	const [old, now] = [symbolItems(listSymbols(before)), symbolItems(listSymbols(after))];
	if (old.length === 0 || now.length === 0) return [];
	return changes(old, now)
		.filter(({ kind }) => kind !== 'same')
		.sort((a, b) => Math.abs(b.delta) - Math.abs(a.delta));
}

/** In the order of the new side, then what is gone. Equal keys are paired in order. */
function changes(before: readonly Item[], after: readonly Item[]): Change[] {
	const waiting = new Map<string, Item[]>();
	for (const item of before) {
		const queue = waiting.get(item.key);
		if (queue) queue.push(item);
		else waiting.set(item.key, [item]);
	}
	const taken = new Map<string, number>();
	const found = after.map((item) => {
		const next = taken.get(item.key) ?? 0;
		taken.set(item.key, next + 1);
		return change(waiting.get(item.key)?.[next], item);
	});
	const gone = [...waiting].flatMap(([key, queue]) => queue.slice(taken.get(key) ?? 0));
	return [...found, ...gone.map((item) => change(item, undefined))];
}

function change(before: Item | undefined, after: Item | undefined): Change {
	const item = after ?? before!;
	const delta = (after?.size ?? 0) - (before?.size ?? 0);
	const at = ({ address, size: bytes }: Item) => ({ address, size: bytes });
	return {
		name: item.name,
		kind: kindOf(before, after),
		delta,
		...(item.within !== undefined && { within: item.within }),
		...(before && { before: at(before) }),
		...(after && { after: at(after) }),
	};
}

function kindOf(before: Item | undefined, after: Item | undefined): Change['kind'] {
	if (!before) return 'new';
	if (!after) return 'gone';
	if (after.size !== before.size) return after.size > before.size ? 'grew' : 'shrank';
	return after.address === before.address ? 'same' : 'moved';
}

const imageOf = ({ firmware }: Build): Image => firmware?.image ?? [];

/** Sectors that hold a byte of the new image which the old one does not have there. */
function changedSectors(
	{ before, after }: { readonly before: Build; readonly after: Build },
	memory: MemoryMap,
): SectorChange[] {
	const [old, now] = [imageOf(before), imageOf(after)];
	if (old.length === 0 || now.length === 0) return [];
	return memory.filter(isFlash).flatMap(({ sectors, eraseValue }) =>
		sectors.flatMap(({ number, bank, range }) => {
			const found = differingBytes({ old, now }, range, eraseValue);
			return found ? [{ number, bank, range, ...found }] : [];
		}),
	);
}

/** Bytes of `now` in the range that `old` does not have there; undefined where there are none. */
function differingBytes(
	{ old, now }: { readonly old: Image; readonly now: Image },
	range: Range,
	fill: number,
): Pick<SectorChange, 'differing' | 'first'> | undefined {
	let differing = 0;
	let first: number | undefined;
	for (const part of sliceImage(now, range)) {
		const there = readImage(old, segmentRange(part), fill);
		const at = firstDifference(part.data, there);
		if (at < 0) continue;
		first ??= part.address + at;
		for (let i = at; i < there.length; i++) if (there[i] !== part.data[i]) differing++;
	}
	return first === undefined ? undefined : { differing, first };
}

function updateCost(
	{ before, after }: { readonly before: Build; readonly after: Build },
	target: Target,
	{ sectors, wire }: { readonly sectors: readonly SectorChange[]; readonly wire: Wire | undefined },
): UpdateCost | undefined {
	const { device, memory } = target;
	const image = imageOf(after);
	if (!device || image.length === 0 || imageOf(before).length === 0) return undefined;
	const over = wire ?? (device.bootloader.dfu ? 'USB' : 'UART');
	const limits = usualLimits(over, device.bootloader.massErase);
	const pace = usualPace(over, device.timings);
	const seconds = (part: Image): number => {
		const steps = compile(plan(part, memory, { start: false }), limits, device.timings);
		return steps.reduce((sum, step) => sum + cost(step, pace), 0) / 1000;
	};
	const changed = sectors.flatMap(({ range }) => sliceImage(image, range));
	return {
		sectors: sectors.length,
		eraseBytes: sectors.reduce((sum, { range }) => sum + size(range), 0),
		writeBytes: changed.reduce((sum, { data }) => sum + data.length, 0),
		seconds: changed.length > 0 ? seconds(changed) : 0,
		wholeSeconds: seconds(image.filter((part) => lands(part, memory))),
		wire: over,
	};
}

const lands = (part: Image[number], memory: MemoryMap): boolean =>
	memory.some((region) => isFlash(region) && intersect(segmentRange(part), region.range));
