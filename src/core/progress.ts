// How far a job is, from its steps alone: what each sector has been through, the fraction, the time left. Pure.
import type { Plan } from './plan.ts';
import { bytesOf, cost, type Pace, type Step, type StepKind } from './steps.ts';
import { includes, overlaps, type Range } from './range.ts';
import type { Sector } from './memory.ts';

/** The stages a sector passes through, in this order. */
export type SectorStage =
	'to-erase' | 'erased' | 'blank' | 'writing' | 'written' | 'verifying' | 'verified';

export type Phase = 'look' | 'erase' | 'blank-check' | 'write' | 'verify' | 'start';

export const phaseOf = (kind: StepKind): Phase => {
	switch (kind) {
		case 'mass-erase':
		case 'erase':
			return 'erase';
		case 'verify':
		case 'checksum':
			return 'verify';
		case 'look':
		case 'confirm':
			return 'look';
		default:
			return kind;
	}
};

/** Where a step acts. */
export function rangeOf(step: Step): Range {
	switch (step.kind) {
		case 'mass-erase':
		case 'erase':
			return { start: step.sectors[0]!.range.start, end: step.sectors.at(-1)!.range.end };
		case 'blank-check':
		case 'look':
			return step.range;
		case 'start':
			return { start: step.address, end: step.address };
		default:
			return { start: step.address, end: step.address + step.data.length };
	}
}

/** Sectors whose content the job changes, in address order. */
export const changedSectors = ({ touched, same }: Plan): readonly Sector[] =>
	touched.filter((sector) => !same.includes(sector));

/** The stage of each touched sector (those found to be right are proved) after `done` steps, by its start address. */
export function sectorStages(
	plan: Plan,
	steps: readonly Step[],
	done: number,
): ReadonlyMap<number, SectorStage> {
	const sectors = changedSectors(plan);
	const tallies = sectors.map((sector) => ({
		sector,
		erased: false,
		blank: false,
		written: 0,
		verified: 0,
		due: 0,
	}));
	for (const [index, step] of steps.entries()) {
		const range = rangeOf(step);
		if (step.kind === 'look' || step.kind === 'confirm') continue;
		for (let i = firstTouching(sectors, range); i < tallies.length; i++) {
			const tally = tallies[i]!;
			if (!overlaps(tally.sector.range, range)) break;
			const kind = phaseOf(step.kind);
			if (kind === 'write') tally.due++;
			if (index >= done) continue;
			if (kind === 'erase') tally.erased = true;
			else if (kind === 'blank-check') tally.blank = true;
			else if (kind === 'write') tally.written++;
			else if (kind === 'verify') tally.verified++;
		}
	}
	const proofs = proofCounts(sectors, steps);
	return new Map([
		...plan.same.map(({ range }): [number, SectorStage] => [range.start, 'verified']),
		...tallies.map((tally, i): [number, SectorStage] => [
			tally.sector.range.start,
			stageOf(tally, proofs[i] ?? 0),
		]),
	]);
}

function stageOf(
	tally: { erased: boolean; blank: boolean; written: number; verified: number; due: number },
	proofs: number,
): SectorStage {
	if (tally.verified > 0) return tally.verified >= proofs ? 'verified' : 'verifying';
	if (tally.written > 0) return tally.written >= tally.due ? 'written' : 'writing';
	if (tally.blank) return 'blank';
	return tally.erased ? 'erased' : 'to-erase';
}

function proofCounts(sectors: readonly Sector[], steps: readonly Step[]): number[] {
	const counts = sectors.map(() => 0);
	for (const step of steps) {
		if (phaseOf(step.kind) !== 'verify') continue;
		const range = rangeOf(step);
		for (let i = firstTouching(sectors, range); i < sectors.length; i++) {
			if (!overlaps(sectors[i]!.range, range)) break;
			counts[i]!++;
		}
	}
	return counts;
}

/** Index of the first sector (sorted by address) that ends behind the range's start. */
function firstTouching(sectors: readonly Sector[], range: Range): number {
	let low = 0;
	let high = sectors.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (sectors[middle]!.range.end <= range.start) low = middle + 1;
		else high = middle;
	}
	return low;
}

export interface Progress {
	readonly done: number;
	readonly phase: Phase;
	/** 0 to 1, weighed by what steps are expected to cost: it never goes back. */
	readonly fraction: number;
	readonly elapsedMs: number;
	/** From the device's timings, corrected by what this job has measured. */
	readonly remainingMs: number;
	/** Of the phase under way; undefined until something of it was measured. */
	readonly bytesPerSecond?: number;
}

/** Progress after the steps whose durations are given. */
export function progressOf(
	steps: readonly Step[],
	durations: readonly number[],
	pace: Pace,
	elapsedMs: number,
): Progress {
	const done = durations.length;
	const tallies = new Map<
		Phase,
		{ planned: number; measured: number; left: number; bytes: number }
	>();
	for (const [index, step] of steps.entries()) {
		const phase = phaseOf(step.kind);
		const tally = tallies.get(phase) ?? { planned: 0, measured: 0, left: 0, bytes: 0 };
		const planned = cost(step, pace);
		if (index < done) {
			tally.planned += planned;
			tally.measured += durations[index]!;
			tally.bytes += bytesOf(step);
		} else tally.left += planned;
		tallies.set(phase, tally);
	}
	let spent = 0;
	let total = 0;
	let remainingMs = 0;
	for (const { planned, measured, left } of tallies.values()) {
		spent += planned;
		total += planned + left;
		remainingMs += left * (planned > 0 && measured > 0 ? measured / planned : 1);
	}
	const current = steps[Math.min(done, steps.length - 1)];
	const phase = current ? phaseOf(current.kind) : 'start';
	const under = tallies.get(phase);
	return {
		done,
		phase,
		fraction: total > 0 ? spent / total : 0,
		elapsedMs,
		remainingMs,
		...(under && under.measured > 0 && { bytesPerSecond: (under.bytes * 1000) / under.measured }),
	};
}

/** What is true of the flash after a job that did not finish. */
export interface FlashTruth {
	readonly sectorsErased: number;
	readonly sectorsPlanned: number;
	readonly bytesWritten: number;
	readonly bytesPlanned: number;
	readonly bytesVerified: number;
	/** Nothing was erased: the board still holds what it held. */
	readonly untouched: boolean;
	/** The sector with the vector table is erased, so that no older program starts either. */
	readonly oldGone: boolean;
	/** The old vector table stays and leads into code that is partly new. */
	readonly mixed: boolean;
	/** The vector table's block was written, so the chip would start the program. */
	readonly bootable: boolean;
}

/** `attempted`: the step at `done` was begun and may have taken effect. */
export function truthOf(
	plan: Plan,
	steps: readonly Step[],
	done: number,
	attempted: boolean,
): FlashTruth {
	const finished = steps.slice(0, done);
	const sum = (phase: Phase, of: readonly Step[]): number =>
		of
			.filter(({ kind }) => phaseOf(kind) === phase)
			.reduce((total, step) => total + bytesOf(step), 0);
	const sectorsErased = finished.reduce(
		(total, step) => total + ('sectors' in step ? step.sectors.length : 0),
		0,
	);
	const vectors = plan.vectors?.address ?? plan.write[0]?.address ?? 0;
	const holdsVectors = ({ range }: Sector): boolean => includes(range, vectors);
	const bytesWritten = sum('write', finished);
	const bytesPlanned = sum('write', steps);
	const untouched = !steps.slice(0, attempted ? done + 1 : done).some(changes);
	const oldGone = finished.some((step) => 'sectors' in step && step.sectors.some(holdsVectors));
	const complete = bytesWritten === bytesPlanned && bytesPlanned > 0;
	return {
		sectorsErased,
		sectorsPlanned: plan.erase.length,
		bytesWritten,
		bytesPlanned,
		bytesVerified: sum('verify', finished),
		untouched,
		oldGone,
		mixed: !untouched && !complete && !oldGone && !plan.erase.some(holdsVectors),
		bootable: complete,
	};
}

/** Steps that change the board. */
export const changes = ({ kind }: Step): boolean =>
	kind === 'mass-erase' || kind === 'erase' || kind === 'write';
