// What the Insight view holds: the files of a build, what the user said about them, and what the worker made of them.
// It reads no file itself. Never rejects: what is wrong is in its values.
import { tick } from 'svelte';
import { Failure, isFailure, toFailure } from '#core/failure.ts';
import type { InsightBrief, PlainFailure, ReadFile } from '#core/insight-view.ts';
import type { Image } from '#core/image.ts';
import type { Target } from '#core/insight.ts';
import type { Wire } from '#core/wires.ts';
import type { AskName, Asks, DeskFile, InsightDesk } from '#ports/insight-desk.ts';
import { linkSettings } from './insight-settings.ts';

export type {
	AskName,
	Asks,
	BootAnswer,
	BootBoard,
	InsightDesk,
	PartQuestion,
} from '#ports/insight-desk.ts';

export interface GivenFile {
	readonly file: File;
	/** Where a raw binary goes. */
	readonly address?: number;
	/** The user said that it is a script, or a part of one. */
	readonly script?: boolean;
}

export interface BuildFile extends DeskFile {
	readonly size: number;
	readonly file: File;
}

export type InsightStatus =
	| { readonly is: 'empty' }
	/** What was made before stays until the new is there. */
	| { readonly is: 'busy' }
	| { readonly is: 'done' }
	| { readonly is: 'stopped'; readonly failure: Failure };

/** Bytes of files from which on the outline of a build comes first. */
const LARGE = 4 * 1024 * 1024;

export class InsightModel {
	readonly #desk: InsightDesk;
	#files = $state.raw<readonly BuildFile[]>([]);
	#before = $state.raw<readonly BuildFile[]>([]);
	#target = $state.raw<Target>();
	/** What the board was read to hold where the build has bytes. */
	#content = $state.raw<Image>();
	#status = $state.raw<InsightStatus>({ is: 'empty' });
	#brief = $state.raw<InsightBrief>();
	#read = $state.raw<readonly ReadFile[]>([]);
	/** Values the script asks for, by name, as typed. */
	given = $state<Record<string, string>>({});
	/** What an update's cost is for; undefined: USB where the chip has it. */
	#wire = $state.raw<Wire>();
	/** Counts answers: what was asked of an earlier one is asked again. */
	version = $state(0);
	#asked = 0;
	readonly #ids = new WeakMap<File, BuildFile>();
	#nextId = 1;

	constructor(desk: InsightDesk) {
		this.#desk = desk;
	}

	get status(): InsightStatus {
		return this.#status;
	}
	get brief(): InsightBrief | undefined {
		return this.#brief;
	}
	get target(): Target | undefined {
		return this.#target;
	}
	get files(): readonly BuildFile[] {
		return this.#files;
	}
	get before(): readonly BuildFile[] {
		return this.#before;
	}

	get content(): Image | undefined {
		return this.#content;
	}

	/** Starts the worker, so that nothing has to be loaded when the first file comes. */
	warmUp(): void {
		void this.ask('boards', {});
	}

	/** What became of a file; undefined while it was not read. */
	readOf(id: number): ReadFile | undefined {
		return this.#read.find((file) => file.id === id);
	}

	/** The firmware files of the session, maps, scripts and what scripts include; the same again change nothing. */
	setFiles(files: readonly GivenFile[]): void {
		const next = files.map((file) => this.#known(file));
		if (next.length === this.#files.length && next.every((file, i) => file === this.#files[i]))
			return;
		this.#files = next;
		// It was read where the build before had bytes.
		this.#content = undefined;
		void this.read();
	}

	/** Files of the older build; one of the same name makes way. */
	addBefore(files: readonly GivenFile[]): void {
		const names = files.map(({ file }) => file.name);
		this.#before = [
			...this.#before.filter(({ name }) => !names.includes(name)),
			...files.map((file) => this.#known(file)),
		];
		this.#content = undefined;
		void this.read();
	}

	removeBefore(file: BuildFile): void {
		this.#before = this.#before.filter((one) => one !== file);
		void this.read();
	}

	/** Compares with what the board holds, in place of an older build; undefined when that is no longer known. */
	setContent(content: Image | undefined): void {
		if (content === this.#content) return;
		this.#content = content;
		if (content) this.#before = [];
		void this.read();
	}

	/** The same board keeps its map; what was read of another is let go. */
	setTarget(target: Target | undefined): void {
		if (target?.memory !== this.#target?.memory) this.#content = undefined;
		this.#target = target;
		void this.read();
	}

	setWire(wire: Wire): void {
		this.#wire = wire;
		void this.read();
	}

	/** Takes what was typed for the script's names, and reads again. */
	give(values: Readonly<Record<string, string>>): void {
		this.given = { ...this.given, ...values };
		void this.read();
	}

	/** Asks the worker for everything anew. A later call makes an earlier one's answer void. */
	async read(): Promise<void> {
		const turn = ++this.#asked;
		if (this.files.length === 0) {
			this.#brief = undefined;
			this.#status = { is: 'empty' };
			return;
		}
		this.#status = { is: 'busy' };
		try {
			if (this.#isLarge() && !(await this.#open(turn, true))) return;
			// The screen asks for what it draws of the outline before the rest is worked on.
			await tick();
			if (await this.#open(turn, false)) this.#status = { is: 'done' };
		} catch (error) {
			if (turn !== this.#asked) return;
			this.#status = { is: 'stopped', failure: toFailure(error) };
		}
	}

	/** False when the answer came too late: something newer was asked. */
	async #open(turn: number, outline: boolean): Promise<boolean> {
		if (turn !== this.#asked) return false;
		const content = this.#content;
		const target = this.#target && { ...this.#target, ...(content && { content }) };
		const answer = await this.#desk.ask('open', {
			outline,
			files: this.files.map(plain),
			before: this.#before.map(plain),
			settings: linkSettings(this.given),
			...(target && { target }),
			...(this.#wire && { wire: this.#wire }),
		});
		if (turn !== this.#asked) return false;
		this.#read = answer.files;
		this.#brief = answer.brief;
		this.version++;
		return true;
	}

	/** Such a build is worth an outline; once read, the rest is quick. */
	#isLarge(): boolean {
		const fresh = this.files.filter(({ id }) => this.readOf(id) === undefined);
		return fresh.reduce((sum, { size }) => sum + size, 0) > LARGE;
	}

	/** Stops reading; what was read before stays. */
	cancel(): void {
		if (this.#status.is === 'busy') this.#desk.stop();
	}

	/** A piece of what was read; undefined when a newer build has made the question void. */
	async ask<K extends Exclude<AskName, 'open'>>(
		name: K,
		question: Asks[K]['question'],
	): Promise<Asks[K]['answer'] | undefined> {
		try {
			return await this.#desk.ask(name, question);
		} catch (error) {
			if (isFailure(error, 'insight.worker-stopped')) return undefined;
			this.#status = { is: 'stopped', failure: toFailure(error) };
			return undefined;
		}
	}

	/** A file keeps its id wherever it stands, so that it is read once. */
	#known({ file, address, script }: GivenFile): BuildFile {
		const known = this.#ids.get(file);
		if (known && known.address === address && known.script === script) return known;
		const made: BuildFile = {
			id: this.#nextId++,
			name: file.name,
			size: file.size,
			file,
			...(address !== undefined && { address }),
			...(script !== undefined && { script }),
		};
		this.#ids.set(file, made);
		return made;
	}
}

/** Only what the worker needs crosses over: state of the page would not. */
const plain = ({ id, name, file, address, script }: BuildFile): DeskFile => ({
	id,
	name,
	file,
	...(address !== undefined && { address }),
	...(script !== undefined && { script }),
});

export const failureOf = ({ code, data }: PlainFailure): Failure => new Failure(code, data);
