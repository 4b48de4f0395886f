// What is remembered of makers and numbers, damaged: told, taken away, and still told.
import { describe, expect, it } from 'vitest';
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
