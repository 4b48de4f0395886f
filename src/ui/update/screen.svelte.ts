// What the customer's page itself remembers and does: the language, an address that leads to an update, what is saved
// for support. Everything about update and device is the updater's.
import { describe, Failure, toFailure, type Diagnostic } from '#core/failure.ts';
import { MAX_BUNDLE } from '#core/update-file.ts';
import { fetchUpdate, type UpdateLink } from '#session/bundle-link.ts';
import { neutral, type Brand } from '#session/brand.ts';
import type { Action, Offer, Stage, Way } from '#session/update/stage.ts';
import type { UpdateLibrary } from '#session/update/library.svelte.ts';
import type { Updates } from '#ui/updates.svelte.ts';
import { detailsText } from './details.ts';
import type { Updater } from './updater.ts';
import {
	bestLanguage,
	languagesOf,
	unknownKeys,
	Words,
	type Values,
	type WordKey,
} from './words/words.ts';

/** Why no device can be reached from this page, whatever is done on it. */
export type Barred = 'embedded' | 'insecure' | 'browser';

export interface Surroundings {
	readonly version: string;
	readonly system: string;
	/** The reader's languages, BCP 47, best first. */
	readonly languages: readonly string[];
	readonly barred: Barred | undefined;
	readonly updates: Updates;
	/** Devices that were allowed before are looked for without a click. */
	readonly notices: boolean;
	/** ISO 8601. */
	today(): string;
	save(fileName: string, content: string | Blob): void;
	/** The language chosen in an earlier visit. */
	recall(): string | undefined;
	remember(language: string): void;
	fetch(address: string, signal: AbortSignal): Promise<Response>;
}

/** An update that an address names: waiting for a click, being fetched, or not to be had. */
type Linked =
	| { readonly status: 'none' | 'fetching' }
	| { readonly status: 'offered'; readonly link: UpdateLink }
	| { readonly status: 'failed'; readonly failure: Failure; readonly link?: UpdateLink };

export class UpdateScreen {
	readonly updater: Updater;
	readonly around: Surroundings;
	readonly brand: Brand;
	/** What is wrong with the brand file: for its maker. */
	readonly brandTrouble: readonly (Failure | Diagnostic)[];
	readonly languages: readonly string[];
	/** What this computer keeps; undefined until it is put together. */
	library = $state.raw<UpdateLibrary>();
	/** Tells the page around this one, where there is one, what stage is reached. */
	told: (stage: Stage) => void = () => undefined;
	/** The file behind the stage, until it is kept. */
	#file: { readonly bytes: Uint8Array<ArrayBuffer>; readonly name: string } | undefined;
	#language = $state('');
	#linked = $state.raw<Linked>({ status: 'none' });
	#reading = $state(false);
	/** The way chosen last; the first one of the offer until then. */
	#way = $state<Way>();

	readonly words: Words = $derived.by(() => new Words(this.#language, this.brand.texts));
	/** What is shown: the update's stage, or that of the address that leads to one. */
	readonly stage: Stage = $derived.by(() => {
		if (this.#reading || this.#linked.status === 'fetching') return { status: 'opening' };
		const { stage } = this.updater;
		if (this.#linked.status === 'failed' && stage.status === 'nothing') {
			const { failure, link } = this.#linked;
			return { status: 'refused', failure, action: link ? 'again' : 'choose-file' };
		}
		return stage;
	});
	/** An update at another origin, which is fetched only on a click. */
	readonly linked: UpdateLink | undefined = $derived.by(() =>
		this.#linked.status === 'offered' ? this.#linked.link : undefined,
	);
	readonly offer: Offer | undefined = $derived.by(() =>
		'offer' in this.stage ? this.stage.offer : undefined,
	);
	readonly way: Way | undefined = $derived.by(() => this.#way ?? this.offer?.ways[0]);

	constructor(
		updater: Updater,
		around: Surroundings,
		brand: { readonly brand?: Brand; readonly trouble?: Failure } = {},
	) {
		this.updater = updater;
		this.around = around;
		this.brand = brand.brand ?? neutral;
		this.brandTrouble = [
			...(brand.trouble ? [brand.trouble] : []),
			...unknownKeys(this.brand.texts).map((key) => new Failure('brand.unknown-text', { key })),
		];
		this.languages = languagesOf(this.brand.texts);
		const kept = around.recall();
		const wanted = kept === undefined ? around.languages : [kept, ...around.languages];
		this.#speak(bestLanguage(wanted, this.languages));
	}

	get language(): string {
		return this.#language;
	}

	/** The reader's choice, kept for the next visit. */
	choose(language: string): void {
		this.#speak(language);
		this.around.remember(language);
	}

	#speak(language: string): void {
		this.#language = language;
		this.updater.language = language;
	}

	text(key: WordKey, values: Values = {}): string {
		return this.words.text(key, values);
	}

	/** Opens what was chosen, dropped or double-clicked. Never rejects. */
	async open(file: File): Promise<void> {
		if (this.busy) return;
		this.#linked = { status: 'none' };
		this.#reading = true;
		try {
			// One byte more than an update may have is enough to be refused, and no more is read of any file.
			const bytes = new Uint8Array(await file.slice(0, MAX_BUNDLE + 1).arrayBuffer());
			await this.#opened(bytes, file.name);
		} catch (error) {
			const reason = error instanceof Error ? error.message : String(error);
			this.#linked = { status: 'failed', failure: new Failure('job.file-gone', { reason }, error) };
		} finally {
			this.#reading = false;
		}
	}

	/** An address that leads to an update: of this origin it is fetched at once, another waits for a click. */
	async follow(link: () => UpdateLink): Promise<void> {
		try {
			const found = link();
			if (found.own) await this.fetch(found);
			else this.#linked = { status: 'offered', link: found };
		} catch (error) {
			this.#linked = { status: 'failed', failure: toFailure(error) };
		}
	}

	/** Fetches the update and opens it. Never rejects. */
	async fetch(link: UpdateLink): Promise<void> {
		if (this.busy) return;
		this.#linked = { status: 'fetching' };
		try {
			const bytes = await fetchUpdate(link, (address, signal) =>
				this.around.fetch(address, signal),
			);
			await this.#opened(bytes, link.name);
			this.#linked = { status: 'none' };
		} catch (error) {
			this.#linked = { status: 'failed', failure: toFailure(error), link };
		}
	}

	async #opened(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<void> {
		this.#way = undefined;
		this.#file = { bytes, name };
		await this.updater.openFile(bytes, name);
	}

	/** An update that is offered is trusted: it is kept for the next time, once. */
	keep(): void {
		const file = this.#file;
		if (!file || !this.library) return;
		this.#file = undefined;
		void this.library.keep(file.bytes, file.name);
	}

	/** The page around this one could not fetch its update. */
	unreachable(host: string, reason: string): void {
		if (this.busy) return;
		this.#linked = { status: 'failed', failure: new Failure('link.unreachable', { host, reason }) };
	}

	/** What the page around this one sends it, in the language it asks for. */
	async receive(file: File, language: string | undefined): Promise<void> {
		if (language !== undefined) this.#speak(bestLanguage([language], this.languages));
		await this.open(file);
	}

	/** While true, nothing else may be opened: the device is being changed. */
	get busy(): boolean {
		return this.updater.stage.status === 'updating' || this.#reading;
	}

	/** Shows the steps; a device that is there already, and was allowed before, needs none of them. */
	prepare(way: Way): void {
		this.#way = way;
		this.updater.prepare(way);
		// A serial port says nothing of what is behind it: only a click may send into it.
		if (way === 'dfu' && this.around.notices) void this.updater.connect(way, 'remembered');
	}

	connect(how: 'ask' | 'remembered'): void {
		if (this.way) void this.updater.connect(this.way, how);
	}

	/** The button of a stage that says what to do. `choose` shows the file chooser. */
	act(action: Action, choose: () => void): void {
		if (action === 'choose-file') choose();
		else if (action === 'connect') this.connect('ask');
		else if (action === 'continue') void this.updater.continueInterrupted();
		else if (action === 'back') void this.updater.goBack();
		else if (action === 'whole') void this.updater.fetchWhole();
		else if (action === 'again') this.#again();
	}

	#again(): void {
		if (this.#linked.status === 'failed' && this.#linked.link) void this.fetch(this.#linked.link);
		else void this.updater.again();
	}

	async startOver(): Promise<void> {
		this.#linked = { status: 'none' };
		this.#way = undefined;
		await this.updater.close();
	}

	/** A file for the maker's support; it goes nowhere by itself. */
	saveDetails(failure: Failure): void {
		const { version, system } = this.around;
		const when = this.around.today();
		const facts = { version, system, when, language: this.#language };
		const { stage, updater } = this;
		const said = { ...describe(failure), shown: this.words.failure(failure) };
		const text = detailsText({ facts, stage, failure, said, report: updater.report });
		this.around.save(`update-details-${when.slice(0, 10)}.json`, text);
	}
}
