// Devices that do not tell themselves apart: each keeps its own way back, and takes no other version's.
import { expect, it } from 'vitest';
import { listRecords } from '#session/update/records.ts';
import { memoryStore } from './memory-store.ts';
import {
	contentOf,
	next,
	old,
	program,
	updateFile,
	updateRig,
	type UpdateOf,
	type UpdateRig,
	type UpdateRigOptions,
} from './update-rig.ts';

/** Its ROM has one serial number for all chips. */
const mute: UpdateRigOptions = { part: 'STM32H723ZG', transport: 'dfu', content: contentOf(old) };
const second: UpdateOf = { version: '2.0.0', bytes: next, productId: 0x483 };
const third: UpdateOf = { ...second, version: '3.0.0', bytes: program('3.0.0', 10_000, 9) };

async function connected(one: UpdateRig): Promise<void> {
	one.simulated.reset('bootloader');
	await one.updater.connect('dfu', 'ask');
	if (one.updater.stage.status === 'ask-product') await one.updater.confirmProduct();
	if (one.updater.stage.status === 'ask-device') await one.updater.confirmDevice(true);
}

async function updated(one: UpdateRig, to: UpdateOf): Promise<void> {
	await one.updater.openFile(await updateFile(to), 'lamp.swupdate');
	await connected(one);
	await one.updater.update();
	expect(one.updater.stage).toMatchObject({ status: 'done', version: to.version });
}

it('an update of one device takes no way back from another', async () => {
	const files = new Map<string, Uint8Array>();
	const one = await updateRig({ ...mute, store: memoryStore(files) });
	await updated(one, second);
	const other = await updateRig({ ...mute, store: memoryStore(files) });
	await updated(other, third);
	const records = await listRecords(memoryStore(files));
	expect(records.map(({ version, state }) => `${version} ${state}`).sort()).toEqual([
		'2.0.0 proven',
		'3.0.0 proven',
	]);
	const mine = records.find(({ version }) => version === '2.0.0')!;

	await other.updater.openPrevious(mine.id);
	await connected(other);
	expect(other.updater.stage).toMatchObject({
		status: 'unfit',
		failure: { code: 'update.nothing-kept' },
	});

	await one.updater.openPrevious(mine.id);
	await connected(one);
	await one.updater.update();
	expect(one.updater.stage).toMatchObject({ status: 'done', version: '1.0.0', goneBack: true });
});
