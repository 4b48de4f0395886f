// What the strip says about each sector and byte: planned before, done during and after a job. Pure.
import type { Sector } from '#core/memory.ts';
import type { Plan } from '#core/plan.ts';
import { phaseOf, rangeOf, sectorStages, type SectorStage } from '#core/progress.ts';
import { join, overlaps, type Range } from '#core/range.ts';
import type { JobState } from '#session/state.ts';

/** Pattern first, colour second: each has a drawing of its own in StripDefs.svelte. */
export type Fate =
	'untouched' | 'locked' | 'erase' | 'erased' | 'blank' | 'writing' | 'written' | 'verified';

export interface StripState {
	readonly fateOf: (sector: Sector) => Fate;
	/** Bytes that will be written. */
	readonly planned: readonly Range[];
	readonly lost: readonly Range[];
	readonly written: readonly Range[];
	readonly verified: readonly Range[];
	/** Where a failed job found something else than it expected. */
	readonly failedAt: number | undefined;
	readonly started: boolean;
}

/** Before any job: what the plan would do. */
export function plannedState(plan: Plan | undefined): StripState {
	const erase = new Set(plan?.erase.map(({ range }) => range.start));
	return {
		fateOf: (sector) =>
			isLocked(sector) ? 'locked' : erase.has(sector.range.start) ? 'erase' : 'untouched',
		planned: writesOf(plan),
		lost: plan?.lost ?? [],
		written: [],
		verified: [],
		failedAt: undefined,
		started: false,
	};
}

/** During a job and after it: what the board has acknowledged. */
export function jobState(job: Exclude<JobState, { status: 'idle' }>): StripState {
	const { plan, steps, progress } = job;
	const stages = sectorStages(plan, steps, progress.done);
	const done = steps.slice(0, progress.done);
	const of = (phase: 'write' | 'verify'): Range[] =>
		join(done.filter(({ kind }) => phaseOf(kind) === phase).map(rangeOf));
	return {
		fateOf: (sector) => {
			const stage = stages.get(sector.range.start);
			if (stage) return fates[stage];
			return isLocked(sector) ? 'locked' : 'untouched';
		},
		planned: writesOf(plan),
		lost: plan.lost,
		written: of('write'),
		verified: of('verify'),
		failedAt: job.status === 'failed' ? failedAddress(job.failure.data) : undefined,
		started: progress.done > 0,
	};
}

const fates: Readonly<Record<SectorStage, Fate>> = {
	'to-erase': 'erase',
	erased: 'erased',
	blank: 'blank',
	writing: 'writing',
	written: 'written',
	verifying: 'written',
	verified: 'verified',
};

export const isLocked = ({ access }: Sector): boolean => !access.erase || !access.write;

const writesOf = (plan: Plan | undefined): Range[] =>
	plan?.write.map(({ address, data }) => ({ start: address, end: address + data.length })) ?? [];

const failedAddress = (data: object): number | undefined =>
	'address' in data && typeof data.address === 'number' ? data.address : undefined;

/** The sector a failed step was about, for marking it. */
export const holds = (sector: Sector, address: number | undefined): boolean =>
	address !== undefined && overlaps(sector.range, { start: address, end: address + 1 });
