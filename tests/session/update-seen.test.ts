// What this machine has seen only rises: counters by maker and product, numbers of lists wherever they lie; looked at
// again before anything is erased, and never silently lost.
import { describe, expect, it } from 'vitest';
import { generateKeys, writeChannel, type Channel } from '#bundle/index.ts';
import * as bundles from '#bundle/index.ts';
import { writeKeyList } from '#bundle/key-list.ts';
import { encodeRecord } from '#session/keep/records.ts';
import { askChannel, keptChannel } from '#session/update/channel.ts';
import { COUNTERS, keepCounter } from '#session/update/counters.ts';
import { damagedTrust } from '#session/update/damaged.ts';
import { listUpdates } from '#session/update/records.ts';
import { keepMaker, readTrust } from '#session/update/trust-store.ts';
import { ecKey, edKey, maker as acme } from '../bundle/made.ts';
import { memoryStore, type MemoryStore } from './memory-store.ts';
import { contentOf, KEPT_AT, maker, makerKeys, next, old } from './update-rig.ts';
import { updateFile, updateRig, type UpdateRig, type UpdateRigOptions } from './update-rig.ts';

const options = { part: 'STM32F405RG', transport: 'dfu' } as const;
const product = { id: 'acme.lamp', name: 'Lamp' };
const about = { version: '2.0.0', bytes: next, boardIdAt: KEPT_AT };
const counted = (counter: number) =>
	updateFile({ ...about, draft: { version: { name: '2.0.0', counter } } });

const rigOf = (store: MemoryStore, change: Partial<UpdateRigOptions> = {}): Promise<UpdateRig> =>
	updateRig({ ...options, content: contentOf(old, KEPT_AT), store, ...change });

async function readied(one: UpdateRig, file: Uint8Array<ArrayBuffer>): Promise<void> {
	await one.updater.openFile(file, 'lamp.swupdate');
	expect(one.updater.stage).toMatchObject({ status: 'offered' });
	await one.updater.connect('dfu', 'ask');
	expect(one.updater.stage).toMatchObject({ status: 'ready' });
}

/** Every byte as it was. */
const untouched = ({ simulated }: UpdateRig): boolean =>
	Buffer.compare(simulated.board.peek({ start: 0x08000000, end: 0x08000000 + old.length }), old) ===
	0;

describe('the counters', () => {
	it('are each maker’s own: nobody blocks or resets those of another', async () => {
		const store = memoryStore();
		const { kid } = await makerKeys();
		const other = await generateKeys('EdDSA');
		await keepCounter(store, { ids: [other.kid], product, counter: 2 ** 31 - 1 });
		await keepCounter(store, { ids: [kid], product, counter: 3 });
		await keepCounter(store, { ids: [other.kid], product, counter: 0 });
		const one = await rigOf(store);
		await one.updater.openFile(await counted(2), '');
		expect(one.updater.stage).toMatchObject({ failure: { code: 'bundle.rolled-back' } });
		await readied(one, await counted(3));
	});

	it('are found again after the maker changed its keys, and after the brand pins the new one', async () => {
		const store = memoryStore();
		const fresh = await generateKeys('EdDSA');
		const { privateKey, kid } = await makerKeys();
		const keys = await writeKeyList({ number: 1, keys: [fresh.publicKey], revoked: [kid] }, [
			privateKey,
		]);
		const draft = { version: { name: '2.0.0', counter: 5 } };
		const one = await rigOf(store);
		await readied(one, await updateFile({ ...about, draft, by: fresh, keys }));
		await one.updater.update();
		expect(one.updater.stage).toMatchObject({ status: 'done' });
		const makers = [await maker({ keys: [fresh.publicKey] })];
		const later = await rigOf(store, { makers });
		await later.updater.openFile(await updateFile({ ...about, by: fresh }), '');
		expect(later.updater.stage).toMatchObject({
			failure: { code: 'bundle.rolled-back', data: { found: 1, known: 5 } },
		});
	});

	it('of an earlier version of the app still count, for every maker', async () => {
		const store = memoryStore();
		store.files.set('trust/counters', encodeRecord({ 'acme.lamp': 4 }));
		await keepCounter(store, { ids: [(await makerKeys()).kid], product, counter: 1 });
		const one = await rigOf(store);
		await one.updater.openFile(await counted(3), '');
		expect(one.updater.stage).toMatchObject({
			failure: { code: 'bundle.rolled-back', data: { known: 4 } },
		});
	});

	it.each([COUNTERS, 'trust/counters', 'makers/x'])(
		'damaged (%s): said before the button, and in the list of what was done',
		async (path) => {
			const store = memoryStore();
			store.files.set(path, Uint8Array.of(1, 2, 3));
			expect(await damagedTrust(store)).toEqual([path]);
			const one = await rigOf(store);
			await readied(one, await counted(1));
			expect(one.updater.stage).toMatchObject({ device: { unsure: true } });
			await one.updater.update();
			expect(one.updater.stage).toMatchObject({ status: 'done' });
			expect((await listUpdates(store)).updates).toMatchObject([{ unsure: true }]);
			// From now on this product is counted again; of others it stays unknown.
			const trust = await readTrust(store, [await maker()], new Date());
			const ids = [(await makerKeys()).kid];
			expect(trust.counter('acme.lamp', ids)).toBe(1);
			expect(trust.unsure?.('acme.lamp', ids)).toBe(path === 'makers/x');
			expect(trust.unsure?.('acme.radio', ids)).toBe(true);
		},
	);

	it('damaged: what can be taken back still tells what was installed', async () => {
		const store = memoryStore();
		const one = await rigOf(store);
		await readied(one, await counted(6));
		await one.updater.update();
		store.files.get(COUNTERS)![12]! ^= 1;
		await one.updater.openFile(await counted(5), '');
		expect(one.updater.stage).toMatchObject({ failure: { code: 'bundle.rolled-back' } });
	});

	it('whole: nothing is said', async () => {
		const one = await rigOf(memoryStore());
		await readied(one, await counted(1));
		expect(one.updater.stage).not.toHaveProperty('device.unsure');
		await one.updater.update();
		expect((await listUpdates(one.store)).updates[0]).not.toHaveProperty('unsure');
	});
});

describe('a page that was open for long', () => {
	const dated = () => updateFile({ ...about, draft: { valid: { until: '2026-01-31' } } });
	type Change = (one: UpdateRig, clock: { today: string }) => Promise<void> | void;
	const changes: readonly (readonly [string, Change])[] = [
		[
			'bundle.expired',
			(_, clock) => {
				clock.today = '2026-02-01T00:00:00.000Z';
			},
		],
		[
			'bundle.rolled-back',
			async ({ store }) =>
				await keepCounter(store, { ids: [(await makerKeys()).kid], product, counter: 2 }),
		],
		[
			'bundle.key-revoked',
			async ({ store }) =>
				await keepMaker(store, {
					...(await maker()),
					revoked: [(await makerKeys()).kid],
					listed: 1,
				}),
		],
	];

	it.each(changes)(
		'%s: seen when the device is connected, and when the button is pressed',
		async (code, change) => {
			for (const when of ['connect', 'update'] as const) {
				const clock = { today: '2026-01-31T23:59:59.000Z' };
				const one = await rigOf(memoryStore(), { today: () => clock.today });
				await one.updater.openFile(await dated(), '');
				if (when === 'update') await one.updater.connect('dfu', 'ask');
				await change(one, clock);
				if (when === 'connect') await one.updater.connect('dfu', 'ask');
				else {
					expect(one.updater.stage).toMatchObject({ status: 'ready' });
					await one.updater.update();
				}
				expect(one.updater.stage, when).toMatchObject({ status: 'unfit', failure: { code } });
				expect(untouched(one)).toBe(true);
			}
		},
	);

	it('offers what still holds', async () => {
		const one = await rigOf(memoryStore(), { today: () => '2026-01-31T00:00:00.000Z' });
		await readied(one, await dated());
		await one.updater.update();
		expect(one.updater.stage).toMatchObject({ status: 'done' });
	});
});

it('inside another site’s page a stranger is not asked about', async () => {
	const one = await rigOf(memoryStore(), { makers: [], others: 'refuse', framed: true });
	await one.updater.openFile(await counted(1), '');
	expect(one.updater.stage).toMatchObject({
		status: 'refused',
		failure: { code: 'update.in-frame' },
		action: 'none',
	});
});

describe('a maker’s list of updates', () => {
	const update = { name: { en: 'Lamp' }, version: '2.0', counter: 1, url: 'a', size: 1 };
	const item = (id: string) => ({ ...update, product: id, sha256: 'a'.repeat(64) });
	const ask = async (
		store: MemoryStore,
		url: string,
		channel: Channel,
		{ maker: by, key } = { maker: acme, key: edKey },
	): Promise<number | string> => {
		const bytes = await writeChannel(channel, [key.privateKey]);
		const trust = await readTrust(store, [by], new Date('2026-11-21'));
		const fetch = () => Promise.resolve(new Response(bytes));
		const ports = { bundles, trust, store, today: () => '2026-11-21', fetch };
		return await askChannel(url, ports).then(
			async () => (await keptChannel(url, ports))?.channel.number ?? 'not kept',
			(error: { code: string }) => error.code,
		);
	};
	const lamp = item('acme.lamp');
	const [here, there] = ['https://a.example/list', 'https://b.example/list'];

	it('is not replayed at another address', async () => {
		const store = memoryStore();
		expect(await ask(store, here, { number: 7, updates: [lamp] })).toBe(7);
		expect(await ask(store, there, { number: 6, updates: [lamp] })).toBe('bundle.channel-old');
		const wider = { number: 6, updates: [lamp, item('acme.radio')] };
		expect(await ask(store, there, wider)).toBe('bundle.channel-old');
		expect(await ask(store, there, { number: 7, updates: [lamp] })).toBe(7);
	});

	it('has numbers of its own for other products, and for other makers', async () => {
		const store = memoryStore();
		expect(await ask(store, here, { number: 7, updates: [lamp] })).toBe(7);
		expect(await ask(store, there, { number: 2, updates: [item('acme.radio')] })).toBe(2);
		const other = { ...acme, name: 'Other', keys: [ecKey.publicKey] };
		const by = { maker: other, key: ecKey };
		expect(await ask(store, here, { number: 1, updates: [lamp] }, by)).toBe(1);
	});

	it('of an earlier version of the app still counts', async () => {
		const store = memoryStore();
		await ask(store, here, { number: 7, updates: [] });
		const facts = [...store.files.keys()].find((path) => path.endsWith('-facts'))!;
		store.files.set(facts, encodeRecord({ checked: '2026-11-20', number: 9 }));
		expect(await ask(store, here, { number: 8, updates: [lamp] })).toBe('bundle.channel-old');
	});
});
