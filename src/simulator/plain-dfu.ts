// A bootloader that is not ST's: plain USB DFU 1.1, which takes a whole file in order, without addresses, erases as
// it goes and is manifestation tolerant (appendix A.2). With protocol 1 it is an application's run-time interface
// (A.1) instead, which knows DETACH and comes back as a bootloader.
import { overlaps } from '#core/range.ts';
import type { DfuHost } from './dfu-rom.ts';
import { ABORT, CLRSTATUS, DETACH, DNLOAD, GETSTATE, GETSTATUS, UPLOAD } from './dfu-states.ts';
import { states, statusBytes, type State, type Status } from './dfu-states.ts';
import { erasePollMs } from './poll-timeouts.ts';
import type { DfuDescription } from './usb-descriptors.ts';
import type { ClassRequest, DfuFunction } from './usb-device.ts';

/** Time in which the answer to DETACH still reaches the host; assumed. */
const DETACH_MS = 5;

export class PlainDfu implements DfuFunction {
	readonly description: DfuDescription;
	readonly #host: DfuHost;
	readonly #signal: AbortSignal;
	#state: State;
	#status: Status = 'OK';
	#block: Uint8Array | undefined;
	/** Bytes taken, or given, since the file began. */
	#position = 0;
	#fileSize = 0;
	#work: Promise<void> | undefined;
	#stuckUntil = 0;

	constructor(host: DfuHost, description: DfuDescription, signal: AbortSignal) {
		this.#host = host;
		this.description = description;
		this.#signal = signal;
		this.#state = this.#idle;
		if (host.quirks.startInError && description.protocol === 2) this.#fail('errFIRMWARE');
	}

	select(): void {
		this.#position = 0;
	}

	busReset(): void {
		if (this.#state === 'appDETACH') this.#host.reset();
		this.#state = this.#idle;
	}

	upset(how: 'error' | number): void {
		if (how === 'error') this.#fail('errUNKNOWN');
		else this.#stuckUntil = this.#host.clock.now() + how;
	}

	async request({ request, data }: ClassRequest): Promise<Uint8Array | 'stall'> {
		if (!this.#host.claim()) return new Promise(() => undefined);
		await this.#work;
		if (request === GETSTATE) return Uint8Array.of(states.indexOf(this.#state));
		if (request === GETSTATUS) return this.#getStatus();
		if (this.description.protocol === 1) return request === DETACH ? this.#detach() : 'stall';
		switch (request) {
			case DNLOAD:
				return this.#download(data instanceof Uint8Array ? data : new Uint8Array(0));
			case UPLOAD:
				return this.#upload(data.length);
			case CLRSTATUS:
				if (this.#state !== 'dfuERROR') return this.#stall();
				break;
			case ABORT:
				if (!['dfuIDLE', 'dfuDNLOAD-IDLE', 'dfuUPLOAD-IDLE'].includes(this.#state)) {
					return this.#stall();
				}
				break;
			default:
				return this.#stall();
		}
		this.#state = 'dfuIDLE';
		this.#status = 'OK';
		this.#position = 0;
		return new Uint8Array(0);
	}

	/** bitWillDetach: the device leaves the bus by itself and enumerates again as a bootloader. */
	#detach(): Uint8Array {
		this.#state = 'appDETACH';
		void this.#host.clock.sleep(DETACH_MS, this.#signal).then(
			() => {
				this.#host.reset();
			},
			() => undefined,
		);
		return new Uint8Array(0);
	}

	#download(data: Uint8Array): Uint8Array | 'stall' {
		const more = this.#state === 'dfuDNLOAD-IDLE';
		if (data.length > this.description.transferSize) return this.#stall();
		if (data.length === 0) {
			// A.2.6: the end of the file; there is none to end in dfuIDLE.
			if (!more) return this.#stall();
			this.#fileSize = this.#position;
			this.#state = 'dfuMANIFEST-SYNC';
			return new Uint8Array(0);
		}
		if (!more && this.#state !== 'dfuIDLE') return this.#stall();
		if (!more) this.#position = 0;
		this.#block = data;
		this.#state = 'dfuDNLOAD-SYNC';
		return new Uint8Array(0);
	}

	#upload(length: number): Uint8Array | 'stall' {
		if (this.#state === 'dfuIDLE') this.#position = 0;
		else if (this.#state !== 'dfuUPLOAD-IDLE') return this.#stall();
		if (length > this.description.transferSize) return this.#stall();
		const start = this.#start + this.#position;
		const count = Math.min(length, this.#fileSize - this.#position);
		this.#position += count;
		// A.2.10: a short answer ends the file.
		this.#state = count < length ? 'dfuIDLE' : 'dfuUPLOAD-IDLE';
		return this.#host.board.peek({ start, end: start + count });
	}

	#getStatus(): Uint8Array {
		const { device } = this.#host.board;
		if (this.#host.clock.now() < this.#stuckUntil) {
			return statusBytes('OK', 'dfuDNBUSY', erasePollMs(device));
		}
		if (this.#state === 'dfuDNLOAD-SYNC' && this.#block) {
			this.#state = 'dfuDNBUSY';
			this.#work = this.#store(this.#block);
			this.#block = undefined;
			return statusBytes('OK', 'dfuDNBUSY', erasePollMs(device));
		}
		const { pollMs, answer } = { pollMs: 0, answer: this.#state };
		if (this.#state === 'dfuDNBUSY') {
			this.#state = this.#status === 'OK' ? 'dfuDNLOAD-IDLE' : 'dfuERROR';
			return statusBytes(this.#status, this.#state, pollMs);
		}
		// A.2.7 and A.2.8: tolerant, so manifestation ends in dfuIDLE.
		if (this.#state === 'dfuMANIFEST-SYNC') this.#state = 'dfuIDLE';
		return statusBytes(this.#status, answer === 'dfuMANIFEST-SYNC' ? 'dfuIDLE' : answer, pollMs);
	}

	async #store(data: Uint8Array): Promise<void> {
		const { board } = this.#host;
		const start = this.#start + this.#position;
		const range = { start, end: start + data.length };
		try {
			if (!board.writable(range)) {
				this.#status = 'errADDRESS';
				return;
			}
			for (const sector of board.sectors) {
				// A sector is erased when the file first reaches it.
				const begins = range.start <= sector.range.start;
				if (begins && overlaps(sector.range, range)) await board.erase(sector, this.#signal);
			}
			await board.write(start, data, this.#signal);
			this.#position += data.length;
		} catch (error) {
			if (!this.#signal.aborted) throw error;
		} finally {
			this.#work = undefined;
		}
	}

	get #start(): number {
		return this.#host.board.sectors[0]?.range.start ?? 0;
	}

	get #idle(): State {
		return this.description.protocol === 1 ? 'appIDLE' : 'dfuIDLE';
	}

	#stall(): 'stall' {
		this.#fail('errSTALLEDPKT');
		return 'stall';
	}

	#fail(status: Status): void {
		this.#state = 'dfuERROR';
		this.#status = status;
	}
}
