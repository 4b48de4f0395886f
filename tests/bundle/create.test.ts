// Making bundles: the same every time, and signed anywhere.
import { createPrivateKey, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createBundle } from '#bundle/create.ts';
import { diffBundles } from '#bundle/diff.ts';
import type { Draft } from '#bundle/draft.ts';
import { generateKeys, readPrivateKey } from '#bundle/keys.ts';
import { inspectBundle } from '#bundle/open.ts';
import { attachSignature, signBundle, signingInput } from '#bundle/sign.ts';
import { writeKeyList } from '#bundle/key-list.ts';
import { verifyBundle } from '#bundle/verify.ts';
import { envelopeOf, sha256, takeApart, verdict } from './attack.ts';
import { after, draft, ecKey, edKey, files, make, trust } from './made.ts';

const bytes = await make();

test('the same input gives the same bytes', async () => {
	expect(await make()).toEqual(bytes);
	const turned = new Map([...files].reverse());
	expect(await createBundle(draft, turned, [edKey.privateKey])).toEqual(bytes);
	// Known since this test was written: a change of it is a change of the format, or of the packer.
	expect(sha256(takeApart(bytes).get('manifest.jws')!)).toBe(
		'b50a5281e0ca18ffbc862d93ce940bef957e7f232603767e586127a922904f7b',
	);
});

test('wherever and whenever it is made', async () => {
	const zone = process.env['TZ'];
	try {
		for (const other of ['Pacific/Kiritimati', 'America/St_Johns', 'Etc/GMT+12']) {
			process.env['TZ'] = other;
			expect(await make()).toEqual(bytes);
		}
	} finally {
		if (zone === undefined) delete process.env['TZ'];
		else process.env['TZ'] = zone;
	}
});

test('a picture used twice is there once, and everything is named by the manifest', async () => {
	const { manifest, entries } = await inspectBundle(bytes);
	expect(entries.map(({ path }) => path)).toEqual([
		'manifest.jws',
		'images/08004000.bin',
		'pictures/497790947d466676.png',
	]);
	expect(manifest.product.picture?.file).toEqual(manifest.entry.dfu?.[0]?.picture?.file);
	expect(manifest.images[0]).toMatchObject({ size: after.length, sha256: sha256(after) });
});

describe('signed elsewhere', () => {
	test('Ed25519: the same bundle as if the key had been at hand', async () => {
		const unsigned = await make({}, []);
		expect(await verdict(unsigned)).toBe('bundle.unsigned');
		const input = await signingInput(unsigned, edKey.publicKey);
		const key = createPrivateKey({ key: edKey.privateKey as never, format: 'jwk' });
		const attached = await attachSignature(unsigned, edKey.publicKey, sign(null, input, key));
		expect(attached).toEqual(bytes);
	});

	test.each(['der', 'ieee-p1363'] as const)('P-256, signature as %s', async (dsaEncoding) => {
		const known = trust({ keys: [ecKey.publicKey] });
		const unsigned = await make({}, []);
		const input = await signingInput(unsigned, ecKey.publicKey);
		const key = createPrivateKey({ key: ecKey.privateKey as never, format: 'jwk' });
		// Enough of them that short and long numbers come up.
		for (let i = 0; i < 40; i++) {
			const made = sign('sha256', input, { key, dsaEncoding });
			const signed = await attachSignature(unsigned, ecKey.publicKey, made);
			expect(await verdict(signed, known)).toBe('accepted');
		}
	});

	test('what does not hold is not attached', async () => {
		const unsigned = await make({}, []);
		const wrong = (signature: Uint8Array, key = ecKey) =>
			expect(attachSignature(unsigned, key.publicKey, signature)).rejects;
		await wrong(new Uint8Array(64)).toMatchObject({ code: 'bundle.signature-wrong' });
		await wrong(new Uint8Array(64), edKey).toMatchObject({ code: 'bundle.signature-wrong' });
		await wrong(new Uint8Array(70)).toMatchObject({ code: 'bundle.signature-form' });
		await wrong(new Uint8Array(0)).toMatchObject({ code: 'bundle.signature-form' });
		await wrong(Uint8Array.of(0x30, 6, 2, 1, 1, 2, 1, 1, 0)).toMatchObject({
			code: 'bundle.signature-form',
		});
	});
});

test('a second signature leaves the first and everything else alone', async () => {
	const both = await signBundle(bytes, ecKey.privateKey);
	expect(envelopeOf(both).payload).toBe(envelopeOf(bytes).payload);
	expect(envelopeOf(both).signatures[0]).toEqual(envelopeOf(bytes).signatures[0]);
	expect((await verifyBundle(both, trust())).signedBy).toEqual([edKey.kid]);
	await expect(signBundle(both, edKey.privateKey)).rejects.toMatchObject({
		code: 'bundle.signature-repeated',
	});
	await expect(make({}, [edKey, edKey])).rejects.toMatchObject({
		code: 'bundle.signature-repeated',
	});
});

test('a key list that goes along stays when a signature is added', async () => {
	const list = await writeKeyList({ number: 2, keys: [ecKey.publicKey], revoked: [] }, [
		edKey.privateKey,
	]);
	const signed = await signBundle(await make({}, [], list), ecKey.privateKey);
	expect(takeApart(signed).get('keys.jws')).toEqual(new Uint8Array(list));
	expect((await inspectBundle(signed)).keyList).toMatchObject({ number: 2 });
	expect(await verdict(signed)).toBe('accepted');
});

test('halves of two keys do not sign', async () => {
	const mixed = { ...edKey.privateKey, x: (await generateKeys('EdDSA')).publicKey.x! };
	await expect(createBundle(draft, files, [mixed])).rejects.toMatchObject({
		code: 'bundle.key-unreadable',
	});
	await expect(readPrivateKey(JSON.stringify(mixed))).rejects.toMatchObject({
		code: 'bundle.key-unreadable',
	});
});

test.each<[string, string, Partial<Draft>]>([
	['no such file', 'bundle.missing-file', { images: [{ address: 0, file: 'none.bin' }] }],
	[
		'a picture that is none',
		'bundle.picture',
		{ product: { ...draft.product, picture: { file: 'app.bin', alt: { en: 'x' } } } },
	],
	[
		'an image over a kept range',
		'bundle.overlap',
		{ images: [{ address: 0x0800_3fff, file: 'app.bin' }] },
	],
	[
		'two images in one place',
		'bundle.overlap',
		{ images: [0, 100].map((address) => ({ address, file: 'app.bin' })), start: 0 },
	],
	[
		'neither full nor delta',
		'bundle.manifest',
		{ images: [{ address: 0x0800_4000, file: 'app.bin', full: false }] },
	],
	[
		'a pattern that has no group',
		'bundle.pattern',
		{ installed: [{ kind: 'usb', field: 'product', pattern: 'v[0-9]+' }] },
	],
	['no English', 'bundle.manifest', { notes: { de: 'Neu' } }],
	['a start that is nowhere', 'bundle.manifest', { start: 0x0900_0000 }],
	['an unknown field', 'bundle.unknown-field', { color: 'red' } as Partial<Draft>],
])('not made: %s', async (_, code, change) => {
	await expect(make(change)).rejects.toMatchObject({ code });
});

test('the difference between two bundles', async () => {
	const next = await make(
		{
			version: { name: '2.5', counter: 3 },
			notes: { en: 'Brighter.\nCalmer.', fr: 'Plus clair' },
			images: [{ address: 0x0800_4000, file: 'old.bin' }],
		},
		[ecKey],
	);
	const diff = await diffBundles(bytes, next);
	expect(diff.fields).toEqual([
		{ path: 'version.name', before: '"2.4.1"', after: '"2.5"' },
		{ path: 'notes.de', before: '"Heller.\\nRuhiger."', after: undefined },
		{ path: 'notes.fr', before: undefined, after: '"Plus clair"' },
	]);
	const [image] = diff.images;
	expect(image).toMatchObject({ address: 0x0800_4000, before: 3100, after: 3000 });
	const old = files.get('old.bin')!;
	const differing = after.filter((byte, i) => byte !== old[i]).length;
	expect(image?.changed).toBe(differing);
	expect(diff.signers).toEqual({ before: [edKey.kid], after: [ecKey.kid] });
});
