// A backup beside the board, the firmware and another backup, and as a file of every format.
import { describe, expect, it } from 'vitest';
import { buildImage, readImage } from '#core/image.ts';
import { bytesSource } from '#core/source.ts';
import { openFile } from '#formats/index.ts';
import { writers } from '#formats/writers.ts';
import { BOARD, FIRMWARE, MemoryView } from '#session/memory-view.svelte.ts';
import { firmware, hexFile, imageAt, rig } from './rig.ts';

const BASE = 0x0800_0000;
const BYTES = firmware(BASE, 70_000, 5);
const range = (start: number, length: number) => ({ start, end: start + length });
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

describe('a backup', () => {
	const kept = buildImage([
		{ address: BASE, data: BYTES.slice(0, 100) },
		{ address: BASE + 4096, data: firmware(BASE, 64, 9) },
	]);

	it('is compared with the board, of which only its places are read', async () => {
		const made = rig({ part: 'STM32F405RG', transport: 'dfu', content: imageAt(BASE, BYTES) });
		await made.connect();
		const view = new MemoryView(made.session, () => undefined);
		await view.compareWithBoard({ name: 'before', image: kept });
		expect([view.shown?.name, view.against?.id]).toEqual(['before', BOARD]);
		expect(view.content?.image.map(({ address, data }) => [address - BASE, data.length])).toEqual([
			[0, 100],
			[4096, 64],
		]);
		const { changed = 0, same: equal = 0, onlyA, onlyB } = view.comparison ?? {};
		expect([changed + equal, onlyA, onlyB]).toEqual([164, 0, 0]);
		expect(changed).toBeGreaterThan(0);
		expect(view.comparison?.differences[0]?.range.start).toBeGreaterThanOrEqual(BASE + 4096);
	});

	it('is compared with the firmware and with another one; without a board nothing is read', async () => {
		const { session } = rig({ part: 'STM32F405RG', transport: 'dfu' });
		await session.open([hexFile(imageAt(BASE, BYTES.slice(0, 50)))]);
		const view = new MemoryView(session, () => undefined);
		view.compare({ name: 'before', image: kept }, FIRMWARE);
		expect([view.shown?.name, view.against?.name]).toEqual(['before', 'firmware.hex']);
		expect(view.comparison).toMatchObject({ same: 50, changed: 0, onlyA: 114, onlyB: 0 });
		view.add('older', imageAt(BASE, BYTES.slice(0, 100)));
		view.compare({ name: 'before', image: kept }, 'file older');
		expect(view.comparison).toMatchObject({ same: 100, onlyA: 64 });
		await view.compareWithBoard({ name: 'before', image: kept });
		expect([view.shown?.name, view.against]).toEqual(['before', undefined]);
	});

	it('is saved in every format, and read back as it was', async () => {
		for (const writer of writers) {
			const file = writer.write(kept, {});
			const artifact = await openFile(bytesSource(file), `backup${writer.extension}`);
			const image = artifact.kind === 'binary' ? [] : artifact.image;
			if (writer.id === 'bin') expect(same(file.slice(0, 100), BYTES.slice(0, 100))).toBe(true);
			else
				for (const { address, data } of kept)
					expect(same(readImage(image, range(address, data.length), 0), data), writer.id).toBe(
						true,
					);
		}
		expect(writers.map(({ extension }) => extension)).toEqual(
			expect.arrayContaining(['.bin', '.hex', '.dfu', '.uf2']),
		);
	});
});
