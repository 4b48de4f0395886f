// Attacks on who says it: each with a code of its own, none past it.
import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { generateKeys } from '#bundle/keys.ts';
import { signBundle } from '#bundle/sign.ts';
import { signPayload, TYPES } from '#bundle/jws.ts';
import { introduce, verifyBundle } from '#bundle/verify.ts';
import { writeChannel } from '#bundle/channel.ts';
import { writeKeyList } from '#bundle/key-list.ts';
import { decode, encode, envelopeOf, verdict, withEnvelope, withFiles } from './attack.ts';
import type { Envelope, Signature } from './attack.ts';
import { draft, ecKey, edKey, make, trust } from './made.ts';

const sound = await make();
const other = await make({ version: { name: '3.0', counter: 9 } });
const mallory = await generateKeys('EdDSA');
const forged = await make({ maker: draft.maker }, [mallory]);
const own = envelopeOf(sound);
const [signature] = own.signatures as [Signature];

/** The signature with another protected header, the rest as it was. */
const withHeader = (change: Record<string, unknown>): Envelope => {
	const header = { ...decode(signature.protected), ...change };
	return { ...own, signatures: [{ ...signature, protected: encode(header) }] };
};

test('sound, it is accepted, and says who signed', async () => {
	const { signedBy, manifest, maker } = await verifyBundle(sound, trust());
	expect(signedBy).toEqual([edKey.kid]);
	expect(manifest.product.id).toBe('acme.lamp-2');
	expect(maker.name).toBe('Acme');
});

describe('signatures taken away, doubled or from elsewhere', () => {
	test.each<[string, string, unknown]>([
		['none left', 'bundle.unsigned', { ...own, signatures: [] }],
		['twice', 'bundle.signature-repeated', { ...own, signatures: [signature, signature] }],
		[
			'an empty one',
			'bundle.signature-form',
			{ ...own, signatures: [{ ...signature, signature: '' }] },
		],
		[
			'a short one',
			'bundle.signature-form',
			{ ...own, signatures: [{ ...signature, signature: signature.signature.slice(4) }] },
		],
		[
			'of another bundle',
			'bundle.signature-wrong',
			{ ...own, signatures: envelopeOf(other).signatures },
		],
		[
			'under another payload',
			'bundle.signature-wrong',
			{ ...own, payload: envelopeOf(other).payload },
		],
		['an empty payload', 'bundle.signature-wrong', { ...own, payload: '' }],
		['of a stranger', 'bundle.unknown-maker', envelopeOf(forged)],
		['a stranger’s signature under our key’s name', 'bundle.key-mismatch', renamed()],
		['nine of them', 'bundle.signature-form', { ...own, signatures: Array(9).fill(signature) }],
	])('%s: %s', async (_, code, envelope) => {
		expect(await verdict(withEnvelope(sound, envelope))).toBe(code);
	});

	/** Mallory's signature and key, and our thumbprint. */
	function renamed(): Envelope {
		const theirs = envelopeOf(forged);
		const header = { ...decode(theirs.signatures[0]!.protected), kid: edKey.kid };
		return { ...theirs, signatures: [{ ...theirs.signatures[0]!, protected: encode(header) }] };
	}

	test('our thumbprint, and their signature without a key', async () => {
		const theirs = envelopeOf(forged);
		const { jwk: _, ...header } = decode(theirs.signatures[0]!.protected);
		const signatures = [
			{ ...theirs.signatures[0]!, protected: encode({ ...header, kid: edKey.kid }) },
		];
		expect(await verdict(withEnvelope(sound, { ...theirs, signatures }))).toBe(
			'bundle.signature-wrong',
		);
	});

	test('a stranger’s beside ours counts for nothing, whether it holds or not', async () => {
		const both = await signBundle(sound, mallory.privateKey);
		expect((await verifyBundle(both, trust())).signedBy).toEqual([edKey.kid]);
		const broken = envelopeOf(both);
		broken.signatures[1]!.signature = signature.signature;
		expect(await verdict(withEnvelope(sound, broken))).toBe('accepted');
	});

	test('two of ours, one of which does not hold', async () => {
		const both = await make({}, [edKey, ecKey]);
		const known = trust({ keys: [edKey.publicKey, ecKey.publicKey] });
		expect(await verdict(both, known)).toBe('accepted');
		const envelope = envelopeOf(both);
		envelope.signatures[1]!.signature = signature.signature;
		expect(await verdict(withEnvelope(both, envelope), known)).toBe('bundle.signature-wrong');
	});

	test('one stripped where two are needed', async () => {
		const both = await make({}, [edKey, ecKey]);
		const strict = trust({ keys: [edKey.publicKey, ecKey.publicKey], needs: 2 });
		expect(await verdict(both, strict)).toBe('accepted');
		const envelope = envelopeOf(both);
		envelope.signatures.pop();
		expect(await verdict(withEnvelope(both, envelope), strict)).toBe('bundle.too-few-signatures');
	});

	test('a maker that needs no signature does not exist', async () => {
		expect(await verdict(forged, trust({ needs: 0 }))).toBe('bundle.unknown-maker');
	});
});

describe('algorithms', () => {
	test.each([
		'none',
		'HS256',
		'RS256',
		'ES384',
		'ES256K',
		'Ed448',
		'EDDSA',
		'Ed25519',
		'',
		7,
		null,
		undefined,
	])('%s is none of ours', async (alg) => {
		expect(await verdict(withEnvelope(sound, withHeader({ alg })))).toMatch(
			alg === undefined ? 'bundle.signature-form' : 'bundle.algorithm',
		);
	});

	test('none, with no signature, and with ours', async () => {
		const header = encode({ alg: 'none', typ: TYPES.manifest, kid: edKey.kid });
		for (const one of ['', signature.signature])
			expect(
				await verdict(
					withEnvelope(sound, { ...own, signatures: [{ protected: header, signature: one }] }),
				),
			).toBe('bundle.algorithm');
	});

	test('a MAC with the public key as its secret', async () => {
		const header = encode({ alg: 'HS256', typ: TYPES.manifest, kid: edKey.kid });
		const secret = Buffer.from(edKey.publicKey.x ?? '', 'base64url');
		const mac = createHmac('sha512', secret).update(`${header}.${own.payload}`).digest('base64url');
		expect(
			await verdict(
				withEnvelope(sound, { ...own, signatures: [{ protected: header, signature: mac }] }),
			),
		).toBe('bundle.algorithm');
	});

	test('a key used with the other kind’s algorithm', async () => {
		const { jwk: _, alg: __, ...rest } = decode(signature.protected);
		const header = { ...rest, alg: 'ES256' };
		const signatures = [{ ...signature, protected: encode(header) }];
		expect(await verdict(withEnvelope(sound, { ...own, signatures }))).toBe('bundle.algorithm');
		expect(await verdict(withEnvelope(sound, withHeader({ alg: 'ES256' })))).toBe(
			'bundle.algorithm',
		);
	});
});

describe('headers', () => {
	test.each<[string, string, Record<string, unknown>]>([
		['a key list’s signature', 'bundle.wrong-type', { typ: TYPES.keys }],
		['a token’s signature', 'bundle.wrong-type', { typ: 'JWT' }],
		['a type in other letters', 'bundle.wrong-type', { typ: TYPES.manifest.toUpperCase() }],
		['critical extensions', 'bundle.signature-form', { crit: ['b64'], b64: false }],
		['an unencoded payload', 'bundle.signature-form', { b64: false }],
		['a place to fetch keys from', 'bundle.signature-form', { jku: 'https://evil.example' }],
		['certificates', 'bundle.signature-form', { x5c: ['MII'] }],
		['compression', 'bundle.signature-form', { zip: 'DEF' }],
		['no type', 'bundle.signature-form', { typ: undefined }],
		['no key name', 'bundle.signature-form', { kid: undefined }],
		['a key name that is a path', 'bundle.signature-form', { kid: '../../etc/passwd' }],
		['another key', 'bundle.key-mismatch', { jwk: mallory.publicKey }],
		['a private key', 'bundle.key-unreadable', { jwk: mallory.privateKey }],
		['a symmetric key', 'bundle.key-unreadable', { jwk: { kty: 'oct', k: 'AAAA' } }],
		[
			'a key on another curve',
			'bundle.key-unreadable',
			{ jwk: { ...edKey.publicKey, crv: 'X25519' } },
		],
		['a key with more in it', 'bundle.key-unreadable', { jwk: { ...edKey.publicKey, use: 'sig' } }],
		['no key at all', 'bundle.key-unreadable', { jwk: null }],
	])('%s: %s', async (_, code, change) => {
		expect(await verdict(withEnvelope(sound, withHeader(change)))).toBe(code);
	});

	test('a member twice, in the header and around it', async () => {
		const header = JSON.stringify(decode(signature.protected));
		const twice = encode(header.replace('{', '{"alg":"none",'));
		expect(
			await verdict(
				withEnvelope(sound, { ...own, signatures: [{ ...signature, protected: twice }] }),
			),
		).toBe('bundle.signature-form');
		const text = JSON.stringify(own).replace('{', `{"payload":"${envelopeOf(other).payload}",`);
		expect(await verdict(withEnvelope(sound, text))).toBe('bundle.signature-form');
	});

	test.each<[string, (text: string) => unknown]>([
		[
			'a header that is not signed',
			() => ({ ...own, signatures: [{ ...signature, header: { alg: 'none' } }] }),
		],
		['the flattened form', () => ({ payload: own.payload, ...signature })],
		['both forms at once', () => ({ ...own, ...signature })],
		['the compact form', () => `${signature.protected}.${own.payload}.${signature.signature}`],
		['a member that is not known', () => ({ ...own, version: 2 })],
		['base64 with padding', () => ({ ...own, payload: `${own.payload}==` })],
		[
			'base64 of the other alphabet',
			() => ({ ...own, payload: `${own.payload.slice(0, -4)}+/+/` }),
		],
		['a byte order mark', (text) => `\ufeff${text}`],
		['something after it', (text) => `${text}{}`],
		['a list', (text) => `[${text}]`],
		['signatures that are an object', () => ({ ...own, signatures: { 0: signature } })],
		['signatures that are texts', () => ({ ...own, signatures: ['x'] })],
		['deep nesting', () => '['.repeat(100_000) + ']'.repeat(100_000)],
		['many quotes', () => `{"${'\\"'.repeat(100_000)}`],
	])('%s', async (_, envelope) => {
		const bytes = withEnvelope(sound, envelope(JSON.stringify(own)));
		expect(await verdict(bytes)).toBe('bundle.signature-form');
	});

	test('a signature written in another way does not count as the same', async () => {
		// The last letter of 64 bytes in base64url has four bits that mean nothing.
		const last = signature.signature.at(-1)!;
		const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
		const twin = letters[letters.indexOf(last) + 1]!;
		const signatures = [{ ...signature, signature: signature.signature.slice(0, -1) + twin }];
		expect(await verdict(withEnvelope(sound, { ...own, signatures }))).toBe(
			'bundle.signature-form',
		);
	});
});

test('what is signed as something else is no manifest', async () => {
	const list = await writeKeyList({ number: 1, keys: [edKey.publicKey], revoked: [] }, [
		edKey.privateKey,
	]);
	const channel = await writeChannel({ number: 1, updates: [] }, [edKey.privateKey]);
	for (const bytes of [list, channel])
		expect(await verdict(withFiles(sound, { 'manifest.jws': bytes }))).toBe('bundle.wrong-type');
	expect(await verdict(withFiles(sound, { 'keys.jws': channel }))).toBe('bundle.wrong-type');
});

test('a manifest that was never signed, however well it is formed', async () => {
	const payload = encode({ ...decode(own.payload), version: { name: '9.9', counter: 99 } });
	expect(await verdict(withEnvelope(sound, { ...own, payload }))).toBe('bundle.signature-wrong');
});

describe('an unknown maker', () => {
	test('introduces one key, which its fingerprint is of', async () => {
		const met = await introduce(forged);
		expect(met.maker).toBe('Acme Lighting');
		expect(met.keys).toEqual([mallory.publicKey]);
		expect(met.fingerprint).toMatch(/^(?:[0-9A-F]{4} ){15}[0-9A-F]{4}$/);
		const digits = met.fingerprint.replaceAll(' ', '');
		expect(Buffer.from(digits, 'hex').toString('base64url')).toBe(mallory.kid);
	});

	test('never brings a second key in under the first one’s fingerprint', async () => {
		const met = await introduce(await signBundle(sound, mallory.privateKey));
		expect(met.keys).toEqual([edKey.publicKey]);
	});

	test('must have signed', async () => {
		const broken = envelopeOf(forged);
		broken.signatures[0]!.signature = signature.signature;
		await expect(introduce(withEnvelope(forged, broken))).rejects.toMatchObject({
			code: 'bundle.signature-wrong',
		});
		await expect(introduce(await make({}, []))).rejects.toMatchObject({ code: 'bundle.unsigned' });
		const { jwk: _, ...header } = decode(envelopeOf(forged).signatures[0]!.protected);
		const hidden = await signPayload(own.payload, mallory.privateKey, TYPES.manifest);
		const signatures = [{ protected: encode(header), signature: hidden.signature }];
		await expect(introduce(withEnvelope(forged, { ...own, signatures }))).rejects.toMatchObject({
			code: 'bundle.unknown-maker',
		});
	});

	test('is known once accepted', async () => {
		const { keys, maker } = await introduce(forged);
		const accepted = trust({ keys, name: maker, from: 'accepted' });
		expect(await verdict(forged, accepted)).toBe('accepted');
		expect(await verdict(sound, accepted)).toBe('bundle.unknown-maker');
	});
});

describe('where the platform cannot check', () => {
	afterEach(() => vi.restoreAllMocks());

	test('Ed25519 is unknown: told as that, not as a forgery', async () => {
		const missing = new DOMException('Unrecognized name.', 'NotSupportedError');
		vi.spyOn(crypto.subtle, 'importKey').mockRejectedValue(missing);
		expect(await verdict(sound)).toBe('bundle.no-crypto');
	});

	test('no WebCrypto at all, as on a page without https', async () => {
		vi.spyOn(crypto, 'subtle', 'get').mockReturnValue(undefined as never);
		expect(await verdict(sound)).toBe('bundle.no-crypto');
	});
});
