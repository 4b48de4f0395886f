// What stands in the store while jobs come and go: a journal that another takes the place of, and the leases of jobs.
import { describe, expect, it } from 'vitest';
import { firstDifference } from '#core/bytes.ts';
import { openPatiently, STORE_DEADLINE_MS } from '#ports/patient-store.ts';
import { VirtualClock } from '#simulator/virtual-clock.ts';
import { memoryStore } from './memory-store.ts';
import { firmware, hexFile, imageAt, rig, type Rig } from './rig.ts';
import { BASE, contentOf, program, updateFile, updateRig, type UpdateRig } from './update-rig.ts';

const never = new AbortController().signal;
const keeping = { keep: true, backup: true, compare: true };

/** A promise, and what settles it. */
function later<T>() {
	let resolve = (_: T): void => undefined;
	const promise = new Promise<T>((done) => {
		resolve = done;
	});
	return { promise, resolve };
}

const writing = async (page: Rig): Promise<void> => {
	for (let ms = 0; ms < 20_000; ms += 2) {
		await page.clock.sleep(2, never);
		const { job } = page.session.state;
		if (job.status === 'running' && job.progress.phase === 'write') return;
	}
};

describe('the way back from an interrupted update', () => {
	const board = { part: 'STM32F405RG', transport: 'dfu' } as const;
	const old = program('1.0.0', 12_000, 7);
	const next = program('2.0.0', 11_000, 8);
	const content = contentOf(old, BASE + 16 * 1024 - 64);
	const bundle = () =>
		updateFile({ version: '2.0.0', bytes: next, boardIdAt: BASE + 16 * 1024 - 64 });
	const held = ({ simulated }: UpdateRig): Uint8Array =>
		simulated.board.peek({ start: BASE, end: BASE + 16 * 1024 });

	async function stopped(): Promise<UpdateRig & { readonly before: Uint8Array }> {
		const one = await updateRig({ ...board, content });
		const before = held(one).slice();
		await one.updater.openFile(await bundle(), 'lamp.swupdate');
		await one.updater.connect('dfu', 'ask');
		const updating = one.updater.update();
		await writing(one);
		one.updater.cancel();
		await updating;
		expect(one.updater.stage).toMatchObject({ status: 'failed', canGoBack: true });
		return { ...one, before };
	}

	it('leaves the interrupted one in force until its own journal is, whichever write fails', async () => {
		const clean = await stopped();
		const already = clean.store.log.length;
		await clean.updater.goBack();
		expect(clean.updater.stage).toMatchObject({ status: 'done', goneBack: true });
		expect(await clean.store.list('journal')).toEqual([]);
		const writes = clean.store.log.length - already;
		expect(writes).toBeGreaterThan(3);
		for (let room = 0; room < writes; room++) {
			const one = await stopped();
			one.store.room = room;
			await one.updater.goBack();
			one.store.room = Infinity;
			if (one.updater.stage.status === 'done') {
				expect(firstDifference(held(one), one.before)).toBe(-1);
				continue;
			}
			expect(one.updater.stage.status, `room ${room}`).toBe('failed');
			await one.session.keeper.refresh();
			expect(one.session.keeper.interrupted, `room ${room}`).toHaveLength(1);
			// Another day the update is finished, or the way back is.
			const other = await updateRig({ ...board, boardOf: one, store: one.store });
			await other.updater.openFile(await bundle(), 'lamp.swupdate');
			await other.updater.connect('dfu', 'ask');
			if (other.updater.stage.status === 'unfit') await other.updater.continueInterrupted();
			else await other.updater.update();
			const { stage } = other.updater;
			expect(stage, `room ${room}`).toMatchObject({ status: 'done' });
			const back = stage.status === 'done' && stage.goneBack;
			const now = held(other);
			if (back) expect(firstDifference(now, one.before)).toBe(-1);
			else expect(firstDifference(now.subarray(0, next.length), next)).toBe(-1);
			expect(other.session.keeper.interrupted).toEqual([]);
		}
	});

	it('counts for two, though the older journal could not be removed', async () => {
		const one = await stopped();
		const stale = new Map([...one.store.files].filter(([path]) => path.startsWith('journal/')));
		const going = one.updater.goBack();
		await writing(one);
		one.updater.cancel();
		await going;
		for (const [path, bytes] of stale) one.store.files.set(path, bytes);
		await one.session.keeper.refresh();
		const [record, ...others] = one.session.keeper.interrupted;
		expect(others).toEqual([]);
		expect(record?.firmware[0]).toMatch(/^before /);
		await one.updater.continueInterrupted();
		expect(one.updater.stage).toMatchObject({ status: 'done', goneBack: true });
		expect(firstDifference(held(one), one.before)).toBe(-1);
		expect(await one.store.list('journal')).toEqual([]);
	});
});

describe('the lease of a job', () => {
	const before = firmware(BASE, 8192, 99);
	const file = (): File => hexFile(imageAt(BASE + 512, firmware(BASE + 512, 3000)));
	const board = { part: 'STM32L476RG', transport: 'dfu', keeping } as const;
	const pageWith = (store = memoryStore()) => {
		const page = rig({ ...board, store, content: imageAt(BASE, before) });
		return { ...page, store };
	};

	it('that is granted after the cancel is let go', async () => {
		const page = pageWith();
		const hold = page.store.hold.bind(page.store);
		const grant = later<undefined>();
		const asked = later<undefined>();
		page.store.hold = async (name) => {
			const letGo = await hold(name);
			asked.resolve(undefined);
			await grant.promise;
			return letGo;
		};
		await page.session.open([file()]);
		await page.connect();
		const job = page.session.program();
		await asked.promise;
		page.session.cancel();
		await job;
		expect(page.session.state.job.status).toBe('cancelled');
		expect(await page.store.held()).toHaveLength(1);
		grant.resolve(undefined);
		await page.clock.sleep(10, never);
		expect(await page.store.held()).toEqual([]);
		page.store.hold = hold;
		await page.session.program();
		expect(page.session.state.job.status).toBe('finished');
	});

	it('that is granted after its deadline is let go', async () => {
		const clock = new VirtualClock();
		const raw = memoryStore();
		const grant = later<undefined>();
		const store = await openPatiently(
			() =>
				Promise.resolve({
					...raw,
					hold: async (name: string) => {
						await grant.promise;
						return await raw.hold(name);
					},
				}),
			clock,
		);
		await expect(store.hold('job:1')).rejects.toMatchObject({ code: 'store.silent' });
		expect(clock.now()).toBeGreaterThanOrEqual(STORE_DEADLINE_MS);
		grant.resolve(undefined);
		await clock.sleep(10, never);
		expect(await raw.held()).toEqual([]);
	});

	it('outlasts what is still being written to the journal of a cancelled job, and no longer', async () => {
		const page = pageWith();
		const write = page.store.write.bind(page.store);
		const slow = later<undefined>();
		const asked = later<undefined>();
		let journals = 0;
		page.store.write = async (path, bytes) => {
			if (path.startsWith('journal/') && ++journals === 3) {
				asked.resolve(undefined);
				await slow.promise;
			}
			await write(path, bytes);
		};
		await page.session.open([file()]);
		await page.connect();
		const job = page.session.program();
		await asked.promise;
		page.session.cancel();
		await job;
		expect(page.session.state.job.status).toBe('cancelled');
		expect(await page.store.held()).toHaveLength(1);
		slow.resolve(undefined);
		await page.clock.sleep(10, never);
		expect(await page.store.held()).toEqual([]);
		// The page knows of it without being asked.
		expect(page.session.keeper.elsewhere).toEqual([]);
		await page.session.keeper.refresh();
		await page.session.program();
		expect(page.session.state.job.status).toBe('finished');
		expect(page.session.keeper.interrupted).toEqual([]);
	});

	it('of a cancelled job that was opening its journal leaves none', async () => {
		const page = pageWith();
		const write = page.store.write.bind(page.store);
		const slow = later<undefined>();
		const asked = later<undefined>();
		page.store.write = async (path, bytes) => {
			if (path.startsWith('journal/')) {
				asked.resolve(undefined);
				await slow.promise;
			}
			await write(path, bytes);
		};
		await page.session.open([file()]);
		await page.connect();
		const job = page.session.program();
		await asked.promise;
		page.session.cancel();
		await job;
		slow.resolve(undefined);
		await page.clock.sleep(10, never);
		expect(await page.store.list('journal')).toEqual([]);
		expect(await page.store.held()).toEqual([]);
	});
});

describe('what is chosen while a job looks', () => {
	it('is for the next one', async () => {
		const before = firmware(BASE, 8192, 99);
		const image = firmware(BASE + 512, 3000);
		const page = rig({
			part: 'STM32L476RG',
			transport: 'uart',
			keeping,
			content: imageAt(BASE, before),
		});
		await page.session.open([hexFile(imageAt(BASE + 512, image))]);
		await page.connect();
		const job = page.session.program();
		await page.clock.sleep(50, never);
		expect(page.session.state.job).toMatchObject({
			status: 'running',
			progress: { phase: 'look' },
		});
		const { keeper } = page.session;
		keeper.keep = false;
		keeper.protect = [{ name: 'All', range: { start: BASE, end: BASE + 0x10000 } }];
		await job;
		expect(page.session.state.job.status).toBe('finished');
		const expected = before.slice();
		expected.set(image, 512);
		const held = page.simulated.board.peek({ start: BASE, end: BASE + 8192 });
		expect(firstDifference(held, expected)).toBe(-1);
	});
});
