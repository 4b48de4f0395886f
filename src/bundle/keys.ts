// Keys as JSON Web Keys (RFC 7517, RFC 8037): Ed25519, or P-256 where a maker's hardware needs it.
import { hex } from '#core/bytes.ts';
import { Failure, isFailure } from '#core/failure.ts';
import {
	base64url,
	calculateJwkThumbprint,
	exportJWK,
	generateKeyPair,
	importJWK,
	importPKCS8,
	importSPKI,
	type JWK,
} from 'jose';
import { parseStrictText } from './json.ts';

/** Ed25519, or ECDSA with P-256 and SHA-256, by their JOSE names (RFC 7518, RFC 8037). */
export type Algorithm = 'EdDSA' | 'ES256';

export interface KeyPair {
	/** JWK with "d": stays with the maker. */
	readonly privateKey: JsonWebKey;
	readonly publicKey: JsonWebKey;
	/** RFC 7638 SHA-256 thumbprint, base64url. */
	readonly kid: string;
}

/** Characters of a key file that are looked at. */
const MAX_KEY_TEXT = 8 * 1024;
/** 32 bytes as base64url. */
const WORD = /^[\w-]{42}[AEIMQUYcgkosw048]$/;
/** Said beside a key and without a meaning here (RFC 7517 section 4, WebCrypto's export). */
const BESIDES = ['kid', 'alg', 'use', 'key_ops', 'ext'];

const unreadable = (reason: string, cause?: unknown): never => {
	throw new Failure('bundle.key-unreadable', { reason }, cause);
};

/**
 * Browsers without Ed25519 say so when a key is brought to them. @throws Failure bundle.no-crypto if that is the cause,
 * so that it is not taken for a fault of the key or the signature.
 */
export function refuseWithout(cause: unknown): void {
	if (isFailure(cause, 'bundle.no-crypto')) throw cause;
	const { name, message } = cause as Error;
	if (name === 'NotSupportedError')
		throw new Failure('bundle.no-crypto', { reason: message }, cause);
}

/** A new pair, exportable. */
export async function generateKeys(algorithm: Algorithm): Promise<KeyPair> {
	const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
	return pairOf(await exportJWK(privateKey));
}

/** A private key from a maker's file: a JWK as JSON, or PKCS #8 as PEM. @throws Failure bundle.key-unreadable */
export async function readPrivateKey(text: string): Promise<KeyPair> {
	const value = isPem(text) ? await fromPem(text, importPKCS8) : fromText(text);
	if (!isObject(value) || value['d'] === undefined) return unreadable('it has no private part');
	return pairOf(value);
}

/** A public key from a file or brand JSON: a JWK (text or value; private parts are refused), or SPKI as PEM. @throws Failure bundle.key-unreadable */
export async function readPublicKey(key: unknown): Promise<JsonWebKey> {
	if (typeof key !== 'string') return asPublicKey(key, BESIDES);
	return asPublicKey(isPem(key) ? await fromPem(key, importSPKI) : fromText(key), BESIDES);
}

/**
 * The key with its members alone, in RFC 7638's order; `besides` are members that may stand beside them and are dropped.
 * @throws Failure bundle.key-unreadable for anything else, a private part included, and for a point that is not on the curve.
 */
export async function asPublicKey(
	value: unknown,
	besides: readonly string[] = [],
): Promise<JsonWebKey> {
	if (!isObject(value)) return unreadable('it is not an object');
	if (value['d'] !== undefined)
		unreadable('it has a private part, which belongs to the maker alone');
	const key = membersOf(value, besides);
	try {
		await importJWK(key as JWK, key.kty === 'OKP' ? 'EdDSA' : 'ES256');
	} catch (cause) {
		refuseWithout(cause);
		unreadable('it is not a point of its curve', cause);
	}
	return key;
}

/** A private key's public half. */
export function publicPart({ kty, crv, x, y }: JsonWebKey): JsonWebKey {
	return kty === 'OKP' ? ({ crv, kty, x } as JsonWebKey) : ({ crv, kty, x, y } as JsonWebKey);
}

/** RFC 7638 SHA-256 thumbprint, base64url without padding. */
export const thumbprint = (key: JsonWebKey): Promise<string> =>
	calculateJwkThumbprint(publicPart(key), 'sha256');

/** The fingerprint as people compare it: the thumbprint's hash as upper-case hex in groups of four. */
export function fingerprint(kid: string): string {
	const digits = hex(base64url.decode(kid)).toUpperCase();
	return (digits.match(/.{4}/g) ?? []).join(' ');
}

/** PEM's kinds of block are told by jose. */
const isPem = (text: string): boolean => text.trimStart().startsWith('-----BEGIN ');

function fromText(text: string): unknown {
	if (text.length > MAX_KEY_TEXT) unreadable('it is too long');
	try {
		return parseStrictText(text);
	} catch (error) {
		return unreadable((error as Error).message, error);
	}
}

/** Whether a PEM is Ed25519 or P-256 shows when it is imported as one of them. */
async function fromPem(text: string, read: typeof importPKCS8): Promise<unknown> {
	if (text.length > MAX_KEY_TEXT) unreadable('it is too long');
	for (const algorithm of ['EdDSA', 'ES256']) {
		const key = await read(text.trim(), algorithm, { extractable: true }).catch(() => undefined);
		if (key) return exportJWK(key);
	}
	return unreadable('its PEM is neither Ed25519 nor P-256, or not the kind that is needed');
}

async function pairOf(value: object): Promise<KeyPair> {
	const { d } = value as JsonWebKey;
	if (typeof d !== 'string' || !WORD.test(d)) return unreadable('its private part is not 32 bytes');
	const publicKey = await asPublicKey({ ...value, d: undefined }, ['d', ...BESIDES]);
	const privateKey = { ...publicKey, d };
	await importJWK(privateKey as JWK, publicKey.kty === 'OKP' ? 'EdDSA' : 'ES256').catch(
		(cause: unknown) => unreadable('its private and public halves do not belong together', cause),
	);
	return { privateKey, publicKey, kid: await thumbprint(publicKey) };
}

type Values = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Values =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** kty, crv, x and, on P-256, y. */
function membersOf(value: Values, besides: readonly string[]): JsonWebKey {
	const { kty, crv, x, y } = value;
	const edwards = kty === 'OKP' && crv === 'Ed25519';
	if (!edwards && !(kty === 'EC' && crv === 'P-256'))
		return unreadable('it is neither Ed25519 nor P-256');
	const needed = edwards ? ['kty', 'crv', 'x'] : ['kty', 'crv', 'x', 'y'];
	const strange = Object.keys(value).find((key) => ![...needed, ...besides].includes(key));
	if (strange !== undefined) unreadable(`its member "${strange.slice(0, 40)}" is not allowed`);
	if (!isWord(x) || (!edwards && !isWord(y))) return unreadable('a coordinate is not 32 bytes');
	return publicPart({ kty, crv, x, ...(edwards ? {} : { y: y as string }) });
}

const isWord = (value: unknown): value is string => typeof value === 'string' && WORD.test(value);
