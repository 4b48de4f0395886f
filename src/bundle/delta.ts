// From a verified bundle to the image for one board: whole, or the change from what the board holds.
import type { Image } from '#core/image.ts';
import type { Range } from '#core/range.ts';
import type { VerifiedBundle } from './verified.ts';

/** What has to be read from the board before imageOf() can use the deltas; empty when there are none. */
export function rangesToRead(_bundle: VerifiedBundle): readonly Range[] {
	throw new Error('not written yet');
}

/**
 * The bytes to program, each image equal to its SHA-256. `board` gives what was read, undefined where nothing was.
 * @throws Failure bundle.no-base when only deltas are there and the board holds none of their starting points.
 */
export function imageOf(
	_bundle: VerifiedBundle,
	_board: (range: Range) => Uint8Array | undefined,
): Promise<Image> {
	return Promise.reject(new Error('not written yet'));
}
