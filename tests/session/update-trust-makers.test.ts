// Makers that a machine knows beside each other: what one says reaches no other, in whatever order they are met.
import { describe, expect, it } from 'vitest';
import { generateKeys } from '#bundle/keys.ts';
import type { KeyList } from '#bundle/key-list.ts';
import { encodeRecord } from '#session/keep/records.ts';
import { keepCounter } from '#session/update/counters.ts';
import {
	forgetMaker,
	keepKeyList,
	keepMaker,
	listAccepted,
	readTrust,
} from '#session/update/trust-store.ts';
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

describe('a key that several makers list', () => {
	const shared = { keys: [mallory.publicKey, ecKey.publicKey] };
	const handed = () => list(1, edKey, { keys: [ecKey.publicKey] });

	it.each([
		['the one', [asMallory, accepted]],
		['the other', [accepted, asMallory]],
	])('signs for whom it fits, if %s was met first', async (_, makers) => {
		const store = memoryStore();
		for (const one of makers) await keepMaker(store, one);
		await open(store, await make({}, [ecKey], await handed()));
		await open(store, await make({}, [mallory], await list(1, mallory, shared)));
		await keepCounter(store, { ids: [mallory.kid], product, counter: 2 ** 31 - 1 });
		expect(await open(store, await make({}, [ecKey]))).toBe('Acme');
		// What was installed counts for whoever the key signs for.
		await keepCounter(store, { ids: [edKey.kid, ecKey.kid], product, counter: 9 });
		expect(await open(store, await make({}, [ecKey]))).toBe('bundle.rolled-back');
	});

	it('signs for the pinned maker whose product it is, however many another asks for', async () => {
		const one = { ...pins(edKey), products: [product.id] };
		const other = { ...pins(mallory), name: 'Other', products: ['b.thing'] };
		for (const brand of [
			[one, other],
			[other, one],
		])
			for (const needs of [1, 2]) {
				const store = memoryStore();
				await open(store, await make({}, [ecKey], await handed()), brand);
				const claim = await list(1, mallory, { ...shared, needs });
				await open(store, await make({}, [mallory], claim), brand);
				expect(await open(store, await make({}, [ecKey]), brand)).toBe('Acme');
			}
	});

	it('does not do alone, in an accepted maker’s name, where a pinned one asks for more', async () => {
		const store = memoryStore();
		await keepMaker(store, { ...accepted, name: 'Twin', keys: [ecKey.publicKey] });
		expect(await open(store, await make({}, [ecKey]), [maker])).toBe('Twin');
		const keys = [ecKey.publicKey, third.publicKey];
		await open(store, await make({}, [third], await list(1, edKey, { keys, needs: 2 })), [maker]);
		expect(await by(store, ecKey, maker)).toBe('bundle.too-few-signatures');
		// Nor where it is refused to the pinned one.
		const other = memoryStore();
		await keepMaker(other, { ...accepted, name: 'Twin', keys: [ecKey.publicKey] });
		await open(other, await make({}, [third], await list(1, edKey, { keys })), [maker]);
		await keepCounter(other, { ids: [edKey.kid], product, counter: 9 });
		expect(await by(other, ecKey, maker)).toBe('bundle.rolled-back');
	});
});

it('a key that took itself out stays out when one of the two makers that had it is forgotten', async () => {
	const store = memoryStore();
	const fourth = await generateKeys('EdDSA');
	await keepMaker(store, accepted);
	await keepMaker(store, { ...accepted, name: 'Twin', keys: [ecKey.publicKey] });
	const both = [edKey.publicKey, ecKey.publicKey];
	await open(store, await make({}, [edKey], await list(1, edKey, { keys: both })));
	const last = await list(2, ecKey, { keys: [fourth.publicKey], revoked: [ecKey.kid] });
	await open(store, await make({}, [fourth], last));
	expect(await by(store, ecKey)).toBe('bundle.key-revoked');
	await forget(store, 'Twin');
	expect(await by(store, ecKey)).toBe('bundle.key-revoked');
	expect(await by(store, edKey)).toBe('accepted');
});

describe('a list of keys', () => {
	it('makes nobody trusted again whom the user forgot in the meantime; what it revokes is remembered', async () => {
		for (const before of [[], [await list(1, edKey)]]) {
			const store = memoryStore();
			await keepMaker(store, accepted);
			for (const keys of before) await open(store, await make({}, [edKey], keys));
			const trust = await readTrust(store, [], now);
			const late = await make({}, [edKey], await list(2, edKey, { revoked: [ecKey.kid] }));
			await forget(store, 'Acme');
			await keepKeyList(store, late, trust);
			expect(await listAccepted(store)).toEqual([]);
			expect(await open(store, await make({}, [edKey]))).toBe('asked');
			const revoked = before.length > 0 ? [{ revoked: [ecKey.kid] }] : [];
			expect((await readTrust(store, [], now)).makers).toMatchObject(revoked);
		}
	});

	it('that replaced a key is not asked about by that key again and again', async () => {
		const handed = await list(1, edKey, { keys: [ecKey.publicKey] });
		for (const brand of [[], [maker]]) {
			const store = memoryStore();
			if (brand.length === 0) await keepMaker(store, accepted);
			expect(await open(store, await make({}, [ecKey], handed), brand)).toBe('Acme');
			expect(await open(store, await make({}, [edKey]), brand)).toBe('bundle.key-revoked');
			expect(await open(store, await make({}, [third]), brand)).toBe('asked');
		}
		// A key that was only listed may be somebody else's.
		const store = memoryStore();
		await keepMaker(store, asMallory);
		const keys = [mallory.publicKey, edKey.publicKey];
		await open(store, await make({}, [mallory], await list(1, mallory, { keys })));
		await open(store, await make({}, [mallory], await list(2, mallory)));
		expect(await open(store, await make({}, [edKey]))).toBe('asked');
	});
});

describe('a record of a maker', () => {
	const noise = (): string[] =>
		Array.from({ length: 256 }, () =>
			Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url'),
		);
	const size = (store: MemoryStore): number =>
		[...store.files.values()].reduce((sum, { length }) => sum + length, 0);

	it('stays small, whatever its lists revoke, and keeps what was its own', async () => {
		const store = memoryStore();
		await keepMaker(store, accepted);
		const keys = [edKey.publicKey];
		let known = await readTrust(store, [], now);
		const say = async (number: number, change: Partial<KeyList>) => {
			const bytes = await list(number, edKey, { keys, ...change });
			await keepKeyList(store, await make({}, [edKey], bytes), known);
			known = await readTrust(store, [], now);
		};
		for (let number = 1; number < 9; number++) await say(number, { revoked: noise() });
		await say(9, { keys: [edKey.publicKey, ecKey.publicKey] });
		await say(10, { revoked: [ecKey.kid] });
		expect(size(store)).toBeLessThan(120_000);
		expect(known.makers).toMatchObject([{ listed: 10, keys }]);
		expect(await by(store, ecKey)).toBe('bundle.key-revoked');
		expect(await by(store, ecKey, pins(edKey, ecKey))).toBe('bundle.key-revoked');
		expect(await by(store, edKey)).toBe('accepted');
	});

	it('does not grow by lists that say the same again', async () => {
		const store = memoryStore();
		await keepMaker(store, accepted);
		const revoked = noise();
		const once = await make({}, [edKey], await list(1, edKey, { revoked }));
		await open(store, once);
		const before = size(store);
		for (const number of [2, 3])
			await open(store, await make({}, [edKey], await list(number, edKey, { revoked })));
		expect(size(store)).toBeLessThan(before + 1000);
		expect((await readTrust(store, [], now)).makers).toMatchObject([{ listed: 3 }]);
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
