// One execution of a plan: runs the steps, measures them, and ends with a report whatever happened.
import { toFailure, type Failure } from '#core/failure.ts';
import type { Segment } from '#core/image.ts';
import type { Plan } from '#core/plan.ts';
import { progressOf, truthOf, type Progress } from '#core/progress.ts';
import type { Pace, Step } from '#core/steps.ts';
import type { Programmer } from '#protocols/programmer.ts';
import type { Environment } from './environment.ts';
import { reportOf } from './report.ts';
import { run } from './run.ts';
import type { Board, JobState, OpenedFile, RunningJob } from './state.ts';

export interface JobInput {
	readonly plan: Plan;
	readonly steps: readonly Step[];
	readonly pace: Pace;
	readonly board: Board;
	readonly files: readonly OpenedFile[];
}

export interface JobHooks {
	readonly environment: Environment;
	readonly signal: AbortSignal;
	started(job: RunningJob): void;
	progressed(progress: Progress): void;
}

export type EndedJob = Exclude<JobState, { status: 'idle' | 'running' }>;

/** The picture is refreshed no more often than this: a job must not wait for it. */
const PROGRESS_MS = 60;

export async function runJob(
	input: JobInput,
	programmer: Programmer,
	hooks: JobHooks,
): Promise<EndedJob> {
	const { plan, steps, pace } = input;
	const { environment, signal } = hooks;
	const { clock } = environment;
	const begun = clock.now();
	const durations: number[] = [];
	const readBack: Segment[] = [];
	let started: boolean | undefined;
	let begunSteps = 0;
	const begin = (): void => {
		begunSteps++;
	};
	let shownAt = begun;
	const progress = (): Progress => progressOf(steps, durations, pace, clock.now() - begun);
	hooks.started({ plan, steps, progress: progress() });
	let failure: Failure | undefined;
	try {
		for await (const done of run(steps, programmer, { clock, begin }, signal)) {
			durations.push(done.ms);
			const step = steps[done.index]!;
			if (done.read && 'address' in step) readBack.push({ address: step.address, data: done.read });
			if (step.kind === 'start') started = done.notStarted === undefined;
			if (clock.now() - shownAt < PROGRESS_MS) continue;
			shownAt = clock.now();
			hooks.progressed(progress());
		}
	} catch (error) {
		if (!signal.aborted) failure = toFailure(error);
	}
	const finished = durations.length === steps.length;
	const running: RunningJob = { plan, steps, progress: progress() };
	const report = reportOf({
		app: environment.version,
		finishedAt: environment.today(),
		files: input.files,
		board: input.board,
		job: running,
		durations,
		readBack,
		result: finished ? 'finished' : failure ? 'failed' : 'cancelled',
		...(failure && { failure }),
		...(started !== undefined && { started }),
		attempted: begunSteps > 0,
		elapsedMs: clock.now() - begun,
	});
	if (finished) return { status: 'finished', report, ...running };
	const truth = truthOf(plan, steps, durations.length, begunSteps > 0);
	return failure
		? { status: 'failed', failure, truth, report, ...running }
		: { status: 'cancelled', truth, report, ...running };
}
