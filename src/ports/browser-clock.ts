// The browser's Clock: its timers ring in a dedicated worker, which a hidden page does not slow down.
import clockWorkerUrl from '#workers/clock-worker.ts?worker&url';
import type { Clock } from './clock.ts';
import { trustedScriptUrl } from './trusted-urls.ts';
import { workerClock } from './worker-clock.ts';

/** Starts the worker at once, so that nothing has to be loaded in the middle of a job. Make one and keep it. */
export function browserClock(): Clock {
	return workerClock(
		() => new Worker(trustedScriptUrl(clockWorkerUrl), { type: 'module', name: 'clock' }),
	);
}
