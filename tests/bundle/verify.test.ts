// Attacks on what it says, and the rules of time and place: each with a code of its own.
import { expect, test } from 'vitest';
import { generateKeys } from '#bundle/keys.ts';
import { verifyBundle } from '#bundle/verify.ts';
import { readKeyList, writeKeyList } from '#bundle/key-list.ts';
import { decode, envelopeOf, signedAs, takeApart, verdict, withEnvelope } from './attack.ts';
import { encode, putTogether, sha256, withFiles } from './attack.ts';
import { code, ecKey, edKey, make, maker, png, trust } from './made.ts';

const APP = 'images/08004000.bin';
const sound = await make();
const other = await make({
	version: { name: '3.0', counter: 9 },
	images: [{ address: 0x0800_4000, file: 'old.bin' }],
});
const manifest = (): Record<string, unknown> => decode(envelopeOf(sound).payload);
const on = (day: string) => ({ ...trust(), now: new Date(day) });

test('files swapped between two bundles of the same maker', async () => {
	const [ours, theirs] = [takeApart(sound), takeApart(other)];
	for (const path of [...ours.keys()].filter((one) => one !== 'pictures/497790947d466676.png'))
		expect(await verdict(withFiles(sound, { [path]: theirs.get(path) })), path).toBe(
			'bundle.file-changed',
		);
	expect(await verdict(other)).toBe('accepted');
});

test('a file taken away, put in, or put in under the name of another', async () => {
	expect(await verdict(withFiles(sound, { [APP]: undefined }))).toBe('bundle.missing-file');
	expect(await verdict(withFiles(sound, { 'readme.txt': png }))).toBe('bundle.unlisted-file');
	expect(await verdict(withFiles(sound, { 'keys.jws.bak': png }))).toBe('bundle.unlisted-file');
	expect(await verdict(withFiles(sound, { [APP]: code(3100, 77) }))).toBe('bundle.file-changed');
	expect(await verdict(withFiles(sound, { [APP]: code(3101, 77) }))).toBe('bundle.file-changed');
	expect(await verdict(withFiles(sound, { [APP]: code(3099, 77) }))).toBe('bundle.file-changed');
	expect(await verdict(withFiles(sound, { 'manifest.jws': undefined }))).toBe(
		'bundle.not-a-bundle',
	);
	expect(await verdict(withFiles(sound, { 'manifest.jws': new Uint8Array((1 << 20) + 1) }))).toBe(
		'bundle.unpacked-size',
	);
});

test('files in another order say the same', async () => {
	const turned = putTogether(new Map([...takeApart(sound)].reverse()));
	expect(await verdict(turned)).toBe('accepted');
});

test('fields that are not known are refused, signed or not', async () => {
	for (const [change, where] of [
		[{ postInstall: 'rm -rf' }, 'postInstall'],
		[{ maker: { name: 'Acme', root: true } }, 'maker.root'],
		[{ version: { name: '9.9', counter: 1, force: true } }, 'version.force'],
		[{ __proto__x: 1 }, '__proto__x'],
	] as const) {
		const changed = { ...manifest(), ...change };
		const signed = await signedAs(sound, changed);
		expect(await verdict(signed)).toBe('bundle.unknown-field');
		await expect(verifyBundle(signed, trust())).rejects.toMatchObject({ data: { field: where } });
		const unsigned = withEnvelope(sound, { ...envelopeOf(sound), payload: encode(changed) });
		expect(await verdict(unsigned)).toBe('bundle.signature-wrong');
	}
	const proto = JSON.stringify(manifest()).replace('{', '{"__proto__":{"schema":1},');
	expect(await verdict(await signedAs(sound, proto))).toBe('bundle.unknown-field');
});

test('a manifest of another format', async () => {
	const as = async (schema: unknown) => verdict(await signedAs(sound, { ...manifest(), schema }));
	expect(await as(2)).toBe('bundle.newer-format');
	for (const schema of [0, -1, 1.5, '1', null]) expect(await as(schema)).toBe('bundle.manifest');
	for (const text of ['', 'null', '[]', '1', '{', '"x"'])
		expect(await verdict(await signedAs(sound, text)), text).toBe('bundle.manifest');
	const twice = JSON.stringify(manifest()).replace('{', '{"start":1,');
	expect(await verdict(await signedAs(sound, twice))).toBe('bundle.manifest');
});

test('a picture that is something else', async () => {
	const evil = new TextEncoder().encode('<svg onload="alert(1)"/>');
	const path = 'pictures/497790947d466676.png';
	const text = JSON.stringify(manifest())
		.replaceAll(sha256(png), sha256(evil))
		.replaceAll(`"size":${png.length},`, `"size":${evil.length},`);
	expect(await verdict(await signedAs(withFiles(sound, { [path]: evil }), text))).toBe(
		'bundle.picture',
	);
	const jpg = withFiles(sound, { [path]: undefined, 'pictures/a.jpg': png });
	const renamed = JSON.stringify(manifest()).replaceAll(path, 'pictures/a.jpg');
	expect(await verdict(await signedAs(jpg, renamed))).toBe('bundle.picture');
});

test('dates are whole days in UTC', async () => {
	const days: [string, string][] = [
		['2025-12-31T23:59:59.999Z', 'bundle.not-yet-valid'],
		['2026-01-01T00:00:00Z', 'accepted'],
		['2027-12-31T23:59:59.999Z', 'accepted'],
		['2028-01-01T00:00:00Z', 'bundle.expired'],
	];
	for (const [day, code] of days) expect(await verdict(sound, on(day)), day).toBe(code);
	expect(await verdict(await make({ valid: {} }), on('1990-01-01'))).toBe('accepted');
});

test('an older version again: the counter of what was seen decides, product by product', async () => {
	const seen = (count: number) => trust({}, { 'acme.lamp-2': count });
	expect(await verdict(sound, seen(3))).toBe('accepted');
	expect(await verdict(sound, seen(2))).toBe('accepted');
	expect(await verdict(sound, seen(4))).toBe('bundle.rolled-back');
	expect(await verdict(sound, trust({}, { 'acme.lamp-3': 4 }))).toBe('accepted');
});

test('a product the maker’s keys may not sign for', async () => {
	expect(await verdict(sound, trust({ products: ['acme.lamp-2'] }))).toBe('accepted');
	expect(await verdict(sound, trust({ products: ['acme.lamp'] }))).toBe('bundle.wrong-product');
	expect(await verdict(sound, trust({ products: [] }))).toBe('bundle.wrong-product');
});

test('a maker the user accepted cannot sign for a product of the page’s own maker', async () => {
	const accepted = { ...maker, from: 'accepted' } as const;
	const own = { ...maker, keys: [ecKey.publicKey] };
	const both = (products?: string[]) => ({
		...trust(),
		makers: [{ ...own, ...(products && { products }) }, accepted],
	});
	expect(await verdict(sound, both(['acme.lamp-2']))).toBe('bundle.wrong-product');
	expect(await verdict(sound, both(['acme.lamp-3']))).toBe('accepted');
	expect(await verdict(sound, both())).toBe('accepted');
	expect(await verdict(await make({}, [ecKey]), both(['acme.lamp-2']))).toBe('accepted');
});

test('the maker’s name is nobody’s key', async () => {
	const mallory = await generateKeys('ES256');
	const forged = await make({ maker: { name: 'Acme' } }, [mallory]);
	expect(await verdict(forged)).toBe('bundle.unknown-maker');
	expect(await verdict(sound, { ...trust(), makers: [] })).toBe('bundle.unknown-maker');
});

test('of several makers, the one whose key signed', async () => {
	const many = {
		...trust(),
		makers: [{ ...maker, name: 'Other', keys: [ecKey.publicKey] }, maker],
	};
	expect((await verifyBundle(sound, many)).maker.name).toBe('Acme');
	expect((await verifyBundle(await make({}, [ecKey]), many)).maker.name).toBe('Other');
});

const list = (
	number: number,
	change: Partial<Parameters<typeof writeKeyList>[0]> = {},
	signers = [edKey],
) =>
	writeKeyList(
		{ number, keys: [ecKey.publicKey], revoked: [], ...change },
		signers.map(({ privateKey }) => privateKey),
	);

test('a revoked key counts no more; another one beside it does', async () => {
	const revoked = { revoked: [edKey.kid] };
	expect(await verdict(sound, trust(revoked))).toBe('bundle.key-revoked');
	const both = await make({}, [edKey, ecKey]);
	const known = trust({ ...revoked, keys: [edKey.publicKey, ecKey.publicKey] });
	expect((await verifyBundle(both, known)).signedBy).toEqual([ecKey.kid]);
});

test('what the page’s maker revoked is revoked for makers the user accepted, not the other way round', async () => {
	const accepted = { ...maker, from: 'accepted' } as const;
	const own = { ...maker, keys: [ecKey.publicKey], revoked: [edKey.kid] };
	expect(await verdict(sound, { ...trust(), makers: [own, accepted] })).toBe('bundle.key-revoked');
	const spiteful = { ...accepted, keys: [ecKey.publicKey], revoked: [edKey.kid] };
	expect(await verdict(sound, { ...trust(), makers: [spiteful, maker] })).toBe('accepted');
});

test('a key list hands over from key to key', async () => {
	const keys = await list(1, { revoked: [edKey.kid] });
	const next = await readKeyList(keys, maker);
	expect(next).toMatchObject({ keys: [ecKey.publicKey], revoked: [edKey.kid], listed: 1 });
	expect(await verdict(sound, { ...trust(), makers: [next] })).toBe('bundle.key-revoked');
	expect(await verdict(await make({}, [ecKey]), { ...trust(), makers: [next] })).toBe('accepted');
});

test('along in a bundle: signed by the new key, introduced by the old one', async () => {
	const keys = await list(1, { revoked: [edKey.kid] });
	const verified = await verifyBundle(await make({}, [ecKey], keys), trust());
	expect(verified.signedBy).toEqual([ecKey.kid]);
	expect(verified.maker).toMatchObject({
		keys: [ecKey.publicKey],
		revoked: [edKey.kid],
		listed: 1,
	});
	// The list counts for the bundle that brings it: the old key revokes itself.
	expect(await verdict(await make({}, [edKey], keys))).toBe('bundle.key-revoked');
});

test('older lists: refused by themselves, without effect in a bundle', async () => {
	const now = { ...maker, keys: [edKey.publicKey], listed: 5 };
	await expect(readKeyList(await list(4), now)).rejects.toMatchObject({
		code: 'bundle.keys-old',
		data: { found: 4, known: 5 },
	});
	expect((await readKeyList(await list(5), now)).listed).toBe(5);
	const bundle = await make({}, [ecKey], await list(4));
	expect(await verdict(bundle, { ...trust(), makers: [now] })).toBe('bundle.unknown-maker');
	const fine = await verifyBundle(await make({}, [edKey], await list(4)), {
		...trust(),
		makers: [now],
	});
	expect(fine.maker).toEqual(now);
});

test('lists of strangers, of revoked keys, or changed on the way', async () => {
	const mallory = await generateKeys('EdDSA');
	const theirs = await list(9, { keys: [mallory.publicKey] }, [mallory]);
	await expect(readKeyList(theirs, maker)).rejects.toMatchObject({ code: 'bundle.unknown-maker' });
	expect(await verdict(await make({}, [mallory], theirs))).toBe('bundle.unknown-maker');
	expect((await verifyBundle(await make({}, [edKey], theirs), trust())).maker).toEqual(maker);

	const revoked = { ...maker, revoked: [edKey.kid] };
	await expect(readKeyList(await list(9), revoked)).rejects.toMatchObject({
		code: 'bundle.key-revoked',
	});

	const bundle = await make({}, [edKey], await list(1));
	const envelope = envelopeOf(bundle, 'keys.jws');
	const payload = encode({ ...decode(envelope.payload), keys: [mallory.publicKey] });
	const bytes = Buffer.from(JSON.stringify({ ...envelope, payload }));
	expect(await verdict(withFiles(bundle, { 'keys.jws': bytes }))).toBe('bundle.signature-wrong');
	const unsigned = Buffer.from(JSON.stringify({ ...envelope, signatures: [] }));
	expect(await verdict(withFiles(bundle, { 'keys.jws': unsigned }))).toBe('bundle.unsigned');
});

test('what was revoked stays revoked, and a list may ask for two signatures', async () => {
	const keys = [edKey.publicKey, ecKey.publicKey];
	const first = await readKeyList(await list(1, { revoked: ['x'.repeat(43)] }), maker);
	expect(first.revoked).toEqual(['x'.repeat(43)]);
	const second = await readKeyList(await list(2, { keys, needs: 2 }, [ecKey]), first);
	expect(second).toMatchObject({ revoked: ['x'.repeat(43)], needs: 2, listed: 2 });
	expect(await verdict(sound, { ...trust(), makers: [second] })).toBe('bundle.too-few-signatures');
	const both = await make({}, [ecKey, edKey]);
	expect(await verdict(both, { ...trust(), makers: [second] })).toBe('accepted');
	// From now on a list needs both, too; and one of them alone cannot change that.
	await expect(readKeyList(await list(3), second)).rejects.toMatchObject({
		code: 'bundle.too-few-signatures',
	});
	const third = await readKeyList(await list(3, {}, [edKey, ecKey]), second);
	expect(third.needs).toBeUndefined();
});

test.each<[string, Parameters<typeof writeKeyList>[0]]>([
	['no key', { number: 1, keys: [], revoked: [] }],
	['a key twice', { number: 1, keys: [edKey.publicKey, edKey.publicKey], revoked: [] }],
	['a key it revokes', { number: 1, keys: [edKey.publicKey], revoked: [edKey.kid] }],
	[
		'a thumbprint twice',
		{ number: 1, keys: [edKey.publicKey], revoked: ['x'.repeat(43), 'x'.repeat(43)] },
	],
	['a thumbprint that is none', { number: 1, keys: [edKey.publicKey], revoked: ['x'] }],
	['no number', { number: 0, keys: [edKey.publicKey], revoked: [] }],
	['half a number', { number: 1.5, keys: [edKey.publicKey], revoked: [] }],
	['more signatures than keys', { number: 1, keys: [edKey.publicKey], revoked: [], needs: 2 }],
	['no signature needed', { number: 1, keys: [edKey.publicKey], revoked: [], needs: 0 }],
])('a key list with %s', async (_, value) => {
	await expect(writeKeyList(value, [edKey.privateKey])).rejects.toMatchObject({
		code: 'bundle.key-list',
	});
});

test('a key list never carries a private key', async () => {
	const value = { number: 1, keys: [edKey.privateKey], revoked: [] };
	await expect(writeKeyList(value, [edKey.privateKey])).rejects.toMatchObject({
		code: 'bundle.key-unreadable',
	});
});

test('a key that the page’s maker revoked hands nothing over, to no maker the user accepted', async () => {
	const accepted = { ...maker, from: 'accepted' } as const;
	const own = { ...maker, keys: [ecKey.publicKey], revoked: [edKey.kid] };
	const thief = await generateKeys('EdDSA');
	const stolen = await writeKeyList({ number: 9, keys: [thief.publicKey], revoked: [] }, [
		edKey.privateKey,
	]);
	const bundle = await make({}, [thief], stolen);
	expect(await verdict(bundle, { ...trust(), makers: [accepted] })).toBe('accepted');
	expect(await verdict(bundle, { ...trust(), makers: [own, accepted] })).toBe(
		'bundle.unknown-maker',
	);
});

test('two signatures that the page’s maker demands are not made up for by an accepted one', async () => {
	const own = { ...maker, keys: [edKey.publicKey, ecKey.publicKey], needs: 2 };
	const accepted = { ...maker, from: 'accepted' } as const;
	expect(await verdict(sound, { ...trust(), makers: [own, accepted] })).toBe(
		'bundle.too-few-signatures',
	);
	const both = await make({}, [edKey, ecKey]);
	expect(await verdict(both, { ...trust(), makers: [own, accepted] })).toBe('accepted');
});
