// Listens to a device while its application runs: the strings of its USB descriptors, and its greeting on the serial
// port. Nothing here says what is wrong: what was not heard is not known, and the update goes on without it.
import { isFailure, type Failure } from '#core/failure.ts';
import type { SerialPortLike } from '#ports/serial-port.ts';
import { resetLinePresets } from '#protocols/reset-lines.ts';
import { appStrings } from './devices.ts';
import { afterRestart, heardWithin, type SerialSource } from './greeting.ts';
import type { UpdateSetup } from './opening.ts';
import type { Doubt, Ready } from './ready.ts';
import type { Greeting, Saying } from './saying.ts';
import { linesOf, type Task } from './task.ts';

/** All questions together, and the opening of the port: a click that waits for the end may still open a chooser. */
const WHOLE_MS = 3000;

type Found = Ready | Doubt | 'ask';

export class Heard {
	readonly #setup: UpdateSetup;
	#seen: readonly Saying[] = [];
	/** What was said after a restart, by the device that is connected. */
	#told: Greeting | undefined;
	/** Whether the device was started on this connection; lost: it did not come back, and is not sent away again. */
	#restarted: 'no' | 'yes' | 'lost' = 'no';
	#effort = new AbortController();
	#listening: Promise<void> = Promise.resolve();

	constructor(setup: UpdateSetup) {
		this.#setup = setup;
	}

	get seen(): readonly Saying[] {
		return this.#told ? [...this.#seen, this.#told] : this.#seen;
	}

	/**
	 * Asks on the one serial port that was allowed before, as the update says. Only while the application surely runs: a
	 * bootloader measures the rate by the first byte it gets (AN3155 2), and one at another rate leaves it deaf.
	 */
	listen(task: Task): void {
		const sources = questionsOf(task);
		// Lines that reach its pins would reset it, whoever it is: it is asked once it is known (`looked`).
		if (sources.length === 0 || (linesOf(task) && !this.#setup.routeOf)) return;
		this.stop();
		const effort = (this.#effort = new AbortController());
		this.#listening = this.#listening.then(() => this.#hear(sources, effort));
	}

	/** Lets go of the port as soon as it can. */
	stop(): void {
		this.#effort.abort(new DOMException('Cancelled', 'AbortError'));
	}

	/**
	 * What `look` finds of the connected device; where its version is not known then, once more with what its application
	 * says after a restart by the lines of its adapter. A device that is not the product is never restarted.
	 */
	async looked(task: Task, look: () => Promise<Found>): Promise<Found> {
		const first = await look().catch((error: unknown) => {
			if (isFailure(error, 'update.version-unknown')) return error;
			throw error;
		});
		if (isUntold(first) && (await this.#restart(task))) return await look();
		if (isFailure(first)) throw first;
		return first;
	}

	/** When nobody listens any more and the port is free: with what USB devices say. @throws Failure wire.open */
	async look(): Promise<void> {
		await this.#listening;
		// That was the device of the connection before.
		this.#told = undefined;
		if (this.#restarted === 'yes') this.#restarted = 'no';
		this.#seen = [...this.#seen, ...(await appStrings(this.#setup))];
	}

	/** The next device speaks for itself. Resolves when the port is free. */
	async forget(): Promise<void> {
		this.stop();
		this.#seen = [];
		await this.#listening;
		this.#told = undefined;
		this.#restarted = 'no';
	}

	/** Never rejects. Resolves when the port is free. */
	async #hear(sources: readonly SerialSource[], { signal }: AbortController): Promise<void> {
		const { clock } = this.#setup.environment;
		this.#seen = this.#seen.filter(({ kind }) => kind !== 'serial');
		const port = await this.#port().catch(() => undefined);
		const greeting = port && (await heardWithin(WHOLE_MS, port, sources, { clock, signal }));
		if (greeting) this.#seen = [...this.#seen, greeting];
	}

	/** The one port that was allowed before: of several nobody knows which is the device, and a stranger is not spoken to. */
	async #port(): Promise<SerialPortLike | undefined> {
		const { environment, routeOf } = this.#setup;
		const route = routeOf?.('uart');
		if (route?.kind === 'virtual') {
			const boards = await environment.loadVirtualBoards();
			return (await boards.running(route.part)).serial;
		}
		const [port, ...others] = (await environment.serial?.list()) ?? [];
		return others.length === 0 ? port : undefined;
	}

	/** Starts the application of the connected device, and takes it back; false where that is not to be done. @throws AbortError */
	async #restart(task: Task): Promise<boolean> {
		const { session } = this.#setup;
		const { board } = session;
		const sources = questionsOf(task);
		const lines = resetLinePresets.find(({ id }) => id === linesOf(task));
		const able = lines?.boot !== undefined && board?.identity.transport === 'uart';
		// What an interrupted update left is not started.
		const whole = board !== undefined && !session.keeper.interruptedOn(board);
		if (!able || !whole || sources.length === 0 || this.#restarted !== 'no') return false;
		this.#restarted = 'lost';
		const { signal } = (this.#effort = new AbortController());
		const restarting = session.lend((loan) => afterRestart(loan, sources, lines));
		this.#listening = restarting.then(() => undefined);
		this.#told = await restarting;
		if (session.board) this.#restarted = 'yes';
		signal.throwIfAborted();
		return true;
	}
}

/** It is the product, and nothing told its version. */
const isUntold = (found: Found | Failure): boolean =>
	isFailure(found) || (found !== 'ask' && 'facts' in found && found.facts.versionNow === undefined);

const questionsOf = (task: Task): readonly SerialSource[] =>
	(task.kind === 'install' ? (task.bundle.manifest.installed ?? []) : []).filter(
		(source) => source.kind === 'serial',
	);
