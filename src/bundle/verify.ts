// The only way from bytes to a VerifiedBundle.
import type { Trust, VerifiedBundle } from './verified.ts';

/**
 * Checks signatures, key list, manifest, files, dates, product and anti-rollback counter, in this order.
 * @throws Failure bundle.*, each refusal with its own code; bundle.unknown-maker when no trusted key signed it.
 */
export function verifyBundle(_bytes: Uint8Array, _trust: Trust): Promise<VerifiedBundle> {
	return Promise.reject(new Error('not written yet'));
}

/** Who an unknown maker says to be. Only the fingerprint can be compared with something. */
export interface Introduction {
	/** As the manifest claims; proves nothing. */
	readonly maker: string;
	/** SHA-256 thumbprint of the key as upper-case hex in groups of four. */
	readonly fingerprint: string;
	/** The one key the fingerprint is of; a `Maker` is made of it when the user accepts. */
	readonly keys: readonly JsonWebKey[];
}

/** The first key that signed the bundle, by its own word: the signature is valid, nothing else is acted on. @throws Failure bundle.* */
export function introduce(_bytes: Uint8Array): Promise<Introduction> {
	return Promise.reject(new Error('not written yet'));
}
