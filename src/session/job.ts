// One execution of a plan: looks, plans exactly, keeps what it needs to come back, runs the steps, measures them, and
// ends with a report whatever happened.
import { backupOf } from '#core/backup.ts';
import { Failure, toFailure } from '#core/failure.ts';
import { segmentRange, sliceImage, type Image, type Segment } from '#core/image.ts';
import { Looking, type LookedBefore } from '#core/looking.ts';
import type { Plan } from '#core/plan.ts';
import { changes, progressOf, truthOf, type Progress } from '#core/progress.ts';
import { size } from '#core/range.ts';
import { cost, type LookStep, type Pace, type Step } from '#core/steps.ts';
import type { Programmer } from '#protocols/programmer.ts';
import type { Environment } from './environment.ts';
import { saveBackup, type Backup } from './keep/backups.ts';
import { continueJournal, openJournal, removeJournal, type Journal } from './keep/journal.ts';
import { JobStore, type Keeping } from './job-store.ts';
import { reportOf } from './report.ts';
import { run, type StepDone } from './run.ts';
import type { Board, JobState, OpenedFile, RunningJob } from './state.ts';

export interface JobInput {
	readonly image: Image;
	/** As shown: made without knowledge of the board's content. */
	readonly plan: Plan;
	/** What an interrupted job left behind, as both plans know it. */
	readonly before?: LookedBefore;
	/** Reads before anything else; what they find makes the plan exact. */
	readonly look: readonly LookStep[];
	/** The rest, of the plan as shown. */
	readonly steps: readonly Step[];
	/** The exact plan and its steps. */
	readonly replan: (found: Image) => { readonly plan: Plan; readonly steps: readonly Step[] };
	readonly pace: Pace;
	readonly board: Board;
	readonly files: readonly OpenedFile[];
	readonly keeping: Keeping;
}

export interface JobHooks {
	readonly environment: Environment;
	readonly signal: AbortSignal;
	started(job: RunningJob): void;
	/** The exact plan, when the look is done. */
	planned(job: RunningJob): void;
	progressed(progress: Progress): void;
	/** The store has answered what a job that ended before was waiting for. */
	released?(): void;
}

export type EndedJob = Exclude<JobState, { status: 'idle' | 'running' }>;

/** The picture is refreshed no more often than this: a job must not wait for it. */
const PROGRESS_MS = 60;

export async function runJob(
	input: JobInput,
	programmer: Programmer,
	hooks: JobHooks,
): Promise<EndedJob> {
	return await new Job(input, programmer, hooks).run();
}

class Job {
	readonly #input: JobInput;
	readonly #programmer: Programmer;
	readonly #hooks: JobHooks;
	readonly #begun: number;
	readonly #durations: number[] = [];
	readonly #readBack: Segment[] = [];
	#plan: Plan;
	#steps: readonly Step[];
	#begunSteps = 0;
	#shownAt: number;
	#started: boolean | undefined;
	#journal: Journal | undefined;
	#backup: Backup | undefined;
	#exact: RunningJob['exact'];
	readonly #store: JobStore;

	constructor(input: JobInput, programmer: Programmer, hooks: JobHooks) {
		this.#input = input;
		this.#programmer = programmer;
		this.#hooks = hooks;
		this.#plan = input.plan;
		this.#steps = [...input.look, ...input.steps];
		this.#begun = this.#shownAt = hooks.environment.clock.now();
		this.#store = new JobStore(input.keeping, hooks.signal);
	}

	async run(): Promise<EndedJob> {
		const { signal } = this.#hooks;
		this.#hooks.started(this.#running());
		let failure: Failure | undefined;
		try {
			await this.#store.claim();
			await this.#look();
			await this.#keep();
			await this.#change();
		} catch (error) {
			if (!signal.aborted) failure = toFailure(error);
		}
		const finished = this.#durations.length === this.#steps.length && failure === undefined;
		const attempted = this.#begunSteps > this.#durations.length;
		await this.#close(finished);
		this.#store.release(() => this.#hooks.released?.());
		return this.#ended(finished, attempted, failure);
	}

	/** A journal of a job that changed nothing, or ended well, has nothing to tell, nor has one that was replaced then. */
	async #close(finished: boolean): Promise<void> {
		const { store, replaces, resumed } = this.#input.keeping;
		const replaced = replaces?.id ?? resumed?.record.replaces;
		try {
			if (finished && store && replaced !== undefined) await removeJournal(store, replaced);
			if (finished || this.#journal?.begun === false) await this.#journal?.close();
		} catch {
			// It shows as interrupted then; to continue it finds everything done.
		}
	}

	/** Reads what the plan needs to know, and makes it exact. */
	async #look(): Promise<void> {
		const { look, plan, image, pace, replan } = this.#input;
		if (look.length === 0) return;
		const looking = new Looking(plan, image, pace, this.#input.before);
		const course = (step: Step): Promise<boolean> =>
			Promise.resolve(step.kind !== 'look' || looking.worthwhile(step));
		await this.#walk(look, course, (step, { read, sum, skipped }) => {
			if (step.kind === 'look' && !skipped) looking.add(step, read ?? sum);
		});
		const exact = replan(looking.found);
		this.#plan = exact.plan;
		this.#steps = [...look, ...exact.steps];
		const spentMs = this.#hooks.environment.clock.now() - this.#begun;
		this.#exact = {
			ms: spentMs + this.#costOf(exact.steps),
			wholeMs: this.#costOf(this.#input.steps),
			complete: looking.complete,
		};
		this.#hooks.planned(this.#running());
		const problem = exact.plan.diagnostics.find(({ severity }) => severity === 'error');
		if (problem) throw new Failure(problem.code, problem.data);
		for (const { range } of exact.plan.same) {
			for (const part of sliceImage(image, range))
				this.#readBack.push(...sliceImage(looking.found, segmentRange(part)));
		}
		await this.#backUp(looking.found);
	}

	/** The backup, before anything of it is erased. */
	async #backUp(found: Image): Promise<void> {
		const { keeping, files } = this.#input;
		const held = keeping.backup && backupOf(this.#plan, found, keeping.backupWhole);
		if (!keeping.store || !held) return;
		const { content, ...extent } = held;
		const facts = {
			...extent,
			id: keeping.id,
			when: this.#hooks.environment.today(),
			board: keeping.label,
			before: files.map(({ name }) => name).join(', '),
		};
		this.#backup = await this.#store.asked(saveBackup(keeping.store, facts, content));
	}

	/** The journal: no erase begins without the one it needs. */
	async #keep(): Promise<void> {
		const { keeping, image, files, look } = this.#input;
		const { store, resumed, replaces } = keeping;
		const steps = this.#steps.slice(look.length);
		const about = { plan: this.#plan, steps };
		const [unread] = this.#plan.unread;
		if (unread)
			throw new Failure('job.internal', { reason: `${unread.start} to keep, and never read` });
		if (store && resumed) {
			const going = continueJournal(store, resumed.record, about, resumed.kept);
			this.#journal = await this.#store.asked(going);
			return;
		}
		if (!steps.some(changes)) return;
		if (!store) {
			const kept = this.#plan.keep.reduce((sum, range) => sum + size(range), 0);
			if (kept > 0 && !keeping.withoutJournal) throw new Failure('job.no-journal', { size: kept });
			return;
		}
		const facts = {
			id: keeping.id,
			when: this.#hooks.environment.today(),
			board: keeping.label,
			...(keeping.part !== undefined && { part: keeping.part }),
			firmware: files.map(({ name }) => name),
			start: keeping.start,
			keep: keeping.keep,
			...(this.#backup && { backup: this.#backup.id }),
			...(replaces && { replaces: replaces.id }),
			...(keeping.update !== undefined && { update: keeping.update }),
		};
		const opening = openJournal(store, facts, { ...about, image });
		this.#journal = await this.#store.asked(opening, (late) => late.close());
	}

	async #change(): Promise<void> {
		const { look } = this.#input;
		const course = async (step: Step, index: number): Promise<boolean> => {
			const journal = this.#journal;
			const proof = step.kind === 'verify' || step.kind === 'checksum';
			if (journal) await this.#store.asked(proof ? journal.settled() : journal.before(index));
			return true;
		};
		await this.#walk(this.#steps.slice(look.length), course, (step, { read }) => {
			if (read && 'address' in step) this.#readBack.push({ address: step.address, data: read });
		});
	}

	async #walk(
		steps: readonly Step[],
		course: (step: Step, index: number) => Promise<boolean>,
		done: (step: Step, result: StepDone) => void,
	): Promise<void> {
		const { environment, signal } = this.#hooks;
		const { clock } = environment;
		const begin = async (step: Step, index: number): Promise<boolean> => {
			const needed = await course(step, index);
			this.#begunSteps++;
			return needed;
		};
		for await (const result of run(steps, this.#programmer, { clock, begin }, signal)) {
			this.#durations.push(result.ms);
			const step = steps[result.index]!;
			done(step, result);
			if (step.kind === 'start') this.#started = result.notStarted === undefined;
			if (clock.now() - this.#shownAt < PROGRESS_MS) continue;
			this.#shownAt = clock.now();
			this.#hooks.progressed(this.#progress());
		}
	}

	#progress(): Progress {
		const elapsed = this.#hooks.environment.clock.now() - this.#begun;
		return progressOf(this.#steps, this.#durations, this.#input.pace, elapsed);
	}

	#costOf(steps: readonly Step[]): number {
		return steps.reduce((sum, step) => sum + cost(step, this.#input.pace), 0);
	}

	#running(): RunningJob {
		const exact = this.#exact;
		const running = { plan: this.#plan, steps: this.#steps, progress: this.#progress() };
		return { ...running, ...(exact && { exact }) };
	}

	#ended(finished: boolean, attempted: boolean, failure: Failure | undefined): EndedJob {
		const { environment } = this.#hooks;
		const running = this.#running();
		const report = reportOf({
			app: environment.version,
			finishedAt: environment.today(),
			files: this.#input.files,
			board: this.#input.board,
			job: running,
			durations: this.#durations,
			readBack: this.#readBack,
			result: finished ? 'finished' : failure ? 'failed' : 'cancelled',
			...(failure && { failure }),
			...(this.#started !== undefined && { started: this.#started }),
			...(this.#backup && { backup: this.#backup }),
			attempted,
			elapsedMs: environment.clock.now() - this.#begun,
		});
		if (finished) return { status: 'finished', report, ...running };
		const truth = truthOf(this.#plan, this.#steps, this.#durations.length, attempted);
		return failure
			? { status: 'failed', failure, truth, report, ...running }
			: { status: 'cancelled', truth, report, ...running };
	}
}
