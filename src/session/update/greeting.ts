// What an application says on its serial port: listened to while it runs, or after its board was reset into it by the lines
// of its own adapter, and taken back into the bootloader.
import type { VersionSource } from '#bundle/manifest.ts';
import { toFailure } from '#core/failure.ts';
import type { Clock } from '#ports/clock.ts';
import type { SerialPortLike } from '#ports/serial-port.ts';
import { resetInto, type ResetLines } from '#protocols/reset-lines.ts';
import { ConsolePort } from '#session/console-port.ts';
import type { Loan, Returned } from '#session/loan.ts';
import { reconnect } from '#session/reconnect.ts';
import { loadBundles } from './opening.ts';
import type { Greeting } from './saying.ts';

/** A question of a maker's to the application. */
export type SerialSource = Extract<VersionSource, { readonly kind: 'serial' }>;

export interface Listening {
	readonly clock: Clock;
	readonly signal: AbortSignal;
	/** Resets the board into its application first. */
	readonly lines?: ResetLines;
}

/** How long an answer is waited for. */
const LISTEN_MS = 1500;
/** From the reset to an application that takes a question. */
const START_MS = 1000;
/** Resets and questions together; a maker names few ways to ask. */
const RESTART_MS = 10_000;
/** From the last answer to a bootloader that was found again. */
const BACK_MS = 10_000;

const never = new AbortController().signal;

/**
 * The first answer that tells a version, waited for no longer than `ms`; undefined where there is none. Never rejects,
 * and the port is free then.
 */
export async function heardWithin(
	ms: number,
	port: SerialPortLike,
	sources: readonly SerialSource[],
	{ signal, ...listening }: Listening,
): Promise<Greeting | undefined> {
	const late = new AbortController();
	const ended = new AbortController();
	const expire = (): void => {
		late.abort();
	};
	void listening.clock.sleep(ms, ended.signal).then(expire, () => undefined);
	const either = AbortSignal.any([signal, late.signal]);
	try {
		return await firstAnswer(port, sources, { ...listening, signal: either });
	} catch {
		// Refused, pulled out, too late or cancelled: nothing was changed, and the version is not known by this way.
		return undefined;
	} finally {
		ended.abort();
	}
}

/** @throws Failure wire.*, the signal's reason */
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
	{ clock, signal, lines, most }: Listening & { readonly most: number },
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
		if (lines) {
			// What a bootloader that was left said, or an application at its end.
			said.length = 0;
			await resetInto('application', lines, { port, clock }, signal);
			if (ask !== undefined) await clock.sleep(START_MS, over.signal).catch(() => undefined);
		}
		if (ask !== undefined) await open.write(new TextEncoder().encode(ask));
		await clock.sleep(LISTEN_MS, over.signal).catch(() => undefined);
	} finally {
		await open.close();
	}
	signal.throwIfAborted();
	return Uint8Array.from(said);
}

/**
 * Starts the application of the connected board, listens, and takes the board back into its bootloader: also when the
 * customer stops meanwhile. A board that does not come back runs its application, as it did before.
 */
export async function afterRestart(
	{ connection, environment, route, signal }: Loan,
	sources: readonly SerialSource[],
	lines: ResetLines,
): Promise<Returned<Greeting | undefined>> {
	const { clock } = environment;
	const { port, programmer } = connection;
	if (!('readable' in port)) return { result: undefined, connection };
	await programmer.close();
	const result = await heardWithin(RESTART_MS, port, sources, { clock, signal, lines });
	try {
		const last = { environment, route, last: connection, withinMs: BACK_MS };
		return { result, connection: await reconnect(last, never) };
	} catch (error) {
		return { result, connection: undefined, failure: toFailure(error) };
	}
}
