// What calls on a serial port may take, and what their errors mean (Web Serial, WICG).
import { Failure } from '#core/failure.ts';
import { withDeadline, type Clock } from './clock.ts';

/** Opening takes long on Bluetooth. */
export const OPEN_MS = 15_000;
/** Handing bytes to the operating system never takes this long unless the adapter hangs. */
export const WRITE_MS = 5000;
/** Closing has nothing to wait for. */
const CLOSE_MS = 3000;

/** wire.busy, wire.permission, wire.lost or wire.open. */
export function openFailure(error: unknown): Failure {
	const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
	if (name === 'InvalidStateError') return new Failure('wire.busy', {}, error);
	if (name === 'SecurityError') return new Failure('wire.permission', {}, error);
	if (name === 'NotFoundError') return new Failure('wire.lost', {}, error);
	return new Failure('wire.open', { reason: message }, error);
}

/** Never rejects and never hangs: closing is the last word, there is nothing left to tell. */
export async function quietly(clock: Clock, work: () => Promise<void>): Promise<void> {
	const wait = { ms: CLOSE_MS, what: 'closing' };
	await withDeadline(clock, wait, new AbortController().signal, work).catch(() => undefined);
}
