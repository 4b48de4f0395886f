// DFU 1.1 below the commands: control transfers with deadlines, the device's state, waiting while it is busy and
// finding the way back to dfuIDLE. It knows neither DfuSe commands nor chips.
import { Failure, isFailure } from '#core/failure.ts';
import { withDeadline, type Clock } from '#ports/clock.ts';
import type { UsbDeviceLike } from '#ports/usb-device.ts';
import {
	Deadline,
	readStatus,
	Request,
	State,
	stateName,
	statusName,
	type Status,
} from './dfu-requests.ts';

/** The longest nap between two questions to a busy device that answers at once. */
const EAGER_NAP_MS = 10;
/** Announced waits are believed up to here when nothing better is known; some devices announce hours. */
const LONGEST_NAP_MS = 5000;
/** Ways back to idle that are tried before giving up, beside waiting for a busy device. */
const RECOVERIES = 6;
/** A device that stays busy longer than what it was last told to do is waited for this much more. */
const BUSY_GRACE_MS = 20_000;

export class DfuWire {
	readonly device: UsbDeviceLike;
	readonly clock: Clock;
	readonly interfaceNumber: number;
	/** How many stalled status requests in a row mean "still busy". */
	busyStalls = 0;
	/**
	 * ST's ROMs hold the status request until the flash is done, so asking at once halves a job's time. DFU 1.1 6.1.2
	 * forbids it: so a device is asked early only when it has done something as it promised, and one that refuses is
	 * from then on left alone for as long as it asks.
	 */
	#proved = false;
	/** Until when what was last asked of the device may keep it busy. */
	#busyUntil = 0;

	constructor(device: UsbDeviceLike, interfaceNumber: number, clock: Clock) {
		this.device = device;
		this.interfaceNumber = interfaceNumber;
		this.clock = clock;
	}

	/** @throws Failure dfu.stall, dfu.transfer, wire.lost or wire.deadline. */
	async out(request: number, value: number, data: Uint8Array, signal: AbortSignal): Promise<void> {
		const result = await this.#transfer(request, Deadline.transfer, signal, () =>
			this.device.controlTransferOut(this.#setup(request, value), data as Uint8Array<ArrayBuffer>),
		);
		if (result.status !== 'ok') throw new Failure('dfu.stall', { command: requestName(request) });
		if (result.bytesWritten < data.length) {
			const found = result.bytesWritten;
			throw new Failure('dfu.short', {
				command: requestName(request),
				found,
				expected: data.length,
			});
		}
	}

	/** As many bytes as the device sends, at most `length`. `ms` is for a device that holds its answer. */
	async in(
		request: number,
		ask: { readonly value: number; readonly length: number; readonly ms?: number },
		signal: AbortSignal,
	): Promise<Uint8Array> {
		const result = await this.#transfer(request, ask.ms ?? Deadline.transfer, signal, () =>
			this.device.controlTransferIn(this.#setup(request, ask.value), ask.length),
		);
		if (result.status !== 'ok' || !result.data) {
			throw new Failure('dfu.stall', { command: requestName(request) });
		}
		const { buffer, byteOffset, byteLength } = result.data;
		return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
	}

	async status(signal: AbortSignal, ms: number = Deadline.transfer): Promise<Status> {
		const reply = await this.in(Request.getStatus, { value: 0, length: 6, ms }, signal);
		if (reply.length < 6) {
			throw new Failure('dfu.short', { command: 'GETSTATUS', found: reply.length, expected: 6 });
		}
		return readStatus(reply);
	}

	/**
	 * After a download: asks until the device is no longer busy, for at most `longestMs`.
	 * @throws Failure dfu.status when it ends in dfuERROR, wire.deadline when it stays busy.
	 */
	async finish(what: string, longestMs: number, signal: AbortSignal): Promise<Status> {
		const until = this.clock.now() + longestMs;
		this.#busyUntil = until;
		let last: Status | undefined;
		let stalls = 0;
		for (let asked = 1; ; asked++) {
			try {
				last = await this.status(signal, Deadline.transfer + Math.max(0, until - this.clock.now()));
				stalls = 0;
			} catch (error) {
				if (!isFailure(error, 'dfu.stall') || !last) throw error;
				strict.add(this.device);
				if (++stalls > this.busyStalls) throw error;
				await this.clock.sleep(napOf(last, until - this.clock.now()), signal);
				continue;
			}
			if (last.state === State.dfuERROR) {
				this.#busyUntil = 0;
				const status = statusName(last.status);
				throw new Failure('dfu.status', { command: what, status, state: stateName(last.state) });
			}
			if (last.state !== State.dfuDNBUSY && last.state !== State.dfuDNLOAD_SYNC) {
				this.#busyUntil = 0;
				this.#proved = true;
				return last;
			}
			if (this.clock.now() >= until) throw new Failure('wire.deadline', { what, ms: longestMs });
			const nap = napOf(last, until - this.clock.now());
			if (strict.has(this.device)) await this.clock.sleep(nap, signal);
			else if (!this.#proved) await this.clock.sleep(Math.min(nap, LONGEST_NAP_MS), signal);
			else if (asked > 1) await this.clock.sleep(Math.min(nap, EAGER_NAP_MS), signal);
		}
	}

	/** Brings the device to dfuIDLE from wherever it is (DFU 1.1 appendix A.1). */
	async recover(signal: AbortSignal): Promise<void> {
		const until = Math.max(this.#busyUntil, this.clock.now()) + BUSY_GRACE_MS;
		for (let attempt = 0; attempt < RECOVERIES;) {
			const { state, pollMs } = await this.#statusOrStall(signal);
			const busy = BUSY_STATES.has(state);
			if (!busy || this.clock.now() >= until) attempt++;
			switch (state) {
				case State.dfuIDLE:
					return;
				case State.dfuERROR:
					this.#busyUntil = 0;
					await this.#ignoringStall(this.out(Request.clearStatus, 0, new Uint8Array(), signal));
					break;
				case State.dfuDNBUSY:
				case State.dfuDNLOAD_SYNC:
				case State.dfuMANIFEST:
				case State.dfuMANIFEST_SYNC:
					await this.clock.sleep(Math.min(Math.max(pollMs, 10), LONGEST_NAP_MS), signal);
					break;
				default:
					await this.#ignoringStall(this.out(Request.abort, 0, new Uint8Array(), signal));
			}
		}
		const { state, status } = await this.#statusOrStall(signal);
		if (state === State.dfuIDLE) return;
		const data = { command: 'ABORT', status: statusName(status), state: stateName(state) };
		throw new Failure('dfu.status', data);
	}

	/** Some H7 ROMs stay in dfuDNBUSY after an erase that is done: two CLRSTATUS bring them back. */
	async unstick(signal: AbortSignal): Promise<boolean> {
		for (let attempt = 0; attempt < 2; attempt++) {
			await this.#ignoringStall(this.out(Request.clearStatus, 0, new Uint8Array(), signal));
		}
		return (await this.#statusOrStall(signal)).state === State.dfuIDLE;
	}

	async #statusOrStall(signal: AbortSignal): Promise<Status> {
		try {
			// A ROM that holds its answer until the flash is done is given the time for that.
			const busyMs = Math.max(0, this.#busyUntil - this.clock.now());
			return await this.status(signal, Deadline.transfer + busyMs);
		} catch (error) {
			if (!isFailure(error, 'dfu.stall')) throw error;
			return { status: 0, state: State.dfuERROR, pollMs: 10 };
		}
	}

	/** SET_INTERFACE. @throws Failure dfu.transfer, wire.lost or wire.deadline. */
	async select(alternate: number, signal: AbortSignal): Promise<void> {
		const wait = { ms: Deadline.transfer, what: 'SET_INTERFACE' };
		await this.#bounded(wait, signal, () =>
			this.device.selectAlternateInterface(this.interfaceNumber, alternate),
		);
	}

	/** A USB reset, as DFU 1.1 asks for after a detach and a manifestation. */
	async reset(signal: AbortSignal): Promise<void> {
		await this.#bounded({ ms: Deadline.transfer, what: 'a reset' }, signal, () =>
			this.device.reset(),
		);
	}

	async #ignoringStall(transfer: Promise<void>): Promise<void> {
		try {
			await transfer;
		} catch (error) {
			if (!isFailure(error, 'dfu.stall')) throw error;
		}
	}

	#setup(request: number, value: number): USBControlTransferParameters {
		return {
			requestType: 'class',
			recipient: 'interface',
			request,
			value,
			index: this.interfaceNumber,
		};
	}

	async #transfer<T>(
		request: number,
		ms: number,
		signal: AbortSignal,
		start: () => Promise<T>,
	): Promise<T> {
		return await this.#bounded({ ms, what: requestName(request) }, signal, start);
	}

	async #bounded<T>(
		wait: { readonly ms: number; readonly what: string },
		signal: AbortSignal,
		start: () => Promise<T>,
	): Promise<T> {
		try {
			return await withDeadline(this.clock, wait, signal, start);
		} catch (error) {
			if (error instanceof Failure || signal.aborted) throw error;
			throw usbFailure(error, wait.what, this.device);
		}
	}
}

/** Devices that refused to be asked early, for as long as they are plugged in. */
const strict = new WeakSet<UsbDeviceLike>();

const BUSY_STATES: ReadonlySet<number> = new Set([
	State.dfuDNBUSY,
	State.dfuDNLOAD_SYNC,
	State.dfuMANIFEST,
	State.dfuMANIFEST_SYNC,
]);

/** As long as the device asked, but not past the moment it must be done; a wrong figure may not hang a job. */
const napOf = ({ pollMs }: Status, left: number): number =>
	Math.max(1, Math.min(pollMs, Math.max(left, LONGEST_NAP_MS)));

const requestNames = ['DETACH', 'DNLOAD', 'UPLOAD', 'GETSTATUS', 'CLRSTATUS', 'GETSTATE', 'ABORT'];
const requestName = (request: number): string => requestNames[request] ?? `request ${request}`;

/** WebUSB rejects with NetworkError for a failed transfer and for a device that is gone: `opened` tells which. */
export function usbFailure(error: unknown, what: string, device: UsbDeviceLike): Failure {
	const kind = error instanceof Error ? error.name : '';
	if (kind === 'NotFoundError' || !device.opened) return new Failure('wire.lost', {}, error);
	if (kind === 'SecurityError') return new Failure('wire.permission', {}, error);
	const reason = error instanceof Error ? error.message : String(error);
	return new Failure('dfu.transfer', { command: what, reason }, error);
}
