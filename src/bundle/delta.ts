// From a verified bundle to the image for one board: whole, or the change from what the board holds. The patches are
// Fossil's delta format (fossil-scm.org/home/doc/tip/www/delta_format.wiki), made and applied by fossil-delta.
import { Failure } from '#core/failure.ts';
import { buildImage, type Image, type Segment } from '#core/image.ts';
import { join, type Range } from '#core/range.ts';
import { applyDelta, getDeltaTargetSize } from 'fossil-delta';
import { sha256 } from './digest.ts';
import type { BundleImage, Delta } from './manifest.ts';
import type { VerifiedBundle } from './verified.ts';

const rangeOf = ({ address }: BundleImage, { from }: Delta): Range => ({
	start: address,
	end: address + from.size,
});

/**
 * What has to be read from the board before imageOf(): where an image comes as deltas alone. Empty when every image is
 * there in full, since then a delta could only lead to the same bytes.
 */
export const rangesToRead = ({ manifest }: VerifiedBundle): readonly Range[] =>
	join(
		manifest.images.flatMap((image) =>
			image.full ? [] : (image.deltas ?? []).map((delta) => rangeOf(image, delta)),
		),
	);

/**
 * The bytes to program, each image equal to its SHA-256. `board` gives what was read, undefined where nothing was.
 * @throws Failure bundle.no-base when only deltas are there and the board holds none of their starting points (nor the
 * image itself), bundle.delta-broken for a patch that does not lead to the image.
 */
export async function imageOf(
	{ manifest, files }: VerifiedBundle,
	board: (range: Range) => Uint8Array | undefined,
): Promise<Image> {
	const segments: Segment[] = [];
	for (const image of manifest.images) {
		const data = image.full ? files.get(image.full.path)! : await patched(image, files, board);
		segments.push({ address: image.address, data });
	}
	return buildImage(segments);
}

async function patched(
	image: BundleImage,
	files: VerifiedBundle['files'],
	board: (range: Range) => Uint8Array | undefined,
): Promise<Uint8Array> {
	const { address, size, sha256: wanted, deltas = [] } = image;
	for (const delta of deltas) {
		const range = rangeOf(image, delta);
		const found = board(range);
		if (found?.length !== delta.from.size || (await sha256(found)) !== delta.from.sha256) continue;
		const { path } = delta.patch;
		const data = apply(found, files.get(path)!, { path, size });
		if ((await sha256(data)) !== wanted) throw new Failure('bundle.delta-broken', { path });
		return data;
	}
	// Begun or finished before: the board may hold the new bytes already.
	const there = board({ start: address, end: address + size });
	if (there?.length === size && (await sha256(there)) === wanted) return there;
	const version = deltas.map(({ from }) => from.version).join(', ');
	throw new Failure('bundle.no-base', { version, address });
}

/** The library gives what the patch says at most; that must be the image's size before it begins. */
export function apply(
	source: Uint8Array,
	patch: Uint8Array,
	{ path, size }: { path: string; size: number },
): Uint8Array {
	try {
		if (getDeltaTargetSize(patch) !== size) throw new Error('the patch makes another size');
		return applyDelta(source, patch);
	} catch (cause) {
		throw new Failure('bundle.delta-broken', { path }, cause);
	}
}
