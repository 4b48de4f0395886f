// What a customer does when an update does not simply run through: stop, go on, go back, another device, another day.
import { describe, expect, it } from 'vitest';
import { firstDifference } from '#core/bytes.ts';
import { listUpdates } from '#session/update/records.ts';
import {
	BASE,
	board,
	contentOf,
	fitting as unkept,
	held,
	holds,
	keepAt,
	KEPT_AT,
	next,
	old,
	program,
	updateFile,
	updateRig,
	type UpdateOf,
	type UpdateRig,
} from './update-rig.ts';

const third = program('3.0.0', 10_000, 9);
const fitting: UpdateOf = { ...unkept, draft: { keep: keepAt(KEPT_AT) } };

async function ready(one: UpdateRig, about: UpdateOf = fitting): Promise<void> {
	await one.updater.openFile(await updateFile(about), 'lamp.swupdate');
	await one.updater.connect('dfu', 'ask');
	expect(one.updater.stage.status).toBe('ready');
}

/** Runs the update and does something when it has begun to write. */
async function whileWriting(one: UpdateRig, act: () => void): Promise<void> {
	const updating = one.updater.update();
	const never = new AbortController().signal;
	for (let tick = 0; tick < 10_000; tick++) {
		await one.clock.sleep(5, never);
		const { stage } = one.updater;
		if (stage.status === 'updating' && stage.phase === 'writing' && stage.done > 0.5) break;
	}
	act();
	await updating;
}

describe('an update that is stopped while it writes', () => {
	it('is continued on the same page', async () => {
		const one = await updateRig(board);
		await ready(one);
		await whileWriting(one, () => {
			one.updater.cancel();
		});
		expect(one.updater.stage).toMatchObject({
			status: 'failed',
			failure: { code: 'update.stopped' },
			holds: 'neither',
			action: 'continue',
			canGoBack: true,
		});
		await one.updater.continueInterrupted();
		expect(one.updater.stage).toMatchObject({ status: 'done', version: '2.0.0' });
		expect(holds(one, next)).toBe(true);
	});

	it('is taken back on the same page', async () => {
		const one = await updateRig(board);
		const before = held(one);
		await ready(one);
		await whileWriting(one, () => {
			one.updater.cancel();
		});
		await one.updater.goBack();
		expect(one.updater.stage).toMatchObject({ status: 'done', version: '1.0.0', goneBack: true });
		expect(firstDifference(held(one), before)).toBe(-1);
		expect(one.session.keeper.interrupted).toEqual([]);
	});
});

describe('a device that goes away while it is updated', () => {
	it('is connected again and goes on', async () => {
		const one = await updateRig(board);
		await ready(one);
		await whileWriting(one, () => {
			one.simulated.unplug();
		});
		expect(one.updater.stage).toMatchObject({
			status: 'failed',
			failure: { code: 'update.disconnected' },
			holds: 'neither',
			action: 'connect',
			canGoBack: true,
		});
		one.simulated.replug();
		await one.updater.connect('dfu', 'ask');
		expect(one.updater.stage).toMatchObject({ status: 'ready' });
		await one.updater.update();
		expect(one.updater.stage).toMatchObject({ status: 'done', version: '2.0.0' });
		expect(holds(one, next)).toBe(true);
	});

	it('before the button was pressed leaves it as it was', async () => {
		const one = await updateRig(board);
		await ready(one);
		one.simulated.unplug();
		await one.updater.update();
		expect(one.updater.stage).toMatchObject({ status: 'failed', holds: 'old', action: 'connect' });
		one.simulated.replug();
		await one.updater.connect('dfu', 'ask');
		expect(one.updater.stage.status).toBe('ready');
		expect(one.updater.unfinished).toEqual([]);
	});
});

describe('another update than the interrupted one', () => {
	it('is not begun before that one is finished', async () => {
		const one = await updateRig(board);
		await ready(one);
		await whileWriting(one, () => {
			one.updater.cancel();
		});
		const other = await updateRig({ ...board, boardOf: one, store: one.store });
		const newer = { ...fitting, version: '3.0.0', bytes: third };
		await other.updater.openFile(await updateFile(newer), 'lamp-3.swupdate');
		await other.updater.connect('dfu', 'ask');
		expect(other.updater.stage).toMatchObject({
			status: 'unfit',
			failure: { code: 'update.unfinished-other' },
			action: 'continue',
		});
		await other.updater.continueInterrupted();
		expect(other.updater.stage).toMatchObject({ status: 'done', version: '2.0.0' });
		other.simulated.reset('bootloader');
		await ready(other, newer);
		expect(other.updater.stage).toMatchObject({ device: { versionNow: '2.0.0' } });
		await other.updater.update();
		expect(other.updater.stage).toMatchObject({ status: 'done', version: '3.0.0' });
	});
});

describe('the way back', () => {
	it('from the screen that says done waits for the device again', async () => {
		const one = await updateRig(board);
		const before = held(one);
		await ready(one);
		await one.updater.update();
		await one.updater.goBack();
		expect(one.updater.stage).toMatchObject({ status: 'waiting' });
		expect(one.updater.goingBack).toBe(true);
		one.simulated.reset('bootloader');
		await one.updater.connect('dfu', 'ask');
		expect(one.updater.stage).toMatchObject({ status: 'ready', offer: { version: '1.0.0' } });
		await one.updater.update();
		expect(one.updater.stage).toMatchObject({ status: 'done', goneBack: true, version: '1.0.0' });
		expect(firstDifference(held(one), before)).toBe(-1);
	});

	it('leaves alone what the maker keeps, as the new version has changed it', async () => {
		const one = await updateRig(board);
		await ready(one);
		await one.updater.update();
		one.simulated.reset('bootloader');
		const changed = held(one);
		changed[KEPT_AT - BASE + 8] = 0x42;
		const content = [{ address: BASE, data: changed }];
		const later = await updateRig({ ...board, content, store: one.store });
		await later.updater.load();
		await later.updater.openPrevious(later.updater.reversible[0]!.id);
		await later.updater.connect('dfu', 'ask');
		await later.updater.update();
		expect(later.updater.stage).toMatchObject({ status: 'done', goneBack: true });
		expect(holds(later, old)).toBe(true);
		expect(held(later)[KEPT_AT - BASE + 8]).toBe(0x42);
	});

	it('is for the device it was taken from', async () => {
		const one = await updateRig(board);
		await ready(one);
		await one.updater.update();
		const uniqueId = Uint8Array.from('ANOTHERBOARD', (c) => c.charCodeAt(0));
		const quirks = { identity: { serial: '0123456789AB' } };
		const other = await updateRig({ ...board, uniqueId, quirks, store: one.store });
		await other.updater.load();
		await other.updater.openPrevious(other.updater.reversible[0]!.id);
		await other.updater.connect('dfu', 'ask');
		expect(other.updater.stage).toMatchObject({
			status: 'unfit',
			failure: { code: 'update.other-device' },
			action: 'connect',
		});
	});

	it('is closed by a counter that rose, and only by one this machine has seen', async () => {
		const one = await updateRig(board);
		await ready(one);
		await one.updater.update();
		expect(one.updater.stage).toMatchObject({ canGoBack: true });
		one.simulated.reset('bootloader');
		const raised = { keep: keepAt(KEPT_AT), version: { name: '3.0.0', counter: 2 } };
		await ready(one, { ...fitting, version: '3.0.0', bytes: third, draft: raised });
		await one.updater.update();
		expect(one.updater.stage).toMatchObject({ status: 'done', canGoBack: false });
		expect(one.updater.reversible).toEqual([]);
	});

	it('is still there while such a version is not complete', async () => {
		const one = await updateRig(board);
		await ready(one);
		await one.updater.update();
		one.simulated.reset('bootloader');
		const raised = { keep: keepAt(KEPT_AT), version: { name: '3.0.0', counter: 2 } };
		await ready(one, { ...fitting, version: '3.0.0', bytes: third, draft: raised });
		await whileWriting(one, () => {
			one.updater.cancel();
		});
		expect(one.updater.stage).toMatchObject({ status: 'failed', canGoBack: true });
		await one.updater.goBack();
		expect(one.updater.stage).toMatchObject({ status: 'done', goneBack: true, version: '2.0.0' });
		expect(holds(one, next)).toBe(true);
	});

	it('says when what it needs is gone', async () => {
		const one = await updateRig(board);
		await ready(one);
		await one.updater.update();
		one.simulated.reset('bootloader');
		await one.updater.load();
		const [kept] = one.updater.reversible;
		for (const path of one.store.files.keys())
			if (path.startsWith('blobs/')) one.store.files.set(path, Uint8Array.of(1));
		await one.updater.openPrevious(kept!.id);
		await one.updater.connect('dfu', 'ask');
		expect(one.updater.stage).toMatchObject({
			status: 'unfit',
			failure: { code: 'update.nothing-kept' },
		});
	});
});

describe('the list of what was done', () => {
	it('has a line with its proof for each update, and for each that failed', async () => {
		const one = await updateRig(board);
		await ready(one);
		await whileWriting(one, () => {
			one.updater.cancel();
		});
		await one.updater.continueInterrupted();
		const { updates, damaged } = await listUpdates(one.store);
		expect(damaged).toEqual([]);
		expect(updates).toHaveLength(2);
		expect(updates.find(({ result }) => result === 'updated')).toMatchObject({
			product: 'Lamp',
			version: '2.0.0',
			previous: '1.0.0',
			proof: { result: 'verified' },
		});
		expect(updates.find(({ result }) => result === 'failed')).toMatchObject({
			failure: { code: 'update.stopped' },
			proof: { result: 'cancelled' },
		});
	});

	it('survives any change of any byte of what is stored, and believes none of it', async () => {
		const one = await updateRig(board);
		await ready(one);
		await one.updater.update();
		const path = [...one.store.files.keys()].find((name) => name.startsWith('updates/'))!;
		const bytes = one.store.files.get(path)!;
		for (let at = 0; at < bytes.length; at += 7) {
			const changed = bytes.slice();
			changed[at]! ^= 0x20;
			one.store.files.set(path, changed);
			expect(await listUpdates(one.store)).toEqual({ updates: [], damaged: [path] });
		}
	});
});

describe('another device with the same update', () => {
	it('says for itself what it is', async () => {
		const one = await updateRig({ ...board, content: contentOf(old) });
		const anonymous: UpdateOf = { version: '2.0.0', bytes: next };
		await one.updater.openFile(await updateFile(anonymous), 'lamp.swupdate');
		await one.updater.connect('dfu', 'ask');
		await one.updater.confirmProduct();
		await one.updater.update();
		expect(one.updater.stage.status).toBe('done');
		await one.updater.again();
		expect(one.updater.stage).toMatchObject({ status: 'offered', offer: { version: '2.0.0' } });
	});
});
