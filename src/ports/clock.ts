// Time as a capability: the browser's comes from a worker, the tests' is virtual. Milliseconds throughout.
import { Failure } from '#core/failure.ts';

export interface Clock {
	/** Milliseconds since some fixed moment; never goes back. */
	now(): number;
	/** Resolves after `ms`. Rejects with the signal's reason as soon as it aborts. */
	sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** A reason given, as without one a DOMException with its stack is made each time. */
const OVER = new Error('over');

/**
 * Gives `work` a signal that aborts with a `wire.deadline` failure after `ms`, or with the outer signal's own
 * reason, and in the end in any case: nothing the work began outlives it. Work that ignores the signal loses the race but
 * is not left unobserved.
 */
export async function withDeadline<T>(
	clock: Clock,
	wait: { readonly ms: number; readonly what: string },
	signal: AbortSignal,
	work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
	signal.throwIfAborted();
	// One controller for the work and for its deadline: there is a wait for each frame on the wire, and they cost.
	const inner = new AbortController();
	const forward = (): void => {
		inner.abort(signal.reason);
	};
	signal.addEventListener('abort', forward, { once: true });
	const expiry = clock.sleep(wait.ms, inner.signal).then(
		() => {
			inner.abort(new Failure('wire.deadline', { what: wait.what, ms: Math.round(wait.ms) }));
		},
		() => undefined,
	);
	try {
		return await Promise.race([work(inner.signal), aborted(inner.signal)]);
	} finally {
		inner.abort(OVER);
		signal.removeEventListener('abort', forward);
		await expiry;
	}
}

/** Never resolves; rejects with the reason once the signal aborts. */
export function aborted(signal: AbortSignal): Promise<never> {
	return new Promise((_, reject) => {
		const fail = (): void => {
			reject(signal.reason as Error);
		};
		if (signal.aborted) fail();
		else signal.addEventListener('abort', fail, { once: true });
	});
}
