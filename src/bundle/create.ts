// Making a bundle. The same draft, files and Ed25519 keys give the same bytes; ECDSA signatures differ each time.
import type {
	HardwareMatch,
	KeptRange,
	Manifest,
	Storage,
	Texts,
	VersionSource,
} from './manifest.ts';

/** What the maker writes: the manifest without what is computed. Plain JSON; paths are keys of `files`. */
export interface Draft {
	readonly maker: Manifest['maker'];
	readonly product: {
		readonly id: string;
		readonly name: Texts;
		readonly picture?: DraftPicture;
	};
	readonly version: Manifest['version'];
	readonly notes: Texts;
	readonly entry: Readonly<Partial<Record<'dfu' | 'uart', readonly DraftStep[]>>>;
	readonly hardware: HardwareMatch;
	readonly images: readonly DraftImage[];
	readonly keep?: readonly KeptRange[];
	readonly previous?: Manifest['previous'];
	readonly valid?: Manifest['valid'];
	readonly installed?: readonly VersionSource[];
	readonly start?: number;
	readonly dualBank?: Manifest['dualBank'];
}

export interface DraftPicture {
	/** png, jpeg or webp. */
	readonly file: string;
	readonly alt: Texts;
}

export interface DraftStep {
	readonly text: Texts;
	readonly picture?: DraftPicture;
}

export interface DraftImage {
	readonly address: number;
	/** The raw bytes from `address` on. */
	readonly file: string;
	/** "internal" where it says nothing. */
	readonly storage?: Storage;
	/** Earlier contents to carry deltas from: raw bytes from `address` on. */
	readonly from?: readonly { readonly version: string; readonly file: string }[];
	/** False: carry the deltas alone. */
	readonly full?: boolean;
}

/**
 * A bundle signed by the private keys (JWK) given; with none it is to be signed later and nobody accepts it yet.
 * `keys` is a signed key list to go along. @throws Failure bundle.manifest, bundle.picture, bundle.missing-file …
 */
export function createBundle(
	_draft: Draft,
	_files: ReadonlyMap<string, Uint8Array>,
	_signers: readonly JsonWebKey[],
	_keys?: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
	return Promise.reject(new Error('not written yet'));
}

/** The bundle with one more signature, its manifest as it is. @throws Failure bundle.signature-repeated for a key that signed already. */
export function signBundle(
	_bytes: Uint8Array,
	_signer: JsonWebKey,
): Promise<Uint8Array<ArrayBuffer>> {
	return Promise.reject(new Error('not written yet'));
}

/** The bytes a hardware module signs for this public key: RFC 7515's signing input, ASCII. EdDSA signs them as they are, ES256 their SHA-256. */
export function signingInput(
	_bytes: Uint8Array,
	_publicKey: JsonWebKey,
): Promise<Uint8Array<ArrayBuffer>> {
	return Promise.reject(new Error('not written yet'));
}

/** The bundle with the signature made elsewhere: 64 raw bytes, or DER for ES256. @throws Failure bundle.signature-wrong when it does not hold. */
export function attachSignature(
	_bytes: Uint8Array,
	_publicKey: JsonWebKey,
	_signature: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
	return Promise.reject(new Error('not written yet'));
}
