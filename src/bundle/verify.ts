// The only way from bytes to a VerifiedBundle.
import { Failure } from '#core/failure.ts';
import { checkSignature } from './jws.ts';
import { fingerprint } from './keys.ts';
import { openBundle, readContents } from './open.ts';
import { signedByMaker, withKeyList } from './trust.ts';
import type { Maker, Trust, VerifiedBundle } from './verified.ts';
import { checkDates } from './version.ts';

/**
 * Checks signatures, key list, manifest, files, product, dates and anti-rollback counter, in this order.
 * @throws Failure bundle.*, each refusal with its own code; bundle.unknown-maker when no trusted key signed it.
 */
export async function verifyBundle(bytes: Uint8Array, trust: Trust): Promise<VerifiedBundle> {
	const opened = await openBundle(bytes);
	const makers = opened.keys ? await withKeyList(trust.makers, opened.keys) : trust.makers;
	const { maker, signedBy } = await signedByMaker(opened.manifest, makers);
	const { manifest, files } = await readContents(opened);
	const { product, version } = manifest;
	if (!maySign(maker, product.id, makers))
		throw new Failure('bundle.wrong-product', { product: product.id, maker: maker.name });
	checkDates(manifest, trust.now);
	const known = trust.counter(product.id);
	if (known !== undefined && version.counter < known)
		throw new Failure('bundle.rolled-back', {
			version: version.name,
			found: version.counter,
			known,
		});
	// The one place that may say so.
	return { manifest, files, signedBy, maker, sha256: opened.sha256 } as unknown as VerifiedBundle;
}

/** A maker with a list of products signs for these; one the user accepted never for those of a maker the page was made for. */
const maySign = (maker: Maker, product: string, all: readonly Maker[]): boolean =>
	maker.products?.includes(product) !== false &&
	(maker.from === 'brand' ||
		!all.some(({ from, products }) => from === 'brand' && products?.includes(product)));

/** Who an unknown maker says to be. Only the fingerprint can be compared with something. */
export interface Introduction {
	/** As the manifest claims; proves nothing. */
	readonly maker: string;
	/** SHA-256 thumbprint of the key as upper-case hex in groups of four. */
	readonly fingerprint: string;
	/** The one key the fingerprint is of; a `Maker` is made of it when the user accepts. */
	readonly keys: readonly JsonWebKey[];
}

/**
 * The first key that signed the bundle, by its own word: the signature is valid, nothing else is acted on. Only the
 * first, because a stranger can add a signature to a bundle, and its key must not be taken in under another's fingerprint.
 * @throws Failure bundle.*; bundle.unknown-maker when the signature does not bring its key.
 */
export async function introduce(bytes: Uint8Array): Promise<Introduction> {
	const opened = await openBundle(bytes);
	const [first] = opened.manifest.signatures;
	if (!first) throw new Failure('bundle.unsigned', {});
	const { kid, jwk } = first;
	if (!jwk) throw new Failure('bundle.unknown-maker', { kid });
	await checkSignature(opened.manifest, first, jwk);
	const { manifest } = await readContents(opened);
	return { maker: manifest.maker.name, fingerprint: fingerprint(kid), keys: [jwk] };
}
