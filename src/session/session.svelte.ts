// The one object the interface holds: facts in, derived plan out, and a handful of verbs. It draws nothing.
import { Failure, toFailure } from '#core/failure.ts';
import type { Plan } from '#core/plan.ts';
import { cost, type Pace, type Step } from '#core/steps.ts';
import type { Description } from '#devices/generic.ts';
import type { Connection } from './connection.ts';
import type { EndedJob, JobInput } from './job.ts';
import type { Environment, Formats, VirtualBoard } from './environment.ts';
import type { InspectOptions } from './inspect.ts';
import type { Loan, Returned } from './loan.ts';
import { readiness, type Readiness } from './readiness.ts';
import { mergeFiles, openFile, placeAt, type Merged } from './open-file.ts';
import { paceOf } from './pace.ts';
import { planFor, stepsFor } from './plan-for.ts';
import { initialState, next, type Board, type Event, type Route, type State } from './state.ts';

/** How long a cancelled or failed command is waited out before the board counts as lost. */
const SETTLE_MS = 120_000;

/** Loaded when first needed; see talking.ts. */
const talking = () => import('./talking.ts');

export class Session {
	readonly #environment: Environment;
	#state = $state.raw<State>(initialState);
	#formats = $state.raw<Formats>();
	/** Start the application after a verified job. */
	startAfter = $state(true);
	#connection: Connection | undefined;
	#job: AbortController | undefined;
	/** Connecting, or asking the board again who it is: nothing else may talk to it. */
	#connecting: AbortController | undefined;
	/** The port that is being given back. */
	#closing: Promise<void> = Promise.resolve();
	#nextFileId = 1;

	/** On its own, so that a job's progress does not merge and plan the same files anew. */
	readonly #files = $derived.by(() => this.#state.files);
	readonly merged: Merged = $derived.by(() => mergeFiles(this.#files, this.#formats));
	readonly board: Board | undefined = $derived.by(() =>
		'board' in this.#state.board ? this.#state.board.board : undefined,
	);
	readonly plan: Plan | undefined = $derived.by(() =>
		planFor({
			board: this.board,
			merged: this.merged,
			files: this.#files,
			start: this.startAfter,
		}),
	);
	readonly pace: Pace | undefined = $derived.by(() => this.board && paceOf(this.board));
	readonly steps: readonly Step[] = $derived.by(() => stepsFor(this.plan, this.board, this.pace));
	/** Typical duration of the plan in milliseconds; undefined without a plan. */
	readonly estimateMs: number | undefined = $derived.by(() => {
		const { pace } = this;
		return pace && this.steps.length > 0
			? this.steps.reduce((sum, step) => sum + cost(step, pace), 0)
			: undefined;
	});
	/** Whether Program may be pressed, and if not, why not. */
	readonly readiness: Readiness = $derived.by(() =>
		readiness(this.#state, { board: this.board, merged: this.merged, plan: this.plan }),
	);

	constructor(environment: Environment) {
		this.#environment = environment;
		for (const picker of [environment.serial, environment.usb]) {
			picker?.watch(({ kind, port }) => {
				if (kind === 'disconnected' && port === this.#connection?.port) this.#unplugged();
			});
		}
	}

	get state(): State {
		return this.#state;
	}

	/** The simulated board under the connection, for plugging it out and in; undefined for a real one. */
	get virtualBoard(): VirtualBoard | undefined {
		return this.#connection?.virtual;
	}

	/** Opens files side by side; each is found by its content. Never rejects: what is wrong is in the state. */
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
			this.#dispatch({ type: 'file-read', id, content: await openFile(file, formats) });
		}
	}

	/** Gives a raw binary its address. */
	placeBinary(id: number, address: number): void {
		const file = this.#state.files.find((one) => one.id === id);
		const content = file && placeAt(file, address);
		if (content) this.#dispatch({ type: 'file-read', id, content });
	}

	closeFile(id: number): void {
		this.#dispatch({ type: 'file-closed', id });
	}

	closeFiles(): void {
		this.#dispatch({ type: 'files-cleared' });
	}

	/**
	 * Connects a board: 'ask' shows the browser's chooser, 'remembered' takes the port allowed before. Call it
	 * straight from a click. Never rejects: what is wrong is in the state.
	 */
	async connect(route: Route, how: 'ask' | 'remembered' = 'ask'): Promise<void> {
		if (this.#connecting || this.#job) return;
		const connecting = (this.#connecting = new AbortController());
		try {
			await this.#drop({ status: 'absent', note: 'closed' });
			const { connectBoard } = await talking();
			const connection = await connectBoard(this.#environment, route, {
				how,
				signal: connecting.signal,
				chosen: () => {
					this.#dispatch({ type: 'board', board: { status: 'connecting', route } });
				},
			});
			if (connection === 'not-chosen') return;
			if (connection === 'detached') {
				this.#dispatch({ type: 'board', board: { status: 'absent', note: 'detached' } });
				return;
			}
			this.#opened(connection, route);
		} catch (error) {
			this.#dispatch({
				type: 'board',
				board: connecting.signal.aborted
					? { status: 'absent' }
					: { status: 'failed', route, failure: toFailure(error) },
			});
		} finally {
			this.#connecting = undefined;
		}
	}

	/** Names the part where the board does not tell candidates apart. */
	async chooseDevice(part: string): Promise<void> {
		await this.#inspectAgain({ part });
	}

	/** Goes by what the user says of a chip that no catalogue knows. */
	async describeChip(described: Description): Promise<void> {
		await this.#inspectAgain({ described });
	}

	async #inspectAgain(told: Pick<InspectOptions, 'part' | 'described'>): Promise<void> {
		const connection = this.#connection;
		const { board } = this.#state;
		if (!connection || board.status !== 'ready' || this.#job || this.#connecting) return;
		const asking = (this.#connecting = new AbortController());
		this.#dispatch({ type: 'board', board: { ...board, status: 'settling' } });
		try {
			const { inspect } = await talking();
			const catalogue = await this.#environment.loadCatalogue();
			const options = { virtual: connection.virtual !== undefined, ...told };
			const chosen = await inspect(connection.programmer, catalogue, options, asking.signal);
			if (this.#connection !== connection) return;
			this.#dispatch({ type: 'board', board: { ...board, board: chosen } });
		} catch (error) {
			if (this.#connection !== connection) return;
			await this.#drop({ status: 'failed', route: board.route, failure: toFailure(error) });
		} finally {
			this.#connecting = undefined;
		}
	}

	/** Lends the open board to `task`, which must not reject. Undefined where no board can be lent now. */
	async lend<T>(task: (loan: Loan) => Promise<Returned<T>>): Promise<T | undefined> {
		const [held, { board: at }] = [this.#connection, this.#state];
		if (!held || at.status !== 'ready' || this.#job || this.#connecting) return undefined;
		const { route, board } = at;
		const { signal } = (this.#connecting = new AbortController());
		this.#dispatch({ type: 'board', board: { status: 'settling', route, board } });
		const loan = { connection: { ...held, board }, route, environment: this.#environment, signal };
		const { result, connection, failure = new Failure('wire.lost', {}) } = await task(loan);
		this.#connecting = undefined;
		this.#connection = undefined;
		if (connection) this.#opened(connection, route);
		else this.#dispatch({ type: 'board', board: { status: 'failed', route, failure } });
		return result;
	}

	/** Runs exactly the plan shown. Never rejects: how it ended is in the state. */
	async program(): Promise<void> {
		const { plan: shown, steps, pace, board } = this;
		const connection = this.#connection;
		const at = this.#state.board;
		const able = this.readiness.ready && shown && pace && board && connection;
		if (!able || at.status !== 'ready') return;
		if (this.#job || this.#connecting) return;
		// Taken before anything is waited for: a second press of the key finds it taken.
		const job = (this.#job = new AbortController());
		try {
			const ended = await this.#run({ plan: shown, steps, pace, board }, connection, job.signal);
			this.#job = undefined;
			await this.#after(ended, connection, { route: at.route, board });
		} finally {
			this.#job = undefined;
		}
	}

	async #run(
		what: Pick<JobInput, 'plan' | 'steps' | 'pace' | 'board'>,
		connection: Connection,
		signal: AbortSignal,
	): Promise<EndedJob> {
		const { runJob } = await talking();
		const ended = await runJob({ ...what, files: this.#state.files }, connection.programmer, {
			environment: this.#environment,
			signal,
			started: (running) => {
				this.#dispatch({ type: 'job-started', job: running });
			},
			progressed: (progress) => {
				this.#dispatch({ type: 'job-progress', progress });
			},
		});
		this.#dispatch({ type: 'job-ended', job: ended });
		return ended;
	}

	/** What an ended job leaves of the board: gone, running its program, or to be waited out. */
	async #after(
		ended: EndedJob,
		connection: Connection,
		{ route, board }: { readonly route: Route; readonly board: Board },
	): Promise<void> {
		if (ended.status === 'failed' && ended.failure.code === 'wire.lost') {
			await this.#drop({ status: 'failed', route, failure: ended.failure });
		} else if (ended.status === 'finished' && ended.report.started) {
			await this.#drop({ status: 'absent', note: 'left' });
		} else if (ended.status !== 'finished' || ended.report.started === false) {
			await this.#settle(connection, route, board);
		}
	}

	/** Stops the job between two frames, or a connection attempt. */
	cancel(): void {
		if (this.#job) this.#dispatch({ type: 'job-cancelling' });
		this.#job?.abort(new DOMException('Cancelled', 'AbortError'));
		this.#connecting?.abort(new DOMException('Cancelled', 'AbortError'));
	}

	/** Puts the card of an ended job away. */
	dismiss(): void {
		this.#dispatch({ type: 'job-dismissed' });
	}

	async disconnect(): Promise<void> {
		if (this.#job) return;
		await this.#drop({ status: 'absent', note: 'closed' });
	}

	/** Waits out what a cancelled or failed command left behind, so that the bootloader is usable again. */
	async #settle(connection: Connection, route: Route, board: Board): Promise<void> {
		this.#dispatch({ type: 'board', board: { status: 'settling', route, board } });
		const limit = new AbortController();
		const done = new AbortController();
		void this.#environment.clock.sleep(SETTLE_MS, done.signal).then(
			() => {
				limit.abort(new Failure('wire.deadline', { what: 'the bootloader', ms: SETTLE_MS }));
			},
			() => undefined,
		);
		try {
			await connection.programmer.settle(limit.signal);
			if (this.#connection !== connection) return;
			this.#dispatch({ type: 'board', board: { status: 'ready', route, board } });
		} catch (error) {
			if (this.#connection !== connection) return;
			await this.#drop({ status: 'failed', route, failure: toFailure(error) });
		} finally {
			done.abort();
		}
	}

	#opened(connection: Connection, route: Route): void {
		this.#connection = connection;
		connection.virtual?.watch(() => {
			if (this.#connection === connection) this.#unplugged();
		});
		this.#dispatch({ type: 'board', board: { status: 'ready', route, board: connection.board } });
	}

	#unplugged(): void {
		const { board } = this.#state;
		// A running job notices by itself, and knows what it was doing.
		if (this.#job || board.status !== 'ready') return;
		void this.#drop({
			status: 'failed',
			route: board.route,
			failure: new Failure('wire.lost', {}),
		});
	}

	async #drop(board: State['board']): Promise<void> {
		const connection = this.#connection;
		this.#connection = undefined;
		if (connection || board.status !== 'absent') this.#dispatch({ type: 'board', board });
		if (connection) {
			this.#closing = connection.programmer.close().finally(() => {
				connection.release();
			});
		}
		await this.#closing;
	}

	#dispatch(event: Event): void {
		this.#state = next(this.#state, event);
	}
}
