// A maker's signed list of updates: fetched only when somebody asks for it, kept for offline, believed only by its
// signature.
import type * as Bundles from '#bundle/index.ts';
import type { Channel, ChannelUpdate } from '#bundle/channel.ts';
import type { Trust } from '#bundle/verified.ts';
import { fetchUpdate, linkFrom, type UpdateLink } from '#session/bundle-link.ts';
import { decodeRecord, encodeRecord, hasShape, isCount, isText } from '#session/keep/records.ts';
import type { Store } from '#ports/store.ts';
import { textIn } from './offer.ts';

/** Bytes of a list: thousands of products fit. */
const MAX_CHANNEL = 1024 * 1024;
const FOLDER = 'channels';

export interface News {
	/** When it was fetched, ISO 8601. */
	readonly checked: string;
	readonly channel: Channel;
}

export interface ChannelPorts {
	readonly bundles: Pick<typeof Bundles, 'readChannel'>;
	readonly trust: Trust;
	readonly store: Store | undefined;
	/** ISO 8601. */
	readonly today: () => string;
	readonly fetch: (address: string, signal: AbortSignal) => Promise<Response>;
}

/**
 * Asks the maker's server now, and keeps the answer. @throws Failure link.unreachable, link.too-large, bundle.* for a
 * list that is not signed well, is older than the one known, or no longer counts
 */
export async function askChannel(url: string, ports: ChannelPorts): Promise<News> {
	const { bundles, store } = ports;
	const trust = ofBrand(ports.trust);
	const { host } = new URL(url);
	const bytes = await fetchUpdate(
		{ address: url, host },
		(address, signal) => ports.fetch(address, signal),
		MAX_CHANNEL,
	);
	const known = store && (await recall(store, url));
	const channel = await bundles.readChannel(bytes, trust, known?.number);
	const checked = ports.today();
	if (store) {
		const path = await pathOf(store, url);
		await store.write(path, bytes);
		await store.write(`${path}-facts`, encodeRecord({ checked, number: channel.number }));
	}
	return { checked, channel };
}

/** The list as it was fetched last, without any network. @throws Failure bundle.*, store.* */
export async function keptChannel(url: string, ports: ChannelPorts): Promise<News | undefined> {
	const { bundles, store } = ports;
	const trust = ofBrand(ports.trust);
	const known = store && (await recall(store, url));
	const bytes = store && known && (await store.read(await pathOf(store, url)));
	if (!bytes) return undefined;
	return {
		checked: known.checked,
		channel: await bundles.readChannel(bytes, trust, known.number),
	};
}

/** The list is the brand's: where it pins makers, nobody the user accepted speaks for them. */
function ofBrand(trust: Trust): Trust {
	const pinned = trust.makers.filter(({ from }) => from === 'brand');
	return pinned.length > 0 ? { ...trust, makers: pinned } : trust;
}

/** Where an update of a list lies. @throws Failure link.not-allowed */
export const linkOf = (
	{ url, sha256 }: ChannelUpdate,
	channelUrl: string,
	sources: readonly string[],
): UpdateLink => ({ ...linkFrom(new URL(url, channelUrl).href, channelUrl, sources), sha256 });

/** In the reader's language. */
export const nameIn = ({ name }: ChannelUpdate, language: string): string => textIn(name, language);

const isKnown = (value: unknown): value is { readonly checked: string; readonly number: number } =>
	hasShape(value, { checked: isText, number: isCount });

const pathOf = async (store: Store, url: string): Promise<string> =>
	`${FOLDER}/${(await store.digest(new TextEncoder().encode(url))).slice(0, 16)}`;

async function recall(
	store: Store,
	url: string,
): Promise<{ readonly checked: string; readonly number: number } | undefined> {
	const path = `${await pathOf(store, url)}-facts`;
	const bytes = await store.read(path);
	return bytes && decodeRecord(path, bytes, isKnown);
}
