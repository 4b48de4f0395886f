// Making bundles: the same every time, signed anywhere, and read by tools that are not ours.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createBundle } from '#bundle/create.ts';
import { diffBundles } from '#bundle/diff.ts';
import type { Draft } from '#bundle/draft.ts';
import { generateKeys, readPrivateKey, readPublicKey, thumbprint } from '#bundle/keys.ts';
import { inspectBundle } from '#bundle/open.ts';
import { attachSignature, signBundle, signingInput } from '#bundle/sign.ts';
import { writeKeyList } from '#bundle/trust.ts';
import { verifyBundle } from '#bundle/verify.ts';
import { decode, envelopeOf, sha256, takeApart, verdict } from './attack.ts';
import { after, draft, ecKey, edKey, files, make, png, trust } from './made.ts';

const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));
const has = (tool: string, ...args: string[]): boolean => !spawnSync(tool, args).error;

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

describe('keys', () => {
	test.each(['EdDSA', 'ES256'] as const)(
		'%s: made, written, read as JWK and as PEM',
		async (alg) => {
			const pair = await generateKeys(alg);
			expect(await readPrivateKey(JSON.stringify(pair.privateKey))).toEqual(pair);
			const key = createPrivateKey({ key: pair.privateKey as never, format: 'jwk' });
			const pem = key.export({ type: 'pkcs8', format: 'pem' }) as string;
			expect(await readPrivateKey(pem)).toEqual(pair);
			const spki = createPublicKey(key).export({ type: 'spki', format: 'pem' }) as string;
			expect(await readPublicKey(spki)).toEqual(pair.publicKey);
			expect(await readPublicKey(JSON.stringify(pair.publicKey))).toEqual(pair.publicKey);
			expect(await readPublicKey({ ...pair.publicKey, kid: 'mine', use: 'sig' })).toEqual(
				pair.publicKey,
			);
		},
	);

	test('the thumbprint is RFC 8037’s own example', async () => {
		expect(await thumbprint(edKey.publicKey)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
	});

	test.each<[string, unknown]>([
		['nothing', ''],
		['not JSON', '{'],
		['a list', '[]'],
		['a private key', edKey.privateKey],
		['RSA', { kty: 'RSA', n: 'AQAB', e: 'AQAB' }],
		['P-384', { ...ecKey.publicKey, crv: 'P-384' }],
		['a point off the curve', { ...ecKey.publicKey, y: ecKey.publicKey.x }],
		['a short coordinate', { ...edKey.publicKey, x: 'AAAA' }],
		['a stray member', { ...edKey.publicKey, y: edKey.publicKey.x }],
		['PEM of nothing', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'],
		['a text without end', 'x'.repeat(10_000)],
		['a number', 7],
	])('not a public key: %s', async (_, value) => {
		await expect(readPublicKey(value)).rejects.toMatchObject({ code: 'bundle.key-unreadable' });
	});

	test('not a private key: a public one, and another kind', async () => {
		for (const text of [
			JSON.stringify(edKey.publicKey),
			JSON.stringify({ ...edKey.privateKey, d: 'AAAA' }),
			'-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----',
		])
			await expect(readPrivateKey(text)).rejects.toMatchObject({ code: 'bundle.key-unreadable' });
	});
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

// The format is other people's: their tools must be able to take it apart and to check it.
describe('other people’s tools', () => {
	const path = join(folder, 'made.swupdate');
	writeFileSync(path, bytes);

	test('node:crypto checks Ed25519 and P-256 over "protected.payload"', async () => {
		const both = envelopeOf(await make({}, [edKey, ecKey]));
		for (const { protected: header, signature } of both.signatures) {
			const { alg, jwk } = decode(header);
			const key = createPublicKey({ key: jwk as never, format: 'jwk' });
			const input = Buffer.from(`${header}.${both.payload}`);
			const raw = Buffer.from(signature, 'base64url');
			const holds = (data: Buffer): boolean =>
				alg === 'EdDSA'
					? verify(null, data, key, raw)
					: verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, raw);
			expect(holds(input), String(alg)).toBe(true);
			expect(holds(Buffer.concat([input, Buffer.from('x')])), String(alg)).toBe(false);
		}
	});

	test('the thumbprint is SHA-256 over the members in order (RFC 7638)', () => {
		const { crv, kty, x } = edKey.publicKey;
		const digest = createHash('sha256').update(JSON.stringify({ crv, kty, x }));
		expect(digest.digest('base64url')).toBe(edKey.kid);
	});

	test.skipIf(!has('unzip', '-v'))('unzip finds nothing wrong', () => {
		const told = execFileSync('unzip', ['-t', path], { encoding: 'utf8' });
		expect(told).toContain('No errors detected');
		expect(execFileSync('unzip', ['-p', path, 'images/08004000.bin'])).toEqual(Buffer.from(after));
	});

	test.skipIf(!has('python3', '--version'))('python reads the container and the hashes', () => {
		const script = `
import base64, hashlib, json, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
jws = json.loads(z.read('manifest.jws'))
payload = jws['payload']
manifest = json.loads(base64.urlsafe_b64decode(payload + '=' * (-len(payload) % 4)))
for file in [i['full'] for i in manifest['images']] + [manifest['product']['picture']['file']]:
    data = z.read(file['path'])
    assert len(data) == file['size'] and hashlib.sha256(data).hexdigest() == file['sha256']
print(manifest['version']['name'])`;
		expect(execFileSync('python3', ['-c', script, path], { encoding: 'utf8' }).trim()).toBe(
			'2.4.1',
		);
	});

	test.skipIf(!has('openssl', 'version'))('openssl checks the signature', () => {
		const { payload, signatures } = envelopeOf(bytes);
		const [one] = signatures;
		const key = createPublicKey({ key: edKey.publicKey as never, format: 'jwk' });
		const at = (name: string, data: string | Buffer): string => {
			writeFileSync(join(folder, name), data);
			return join(folder, name);
		};
		const told = execFileSync(
			'openssl',
			[
				'pkeyutl',
				'-verify',
				'-rawin',
				'-pubin',
				'-inkey',
				at('key.pem', key.export({ type: 'spki', format: 'pem' })),
				'-sigfile',
				at('signature', Buffer.from(one!.signature, 'base64url')),
				'-in',
				at('input', `${one!.protected}.${payload}`),
			],
			{ encoding: 'utf8' },
		);
		expect(told).toContain('Signature Verified Successfully');
	});

	test.skipIf(!has('python3', '--version'))(
		'what python packs from the same files is accepted',
		async () => {
			const script = `
import sys, zipfile
source = zipfile.ZipFile(sys.argv[1])
with zipfile.ZipFile(sys.argv[2], 'w') as z:
    for name in reversed(source.namelist()):
        z.writestr(zipfile.ZipInfo(name), source.read(name), zipfile.ZIP_DEFLATED)`;
			const again = join(folder, 'again.swupdate');
			execFileSync('python3', ['-c', script, path, again]);
			expect(await verdict(new Uint8Array(readFileSync(again)))).toBe('accepted');
		},
	);

	test.skipIf(!has('zip', '-v'))('what zip packs from the same files is accepted', async () => {
		const inside = join(folder, 'inside');
		for (const [name, data] of takeApart(bytes)) {
			mkdirSync(dirname(join(inside, name)), { recursive: true });
			writeFileSync(join(inside, name), data);
		}
		execFileSync('zip', ['-X', '-D', '-9', '-q', '-r', '../zipped.swupdate', '.'], { cwd: inside });
		expect(await verdict(new Uint8Array(readFileSync(join(folder, 'zipped.swupdate'))))).toBe(
			'accepted',
		);
	});

	test('a picture comes out as it went in', () => {
		expect(takeApart(bytes).get('pictures/497790947d466676.png')).toEqual(png);
	});
});
