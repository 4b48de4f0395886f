// The one object the interface holds: facts in, derived plan out, and a handful of verbs. It draws nothing.
import { Failure, toFailure } from '#core/failure.ts';
import type { Image } from '#core/image.ts';
import type { Plan } from '#core/plan.ts';
import { cost, type LookStep, type Pace, type Step } from '#core/steps.ts';
import type { Description } from '#devices/generic.ts';
import { BoardLink, talking } from './board-link.ts';
import type { EndedJob, JobInput } from './job.ts';
import { Keeper } from './keep/keeper.svelte.ts';
import type { Backup } from './keep/backups.ts';
import type { JournalRecord } from './keep/journal.ts';
import type { Environment, Formats, VirtualBoard } from './environment.ts';
import { readiness, type Interruption, type Readiness } from './readiness.ts';
import type { Loan, Returned } from './loan.ts';
import { mergeFiles, openFile, placeAt, type Merged } from './open-file.ts';
import { paceOf } from './pace.ts';
import type { Programmer } from '#protocols/programmer.ts';
import type { PlanFacts } from './programming.ts';
import { Protect } from './protect.svelte.ts';
import { initialState, next, type Board, type Event, type Route, type State } from './state.ts';
import { BACKUP, brokenFile, openStored, storedFile, type Stored } from './stored-file.ts';

export class Session {
	readonly #environment: Environment;
	#state = $state.raw<State>(initialState);
	#formats = $state.raw<Formats>();
	/** What talks to boards and plans for them; loaded before the first board is connected. */
	#talking = $state.raw<Awaited<ReturnType<typeof talking>>>();
	/** Start the application after a verified job. */
	startAfter = $state(true);
	/** Backups, journals, and what the next job keeps. */
	readonly keeper: Keeper;
	/** The named ranges no job may change. */
	readonly protect: Protect;
	readonly #link: BoardLink;
	#job: AbortController | undefined;
	#nextFileId = 1;

	/** On its own, so that a job's progress does not merge and plan the same files anew. */
	readonly #files = $derived.by(() => this.#state.files);
	readonly merged: Merged = $derived.by(() =>
		mergeFiles(this.#files, this.#formats, this.keeper.protected),
	);
	readonly board: Board | undefined = $derived.by(() =>
		'board' in this.#state.board ? this.#state.board.board : undefined,
	);
	readonly #facts: PlanFacts = $derived.by(() => ({
		board: this.board,
		merged: this.merged,
		files: this.#files,
		start: this.startAfter,
		keeper: this.keeper,
	}));
	readonly plan: Plan | undefined = $derived.by(() => this.#talking?.planning.planFor(this.#facts));
	readonly pace: Pace | undefined = $derived.by(() => this.board && paceOf(this.board));
	/** Reads that come first and make the plan exact. */
	readonly look: readonly LookStep[] = $derived.by(
		() => this.#talking?.planning.looksFor(this.plan, this.#facts) ?? [],
	);
	readonly steps: readonly Step[] = $derived.by(
		() => this.#talking?.planning.stepsFor(this.plan, this.board) ?? [],
	);
	/** Typical duration of the plan in milliseconds; undefined without a plan. */
	readonly estimateMs: number | undefined = $derived.by(() => {
		const { pace } = this;
		return pace && this.steps.length > 0
			? [...this.look, ...this.steps].reduce((sum, step) => sum + cost(step, pace), 0)
			: undefined;
	});
	readonly #imageCrc: number | undefined = $derived.by(() => {
		const { firmware } = this.merged;
		return firmware && this.#talking?.crcOf(firmware.image);
	});
	/** This board's last job, where it did not end and is not being continued. */
	readonly interruptedHere: Interruption | undefined = $derived.by(
		() => this.board && this.keeper.interruption(this.board, this.#imageCrc),
	);
	/** Whether Program may be pressed, and if not, why not. */
	readonly readiness: Readiness = $derived.by(() =>
		readiness(this.#state, {
			board: this.board,
			merged: this.merged,
			plan: this.plan,
			interrupted: this.interruptedHere,
			foreign: this.board && this.keeper.foreignTo(this.board),
			mixed: this.keeper.mixedWith(this.#imageCrc),
		}),
	);

	constructor(environment: Environment) {
		this.#environment = environment;
		this.keeper = new Keeper(() => environment.openStore());
		this.protect = new Protect(environment, this.keeper, () => this.board);
		this.#link = new BoardLink(environment, {
			now: () => this.#state.board,
			changed: (board) => {
				this.#dispatch({ type: 'board', board });
			},
			busy: () => this.#job !== undefined,
		});
	}

	get state(): State {
		return this.#state;
	}

	/** The simulated board under the connection, for plugging it out and in; undefined for a real one. */
	get virtualBoard(): VirtualBoard | undefined {
		return this.#link.virtual;
	}

	/** Opens files side by side, a project in place of the one before; each is found by its content. Never rejects: what is wrong is in the state. */
	async open(files: readonly File[]): Promise<void> {
		const opened = files.map((file) => ({ file, id: this.#nextFileId++ }));
		for (const { file, id } of opened) {
			const { name, size } = file;
			this.#dispatch({
				type: 'file-opened',
				file: { id, name, size, content: { status: 'reading' } },
			});
		}
		const formats = (this.#formats ??= await this.#environment.loadFormats());
		for (const { file, id } of opened) {
			const content = await this.protect.take(file, await openFile(file, formats));
			this.#dispatch(content ? { type: 'file-read', id, content } : { type: 'file-closed', id });
		}
	}

	/** Gives a raw binary its address. */
	placeBinary(id: number, address: number): void {
		const file = this.#state.files.find((one) => one.id === id);
		const content = file && placeAt(file, address);
		if (content) this.#dispatch({ type: 'file-read', id, content });
	}

	closeFile(id: number): void {
		if (this.keeper.resuming?.fileId === id) this.keeper.resuming = undefined;
		this.#dispatch({ type: 'file-closed', id });
	}

	closeFiles(): void {
		this.keeper.resuming = undefined;
		this.#dispatch({ type: 'files-cleared' });
	}

	/**
	 * Connects a board: 'ask' shows the browser's chooser, 'remembered' takes the port allowed before. Call it
	 * straight from a click. Never rejects: what is wrong is in the state.
	 */
	async connect(route: Route, how: 'ask' | 'remembered' = 'ask'): Promise<void> {
		this.#talking ??= await talking();
		this.keeper.recognise = this.#talking.recognise;
		const known = this.protect.open();
		await this.#link.connect(route, how);
		// Once more: ranges that waited for a board are now this board's.
		await (await known).load();
		await this.keeper.refresh();
	}

	/** Names the part where the board does not tell candidates apart. */
	async chooseDevice(part: string): Promise<void> {
		await this.#link.inspectAgain({ part });
	}

	/** Goes by what the user says of a chip that no catalogue knows. */
	async describeChip(described: Description): Promise<void> {
		await this.#link.inspectAgain({ described });
	}

	/** Lends the open board to `task`, which must not reject. Undefined where no board can be lent now. */
	lend<T>(task: (loan: Loan) => Promise<Returned<T>>): Promise<T | undefined> {
		return this.#link.lend(task);
	}

	/** Runs exactly the plan shown. Never rejects: how it ended is in the state. */
	async program(): Promise<void> {
		const { programmer } = this.#link;
		const at = this.#state.board;
		if (!this.readiness.ready || !programmer || at.status !== 'ready') return;
		if (this.#job || this.#link.connecting) return;
		// Taken before anything is waited for: a second press of the key finds it taken.
		const job = (this.#job = new AbortController());
		try {
			await this.protect.open();
			if (!this.readiness.ready) return;
			if (this.interruptedHere?.same) {
				if (!(await this.#goOn(this.interruptedHere.record))) return;
				// What it kept, and how it was begun, decide anew; and a file may have been closed meanwhile.
				if (!this.readiness.ready) {
					this.keeper.resuming = undefined;
					return;
				}
			}
			const { plan: shown, board } = this;
			if (!shown || !board) return;
			const { planning } = (this.#talking ??= await talking());
			const facts = { ...this.#facts, board };
			const input = await planning.jobInput(facts, shown, this.#environment.newId());
			// Whatever it tells: until it is gone, it is the board of this job.
			this.keeper.answer({ id: input.keeping.id }, true);
			const ended = await this.#link.judged(at.route, () =>
				this.#run(input, programmer, job.signal),
			);
			this.#dispatch({ type: 'job-ended', job: ended });
			this.#job = undefined;
			this.keeper.resuming = undefined;
			await this.keeper.refresh();
			await this.#after(ended, at.route, board);
		} finally {
			this.#job = undefined;
		}
	}

	async #run(input: JobInput, programmer: Programmer, signal: AbortSignal): Promise<EndedJob> {
		const { runJob } = await talking();
		return await runJob(input, programmer, {
			environment: this.#environment,
			signal,
			started: (running) => {
				this.#dispatch({ type: 'job-started', job: running });
			},
			planned: (running) => {
				this.#dispatch({ type: 'job-planned', job: running });
			},
			progressed: (progress) => {
				this.#dispatch({ type: 'job-progress', progress });
			},
			released: () => void this.keeper.refresh(),
		});
	}

	/** The opened firmware is the one an interrupted job was writing. False where its journal cannot be read. */
	async #goOn(record: JournalRecord): Promise<boolean> {
		try {
			const loaded = await this.keeper.load(record);
			this.keeper.resuming = { ...loaded, fileId: this.#files[0]?.id ?? 0 };
			return true;
		} catch (error) {
			this.keeper.trouble = toFailure(error);
			return false;
		}
	}

	/**
	 * Opens what an interrupted job was writing, so that `program` continues it. Never rejects: a journal that cannot be
	 * read shows as a refused file.
	 */
	async resume(record: JournalRecord): Promise<void> {
		if (this.#job) return;
		const [id, name] = [this.#nextFileId++, record.firmware.join(', ')];
		this.closeFiles();
		this.#formats ??= await this.#environment.loadFormats();
		try {
			if (this.board && this.keeper.likeness(record, this.board) === 'other')
				throw new Failure('job.other-board', { name: record.board.name });
			const loaded = await this.keeper.load(record);
			const file = storedFile(id, { name, format: 'continued' }, loaded.image);
			this.#dispatch({ type: 'file-opened', file });
			this.keeper.resuming = { ...loaded, fileId: id };
		} catch (error) {
			this.#dispatch({ type: 'file-opened', file: brokenFile(id, name, error) });
		}
	}

	/** Opens a backup in place of all files, to be programmed like any. Never rejects, as `resume`. */
	openBackup(backup: Backup): Promise<void> {
		const { before, missing } = backup;
		const about = { name: `before ${before}`, format: BACKUP, missing };
		return this.openImage(about, () => this.keeper.content(backup));
	}

	/** Opens an image that is no file, as `openBackup` does; one that cannot be read shows as a refused file. */
	async openImage(about: Stored, image: () => Promise<Image>): Promise<void> {
		if (this.#job) return;
		const id = this.#nextFileId++;
		this.closeFiles();
		this.#formats ??= await this.#environment.loadFormats();
		this.#dispatch({ type: 'file-opened', file: await openStored(id, about, image) });
	}

	/** What an ended job leaves of the board: gone, running its program, or to be waited out. */
	async #after(ended: EndedJob, route: Route, board: Board): Promise<void> {
		if (ended.status === 'failed' && ended.failure.code === 'wire.lost') {
			await this.#link.drop({ status: 'failed', route, failure: ended.failure });
		} else if (ended.status === 'finished' && ended.report.started) {
			await this.#link.drop({ status: 'absent', note: 'left' });
		} else if (ended.status !== 'finished' || ended.report.started === false) {
			await this.#link.settle(route, board);
		}
	}

	/** Stops the job between two frames, or a connection attempt. */
	cancel(): void {
		if (this.#job) this.#dispatch({ type: 'job-cancelling' });
		this.#job?.abort(new DOMException('Cancelled', 'AbortError'));
		this.#link.stopConnecting();
	}

	/** Puts the card of an ended job away. */
	dismiss(): void {
		this.#dispatch({ type: 'job-dismissed' });
	}

	async disconnect(): Promise<void> {
		if (this.#job) return;
		await this.#link.drop({ status: 'absent', note: 'closed' });
	}

	#dispatch(event: Event): void {
		// What was given up by name was given up for what stood there then, once.
		if (event.type === 'job-ended' || event.type.startsWith('file')) this.keeper.givenUp = [];
		if (event.type === 'board' && !('board' in event.board)) this.keeper.boardGone();
		this.#state = next(this.#state, event);
	}
}
