// A plain DFU 1.1 bootloader as a Programmer: it takes a whole file in order, block by block from 0, and knows no
// addresses (DFU 1.1 6.1). "Addresses" here are offsets into that file.
import { Failure, isFailure } from '#core/failure.ts';
import type { Sector } from '#core/memory.ts';
import { size, type Range } from '#core/range.ts';
import type { FunctionalDescriptor } from './dfu-descriptors.ts';
import { Deadline, Request, State } from './dfu-requests.ts';
import type { DfuWire } from './dfu-wire.ts';
import type { Identity, Limits, Programmer } from './programmer.ts';

/** How often a device in manifestation is asked whether it is done. */
const MANIFEST_ROUNDS = 100;

export class PlainDfuProgrammer implements Programmer {
	readonly identity: Identity;
	readonly limits: Limits;
	/** DFU 1.1 6.2: a device without upload cannot prove what it holds. */
	readonly canUpload: boolean;
	readonly #wire: DfuWire;
	#mode: 'idle' | 'download' | 'upload' = 'idle';
	#next = 0;

	constructor(wire: DfuWire, identity: Identity, functional: FunctionalDescriptor) {
		this.#wire = wire;
		this.identity = identity;
		this.canUpload = functional.canUpload;
		this.limits = {
			transferSize: functional.transferSize,
			sectorsPerErase: 1,
			massErase: false,
			checksum: false,
			sampleSize: functional.transferSize,
			addressed: false,
		};
	}

	useTimings(): void {
		// The device announces its own times; there is nothing to know beforehand.
	}

	useQuirks(): void {
		// They are about DfuSe.
	}

	useMemory(): void {
		// The device has no map.
	}

	erase(_sectors: readonly Sector[]): Promise<void> {
		return Promise.reject(new Failure('dfu.no-address', {}));
	}

	massErase(): Promise<void> {
		return Promise.reject(new Failure('dfu.no-address', {}));
	}

	/** Blocks must come in order, from offset 0, without gaps. */
	async write(address: number, data: Uint8Array, signal: AbortSignal): Promise<void> {
		if (address !== this.#next) throw new Failure('dfu.no-address', {});
		if (this.#mode === 'upload') await this.settle(signal);
		const block = (address / this.limits.transferSize) & 0xffff;
		await this.#wire.out(Request.download, block, data, signal);
		await this.#wire.finish('a write', Deadline.write, signal);
		this.#mode = 'download';
		this.#next = address + data.length;
	}

	async read(range: Range, signal: AbortSignal): Promise<Uint8Array> {
		if (!this.canUpload) throw new Failure('uart.unsupported', { command: 'UPLOAD' });
		if (this.#mode === 'download') await this.settle(signal);
		const block = (range.start / this.limits.transferSize) & 0xffff;
		const bytes = await this.#wire.in(
			Request.upload,
			{ value: block, length: size(range) },
			signal,
		);
		this.#mode = 'upload';
		return bytes;
	}

	checksum(): Promise<number> {
		return Promise.reject(new Failure('uart.unsupported', { command: 'a checksum' }));
	}

	readoutProtected(): Promise<undefined> {
		return Promise.resolve(undefined);
	}

	/** Ends the download; the device programs what is left and starts it (DFU 1.1 7). */
	async leave(_address: number, signal: AbortSignal): Promise<void> {
		this.#next = 0;
		try {
			await this.#wire.out(Request.download, 0, new Uint8Array(), signal);
			for (let asked = 0; asked < MANIFEST_ROUNDS; asked++) {
				const { state, pollMs } = await this.#wire.finish('the file', Deadline.manifest, signal);
				if (state === State.dfuMANIFEST_WAIT_RESET) {
					await this.#wire.reset(signal);
					return;
				}
				if (state !== State.dfuMANIFEST && state !== State.dfuMANIFEST_SYNC) return;
				await this.#wire.clock.sleep(Math.min(Math.max(pollMs, 1), Deadline.manifest), signal);
			}
		} catch (error) {
			// A device that is not manifestation-tolerant leaves instead of answering; one that refuses the file says so.
			const gone = isFailure(error, 'wire.lost') || isFailure(error, 'dfu.transfer');
			if (signal.aborted || !gone) throw error;
		}
	}

	readoutUnprotect(): Promise<void> {
		return Promise.reject(new Failure('dfu.no-address', {}));
	}

	async settle(signal: AbortSignal): Promise<void> {
		await this.#wire.recover(signal);
		this.#mode = 'idle';
		this.#next = 0;
	}

	async close(): Promise<void> {
		try {
			await this.#wire.device.close();
		} catch {
			// A device that was unplugged cannot be closed any more, and need not be.
		}
	}
}
