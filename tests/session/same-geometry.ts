// Whether a board's map has the sectors of a device, with their numbers.
import type { Device } from '#core/device.ts';
import type { MemoryMap } from '#core/memory.ts';

const sectorsOf = (memory: MemoryMap): string[] =>
	memory
		.filter(({ kind }) => kind === 'flash')
		.flatMap(({ sectors, writeSize }) =>
			sectors.map(({ number, range }) => `${number}@${range.start}-${range.end}/${writeSize}`),
		);

export const sameGeometry = (memory: MemoryMap, { layouts }: Device): boolean =>
	sectorsOf(memory).join() === sectorsOf(layouts[0].flash).join();
