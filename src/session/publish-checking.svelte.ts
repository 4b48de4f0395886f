// The update that is looked at on the Publish page, and the customer's machine it is looked at for: looked at anew
// whenever something of that changes.
import type { KeyPair } from '#bundle/index.ts';
import { MAX_COUNT } from '#bundle/key-list.ts';
import { VERSION } from '#bundle/version.ts';
import { toFailure, type Failure } from '#core/failure.ts';
import { MAX_BRAND, readBrand, type Brand } from './brand.ts';
import { checkUpdate, type Checked } from './publish-check.ts';

export interface GivenBrand {
	/** The file as it is called. */
	readonly name: string;
	readonly brand: Brand;
}

export class Checking {
	readonly #own: () => KeyPair | undefined;
	readonly #now: () => Date;
	/** As typed. */
	installed = $state('');
	counter = $state('');
	brand = $state.raw<GivenBrand>();
	/** Why the brand file was not taken. */
	failure = $state.raw<Failure>();
	checked = $state.raw<Checked>();
	#file: { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> } | undefined;
	/** A newer look makes the answer of an older one void. */
	#turn = 0;

	/** What was typed is no version. */
	readonly wrongInstalled: boolean = $derived.by(
		() => this.installed.trim() !== '' && !VERSION.test(this.installed.trim()),
	);
	/** What was typed is no counter. */
	readonly wrongCounter: boolean = $derived.by(
		() => this.counter.trim() !== '' && counterOf(this.counter) === undefined,
	);

	constructor(own: () => KeyPair | undefined, now: () => Date) {
		this.#own = own;
		this.#now = now;
	}

	/** Never rejects: what it finds is in `checked`. */
	async check(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
		this.#file = { name, bytes };
		await this.again();
	}

	/** Looks once more, as the customer's machine is now. Does nothing where there is no update. */
	async again(): Promise<void> {
		const turn = ++this.#turn;
		if (!this.#file) return;
		const { name, bytes } = this.#file;
		const installed = this.installed.trim();
		const counter = counterOf(this.counter);
		const checked = await checkUpdate(name, bytes, {
			own: this.#own(),
			now: this.#now(),
			...(this.brand && { brand: this.brand.brand }),
			...(installed !== '' && !this.wrongInstalled && { installed }),
			...(counter !== undefined && { counter }),
		});
		if (turn === this.#turn) this.checked = checked;
	}

	/** The brand file of the customer's page. Never rejects: see `failure`. */
	async useBrand(file: File): Promise<void> {
		try {
			// One character more than a brand may have is enough to be refused; one takes four bytes at most.
			const text = await file.slice(0, 4 * (MAX_BRAND + 1)).text();
			this.brand = { name: file.name, brand: readBrand(text) };
			this.failure = undefined;
		} catch (error) {
			this.failure = toFailure(error);
		}
		await this.again();
	}

	async forgetBrand(): Promise<void> {
		this.brand = undefined;
		this.failure = undefined;
		await this.again();
	}
}

/** A whole number a manifest may have. */
function counterOf(text: string): number | undefined {
	const trimmed = text.trim();
	return /^\d{1,10}$/.test(trimmed) && Number(trimmed) <= MAX_COUNT ? Number(trimmed) : undefined;
}
