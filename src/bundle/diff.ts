// What two bundles of a product say differently, for the maker who publishes the second.

export interface BundleDiff {
	/** Manifest fields by path ("version.name", "notes.de"); JSON text, undefined where there is none. Hashes and sizes of images are told below. */
	readonly fields: readonly {
		readonly path: string;
		readonly before: string | undefined;
		readonly after: string | undefined;
	}[];
	readonly images: readonly {
		readonly address: number;
		/** Bytes; undefined where the bundle has no image there. */
		readonly before: number | undefined;
		readonly after: number | undefined;
		/** Bytes that differ, those beyond the shorter one included; undefined where a side carries deltas alone. */
		readonly changed: number | undefined;
	}[];
	/** Thumbprints. */
	readonly signers: { readonly before: readonly string[]; readonly after: readonly string[] };
}

/** Two bundles, read strictly and trusted in nothing. @throws Failure bundle.* */
export function diffBundles(_before: Uint8Array, _after: Uint8Array): Promise<BundleDiff> {
	return Promise.reject(new Error('not written yet'));
}
