// The .swupdate file: a zip container, read strictly and written the same way every time.

/** Bytes of a whole bundle, and of all its files unpacked. */
export const MAX_BUNDLE = 64 * 1024 * 1024;

/** The signed manifest, and the maker's key list where there is one. Every other entry is named by the manifest. */
export const MANIFEST_PATH = 'manifest.jws';
export const KEYS_PATH = 'keys.jws';

export interface Container {
	/** In the order of the directory. Sizes in bytes; `packed` as it lies in the file. */
	readonly entries: readonly {
		readonly path: string;
		readonly size: number;
		readonly packed: number;
	}[];
	/** One entry, at most `limit` bytes. @throws Failure bundle.missing-file, bundle.unpacked-size, bundle.damaged. */
	unpack(path: string, limit: number): Uint8Array<ArrayBuffer>;
}
