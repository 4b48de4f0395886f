// Making a bundle. The same draft, files and Ed25519 keys give the same bytes; ECDSA signatures differ each time.
import { Failure } from '#core/failure.ts';
import { createDelta } from 'fossil-delta';
import { base64url } from 'jose';
import { KEYS_PATH, MANIFEST_PATH, writeContainer } from './container.ts';
import { apply } from './delta.ts';
import { sha256 } from './digest.ts';
import type { Draft, DraftImage, DraftPicture, DraftStep } from './draft.ts';
import { root } from './fields.ts';
import { readJws, signPayload, TYPES, writeJws, type Jws, type JwsSignature } from './jws.ts';
import { MAX_DELTA } from './read-hardware.ts';
import { SCHEMA, type BundleImage, type EntryStep, type FileRef } from './manifest.ts';
import type { Delta, Manifest, Picture } from './manifest.ts';
import { openBundle, readContents } from './open.ts';
import { readManifestNode } from './read-manifest.ts';
import { pictureType } from './read-texts.ts';

type Files = ReadonlyMap<string, Uint8Array>;

/** What goes into the container, and where the maker's files come from. */
interface Workshop {
	readonly given: Files;
	readonly made: Map<string, Uint8Array>;
}

/**
 * A bundle signed by the private keys (JWK) given; with none it is to be signed later and nobody accepts it yet.
 * `keys` is a signed key list to go along. The result has been read back as a customer's app reads it.
 * @throws Failure bundle.manifest, bundle.unknown-field, bundle.pattern, bundle.overlap, bundle.picture, bundle.missing-file …
 */
export async function createBundle(
	draft: Draft,
	files: Files,
	signers: readonly JsonWebKey[],
	keys?: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
	const shop: Workshop = { given: files, made: new Map() };
	const manifest = await manifestOf(draft, shop);
	const payload = base64url.encode(new TextEncoder().encode(JSON.stringify(manifest)));
	const signatures: JwsSignature[] = [];
	for (const signer of signers) signatures.push(await signPayload(payload, signer, TYPES.manifest));
	if (keys) await readJws(keys, TYPES.keys);
	return assemble({ payload, signatures }, shop.made, keys);
}

/** The container with everything in its place, read back before anybody gets it. */
export async function assemble(
	manifest: Jws,
	files: Files,
	keys: Uint8Array | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
	const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
	const bytes = writeContainer([
		[MANIFEST_PATH, writeJws(manifest)],
		...(keys ? [[KEYS_PATH, keys] as const] : []),
		...sorted,
	]);
	await readContents(await openBundle(bytes));
	return bytes;
}

async function manifestOf(draft: Draft, shop: Workshop): Promise<Manifest> {
	const { product, entry, images, keep = [], ...rest } = draft;
	const { picture, ...named } = product;
	const steps: Record<string, EntryStep[]> = {};
	for (const [route, list] of Object.entries(entry)) {
		const made: EntryStep[] = [];
		for (const step of list) made.push(await stepOf(step, shop));
		steps[route] = made;
	}
	const written: BundleImage[] = [];
	for (const image of images) written.push(await imageOf(image, shop));
	const value = {
		schema: SCHEMA,
		...rest,
		product: { ...named, ...(picture && { picture: await pictureOf(picture, shop) }) },
		entry: steps,
		images: written,
		keep,
	};
	// Through JSON, so that what is checked is what is written.
	return readManifestNode(root(JSON.parse(JSON.stringify(value)), 'bundle.manifest'));
}

async function stepOf({ picture, ...step }: DraftStep, shop: Workshop): Promise<EntryStep> {
	return picture ? { ...step, picture: await pictureOf(picture, shop) } : step;
}

/** Pictures are named by their content: used twice, they are there once. */
async function pictureOf({ file, ...picture }: DraftPicture, shop: Workshop): Promise<Picture> {
	const data = given(shop, file);
	const type = pictureType(data);
	if (type === undefined) throw new Failure('bundle.picture', { path: file });
	const digits = (await sha256(data)).slice(0, 16);
	const path = `pictures/${digits}.${type === 'image/jpeg' ? 'jpg' : type.slice('image/'.length)}`;
	return { ...picture, file: await put(shop, path, data) };
}

async function imageOf(
	{ file, from = [], full = true, storage = 'internal', ...image }: DraftImage,
	shop: Workshop,
): Promise<BundleImage> {
	const data = given(shop, file);
	const name = image.address.toString(16).padStart(8, '0');
	const deltas: Delta[] = [];
	for (const [i, base] of from.entries())
		deltas.push(await deltaOf({ base, data, path: `deltas/${name}-${i + 1}.delta` }, shop));
	return {
		...image,
		size: data.length,
		sha256: await sha256(data),
		storage,
		...(full && { full: await put(shop, `images/${name}.bin`, data) }),
		...(deltas.length > 0 && { deltas }),
	};
}

async function deltaOf(
	{ base, data, path }: { base: { version: string; file: string }; data: Uint8Array; path: string },
	shop: Workshop,
): Promise<Delta> {
	const source = given(shop, base.file);
	if (Math.max(source.length, data.length) > MAX_DELTA)
		throw new Failure('bundle.manifest', {
			field: path,
			reason: `deltas are made of at most ${MAX_DELTA} bytes`,
		});
	const patch = createDelta(source, data);
	apply(source, patch, { path, size: data.length });
	const from = { version: base.version, size: source.length, sha256: await sha256(source) };
	return { from, patch: await put(shop, path, patch) };
}

function given({ given: files }: Workshop, path: string): Uint8Array {
	const data = files.get(path);
	if (!data) throw new Failure('bundle.missing-file', { path });
	return data;
}

async function put({ made }: Workshop, path: string, data: Uint8Array): Promise<FileRef> {
	made.set(path, data);
	return { path, size: data.length, sha256: await sha256(data) };
}
