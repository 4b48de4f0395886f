// Whole jobs that keep, back up, skip and come back after an interruption.
import { describe, expect, it } from 'vitest';
import { firstDifference } from '#core/bytes.ts';
import { readImage } from '#core/image.ts';
import { listJournals } from '#session/keep/journal.ts';
import { firmware, hexFile, imageAt, rig, type Rig, type RigOptions } from './rig.ts';
import { memoryStore, type MemoryStore } from './memory-store.ts';

const BASE = 0x08000000;
const everything = { keep: true, backup: true, compare: true };

/** Old content of the first 32 KiB, and a firmware over the first 3000 bytes. */
const before = firmware(BASE, 32 * 1024, 99);
const image = firmware(BASE, 3000);
const file = () => hexFile(imageAt(BASE, image));
const expected = (): Uint8Array => {
	const bytes = before.slice();
	bytes.set(image);
	return bytes;
};

const boards: readonly RigOptions[] = [
	{ part: 'STM32F405RG', transport: 'dfu' },
	{ part: 'STM32L476RG', transport: 'uart' },
	{ part: 'STM32H743ZI', transport: 'dfu' },
	{ part: 'STM32L072CZ', transport: 'uart' },
];

const made = (options: RigOptions, store: MemoryStore = memoryStore()): Rig =>
	rig({ keeping: everything, content: imageAt(BASE, before), store, ...options });

const held = ({ simulated }: Rig): Uint8Array =>
	simulated.board.peek({ start: BASE, end: BASE + before.length });

describe('bytes that were not in the file', () => {
	for (const options of boards) {
		it(`survive on ${options.part} by ${options.transport}`, async () => {
			const one = made(options);
			await one.programOnce(file());
			expect(one.session.state.job).toMatchObject({
				status: 'finished',
				report: { result: 'verified' },
			});
			expect(firstDifference(held(one), expected())).toBe(-1);
		});
	}

	it('are said to be kept before the look, and are lost only when the user says so', async () => {
		const one = made({ part: 'STM32F405RG', transport: 'dfu' });
		await one.session.open([file()]);
		await one.connect();
		expect(one.session.plan?.keep).toEqual([{ start: BASE + 3000, end: BASE + 16 * 1024 }]);
		expect(one.session.plan?.lost).toEqual([]);
		one.session.keeper.keep = false;
		expect(one.session.plan?.lost).toEqual([{ start: BASE + 3000, end: BASE + 16 * 1024 }]);
	});
});

describe('a second job with the same file', () => {
	for (const options of boards) {
		it(`changes nothing on ${options.part} by ${options.transport}, and proves it`, async () => {
			const one = made(options);
			await one.programOnce(file());
			const changes = (): number =>
				one.simulated.board.events.filter(({ kind }) => kind === 'erase' || kind === 'write')
					.length;
			const first = changes();
			expect(first).toBeGreaterThan(0);
			one.simulated.reset('bootloader');
			await one.connect();
			await one.session.program();
			const { job } = one.session.state;
			expect(job).toMatchObject({
				status: 'finished',
				report: { result: 'verified', bytesWritten: 0 },
			});
			expect(changes()).toBe(first);
		});
	}
});

describe('a blank chip', () => {
	it('is not erased', async () => {
		const one = rig({ part: 'STM32F405RG', transport: 'dfu', keeping: everything });
		await one.programOnce(file());
		expect(one.session.state.job).toMatchObject({
			status: 'finished',
			report: { result: 'verified' },
		});
		expect(one.simulated.board.events.filter(({ kind }) => kind === 'erase')).toEqual([]);
	});
});

describe('the backup', () => {
	it('holds the changed sectors as they were, is listed, and can be put back', async () => {
		const one = made({ part: 'STM32F405RG', transport: 'dfu' });
		await one.programOnce(file());
		const [backup] = one.session.keeper.backups;
		expect(backup).toMatchObject({ before: 'firmware.hex', board: { name: expect.any(String) } });
		const content = await one.session.keeper.content(backup!);
		const range = { start: BASE, end: BASE + 16 * 1024 };
		expect(content).toHaveLength(1);
		expect(readImage(content, range, 0)).toEqual(before.slice(0, 16 * 1024));
	});

	it('is made before anything is erased, or nothing is', async () => {
		const store = memoryStore();
		const one = made({ part: 'STM32F405RG', transport: 'dfu' }, store);
		store.room = 0;
		await one.programOnce(file());
		expect(one.session.state.job).toMatchObject({
			status: 'failed',
			failure: { code: 'store.full' },
			truth: { untouched: true },
		});
		expect(firstDifference(held(one), before)).toBe(-1);
	});

	it('that is damaged or gone is refused by name', async () => {
		const store = memoryStore();
		const one = made({ part: 'STM32F405RG', transport: 'dfu' }, store);
		await one.programOnce(file());
		const [backup] = one.session.keeper.backups;
		const path = `blobs/${backup!.segments[0]!.sha256}`;
		store.files.get(path)![5]! ^= 1;
		await expect(one.session.keeper.content(backup!)).rejects.toMatchObject({
			code: 'store.damaged',
		});
		store.files.delete(path);
		await expect(one.session.keeper.content(backup!)).rejects.toMatchObject({
			code: 'store.missing',
		});
	});
});

describe('the journal', () => {
	it('is not needed any more after a job that ended well', async () => {
		const store = memoryStore();
		const one = made({ part: 'STM32F405RG', transport: 'dfu' }, store);
		await one.programOnce(file());
		expect(await store.list('journal')).toEqual([]);
	});

	it('brings kept bytes back that were only in the page when the cable went', async () => {
		const store = memoryStore();
		const one = made({ part: 'STM32F405RG', transport: 'dfu' }, store);
		await interruptAfterErase(one);
		expect(firstDifference(held(one), before)).toBeGreaterThanOrEqual(0);
		const again = later(one, store);
		await again.session.keeper.refresh();
		await again.session.resume(again.session.keeper.interrupted[0]!);
		await again.connect();
		await again.session.program();
		expect(again.session.state.job).toMatchObject({
			status: 'finished',
			report: { result: 'verified' },
		});
		expect(firstDifference(held(one), expected())).toBe(-1);
		expect(again.session.keeper.interrupted).toEqual([]);
	});

	it('keeps another firmware away from bytes that only it holds', async () => {
		const store = memoryStore();
		const one = made({ part: 'STM32F405RG', transport: 'dfu' }, store);
		await interruptAfterErase(one);
		const again = later(one, store);
		await again.session.keeper.refresh();
		await again.session.open([hexFile(imageAt(BASE, firmware(BASE, 100, 7)), 'other.hex')]);
		await again.connect();
		expect(again.session.readiness).toMatchObject({ ready: false, why: 'interrupted' });
		await again.session.keeper.setAside(again.session.keeper.interrupted[0]!);
		expect(again.session.readiness).toMatchObject({ ready: true });
	});

	it('is refused when it was cut off or changed at any byte', async () => {
		const store = memoryStore();
		const one = made({ part: 'STM32F405RG', transport: 'dfu' }, store);
		await interruptAfterErase(one);
		const paths = [...store.files.keys()].filter((name) => name.startsWith('journal/'));
		expect(paths).toHaveLength(2);
		for (const path of paths) {
			const [other] = paths.filter((name) => name !== path);
			const [bytes, beside] = [store.files.get(path)!, store.files.get(other!)!];
			for (let at = 0; at < bytes.length; at++) {
				for (const damaged of [bytes.subarray(0, at), flipped(bytes, at)]) {
					store.files.set(path, damaged);
					store.files.delete(other!);
					expect(await listJournals(store)).toEqual({ journals: [], damaged: [path] });
					// The file that was written before it, or after it, stands in, and trusts no sector.
					store.files.set(other!, beside);
					expect(await listJournals(store)).toMatchObject({
						journals: [{ begun: [{ start: BASE, end: BASE + 3000 }], same: [] }],
						damaged: [],
					});
				}
			}
			store.files.set(path, bytes);
		}
	});

	it('goes on from either of its two files alone', async () => {
		for (const damage of [0, 1]) {
			const store = memoryStore();
			const one = made({ part: 'STM32F405RG', transport: 'dfu' }, store);
			await interruptAfterErase(one);
			const paths = [...store.files.keys()].filter((name) => name.startsWith('journal/'));
			store.files.set(paths[damage]!, Uint8Array.of(1, 2, 3));
			const again = later(one, store);
			await again.session.keeper.refresh();
			await again.session.resume(again.session.keeper.interrupted[0]!);
			await again.connect();
			await again.session.program();
			expect(again.session.state.job).toMatchObject({ status: 'finished' });
			expect(firstDifference(held(one), expected())).toBe(-1);
			expect(await store.list('journal')).toEqual([]);
		}
	});
});

const flipped = (bytes: Uint8Array, at: number): Uint8Array => {
	const copy = bytes.slice();
	copy[at]! ^= 0x10;
	return copy;
};

/** Pulls the cable when the first sector has been erased and not all is written. */
async function interruptAfterErase({ session, simulated, connect, clock }: Rig): Promise<void> {
	await session.open([file()]);
	await connect();
	const job = session.program();
	const wait = new AbortController();
	for (;;) {
		await clock.sleep(5, wait.signal);
		const state = session.state.job;
		if (state.status === 'running' && state.progress.phase === 'write') break;
		if (state.status !== 'running' && state.status !== 'idle') throw new Error(state.status);
	}
	simulated.unplug();
	await job;
	expect(session.state.job).toMatchObject({ status: 'failed', failure: { code: 'wire.lost' } });
}

/** Another page, on the same machine and board. */
function later(boardOf: Rig, store: MemoryStore): Rig {
	boardOf.simulated.replug();
	return rig({ part: 'STM32F405RG', transport: 'dfu', keeping: everything, store, boardOf });
}
