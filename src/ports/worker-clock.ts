// A Clock whose timers run in a worker, so that a hidden page's are not held back. Knows nothing of how the worker is
// made; without one it uses the page's own timers, which still keep every promise but come late in a hidden page.
import type { ClockReply, ClockRequest } from '#workers/clock-messages.ts';
import type { Clock } from './clock.ts';

/** The part of a Worker the clock uses. */
export interface ClockWorker {
	postMessage(request: ClockRequest): void;
	onmessage: ((event: MessageEvent<ClockReply>) => void) | null;
	onerror: ((event: ErrorEvent) => void) | null;
}

interface Alarm {
	readonly due: number;
	readonly ring: () => void;
}

/** Timers take a signed 32-bit count of milliseconds; a longer one would ring at once. */
const LONGEST_MS = 0x7fffffff;

/** A clock on the worker that `start` makes; on the page's own timers when it cannot, or once the worker fails. */
export function workerClock(start: () => ClockWorker): Clock {
	const alarms = new Map<number, Alarm>();
	let lastId = 0;
	let worker = tryStart(start);

	const ring = (id: number): void => {
		const alarm = alarms.get(id);
		alarms.delete(id);
		alarm?.ring();
	};
	const useOwnTimers = (): void => {
		worker = undefined;
		for (const [id, { due }] of alarms) setTimeout(ring, Math.max(0, due - performance.now()), id);
	};
	if (worker) {
		worker.onmessage = ({ data }) => {
			ring(data.id);
		};
		worker.onerror = useOwnTimers;
	}

	return {
		now: () => performance.now(),
		sleep: (ms, signal) =>
			new Promise<void>((resolve, reject) => {
				signal.throwIfAborted();
				const id = ++lastId;
				// Timers drop what is not a whole millisecond (HTML, setTimeout takes a long): no sleep may end early.
				const wait = Math.ceil(Math.min(Math.max(0, ms), LONGEST_MS));
				const giveUp = (): void => {
					alarms.delete(id);
					worker?.postMessage({ kind: 'stop', id });
					reject(signal.reason as Error);
				};
				signal.addEventListener('abort', giveUp, { once: true });
				const awake = (): void => {
					signal.removeEventListener('abort', giveUp);
					resolve();
				};
				alarms.set(id, { due: performance.now() + wait, ring: awake });
				if (worker) worker.postMessage({ kind: 'start', id, ms: wait });
				else setTimeout(ring, wait, id);
			}),
	};
}

function tryStart(start: () => ClockWorker): ClockWorker | undefined {
	try {
		return start();
	} catch {
		return undefined;
	}
}
