// Keys as JSON Web Keys (RFC 7517, RFC 8037): Ed25519, or P-256 where a maker's hardware needs it.
import type { Algorithm } from './jws.ts';

export interface KeyPair {
	/** JWK with "d": stays with the maker. */
	readonly privateKey: JsonWebKey;
	readonly publicKey: JsonWebKey;
	/** RFC 7638 SHA-256 thumbprint, base64url. */
	readonly kid: string;
}

/** A new pair, exportable. */
export function generateKeys(_algorithm: Algorithm): Promise<KeyPair> {
	return Promise.reject(new Error('not written yet'));
}

/** A private key from a maker's file: a JWK as JSON, or PKCS #8 as PEM. @throws Failure bundle.key-unreadable */
export function readPrivateKey(_text: string): Promise<KeyPair> {
	return Promise.reject(new Error('not written yet'));
}

/** A public key from a file or brand JSON: a JWK (text or value; private parts are refused), or SPKI as PEM. @throws Failure bundle.key-unreadable */
export function readPublicKey(_key: unknown): Promise<JsonWebKey> {
	return Promise.reject(new Error('not written yet'));
}

/** RFC 7638 SHA-256 thumbprint, base64url without padding. */
export function thumbprint(_key: JsonWebKey): Promise<string> {
	return Promise.reject(new Error('not written yet'));
}

/** The fingerprint as people compare it: the thumbprint's hash as upper-case hex in groups of four. */
export function fingerprint(_kid: string): string {
	throw new Error('not written yet');
}
