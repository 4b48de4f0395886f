// The catalogue with the user's own device files in it: what a connection looks chips up in, and what the Devices view
// shows. Loaded when first needed.
import type { Device } from '#core/device.ts';
import { toFailure, type Failure } from '#core/failure.ts';
import type { Quirk } from '#core/quirk.ts';
import { compareDevices, type Change } from '#devices/compare.ts';
import type { DeviceFile } from '#devices/shipped.ts';
import {
	MAX_FILE_SIZE,
	questionsTo,
	readOwnFile,
	withOwn,
	type OwnFile,
} from '#devices/own-files.ts';
import { lookUp, type Found } from '#devices/look-up.ts';
import { partRows, searchParts, type PartRow, type SearchResult } from '#devices/search.ts';
import type { TextStore } from '#ports/text-store.ts';
import { chipQuirks } from './chip-quirks.ts';
import type { Catalogue } from './environment.ts';

/** A file that was read and waits for the user to keep it. */
export interface Proposal {
	readonly fileName: string;
	readonly file: OwnFile;
	/** What it takes the place of: a shipped description, an earlier file of the user's, or nothing. */
	readonly replaces: 'shipped' | 'own' | undefined;
	/** Against what it replaces. */
	readonly changes: readonly Change[];
}

export interface Refused {
	readonly fileName: string;
	readonly failure: Failure;
}

export class DeviceBook {
	readonly #shippedFiles: readonly DeviceFile[];
	readonly #shipped: readonly Device[];
	readonly #store: TextStore;
	readonly #quirksOf: Catalogue['quirksOf'];
	#own = $state.raw<readonly OwnFile[]>([]);
	/** The store could not be read or written: the catalogue is the shipped one, or without the last change. */
	failure = $state.raw<Failure>();
	/** Files to decide on, in the order they came. */
	proposals = $state.raw<readonly Proposal[]>([]);
	refused = $state.raw<readonly Refused[]>([]);
	/** Kept files that this version of the app cannot read: they stand for nothing, and stay until removed. */
	unreadable = $state.raw<readonly (Refused & { readonly text: string })[]>([]);

	readonly catalogue: Catalogue = $derived.by(() => ({
		...questionsTo(withOwn(this.#shipped, this.#own)),
		quirksOf: this.#quirksOf,
	}));

	readonly #rows: readonly PartRow[] = $derived.by(() => partRows(this.catalogue.devices));

	constructor(shipped: readonly DeviceFile[], store: TextStore, quirksOf: Catalogue['quirksOf']) {
		this.#shippedFiles = shipped;
		this.#shipped = shipped.flatMap(({ devices }) => devices);
		this.#store = store;
		this.#quirksOf = quirksOf;
	}

	/** Parts that fit what was typed, the best first; all of them for nothing typed. */
	search(query: string): SearchResult {
		return searchParts(this.catalogue.devices, this.#rows, query);
	}

	/** One chip by any name a person has of it. @throws Failure chip.name-unknown, chip.name-ambiguous */
	find(name: string): Found {
		return lookUp(this.catalogue.devices, name);
	}

	/** What is known to be odd about a chip's bootloader, whatever board it is on. */
	quirksOf({ device, part }: Found): readonly Quirk[] {
		return chipQuirks(device, part, this.#quirksOf);
	}

	/** The user's files by product ID. */
	get own(): readonly OwnFile[] {
		return this.#own;
	}

	isOwn(device: Device): boolean {
		return this.#own.some(({ devices }) => devices.includes(device));
	}

	/** Never rejects: what is wrong is in `failure` and `unreadable`. */
	async load(): Promise<void> {
		try {
			for (const [id, text] of await this.#store.read()) {
				try {
					this.#own = [...this.#own, readOwnFile(text)].sort(byId);
				} catch (error) {
					const failure = toFailure(error);
					this.unreadable = [...this.unreadable, { fileName: id, text, failure }];
				}
			}
		} catch (error) {
			this.failure = toFailure(error);
		}
	}

	/** Reads files for the user to decide on. Never rejects. */
	async propose(files: readonly File[]): Promise<void> {
		this.refused = [];
		for (const file of files) {
			try {
				const text = await file.slice(0, MAX_FILE_SIZE + 1).text();
				this.#add(file.name, readOwnFile(text));
			} catch (error) {
				this.refused = [...this.refused, { fileName: file.name, failure: toFailure(error) }];
			}
		}
	}

	#add(fileName: string, file: OwnFile): void {
		const mine = this.#own.find(({ id }) => id === file.id);
		const old = mine?.devices ?? this.#shippedAs(file);
		const replaces = mine ? 'own' : old.length > 0 ? 'shipped' : undefined;
		const changes = replaces ? compareDevices(old, file.devices) : [];
		const others = this.proposals.filter((one) => one.file.id !== file.id);
		this.proposals = [...others, { fileName, file, replaces, changes }];
	}

	/** Stores it; from now on it stands for its product ID. Not kept when the store refuses: see `failure`. */
	async keep(proposal: Proposal): Promise<void> {
		const { file } = proposal;
		if (!(await this.#try(() => this.#store.write(file.id, file.text)))) return;
		this.#own = [...this.#own.filter(({ id }) => id !== file.id), file].sort(byId);
		this.unreadable = this.unreadable.filter(({ fileName }) => fileName !== file.id);
		this.discard(proposal);
	}

	discard(proposal: Proposal): void {
		this.proposals = this.proposals.filter((one) => one !== proposal);
	}

	#shippedAs({ devices }: OwnFile): readonly Device[] {
		return this.#shipped.filter(({ productId }) => productId === devices[0]?.productId);
	}

	/** The shipped description stands again. `id` is the file's name in the store. */
	async remove(id: string): Promise<void> {
		if (!(await this.#try(() => this.#store.remove(id)))) return;
		this.#own = this.#own.filter((file) => file.id !== id);
		this.unreadable = this.unreadable.filter(({ fileName }) => fileName !== id);
	}

	/** The device file of a chip as text, to correct it: the user's, or the shipped one. */
	fileOf({ productId }: Device): { readonly name: string; readonly text: string } | undefined {
		const mine = this.#own.find(({ devices }) => devices[0]?.productId === productId);
		const shippedFile = this.#shippedFiles.find(
			({ devices }) => devices[0]?.productId === productId,
		);
		const text =
			mine?.text ?? (shippedFile && JSON.stringify(shippedFile.content, undefined, '\t'));
		return text === undefined ? undefined : { name: shippedFile?.name ?? fileName(mine!), text };
	}

	async #try(work: () => Promise<void>): Promise<boolean> {
		try {
			await work();
			this.failure = undefined;
			return true;
		} catch (error) {
			this.failure = toFailure(error);
			return false;
		}
	}
}

const byId = (a: OwnFile, b: OwnFile): number => (a.id < b.id ? -1 : 1);

/** As devices/README.md names one: "0x413-stm32f405.json". */
const fileName = ({ id, devices }: OwnFile): string =>
	`${id}-${(devices[0]?.parts[0] ?? 'stm32').slice(0, 9).toLowerCase()}.json`;
