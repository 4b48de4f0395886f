// Listens to a device while its application still runs: the strings of its USB descriptors, and its greeting on the
// serial port. Nothing here says what is wrong: what was not heard is not known, and the update goes on without it.
import type { VersionSource } from '#bundle/manifest.ts';
import type { Clock } from '#ports/clock.ts';
import type { SerialPortLike } from '#ports/serial-port.ts';
import { ConsolePort } from '#session/console-port.ts';
import { appStrings } from './devices.ts';
import { loadBundles, type UpdateSetup } from './opening.ts';
import type { Greeting, Saying } from './saying.ts';
import type { Task } from './task.ts';

type SerialSource = Extract<VersionSource, { readonly kind: 'serial' }>;

/** How long an answer is waited for. */
const LISTEN_MS = 1500;
/** All questions together, and the opening of the port: a click that waits for the end may still open a chooser. */
const WHOLE_MS = 3000;

export class Heard {
	readonly #setup: UpdateSetup;
	#seen: readonly Saying[] = [];
	#effort = new AbortController();
	#listening: Promise<void> = Promise.resolve();

	constructor(setup: UpdateSetup) {
		this.#setup = setup;
	}

	get seen(): readonly Saying[] {
		return this.#seen;
	}

	/**
	 * Asks on the one serial port that was allowed before, as the update says. Only while the application surely runs: a
	 * bootloader measures the rate by the first byte it gets (AN3155 2), and one at another rate leaves it deaf.
	 */
	listen(task: Task): void {
		const installed = task.kind === 'install' ? (task.bundle.manifest.installed ?? []) : [];
		const sources = installed.filter((source) => source.kind === 'serial');
		if (sources.length === 0 || this.#setup.routeOf) return;
		this.stop();
		const effort = (this.#effort = new AbortController());
		this.#listening = this.#listening.then(() => this.#hear(sources, effort));
	}

	/** Lets go of the port as soon as it can. */
	stop(): void {
		this.#effort.abort(new DOMException('Cancelled', 'AbortError'));
	}

	/** When nobody listens any more and the port is free: with what USB devices say. @throws Failure wire.open */
	async look(): Promise<void> {
		await this.#listening;
		this.#seen = [...this.#seen, ...(await appStrings(this.#setup))];
	}

	/** The next device speaks for itself. Resolves when the port is free. */
	async forget(): Promise<void> {
		this.stop();
		this.#seen = [];
		await this.#listening;
	}

	/** Never rejects. Resolves when the port is free. */
	async #hear(sources: readonly SerialSource[], effort: AbortController): Promise<void> {
		const { clock, serial } = this.#setup.environment;
		this.#seen = this.#seen.filter(({ kind }) => kind !== 'serial');
		const ended = new AbortController();
		const late = () => {
			effort.abort();
		};
		void clock.sleep(WHOLE_MS, ended.signal).then(late, () => undefined);
		try {
			const [port, ...others] = (await serial?.list()) ?? [];
			// Of several nobody knows which is the device, and a stranger is not spoken to.
			if (!port || others.length > 0) return;
			const greeting = await firstAnswer(port, sources, { clock, signal: effort.signal });
			if (greeting) this.#seen = [...this.#seen, greeting];
		} catch {
			// Refused, pulled out, too late or cancelled: nothing was changed, and the version is not known by this way.
		} finally {
			ended.abort();
		}
	}
}

interface Listening {
	readonly clock: Clock;
	readonly signal: AbortSignal;
}

/** The first answer that tells a version. */
async function firstAnswer(
	port: SerialPortLike,
	sources: readonly SerialSource[],
	listening: Listening,
): Promise<Greeting | undefined> {
	const { MAX_ANSWER: most, versionFrom } = await loadBundles();
	for (const source of sources) {
		const { baud, ask } = source;
		const said = await answer(port, source, { ...listening, most });
		if (versionFrom(source, said) !== undefined)
			return { kind: 'serial', baud, ...(ask !== undefined && { ask }), said };
	}
	return undefined;
}

/** What comes on the port; it is closed again in any case. @throws Failure wire.*, the signal's reason */
async function answer(
	port: SerialPortLike,
	{ baud, ask }: SerialSource,
	{ clock, signal, most }: Listening & { readonly most: number },
): Promise<Uint8Array> {
	const said: number[] = [];
	const over = new AbortController();
	const end = (): void => {
		over.abort();
	};
	signal.addEventListener('abort', end, { once: true });
	const hooks = {
		clock,
		received: (bytes: Uint8Array) => {
			said.push(...bytes.subarray(0, most - said.length));
			if (said.length === most) end();
		},
		// Noise, or another rate: what comes between is looked at as it is.
		disturbed: () => undefined,
		lost: () => {
			said.length = 0;
			end();
		},
	};
	const settings = { baudRate: baud, dataBits: 8, parity: 'none', stopBits: 1 } as const;
	const open = await ConsolePort.open(port, settings, hooks, signal);
	try {
		if (ask !== undefined) await open.write(new TextEncoder().encode(ask));
		await clock.sleep(LISTEN_MS, over.signal).catch(() => undefined);
	} finally {
		await open.close();
	}
	signal.throwIfAborted();
	return Uint8Array.from(said);
}
