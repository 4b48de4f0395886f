// What a maker writes: the manifest without what is computed. Plain JSON; paths are keys of the files given along.
import type {
	HardwareMatch,
	KeptRange,
	Manifest,
	Storage,
	Texts,
	VersionSource,
} from './manifest.ts';

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
