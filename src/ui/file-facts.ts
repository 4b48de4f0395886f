// What the firmware card says about a loaded file.
import type { Firmware } from '#core/artifact.ts';
import { crc32 } from '#core/crc.ts';
import { extent, imageSize, type Image } from '#core/image.ts';
import type { MemoryMap } from '#core/memory.ts';
import type { Range } from '#core/range.ts';
import { readVectors } from '#core/vectors.ts';

export interface FileFacts {
	readonly bytes: number;
	readonly range: Range | undefined;
	readonly segments: number;
	readonly entry: number | undefined;
	/** From the first words of the image, where they are a vector table. */
	readonly reset: number | undefined;
	readonly stack: number | undefined;
}

export function fileFacts({ image, entryPoint }: Firmware, memory: MemoryMap): FileFacts {
	const range = extent(image);
	const vectors = range && readVectors(image, range.start, memory);
	const found = vectors?.plausible ? vectors : undefined;
	return {
		bytes: imageSize(image),
		range,
		segments: image.length,
		entry: entryPoint,
		reset: found?.resetHandler,
		stack: found?.stackPointer,
	};
}

/** Bytes summed in one go: about a millisecond. */
const SLICE = 0x40000;

/** CRC-32 of all bytes in address order, gaps left out; megabytes of it leave the page free to answer in between. */
export async function imageCrc(image: Image): Promise<number> {
	let sum = 0;
	for (const { data } of image) {
		for (let from = 0; from < data.length; from += SLICE) {
			sum = crc32(data.subarray(from, from + SLICE), sum);
			if (from + SLICE < data.length) await new Promise((resume) => setTimeout(resume));
		}
	}
	return sum;
}
