// What two bundles of a product say differently, for the maker who publishes the second.
import type { BundleImage, Manifest } from './manifest.ts';
import { openBundle, readContents, type Contents } from './open.ts';

export interface BundleDiff {
	/** Manifest fields by path ("version.name", "notes.de"); JSON text, undefined where there is none. Images are told below. */
	readonly fields: readonly {
		readonly path: string;
		readonly before: string | undefined;
		readonly after: string | undefined;
	}[];
	readonly images: readonly ImageDiff[];
	/** Thumbprints. */
	readonly signers: { readonly before: readonly string[]; readonly after: readonly string[] };
}

export interface ImageDiff {
	readonly address: number;
	/** Bytes; undefined where the bundle has no image there. */
	readonly before: number | undefined;
	readonly after: number | undefined;
	/** Bytes that differ, those beyond the shorter one included; undefined where a side carries deltas alone and they are not the same. */
	readonly changed: number | undefined;
}

interface Side extends Contents {
	readonly signers: readonly string[];
}

/** Two bundles, read strictly and trusted in nothing. @throws Failure bundle.* */
export async function diffBundles(before: Uint8Array, after: Uint8Array): Promise<BundleDiff> {
	const [a, b] = [await sideOf(before), await sideOf(after)];
	const addresses = new Set([...a.manifest.images, ...b.manifest.images].map((i) => i.address));
	return {
		fields: fieldsBetween(a.manifest, b.manifest),
		images: [...addresses].sort((one, other) => one - other).map((at) => imageDiff(at, a, b)),
		signers: { before: a.signers, after: b.signers },
	};
}

async function sideOf(bytes: Uint8Array): Promise<Side> {
	const opened = await openBundle(bytes);
	const signers = opened.manifest.signatures.map(({ kid }) => kid);
	return { ...(await readContents(opened)), signers };
}

function fieldsBetween(a: Manifest, b: Manifest): BundleDiff['fields'] {
	const before = new Map(leaves({ ...a, images: a.images.map(said) }, ''));
	const after = new Map(leaves({ ...b, images: b.images.map(said) }, ''));
	return [...new Set([...before.keys(), ...after.keys()])]
		.map((path) => ({ path, before: before.get(path), after: after.get(path) }))
		.filter((field) => field.before !== field.after);
}

/** Of an image, what is not its bytes. */
const said = ({ address, storage, deltas = [] }: BundleImage): object => ({
	address,
	storage,
	deltas: deltas.map(({ from }) => from.version),
});

function leaves(value: unknown, path: string): [string, string][] {
	if (typeof value !== 'object' || value === null) return [[path, JSON.stringify(value)]];
	return Object.entries(value).flatMap(([key, item]) =>
		leaves(item, Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`),
	);
}

function imageDiff(address: number, a: Contents, b: Contents): ImageDiff {
	const [one, other] = [a, b].map(({ manifest }) =>
		manifest.images.find((image) => image.address === address),
	);
	const sizes = { address, before: one?.size, after: other?.size };
	if (one && one.sha256 === other?.sha256) return { ...sizes, changed: 0 };
	const [left, right] = [bytesOf(one, a), bytesOf(other, b)];
	if (!left || !right) return { ...sizes, changed: undefined };
	const shared = Math.min(left.length, right.length);
	let changed = Math.max(left.length, right.length) - shared;
	for (let i = 0; i < shared; i++) if (left[i] !== right[i]) changed++;
	return { ...sizes, changed };
}

/** Nothing where there is no image, undefined where only deltas are. */
function bytesOf(image: BundleImage | undefined, { files }: Contents): Uint8Array | undefined {
	if (!image) return new Uint8Array(0);
	return image.full && files.get(image.full.path);
}
