// What this machine keeps of updates: files to install offline, what was done, whom it trusts, and the maker's list.
import type * as Bundles from '#bundle/index.ts';
import type { Maker } from '#bundle/verified.ts';
import { Failure, toFailure } from '#core/failure.ts';
import type { UpdateLink } from '#session/bundle-link.ts';
import type { Keeper } from '#session/keep/keeper.svelte.ts';
import type { Store } from '#ports/store.ts';
import {
	askChannel,
	keptChannel,
	linkOf,
	nameIn,
	type ChannelPorts,
	type News,
} from './channel.ts';
import {
	factsOf,
	keepStored,
	listStored,
	loadStored,
	removeStored,
	type StoredUpdate,
} from './library.ts';
import { clearDamagedTrust, damagedTrust } from './damaged.ts';
import { logCsv, logJson } from './log-export.ts';
import { textIn } from './offer.ts';
import { listUpdates, removeUpdate, type UpdateEntry } from './records.ts';
import { forgetMaker, listAccepted, readTrust, type AcceptedMaker } from './trust-store.ts';

export interface LibrarySetup {
	readonly keeper: Keeper;
	/** Pinned by the brand. */
	readonly makers: readonly Maker[];
	/** Whether those count that the user accepted. */
	readonly others: 'ask' | 'refuse';
	/** https address of the maker's list; undefined where the brand has none. */
	readonly channel?: string;
	/** Origins beside the list's own that updates may be fetched from. */
	readonly sources: readonly string[];
	/** BCP 47. */
	readonly language: () => string;
	/** ISO 8601. */
	readonly today: () => string;
	readonly fetch: (address: string, signal: AbortSignal) => Promise<Response>;
}

/** An update of the maker's list. */
export interface NewsItem {
	readonly product: string;
	readonly version: string;
	/** Bytes. */
	readonly size: number;
	/** It is among the kept files. */
	readonly kept: boolean;
	/** Undefined where this page may not fetch it. */
	readonly link: UpdateLink | undefined;
}

export interface ShownMaker extends AcceptedMaker {
	/** Fingerprints of its keys, as people compare them. */
	readonly prints: readonly string[];
}

const loadBundles = () => import('#bundle/index.ts');

export class UpdateLibrary {
	readonly #setup: LibrarySetup;
	/** Newest first. */
	stored = $state.raw<readonly StoredUpdate[]>([]);
	log = $state.raw<readonly UpdateEntry[]>([]);
	accepted = $state.raw<readonly ShownMaker[]>([]);
	/** Stored files that cannot be believed. */
	damaged = $state.raw<readonly string[]>([]);
	/** Among them is what was remembered of makers, of counters, or of lists of updates. */
	lost = $state(false);
	usage = $state.raw<Awaited<ReturnType<Store['usage']>>>();
	/** Kept files that made way for a newer one, since the page was opened. */
	madeWay = $state.raw<readonly StoredUpdate[]>([]);
	/** What went wrong last; undefined while it works. */
	trouble = $state.raw<Failure>();
	asking = $state(false);
	#news = $state.raw<News>();

	readonly news: readonly NewsItem[] = $derived.by(() => this.#items());
	/** When the maker's list was fetched last, ISO 8601. */
	readonly checked: string | undefined = $derived.by(() => this.#news?.checked);
	/** Nobody can tell that the list is not an old one. */
	readonly unsure: boolean = $derived.by(() => this.#news?.unsure ?? false);

	constructor(setup: LibrarySetup) {
		this.#setup = setup;
	}

	/** Whether there is a maker's list to look at. */
	get hasChannel(): boolean {
		return this.#setup.channel !== undefined;
	}

	/** Reads what is stored; nothing is asked of the network. Never rejects. */
	refresh(): Promise<void> {
		return this.#trying(async (store) => {
			const [kept, done] = await Promise.all([listStored(store), listUpdates(store)]);
			this.stored = kept.updates;
			this.log = done.updates;
			const trust = await damagedTrust(store);
			this.damaged = [...kept.damaged, ...done.damaged, ...trust];
			this.lost = trust.length > 0;
			this.accepted = await Promise.all((await listAccepted(store)).map(withPrints));
			this.usage = await store.usage();
			const { channel } = this.#setup;
			if (channel !== undefined && !this.#news)
				this.#news = await keptChannel(channel, await this.#ports(store));
		});
	}

	/** Keeps a file that a trusted maker signed; any other is left alone. Never rejects. */
	keep(bytes: Uint8Array<ArrayBuffer>, fileName: string): Promise<void> {
		return this.#trying(async (store) => {
			const { bundles, trust } = await this.#ports(store);
			const bundle = await bundles.verifyBundle(bytes, trust).catch(() => undefined);
			if (!bundle) return;
			const facts = factsOf(bundle, textIn(bundle.manifest.product.name, this.#setup.language()));
			const added = this.#setup.today();
			const gone = await keepStored(store, bytes, { ...facts, added, fileName });
			this.madeWay = [...this.madeWay, ...gone];
			this.stored = (await listStored(store)).updates;
			this.usage = await store.usage();
		});
	}

	/** The kept file, to be opened or saved; undefined where it cannot be had, and `trouble` says why. */
	async bytesOf(digest: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
		let bytes: Uint8Array<ArrayBuffer> | undefined;
		await this.#trying(async (store) => {
			bytes = await loadStored(store, digest);
		});
		return bytes;
	}

	remove(digest: string): Promise<void> {
		return this.#changing((store) => removeStored(store, digest));
	}

	removeEntry(id: string): Promise<void> {
		return this.#changing((store) => removeUpdate(store, id));
	}

	removeDamaged(): Promise<void> {
		return this.#changing(async (store) => {
			const shown = this.damaged;
			await clearDamagedTrust(store, shown);
			const [kept, done] = await Promise.all([listStored(store), listUpdates(store)]);
			for (const path of [...kept.damaged, ...done.damaged])
				if (shown.includes(path)) await store.remove(path);
		});
	}

	/** A maker the user accepted is a stranger again. */
	forget(id: string): Promise<void> {
		return this.#changing((store) => forgetMaker(store, id));
	}

	/** Asks the maker's server for the list, now. Straight from a click. Never rejects. */
	async ask(): Promise<void> {
		const { channel } = this.#setup;
		if (channel === undefined || this.asking) return;
		this.asking = true;
		try {
			const store = await this.#setup.keeper.store();
			this.#news = await askChannel(channel, await this.#ports(store));
			this.trouble = undefined;
		} catch (error) {
			this.trouble = toFailure(error);
		} finally {
			this.asking = false;
		}
	}

	/** The list of what was done, as a file's text. */
	exported(as: 'json' | 'csv'): string {
		return as === 'json' ? logJson(this.log) : logCsv(this.log);
	}

	#items(): readonly NewsItem[] {
		const { channel, sources } = this.#setup;
		if (channel === undefined || !this.#news) return [];
		return this.#news.channel.updates.map((update) => ({
			product: nameIn(update, this.#setup.language()),
			version: update.version,
			size: update.size,
			kept: this.stored.some(({ sha256 }) => sha256 === update.sha256),
			link: linkFor(() => linkOf(update, channel, sources)),
		}));
	}

	async #ports(store: Store | undefined): Promise<ChannelPorts & { bundles: typeof Bundles }> {
		const { makers, others, today, fetch } = this.#setup;
		const bundles = await loadBundles();
		const trust = await readTrust(store, makers, dayOf(today()), others);
		return { bundles, trust, store, today, fetch };
	}

	#changing(work: (store: Store) => Promise<void>): Promise<void> {
		return this.#trying(work).then(() => this.refresh());
	}

	async #trying(work: (store: Store) => Promise<void>): Promise<void> {
		try {
			const store = await this.#setup.keeper.store();
			if (!store)
				throw this.#setup.keeper.trouble ?? new Failure('store.refused', { reason: 'not opened' });
			await work(store);
			this.trouble = undefined;
		} catch (error) {
			this.trouble = toFailure(error);
		}
	}
}

/** ISO 8601 → a date that is handed over and never changed. */
function dayOf(iso: string): Date {
	return new Date(iso);
}

async function withPrints(maker: AcceptedMaker): Promise<ShownMaker> {
	const { fingerprint, thumbprint } = await loadBundles();
	const prints = await Promise.all(
		maker.keys.map(async (key) => fingerprint(await thumbprint(key))),
	);
	return { ...maker, prints };
}

function linkFor(find: () => UpdateLink): UpdateLink | undefined {
	try {
		return find();
	} catch {
		// Elsewhere: its version is told, and where to get it is the maker's page.
		return undefined;
	}
}
