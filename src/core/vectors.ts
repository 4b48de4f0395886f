// The vector table at the start of a Cortex-M image (ARMv7-M B1.5.3): initial stack pointer, then reset handler.
import { u32le } from './bytes.ts';
import { readImage, sliceImage, type Image } from './image.ts';
import type { MemoryMap } from './memory.ts';

export interface Vectors {
	readonly address: number;
	readonly stackPointer: number;
	readonly resetHandler: number;
	/** The stack lies in RAM of this chip and the handler is Thumb code inside the image. */
	readonly plausible: boolean;
}

/** All of the address space a Cortex-M maps as RAM or core-coupled memory, for chips we know nothing of. */
const ANY_RAM = [
	{ start: 0x10000000, end: 0x10100000 },
	{ start: 0x20000000, end: 0x40000000 },
];

/** The first two vectors at `address`; undefined when the image has fewer than eight bytes there. */
export function readVectors(image: Image, address: number, memory: MemoryMap): Vectors | undefined {
	const range = { start: address, end: address + 8 };
	const words = sliceImage(image, range);
	if (words.length !== 1 || words[0]!.data.length !== 8) return undefined;
	const bytes = readImage(words, range, 0);
	const stackPointer = u32le(bytes, 0);
	const resetHandler = u32le(bytes, 4);
	const known = memory.filter((region) => region.kind === 'ram').map((region) => region.range);
	const ram = known.length > 0 ? known : ANY_RAM;
	const stackFits =
		stackPointer % 4 === 0 &&
		ram.some(({ start, end }) => start < stackPointer && stackPointer <= end);
	const code = (resetHandler & ~1) >>> 0;
	const codeFits =
		(resetHandler & 1) === 1 && sliceImage(image, { start: code, end: code + 2 }).length === 1;
	return { address, stackPointer, resetHandler, plausible: stackFits && codeFits };
}
