// A maker's signed key list: new keys, and keys that no longer count. Signed by a key trusted before.
import type { Maker } from './verified.ts';

export interface KeyList {
	/** Rises with every list. */
	readonly number: number;
	readonly keys: readonly JsonWebKey[];
	/** Thumbprints. */
	readonly revoked: readonly string[];
	/** How many different keys must sign from now on; 1 where it says nothing. */
	readonly needs?: number;
}

/**
 * The maker after a key list. @throws Failure bundle.keys-old for a list with a lower number than the newest seen,
 * bundle.* where no key trusted before signed it.
 */
export function readKeyList(_bytes: Uint8Array, _maker: Maker): Promise<Maker> {
	return Promise.reject(new Error('not written yet'));
}

/** A signed key list, as a file or to go along in bundles. `signers` are private keys. */
export function writeKeyList(
	_list: KeyList,
	_signers: readonly JsonWebKey[],
): Promise<Uint8Array<ArrayBuffer>> {
	return Promise.reject(new Error('not written yet'));
}
