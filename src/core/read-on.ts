// How far the reads of a job go on without a gap: a wire may fetch a little of it early.
import type { Range } from './range.ts';
import type { Step } from './steps.ts';

/** Nobody fetches more than this beyond a read. */
const FAR = 1024;
/** Behind a read inside a sector that is looked at or was erased, this much may be read as well. */
const BEHIND = 64;

/** Where the reads end that begin with step `index` and follow each other in memory; 0 where it reads nothing. */
export function readsOnTo(steps: readonly Step[], index: number): number {
	const step = steps[index];
	const first = step && readOf(step);
	if (!first) return 0;
	let { end } = first;
	for (let next = index + 1; end < first.end + FAR && next < steps.length; next++) {
		const range = steps[next] && readOf(steps[next]!);
		if (range?.start !== end) break;
		({ end } = range);
	}
	return 'sector' in step ? Math.max(end, Math.min(end + BEHIND, step.sector.range.end)) : end;
}

function readOf(step: Step): Range | undefined {
	switch (step.kind) {
		case 'look':
		case 'blank-check':
			return step.sum ? undefined : step.range;
		case 'confirm':
		case 'verify':
			return { start: step.address, end: step.address + step.data.length };
		default:
			return undefined;
	}
}
