// Runs the matrix for some boards: every job, every trouble. `FAULTS=all` runs each trouble at each frame, `FAULTS=40`
// forty of each kind; otherwise it is a few, the same ones every time.
import { describe, expect, it } from 'vitest';
import { asked } from './frames.ts';
import { jobs, startOf, type Bench } from './fault-jobs.ts';
import { attempt, courseOf, strikesOf } from './fault-runs.ts';

/** Disturbed runs of each job on each board with each kind of trouble, unless more are asked for. */
const FEW = 2;
const kinds = {
	uart: ['unplug', 'nack', 'corrupt', 'drop', 'silence'],
	dfu: ['unplug', 'stall', 'corrupt', 'drop', 'drop-answer', 'silence'],
} as const;

export function matrix(benches: readonly Bench[]): void {
	const each = asked === 'all' ? Infinity : Number(asked ?? FEW);
	describe.each(benches)('$name', (which) => {
		it.each(jobs)(
			'%s is exactly right in the end, whatever struck',
			async (job) => {
				const start = await startOf(which, job);
				const course = await courseOf(which, start);
				const strikes = strikesOf(course, kinds[which.options.transport], each);
				const endings = new Map<string, number>();
				let [continued, lost] = [0, 0];
				for (const strike of strikes) {
					const ending = await attempt(which, start, course, strike).catch((error: unknown) => {
						throw new Error(`${JSON.stringify(strike)}: ${String(error)}`, { cause: error });
					});
					endings.set(ending.first, (endings.get(ending.first) ?? 0) + 1);
					if (ending.continued) continued++;
					if (!ending.lost) continue;
					lost++;
					// Told while the sector that was meant still held something; an interrupted job may have erased it already.
					if (job !== 'resume')
						expect(ending.first).toMatch(/^job\.(not-blank|wrong-sector|mismatch)$/);
				}
				expect(continued).toBeGreaterThan(0);
				console.log(
					`${which.name}, ${job}: ${strikes.length} disturbed over ${course.end - course.first} frames,`,
					`${continued} continued, 0 wrong; ${lost} lost a sector that the job leaves alone.`,
					Object.fromEntries(endings),
				);
			},
			7_200_000,
		);
	});
}
