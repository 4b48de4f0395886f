// A product whose own adapter reaches its reset: its application is started, listened to, and left again, so that even the
// first customer's version is known. Whatever happens meanwhile, the device is not left elsewhere.
import { describe, expect, it } from 'vitest';
import { WIRINGS, type VersionSource } from '#bundle/manifest.ts';
import type { Draft } from '#bundle/index.ts';
import { resetLinePresets } from '#protocols/reset-lines.ts';
import {
	BASE,
	BOARD_ID,
	contentOf,
	KEPT_AT,
	program,
	updateFile,
	updateRig,
	VERSION_AT,
	type UpdateRig,
	type UpdateRigOptions,
} from './update-rig.ts';

const never = new AbortController().signal;
const asked = {
	kind: 'serial',
	baud: 115200,
	ask: 'version\r',
	pattern: 'version ([0-9.]+)[^0-9.]',
} as const;
const { ask: _, ...greeted } = asked;

/** A board as makers of adapters wire it: RTS to NRST, DTR to BOOT0, both inverted by their transistors. */
const wired: UpdateRigOptions = {
	part: 'STM32F405RG',
	transport: 'uart',
	wiring: { nrst: { line: 'rts', when: true }, boot0: { line: 'dtr', when: false } },
	content: contentOf(program('1.2.3', 9000, 7), KEPT_AT),
	application: { versionAt: BASE + VERSION_AT },
	serialPorts: 0,
};

const SAYS = [{ address: KEPT_AT, bytes: Buffer.from(BOARD_ID).toString('hex') }];

interface Scene {
	readonly installed?: readonly VersionSource[];
	/** Where it says which product it is, and how; by picture alone for none. */
	readonly boardId?: Draft['hardware']['boardId'] | 'none';
	readonly draft?: Partial<Draft>;
	readonly options?: Partial<UpdateRigOptions>;
}

/** Someone who never was here: an update to 2.0.0 is offered, and how often the device was started since. */
async function scene({ installed = [greeted], boardId = SAYS, draft, options }: Scene = {}) {
	const one = await updateRig({ ...wired, ...options });
	const file = await updateFile({
		version: '2.0.0',
		bytes: program('2.0.0', 9000, 8),
		draft: {
			installed,
			hardware: {
				productIds: [0x413],
				routes: ['dfu', 'uart'],
				lines: 'rts-reset-dtr-boot',
				...(boardId !== 'none' && { boardId }),
			},
			...draft,
		},
	});
	await one.updater.openFile(file, 'lamp.swupdate');
	one.updater.prepare('uart');
	let begun = (): void => undefined;
	const starts = { count: 0, first: new Promise<void>((resolve) => (begun = resolve)) };
	const { simulated } = one;
	let { mode } = simulated;
	Object.defineProperty(simulated, 'mode', {
		get: () => mode,
		set: (next: typeof mode) => {
			mode = next;
			if (next !== 'application') return;
			starts.count++;
			begun();
		},
	});
	return { one, starts };
}

const connect = async (one: UpdateRig): Promise<void> => {
	await one.updater.connect('uart', 'ask');
};

const ready = (versionNow?: string) =>
	versionNow === undefined
		? { status: 'ready', device: expect.not.objectContaining({ versionNow: expect.anything() }) }
		: { status: 'ready', device: { versionNow } };

describe('a product whose adapter reaches its reset', () => {
	it.each([
		['greets when it starts', greeted],
		['answers when it is asked', asked],
	])('tells its version to somebody who never was here: it %s', async (_name, source) => {
		const { one } = await scene({ installed: [source] });
		await connect(one);
		expect(one.updater.stage).toMatchObject(ready('1.2.3'));
		expect(one.simulated.mode).toBe('bootloader');
		await one.updater.update();
		expect(one.updater.stage).toMatchObject({ status: 'done', version: '2.0.0', restarted: true });
		expect(one.simulated.mode).toBe('application');
	});

	it('is held to the rules about previous versions', async () => {
		const { one } = await scene({ draft: { previous: { minimum: '1.3' } } });
		await connect(one);
		expect(one.updater.stage).toMatchObject({
			status: 'unfit',
			failure: { code: 'bundle.previous-too-old', data: { installed: '1.2.3' } },
		});
		expect(one.simulated.mode).toBe('bootloader');
	});

	const silent: Readonly<Record<string, Scene>> = {
		'it keeps silent': { options: { application: {} } },
		'it speaks at another rate': { installed: [{ ...greeted, baud: 9600 }] },
		'it talks without end': {
			installed: [{ ...asked, ask: 'flood 200000\r' }],
			options: { application: {} },
		},
		'BOOT0 is held by a jumper': {
			options: { wiring: { nrst: { line: 'rts', when: true } }, boot0: true },
		},
		'it holds no program': { options: { content: contentOf(new Uint8Array(0), KEPT_AT) } },
	};

	it.each(Object.keys(silent))('may be updated all the same where %s', async (name) => {
		const { one } = await scene(silent[name]);
		await connect(one);
		expect(one.updater.stage).toMatchObject(ready());
		expect(one.simulated.mode).toBe('bootloader');
	});

	it('is asked at each rate its maker names', async () => {
		const { one } = await scene({ installed: [{ ...greeted, baud: 9600 }, asked] });
		await connect(one);
		expect(one.updater.stage).toMatchObject(ready('1.2.3'));
	});

	it('goes back by its lines, too, on another day', async () => {
		const { one } = await scene();
		await connect(one);
		await one.updater.update();
		const later = await updateRig({ ...wired, boardOf: one, store: one.store });
		await later.updater.load();
		const [kept] = later.updater.reversible;
		await later.updater.openPrevious(kept!.id);
		expect(later.updater.stage).toMatchObject({ offer: { alone: 'uart', version: '1.2.3' } });
		expect(one.simulated.mode).toBe('application');
		await connect(later);
		await later.updater.update();
		expect(later.updater.stage).toMatchObject({ status: 'done', goneBack: true });
	});
});

describe('a device is not started', () => {
	const memory = { kind: 'memory', address: BASE + VERSION_AT, length: 16, as: 'text' } as const;
	const scenes: Readonly<Record<string, readonly [status: string, Scene]>> = {
		'where its memory tells the version': ['ready', { installed: [memory, greeted] }],
		'that is another product': ['unfit', { boardId: [{ address: KEPT_AT, bytes: '00000000' }] }],
		'where nothing is to be heard': [
			'ready',
			{ installed: [{ kind: 'usb', field: 'product', pattern: 'v(.)' }] },
		],
	};

	it.each(Object.keys(scenes))('%s', async (name) => {
		const [status, how] = scenes[name]!;
		const { one, starts } = await scene(how);
		await connect(one);
		expect(one.updater.stage.status).toBe(status);
		expect([starts.count, one.simulated.mode]).toEqual([0, 'bootloader']);
	});

	it('before the customer said that it is the product', async () => {
		const { one, starts } = await scene({ boardId: 'none' });
		await connect(one);
		expect(one.updater.stage).toMatchObject({ status: 'ask-product' });
		expect([starts.count, one.simulated.mode]).toEqual([0, 'bootloader']);
		await one.updater.confirmProduct();
		expect(one.updater.stage).toMatchObject(ready('1.2.3'));
	});

	it('while an update of it is unfinished', async () => {
		const { one } = await scene({ options: { mischief: [{ at: 700, kind: 'unplug' }] } });
		await connect(one);
		await one.updater.update();
		expect(one.updater.stage).toMatchObject({ status: 'failed', holds: 'neither' });
		one.simulated.replug();
		const { one: later, starts } = await scene({ options: { boardOf: one, store: one.store } });
		await connect(later);
		expect(later.updater.stage).toMatchObject({ status: 'ready' });
		expect(starts.count).toBe(0);
		await later.updater.update();
		expect(later.updater.stage).toMatchObject({ status: 'done', version: '2.0.0' });
	});
});

describe('a device that is listened to', () => {
	it('is taken back when the customer stops, and can be connected at once', async () => {
		const { one, starts } = await scene();
		const connecting = connect(one);
		await starts.first;
		await one.clock.sleep(400, never);
		one.updater.cancel();
		expect(one.updater.stage.status).toBe('offered');
		await connecting;
		expect(one.simulated.mode).toBe('bootloader');
		await connect(one);
		expect(one.updater.stage).toMatchObject(ready('1.2.3'));
	});

	it('is free when the page is closed', async () => {
		const { one, starts } = await scene();
		const connecting = connect(one);
		await starts.first;
		await one.clock.sleep(400, never);
		await one.updater.close();
		await connecting;
		expect(one.updater.stage).toEqual({ status: 'nothing' });
		await expect(one.simulated.serial.open({ baudRate: 9600 })).resolves.toBeUndefined();
	});

	it('may be pulled out: connected again, it is not sent away once more', async () => {
		const { one, starts } = await scene();
		const connecting = connect(one);
		await starts.first;
		await one.clock.sleep(400, never);
		one.simulated.unplug();
		await connecting;
		expect(one.updater.stage).toMatchObject({
			status: 'unfit',
			failure: { code: 'update.no-device' },
			action: 'connect',
		});
		one.simulated.replug();
		starts.count = 0;
		await connect(one);
		expect(one.updater.stage).toMatchObject(ready());
		expect(starts.count).toBe(0);
	});
});

it('knows each wiring a maker can name, with both pins', () => {
	for (const wiring of WIRINGS)
		expect(resetLinePresets.find(({ id }) => id === wiring)?.boot, wiring).toBeDefined();
	const both = resetLinePresets.filter(({ boot }) => boot);
	expect(both.map(({ id }) => id).sort()).toEqual([...WIRINGS].sort());
});
