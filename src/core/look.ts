// Looking before anything is erased: which places of the board a job must know, and in which order. What they tell is
// learned in looking.ts.
import { segmentRange, sliceImage, type Image } from './image.ts';
import { flashSectors, ownFlash, type Region, type Sector } from './memory.ts';
import type { Plan } from './plan.ts';
import {
	alignDown,
	alignUp,
	intersect,
	join,
	onGrid,
	size,
	subtract,
	within,
	type Range,
} from './range.ts';
import { wholeUnits } from './sector-plan.ts';
import { cost, massSaving, type LookStep, type Pace, type StepLimits } from './steps.ts';

export interface LookOptions {
	/** Every changed sector is read whole, to be put back some day. */
	readonly backup: boolean;
	/** Sectors that hold the image already are found and left alone. */
	readonly compare: boolean;
	/** What shares an erased sector with the image is read. */
	readonly keep: boolean;
	/** Given where everything may be erased at once if the rest of the flash is proved blank. */
	readonly mass?: Pace;
}

type LookLimits = Pick<StepLimits, 'transferSize'> &
	Partial<Pick<StepLimits, 'checksum' | 'inOrder'>>;

/** One Get Checksum inside a sector that differs covers this much: what is left to read is as small. */
const SUM_SPAN = 4096;
/** Fewer bytes are read as quickly as summed: the sum's frames alone are 33 bytes (AN3155 3.13). */
const SUM_LEAST = 256;
/** Get Checksum takes whole words (AN3155 3.13). */
const WORD = 4;

/**
 * What to ask the board for a plan made without knowledge of it, sector by sector: checksums where the bootloader
 * offers them, reads on the wire's transfer grid.
 */
export function lookSteps(
	plan: Plan,
	image: Image,
	limits: LookLimits,
	options: LookOptions,
): LookStep[] {
	return [
		...plan.touched.flatMap((sector) =>
			sector.access.read ? sectorLooks({ sector, plan, image }, limits, options) : [],
		),
		...(options.compare && options.mass ? blankLooks(plan, limits, options.mass) : []),
	];
}

/**
 * Reads the chip's own flash whole, in order, to be put back some day: also what an erase strikes by mistake. Of memory
 * outside the chip only what changes is read.
 */
export function wholeLooks(plan: Plan, image: Image, limits: LookLimits): LookStep[] {
	const own = ownFlash(plan.memory);
	const outside = plan.touched.filter((sector) => !own.includes(sector));
	return [
		...own
			.filter(({ access }) => access.read)
			.flatMap((sector) =>
				onGrid(sector.range, limits.transferSize).map((range): LookStep => {
					return { kind: 'look', range, sector, purpose: 'all' };
				}),
			),
		...lookSteps({ ...plan, touched: outside }, image, limits, WHOLE),
	];
}

/** Every byte is read, whatever it is. */
export const WHOLE: LookOptions = { backup: true, compare: false, keep: false };

interface Place {
	readonly sector: Sector;
	readonly plan: Plan;
	readonly image: Image;
}

function sectorLooks(
	{ sector, plan, image }: Place,
	limits: LookLimits,
	{ backup, compare, keep }: LookOptions,
): LookStep[] {
	const read = (purpose: LookStep['purpose'], ranges: readonly Range[]): LookStep[] =>
		ranges
			.flatMap((range) => onGrid(range, limits.transferSize))
			.map((range) => ({ kind: 'look', range, sector, purpose }));
	const sum = (range: Range): LookStep[] =>
		compare && limits.checksum && canBeSummed(range)
			? [{ kind: 'look', range, sector, purpose: 'compare', sum: true }]
			: [];
	const region = plan.memory.find(({ sectors }) => sectors.includes(sector));
	const own = unitsOf(image, sector, region);
	if (backup) {
		// All of it is read, so that no transfer need be cut at the image's ends.
		const inside = limits.checksum ? own : onWholeTransfers(own, sector, limits);
		return [
			...sum(sector.range),
			...own.filter((range) => size(range) < size(sector.range)).flatMap(sum),
			...read('all', inside),
			...read(compare ? 'changed' : 'all', subtract(sector.range, inside)),
		];
	}
	const differing = (range: Range): LookStep[] => {
		const all = read('compare', [range]);
		return coarseToFine(all, limits.inOrder ? IN_ORDER : 1);
	};
	const compared = own.flatMap((range) =>
		sum(range).length === 0
			? differing(range)
			: [
					...(size(range) < size(sector.range) ? sum(range) : []),
					...onGrid(range, SUM_SPAN).flatMap((span) => [
						...(size(span) < size(range) ? sum(span) : []),
						...differing(span),
					]),
				],
	);
	return [
		...(compare ? [...sum(sector.range), ...compared] : []),
		// Where neighbours are not kept, what is protected by name is all the same.
		...read(
			'keep',
			keep ? subtract(sector.range, imageIn(image, sector)) : within(sector.range, plan.unread),
		),
	];
}

/** What the chip has beside the image, where it may be worth knowing that it is blank. */
function blankLooks(plan: Plan, limits: LookLimits, pace: Pace): LookStep[] {
	const rest = flashSectors(plan.memory).filter((sector) => !plan.touched.includes(sector));
	if (rest.length === 0 || !rest.every(({ access }) => access.read)) return [];
	const steps = rest.flatMap((sector): LookStep[] => {
		const part = { kind: 'look', sector, purpose: 'blank' } as const;
		return limits.checksum && canBeSummed(sector.range)
			? [{ ...part, range: sector.range, sum: true }]
			: onGrid(sector.range, limits.transferSize).map((range) => ({ ...part, range }));
	});
	const looking = steps.reduce((sum, step) => sum + cost(step, pace), 0);
	return looking < massSaving(plan.touched, pace.timings) ? coarseToFine(steps) : [];
}

const imageIn = (image: Image, { range }: Sector): Range[] =>
	sliceImage(image, range).map(segmentRange);

/** The image's places in a sector, in whole write units and words: only those can be written where they are blank. */
function unitsOf(image: Image, sector: Sector, region: Region | undefined): Range[] {
	if (!region) return imageIn(image, sector);
	const units = { ...region, writeSize: Math.max(region.writeSize, WORD) };
	return join(
		imageIn(image, sector).flatMap(
			(range) => intersect(wholeUnits(range, units), sector.range) ?? [],
		),
	);
}

const onWholeTransfers = (
	ranges: readonly Range[],
	sector: Sector,
	{ transferSize }: LookLimits,
): Range[] =>
	join(
		ranges.flatMap(({ start, end }) => {
			const whole = { start: alignDown(start, transferSize), end: alignUp(end, transferSize) };
			return intersect(whole, sector.range) ?? [];
		}),
	);

const canBeSummed = (range: Range): boolean =>
	size(range) >= SUM_LEAST && range.start % WORD === 0 && range.end % WORD === 0;

/** Where reads in a row are cheap, so many transfers stay together. */
const IN_ORDER = 32;

/**
 * The first, then every half of the gaps between, down to gaps of `finest` items, whose rest comes in order: a run of
 * changed bytes is met soon wherever it lies, and both wires name the place of each read (AN3155 3.4, AN3156 5.1: block
 * numbers).
 */
function coarseToFine<T>(items: readonly T[], finest = 1): T[] {
	let stride = 1;
	while (stride < items.length) stride *= 2;
	const order: T[] = items.slice(0, 1);
	for (; stride >= finest; stride /= 2)
		for (let i = stride; i < items.length; i += 2 * stride) order.push(items[i]!);
	order.push(...items.filter((_, i) => i > 0 && i % finest !== 0));
	return order;
}
