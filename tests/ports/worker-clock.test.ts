import { describe, expect, it } from 'vitest';
import { workerClock, type ClockWorker } from '#ports/worker-clock.ts';
import type { ClockRequest } from '#workers/clock-messages.ts';

/** A worker that rings only when told to. */
class ManualWorker implements ClockWorker {
	readonly requests: ClockRequest[] = [];
	onmessage: ClockWorker['onmessage'] = null;
	onerror: ClockWorker['onerror'] = null;

	postMessage(request: ClockRequest): void {
		this.requests.push(request);
	}

	ring(id: number): void {
		this.onmessage?.({ data: { id } } as MessageEvent<{ id: number }>);
	}

	fail(): void {
		this.onerror?.({} as ErrorEvent);
	}
}

const never = new AbortController().signal;

/** What the promise has come to once all that is already decided has been told. */
async function outcome(promise: Promise<void>): Promise<'pending' | 'done' | 'rejected'> {
	await Promise.resolve();
	return Promise.race([
		promise.then(
			() => 'done' as const,
			() => 'rejected' as const,
		),
		Promise.resolve().then(() => Promise.resolve('pending' as const)),
	]);
}

describe('workerClock', () => {
	it('sleeps until the worker rings, and wakes only the one who asked', async () => {
		const worker = new ManualWorker();
		const clock = workerClock(() => worker);
		const first = clock.sleep(30, never);
		const second = clock.sleep(10, never);
		expect(worker.requests).toEqual([
			{ kind: 'start', id: 1, ms: 30 },
			{ kind: 'start', id: 2, ms: 10 },
		]);
		worker.ring(2);
		expect(await outcome(second)).toBe('done');
		expect(await outcome(first)).toBe('pending');
		worker.ring(1);
		await first;
	});

	it('rejects with the reason as soon as the signal aborts and stops the timer', async () => {
		const worker = new ManualWorker();
		const stop = new AbortController();
		const sleep = workerClock(() => worker).sleep(1000, stop.signal);
		const reason = new Error('cancelled');
		stop.abort(reason);
		await expect(sleep).rejects.toBe(reason);
		expect(worker.requests.at(-1)).toEqual({ kind: 'stop', id: 1 });
		worker.ring(1);
	});

	it('does not start a timer for a signal that has aborted already', async () => {
		const worker = new ManualWorker();
		const reason = new Error('cancelled');
		await expect(workerClock(() => worker).sleep(1, AbortSignal.abort(reason))).rejects.toBe(
			reason,
		);
		expect(worker.requests).toEqual([]);
	});

	it('lets go of the signal after waking', async () => {
		const worker = new ManualWorker();
		const stop = new AbortController();
		const sleep = workerClock(() => worker).sleep(5, stop.signal);
		worker.ring(1);
		await sleep;
		stop.abort();
		expect(worker.requests).toHaveLength(1);
	});

	it('asks for no time that a timer cannot hold', () => {
		const worker = new ManualWorker();
		const clock = workerClock(() => worker);
		void clock.sleep(-5, never);
		void clock.sleep(Infinity, never);
		expect(worker.requests).toMatchObject([{ ms: 0 }, { ms: 0x7fffffff }]);
	});

	it('uses its own timers when no worker can be started', async () => {
		const clock = workerClock(() => {
			throw new Error('no workers here');
		});
		const start = clock.now();
		await clock.sleep(20, never);
		expect(clock.now() - start).toBeGreaterThan(15);
	});

	it('keeps the sleeps under way when the worker fails, for the time that is left', async () => {
		const worker = new ManualWorker();
		const clock = workerClock(() => worker);
		const start = clock.now();
		const sleep = clock.sleep(20, never);
		worker.fail();
		await sleep;
		expect(clock.now() - start).toBeGreaterThan(15);
		await clock.sleep(1, never);
		expect(worker.requests).toHaveLength(1);
	});
});
