// The whole update from the maker's server, for a device that holds something else than the changes start from. The maker's
// signed list says where it lies, how large it is and its SHA-256; it is then verified like any update.
import type { VerifiedBundle } from '#bundle/verified.ts';
import { Failure, isFailure, toFailure } from '#core/failure.ts';
import { fetchUpdate } from '#session/bundle-link.ts';
import { askChannel, linkOf } from './channel.ts';
import { factsOf, keepStored } from './library.ts';
import { textIn } from './offer.ts';
import { keepKeyList, readTrust } from './trust-store.ts';
import { standsFor } from './whole.ts';
import type { Bench } from './work.ts';

export interface ListPlace {
	/** https address of the maker's list. */
	readonly url: string;
	/** Origins beside its own that updates may be fetched from. */
	readonly sources: readonly string[];
	readonly fetch: (address: string, signal: AbortSignal) => Promise<Response>;
}

/** Who would be asked, as people are told it. */
export const hostOf = ({ url }: ListPlace): string => new URL(url).host;

/**
 * Asks the list now and fetches what it names; kept for the next time where there is room. Each answer has a limit of
 * time and size. @throws Failure update.no-whole, link.*, bundle.*, store.refused; the signal's reason
 */
export async function fetchWhole(
	{ session, environment, makers, others, bundles, language }: Bench,
	changes: VerifiedBundle,
	place: ListPlace,
	signal: AbortSignal,
): Promise<VerifiedBundle> {
	const { keeper } = session;
	const { product, version } = changes.manifest;
	const fetch = (address: string, late: AbortSignal): Promise<Response> =>
		place.fetch(address, AbortSignal.any([late, signal]));
	try {
		const store = await keeper.store();
		const today = (): string => environment.today();
		// It takes a while: what is trusted is looked up anew each time.
		const trustNow = () => readTrust(store, makers, new Date(today()), others);
		const ports = { bundles, trust: await trustNow(), store, today, fetch };
		const { channel } = await askChannel(place.url, ports);
		signal.throwIfAborted();
		const named = channel.updates.find(
			(one) =>
				one.product === product.id &&
				one.version === version.name &&
				one.counter === version.counter &&
				one.from === undefined,
		);
		if (!named) throw new Failure('update.no-whole', { version: version.name });
		const link = linkOf(named, place.url, place.sources);
		const bytes = await fetchUpdate(link, fetch, named.size);
		signal.throwIfAborted();
		await keepKeyList(store, bytes, await trustNow());
		const whole = await bundles.verifyBundle(bytes, await trustNow());
		if (!standsFor(whole, changes)) throw new Failure('update.no-whole', { version: version.name });
		const facts = { ...factsOf(whole, textIn(product.name, language)), fileName: link.name };
		// It goes on without being kept: the keeper says why, as it does of backups.
		if (store)
			await keepStored(store, bytes, { ...facts, added: today() }).catch((error: unknown) => {
				keeper.trouble = toFailure(error);
			});
		return whole;
	} catch (error) {
		signal.throwIfAborted();
		throw error;
	}
}

/** Changes that start from something else than the device holds: the maker's server may have the whole update. */
export const elsewhere = (failure: Failure, place: ListPlace | undefined): Failure =>
	place && isFailure(failure, 'bundle.no-base')
		? new Failure(
				'update.whole-elsewhere',
				{ version: failure.data.version, host: hostOf(place) },
				failure,
			)
		: failure;
