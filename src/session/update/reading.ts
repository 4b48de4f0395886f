// What was read of a device for an update, and whether it says anything.
import { firstOtherThan } from '#core/bytes.ts';
import { Failure } from '#core/failure.ts';
import { covers, overlayImage, readImage, type Image } from '#core/image.ts';
import { regionAt, type MemoryMap } from '#core/memory.ts';
import { join, type Range } from '#core/range.ts';
import { readRanges } from '#session/read-range.ts';
import type { Session } from '#session/session.svelte.ts';

export class Reading {
	readonly #session: Session;
	#image: Image = [];

	constructor(session: Session) {
		this.#session = session;
	}

	/** Everything read so far. */
	get image(): Image {
		return this.#image;
	}

	/**
	 * Reads what is not known yet; what the bootloader refuses stays unknown.
	 * @throws Failure update.unreadable when the reading ended early; an abort's reason
	 */
	async add(ranges: readonly Range[]): Promise<void> {
		const wanted = join(ranges.filter((range) => !covers(this.#image, range)));
		if (wanted.length === 0) return;
		const read = await this.#session.lend((loan) => readRanges(loan, wanted, () => undefined));
		if (!read) throw new Failure('update.no-device', { reason: 'it is not connected' });
		if (read.ended === 'cancelled') throw new DOMException('Cancelled', 'AbortError');
		if (read.ended !== 'done') {
			const { message: reason } = read.ended;
			throw new Failure('update.unreadable', { reason }, read.ended);
		}
		this.#image = overlayImage(this.#image, read.image);
	}

	/** Undefined unless all of it was read. */
	bytes(range: Range): Uint8Array<ArrayBuffer> | undefined {
		if (!covers(this.#image, range)) return undefined;
		return new Uint8Array(readImage(this.#image, range, 0));
	}

	/** The same, where it is not just erased memory. */
	told(range: Range, memory: MemoryMap): Uint8Array<ArrayBuffer> | undefined {
		const bytes = this.bytes(range);
		return bytes && isErased(bytes, range.start, memory) ? undefined : bytes;
	}
}

export const isErased = (bytes: Uint8Array, address: number, memory: MemoryMap): boolean =>
	firstOtherThan(bytes, regionAt(memory, address)?.eraseValue ?? 0xff) < 0;
