// The planner: an image laid over a memory map. Pure; what it returns is what is shown and, compiled, what is sent.
import type { EraseDoubt } from './erase-proof.ts';
import { diagnostic, type Diagnostic } from './failure.ts';
import { segmentRange, type Image, type Segment } from './image.ts';
import {
	flashSectors,
	isFlash,
	sectorsTouching,
	type MemoryMap,
	type Region,
	type Sector,
} from './memory.ts';
import { placeSegments } from './placement.ts';
import { alignDown, alignUp, intersect, join, size, subtract, type Range } from './range.ts';
import { readVectors, type Vectors } from './vectors.ts';

export interface PlanOptions {
	/** Start the application after a verified job. */
	readonly start: boolean;
	/** "STM32F4": refuses files that name other families. */
	readonly family?: string;
	/** What this ROM is known to do wrong when it erases bank 2 over the wire in use. */
	readonly bank2Erase?: 'wrong-sector' | 'nothing';
	/** What is not established about this board's erases: they are then proven one by one. */
	readonly doubt?: EraseDoubt;
	/** Families the file says it is for. */
	readonly fileFamilies?: readonly string[];
}

/** An aligned run of bytes to write, with the padding it needed. */
export interface Write extends Segment {
	readonly fill: readonly Range[];
	readonly region: Region;
}

export interface Plan {
	readonly memory: MemoryMap;
	/** Sectors to erase, in address order; each shares a byte with the image. */
	readonly erase: readonly Sector[];
	/** True when that is every flash sector the chip has. */
	readonly wholeFlash: boolean;
	/** Aligned runs in address order, image bytes and padding; each byte is verified as written. */
	readonly write: readonly Write[];
	/** Bytes of erased sectors that nothing writes: what stood there is gone. */
	readonly lost: readonly Range[];
	readonly vectors?: Vectors;
	/** Where the application is started; undefined when it is not. */
	readonly start?: number;
	/** As given: erases in doubt are proven one by one. */
	readonly doubt?: EraseDoubt;
	readonly diagnostics: readonly Diagnostic[];
	/** No diagnostic is an error and there is something to write. */
	readonly runnable: boolean;
}

/** Gaps up to this many bytes between runs are written as erased bytes: cheaper than a transfer of its own. */
const JOIN_GAP = 64;

/** Lays `image` over `memory`: sectors to erase, aligned writes, losses, and everything worth saying about it. */
export function plan(image: Image, memory: MemoryMap, options: PlanOptions): Plan {
	const placed = placeSegments(image, memory);
	const write = placed.parts.length > 0 ? alignWrites(placed.parts) : [];
	const written = write.map(segmentRange);
	const erase = sectorsTouching(memory, written);
	const lost = erase.flatMap((sector) => subtract(sector.range, written));
	const first = write.find(({ region }) => isFlash(region));
	const vectors = first && readVectors(image, first.address + fillBefore(first), memory);
	const diagnostics = [
		...(image.length === 0 ? [diagnostic('error', 'plan.empty', {})] : []),
		...wrongFamily(options),
		...placed.diagnostics,
		...erase.flatMap(readOnly),
		...bank2Fault(erase, options),
		...join(lost).map(lossOf),
		...write.flatMap(splitUnits),
		...(first ? vectorFindings(first, vectors, memory) : []),
	];
	const runnable = write.length > 0 && !diagnostics.some(({ severity }) => severity === 'error');
	return {
		memory,
		erase,
		wholeFlash: erase.length > 0 && erase.length === flashSectors(memory).length,
		write,
		lost: join(lost),
		...(vectors && { vectors }),
		...(options.doubt && { doubt: options.doubt }),
		...(options.start && vectors?.plausible && { start: vectors.address }),
		diagnostics,
		runnable,
	};
}

/** Padding to whole write units, and joining of runs that padding or a small gap brings together. */
function alignWrites(parts: readonly (Segment & { region: Region })[]): Write[] {
	const runs: { region: Region; range: Range; parts: Segment[] }[] = [];
	for (const part of parts) {
		const { region } = part;
		const wanted = segmentRange(part);
		const range = {
			start: Math.max(alignDown(wanted.start, region.writeSize), region.range.start),
			end: Math.min(alignUp(wanted.end, region.writeSize), region.range.end),
		};
		const last = runs.at(-1);
		const gap = last ? range.start - last.range.end : Infinity;
		const joins =
			last?.region === region &&
			(gap <= 0 || (gap <= JOIN_GAP && sameSector(last.range, range, region)));
		if (last && joins) {
			last.range = { start: last.range.start, end: range.end };
			last.parts.push(part);
		} else runs.push({ region, range, parts: [part] });
	}
	return runs.map(({ region, range, parts: own }) => {
		const data = new Uint8Array(size(range)).fill(region.eraseValue);
		for (const part of own) data.set(part.data, part.address - range.start);
		return { address: range.start, data, region, fill: subtract(range, own.map(segmentRange)) };
	});
}

/** Bridging a gap may never touch a sector that the image itself does not, nor a once-only write unit. */
function sameSector(before: Range, after: Range, region: Region): boolean {
	if (region.writeOnce) return false;
	const gap = { start: before.end, end: after.start };
	return region.sectors
		.filter((sector) => intersect(sector.range, gap))
		.every((sector) => intersect(sector.range, before) ?? intersect(sector.range, after));
}

const fillBefore = (run: Write): number =>
	run.fill[0]?.start === run.address ? size(run.fill[0]) : 0;

const lossOf = (range: Range): Diagnostic =>
	diagnostic('warning', 'plan.lost', { ...range, size: size(range) }, range);

function readOnly(sector: Sector): Diagnostic[] {
	if (sector.access.erase && sector.access.write) return [];
	const data = { sector: sector.number, start: sector.range.start };
	return [diagnostic('error', 'plan.read-only', data, sector.range)];
}

/** Where the wrong sector would go blank, nothing is erased at all; where none would, the blank check tells. */
function bank2Fault(erase: readonly Sector[], { bank2Erase }: PlanOptions): Diagnostic[] {
	const first = erase.find(({ bank }) => bank === 2);
	if (!first || !bank2Erase) return [];
	const { start } = first.range;
	return bank2Erase === 'wrong-sector'
		? [diagnostic('error', 'plan.bank2-wrong', { start }, first.range)]
		: [diagnostic('warning', 'plan.bank2-unsure', { start }, first.range)];
}

/** Only where the unit can never be completed later: ECC flash is written once between erases. */
function splitUnits({ region, fill }: Write): Diagnostic[] {
	if (!region.writeOnce) return [];
	return fill.map((range) =>
		diagnostic(
			'note',
			'plan.split-unit',
			{ address: range.start, unit: region.writeSize, fill: region.eraseValue },
			range,
		),
	);
}

function wrongFamily({ family, fileFamilies }: PlanOptions): Diagnostic[] {
	if (!family || !fileFamilies?.length) return [];
	if (fileFamilies.some((wanted) => family.startsWith(wanted) || wanted.startsWith(family)))
		return [];
	return [
		diagnostic('error', 'plan.wrong-chip', { families: fileFamilies.join(', '), chip: family }),
	];
}

function vectorFindings(
	first: Write,
	vectors: Vectors | undefined,
	memory: MemoryMap,
): Diagnostic[] {
	const boot = memory.find((region) => region.kind === 'flash')?.range.start ?? first.address;
	const found: Diagnostic[] = [];
	const start = first.address + fillBefore(first);
	if (!vectors?.plausible) {
		const data = {
			address: start,
			stack: vectors?.stackPointer ?? '(missing)',
			reset: vectors?.resetHandler ?? '(missing)',
		};
		found.push(diagnostic('warning', 'plan.no-vectors', data, { start, end: start + 8 }));
	}
	if (start !== boot && first.region.kind === 'flash') {
		found.push(diagnostic('note', 'plan.nothing-at-boot', { start, boot }));
	}
	return found;
}
