import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Clock } from '#ports/clock.ts';
import { VirtualClock } from '#simulator/virtual-clock.ts';
import { never } from './talk.ts';

afterEach(() => {
	vi.unstubAllGlobals();
});

describe('the virtual clock', () => {
	it('wakes sleepers in the order of their times, at their times', async () => {
		const clock = new VirtualClock();
		const woken: [string, number][] = [];
		const sleeper = (name: string, ms: number): Promise<void> =>
			clock.sleep(ms, never).then(() => void woken.push([name, clock.now()]));
		await Promise.all([
			sleeper('c', 30_000),
			sleeper('a', 1.5),
			sleeper('b', 20),
			sleeper('a2', 1.5),
		]);
		expect(woken).toEqual([
			['a', 1.5],
			['a2', 1.5],
			['b', 20],
			['c', 30_000],
		]);
	});

	it('keeps many timers in order', async () => {
		const clock = new VirtualClock();
		const times = Array.from({ length: 200 }, (_, i) => (i * 7919) % 1009);
		const woken: number[] = [];
		const sleeps = times.map((ms) => clock.sleep(ms, new AbortController().signal));
		await Promise.all(sleeps.map((sleep, i) => sleep.then(() => woken.push(times[i]!))));
		expect(woken).toEqual([...times].sort((a, b) => a - b));
	});

	it('lets a chain of promises schedule before it moves on', async () => {
		const clock = new VirtualClock();
		const woken: string[] = [];
		const late = clock.sleep(10, never).then(() => woken.push('late'));
		for (let i = 0; i < 100; i++) await Promise.resolve();
		await Promise.all([late, clock.sleep(1, never).then(() => woken.push('early'))]);
		expect(woken).toEqual(['early', 'late']);
	});

	it('waits for a task that follows on a sleeper before it moves on', async () => {
		const clock = new VirtualClock();
		const woken: string[] = [];
		await clock.sleep(1, never);
		const late = clock.sleep(50, never).then(() => woken.push('late'));
		await new Promise((resolve) => setImmediate(resolve));
		await Promise.all([late, clock.sleep(5, never).then(() => woken.push('early'))]);
		expect(woken).toEqual(['early', 'late']);
	});

	it('rejects with the reason and does not move for an aborted sleeper', async () => {
		const clock = new VirtualClock();
		const abort = new AbortController();
		const reason = new Error('enough');
		const sleep = clock.sleep(1000, abort.signal);
		abort.abort(reason);
		await expect(sleep).rejects.toBe(reason);
		await clock.sleep(5, never);
		expect(clock.now()).toBe(5);
		await expect(clock.sleep(1, abort.signal)).rejects.toBe(reason);
	});

	it('stands still while nothing is scheduled, and while what is scheduled has no end', async () => {
		const clock = new VirtualClock();
		const abort = new AbortController();
		const endless = clock.sleep(Infinity, abort.signal);
		await clock.sleep(3, never);
		await new Promise((resolve) => setTimeout(resolve, 5));
		expect(clock.now()).toBe(3);
		abort.abort(new Error('enough'));
		await expect(endless).rejects.toThrow();
	});

	it('works where there is no setImmediate, as in a browser', async () => {
		vi.stubGlobal('setImmediate', undefined);
		const clock = new VirtualClock();
		const woken: string[] = [];
		const late = clock.sleep(10, never).then(() => woken.push('late'));
		await Promise.all([late, clock.sleep(1, never).then(() => woken.push('early'))]);
		expect(woken).toEqual(['early', 'late']);
		expect(clock.now()).toBe(10);
	});

	it('refuses what is no duration', async () => {
		await expect(new VirtualClock().sleep(NaN, never)).rejects.toThrow(RangeError);
	});
});

describe('the paced clock', () => {
	/** A second virtual clock stands for the real one and counts how often it is really waited for. */
	class Real implements Clock {
		readonly #inner = new VirtualClock();
		waits = 0;
		now(): number {
			return this.#inner.now();
		}
		sleep(ms: number, signal: AbortSignal): Promise<void> {
			this.waits++;
			return this.#inner.sleep(ms, signal);
		}
	}

	it('runs so many times faster than the real one', async () => {
		const real = new Real();
		const clock = new VirtualClock({ clock: real, speed: 20 });
		await clock.sleep(10_000, never);
		expect(clock.now()).toBe(10_000);
		expect(real.now()).toBeCloseTo(500, 6);
	});

	it('does not wait for real for each short sleep', async () => {
		const real = new Real();
		const clock = new VirtualClock({ clock: real, speed: 10 });
		for (let i = 0; i < 1000; i++) await clock.sleep(1, never);
		expect(clock.now()).toBe(1000);
		expect(Math.abs(real.now() - 100)).toBeLessThan(10);
		expect(real.waits).toBeLessThan(20);
	});

	it('goes on while nothing is scheduled', async () => {
		const real = new Real();
		const clock = new VirtualClock({ clock: real, speed: 2 });
		await real.sleep(5000, never);
		expect(clock.now()).toBe(10_000);
		await clock.sleep(1000, never);
		expect(clock.now()).toBe(11_000);
		expect(real.now()).toBeCloseTo(5500, 6);
	});

	it('hears of an earlier sleeper while it waits', async () => {
		const real = new Real();
		const clock = new VirtualClock({ clock: real, speed: 1 });
		const woken: string[] = [];
		const late = clock.sleep(1000, never).then(() => woken.push('late'));
		await real.sleep(50, never);
		await clock.sleep(100, never).then(() => woken.push('early'));
		expect(real.now()).toBeLessThan(200);
		await late;
		expect(woken).toEqual(['early', 'late']);
	});

	it('shows time passing while it waits for a far sleeper, however often it is asked', async () => {
		const real = new Real();
		const clock = new VirtualClock({ clock: real, speed: 1 });
		const late = clock.sleep(1000, never);
		await real.sleep(50, never);
		const seen: number[] = [];
		for (let i = 0; i < 40; i++) {
			await real.sleep(20, never);
			seen.push(clock.now());
		}
		expect(seen.at(-1)).toBeCloseTo(850, 6);
		await late;
		expect(real.now()).toBeCloseTo(1000, 6);
	});

	it('refuses a pace of nothing', () => {
		expect(() => new VirtualClock({ clock: new Real(), speed: 0 })).toThrow(RangeError);
	});
});
