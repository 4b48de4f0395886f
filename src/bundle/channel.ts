// A maker's channel: the newest versions, signed, on any static host.
import { Failure } from '#core/failure.ts';
import { MAX_BUNDLE } from '#core/update-file.ts';
import { compact, distinct, fields, integer, list, matching, optional } from './fields.ts';
import { parseSigned, root, wrong, type Node } from './fields.ts';
import { payloadOf, readJws, signValue, TYPES } from './jws.ts';
import type { Texts } from './manifest.ts';
import { version } from './read-hardware.ts';
import { counter, day, productId } from './read-manifest.ts';
import { nameTexts, SHA256 } from './read-texts.ts';
import { MAX_COUNT } from './key-list.ts';
import { firstBelieved, idsOf, knownAs, maySign, signedByMakers } from './trust.ts';
import type { Trust } from './verified.ts';

export interface Channel {
	/** Rises with every publication; an older one is a replay. */
	readonly number: number;
	/** ISO 8601 day (UTC), the last on which the list counts, if the maker gives one. */
	readonly until?: string;
	readonly updates: readonly ChannelUpdate[];
}

export interface ChannelUpdate {
	readonly product: string;
	readonly name: Texts;
	readonly version: string;
	readonly counter: number;
	/** The version its deltas start from, where it carries deltas alone. */
	readonly from?: string;
	/** Absolute https, or relative to the channel file. */
	readonly url: string;
	/** Bytes, and SHA-256 of the bundle. */
	readonly size: number;
	readonly sha256: string;
}

const MAX_UPDATES = 256;

export interface SignedChannel {
	readonly channel: Channel;
	/** Thumbprints its number is remembered under. */
	readonly ids: readonly string[];
}

/** The highest number seen of a list of the maker known by any of these thumbprints that names any of these products. */
export type ChannelsSeen = (
	maker: readonly string[],
	products: readonly string[],
) => number | undefined;

/**
 * A channel file as fetched. @throws Failure bundle.* for what no trusted key signed; bundle.channel-old below the highest
 * number seen; bundle.channel-stale after its last day; bundle.wrong-product for one its maker may not sign for.
 */
export async function readChannel(
	bytes: Uint8Array,
	trust: Trust,
	seen: ChannelsSeen = () => undefined,
): Promise<SignedChannel> {
	const jws = await readJws(bytes, TYPES.channel);
	const signed = await signedByMakers(jws, trust.makers);
	const channel = channelOf(parseSigned(payloadOf(jws), 'bundle.channel'));
	const { number, until, updates } = channel;
	const products = [...new Set(updates.map(({ product }) => product))];
	const ids = await firstBelieved(signed, async ({ maker, signedBy }) => {
		const foreign = products.find((product) => !maySign(maker, product, trust.makers));
		if (foreign !== undefined)
			throw new Failure('bundle.wrong-product', { product: foreign, maker: maker.name });
		const known = seen(await knownAs(maker), products);
		if (known !== undefined && number < known)
			throw new Failure('bundle.channel-old', { found: number, known });
		return await idsOf(maker, signedBy);
	});
	if (until !== undefined && trust.now.toISOString().slice(0, 10) > until)
		throw new Failure('bundle.channel-stale', { until });
	return { channel, ids };
}

/** A signed channel file; `signers` are private keys. @throws Failure bundle.channel */
export async function writeChannel(
	channel: Channel,
	signers: readonly JsonWebKey[],
): Promise<Uint8Array<ArrayBuffer>> {
	const value = channelOf(root(channel, 'bundle.channel'));
	return await signValue(value, signers, TYPES.channel);
}

function channelOf(node: Node): Channel {
	const own = fields(node, ['number', 'updates'], ['until']);
	return compact({
		number: integer(own.number, { least: 1, most: MAX_COUNT }),
		until: optional(own.until, day),
		updates: updatesOf(own.updates),
	});
}

function updatesOf(node: Node): readonly ChannelUpdate[] {
	const updates = list(node, { least: 0, most: MAX_UPDATES }, update);
	distinct(
		node,
		updates.map(({ product, version: name, from = '' }) => `${product} ${name} ${from}`),
	);
	return updates;
}

function update(node: Node): ChannelUpdate {
	const own = fields(
		node,
		['product', 'name', 'version', 'counter', 'url', 'size', 'sha256'],
		['from'],
	);
	return compact({
		product: productId(own.product),
		name: nameTexts(own.name),
		version: version(own.version),
		counter: counter(own.counter),
		from: optional(own.from, version),
		url: address(own.url),
		size: integer(own.size, { least: 1, most: MAX_BUNDLE }),
		sha256: matching(own.sha256, SHA256, '64 lower-case hex digits'),
	});
}

/** An https address, or a path beside the channel file: never another scheme, nor another host without saying so. */
function address(node: Node): string {
	const text = matching(node, /^[!-~]{1,500}$/, 'an address of 1 to 500 ASCII characters');
	if (/["'<>\\^`{|}]/.test(text)) wrong(node, 'it contains characters that addresses do not have');
	const absolute = /^https:\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?\/./.test(text);
	const relative = !/^[a-z][a-z0-9+.-]*:/i.test(text) && !text.startsWith('/');
	if (!absolute && !relative) wrong(node, 'it is neither https nor beside the channel file');
	return text;
}
