// Bytes kept under their own SHA-256, so that the same content is stored once and a damaged one is noticed.
import { Failure } from '#core/failure.ts';
import { buildImage, cutOnGrid, type Image } from '#core/image.ts';
import type { Store } from '#ports/store.ts';

/** A stretch of memory whose bytes are stored apart. */
export interface StoredSegment {
	readonly address: number;
	readonly size: number;
	/** Lower-case hex. */
	readonly sha256: string;
}

/** Blobs of this size at most: equal stretches of two firmwares are then likely to be equal blobs. */
const BLOB_SIZE = 16 * 1024;

const pathOf = (digest: string): string => `blobs/${digest}`;

/** Stores an image cut on a grid of its addresses. @throws Failure store.full or store.refused. */
export async function storeImage(store: Store, image: Image): Promise<StoredSegment[]> {
	const known = new Set(await store.list('blobs'));
	const stored: StoredSegment[] = [];
	for (const { address, data } of image.flatMap((segment) => cutOnGrid(segment, BLOB_SIZE))) {
		const part = data.slice();
		const digest = await store.digest(part);
		if (!known.has(digest)) await store.write(pathOf(digest), part);
		known.add(digest);
		stored.push({ address, size: part.length, sha256: digest });
	}
	return stored;
}

/** @throws Failure store.missing or store.damaged: every byte returned was checked. */
export async function loadImage(store: Store, segments: readonly StoredSegment[]): Promise<Image> {
	const parts: { address: number; data: Uint8Array }[] = [];
	for (const { address, size, sha256: digest } of segments) {
		const data = await store.read(pathOf(digest));
		if (!data) throw new Failure('store.missing', { path: pathOf(digest) });
		if (data.length !== size || (await store.digest(data)) !== digest)
			throw new Failure('store.damaged', { path: pathOf(digest) });
		parts.push({ address, data });
	}
	return buildImage(parts);
}

/** Removes the blobs that no record names any more. `named` reads all records while nobody writes one. */
export async function sweepBlobs(
	store: Store,
	named: () => Promise<ReadonlySet<string>>,
): Promise<void> {
	const keep = await named();
	for (const digest of await store.list('blobs'))
		if (!keep.has(digest)) await store.remove(pathOf(digest));
}
