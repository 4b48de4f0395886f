// What a look at the board tells while it goes on: what stands where, and whether the next question is worth its time.
import { firstOtherThan } from './bytes.ts';
import { stm32Crc } from './crc.ts';
import {
	buildImage,
	imageSize,
	overlayImage,
	readImage,
	segmentRange,
	sliceImage,
	type Image,
	type Segment,
} from './image.ts';
import type { Region, Sector } from './memory.ts';
import type { Plan } from './plan.ts';
import { contains, join, size, subtract, type Range } from './range.ts';
import { planSector, type Knowledge, type SectorPlan } from './sector-plan.ts';
import { cost, eraseTime, type LookStep, type Pace } from './steps.ts';

/** Looking for what changed stops when it has cost this share of the whole job more than it saved. */
const WASTE = 0.03;

/** What an interrupted job left behind: the plan that follows the look goes by it, and so must the look. */
export type LookedBefore = Pick<Knowledge, 'kept' | 'redo'>;

/** What was found so far, and whether the next look is worth its time. */
export class Looking {
	readonly #found = new Map<Sector, Segment[]>();
	readonly #decided = new Map<Sector, SectorPlan['fate']>();
	readonly #plan: Plan;
	readonly #image: Image;
	/** The image, and what an interrupted job had to bring back beside it. */
	readonly #wanted: Image;
	readonly #before: LookedBefore;
	readonly #pace: Pace;
	/** Milliseconds spent on comparing sectors that differ, less what the same ones save. */
	#wasted = 0;
	readonly #allowance: number;
	#spent = 0;
	#differ = false;
	#current: Sector | undefined;
	/** Places of the current sector that are known, joined. */
	#known: readonly Range[] = [];
	/** The ROM gives the checksums it offers. */
	#sums = true;
	/** Whether the flash beside the image may still be blank and everything be erased at once. */
	#restBlank: boolean | undefined;

	/** `plan` was made without knowledge of the board but what is known of its past. */
	constructor(plan: Plan, image: Image, pace: Pace, before: LookedBefore = {}) {
		this.#plan = plan;
		this.#image = image;
		this.#wanted = overlayImage(before.kept ?? [], image);
		this.#before = before;
		this.#pace = pace;
		this.#allowance = WASTE * plan.touched.reduce((sum, sector) => sum + this.#saved(sector), 0);
	}

	/** Everything found, joined. */
	get found(): Image {
		return buildImage([...this.#found.values()].flat());
	}

	/** False where comparing was given up: then sectors may be written that hold the image already. */
	get complete(): boolean {
		return this.#wasted <= this.#allowance;
	}

	/** False when the step could change nothing any more. */
	worthwhile(step: LookStep): boolean {
		const { sector, purpose, range } = step;
		if (step.sum && !this.#sums) return false;
		if (purpose === 'blank') return (this.#restBlank ??= this.#allGoes());
		if (sector !== this.#current) this.#turnTo(sector);
		if (this.#known.some((known) => contains(known, range))) return false;
		switch (purpose) {
			case 'all':
				return true;
			case 'compare':
				return !this.#differ && this.complete;
			case 'changed':
				return this.#decide(sector) !== 'same';
			case 'keep':
				return this.#decide(sector) === 'erase';
		}
	}

	/** `answer`: the bytes read, or the checksum; undefined where the ROM did not give the one it offers. */
	add(step: LookStep, answer: Uint8Array | number | undefined): void {
		const { sector, range, purpose } = step;
		if (answer === undefined) this.#sums = false;
		const blank = this.#regionOf(sector)?.eraseValue ?? 0xff;
		const data = typeof answer === 'number' ? this.#contentOf(range, answer, blank) : answer;
		if (purpose === 'blank') {
			this.#restBlank = data !== undefined && firstOtherThan(data, blank) < 0;
			if (data)
				this.#found.set(sector, [
					...(this.#found.get(sector) ?? []),
					{ address: range.start, data },
				]);
			return;
		}
		if (data) this.#keep(sector, { address: range.start, data });
		if (purpose !== 'compare') return;
		this.#spent += cost(step, this.#pace);
		this.#differ =
			data !== undefined && mustGo(this.#wanted, { address: range.start, data }, blank);
		if (this.#differ) this.#wasted += this.#spent;
	}

	/** A checksum tells what stands there only where it is that of the image, or of blank memory. */
	#contentOf(range: Range, sum: number, blank: number): Uint8Array | undefined {
		const candidates = [
			readImage(this.#wanted, range, blank),
			new Uint8Array(size(range)).fill(blank),
		];
		return candidates.find((data) => stm32Crc(data) === sum);
	}

	#keep(sector: Sector, segment: Segment): void {
		const own = this.#found.get(sector) ?? [];
		this.#found.set(sector, own);
		const range = segmentRange(segment);
		for (const part of subtract(range, this.#known)) own.push(...sliceImage([segment], part));
		this.#known = join([...this.#known, range]);
	}

	#turnTo(sector: Sector): void {
		const last = this.#current;
		this.#current = sector;
		if (last && this.#spent > 0 && !this.#differ && this.#decide(last) === 'same')
			this.#wasted -= this.#saved(last);
		this.#spent = 0;
		this.#differ = false;
		this.#known = [];
	}

	#decide(sector: Sector): SectorPlan['fate'] {
		const known = this.#decided.get(sector);
		if (known) return known;
		const region = this.#regionOf(sector);
		if (!region) return 'erase';
		const image = sliceImage(this.#image, sector.range);
		const found = buildImage(this.#found.get(sector) ?? []);
		const { fate } = planSector({ sector, region }, image, {
			...this.#before,
			keep: true,
			found,
		});
		this.#decided.set(sector, fate);
		return fate;
	}

	#allGoes(): boolean {
		return this.#plan.touched.every((sector) => this.#decide(sector) === 'erase');
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
