// What a writer of firmware files is, and how images are cut for those that go line by line.
import { Failure } from '#core/failure.ts';
import { cutOnGrid, type Image, type Segment } from '#core/image.ts';
import type { MemoryMap } from '#core/memory.ts';

/** What a file may say beside its bytes; a format takes what it has room for. */
export interface WriteFacts {
	/** Of the firmware or the board, for headers that are read by people. */
	readonly name?: string;
	/** "STM32F4", as device files spell it. */
	readonly family?: string;
	readonly entryPoint?: number;
	/** What a raw binary has in its gaps: the chip's erase value. 0xFF where nothing is said. */
	readonly fill?: number;
	readonly usb?: { readonly vendorId: number; readonly productId: number };
	/** Tells which DfuSe alternate setting each address belongs to. */
	readonly memory?: MemoryMap;
}

export interface Writer {
	/** Unique among writers; never shown. */
	readonly id: string;
	/** As the user chooses it. */
	readonly label: string;
	/** Lower case with the dot. */
	readonly extension: string;
	/** One sentence on what the format keeps and loses. */
	readonly about: string;
	/** The whole file. @throws Failure write.* where the format cannot hold the image */
	write(image: Image, facts: WriteFacts): Uint8Array;
}

/** @throws Failure write.empty: a file without bytes is refused by every reader, ours included. */
export function ensureBytes(image: Image): void {
	if (image.length === 0) throw new Failure('write.empty', {});
}

/** The image in parts that lie between two multiples of `unit`, in address order; nothing is padded. */
export const aligned = (image: Image, unit: number): Segment[] =>
	image.flatMap((segment) => cutOnGrid(segment, unit));
