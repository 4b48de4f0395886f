// What the Publish page holds: the form, the files beside it, the key for this visit, and what was made. The private
// key stays in this object: it is stored nowhere and sent nowhere.
import { buildDraft, readOlder, type OlderUpdate } from '#bundle/build.ts';
import { toDescription, type Description } from '#bundle/description.ts';
import {
	createBundle,
	fingerprint,
	generateKeys,
	inspectBundle,
	readPrivateKey,
	type Inspection,
	type KeyPair,
} from '#bundle/index.ts';
import type { Device } from '#core/device.ts';
import { Failure, toFailure } from '#core/failure.ts';
import { intersect } from '#core/range.ts';
import { openFile } from '#formats/index.ts';
import { mergeFirmware } from '#formats/merge.ts';
import { blobSource } from '#ports/blob-source.ts';
import type { Checked } from './publish-check.ts';
import { Checking } from './publish-checking.svelte.ts';
import { readGiven, type FirmwareFile, type GivenFile, type PictureFile } from './publish-files.ts';
import {
	emptyForm,
	filesOf,
	formOf,
	formValue,
	hexText,
	sizeOf,
	type Form,
	type KeptForm,
} from './publish-form.ts';

export interface Made {
	readonly fileName: string;
	readonly bytes: Uint8Array<ArrayBuffer>;
	readonly about: Inspection;
	/** What it was made of, to see whether it still is what the page says. */
	readonly from: string;
}

export interface Key {
	/** Name of the file it came from. */
	readonly name: string;
	readonly pair: KeyPair;
	/** Upper-case hex in groups of four. */
	readonly fingerprint: string;
}

export class Publish {
	form = $state<Form>(emptyForm());
	#files = $state.raw<readonly GivenFile[]>([]);
	#older = $state.raw<readonly OlderUpdate[]>([]);
	#key = $state.raw<Key>();
	/** Firmware and pictures the opened description names, and nobody has given yet. */
	#wanted = $state.raw<readonly string[]>([]);
	busy = $state(false);
	/** Why the last thing asked for did not happen. */
	failure = $state.raw<Failure>();
	made = $state.raw<Made>();
	/** The update that is looked at, and for whom. */
	readonly checking: Checking;

	constructor(now: () => Date) {
		this.checking = new Checking(() => this.#key?.pair, now);
	}

	get checked(): Checked | undefined {
		return this.checking.checked;
	}
	get files(): readonly GivenFile[] {
		return this.#files;
	}
	get older(): readonly OlderUpdate[] {
		return this.#older;
	}
	get key(): Key | undefined {
		return this.#key;
	}

	readonly firmware: readonly FirmwareFile[] = $derived.by(() =>
		this.#files.filter((given) => given.kind === 'firmware'),
	);
	readonly pictures: readonly PictureFile[] = $derived.by(() =>
		this.#files.filter((given) => given.kind === 'picture'),
	);
	/** Something was changed since the update was made. */
	readonly stale: boolean = $derived.by(
		() => this.made !== undefined && this.made.from !== this.#ingredients(),
	);
	readonly missing: readonly string[] = $derived.by(() =>
		this.#wanted.filter((name) => !this.#files.some(({ file }) => file.name === name)),
	);
	/** Stretches of flash that the linker script names, the firmware leaves alone and nobody keeps yet. */
	readonly suggestions: readonly KeptForm[] = $derived.by(() => {
		const written = this.firmware.flatMap(({ artifact }) =>
			artifact.kind === 'firmware'
				? artifact.image.map(({ address, data }) => ({
						start: address,
						end: address + data.length,
					}))
				: [],
		);
		const regions = this.#files.flatMap((given) => (given.kind === 'script' ? given.regions : []));
		return regions
			.filter(({ origin, length }) => {
				const range = { start: origin, end: origin + length };
				const flash = origin >= FLASH.start && range.end <= FLASH.end;
				return flash && length > 0 && !written.some((each) => intersect(each, range));
			})
			.map(({ name, origin, length }) => ({
				name,
				origin: hexText(origin),
				length: sizeOf(length),
			}))
			.filter(({ origin }) => !this.form.keep.some((kept) => kept.origin === origin));
	});

	/** Sorts files by their content; one of the same name makes way. Never rejects. */
	async add(files: readonly File[]): Promise<void> {
		for (const file of files) {
			const given = await readGiven(file);
			if (given.kind === 'update') await this.check(file.name, given.bytes);
			else if (given.kind === 'key') await this.useKey(file.name, given.text);
			else if (given.kind === 'description') this.open(given.description);
			else {
				const others = this.#files.filter((one) => one.file.name !== file.name);
				this.#files = [...others, given];
			}
		}
	}

	remove(name: string): void {
		this.#files = this.#files.filter(({ file }) => file.name !== name);
	}

	/** Where a raw binary belongs, and what kind of memory that is. */
	place(name: string, change: Partial<Pick<FirmwareFile, 'address' | 'storage'>>): void {
		this.#files = this.#files.map((given) =>
			given.kind === 'firmware' && given.file.name === name ? { ...given, ...change } : given,
		);
	}

	/** Fills the form; the files it names have to be given, too. */
	open(description: Description): void {
		this.failure = undefined;
		this.made = undefined;
		this.form = formOf(description);
		this.#wanted = filesOf(description);
	}

	/** The chip by the catalogue: its product ID and its flash. */
	takeChip({ productId, flashSize }: Device): void {
		this.form.productIds = hexText(productId, 3);
		const flash = flashSize > 0 ? sizeOf(flashSize) : '';
		this.form.flash = { minimum: flash, maximum: flash };
	}

	/** Never rejects: see `failure`. */
	async useKey(name: string, text: string): Promise<void> {
		await this.#try(async () => {
			const pair = await readPrivateKey(text);
			this.#key = { name, pair, fingerprint: fingerprint(pair.kid) };
		});
	}

	/** A new pair for this visit; resolves to it, so that it can be saved. */
	async newKey(algorithm: 'EdDSA' | 'ES256'): Promise<Key | undefined> {
		return this.#try(async () => {
			const pair = await generateKeys(algorithm);
			this.#key = { name: 'new-key.jwk', pair, fingerprint: fingerprint(pair.kid) };
			return this.#key;
		});
	}

	forgetKey(): void {
		this.#key = undefined;
	}

	/** Earlier updates to carry deltas from. */
	async addOlder(files: readonly File[]): Promise<void> {
		for (const file of files)
			await this.#try(async () => {
				const bytes = new Uint8Array(await file.arrayBuffer());
				const others = this.#older.filter(({ name }) => name !== file.name);
				this.#older = [...others, await readOlder(file.name, bytes)];
			});
	}

	removeOlder(name: string): void {
		this.#older = this.#older.filter((one) => one.name !== name);
	}

	/** The description as JSON text, for the command line. */
	describe(): string {
		return JSON.stringify(this.#value(), undefined, '\t') + '\n';
	}

	/** Makes and signs the update, and checks it as a customer's page would. Never rejects: see `failure` and `made`. */
	async make(): Promise<void> {
		this.made = undefined;
		const from = this.#ingredients();
		await this.#try(async () => {
			const key = this.#key;
			if (!key) throw new Failure('publish.no-key', {});
			const { draft, files } = await buildDraft(toDescription(this.#value()), {
				open: (path) => this.#source(path),
				reader: { openFile, mergeFirmware },
				older: this.#older,
			});
			const bytes = await createBundle(draft, files, [key.pair.privateKey]);
			const { id } = draft.product;
			const fileName = `${id}-${draft.version.name}.swupdate`;
			this.made = { fileName, bytes, about: await inspectBundle(bytes), from };
			await this.check(fileName, bytes);
		});
	}

	/** Looks at an update as a customer's page does; what it finds is in `checked`. */
	async check(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
		await this.checking.check(name, bytes);
	}

	/** The same text for the same update: the form, and the files, key and older updates beside it. */
	#ingredients(): string {
		const files = this.#files.map(({ file }) => [file.name, file.size, file.lastModified]);
		return JSON.stringify([
			this.#value(),
			files,
			this.#key?.pair.kid,
			this.#older.map(({ name, version }) => [name, version]),
		]);
	}

	#value(): object {
		const files = this.firmware.map(({ file, artifact, address, storage }) => ({
			file: file.name,
			address: artifact.kind === 'binary' ? address : '',
			storage,
		}));
		return formValue(this.form, files);
	}

	#source(path: string): Promise<ReturnType<typeof blobSource>> {
		const given = this.#files.find(({ file }) => file.name === path);
		return given
			? Promise.resolve(blobSource(given.file))
			: Promise.reject(new Failure('publish.no-picture', { name: path }));
	}

	async #try<T>(work: () => Promise<T>): Promise<T | undefined> {
		this.failure = undefined;
		this.busy = true;
		try {
			return await work();
		} catch (error) {
			this.failure = toFailure(error);
			return undefined;
		} finally {
			this.busy = false;
		}
	}
}

/** Where STM32 have their own flash (RM memory maps). */
const FLASH = { start: 0x08000000, end: 0x10000000 };
