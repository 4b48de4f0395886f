// A bundle opened and not trusted: what its container holds and who says to have signed it.
import type { Container } from './container.ts';
import type { Jws } from './jws.ts';
import type { Manifest } from './manifest.ts';

/** Container and signatures are well formed; nothing is known to be true. Only verifyBundle() makes it more. */
export interface UncheckedBundle {
	readonly container: Container;
	readonly manifest: Jws;
	/** The maker's key list that travels along. */
	readonly keys?: Jws;
	/** SHA-256 of the whole file, lower-case hex. */
	readonly sha256: string;
}

/** Reads container and signature syntax. @throws Failure bundle.* */
export function openBundle(_bytes: Uint8Array): Promise<UncheckedBundle> {
	return Promise.reject(new Error('not written yet'));
}

/** What a bundle says of itself, for its maker. */
export interface Inspection {
	/** Bytes and SHA-256 of the whole file. */
	readonly size: number;
	readonly sha256: string;
	readonly entries: Container['entries'];
	readonly manifest: Manifest;
	readonly signatures: readonly SignatureView[];
	readonly keyList?: { readonly number: number; readonly signatures: readonly SignatureView[] };
}

export interface SignatureView {
	/** RFC 7638 thumbprint of the key. */
	readonly kid: string;
	readonly alg: string;
	/** The signature is right by the public key it carries; undefined where it carries none. */
	readonly holds: boolean | undefined;
}

/** Everything a bundle says, read strictly, its files compared with their hashes; no trust in anybody. @throws Failure bundle.* */
export function inspectBundle(_bytes: Uint8Array): Promise<Inspection> {
	return Promise.reject(new Error('not written yet'));
}
