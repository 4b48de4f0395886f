// What is remembered of makers and numbers, damaged: told, taken away, and still told.
import { describe, expect, it } from 'vitest';
import * as bundles from '#bundle/index.ts';
import { writeChannel } from '#bundle/index.ts';
import { askChannel, keptChannel, NUMBERS } from '#session/update/channel.ts';
import { COUNTERS, keepCounter } from '#session/update/counters.ts';
import { damagedTrust } from '#session/update/damaged.ts';
import { UpdateLibrary } from '#session/update/library.svelte.ts';
import { keepMaker, readTrust } from '#session/update/trust-store.ts';
import { ecKey, edKey, maker } from '../bundle/made.ts';
import { memoryStore, type MemoryStore } from './memory-store.ts';
import { rig } from './rig.ts';

const now = new Date('2026-11-21');
const product = { id: 'acme.lamp-2', name: '' };
const ids = [edKey.kid];

function libraryOf(store: MemoryStore): UpdateLibrary {
	const { session } = rig({ store, part: 'STM32F405RG', transport: 'dfu' });
	return new UpdateLibrary({
		keeper: session.keeper,
		makers: [maker],
		others: 'ask',
		sources: [],
		language: () => 'en',
		today: () => now.toISOString(),
		fetch: () => Promise.reject(new Error('nothing is fetched')),
	});
}

const damage = (store: MemoryStore, path: string): void => {
	store.files.get(path)![12]! ^= 1;
};
const isUnsure = async (store: MemoryStore): Promise<boolean | undefined> =>
	(await readTrust(store, [maker], now)).unsure?.(product.id, ids);

describe('what is removed because it is damaged', () => {
	it.each([COUNTERS, 'trust/counters', 'makers/x'])('%s: stays known as lost', async (path) => {
		const store = memoryStore();
		store.files.set(path, Uint8Array.of(1, 2, 3));
		const library = libraryOf(store);
		await library.refresh();
		expect(library).toMatchObject({ damaged: [path], lost: true });
		await library.removeDamaged();
		expect(library).toMatchObject({ damaged: [], lost: false, trouble: undefined });
		expect(await isUnsure(store)).toBe(true);
		// A version that is installed then is counted; what a maker said of its keys stays lost.
		await keepCounter(store, { ids, product, counter: 4 });
		expect(await isUnsure(store)).toBe(path === 'makers/x');
	});

	it('is left alone where another tab has written it anew', async () => {
		const store = memoryStore();
		await keepCounter(store, { ids, product, counter: 7 });
		damage(store, COUNTERS);
		const library = libraryOf(store);
		await library.refresh();
		await keepCounter(store, { ids, product, counter: 8 });
		await library.removeDamaged();
		expect((await readTrust(store, [maker], now)).counter(product.id, ids)).toBe(8);
	});

	it('is no more than what was shown', async () => {
		const store = memoryStore();
		store.files.set('library/a', Uint8Array.of(1));
		const library = libraryOf(store);
		await library.refresh();
		expect(library).toMatchObject({ damaged: ['library/a'], lost: false });
		await keepMaker(store, { ...maker, from: 'accepted', revoked: [ecKey.kid], listed: 1 });
		const [path] = (await store.list('makers')).map((name) => `makers/${name}`);
		damage(store, path!);
		await library.removeDamaged();
		expect(store.files.has('library/a')).toBe(false);
		expect(await damagedTrust(store)).toEqual([path]);
		expect(library.lost).toBe(true);
	});
});

describe('a maker’s list of updates', () => {
	const url = 'https://a.example/list';
	const lamp = {
		...{ name: { en: 'Lamp' }, version: '2.0', counter: 1, url: 'a', size: 1 },
		...{ product: product.id, sha256: 'a'.repeat(64) },
	};
	const ports = async (store: MemoryStore, number: number) => {
		const bytes = await writeChannel({ number, updates: [lamp] }, [edKey.privateKey]);
		const trust = await readTrust(store, [maker], now);
		const fetch = () => Promise.resolve(new Response(bytes));
		return { bundles, trust, store, today: () => '2026-11-21', fetch };
	};
	const ask = async (store: MemoryStore, number: number, at = url): Promise<unknown> =>
		await askChannel(at, await ports(store, number)).then(
			({ channel, unsure }) => (unsure ? 'unsure' : channel.number),
			(error: { code: string }) => error.code,
		);
	const kept = async (store: MemoryStore) =>
		(await keptChannel(url, await ports(store, 1)))?.channel.number;

	it.each([/-facts$/, /^trust\/channels$/])(
		'is fetched anew where %s is damaged, and the other one still tells',
		async (which) => {
			for (const clear of [false, true]) {
				const store = memoryStore();
				expect(await ask(store, 7)).toBe(7);
				const path = [...store.files.keys()].find((one) => which.test(one))!;
				damage(store, path);
				const library = libraryOf(store);
				await library.refresh();
				expect(library).toMatchObject({ damaged: [path], lost: true });
				if (clear) {
					await library.removeDamaged();
					expect(library).toMatchObject({ damaged: [], trouble: undefined });
				}
				expect(await ask(store, 6)).toBe('bundle.channel-old');
				expect(await ask(store, 7)).toBe(7);
			}
		},
	);

	it('is said to be unsure where nothing tells any more', async () => {
		const store = memoryStore();
		store.files.set(NUMBERS, new Uint8Array());
		expect(await ask(store, 6)).toBe('unsure');
		expect(await ask(store, 6)).toBe(6);
		expect(await ask(store, 5)).toBe('bundle.channel-old');
	});

	it('is still told where there is no room to keep it, and the one of before no more', async () => {
		for (const room of [0, 1, 2]) {
			const store = memoryStore();
			await ask(store, 7);
			store.room = room;
			expect(await ask(store, 8)).toBe(8);
			expect(await kept(store)).toBe(undefined);
			store.room = Infinity;
			expect(await ask(store, 6)).toBe('bundle.channel-old');
			expect(await ask(store, 9)).toBe(9);
			expect(await kept(store)).toBe(9);
		}
	});

	it('asked for by two tabs, is never the older one', async () => {
		const store = memoryStore();
		let go = (): void => undefined;
		const gate = new Promise<void>((resolve) => {
			go = resolve;
		});
		const alone: MemoryStore['alone'] = async (name, work) => {
			await gate;
			return await store.alone(name, work);
		};
		const slow = askChannel(url, { ...(await ports(store, 7)), store: { ...store, alone } });
		expect(await ask(store, 8)).toBe(8);
		go();
		await expect(slow).rejects.toMatchObject({ code: 'bundle.channel-old' });
		expect(await kept(store)).toBe(8);
	});
});
