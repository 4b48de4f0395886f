// The connection to one board: from the click that chooses it to the port that is given back. What it finds goes to
// the session's state; nothing here knows of files or plans.
import { Failure, toFailure } from '#core/failure.ts';
import type { Description } from '#devices/generic.ts';
import type { Store } from '#ports/store.ts';
import type { Programmer } from '#protocols/programmer.ts';
import type { Connection } from './connection.ts';
import type { Environment, VirtualBoard } from './environment.ts';
import type { InspectOptions } from './inspect.ts';
import type { EndedJob } from './job.ts';
import type { Loan, Returned } from './loan.ts';
import type { Board, BoardState, Route } from './state.ts';

/** How long a cancelled or failed command is waited out before the board counts as lost. */
const SETTLE_MS = 120_000;

/** Loaded when first needed; see talking.ts. */
export const talking = () => import('./talking.ts');

export interface LinkHooks {
	/** Where the board's state is kept. */
	now(): BoardState;
	changed(board: BoardState): void;
	/** A job is running: it notices by itself when the board goes, and nothing else may talk. */
	busy(): boolean;
}

export class BoardLink {
	readonly #environment: Environment;
	readonly #hooks: LinkHooks;
	#connection: Connection | undefined;
	/** Connecting, or asking the board again who it is: nothing else may talk to it. */
	#connecting: AbortController | undefined;
	/** The port that is being given back. */
	#closing: Promise<void> = Promise.resolve();

	constructor(environment: Environment, hooks: LinkHooks) {
		this.#environment = environment;
		this.#hooks = hooks;
		for (const picker of [environment.serial, environment.usb]) {
			picker?.watch(({ kind, port }) => {
				if (kind === 'disconnected' && port === this.#connection?.port) this.#unplugged();
			});
		}
	}

	get connecting(): boolean {
		return this.#connecting !== undefined;
	}

	/** The conversation with the open board; undefined while there is none. */
	get programmer(): Programmer | undefined {
		return this.#connection?.programmer;
	}

	/** Runs a job on the open board, and judges the line it ran over. */
	async judged(route: Route, job: () => Promise<EndedJob>): Promise<EndedJob> {
		const connection = this.#connection;
		if (!connection) return await job();
		const { overLine } = await talking();
		const openStore = (): Promise<Store> => this.#environment.openStore();
		return await overLine({ ...connection, route, openStore }, job);
	}

	/** The simulated board under the connection; undefined for a real one. */
	get virtual(): VirtualBoard | undefined {
		return this.#connection?.virtual;
	}

	/**
	 * Connects a board: 'ask' shows the browser's chooser, 'remembered' takes the port allowed before. Call it
	 * straight from a click. Never rejects: what is wrong is in the state.
	 */
	async connect(route: Route, how: 'ask' | 'remembered'): Promise<void> {
		if (this.#connecting || this.#hooks.busy()) return;
		const connecting = (this.#connecting = new AbortController());
		try {
			await this.drop({ status: 'absent', note: 'closed' });
			const { connectBoard } = await talking();
			const connection = await connectBoard(this.#environment, route, {
				how,
				signal: connecting.signal,
				chosen: () => {
					this.#hooks.changed({ status: 'connecting', route });
				},
			});
			if (connection === 'not-chosen') return;
			if (connection === 'detached') {
				this.#hooks.changed({ status: 'absent', note: 'detached' });
				return;
			}
			this.#opened(connection, route);
		} catch (error) {
			this.#hooks.changed(
				connecting.signal.aborted
					? { status: 'absent' }
					: { status: 'failed', route, failure: toFailure(error) },
			);
		} finally {
			this.#connecting = undefined;
		}
	}

	/** Asks the board again who it is, knowing more: the part, or what the user says of an unknown chip. */
	async inspectAgain(
		told: Pick<InspectOptions, 'part'> & { readonly described?: Description },
	): Promise<void> {
		const connection = this.#connection;
		const board = this.#hooks.now();
		if (!connection || board.status !== 'ready' || this.#hooks.busy() || this.#connecting) return;
		const asking = (this.#connecting = new AbortController());
		this.#hooks.changed({ ...board, status: 'settling' });
		try {
			const { inspect } = await talking();
			const catalogue = await this.#environment.loadCatalogue();
			const options = { virtual: connection.virtual !== undefined, ...told };
			const chosen = await inspect(connection.programmer, catalogue, options, asking.signal);
			if (this.#connection !== connection) return;
			this.#hooks.changed({ ...board, board: chosen });
		} catch (error) {
			if (this.#connection !== connection) return;
			await this.drop({ status: 'failed', route: board.route, failure: toFailure(error) });
		} finally {
			this.#connecting = undefined;
		}
	}

	/** Lends the open board to `task`, which must not reject. Undefined where no board can be lent now. */
	async lend<T>(task: (loan: Loan) => Promise<Returned<T>>): Promise<T | undefined> {
		const [held, at] = [this.#connection, this.#hooks.now()];
		if (!held || at.status !== 'ready' || this.#hooks.busy() || this.#connecting) return undefined;
		const { route, board } = at;
		const { signal } = (this.#connecting = new AbortController());
		this.#hooks.changed({ status: 'settling', route, board });
		const loan = { connection: { ...held, board }, route, environment: this.#environment, signal };
		const { result, connection, left, failure = new Failure('wire.lost', {}) } = await task(loan);
		this.#connecting = undefined;
		this.#connection = undefined;
		if (connection) this.#opened(connection, route);
		else if (left) this.#hooks.changed({ status: 'absent', note: 'left' });
		else this.#hooks.changed({ status: 'failed', route, failure });
		return result;
	}

	/** Waits out what a cancelled or failed command left behind, so that the bootloader is usable again. */
	async settle(route: Route, board: Board): Promise<void> {
		const connection = this.#connection;
		if (!connection) return;
		this.#hooks.changed({ status: 'settling', route, board });
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
			this.#hooks.changed({ status: 'ready', route, board });
		} catch (error) {
			if (this.#connection !== connection) return;
			await this.drop({ status: 'failed', route, failure: toFailure(error) });
		} finally {
			done.abort();
		}
	}

	stopConnecting(): void {
		this.#connecting?.abort(new DOMException('Cancelled', 'AbortError'));
	}

	/** Gives the port back; `board` is what the state says afterwards. */
	async drop(board: BoardState): Promise<void> {
		const connection = this.#connection;
		this.#connection = undefined;
		if (connection || board.status !== 'absent') this.#hooks.changed(board);
		if (connection) {
			this.#closing = connection.programmer.close().finally(() => {
				connection.release();
			});
		}
		await this.#closing;
	}

	#opened(connection: Connection, route: Route): void {
		this.#connection = connection;
		connection.virtual?.watch(() => {
			if (this.#connection === connection) this.#unplugged();
		});
		this.#hooks.changed({ status: 'ready', route, board: connection.board });
	}

	#unplugged(): void {
		const board = this.#hooks.now();
		if (this.#hooks.busy() || board.status !== 'ready') return;
		const failure = new Failure('wire.lost', {});
		void this.drop({ status: 'failed', route: board.route, failure });
	}
}
