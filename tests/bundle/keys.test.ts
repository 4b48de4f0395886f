import { createPrivateKey, createPublicKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { generateKeys, readPrivateKey, readPublicKey, thumbprint } from '#bundle/keys.ts';
import { ecKey, edKey } from './made.ts';

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
