// What the firmware card says about a loaded file.
import type { Firmware } from '#core/artifact.ts';
import { crc32 } from '#core/crc.ts';
import { extent, imageSize } from '#core/image.ts';
import type { MemoryMap } from '#core/memory.ts';
import type { Range } from '#core/range.ts';
import { readVectors } from '#core/vectors.ts';

export interface FileFacts {
	readonly bytes: number;
	readonly range: Range | undefined;
	readonly segments: number;
	/** Of all bytes in address order, gaps left out. */
	readonly crc: number;
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
		crc: image.reduce((sum, { data }) => crc32(data, sum), 0),
		entry: entryPoint,
		reset: found?.resetHandler,
		stack: found?.stackPointer,
	};
}
