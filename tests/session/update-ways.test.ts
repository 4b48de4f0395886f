// How a device is found and its version told before the bootloader runs; updates that carry only what changed.
import { describe, expect, it } from 'vitest';
import { generateKeys } from '#bundle/index.ts';
import { keepStored } from '#session/update/library.ts';
import {
	BASE,
	board,
	contentOf,
	fitting as usual,
	holds,
	KEPT_AT,
	maker,
	old,
	program,
	updateFile,
	updateRig,
	type UpdateOf,
	type UpdateRig,
	type UpdateRigOptions,
} from './update-rig.ts';

/** Mostly the old one: what a delta is for. */
const next = old.slice();
next.set(program('2.0.0', 2000, 8).subarray(8), 8);
next.set(old.subarray(0x400, 0x600), 0x2400);

const fitting: UpdateOf = { ...usual, bytes: next };

/** Until the stage is another one; what a browser's event sets going is waited for by nobody. */
async function settled(one: UpdateRig, from: string): Promise<void> {
	const never = new AbortController().signal;
	for (let tick = 0; tick < 2000 && one.updater.stage.status === from; tick++)
		await one.clock.sleep(5, never);
}

describe('a device whose application runs', () => {
	const usb = [{ kind: 'usb', field: 'product', pattern: 'Lamp ([0-9.]+)' }] as const;
	const running: UpdateRigOptions = {
		...board,
		boot0: false,
		quirks: { usb: 'runtime', identity: { product: 'Lamp 1.0.0' } },
	};

	it('tells its version, is sent to its bootloader, and is noticed there', async () => {
		const one = await updateRig(running);
		const draft = { installed: usb, previous: { minimum: '1.0' } };
		await one.updater.openFile(await updateFile({ ...fitting, draft }), 'lamp.swupdate');
		await one.updater.connect('dfu', 'ask');
		await settled(one, 'waiting');
		await settled(one, 'examining');
		expect(one.updater.stage).toMatchObject({ status: 'ready', device: { versionNow: '1.0.0' } });
		await one.updater.update();
		expect(one.updater.stage).toMatchObject({ status: 'done', version: '2.0.0' });
		expect(holds(one, next)).toBe(true);
	});
});

describe('a device that comes while it is waited for', () => {
	it('is connected without a click', async () => {
		const one = await updateRig({ ...board, boot0: false });
		await one.updater.openFile(await updateFile(fitting), 'lamp.swupdate');
		one.updater.prepare('dfu');
		expect(one.updater.stage).toMatchObject({ status: 'waiting', way: 'dfu' });
		one.simulated.reset('bootloader');
		await settled(one, 'waiting');
		await settled(one, 'examining');
		expect(one.updater.stage).toMatchObject({ status: 'ready' });
	});

	it('is let alone when nobody waits for it any more', async () => {
		const one = await updateRig({ ...board, boot0: false });
		await one.updater.openFile(await updateFile(fitting), 'lamp.swupdate');
		one.updater.prepare('dfu');
		one.updater.cancel();
		one.simulated.reset('bootloader');
		await one.clock.sleep(500, new AbortController().signal);
		expect(one.updater.stage.status).toBe('offered');
	});
});

describe('an update that carries only what changed', () => {
	const delta: UpdateOf = { ...fitting, from: old };

	it('is smaller, and the same on the device', async () => {
		const file = await updateFile(delta);
		expect(file.length).toBeLessThan((await updateFile(fitting)).length / 2);
		const one = await updateRig(board);
		await one.updater.openFile(file, 'lamp.swupdate');
		await one.updater.connect('dfu', 'ask');
		await one.updater.update();
		expect(one.updater.stage).toMatchObject({ status: 'done', version: '2.0.0' });
		expect(holds(one, next)).toBe(true);
	});

	it('is refused where the device holds anything else', async () => {
		const other = old.slice();
		other[5000]! ^= 1;
		const one = await updateRig({ ...board, content: contentOf(other, KEPT_AT) });
		await one.updater.openFile(await updateFile(delta), 'lamp.swupdate');
		await one.updater.connect('dfu', 'ask');
		expect(one.updater.stage).toMatchObject({
			status: 'unfit',
			failure: { code: 'bundle.no-base' },
		});
		expect(holds(one, other)).toBe(true);
	});

	it('is finished by the same file when the device no longer holds what it starts from', async () => {
		const one = await updateRig({ ...board, mischief: [{ at: 90, kind: 'unplug' }] });
		await one.updater.openFile(await updateFile(delta), 'lamp.swupdate');
		await one.updater.connect('dfu', 'ask');
		await one.updater.update();
		expect(one.updater.stage).toMatchObject({ status: 'failed', holds: 'neither' });
		one.simulated.replug();
		const later = await updateRig({ ...board, boardOf: one, store: one.store });
		await later.updater.openFile(await updateFile(delta), 'lamp.swupdate');
		await later.updater.connect('dfu', 'ask');
		expect(later.updater.stage).toMatchObject({ status: 'ready' });
		await later.updater.update();
		expect(later.updater.stage).toMatchObject({ status: 'done', version: '2.0.0' });
		expect(holds(later, next)).toBe(true);
	});
});

describe('an update that carries only changes to something else', () => {
	const other = old.slice();
	other[5000]! ^= 1;
	const holding: UpdateRigOptions = { ...board, content: contentOf(other, KEPT_AT) };
	const newer = next.slice();
	newer[5000]! ^= 1;

	/** Whatever it is: the list says that it is the very update. */
	async function keep({ store }: UpdateRig, about: UpdateOf): Promise<string> {
		const file = await updateFile(about);
		const sha256 = await store.digest(file);
		await keepStored(store, file, {
			sha256,
			added: '2026-01-01T00:00:00Z',
			fileName: 'lamp.swupdate',
			maker: 'Acme',
			product: { id: 'acme.lamp', name: 'Lamp' },
			version: '2.0.0',
			counter: 1,
		});
		return `library-files/${sha256}`;
	}

	async function open(one: UpdateRig): Promise<void> {
		await one.updater.openFile(await updateFile({ ...fitting, from: old }), 'lamp.swupdate');
		await one.updater.connect('dfu', 'ask');
	}

	it('goes on with the whole update where that is kept', async () => {
		const one = await updateRig(holding);
		await keep(one, fitting);
		await open(one);
		expect(one.updater.stage).toMatchObject({ status: 'ready', device: { versionNow: '1.0.0' } });
		await one.updater.update();
		expect(one.updater.stage).toMatchObject({
			status: 'done',
			version: '2.0.0',
			canGoBack: true,
		});
		expect(holds(one, next)).toBe(true);
	});

	it('acts on what the whole update says', async () => {
		const one = await updateRig(holding);
		await keep(one, { ...fitting, draft: { previous: { forbidden: ['1.0.0'] } } });
		await open(one);
		expect(one.updater.stage).toMatchObject({ failure: { code: 'bundle.previous-forbidden' } });
	});

	const notIt: Readonly<Record<string, (one: UpdateRig) => Promise<unknown>>> = {
		'another version': (one) => keep(one, { ...fitting, version: '2.0.1' }),
		'other bytes': (one) => keep(one, { ...fitting, bytes: newer }),
		'another counter': (one) =>
			keep(one, { ...fitting, draft: { version: { name: '2.0.0', counter: 2 } } }),
		'another product': (one) =>
			keep(one, { ...fitting, draft: { product: { id: 'acme.fan', name: { en: 'Fan' } } } }),
		'one for another place': (one) =>
			keep(one, {
				...fitting,
				draft: { images: [{ address: BASE + 0x10000, file: 'app.bin' }] },
			}),
		'changes alone': (one) => keep(one, { ...fitting, from: newer }),
		'an expired one': (one) => keep(one, { ...fitting, draft: { valid: { until: '2025-12-31' } } }),
		'a damaged one': async (one) => {
			one.store.files.get(await keep(one, fitting))![700]! ^= 1;
		},
		'a lost one': async (one) => one.store.files.delete(await keep(one, fitting)),
		'one by a maker nobody trusts': async (one) =>
			keep(one, { ...fitting, by: await generateKeys('EdDSA') }),
	};

	it.each(Object.keys(notIt))('does not take %s for it', async (name) => {
		const one = await updateRig(holding);
		await notIt[name]!(one);
		await open(one);
		expect(one.updater.stage).toMatchObject({
			status: 'unfit',
			failure: { code: 'bundle.no-base' },
		});
		expect(holds(one, other)).toBe(true);
	});

	it('does not take that of another maker for it', async () => {
		const by = await generateKeys('EdDSA');
		const friend = await maker({ name: 'Friend', keys: [by.publicKey] });
		const one = await updateRig({ ...holding, makers: [await maker(), friend] });
		await keep(one, { ...fitting, by });
		await open(one);
		expect(one.updater.stage).toMatchObject({ failure: { code: 'bundle.no-base' } });
	});
});

describe('the reader’s language', () => {
	it('is that of the offer, at any stage', async () => {
		const one = await updateRig(board);
		await one.updater.openFile(await updateFile(fitting), 'lamp.swupdate');
		expect(one.updater.stage).toMatchObject({ offer: { product: 'Lamp' } });
		one.updater.language = 'de-CH';
		expect(one.updater.stage).toMatchObject({ offer: { product: 'Lampe', notes: 'Neu in 2.0.0' } });
		one.updater.language = 'fr';
		expect(one.updater.stage).toMatchObject({ offer: { product: 'Lamp' } });
	});
});
