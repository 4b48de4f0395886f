// Looking before anything is erased: which bytes of the board a job must know, in which order, and what it learned.
import { firstOtherThan } from './bytes.ts';
import {
	buildImage,
	covers,
	imageSize,
	segmentRange,
	sliceImage,
	type Image,
	type Segment,
} from './image.ts';
import type { Region, Sector } from './memory.ts';
import { planSector, type SectorPlan } from './sector-plan.ts';
import type { Plan } from './plan.ts';
import { onGrid, size, subtract, type Range } from './range.ts';
import { cost, eraseTime, type LookStep, type Pace, type StepLimits } from './steps.ts';

export interface LookOptions {
	/** Every touched sector is read whole, to be put back some day. */
	readonly backup: boolean;
	/** Sectors that hold the image already are found and left alone. */
	readonly compare: boolean;
	/** What shares an erased sector with the image is read. */
	readonly keep: boolean;
}

/** The reads for a plan made without knowledge of the board, by sector, on the wire's transfer grid. */
export function lookSteps(
	plan: Plan,
	image: Image,
	limits: Pick<StepLimits, 'transferSize'>,
	options: LookOptions,
): LookStep[] {
	const { backup, compare, keep } = options;
	return plan.touched.flatMap((sector) => {
		if (!sector.access.read) return [];
		const part = (purpose: LookStep['purpose'], range: Range): LookStep[] =>
			onGrid(range, limits.transferSize).map((one) => ({
				kind: 'look',
				range: one,
				sector,
				purpose,
			}));
		if (backup) return part('all', sector.range);
		const inside = sliceImage(image, sector.range).map(segmentRange);
		return [
			...(compare ? inside.flatMap((range) => part('compare', range)) : []),
			...(keep ? subtract(sector.range, inside).flatMap((range) => part('keep', range)) : []),
		];
	});
}

/** Looking for what changed stops when it has cost this share of the whole job more than it saved. */
const WASTE = 0.03;

/** What was read so far, and whether the next look is worth its time. */
export class Looking {
	readonly #read = new Map<Sector, Segment[]>();
	readonly #decided = new Map<Sector, SectorPlan['fate']>();
	readonly #plan: Plan;
	readonly #image: Image;
	readonly #pace: Pace;
	/** Milliseconds spent on comparing sectors that differ, less what the same ones save. */
	#wasted = 0;
	readonly #allowance: number;
	#spent = 0;
	#differ = false;
	#current: Sector | undefined;

	/** `plan` was made without knowledge of the board. */
	constructor(plan: Plan, image: Image, pace: Pace) {
		this.#plan = plan;
		this.#image = image;
		this.#pace = pace;
		this.#allowance = WASTE * plan.touched.reduce((sum, sector) => sum + this.#saved(sector), 0);
	}

	/** Everything read, joined. */
	get found(): Image {
		return buildImage([...this.#read.values()].flat());
	}

	/** False when the step's bytes could change nothing any more. */
	worthwhile({ sector, purpose }: LookStep): boolean {
		if (sector !== this.#current) this.#turnTo(sector);
		if (purpose === 'all') return true;
		if (purpose === 'compare') return !this.#differ && this.#wasted <= this.#allowance;
		return this.#decide(sector) === 'erase';
	}

	add(step: LookStep, data: Uint8Array): void {
		const own = this.#read.get(step.sector) ?? [];
		this.#read.set(step.sector, own);
		own.push({ address: step.range.start, data });
		if (step.purpose !== 'compare') return;
		this.#spent += cost(step, this.#pace);
		const blank = this.#regionOf(step.sector)?.eraseValue ?? 0xff;
		this.#differ = mustGo(this.#image, { address: step.range.start, data }, blank);
		if (this.#differ) this.#wasted += this.#spent;
	}

	#turnTo(sector: Sector): void {
		const last = this.#current;
		this.#current = sector;
		if (last && this.#spent > 0 && !this.#differ && this.#decide(last) === 'same')
			this.#wasted -= this.#saved(last);
		this.#spent = 0;
		this.#differ = false;
	}

	#decide(sector: Sector): SectorPlan['fate'] {
		const known = this.#decided.get(sector);
		if (known) return known;
		const region = this.#regionOf(sector);
		if (!region) return 'erase';
		const image = sliceImage(this.#image, sector.range);
		const found = buildImage(this.#read.get(sector) ?? []);
		const { fate } = planSector({ sector, region }, image, { keep: true, found });
		this.#decided.set(sector, fate);
		return fate;
	}

	#regionOf(sector: Sector): Region | undefined {
		return this.#plan.memory.find(({ sectors }) => sectors.includes(sector));
	}

	/** What leaving a sector alone saves: its erase and its writes; reading it is its proof. */
	#saved(sector: Sector): number {
		const { timings, byteMs } = this.#pace;
		const bytes = imageSize(sliceImage(this.#image, sector.range));
		const program = (bytes / timings.program.bytes) * (timings.program.typicalUs / 1000);
		return eraseTime(timings, size(sector.range)).typicalMs + bytes * byteMs + program;
	}
}

/** True when a byte differs from the image and is not blank: only an erase helps. */
const mustGo = (image: Image, { address, data }: Segment, blank: number): boolean =>
	sliceImage(image, segmentRange({ address, data })).some((part) =>
		part.data.some((byte, i) => {
			const found = data[part.address - address + i];
			return found !== byte && found !== blank;
		}),
	);

/** What was read of whole sectors: what a backup keeps. Nothing where all of it is blank. */
export function backupOf(found: Image, sectors: readonly Sector[], blank: number): Image {
	const content = buildImage(
		sectors
			.filter(({ range }) => covers(found, range))
			.flatMap(({ range }) => sliceImage(found, range)),
	);
	return content.some(({ data }) => firstOtherThan(data, blank) >= 0) ? content : [];
}
