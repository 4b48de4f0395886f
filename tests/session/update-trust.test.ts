// What a machine remembers of its makers: a rotated key stays rotated, also after the app was closed.
import { expect, test } from 'vitest';
import { generateKeys, type KeyPair } from '#bundle/keys.ts';
import { writeKeyList } from '#bundle/key-list.ts';
import type { Maker } from '#bundle/verified.ts';
import { verifyBundle } from '#bundle/verify.ts';
import { keepCounter } from '#session/update/counters.ts';
import { keepMaker, readTrust } from '#session/update/trust-store.ts';
import { ecKey, edKey, make, maker } from '../bundle/made.ts';
import { verdict } from '../bundle/attack.ts';
import { memoryStore } from './memory-store.ts';

const now = new Date('2026-11-21');
const list = (number: number, from: KeyPair, to: KeyPair): Promise<Uint8Array> =>
	writeKeyList({ number, keys: [to.publicKey], revoked: [from.kid] }, [from.privateKey]);

test.each(['brand', 'accepted'] as const)(
	'%s: from key to key to key, remembered',
	async (from) => {
		const store = memoryStore();
		const first: Maker = { ...maker, from };
		const brand = from === 'brand' ? [first] : [];
		if (from === 'accepted') await keepMaker(store, first);
		const third = await generateKeys('EdDSA');

		for (const [number, one, other] of [
			[1, edKey, ecKey],
			[2, ecKey, third],
		] as const) {
			const trust = await readTrust(store, brand, now);
			const verified = await verifyBundle(
				await make({}, [other], await list(number, one, other)),
				trust,
			);
			await keepMaker(store, verified.maker);
			const after = await readTrust(store, brand, now);
			expect(after.makers).toHaveLength(1);
			expect(await verdict(await make({}, [other]), after)).toBe('accepted');
			expect(await verdict(await make({}, [one]), after)).toBe('bundle.key-revoked');
		}
		// The first list again, from a bundle that lay around.
		const late = await readTrust(store, brand, now);
		const replayed = await make({}, [ecKey], await list(1, edKey, ecKey));
		expect(await verdict(replayed, late)).toBe('bundle.key-revoked');
	},
);

test('a brand that pins other keys does not inherit what the old ones said', async () => {
	const store = memoryStore();
	const trust = await readTrust(store, [maker], now);
	const { maker: after } = await verifyBundle(
		await make({}, [ecKey], await list(1, edKey, ecKey)),
		trust,
	);
	await keepMaker(store, after);
	const fresh = await generateKeys('EdDSA');
	const next = await readTrust(store, [{ ...maker, keys: [fresh.publicKey] }], now);
	expect(await verdict(await make({}, [fresh]), next)).toBe('accepted');
	expect(await verdict(await make({}, [ecKey]), next)).toBe('bundle.unknown-maker');
});

test('a maker that lists somebody else’s key among its own does not become them', async () => {
	const store = memoryStore();
	const mallory = await generateKeys('EdDSA');
	const accepted = { ...maker, from: 'accepted' } as const;
	await keepMaker(store, accepted);
	await keepMaker(store, { ...accepted, name: 'Mallory', keys: [mallory.publicKey] });
	const claim = await writeKeyList(
		{ number: 9, keys: [mallory.publicKey, edKey.publicKey], revoked: [] },
		[mallory.privateKey],
	);
	const { maker: after } = await verifyBundle(
		await make({}, [mallory], claim),
		await readTrust(store, [], now),
	);
	await keepMaker(store, after);
	const { makers } = await readTrust(store, [], now);
	expect(makers.map(({ name, listed }) => ({ name, listed }))).toEqual(
		expect.arrayContaining([
			{ name: 'Acme', listed: 0 },
			{ name: 'Mallory', listed: 9 },
		]),
	);
	expect(makers).toHaveLength(2);
});

test('the counter of what was installed only rises', async () => {
	const store = memoryStore();
	const product = { id: 'acme.lamp-2', name: 'Lamp' };
	for (const counter of [3, 7, 5]) await keepCounter(store, { ids: [edKey.kid], product, counter });
	const trust = await readTrust(store, [maker], now);
	expect(trust.counter('acme.lamp-2', [edKey.kid])).toBe(7);
	expect(trust.counter('acme.lamp-3', [edKey.kid])).toBeUndefined();
	expect(trust.counter('acme.lamp-2', [ecKey.kid])).toBeUndefined();
	expect(await verdict(await make(), trust)).toBe('bundle.rolled-back');
});

test('a page that refuses strangers refuses those accepted before it did', async () => {
	const store = memoryStore();
	await keepMaker(store, { ...maker, from: 'accepted' });
	const sound = await make();
	expect(await verdict(sound, await readTrust(store, [], now))).toBe('accepted');
	expect(await verdict(sound, await readTrust(store, [], now, 'refuse'))).toBe(
		'bundle.unknown-maker',
	);
});

test('what the brand demands is the least: a list can ask for more signatures, not for fewer', async () => {
	const store = memoryStore();
	const pinned: Maker = { ...maker, keys: [edKey.publicKey, ecKey.publicKey], needs: 2 };
	await keepMaker(store, { ...pinned, needs: 1, listed: 3, roots: pinned.keys });
	const trust = await readTrust(store, [pinned], now);
	expect(trust.makers[0]).toMatchObject({ needs: 2, listed: 3 });
	expect(await verdict(await make({}, [edKey]), trust)).toBe('bundle.too-few-signatures');
});
