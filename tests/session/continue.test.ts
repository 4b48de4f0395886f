// The cable goes at a frame of a job; another page continues it. Afterwards the memory is exactly right: the image
// where it belongs, everything beside it bit for bit as it was.
import { describe, expect, it } from 'vitest';
import { firstDifference } from '#core/bytes.ts';
import { everyOther } from './frames.ts';
import { memoryStore } from './memory-store.ts';
import { firmware, hexFile, imageAt, rig, type RigOptions } from './rig.ts';

const BASE = 0x08000000;
const keeping = { keep: true, backup: true, compare: true };

interface Case {
	readonly name: string;
	readonly options: RigOptions;
	/** Bytes of old content from the start of flash. */
	readonly old: number;
	/** Bytes of the image, from `at` on: over a part of its first and last sector. */
	readonly size: number;
	readonly at: number;
}

const cases: readonly Case[] = [
	{
		name: 'STM32F405RG by DfuSe, sectors of 16 KiB',
		options: { part: 'STM32F405RG', transport: 'dfu' },
		old: 32 * 1024,
		size: 18_000,
		at: 512,
	},
	{
		name: 'STM32H743ZI by DfuSe, ECC words of 32 bytes',
		options: { part: 'STM32H743ZI', transport: 'dfu' },
		old: 8 * 1024,
		size: 5000,
		at: 1024,
	},
	{
		name: 'STM32L476RG by DfuSe, ECC words of 8 bytes',
		options: { part: 'STM32L476RG', transport: 'dfu' },
		old: 8 * 1024,
		size: 5000,
		at: 1000,
	},
	{
		name: 'STM32L072CZ by UART, pages of 128 bytes that erase to zero',
		options: { part: 'STM32L072CZ', transport: 'uart' },
		old: 1024,
		size: 700,
		at: 72,
	},
	{
		name: 'STM32F103C8 by UART, pages of 1 KiB',
		options: { part: 'STM32F103C8', transport: 'uart' },
		old: 3 * 1024,
		size: 1500,
		at: 100,
	},
];

describe('a job that goes on after the cable went', () => {
	for (const [nth, { name, options, old, size, at }] of cases.entries()) {
		it(`${name}: is exactly right, whichever frame was the last`, async () => {
			const before = firmware(BASE, old, 99);
			const image = firmware(BASE + at, size);
			const expected = before.slice();
			expected.set(image, at);
			const file = () => hexFile(imageAt(BASE + at, image));
			const start = (store = memoryStore(), frame?: number) =>
				rig({
					...options,
					keeping,
					store,
					content: imageAt(BASE, before),
					...(frame !== undefined && { mischief: [{ at: frame, kind: 'unplug' as const }] }),
				});
			const clean = start();
			await clean.programOnce(file());
			expect(clean.session.state.job.status).toBe('finished');
			const { frames } = clean.simulated;
			let continued = 0;
			// No exchange repeats itself after five frames: all its parts are cut off, if not each of them in each of its turns.
			const tried = everyOther(0, frames, 5, nth);
			for (const frame of tried) {
				const store = memoryStore();
				const first = start(store, frame);
				await first.programOnce(file());
				first.simulated.replug();
				const second = rig({ ...options, keeping, store, boardOf: first });
				await second.session.keeper.refresh();
				const [record] = second.session.keeper.interrupted;
				if (record) {
					continued++;
					await second.session.resume(record);
				} else await second.session.open([file()]);
				await second.connect();
				await second.session.program();
				const { job } = second.session.state;
				expect(job.status, `frame ${frame}`).toBe('finished');
				const held = second.simulated.board.peek({ start: BASE, end: BASE + old });
				expect(firstDifference(held, expected), `frame ${frame}`).toBe(-1);
				expect(second.session.keeper.interrupted, `frame ${frame}`).toEqual([]);
			}
			expect(continued).toBeGreaterThan(tried.length / 10);
			console.log(`${name}: ${tried.length} of ${frames} frames, ${continued} continued, 0 wrong`);
		}, 300_000);
	}
});
