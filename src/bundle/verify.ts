// The only way from bytes to a VerifiedBundle.
import { Failure } from '#core/failure.ts';
import { KEYS_PATH, readContainer } from './container.ts';
import { checkSignature, MAX_JWS, readJws, TYPES } from './jws.ts';
import { withKeyList } from './key-list.ts';
import { fingerprint } from './keys.ts';
import type { Manifest } from './manifest.ts';
import { openBundle, readContents } from './open.ts';
import { firstBelieved, idsOf, knownAs, maySign, signedByMakers, type Signed } from './trust.ts';
import type { Maker, Signatures, Trust, VerifiedBundle } from './verified.ts';
import { checkDates } from './version.ts';

/**
 * Checks signatures, key list, manifest, files, product, dates and anti-rollback counter, in this order.
 * @throws Failure bundle.*, each refusal with its own code; bundle.unknown-maker when no trusted key signed it.
 */
export async function verifyBundle(bytes: Uint8Array, trust: Trust): Promise<VerifiedBundle> {
	const opened = await openBundle(bytes);
	const { manifest: jws, keys, sha256 } = opened;
	const signed = { manifest: jws, ...(keys && { keys }) };
	// Whose word it is has to be settled before it is read.
	const by = await signers(signed, trust);
	const { manifest, files } = await readContents(opened);
	const believed = await believe(by, manifest, trust);
	// The one place that may say so.
	return { manifest, files, signed, sha256, ...believed } as unknown as VerifiedBundle;
}

/**
 * A verified bundle by what is trusted and seen now: signatures, key list, product, dates and counter once more. The page
 * may have been open for long, and another tab may have seen more. @throws Failure bundle.*, as verifyBundle does
 */
export async function checkAgain(bundle: VerifiedBundle, trust: Trust): Promise<VerifiedBundle> {
	return {
		...bundle,
		...(await believe(await signers(bundle.signed, trust), bundle.manifest, trust)),
	};
}

interface Signers {
	/** In whose name it may be: a key can be on the lists of several. */
	readonly signed: readonly Signed[];
	/** All there are, after the key list. */
	readonly makers: readonly Maker[];
}

async function signers({ manifest, keys }: Signatures, trust: Trust): Promise<Signers> {
	const makers = keys ? await withKeyList(trust.makers, keys) : trust.makers;
	return { makers, signed: await signedByMakers(manifest, makers) };
}

type Belief = Pick<VerifiedBundle, 'maker' | 'signedBy' | 'ids' | 'unsure'>;

/** In the name of the first whose product and counter it fits. @throws Failure bundle.* */
const believe = ({ makers, signed }: Signers, manifest: Manifest, trust: Trust): Promise<Belief> =>
	firstBelieved(signed, (one) => believeOf(one, manifest, { ...trust, makers }));

async function believeOf(
	{ maker, signedBy }: Signed,
	manifest: Manifest,
	trust: Trust,
): Promise<Belief> {
	const { product, version } = manifest;
	if (!maySign(maker, product.id, trust.makers))
		throw new Failure('bundle.wrong-product', { product: product.id, maker: maker.name });
	checkDates(manifest, trust.now);
	const everyName = await knownAs(maker);
	const known = trust.counter(product.id, everyName);
	if (known !== undefined && version.counter < known)
		throw new Failure('bundle.rolled-back', {
			version: version.name,
			found: version.counter,
			known,
		});
	const unsure = trust.unsure?.(product.id, everyName) ?? false;
	return { maker, signedBy, ids: await idsOf(maker, signedBy), unsure };
}

/**
 * The makers that the key list in a bundle changes, as it leaves them; whether the bundle itself is any good is not
 * asked. None where there is no list, or nobody trusted signed it. @throws Failure bundle.* for a container, or a list, that is
 * not well formed or has been changed
 */
export async function keyListIn(
	bytes: Uint8Array,
	{ makers }: Pick<Trust, 'makers'>,
): Promise<readonly Maker[]> {
	const container = readContainer(bytes);
	if (!container.entries.some(({ path }) => path === KEYS_PATH)) return [];
	const list = await readJws(container.unpack(KEYS_PATH, MAX_JWS), TYPES.keys);
	return (await withKeyList(makers, list)).filter((maker) => !makers.includes(maker));
}

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
