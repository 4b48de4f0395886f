// Makers that a machine knows beside each other: what one says reaches no other, in whatever order they are met.
import { describe, expect, it } from 'vitest';
import { encodeRecord } from '#session/keep/records.ts';
import { keepCounter } from '#session/update/counters.ts';
import { forgetMaker, keepMaker, listAccepted, readTrust } from '#session/update/trust-store.ts';
import { ecKey, edKey, make, maker } from '../bundle/made.ts';
import { memoryStore, type MemoryStore } from './memory-store.ts';
import { accepted, by, list, now, open, pins, third } from './update-trust-rig.ts';

const mallory = third;
const asMallory = { ...accepted, name: 'Mallory', keys: [mallory.publicKey] };
const product = { id: 'acme.lamp-2', name: '' };

async function forget(store: MemoryStore, name: string): Promise<void> {
	for (const one of await listAccepted(store))
		if (one.name === name) await forgetMaker(store, one.id);
}

describe('a maker that was forgotten and had listed another’s key', () => {
	it('hands that one neither its revocations, nor its counters, nor its name', async () => {
		const store = memoryStore();
		await keepMaker(store, asMallory);
		const keys = [mallory.publicKey, edKey.publicKey];
		const claim = await list(1, mallory, { keys, revoked: [ecKey.kid] });
		await open(store, await make({}, [mallory], claim));
		await keepCounter(store, { ids: [mallory.kid], product, counter: 2 ** 31 - 1 });
		await forget(store, 'Mallory');
		expect(await open(store, await make({}, [edKey]))).toBe('asked');
		await keepMaker(store, accepted);
		expect(await open(store, await make({}, [edKey]))).toBe('Acme');
		const handed = await make({}, [ecKey], await list(1, edKey, { keys: [ecKey.publicKey] }));
		expect(await open(store, handed)).toBe('Acme');
		await keepMaker(store, asMallory);
		const names = (await listAccepted(store)).map(({ name }) => name);
		expect(names).toEqual(['Acme', 'Mallory']);
	});
});

describe('a record of an earlier version', () => {
	const old = {
		...maker,
		keys: [edKey.publicKey, third.publicKey],
		roots: pins(edKey, ecKey).keys,
		revoked: [ecKey.kid],
		listed: 3,
		needs: 2,
	};

	it('holds when the brand no longer pins what it revoked', async () => {
		for (const brand of [pins(edKey, ecKey), pins(edKey)]) {
			const store = memoryStore();
			store.files.set('makers/x', encodeRecord(old));
			expect(await by(store, edKey, brand)).toBe('bundle.too-few-signatures');
			const { makers } = await readTrust(store, [brand], now);
			expect(makers).toMatchObject([{ listed: 3, needs: 2 }]);
		}
	});

	it('brings no key back that the list had left out', async () => {
		const store = memoryStore();
		const { needs: _one, ...one } = { ...old, keys: [third.publicKey] };
		store.files.set('makers/x', encodeRecord(one));
		expect(await by(store, edKey, pins(edKey))).toBe('bundle.unknown-maker');
		expect(await by(store, third, pins(edKey))).toBe('accepted');
	});
});
