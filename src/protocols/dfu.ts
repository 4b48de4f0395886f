// The USB DfuSe bootloader as a Programmer: AN3156 (rev 12) over DFU 1.1. One Set Address, then consecutive blocks:
// the block number is part of the address, so most blocks need no command of their own.
import { le32 } from '#core/bytes.ts';
import type { FlashTimings } from '#core/device.ts';
import { Failure, isFailure } from '#core/failure.ts';
import { regionAt, sectorAt, type MemoryMap, type Sector } from '#core/memory.ts';
import type { Effect, EffectKind } from '#core/quirk.ts';
import { size, type Range } from '#core/range.ts';
import { eraseTime } from '#core/steps.ts';
import {
	Deadline,
	DfuSe,
	FIRST_DATA_BLOCK,
	LAST_BLOCK,
	Request,
	State,
	stateName,
	statusName,
} from './dfu-requests.ts';
import type { DfuWire } from './dfu-wire.ts';
import { mustWriteAgain, WORST_TIMINGS } from './disturbed.ts';
import type { Identity, Limits, Programmer } from './programmer.ts';

const ATTEMPTS = 3;
/** Bytes a blank check reads at one place: two packets of full speed, hardly longer on the bus than none. */
const SAMPLE = 128;
/** Erases may take this many times their longest data-sheet figure before the device counts as stuck. */
const PATIENCE = 1.5;
/** Gone, silent, or without an answer to the last request: each is how some ROM leaves. */
const HAS_LEFT: ReadonlySet<string> = new Set([
	'wire.lost',
	'wire.deadline',
	'dfu.transfer',
	'dfu.short',
]);

export class DfuProgrammer implements Programmer {
	readonly identity: Identity;
	readonly limits: Limits;
	readonly #wire: DfuWire;
	#timings: FlashTimings = WORST_TIMINGS;
	#memory: MemoryMap = [];
	#alternate = 0;
	#quirks: ReadonlySet<EffectKind> = new Set();
	/** The device's address pointer, where we know it. */
	#pointer: number | undefined;
	#mode: 'idle' | 'download' | 'upload' = 'idle';

	constructor(wire: DfuWire, identity: Identity, transferSize: number) {
		this.#wire = wire;
		this.identity = identity;
		this.limits = {
			transferSize,
			sectorsPerErase: 1,
			massErase: true,
			checksum: false,
			sampleSize: Math.min(SAMPLE, transferSize),
			sampleGrid: transferSize,
			addressed: true,
		};
	}

	useTimings(timings: FlashTimings): void {
		this.#timings = timings;
	}

	useQuirks(effects: readonly Effect[]): void {
		this.#quirks = new Set(effects.map(({ kind }) => kind));
		this.#wire.busyStalls = effects.find(({ times }) => times !== undefined)?.times ?? 0;
	}

	useMemory(memory: MemoryMap): void {
		this.#memory = memory;
	}

	async erase(sectors: readonly Sector[], signal: AbortSignal): Promise<void> {
		for (const sector of sectors) {
			const { maximumMs } = eraseTime(this.#timings, size(sector.range));
			await this.#attempt(signal, async () => {
				await this.#select(sector.range.start, signal);
				const command = [DfuSe.erase, ...le32(sector.range.start)];
				await this.#erase(command, maximumMs, signal);
			});
		}
	}

	async massErase(signal: AbortSignal): Promise<void> {
		await this.#attempt(signal, async () => {
			await this.#select(this.#memory.find(({ kind }) => kind === 'flash')?.range.start, signal);
			await this.#erase([DfuSe.erase], this.#timings.massErase.maximumMs, signal);
		});
	}

	/**
	 * One block. When the transfer was disturbed, what is in the memory decides: already there is done, still blank
	 * is written again, anything else is `job.half-written`.
	 */
	async write(address: number, data: Uint8Array, signal: AbortSignal): Promise<void> {
		await this.#attempt(signal, async (attempt) => {
			if (attempt > 1 && !(await this.#mustWrite(address, data, signal))) return;
			const block = await this.#point(address, 'download', signal);
			await this.#wire.out(Request.download, block, data, signal);
			const { program } = this.#timings;
			const programMs = Math.ceil(data.length / program.bytes) * (program.maximumUs / 1000);
			await this.#wire.finish('a write', Deadline.write + programMs, signal);
			this.#mode = 'download';
		});
	}

	async read(range: Range, signal: AbortSignal): Promise<Uint8Array> {
		return await this.#attempt(signal, async () => {
			const block = await this.#point(range.start, 'upload', signal);
			const ask = { value: block, length: size(range) };
			const bytes = await this.#wire.in(Request.upload, ask, signal);
			if (bytes.length < size(range)) {
				const data = { command: 'UPLOAD', found: bytes.length, expected: size(range) };
				throw new Failure('dfu.short', data);
			}
			this.#mode = 'upload';
			return bytes;
		});
	}

	checksum(): Promise<number> {
		throw new Failure('uart.unsupported', { command: 'a checksum' });
	}

	/** A protected ROM answers a read of the flash with errVENDOR (AN3156 5). */
	async readoutProtected(signal: AbortSignal): Promise<boolean | undefined> {
		const flash = this.#memory.find((region) => region.kind === 'flash');
		if (!flash) return undefined;
		try {
			await this.#select(flash.range.start, signal);
			const block = await this.#point(flash.range.start, 'upload', signal);
			const length = Math.min(this.limits.transferSize, size(flash.range));
			await this.#wire.in(Request.upload, { value: block, length }, signal);
			this.#mode = 'upload';
			return false;
		} catch (error) {
			if (!isFailure(error, 'dfu.stall') && !isFailure(error, 'dfu.status')) throw error;
			const vendor = await this.#isVendorError(error, signal);
			await this.settle(signal);
			return vendor ? true : undefined;
		}
	}

	/** Set Address, then a download of nothing: the ROM jumps and most often leaves the bus without an answer. */
	async leave(address: number, signal: AbortSignal): Promise<void> {
		if (this.#quirks.has('cannot-start'))
			throw new Failure('job.not-started', { reason: 'this ROM cannot.' });
		await this.#attempt(signal, async () => {
			await this.#select(address, signal);
			await this.#setAddress(address, signal);
		});
		try {
			await this.#wire.out(Request.download, FIRST_DATA_BLOCK, new Uint8Array(), signal);
			await this.#stillHere(signal);
		} catch (error) {
			if (signal.aborted || !isFailure(error)) throw error;
			if (isFailure(error, 'dfu.stall')) await this.#stillHere(signal);
			else if (!this.#hasLeft(error)) throw error;
		}
	}

	/** Resolves when the device leaves or is silent. @throws Failure dfu.status when it answers that it failed. */
	async #stillHere(signal: AbortSignal): Promise<void> {
		try {
			const { state, status } = await this.#wire.status(signal, Deadline.manifest);
			if (state !== State.dfuERROR) return;
			const data = { command: 'Leave DFU', status: statusName(status), state: stateName(state) };
			throw new Failure('dfu.status', data);
		} catch (error) {
			if (signal.aborted || !this.#hasLeft(error)) throw error;
		}
	}

	#hasLeft(error: unknown): boolean {
		return this.#quirks.has('silent-leave') && isFailure(error) && HAS_LEFT.has(error.code);
	}

	async readoutUnprotect(signal: AbortSignal): Promise<void> {
		await this.#idle(signal);
		await this.#wire.out(Request.download, 0, Uint8Array.of(DfuSe.readUnprotect), signal);
		try {
			await this.#wire.finish('Read Unprotect', Deadline.protection, signal);
		} catch (error) {
			// The chip resets when it is done, and the bus with it.
			const expected = isFailure(error, 'wire.lost') || isFailure(error, 'dfu.transfer');
			if (!expected) throw error;
		}
	}

	async settle(signal: AbortSignal): Promise<void> {
		this.#pointer = undefined;
		await this.#wire.recover(signal);
		this.#mode = 'idle';
	}

	async close(): Promise<void> {
		try {
			await this.#wire.device.close();
		} catch {
			// A device that was unplugged cannot be closed any more, and need not be.
		}
	}

	/** Chooses the alternate setting that reaches an address; flash is 0 where nobody said otherwise. */
	async #select(address: number | undefined, signal: AbortSignal): Promise<void> {
		const region = address === undefined ? undefined : regionAt(this.#memory, address);
		const wanted = region?.alternateSetting ?? 0;
		if (wanted === this.#alternate) return;
		await this.#idle(signal);
		await this.#wire.select(wanted, signal);
		this.#alternate = wanted;
		this.#pointer = undefined;
	}

	async #setAddress(address: number, signal: AbortSignal): Promise<void> {
		if (this.#mode === 'upload') await this.#idle(signal);
		const command = Uint8Array.of(DfuSe.setAddress, ...le32(address));
		this.#pointer = undefined;
		await this.#wire.out(Request.download, 0, command, signal);
		await this.#wire.finish('Set Address', Deadline.write, signal);
		this.#mode = 'download';
		this.#pointer = address;
	}

	/** Makes the device ready for data at `address` and returns the block number that means it. */
	async #point(address: number, mode: 'download' | 'upload', signal: AbortSignal): Promise<number> {
		await this.#select(address, signal);
		const { transferSize } = this.limits;
		const offset = this.#pointer === undefined ? -1 : address - this.#pointer;
		let block = FIRST_DATA_BLOCK + offset / transferSize;
		if (offset < 0 || offset % transferSize !== 0 || block > LAST_BLOCK) {
			const base = this.#baseOf(address);
			await this.#setAddress(base, signal);
			block = FIRST_DATA_BLOCK + (address - base) / transferSize;
		}
		if (this.#mode !== mode && (mode === 'upload' || this.#mode === 'upload'))
			await this.#idle(signal);
		return block;
	}

	/** Where its sector begins, if a block number can mean the address from there: what comes next may lie before it. */
	#baseOf(address: number): number {
		const start = sectorAt(this.#memory, address)?.range.start ?? address;
		const blocks = (address - start) / this.limits.transferSize;
		return Number.isInteger(blocks) && FIRST_DATA_BLOCK + blocks <= LAST_BLOCK ? start : address;
	}

	async #idle(signal: AbortSignal): Promise<void> {
		if (this.#mode === 'idle') return;
		await this.#wire.out(Request.abort, 0, new Uint8Array(), signal);
		this.#mode = 'idle';
	}

	/** A device that stays busy long after the flash must be done is freed; the blank check then tells the truth. */
	async #erase(command: readonly number[], maximumMs: number, signal: AbortSignal): Promise<void> {
		if (this.#mode === 'upload') await this.#idle(signal);
		await this.#wire.out(Request.download, 0, Uint8Array.from(command), signal);
		try {
			await this.#wire.finish('an erase', Deadline.write + maximumMs * PATIENCE, signal);
			this.#mode = 'download';
		} catch (error) {
			const stuck = isFailure(error, 'wire.deadline') && this.#quirks.has('clear-twice');
			if (!stuck || !(await this.#wire.unstick(signal))) throw error;
			this.#mode = 'idle';
		}
		// No document says that an erase leaves the address pointer alone.
		this.#pointer = undefined;
	}

	/** Runs a whole exchange, and again from dfuIDLE when it failed but the device is still there. */
	async #attempt<T>(signal: AbortSignal, say: (attempt: number) => Promise<T>): Promise<T> {
		for (let attempt = 1; ; attempt++) {
			try {
				return await say(attempt);
			} catch (error) {
				const again =
					isFailure(error, 'dfu.stall') ||
					isFailure(error, 'dfu.transfer') ||
					isFailure(error, 'dfu.short') ||
					isFailure(error, 'dfu.status') ||
					isFailure(error, 'wire.deadline');
				if (signal.aborted || !again || attempt === ATTEMPTS) throw error;
				await this.settle(signal);
			}
		}
	}

	async #mustWrite(address: number, data: Uint8Array, signal: AbortSignal): Promise<boolean> {
		const found = await this.read({ start: address, end: address + data.length }, signal);
		return mustWriteAgain(found, { address, data }, this.#memory);
	}

	async #isVendorError(error: Failure, signal: AbortSignal): Promise<boolean> {
		const vendor = statusName(11);
		if (isFailure(error, 'dfu.status')) return error.data.status === vendor;
		const { state, status } = await this.#wire.status(signal);
		return state === State.dfuERROR && statusName(status) === vendor;
	}
}
