// What a device tells of itself, and what the machine beside it can keep.
import { describe, expect, it } from 'vitest';
import { firstDifference } from '#core/bytes.ts';
import { Failure } from '#core/failure.ts';
import { memoryStore } from './memory-store.ts';
import {
	BASE,
	board,
	contentOf,
	fitting,
	held,
	holds,
	keepAt,
	KEPT_AT,
	next,
	old,
	program,
	updateFile,
	updateRig,
	VERSION_AT,
	type UpdateOf,
} from './update-rig.ts';

describe('a device that does not tell which product it is', () => {
	const anonymous: UpdateOf = { version: '2.0.0', bytes: next };

	it('is asked for by picture, and only once', async () => {
		const one = await updateRig(board);
		await one.updater.openFile(await updateFile(anonymous), 'x.swupdate');
		await one.updater.connect('dfu', 'ask');
		expect(one.updater.stage.status).toBe('ask-product');
		await one.updater.confirmProduct();
		expect(one.updater.stage.status).toBe('ready');
		await one.updater.update();
		expect(one.updater.stage.status).toBe('done');
		one.simulated.reset('bootloader');
		const third = program('3.0.0', 9000, 9);
		await one.updater.openFile(await updateFile({ version: '3.0.0', bytes: third }), 'y.swupdate');
		await one.updater.connect('dfu', 'ask');
		expect(one.updater.stage).toMatchObject({ status: 'ready', device: { versionNow: '2.0.0' } });
	});

	it('is known by its number when it comes by another way, which tells it otherwise', async () => {
		const one = await updateRig(board);
		await one.updater.openFile(await updateFile(anonymous), 'x.swupdate');
		await one.updater.connect('dfu', 'ask');
		await one.updater.confirmProduct();
		await one.updater.update();
		expect(one.updater.stage.status).toBe('done');
		one.simulated.reset('bootloader');
		const third = program('3.0.0', 9000, 9);
		await one.updater.openFile(await updateFile({ version: '3.0.0', bytes: third }), 'y.swupdate');
		await one.updater.connect('uart', 'ask');
		expect(one.updater.stage).toMatchObject({ status: 'ready', device: { versionNow: '2.0.0' } });
	});

	it('is asked for again where it tells no number of its own', async () => {
		const one = await updateRig({ ...board, part: 'STM32H723ZG' });
		const lamp = { ...anonymous, productId: 0x483 };
		for (const version of ['2.0.0', '3.0.0']) {
			const bytes = program(version, 9000, 9);
			await one.updater.openFile(await updateFile({ ...lamp, version, bytes }), 'x.swupdate');
			await one.updater.connect('dfu', 'ask');
			expect(one.updater.stage.status).toBe('ask-product');
			await one.updater.confirmProduct();
			await one.updater.update();
			expect(one.updater.stage.status).toBe('done');
			one.simulated.reset('bootloader');
		}
	});

	it('is asked for where its identity is blank, and guarded by the chip all the same', async () => {
		const one = await updateRig({ ...board, content: contentOf(old) });
		await one.updater.openFile(await updateFile(fitting), 'x.swupdate');
		await one.updater.connect('dfu', 'ask');
		expect(one.updater.stage.status).toBe('ask-product');
		await one.updater.openFile(await updateFile({ ...anonymous, productId: 0x450 }), 'x.swupdate');
		await one.updater.connect('dfu', 'ask');
		expect(one.updater.stage).toMatchObject({
			status: 'unfit',
			failure: { code: 'bundle.wrong-chip' },
		});
	});

	it('may have no program at all, whatever versions the maker asks for', async () => {
		const one = await updateRig({ ...board, content: [] });
		const draft = { previous: { minimum: '1.5' } };
		await one.updater.openFile(await updateFile({ ...anonymous, draft }), 'x.swupdate');
		await one.updater.connect('dfu', 'ask');
		await one.updater.confirmProduct();
		expect(one.updater.stage).toMatchObject({ status: 'ready' });
		await one.updater.update();
		expect(one.updater.stage).toMatchObject({ status: 'done', canGoBack: false });
	});
});

describe('the version on the device', () => {
	it('is the place in memory that the maker names', async () => {
		const one = await updateRig(board);
		const at = BASE + VERSION_AT;
		const installed = [
			{ kind: 'usb', field: 'product', pattern: 'Lamp ([0-9.]+)' },
			{ kind: 'memory', address: at, length: 16, as: 'text' },
		] as const;
		await one.updater.openFile(await updateFile({ ...fitting, draft: { installed } }), 'x');
		await one.updater.connect('dfu', 'ask');
		expect(one.updater.stage).toMatchObject({ device: { versionNow: '1.0.0', same: false } });
	});

	it('may be the one of the update', async () => {
		const one = await updateRig({ ...board, content: contentOf(next, KEPT_AT) });
		await one.updater.openFile(await updateFile(fitting), 'x');
		await one.updater.connect('dfu', 'ask');
		expect(one.updater.stage).toMatchObject({ device: { versionNow: '2.0.0', same: true } });
	});
});

describe('a machine without room', () => {
	it('begins nothing where the present version cannot be kept', async () => {
		const one = await updateRig(board);
		await one.updater.openFile(await updateFile(fitting), 'x');
		await one.updater.connect('dfu', 'ask');
		const before = held(one);
		one.store.room = 1;
		await one.updater.update();
		expect(one.updater.stage).toMatchObject({
			status: 'failed',
			failure: { code: 'update.storage' },
			holds: 'old',
			action: 'again',
			canGoBack: false,
		});
		expect(firstDifference(held(one), before)).toBe(-1);
	});
});

describe('a browser that stores nothing', () => {
	const closed = (): ReturnType<typeof memoryStore> => ({
		...memoryStore(),
		open: () => Promise.reject(new Failure('store.refused', { reason: 'private window' })),
	});

	it('updates a device where the maker named nothing beside the firmware', async () => {
		const one = await updateRig({ ...board, store: closed() });
		await one.updater.openFile(await updateFile(fitting), 'lamp.swupdate');
		await one.updater.connect('dfu', 'ask');
		expect(one.updater.stage).toMatchObject({ device: { backup: 'no-storage' } });
		await one.updater.update();
		expect(one.updater.stage).toMatchObject({ status: 'done', canGoBack: false });
		expect(holds(one, next)).toBe(true);
	});

	it('begins nothing where an interruption would lose what the maker named', async () => {
		const one = await updateRig({ ...board, store: closed() });
		const draft = { keep: keepAt(KEPT_AT) };
		await one.updater.openFile(await updateFile({ ...fitting, draft }), 'lamp.swupdate');
		await one.updater.connect('dfu', 'ask');
		expect(one.updater.stage).toMatchObject({
			status: 'unfit',
			failure: { code: 'update.storage' },
			action: 'again',
		});
	});
});
