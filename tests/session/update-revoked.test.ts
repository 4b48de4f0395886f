// What a maker revoked stays revoked: when it is forgotten, when the brand pins other keys, when its list came along in an
// update that is refused, when another tab knew more; and it reaches nobody else.
import { describe, expect, it } from 'vitest';
import { generateKeys, type KeyPair } from '#bundle/keys.ts';
import type { KeyList } from '#bundle/key-list.ts';
import type { Maker } from '#bundle/verified.ts';
import { verifyBundle } from '#bundle/verify.ts';
import { encodeRecord } from '#session/keep/records.ts';
import { forgetMaker, keepMaker, listAccepted, readTrust } from '#session/update/trust-store.ts';
import { verdict } from '../bundle/attack.ts';
import { ecKey, edKey, make, maker } from '../bundle/made.ts';
import { memoryStore, type MemoryStore } from './memory-store.ts';
import { accepted, by, handOver, list, now, open, pins, third } from './update-trust-rig.ts';

describe('a maker that was forgotten', () => {
	async function forgotten(...lists: readonly Uint8Array[]): Promise<MemoryStore> {
		const store = memoryStore();
		await keepMaker(store, accepted);
		for (const keys of lists) await open(store, await make({}, [third], keys));
		const [known] = await listAccepted(store);
		await forgetMaker(store, known!.id);
		expect(await listAccepted(store)).toEqual([]);
		return store;
	}

	it('is a stranger, and its revoked keys are not asked about', async () => {
		const store = await forgotten(await handOver(1, edKey, ecKey));
		expect(await open(store, await make({}, [ecKey]))).toBe('asked');
		expect(await open(store, await make({}, [edKey]))).toBe('bundle.key-revoked');
		expect([...store.files.values()].map(String).join()).not.toContain('Acme');
	});

	it('is known again by any of its keys, with what it revoked and the number of its list', async () => {
		const both = [edKey.publicKey, third.publicKey];
		const store = await forgotten(
			await list(4, edKey, { keys: both }),
			await list(5, edKey, { revoked: [third.kid] }),
		);
		await keepMaker(store, accepted);
		expect(await by(store, edKey)).toBe('accepted');
		expect(await by(store, third)).toBe('bundle.key-revoked');
		// An old list does not bring the key back.
		const replayed = await make({}, [third], await list(4, edKey, { keys: both }));
		expect(await open(store, replayed)).toBe('bundle.key-revoked');
		expect((await readTrust(store, [], now)).makers).toMatchObject([{ listed: 5 }]);

		const other = await forgotten(await handOver(1, edKey, ecKey));
		await keepMaker(other, { ...accepted, keys: [ecKey.publicKey] });
		expect(await listAccepted(other)).toHaveLength(1);
		expect(await by(other, ecKey)).toBe('accepted');
		expect(await by(other, edKey)).toBe('bundle.key-revoked');
	});

	it('leaves nothing where it never said anything about keys', async () => {
		const store = await forgotten();
		expect(store.files.size).toBe(0);
	});
});

describe('a brand that pins other keys', () => {
	it('takes a key back, and what only that key vouched for', async () => {
		const store = memoryStore();
		const both = [edKey.publicKey, ecKey.publicKey, third.publicKey];
		const before = pins(edKey, ecKey);
		await open(store, await make({}, [third], await list(1, ecKey, { keys: both })), [before]);
		expect(await by(store, third, before)).toBe('accepted');
		expect(await by(store, third, pins(ecKey))).toBe('accepted');
		expect(await by(store, third, pins(edKey))).toBe('bundle.unknown-maker');
		expect(await by(store, ecKey, pins(edKey))).toBe('bundle.unknown-maker');
		expect(await by(store, edKey, pins(edKey))).toBe('accepted');
		// Its own next list counts, although a higher number was seen by the key that is gone.
		const next = await make({}, [third], await list(1, edKey, { keys: [third.publicKey] }));
		expect(await open(store, next, [pins(edKey)])).toBe('Acme');
	});

	it('never brings a revoked key back, whatever was pinned in between', async () => {
		const store = memoryStore();
		await open(store, await make({}, [ecKey], await handOver(1, edKey, ecKey)), [pins(edKey)]);
		await open(store, await make({}, [third], await handOver(2, ecKey, third)), [pins(ecKey)]);
		for (const brand of [pins(edKey), pins(ecKey), pins(edKey, ecKey), pins(third)])
			for (const gone of [edKey, ecKey])
				expect(await by(store, gone, brand)).toBe('bundle.key-revoked');
		expect(await by(store, third, pins(third))).toBe('accepted');
		const fresh = await generateKeys('EdDSA');
		expect(await by(store, fresh, pins(fresh))).toBe('accepted');
		expect(await by(store, edKey, pins(fresh))).toBe('bundle.key-revoked');
		expect(await by(store, edKey, pins(fresh), { ...pins(edKey), name: 'New' })).toBe(
			'bundle.key-revoked',
		);
		expect(await by(store, ecKey)).toBe('bundle.key-revoked');
	});

	it('and then the key of a maker the user had accepted, brings back nothing that maker revoked', async () => {
		const fromList = await handOver(1, edKey, ecKey);
		for (const forget of [false, true]) {
			const store = memoryStore();
			await keepMaker(store, accepted);
			await open(store, await make({}, [ecKey], fromList));
			const [known] = await listAccepted(store);
			if (forget) await forgetMaker(store, known!.id);
			for (const brand of [pins(edKey), pins(edKey, ecKey)])
				expect(await by(store, edKey, brand)).toBe('bundle.key-revoked');
			expect(await by(store, ecKey, pins(edKey))).toBe('accepted');
			const older = await make({}, [edKey], await list(1, edKey));
			expect(await open(store, older, [pins(edKey)])).toBe('bundle.key-revoked');
			const refusing = await readTrust(store, [pins(edKey)], now, 'refuse');
			expect(await verdict(await make({}, [edKey]), refusing)).toBe('bundle.key-revoked');
		}
	});

	it('takes nothing over from an accepted maker that only listed the key', async () => {
		const store = memoryStore();
		await keepMaker(store, { ...accepted, name: 'Mallory', keys: [third.publicKey] });
		const keys = [third.publicKey, edKey.publicKey];
		await open(store, await make({}, [third], await list(7, third, { keys })));
		await open(store, await make({}, [third], await list(8, third, { revoked: [edKey.kid] })));
		expect(await by(store, edKey, pins(edKey))).toBe('accepted');
		expect((await readTrust(store, [pins(edKey)], now)).makers[0]).toMatchObject({ listed: 0 });
	});

	it('believes a record of an earlier version while all that was pinned then still is', async () => {
		const store = memoryStore();
		const { roots, keys } = { roots: pins(edKey, ecKey).keys, keys: [third.publicKey] };
		const old = { ...maker, keys, roots, revoked: [edKey.kid], listed: 3 };
		store.files.set('makers/x', encodeRecord(old));
		expect(await by(store, third, pins(edKey, ecKey))).toBe('accepted');
		expect(await by(store, edKey, pins(edKey))).toBe('bundle.key-revoked');
		// What its list took out is pinned no more by right.
		expect(await by(store, third, pins(ecKey))).toBe('accepted');
		store.files.set('makers/x', encodeRecord({ ...old, revoked: [] }));
		expect(await by(store, third, pins(ecKey))).toBe('bundle.unknown-maker');
	});
});

describe('a list that came along', () => {
	it('counts, although its update is refused', async () => {
		const store = memoryStore();
		const late = await make({}, [ecKey], await handOver(1, edKey, ecKey));
		expect(await open(store, late, [maker], new Date('2029-01-01'))).toBe('bundle.expired');
		expect(await by(store, edKey, maker)).toBe('bundle.key-revoked');
		expect(await by(store, ecKey, maker)).toBe('accepted');
		// A stranger's update can carry it as well, and takes nothing from it.
		const other = memoryStore();
		await keepMaker(other, accepted);
		const carrier = await make({}, [third], await handOver(1, edKey, ecKey));
		expect(await open(other, carrier)).toBe('asked');
		expect(await by(other, edKey)).toBe('bundle.key-revoked');
	});

	it('is not waited for by an older one: what that revokes counts, its keys do not', async () => {
		const store = memoryStore();
		await keepMaker(store, accepted);
		const keys = [edKey.publicKey, ecKey.publicKey];
		await open(store, await make({}, [edKey], await list(2, edKey, { keys })));
		const older = await list(1, edKey, {
			keys: [edKey.publicKey, third.publicKey],
			revoked: [ecKey.kid],
		});
		await open(store, await make({}, [edKey], older));
		expect(await by(store, ecKey)).toBe('bundle.key-revoked');
		expect(await by(store, third)).toBe('bundle.unknown-maker');
	});

	it('is united with what another tab kept in the meantime', async () => {
		const store = memoryStore();
		await keepMaker(store, accepted);
		const keys = [edKey.publicKey];
		const trust = await readTrust(store, [], now);
		const afterOf = async (number: number, gone: KeyPair): Promise<Maker> => {
			const bytes = await list(number, edKey, { keys, revoked: [gone.kid] });
			return (await verifyBundle(await make({}, [edKey], bytes), trust)).maker;
		};
		const [one, two] = [await afterOf(1, ecKey), await afterOf(2, third)];
		for (const next of [two, one]) await keepMaker(store, next);
		const [known] = (await readTrust(store, [], now)).makers;
		expect(known).toMatchObject({ listed: 2, keys });
		expect([...known!.revoked].sort()).toEqual([ecKey.kid, third.kid].sort());
	});
});

describe('a maker that speaks of others’ keys', () => {
	const mallory = third;
	async function spiteful(...lists: readonly Partial<KeyList>[]): Promise<MemoryStore> {
		const store = memoryStore();
		await keepMaker(store, { ...accepted, name: 'Mallory', keys: [mallory.publicKey] });
		for (const [i, change] of lists.entries())
			await open(store, await make({}, [mallory], await list(i + 1, mallory, change)));
		return store;
	}

	it('revokes no stranger', async () => {
		const store = await spiteful({ revoked: [edKey.kid] });
		expect(await open(store, await make({}, [edKey]))).toBe('asked');
		await keepMaker(store, accepted);
		expect(await open(store, await make({}, [edKey]))).toBe('Acme');
	});

	it('takes nobody’s updates for its own, and revokes none of them', async () => {
		const claim = { keys: [mallory.publicKey, edKey.publicKey] };
		for (const acme of [accepted, maker]) {
			const store = await spiteful();
			const brand = acme.from === 'brand' ? [acme] : [];
			if (acme.from === 'accepted') await keepMaker(store, acme);
			const say = async (number: number, change: Partial<KeyList>) =>
				await open(store, await make({}, [mallory], await list(number, mallory, change)), brand);
			await say(1, claim);
			expect(await open(store, await make({}, [edKey]), brand)).toBe('Acme');
			await say(2, { revoked: [edKey.kid] });
			expect(await open(store, await make({}, [edKey]), brand)).toBe('Acme');
		}
	});
});
