// The planner: an image laid over a memory map. Pure; what it returns is what is shown and, compiled, what is sent.
import { firstOtherThan } from './bytes.ts';
import { shareWords } from './eeprom.ts';
import type { EraseDoubt } from './erase-proof.ts';
import { diagnostic, type Diagnostic } from './failure.ts';
import { buildImage, segmentRange, sliceImage, type Image, type Segment } from './image.ts';
import {
	flashSectors,
	isFlash,
	ownFlash,
	type MemoryMap,
	type Region,
	type Sector,
} from './memory.ts';
import { placeSegments } from './placement.ts';
import { intersect, join, overlaps, size, subtract, within, type Range } from './range.ts';
import { planSector, wholeUnits, type Knowledge, type SectorPlan } from './sector-plan.ts';
import { readVectors, type Vectors } from './vectors.ts';

/** A named stretch of the board's memory that no job may change: a bootloader, configuration, calibration. */
export interface ProtectedRange {
	readonly name: string;
	readonly range: Range;
}

export interface PlanOptions {
	/** Start the application after a verified job. */
	readonly start: boolean;
	/** "STM32F4": refuses files that name other families. */
	readonly family?: string;
	/** The chip is known to have no flash of its own: then what is outside is not a linker's mistake. */
	readonly flashless?: boolean;
	/** What this ROM is known to do wrong when it erases bank 2 over the wire in use. */
	readonly bank2Erase?: 'wrong-sector' | 'nothing';
	/** What is not established about this board's erases: they are then proven one by one. */
	readonly doubt?: EraseDoubt;
	/** Families the file says it is for. */
	readonly fileFamilies?: readonly string[];
	/** What is known of the board's content; without it nothing is, and nothing is kept. */
	readonly known?: Knowledge;
	/** Ranges that are refused or kept. Those the user gave up by name are not in here. */
	readonly protect?: readonly ProtectedRange[];
	/** Flash the chip may have that nothing describes: an erase of everything would take it, too. */
	readonly undescribed?: readonly Range[];
}

/** An aligned run of bytes to write, with the padding it needed. */
export interface Write extends Segment {
	readonly fill: readonly Range[];
	readonly region: Region;
}

export interface Plan {
	readonly memory: MemoryMap;
	/** Every sector that shares a byte with the image, in address order. */
	readonly touched: readonly Sector[];
	/** Those of them to erase. */
	readonly erase: readonly Sector[];
	/** Those that hold the image's bytes already. */
	readonly same: readonly Sector[];
	/** True when every flash sector is erased, and one erase of everything takes nothing that is protected. */
	readonly wholeFlash: boolean;
	/** As given: what an erase of everything would take beside `erase`. */
	readonly undescribed: readonly Range[];
	/** True when the flash beside the erased sectors was found blank: erasing it too would change nothing. */
	readonly restBlank: boolean;
	/** Aligned runs in address order: image bytes, kept bytes and padding; each byte is verified as written. */
	readonly write: readonly Write[];
	/** Bytes of erased sectors beside the image that are read first and written back. */
	readonly keep: readonly Range[];
	/** Those of `keep` that have not been read yet: the exact plan follows when they are. */
	readonly unread: readonly Range[];
	/** Kept bytes as they were read: read again before the first erase. */
	readonly confirm: Image;
	/** Everything known of the bytes beside the image in touched sectors: what a journal must hold before they go. */
	readonly beside: Image;
	/** What was read of the sectors to erase: where something stood, an erase can be seen to have worked. */
	readonly found: Image;
	/** Bytes of erased sectors that nothing writes: what stood there is gone. */
	readonly lost: readonly Range[];
	readonly vectors?: Vectors;
	/** Where the application is started; undefined when it is not. */
	readonly start?: number;
	/** As given: erases in doubt are proven one by one. */
	readonly doubt?: EraseDoubt;
	readonly diagnostics: readonly Diagnostic[];
	/** No diagnostic is an error and the image has bytes. */
	readonly runnable: boolean;
}

/** Gaps up to this many bytes between runs are written as erased bytes: cheaper than a transfer of its own. */
const JOIN_GAP = 64;

const NOTHING_KNOWN: Knowledge = { keep: false };

/** Lays `image` over `memory`: sectors to erase, aligned writes, what is kept and lost, and everything worth saying. */
export function plan(image: Image, memory: MemoryMap, options: PlanOptions): Plan {
	const known = options.known ?? NOTHING_KNOWN;
	const placed = placeSegments(image, memory);
	const planned = bySector(placed.parts).map(({ sector, region, parts }) =>
		planSector({ sector, region }, parts, known),
	);
	const shared = shareWords(placed.parts, known);
	const content = [
		...placed.parts.filter(({ region }) => !isFlash(region)),
		...shared.content,
		...planned.flatMap(({ content: parts, region }) => parts.map((part) => ({ ...part, region }))),
	].sort((a, b) => a.address - b.address);
	const write = alignWrites(content, planned);
	const erase = sectorsWith(planned, 'erase');
	const changing = [...planned, shared];
	const lost = [
		...join(planned.flatMap((one) => one.lost)).flatMap((range) =>
			subtract(range, write.map(segmentRange)),
		),
		...shared.lost,
	];
	const first = placed.parts.find(({ region }) => isFlash(region));
	const vectors = first && readVectors(image, first.address, memory);
	const diagnostics = [
		...(image.length === 0 ? [diagnostic('error', 'plan.empty', {})] : []),
		...wrongFamily(options),
		...(options.flashless && !memory.some(isFlash)
			? [diagnostic('error', 'plan.no-flash', {})]
			: placed.diagnostics),
		...erase.flatMap(readOnly),
		...bank2Fault(erase, options),
		...protectedFindings(placed.parts, lost, options),
		...lost.map(lossOf),
		...write.flatMap(splitUnits),
		...(first ? vectorFindings(first, vectors, memory) : []),
	];
	const runnable =
		placed.parts.length > 0 && !diagnostics.some(({ severity }) => severity === 'error');
	return {
		memory,
		touched: planned.map(({ sector }) => sector),
		erase,
		same: sectorsWith(planned, 'same'),
		wholeFlash: isWholeFlash(erase, memory, options),
		undescribed: options.undescribed ?? [],
		restBlank: erase.length > 0 && isRestBlank(erase, memory, options),
		write,
		keep: join(changing.flatMap((one) => one.keep)),
		unread: join(changing.flatMap((one) => one.unread)),
		beside: buildImage(changing.flatMap((one) => one.beside)),
		confirm: buildImage(changing.flatMap((one) => one.confirm)),
		found: erase.flatMap(({ range }) => sliceImage(known.found ?? [], range)),
		lost,
		...(vectors && { vectors }),
		...(options.doubt && { doubt: options.doubt }),
		...(options.start && vectors?.plausible && { start: vectors.address }),
		diagnostics,
		runnable,
	};
}

/** Of memory outside the chip nobody knows what its bootloader makes of an erase of everything. */
function isWholeFlash(
	erase: readonly Sector[],
	memory: MemoryMap,
	{ protect = [], undescribed = [] }: PlanOptions,
): boolean {
	const all = flashSectors(memory).length;
	if (erase.length === 0 || erase.length < all || ownFlash(memory).length < all) return false;
	return !protect.some((one) => within(one.range, undescribed).length > 0);
}

/** Only what was read counts, and only of flash that nobody protects and whose erases nobody doubts. */
function isRestBlank(
	erase: readonly Sector[],
	memory: MemoryMap,
	{ known, protect = [], doubt, undescribed = [] }: PlanOptions,
): boolean {
	if (doubt || undescribed.length > 0) return false;
	return memory.filter(isFlash).every(({ kind, sectors, eraseValue }) =>
		sectors
			.filter((sector) => !erase.includes(sector))
			.every(({ range }) => {
				if (kind !== 'flash' || protect.some((one) => overlaps(one.range, range))) return false;
				const [held, more] = sliceImage(known?.found ?? [], range);
				if (!held || more || held.data.length < size(range)) return false;
				return firstOtherThan(held.data, eraseValue) < 0;
			}),
	);
}

type Part = Segment & { readonly region: Region };

interface Touched {
	readonly sector: Sector;
	readonly region: Region;
	readonly parts: Segment[];
}

/** The image cut at the borders of the sectors it touches, in address order. */
function bySector(parts: readonly Part[]): Touched[] {
	const found = new Map<Sector, Touched>();
	for (const part of parts) {
		const { region } = part;
		for (const sector of region.sectors) {
			if (!overlaps(sector.range, segmentRange(part))) continue;
			const own = found.get(sector) ?? { sector, region, parts: [] };
			own.parts.push(...sliceImage([part], sector.range));
			found.set(sector, own);
		}
	}
	return [...found.values()];
}

const sectorsWith = (planned: readonly SectorPlan[], fate: SectorPlan['fate']): Sector[] =>
	planned.filter((one) => one.fate === fate).map(({ sector }) => sector);

/** Image bytes inside a protected range, and protected bytes that an erase would lose. */
function protectedFindings(
	parts: readonly Segment[],
	lost: readonly Range[],
	{ protect = [] }: PlanOptions,
): Diagnostic[] {
	return protect.flatMap(({ name, range }) => {
		const hit = parts.map((part) => intersect(segmentRange(part), range)).find((one) => one);
		if (hit) return [diagnostic('error', 'plan.protected', { name, ...hit }, hit)];
		const gone = lost.map((one) => intersect(one, range)).find((one) => one);
		return gone ? [diagnostic('error', 'plan.protected-lost', { name, ...gone }, gone)] : [];
	});
}

/** Padding to whole write units, and joining of runs that padding or a small gap brings together. */
function alignWrites(parts: readonly Part[], planned: readonly SectorPlan[]): Write[] {
	const erased = planned.filter(({ fate }) => fate === 'erase').map(({ sector }) => sector.range);
	const runs: { region: Region; range: Range; parts: Segment[] }[] = [];
	for (const part of parts) {
		const { region } = part;
		const range = wholeUnits(segmentRange(part), region);
		const last = runs.at(-1);
		const gap = last ? { start: last.range.end, end: range.start } : undefined;
		const joins =
			last?.region === region && gap && (size(gap) <= 0 || bridges(gap, region, erased));
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

/** A gap is bridged only where its sectors are erased, so that it is blank, and never on once-only write units. */
function bridges(gap: Range, region: Region, erased: readonly Range[]): boolean {
	if (region.writeOnce || size(gap) > JOIN_GAP) return false;
	return subtract(gap, erased).length === 0;
}

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
	first: Part,
	vectors: Vectors | undefined,
	memory: MemoryMap,
): Diagnostic[] {
	const boot = memory.find((region) => region.kind === 'flash')?.range.start ?? first.address;
	const found: Diagnostic[] = [];
	const start = first.address;
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
