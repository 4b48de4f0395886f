// A maker's signed list of updates: fetched only when somebody asks for it, kept for offline, believed only by its
// signature.
import type * as Bundles from '#bundle/index.ts';
import type { Channel, ChannelsSeen, ChannelUpdate, SignedChannel } from '#bundle/channel.ts';
import type { Trust } from '#bundle/verified.ts';
import { isFailure } from '#core/failure.ts';
import { fetchUpdate, linkFrom, type UpdateLink } from '#session/bundle-link.ts';
import {
	decodeRecord,
	encodeRecord,
	hasShape,
	isCount,
	isListOf,
	isOptional,
	isText,
} from '#session/keep/records.ts';
import type { Store } from '#ports/store.ts';
import { textIn } from './offer.ts';
import { highest, isDamaged, keepNumbers, readNumbers, TRUST_LOCK } from './seen-numbers.ts';

/** Bytes of a list: thousands of products fit. */
const MAX_CHANNEL = 1024 * 1024;
const FOLDER = 'channels';
/** Highest numbers of lists by maker and product, wherever the list lay. */
export const NUMBERS = 'trust/channels';

export interface News {
	/** When it was fetched, ISO 8601. */
	readonly checked: string;
	readonly channel: Channel;
	/** What was remembered of earlier lists is damaged: nobody can tell that this is not an old one. */
	readonly unsure?: boolean;
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
 * Asks the maker's server now, and keeps the answer where there is room for it. @throws Failure link.unreachable, link.too-large, bundle.* for a
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
	const checked = ports.today();
	if (!store) return { checked, channel: (await bundles.readChannel(bytes, trust)).channel };
	// Another tab may ask as well: it is looked at by what is known once nobody else writes.
	return await store.alone(TRUST_LOCK, async () => {
		const { seen, lost } = await seenOf(store, url);
		const signed = await bundles.readChannel(bytes, trust, seen);
		const { channel, ids } = signed;
		const unsure = lost && seen(ids, productsOf(channel)) === undefined;
		await keepList(store, url, { bytes, checked, signed });
		return { checked, channel, ...(unsure && { unsure }) };
	});
}

const productsOf = ({ updates }: Channel): readonly string[] => [
	...new Set(updates.map(({ product }) => product)),
];

/** Where there is no room it goes on, without the list of before: that is an old one now. @throws Failure store.refused */
async function keepList(
	store: Store,
	url: string,
	{ bytes, checked, signed }: { bytes: Uint8Array; checked: string; signed: SignedChannel },
): Promise<void> {
	const { channel, ids } = signed;
	const { number } = channel;
	const path = await pathOf(store, url);
	try {
		await keepNumbers(store, NUMBERS, { ids, products: productsOf(channel), number });
		await store.write(path, bytes);
		await store.write(`${path}-facts`, encodeRecord({ checked, number, ids }));
	} catch (error) {
		if (!isFailure(error, 'store.full')) throw error;
		await store.remove(path);
	}
}

/** The list as it was fetched last, without any network. @throws Failure bundle.*, store.* */
export async function keptChannel(url: string, ports: ChannelPorts): Promise<News | undefined> {
	const { bundles, store } = ports;
	const trust = ofBrand(ports.trust);
	const known = store && (await recall(store, url));
	const bytes = store && known && (await store.read(await pathOf(store, url)));
	if (!bytes) return undefined;
	const { seen } = await seenOf(store, url);
	const { channel } = await bundles.readChannel(bytes, trust, seen);
	return { checked: known.checked, channel };
}

/** A list that moved is still that of its maker: an older one at the new address is an old one. @throws Failure store.* */
async function seenOf(store: Store, url: string): Promise<{ seen: ChannelsSeen; lost: boolean }> {
	const numbers = await readNumbers(store, NUMBERS);
	const here = await recall(store, url);
	const seen: ChannelsSeen = (maker, products) => {
		const sameMaker = here && (!here.ids || here.ids.some((id) => maker.includes(id)));
		const all = [highest(numbers.seen, maker, products), sameMaker ? here.number : undefined];
		const known = all.filter((number) => number !== undefined);
		return known.length > 0 ? Math.max(...known) : undefined;
	};
	return { seen, lost: numbers.lost || (await damagedChannels(store)).length > 0 };
}

/** The list is the brand's: where it pins makers, nobody the user accepted speaks for them. */
function ofBrand(trust: Trust): Trust {
	const pinned = trust.makers.filter(({ from }) => from === 'brand');
	return pinned.some(({ keys }) => keys.length > 0) ? { ...trust, makers: pinned } : trust;
}

/** Where an update of a list lies. @throws Failure link.not-allowed */
export const linkOf = (
	{ url, sha256 }: ChannelUpdate,
	channelUrl: string,
	sources: readonly string[],
): UpdateLink => ({ ...linkFrom(new URL(url, channelUrl).href, channelUrl, sources), sha256 });

/** In the reader's language. */
export const nameIn = ({ name }: ChannelUpdate, language: string): string => textIn(name, language);

/** What is known of the list at an address. */
interface Known {
	readonly checked: string;
	readonly number: number;
	/** Thumbprints of its maker's keys; versions before kept none. */
	readonly ids?: readonly string[];
}

const isKnown = (value: unknown): value is Known =>
	hasShape(value, { checked: isText, number: isCount, ids: isOptional(isListOf(isText)) });

const pathOf = async (store: Store, url: string): Promise<string> =>
	`${FOLDER}/${(await store.digest(new TextEncoder().encode(url))).slice(0, 16)}`;

/** Undefined where there is none, or it is damaged. */
async function recall(store: Store, url: string): Promise<Known | undefined> {
	return await readFacts(store, `${await pathOf(store, url)}-facts`);
}

async function readFacts(store: Store, path: string): Promise<Known | undefined> {
	const bytes = await store.read(path);
	try {
		return bytes && decodeRecord(path, bytes, isKnown);
	} catch {
		return undefined;
	}
}

/** What is known of a list, apart from the list. */
export const isFacts = (path: string): boolean =>
	path.startsWith(`${FOLDER}/`) && path.endsWith('-facts');

/** @throws Failure store.refused */
export async function damagedChannels(store: Store): Promise<readonly string[]> {
	const damaged = (await isDamaged(store, NUMBERS)) ? [NUMBERS] : [];
	const paths = (await store.list(FOLDER)).map((name) => `${FOLDER}/${name}`);
	for (const path of paths.filter(isFacts)) if (!(await readFacts(store, path))) damaged.push(path);
	return damaged;
}
