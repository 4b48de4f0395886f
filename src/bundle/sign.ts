// Signing a bundle that exists: by a key at hand, or elsewhere, where the key cannot leave its hardware.
import { Failure } from '#core/failure.ts';
import { base64url } from 'jose';
import { MAX_BUNDLE } from '#core/update-file.ts';
import { KEYS_PATH, MANIFEST_PATH } from './container.ts';
import { assemble } from './create.ts';
import { algorithmOf, checkSignature, prepareSignature, signPayload, TYPES } from './jws.ts';
import type { JwsSignature } from './jws.ts';
import { readPublicKey } from './keys.ts';
import { openBundle } from './open.ts';

/** The bundle with one more signature, its manifest as it is. @throws Failure bundle.signature-repeated for a key that signed already. */
export async function signBundle(
	bytes: Uint8Array,
	signer: JsonWebKey,
): Promise<Uint8Array<ArrayBuffer>> {
	const { manifest } = await openBundle(bytes);
	return attach(bytes, await signPayload(manifest.payload, signer, TYPES.manifest));
}

/** The bytes a hardware module signs for this public key: RFC 7515's signing input, ASCII. EdDSA signs them as they are, ES256 their SHA-256. */
export async function signingInput(
	bytes: Uint8Array,
	publicKey: JsonWebKey,
): Promise<Uint8Array<ArrayBuffer>> {
	const { manifest } = await openBundle(bytes);
	const key = await readPublicKey(publicKey);
	return (await prepareSignature(manifest.payload, key, TYPES.manifest)).input;
}

/** The bundle with the signature made elsewhere: 64 raw bytes, or DER for ES256. @throws Failure bundle.signature-wrong when it does not hold. */
export async function attachSignature(
	bytes: Uint8Array,
	publicKey: JsonWebKey,
	signature: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
	const { manifest } = await openBundle(bytes);
	const key = await readPublicKey(publicKey);
	const { unsigned } = await prepareSignature(manifest.payload, key, TYPES.manifest);
	const raw = algorithmOf(key) === 'ES256' ? rawFromDer(signature) : signature;
	const made = { ...unsigned, signature: base64url.encode(raw) };
	await checkSignature(manifest, made, key);
	return attach(bytes, made);
}

async function attach(
	bytes: Uint8Array,
	signature: JwsSignature,
): Promise<Uint8Array<ArrayBuffer>> {
	const { container, manifest } = await openBundle(bytes);
	if (manifest.signatures.some(({ kid }) => kid === signature.kid))
		throw new Failure('bundle.signature-repeated', { kid: signature.kid });
	const files = new Map<string, Uint8Array>();
	for (const { path } of container.entries) files.set(path, container.unpack(path, MAX_BUNDLE));
	const keys = files.get(KEYS_PATH);
	files.delete(MANIFEST_PATH);
	files.delete(KEYS_PATH);
	const signatures = [...manifest.signatures, signature];
	return assemble({ payload: manifest.payload, signatures }, files, keys);
}

/** ECDSA's two numbers out of the SEQUENCE of two INTEGERs that OpenSSL and hardware give (RFC 3279 2.2.3); 64 bytes stay as they are. */
function rawFromDer(signature: Uint8Array): Uint8Array {
	if (signature.length === 64) return signature;
	const first = integerAt(signature, 2);
	const second = integerAt(signature, first.next);
	const whole = signature[0] === 0x30 && signature[1] === signature.length - 2;
	if (!whole || second.next !== signature.length)
		throw new Failure('bundle.signature-form', { reason: 'it is neither 64 bytes nor DER' });
	return new Uint8Array([...first.word, ...second.word]);
}

/** A DER INTEGER as 32 bytes: leading zeros dropped or added. */
function integerAt(der: Uint8Array, at: number): { word: Uint8Array; next: number } {
	const length = der[at + 1] ?? 0;
	const next = at + 2 + length;
	const digits = der.subarray(at + 2, next);
	const zeros = digits.findIndex((byte) => byte !== 0);
	const number = digits.subarray(zeros < 0 ? digits.length : zeros);
	if (der[at] !== 0x02 || digits.length !== length || length === 0 || number.length > 32)
		throw new Failure('bundle.signature-form', { reason: 'it is neither 64 bytes nor DER' });
	const word = new Uint8Array(32);
	word.set(number, 32 - number.length);
	return { word, next };
}
