// Every reason not to begin has its own code, and nothing was touched: no erase, no write, every byte as it was.
import { describe, expect, it } from 'vitest';
import { firstDifference } from '#core/bytes.ts';
import type { Draft } from '#bundle/index.ts';
import {
	BASE,
	board,
	contentOf,
	fitting,
	held,
	KEPT_AT,
	maker,
	old,
	updateFile,
	updateRig,
	type UpdateOf,
	type UpdateRig,
	type UpdateRigOptions,
} from './update-rig.ts';

interface Case {
	readonly board?: Partial<UpdateRigOptions>;
	readonly update?: Partial<UpdateOf>;
	readonly prepare?: (one: UpdateRig) => void;
	readonly code: string;
	readonly action: string;
}

const hardware = (change: Partial<Draft['hardware']>): Partial<Draft> => ({
	hardware: { productIds: [0x413], routes: ['dfu', 'uart'], ...change },
});

const unfit: Readonly<Record<string, Case>> = {
	'another chip': {
		update: { productId: 0x450 },
		code: 'bundle.wrong-chip',
		action: 'choose-file',
	},
	'another chip, by UART': {
		board: { transport: 'uart' },
		update: { productId: 0x450 },
		code: 'bundle.wrong-chip',
		action: 'choose-file',
	},
	'another size of flash': {
		update: { draft: hardware({ flashSize: { minimum: 2 ** 18, maximum: 2 ** 19 } }) },
		code: 'bundle.wrong-flash-size',
		action: 'choose-file',
	},
	'another board with the same chip': {
		board: {
			content: contentOf(old).concat([{ address: KEPT_AT, data: Uint8Array.of(1, 2, 3, 4) }]),
		},
		code: 'bundle.wrong-board',
		action: 'choose-file',
	},
	'another serial number': {
		update: { draft: hardware({ serials: { first: '000000000000', last: '000000000001' } }) },
		code: 'bundle.wrong-serial',
		action: 'choose-file',
	},
	'a device locked against reading': {
		prepare: ({ simulated }) => {
			simulated.board.readoutProtection = 1;
		},
		code: 'update.locked',
		action: 'support',
	},
	'a device locked against reading, by UART': {
		board: { transport: 'uart' },
		prepare: ({ simulated }) => {
			simulated.board.readoutProtection = 1;
		},
		code: 'update.locked',
		action: 'support',
	},
	'a version that is too old': {
		update: { draft: { previous: { minimum: '1.5' } } },
		code: 'bundle.previous-too-old',
		action: 'choose-file',
	},
	'a version the maker excluded': {
		update: { draft: { previous: { forbidden: ['1.0.0'] } } },
		code: 'bundle.previous-forbidden',
		action: 'choose-file',
	},
	'a version that cannot be told, where it matters': {
		update: {
			draft: {
				previous: { minimum: '1.0' },
				installed: [{ kind: 'usb', field: 'product', pattern: 'Lamp ([0-9.]+)' }],
			},
		},
		code: 'update.version-unknown',
		action: 'again',
	},
	'another version inside than it says': {
		update: { version: '3.0.0' },
		code: 'update.wrong-version-inside',
		action: 'support',
	},
	'sectors protected against writing': {
		prepare: ({ simulated }) => {
			simulated.board.writeProtected.add(simulated.board.sectors[0]!);
		},
		code: 'update.write-protected',
		action: 'support',
	},
	'a stretch that this machine’s owner protects': {
		prepare: ({ session }) => {
			session.keeper.protect = [{ name: 'mine', range: { start: BASE + 512, end: BASE + 600 } }];
		},
		code: 'update.keeps',
		action: 'support',
	},
	'an image beyond the flash': {
		update: {
			draft: { images: [{ address: 0x08100000, file: 'app.bin' }] },
		},
		code: 'update.does-not-fit',
		action: 'choose-file',
	},
	'a low battery': {
		board: { power: { charging: false, level: 0.12 } },
		code: 'update.power',
		action: 'again',
	},
	'a device that is silent': {
		prepare: ({ simulated }) => {
			simulated.unplug();
		},
		code: 'update.no-device',
		action: 'connect',
	},
	'plain DFU that takes whole files': {
		board: { quirks: { usb: 'dfu11' } },
		code: 'update.not-possible-here',
		action: 'choose-file',
	},
};

describe('a device the update is not for', () => {
	for (const [name, one] of Object.entries(unfit)) {
		it(`${name}: ${one.code}`, async () => {
			const made = await updateRig({ ...board, ...one.board });
			one.prepare?.(made);
			const before = held(made);
			await made.updater.openFile(await updateFile({ ...fitting, ...one.update }), 'x.swupdate');
			expect(made.updater.stage).toMatchObject({ status: 'offered' });
			await made.updater.connect(made.route.kind === 'uart' ? 'uart' : 'dfu', 'ask');
			expect(made.updater.stage).toMatchObject({
				status: 'unfit',
				failure: { code: one.code },
				action: one.action,
			});
			await made.updater.update();
			expect(made.updater.stage.status).toBe('unfit');
			expect(firstDifference(held(made), before)).toBe(-1);
			const changes = made.simulated.board.events.filter(({ kind }) => kind !== 'protect');
			expect(changes).toEqual([]);
		});
	}
});

describe('an update that is refused before any device', () => {
	it('for a product this page is not for', async () => {
		const { updater } = await updateRig({ ...board, products: ['acme.other'] });
		await updater.openFile(await updateFile(fitting), 'x.swupdate');
		expect(updater.stage).toMatchObject({
			status: 'refused',
			failure: { code: 'bundle.wrong-product' },
			action: 'choose-file',
		});
	});

	it('by a browser without a way to the device', async () => {
		const { updater } = await updateRig({ ...board, ways: ['uart'] });
		const draft = {
			...hardware({ routes: ['dfu'] }),
			entry: { dfu: [{ text: { en: 'Hold it.' } }] },
		};
		await updater.openFile(await updateFile({ ...fitting, draft }), 'x.swupdate');
		expect(updater.stage).toMatchObject({
			status: 'refused',
			failure: { code: 'update.no-route' },
			action: 'none',
		});
	});

	it('damaged anywhere, or no update at all', async () => {
		const { updater } = await updateRig(board);
		for (const bytes of [Uint8Array.of(1, 2, 3), new Uint8Array()]) {
			await updater.openFile(bytes, 'x.swupdate');
			expect(updater.stage).toMatchObject({
				status: 'refused',
				failure: { code: expect.stringMatching(/^bundle\./) as string },
			});
		}
	});

	it('by a maker nobody knows, where the brand lets no others in', async () => {
		const { updater } = await updateRig({ ...board, makers: [], others: 'refuse' });
		await updater.openFile(await updateFile(fitting), 'x.swupdate');
		expect(updater.stage).toMatchObject({
			status: 'refused',
			failure: { code: 'bundle.unknown-maker' },
		});
	});

	it('older than what was installed, once the maker said that it must not come back', async () => {
		const one = await updateRig(board);
		const newest = { ...fitting, draft: { version: { name: '2.0.0', counter: 5 } } };
		await one.updater.openFile(await updateFile(newest), 'x.swupdate');
		await one.updater.connect('dfu', 'ask');
		await one.updater.update();
		expect(one.updater.stage.status).toBe('done');
		await one.updater.openFile(await updateFile(fitting), 'x.swupdate');
		expect(one.updater.stage).toMatchObject({
			status: 'refused',
			failure: { code: 'bundle.rolled-back' },
		});
	});
});

describe('a maker this machine has not met', () => {
	it('is asked for by fingerprint, and known on the next day', async () => {
		const one = await updateRig({ ...board, makers: [] });
		const file = await updateFile(fitting);
		await one.updater.openFile(file, 'x.swupdate');
		expect(one.updater.stage).toMatchObject({
			status: 'unknown-maker',
			maker: 'Acme',
			fingerprint: expect.stringMatching(/^[0-9A-F]{4}( [0-9A-F]{4})+$/) as string,
		});
		await one.updater.acceptMaker();
		expect(one.updater.stage).toMatchObject({ status: 'offered', offer: { trust: 'accepted' } });
		const later = await updateRig({ ...board, makers: [], store: one.store });
		await later.updater.openFile(file, 'x.swupdate');
		expect(later.updater.stage).toMatchObject({ status: 'offered', offer: { trust: 'accepted' } });
	});

	it('is not trusted by a stored file that was changed', async () => {
		const one = await updateRig({ ...board, makers: [] });
		const file = await updateFile(fitting);
		await one.updater.openFile(file, 'x.swupdate');
		await one.updater.acceptMaker();
		const path = [...one.store.files.keys()].find((name) => name.startsWith('makers/'))!;
		one.store.files.get(path)![40]! ^= 1;
		const later = await updateRig({ ...board, makers: [], store: one.store });
		await later.updater.openFile(file, 'x.swupdate');
		expect(later.updater.stage.status).toBe('unknown-maker');
	});

	it('that is pinned for other products only is refused', async () => {
		const pinned = await maker({ products: ['acme.other'] });
		const { updater } = await updateRig({ ...board, makers: [pinned] });
		await updater.openFile(await updateFile(fitting), 'x.swupdate');
		expect(updater.stage).toMatchObject({ failure: { code: 'bundle.wrong-product' } });
	});
});
