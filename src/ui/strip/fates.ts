// What happens to each sector and byte: planned before a job, acknowledged by the board during and after it.
import type { Sector } from '#core/memory.ts';
import { segmentRange } from '#core/image.ts';
import type { Plan } from '#core/plan.ts';
import { phaseOf, rangeOf, sectorStages, type Phase, type SectorStage } from '#core/progress.ts';
import { includes, intersect, join, size, type Range } from '#core/range.ts';
import type { Step } from '#core/steps.ts';

export type Outcome = 'running' | 'finished' | 'cancelled' | 'failed';

export interface StripJob {
	readonly steps: readonly Step[];
	/** Steps the board has acknowledged. */
	readonly done: number;
	readonly failedAddress?: number;
	readonly outcome: Outcome;
}

/** Each has a pattern and a glyph of its own; `stuck` is a read-only sector that the plan would need. */
export type Fate = 'untouched' | 'locked' | 'stuck' | SectorStage;

export interface StripState {
	readonly fateOf: (sector: Sector) => Fate;
	/** Bytes that will be or were written, padding included. */
	readonly planned: readonly Range[];
	/** Bytes of touched sectors that nothing writes. */
	readonly lost: readonly Range[];
	readonly written: readonly Range[];
	readonly verified: readonly Range[];
	readonly outcome: Outcome | undefined;
	readonly failedAddress: number | undefined;
}

export const isLocked = ({ access }: Sector): boolean => !access.erase || !access.write;

export function stateOf(plan: Plan | undefined, job: StripJob | undefined): StripState {
	const planned = new Set(plan?.erase.map(({ range }) => range.start));
	const stages = plan && job ? sectorStages(plan, job.steps, job.done) : undefined;
	return {
		fateOf: (sector) => {
			const due = planned.has(sector.range.start);
			if (isLocked(sector)) return due ? 'stuck' : 'locked';
			return due ? (stages?.get(sector.range.start) ?? 'to-erase') : 'untouched';
		},
		planned: plan?.write.map(segmentRange) ?? [],
		lost: plan?.lost ?? [],
		written: doneRanges(job, 'write'),
		verified: doneRanges(job, 'verify'),
		outcome: job?.outcome,
		failedAddress: job?.failedAddress,
	};
}

function doneRanges(job: StripJob | undefined, phase: Phase): Range[] {
	if (!job) return [];
	return join(
		job.steps
			.slice(0, job.done)
			.filter(({ kind }) => phaseOf(kind) === phase)
			.map(rangeOf),
	);
}

/** Bytes that sorted or unsorted disjoint ranges have inside another. */
export const bytesWithin = (ranges: readonly Range[], range: Range): number =>
	ranges.reduce((sum, one) => {
		const part = intersect(one, range);
		return part ? sum + size(part) : sum;
	}, 0);

export const failedIn = (state: StripState, range: Range): boolean =>
	state.failedAddress !== undefined && includes(range, state.failedAddress);

const ended = (outcome: Outcome | undefined): boolean =>
	outcome === 'cancelled' || outcome === 'failed';

/** In a few words, as the legend, the table and a screen reader say it. */
export function fateText(fate: Fate, outcome: Outcome | undefined): string {
	switch (fate) {
		case 'untouched':
			return 'not touched';
		case 'locked':
			return 'read-only';
		case 'stuck':
			return 'needed, but read-only';
		case 'to-erase':
			return outcome === undefined
				? 'erase and write'
				: ended(outcome)
					? 'erase not confirmed'
					: 'to erase';
		case 'erased':
			return 'erased';
		case 'blank':
			return 'erased and blank';
		case 'writing':
			return ended(outcome) ? 'partly written' : 'writing';
		case 'written':
			return 'written';
		case 'verifying':
			return ended(outcome) ? 'partly verified' : 'verifying';
		case 'verified':
			return 'verified';
	}
}
