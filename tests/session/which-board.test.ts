// A job or an update goes on only on its own board: by what that tells by UART and by USB, and where it tells nothing,
// by what its owner says. Until then nothing of it changes.
import { describe, expect, it } from 'vitest';
import { firstDifference } from '#core/bytes.ts';
import { memoryStore, type MemoryStore } from './memory-store.ts';
import { firmware, hexFile, imageAt, rig, type Rig, type RigOptions } from './rig.ts';
import { contentOf, program, updateFile, updateRig, type UpdateRig } from './update-rig.ts';

const BASE = 0x08000000;
const OLD = 8 * 1024;
const AT = 1024;
const keeping = { keep: true, backup: true, compare: true };
const before = firmware(BASE, OLD, 99);
const strangers = firmware(BASE, OLD, 55);
const image = firmware(BASE + AT, 3000);
const file = (): File => hexFile(imageAt(BASE + AT, image));
const held = ({ simulated }: Rig): Uint8Array =>
	simulated.board.peek({ start: BASE, end: BASE + OLD });
const over = (under: Uint8Array): Uint8Array => {
	const bytes = under.slice();
	bytes.set(image, AT);
	return bytes;
};
const OTHER = {
	uniqueId: Uint8Array.from('ANOTHERBOARD', (letter) => letter.charCodeAt(0)),
	content: imageAt(BASE, strangers),
};

/** A job whose board lost its power while it wrote. */
async function interrupted(options: RigOptions, store: MemoryStore): Promise<Rig> {
	const page = rig({ ...options, keeping, store, content: imageAt(BASE, before) });
	await page.session.open([file()]);
	await page.connect();
	const job = page.session.program();
	const never = new AbortController().signal;
	for (;;) {
		await page.clock.sleep(2, never);
		const { job: now } = page.session.state;
		if (now.status === 'running' && now.progress.phase === 'write') break;
	}
	page.simulated.unplug();
	await job;
	page.simulated.replug();
	page.simulated.reset('bootloader');
	return page;
}

const f405: RigOptions = { part: 'STM32F405RG', transport: 'dfu' };
const h743: RigOptions = { part: 'STM32H743ZI', transport: 'dfu' };
const byUart = { transport: 'uart', sameBoard: 'silent' } as const;

describe('the unique ID', () => {
	it.each(['STM32F103C8', 'STM32L072CZ', 'STM32L152RE'])(
		'of %s is read with all its words, wherever they stand',
		async (part) => {
			const { session, connect } = rig({ part, transport: 'uart', ...OTHER });
			await connect();
			expect(session.board?.uniqueId).toBe(
				Buffer.from('ANOTHERBOARD').toString('hex').toUpperCase(),
			);
		},
	);
});

describe('a job interrupted by USB', () => {
	it('goes on by UART, where the unique ID tells that it is the same board', async () => {
		const store = memoryStore();
		const first = await interrupted(f405, store);
		const second = rig({ ...f405, ...byUart, keeping, store, boardOf: first });
		await second.session.open([file()]);
		await second.connect();
		expect(second.session.readiness).toEqual({ ready: true });
		await second.session.program();
		expect(second.session.state.job.status).toBe('finished');
		expect(firstDifference(held(second), over(before))).toBe(-1);
		expect(second.session.keeper.interrupted).toEqual([]);
	});

	it('is not the concern of another board of the same kind by UART', async () => {
		const store = memoryStore();
		await interrupted(f405, store);
		const second = rig({ ...f405, ...byUart, ...OTHER, keeping, store });
		await second.programOnce(file());
		expect(second.session.state.job.status).toBe('finished');
		expect(firstDifference(held(second), over(strangers))).toBe(-1);
		expect(second.session.keeper.interrupted).toHaveLength(1);
	});
});

describe('a board that tells no number of its own', () => {
	const reopened = async (
		first: Rig,
		store: MemoryStore,
		options: Partial<RigOptions>,
		how: 'by its file' | 'by its journal',
	): Promise<Rig> => {
		const { session, connect, ...rest } = rig({
			...h743,
			sameBoard: 'silent',
			keeping,
			store,
			...options,
		});
		await session.keeper.refresh();
		if (how === 'by its file') await session.open([file()]);
		else await session.resume(session.keeper.interrupted[0]!);
		await connect();
		expect(session.readiness).toMatchObject({
			ready: false,
			why: 'which-board',
			because: { code: 'job.which-board' },
		});
		await session.program();
		expect(session.state.job.status).toBe('idle');
		return { session, connect, ...rest };
	};
	const asked = ({ session }: Rig) =>
		session.keeper.resuming?.record ?? session.interruptedHere!.record;

	for (const how of ['by its file', 'by its journal'] as const) {
		it(`is asked about, and goes on when its owner knows it; opened ${how}`, async () => {
			const store = memoryStore();
			const first = await interrupted(h743, store);
			const page = await reopened(first, store, { boardOf: first }, how);
			page.session.keeper.answer(asked(page), true);
			await page.session.program();
			expect(page.session.state.job.status).toBe('finished');
			expect(firstDifference(held(page), over(before))).toBe(-1);
			expect(page.session.keeper.interrupted).toEqual([]);
		});

		it(`keeps its own bytes when its owner says that it is another; opened ${how}`, async () => {
			const store = memoryStore();
			const first = await interrupted(h743, store);
			const page = await reopened(first, store, OTHER, how);
			page.session.keeper.answer(asked(page), false);
			await page.session.program();
			if (how === 'by its journal') {
				expect(page.session.readiness).toMatchObject({ why: 'other-board' });
				expect(firstDifference(held(page), strangers)).toBe(-1);
			} else {
				expect(page.session.state.job.status).toBe('finished');
				expect(firstDifference(held(page), over(strangers))).toBe(-1);
			}
			expect(page.session.keeper.interrupted).toHaveLength(1);
		});
	}

	it('is asked about anew when it was away', async () => {
		const store = memoryStore();
		const first = await interrupted(h743, store);
		const page = await reopened(first, store, { boardOf: first }, 'by its file');
		page.session.keeper.answer(asked(page), true);
		expect(page.session.readiness.ready).toBe(true);
		await page.session.disconnect();
		await page.connect();
		expect(page.session.readiness).toMatchObject({ why: 'which-board' });
	});

	it('is not asked about on the page whose job was stopped', async () => {
		const page = rig({ ...h743, sameBoard: 'silent', keeping, content: imageAt(BASE, before) });
		await page.session.open([file()]);
		await page.connect();
		const job = page.session.program();
		const never = new AbortController().signal;
		while (
			page.session.state.job.status !== 'running' ||
			page.session.state.job.progress.phase !== 'write'
		)
			await page.clock.sleep(2, never);
		page.session.cancel();
		await job;
		expect(page.session.readiness).toEqual({ ready: true });
		await page.session.program();
		expect(page.session.state.job.status).toBe('finished');
		expect(firstDifference(held(page), over(before))).toBe(-1);
	});
});

describe('an update of a device that tells no number of its own', () => {
	const old = program('1.0.0', 6000, 7);
	const next = program('2.0.0', 5000, 8);
	const bundle = () => updateFile({ version: '2.0.0', bytes: next, productId: 0x483 });
	const h723 = { part: 'STM32H723ZG', transport: 'dfu' } as const;
	const lamp = { ...h723, sameBoard: 'silent', content: contentOf(old) } as const;
	const updating = async (one: UpdateRig): Promise<void> => {
		await one.updater.openFile(await bundle(), 'lamp.swupdate');
		await one.updater.connect('dfu', 'ask');
		await one.updater.confirmProduct();
		expect(one.updater.stage).toMatchObject({ status: 'ready' });
		await one.updater.update();
	};

	async function cut(): Promise<UpdateRig> {
		const clean = await updateRig(lamp);
		await updating(clean);
		const unplug = { at: clean.simulated.frames - 30, kind: 'unplug' } as const;
		const one = await updateRig({ ...lamp, mischief: [unplug] });
		await updating(one);
		expect(one.updater.stage).toMatchObject({ status: 'failed', holds: 'neither' });
		one.simulated.replug();
		one.simulated.reset('bootloader');
		return one;
	}

	it('is finished when its owner says that it is the one', async () => {
		const one = await cut();
		const later = await updateRig({ ...lamp, store: one.store, boardOf: one });
		await later.updater.openFile(await bundle(), 'lamp.swupdate');
		await later.updater.connect('dfu', 'ask');
		expect(later.updater.stage).toMatchObject({ status: 'ask-device' });
		await later.updater.update();
		expect(later.updater.stage).toMatchObject({ status: 'ask-device' });
		await later.updater.confirmDevice(true);
		expect(later.updater.stage).toMatchObject({ status: 'ready' });
		await later.updater.update();
		expect(later.updater.stage).toMatchObject({ status: 'done', version: '2.0.0' });
		expect(later.updater.unfinished).toEqual([]);
	});

	it.each(['openUnfinished', 'openPrevious'] as const)(
		'%s: another device is refused, the same goes on',
		async (open) => {
			const one = await cut();
			const later = await updateRig({ ...lamp, store: one.store, boardOf: one });
			await later.updater.load();
			const list = open === 'openUnfinished' ? 'unfinished' : 'reversible';
			await later.updater[open](later.updater[list][0]!.id);
			await later.updater.connect('dfu', 'ask');
			expect(later.updater.stage).toMatchObject({ status: 'ask-device' });
			await later.updater.confirmDevice(false);
			expect(later.updater.stage).toMatchObject({
				status: 'unfit',
				failure: { code: 'update.other-device' },
			});
			await later.session.disconnect();
			await later.updater.connect('dfu', 'ask');
			await later.updater.confirmDevice(true);
			expect(later.updater.stage).toMatchObject({ status: 'ready' });
			await later.updater.update();
			expect(later.updater.stage).toMatchObject({ status: 'done' });
			expect(later.session.keeper.interrupted).toEqual([]);
		},
	);

	it('is a new update for another device', async () => {
		const one = await cut();
		const another = await updateRig({ ...lamp, store: one.store });
		await another.updater.openFile(await bundle(), 'lamp.swupdate');
		await another.updater.connect('dfu', 'ask');
		await another.updater.confirmDevice(false);
		expect(another.updater.stage).toMatchObject({ status: 'ask-product' });
		await another.updater.confirmProduct();
		await another.updater.update();
		expect(another.updater.stage).toMatchObject({ status: 'done', version: '2.0.0' });
		expect(another.updater.unfinished).toHaveLength(1);
	});
});
