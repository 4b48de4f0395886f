// JWS JSON General Serialization (RFC 7515 section 7.2.1), read strictly. The mathematics is jose's and the platform's.
import { Failure } from '#core/failure.ts';
import { base64url, flattenedVerify, FlattenedSign, importJWK } from 'jose';
import { parseStrictJson } from './json.ts';
import { asPublicKey, publicPart, refuseWithout, thumbprint, type Algorithm } from './keys.ts';

/** What is signed, so that nothing signed for one purpose serves another. */
export const TYPES = {
	manifest: 'application/vnd.sectorwise.manifest+jws',
	keys: 'application/vnd.sectorwise.keys+jws',
	channel: 'application/vnd.sectorwise.channel+jws',
} as const;
export type JwsType = (typeof TYPES)[keyof typeof TYPES];

/** Bytes of a signed text, as a file. */
export const MAX_JWS = 1024 * 1024;
const MAX_SIGNATURES = 8;

/** All that are accepted; each key has one of them. */
const ALGORITHMS = ['EdDSA', 'ES256'] as const satisfies readonly Algorithm[];

/** A signature as the file has it; base64url where RFC 7515 says so. */
export interface JwsSignature {
	readonly protected: string;
	readonly signature: string;
	readonly alg: Algorithm;
	/** RFC 7638 SHA-256 thumbprint. */
	readonly kid: string;
	/** The public key, to introduce a maker; never trusted by itself. */
	readonly jwk?: JsonWebKey;
}

export interface Jws {
	/** base64url, as it is signed. */
	readonly payload: string;
	readonly signatures: readonly JwsSignature[];
}

const malformed = (reason: string): never => {
	throw new Failure('bundle.signature-form', { reason });
};

type Members = Readonly<Record<string, unknown>>;

/** An object that has all of `names`, perhaps some of `also`, and nothing else: no unprotected "header", no "crit", no "b64". */
function membersOf(
	value: unknown,
	names: readonly string[],
	also: readonly string[] = [],
): Members {
	if (typeof value !== 'object' || value === null || Array.isArray(value))
		return malformed('something is not an object');
	const strange = Object.keys(value).find((key) => ![...names, ...also].includes(key));
	if (strange !== undefined) malformed(`the member "${strange.slice(0, 40)}" is not allowed`);
	const missing = names.find((name) => !Object.hasOwn(value, name));
	if (missing !== undefined) malformed(`the member "${missing}" is missing`);
	return value as Members;
}

/** base64url that is the only way to write its bytes: no padding, no spare bits. */
function decode(text: unknown, what: string): Uint8Array<ArrayBuffer> {
	if (typeof text !== 'string' || !/^[\w-]*$/.test(text))
		return malformed(`${what} is not base64url`);
	const bytes = fromBase64url(text, what);
	if (base64url.encode(bytes) !== text) malformed(`${what} is not base64url`);
	return bytes;
}

function fromBase64url(text: string, what: string): Uint8Array<ArrayBuffer> {
	try {
		return new Uint8Array(base64url.decode(text));
	} catch {
		return malformed(`${what} is not base64url`);
	}
}

function json(bytes: Uint8Array, what: string): unknown {
	try {
		return parseStrictJson(bytes);
	} catch (error) {
		return malformed(`${what}: ${(error as Error).message}`);
	}
}

/** The form alone; whether a signature holds is not looked at. No signature at all is a form too. @throws Failure bundle.* */
export async function readJws(bytes: Uint8Array, type: JwsType): Promise<Jws> {
	if (bytes.length > MAX_JWS)
		throw new Failure('bundle.too-large', { found: bytes.length, limit: MAX_JWS });
	const { payload, signatures } = membersOf(json(bytes, 'the signed text'), [
		'payload',
		'signatures',
	]);
	decode(payload, 'the payload');
	if (!Array.isArray(signatures)) return malformed('"signatures" is not a list');
	if (signatures.length > MAX_SIGNATURES) malformed(`more than ${MAX_SIGNATURES} signatures`);
	const read: JwsSignature[] = [];
	for (const signature of signatures as readonly unknown[])
		read.push(await readSignature(signature, type));
	const twice = read.find(({ kid }, i) => read.findIndex((other) => other.kid === kid) !== i);
	if (twice) throw new Failure('bundle.signature-repeated', { kid: twice.kid });
	return { payload: payload as string, signatures: read };
}

async function readSignature(value: unknown, type: JwsType): Promise<JwsSignature> {
	const { protected: header, signature } = membersOf(value, ['protected', 'signature']);
	const {
		alg: algorithm,
		typ,
		kid,
		jwk,
	} = membersOf(
		json(decode(header, 'the protected header'), 'the protected header'),
		['alg', 'typ', 'kid'],
		['jwk'],
	);
	const alg = ALGORITHMS.find((known) => known === algorithm);
	if (!alg) throw new Failure('bundle.algorithm', { algorithm: short(algorithm) });
	if (typ !== type) throw new Failure('bundle.wrong-type', { found: short(typ), expected: type });
	if (typeof kid !== 'string' || !/^[\w-]{43}$/.test(kid)) malformed('"kid" is not a thumbprint');
	if (decode(signature, 'the signature').length !== 64) malformed('a signature has not 64 bytes');
	const read = {
		protected: header as string,
		signature: signature as string,
		alg,
		kid: kid as string,
	};
	return jwk === undefined ? read : { ...read, jwk: await embeddedKey(jwk, read) };
}

async function embeddedKey(jwk: unknown, { alg, kid }: { alg: Algorithm; kid: string }) {
	const key = await asPublicKey(jwk);
	if (algorithmOf(key) !== alg) throw new Failure('bundle.algorithm', { algorithm: alg });
	if ((await thumbprint(key)) !== kid) throw new Failure('bundle.key-mismatch', { kid });
	return key;
}

const short = (value: unknown): string =>
	typeof value === 'string' ? value.slice(0, 60) : value === undefined ? 'nothing' : typeof value;

/** The only algorithm a key is used with. */
export const algorithmOf = (key: JsonWebKey): Algorithm => (key.kty === 'OKP' ? 'EdDSA' : 'ES256');

/** The signed bytes. */
export const payloadOf = ({ payload }: Jws): Uint8Array<ArrayBuffer> =>
	decode(payload, 'the payload');

/** @throws Failure bundle.algorithm when the signature is of another kind than the key, bundle.signature-wrong when it does not hold. */
export async function checkSignature(
	{ payload }: Jws,
	one: JwsSignature,
	key: JsonWebKey,
): Promise<void> {
	if (algorithmOf(key) !== one.alg) throw new Failure('bundle.algorithm', { algorithm: one.alg });
	const { protected: header, signature } = one;
	try {
		const verified = { payload, protected: header, signature };
		await flattenedVerify(verified, await importJWK(key, one.alg), { algorithms: [one.alg] });
	} catch (cause) {
		refuseWithout(cause);
		throw new Failure('bundle.signature-wrong', { kid: one.kid }, cause);
	}
}

/** The protected header for a key: the same bytes every time. */
async function headerFor(publicKey: JsonWebKey, type: JwsType) {
	const kid = await thumbprint(publicKey);
	return { alg: algorithmOf(publicKey), typ: type, kid, jwk: publicKey };
}

/** What is to be signed elsewhere, and the signature that is missing its last part. */
export async function prepareSignature(
	payload: string,
	key: JsonWebKey,
	type: JwsType,
): Promise<{ readonly input: Uint8Array<ArrayBuffer>; readonly unsigned: JwsSignature }> {
	const header = await headerFor(key, type);
	const encoder = new TextEncoder();
	const encoded = base64url.encode(encoder.encode(JSON.stringify(header)));
	const { alg, kid, jwk } = header;
	const unsigned = { protected: encoded, signature: '', alg, kid, jwk };
	return { input: encoder.encode(`${encoded}.${payload}`), unsigned };
}

/** One signature by a private key, proven with its public half. @throws Failure bundle.key-unreadable for a key that cannot. */
export async function signPayload(
	payload: string,
	privateKey: JsonWebKey,
	type: JwsType,
): Promise<JwsSignature> {
	const key = publicPart(privateKey);
	try {
		const { unsigned } = await prepareSignature(payload, key, type);
		const signed = await new FlattenedSign(base64url.decode(payload))
			.setProtectedHeader(await headerFor(key, type))
			.sign(await importJWK(privateKey, unsigned.alg));
		const { protected: header = '', signature } = signed;
		const made = { ...unsigned, protected: header, signature };
		await checkSignature({ payload, signatures: [] }, made, key);
		return made;
	} catch (cause) {
		refuseWithout(cause);
		const reason = 'it does not sign, or its private and public halves do not belong together';
		throw new Failure('bundle.key-unreadable', { reason }, cause);
	}
}

/** A signed text as a file. */
export function writeJws({ payload, signatures }: Jws): Uint8Array<ArrayBuffer> {
	const written = signatures.map(({ protected: header, signature }) => ({
		protected: header,
		signature,
	}));
	return new TextEncoder().encode(JSON.stringify({ payload, signatures: written }));
}

/** A value as JSON, signed by all of the private keys. */
export async function signValue(
	value: unknown,
	signers: readonly JsonWebKey[],
	type: JwsType,
): Promise<Uint8Array<ArrayBuffer>> {
	const payload = base64url.encode(new TextEncoder().encode(JSON.stringify(value)));
	const signatures: JwsSignature[] = [];
	for (const signer of signers) signatures.push(await signPayload(payload, signer, type));
	const bytes = writeJws({ payload, signatures });
	// A key given twice is found here, before anybody gets the file.
	await readJws(bytes, type);
	return bytes;
}
