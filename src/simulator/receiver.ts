// The ROM's end of the serial line: one receive register, read when the ROM gets round to it. Bytes that come while
// it is busy overrun: the first waits in the register, the others are lost (RM0090 30.3.3, overrun error).
import type { Clock } from '#ports/clock.ts';

/** A run of bytes on the line; the first is complete at `at`, each next one `byteMs` later. */
export interface Run {
	readonly bytes: Uint8Array;
	readonly at: number;
	readonly byteMs: number;
}

export class Receiver {
	readonly #clock: Clock;
	#bytes: number[] = [];
	#times: number[] = [];
	/** Bytes of the queue that have been through the register rule for the take under way. */
	#judged = 0;
	/** The ROM reads its register from here on; Infinity while it is busy with something else. */
	#readyAt = Infinity;
	#registerFull = false;
	#wake: (() => void) | undefined;
	/** Bytes lost to overruns. */
	lost = 0;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	push({ bytes, at, byteMs }: Run): void {
		for (let i = 0; i < bytes.length; i++) {
			this.#bytes.push(bytes[i]!);
			this.#times.push(at + i * byteMs);
		}
		if (this.#readyAt !== Infinity) this.#judge();
		this.#wake?.();
	}

	/** The next `count` bytes, the ROM reading from `readyAt` on, and when it has the last. */
	async take(
		count: number,
		readyAt: number,
		signal: AbortSignal,
	): Promise<{ bytes: Uint8Array; at: number }> {
		this.#readyAt = readyAt;
		this.#registerFull = false;
		this.#judged = 0;
		this.#judge();
		while (this.#bytes.length < count) await this.#more(signal);
		const at = Math.max(readyAt, this.#times[count - 1]!);
		const wait = at - this.#clock.now();
		if (wait > 0) await this.#clock.sleep(wait, signal);
		this.#readyAt = Infinity;
		this.#times = this.#times.slice(count);
		const rest = this.#bytes.slice(count);
		const bytes = Uint8Array.from(this.#bytes.slice(0, count));
		this.#bytes = rest;
		return { bytes, at };
	}

	/** Applies the register rule to what has been queued since it was last applied. */
	#judge(): void {
		const keep = (index: number): boolean => {
			if (this.#times[index]! > this.#readyAt) return true;
			if (this.#registerFull) return false;
			this.#registerFull = true;
			return true;
		};
		let kept = this.#judged;
		for (let i = this.#judged; i < this.#bytes.length; i++) {
			if (!keep(i)) continue;
			this.#bytes[kept] = this.#bytes[i]!;
			this.#times[kept] = this.#times[i]!;
			kept++;
		}
		this.lost += this.#bytes.length - kept;
		this.#bytes.length = kept;
		this.#times.length = kept;
		this.#judged = kept;
	}

	#more(signal: AbortSignal): Promise<void> {
		return new Promise((resolve, reject) => {
			const abort = (): void => {
				this.#wake = undefined;
				reject(signal.reason as Error);
			};
			if (signal.aborted) {
				abort();
				return;
			}
			signal.addEventListener('abort', abort, { once: true });
			this.#wake = () => {
				this.#wake = undefined;
				signal.removeEventListener('abort', abort);
				resolve();
			};
		});
	}
}
