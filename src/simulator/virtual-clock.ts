// Time that costs nothing: it moves to the next timer once every task that could still add one has run.
// Nothing scheduled means nothing moves, so a real wait (a user, a file) simply holds it. Given a pace, it keeps
// step with a real clock instead, some number of times faster, and goes on when idle; short sleeps then cost no real
// timer each.
import type { Clock } from '#ports/clock.ts';

/** Real time the paced clock may run ahead before it really sleeps: below one frame of a screen. */
const LEAD_MS = 8;

export interface Pace {
	readonly clock: Clock;
	/** Virtual milliseconds for each real one, above 0. */
	readonly speed: number;
}

interface Timer {
	readonly at: number;
	readonly order: number;
	/** Undefined once it was aborted. */
	fire: (() => void) | undefined;
}

export class VirtualClock implements Clock {
	#now = 0;
	#order = 0;
	/** Binary heap, earliest first; equal times in the order they were asked for. */
	readonly #heap: Timer[] = [];
	#running = false;
	readonly #pace: Pace | undefined;
	/** Virtual and real time at the last moment both were known to agree. */
	#anchor: { readonly virtual: number; readonly real: number };
	#hurry = new AbortController();
	/** Time of the timer that is really being waited for; until then time passes by itself. */
	#awaited: number | undefined;

	constructor(pace?: Pace) {
		if (pace && !(pace.speed > 0)) throw new RangeError('a pace must be above 0');
		this.#pace = pace;
		this.#anchor = { virtual: 0, real: pace?.clock.now() ?? 0 };
	}

	now(): number {
		this.#follow();
		return this.#now;
	}

	sleep(ms: number, signal: AbortSignal): Promise<void> {
		if (Number.isNaN(ms)) return Promise.reject(new RangeError('not a duration'));
		return new Promise((resolve, reject) => {
			if (signal.aborted) {
				reject(signal.reason as Error);
				return;
			}
			const timer: Timer = {
				at: this.now() + Math.max(0, ms),
				order: this.#order++,
				fire: undefined,
			};
			const abort = (): void => {
				timer.fire = undefined;
				reject(signal.reason as Error);
			};
			timer.fire = () => {
				signal.removeEventListener('abort', abort);
				resolve();
			};
			signal.addEventListener('abort', abort, { once: true });
			if (timer.at !== Infinity) this.#add(timer);
		});
	}

	#add(timer: Timer): void {
		const earlier = timer.at < (this.#heap[0]?.at ?? Infinity);
		push(this.#heap, timer);
		if (this.#running && earlier && this.#pace) this.#hurry.abort();
		if (this.#running) return;
		this.#running = true;
		void this.#run();
	}

	async #run(): Promise<void> {
		for (;;) {
			await this.#idle();
			while (this.#heap[0] && !this.#heap[0].fire) pop(this.#heap);
			const next = this.#heap[0];
			if (!next) break;
			if (this.#pace && (await this.#keepStep(next.at, this.#pace))) continue;
			pop(this.#heap);
			this.#now = Math.max(this.#now, next.at);
			next.fire?.();
		}
		this.#running = false;
	}

	/** Resolves after a whole turn of the event loop in which nobody asked for a timer. */
	async #idle(): Promise<void> {
		let before: number;
		do {
			before = this.#order;
			await turn();
		} while (before !== this.#order);
	}

	/** Sleeps for real when virtual time would run ahead. True when the queue may have changed meanwhile. */
	async #keepStep(at: number, { clock, speed }: Pace): Promise<boolean> {
		const real = clock.now() - this.#anchor.real;
		const lead = (at - this.#anchor.virtual) / speed - real;
		if (lead <= LEAD_MS) return false;
		this.#hurry = new AbortController();
		this.#awaited = at;
		await clock.sleep(lead, this.#hurry.signal).catch(() => undefined);
		this.#awaited = undefined;
		return true;
	}

	/** A paced clock goes on while nothing is scheduled; what a slow machine loses in between is not made up for. */
	#follow(): void {
		if (!this.#pace) return;
		const { clock, speed } = this.#pace;
		const real = clock.now();
		const due = this.#anchor.virtual + (real - this.#anchor.real) * speed;
		if (!this.#running) this.#now = Math.max(this.#now, due);
		else if (this.#awaited !== undefined)
			this.#now = Math.max(this.#now, Math.min(this.#awaited, due));
		else if (due - this.#now > LEAD_MS * speed) this.#anchor = { virtual: this.#now, real };
	}
}

/** One turn of the event loop: every promise and task already queued runs first. Never clamped, unlike a timer. */
function turn(): Promise<void> {
	return new Promise((resolve) => {
		if (typeof setImmediate === 'function') {
			setImmediate(resolve);
			return;
		}
		const channel = new MessageChannel();
		channel.port1.onmessage = () => {
			channel.port1.close();
			resolve();
		};
		channel.port2.postMessage(0);
	});
}

const before = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

function push(heap: Timer[], timer: Timer): void {
	let index = heap.length;
	heap.push(timer);
	while (index > 0) {
		const parent = (index - 1) >> 1;
		if (!before(timer, heap[parent]!)) break;
		heap[index] = heap[parent]!;
		index = parent;
	}
	heap[index] = timer;
}

function pop(heap: Timer[]): void {
	const last = heap.pop();
	if (!last || heap.length === 0) return;
	let index = 0;
	for (;;) {
		let child = 2 * index + 1;
		if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
		if (child >= heap.length || !before(heap[child]!, last)) break;
		heap[index] = heap[child]!;
		index = child;
	}
	heap[index] = last;
}
