// What the protection screens hold: edits of option bytes before they are applied, and the verbs that change a chip's
// protection. Each verb borrows the board from the session and ends with what was read back.
import { Failure, sizeText } from '#core/failure.ts';
import { flashSize, isFlash, type Sector } from '#core/memory.ts';
import { effectsOf, lockText, phraseFor, type Effect } from '#core/option-effects.ts';
import { freeing, type Freeing } from '#core/option-sectors.ts';
import {
	changes,
	edit,
	fieldValue,
	isWritable,
	type FieldChange,
	type OptionBlock,
} from '#core/options.ts';
import type { OtpBlock } from '#core/otp.ts';
import type { ProtectedRange } from '#core/plan.ts';
import { overlaps } from '#core/range.ts';
import type { Loan, Returned } from './loan.ts';
import type { OptionFacts } from './option-facts.ts';
import {
	changeOptions,
	clearWriteProtection,
	closeReadout,
	openReadout,
	type Outcome,
} from './option-job.ts';
import { readOtp, writeOtp, type OtpWrite } from './otp-job.ts';
import type { Session } from './session.svelte.ts';
import type { Board } from './state.ts';

export type Deed =
	| 'apply'
	| 'open-readout'
	| 'close-readout'
	| 'free-sectors'
	| 'put-back'
	| 'write-otp'
	| 'read-otp';

/** How the last deed ended; a failure says what to do. */
export interface Ended {
	readonly deed: Deed;
	readonly failure?: Failure;
}

/** Any value that is neither open nor closed for good is level 1; this is the one ST's tools write. */
const LEVEL_1 = 0xbb;

type Values = Readonly<Record<string, number>>;

/** Something that is true of one board only. */
interface Of<T> {
	readonly key: string;
	readonly value: T;
}

export class Protection {
	readonly #session: Session;
	#edited = $state.raw<Of<Values>>();
	/** What the user types to confirm; compared letter by letter. */
	typed = $state('');
	#busy = $state.raw<Deed>();
	#ended = $state.raw<Ended>();
	#otp = $state.raw<Of<readonly OtpBlock[]>>();
	/** Write protection that was taken away, by field, to be put back. */
	#taken = $state.raw<Of<Values>>();
	/** The option bytes before the last change, for a file. */
	#saved = $state.raw<Of<readonly OptionBlock[]>>();

	readonly board: Board | undefined = $derived.by(() => this.#session.board);
	readonly facts: OptionFacts | undefined = $derived.by(() => this.board?.options);
	readonly #key: string = $derived.by(() => (this.board ? keyOf(this.board) : ''));
	readonly #values: Values = $derived.by(() => this.#mine(this.#edited) ?? {});
	/** The edited bytes; undefined where there is nothing to edit. */
	readonly after: readonly OptionBlock[] | undefined = $derived.by(() => {
		const { facts } = this;
		if (!facts?.layout || facts.blocks.length === 0) return undefined;
		const { layout, blocks } = facts;
		const known = Object.entries(this.#values).filter(([name]) => isWritable(layout, blocks, name));
		return known.length === 0 ? blocks : edit(layout, blocks, Object.fromEntries(known));
	});
	readonly changed: readonly FieldChange[] = $derived.by(() =>
		this.facts?.layout && this.after
			? changes(this.facts.layout, this.facts.blocks, this.after)
			: [],
	);
	readonly effects: readonly Effect[] = $derived.by(() =>
		this.facts?.layout ? effectsOf(this.facts.layout, this.changed, this.#chip()) : [],
	);
	/** What must be typed before the edit is applied; undefined where nothing must. */
	readonly phrase: string | undefined = $derived.by(() => phraseFor(this.changed));

	constructor(session: Session) {
		this.#session = session;
	}

	get busy(): Deed | undefined {
		return this.#busy;
	}

	get ended(): Ended | undefined {
		return this.#ended;
	}

	/** Undefined until it was asked for. */
	get otp(): readonly OtpBlock[] | undefined {
		return this.#mine(this.#otp);
	}

	get canPutBack(): boolean {
		return this.#mine(this.#taken) !== undefined;
	}

	/** The option bytes from before the last change. */
	get saved(): readonly OptionBlock[] | undefined {
		return this.#mine(this.#saved);
	}

	/** True where the chip lets readout protection be switched on from here. */
	readonly canClose: boolean = $derived.by(() => {
		const { board, facts } = this;
		if (!board || board.readoutProtected !== false) return false;
		const { layout, blocks = [] } = facts ?? {};
		const byWord = layout !== undefined && isWritable(layout, blocks, layout.readout.field);
		return byWord || this.#listed(board, 0x82);
	});

	/** True where all write protection can be removed by a command of the bootloader. */
	readonly canClearAll: boolean = $derived.by(
		() => this.board !== undefined && this.#listed(this.board, 0x73),
	);

	/** What switching readout protection on means for this chip. */
	readonly closingText: string = $derived.by(() => lockText(sizeText(this.#chip().flashSize)));

	/** Changes one field of the edit; the value it has already takes it out of the edit. */
	set(name: string, value: number): void {
		const { layout, blocks = [] } = this.facts ?? {};
		const { [name]: _, ...rest } = this.#values;
		const same = layout !== undefined && fieldValue(layout, blocks, name) === value;
		this.#edited = this.#here(same ? rest : { ...rest, [name]: value });
		this.typed = '';
	}

	discard(): void {
		this.#edited = undefined;
		this.typed = '';
	}

	/** The result of the last deed is put away. */
	dismiss(): void {
		this.#ended = undefined;
	}

	/** What freeing these sectors means. */
	freeing(sectors: readonly Sector[]): Freeing {
		const { layout, blocks = [] } = this.facts ?? {};
		if (!layout || !this.board) return { values: {}, also: [], remaining: sectors };
		return freeing(layout, blocks, this.board.memory, sectors);
	}

	/** Writes the edit, and proves it. */
	async apply(): Promise<void> {
		const { after, typed } = this;
		if (!after || this.changed.length === 0) return;
		if (this.effects.some(({ kind }) => kind === 'erase') && this.#spares('apply')) return;
		if (await this.#write('apply', after, typed)) this.discard();
	}

	/** Writes back the option bytes from before the last change: what the chip held once needs no new confirmation. */
	async restore(): Promise<void> {
		const { layout, blocks = [] } = this.facts ?? {};
		const { saved } = this;
		if (!layout || !saved || blocks.length === 0) return;
		await this.#write('apply', saved, phraseFor(changes(layout, blocks, saved)) ?? '');
	}

	/** Named ranges that an erase of everything would destroy, and that nobody has given up. */
	readonly destroyed: readonly ProtectedRange[] = $derived.by(() => {
		const { keeper } = this.#session;
		const flash = (this.board?.memory ?? []).filter(isFlash);
		const owned = [...keeper.protected, ...keeper.required];
		return owned.filter((one) => flash.some(({ range }) => overlaps(range, one.range)));
	});

	/**
	 * Erases everything and opens the chip; `program` then runs the plan that was waiting. Ends with project.destroys
	 * while a named range was not given up.
	 */
	async openReadout(program: boolean): Promise<void> {
		if (this.#spares('open-readout')) return;
		const done = await this.#do('open-readout', openReadout);
		if (done && program) await this.#session.program();
		else this.#session.keeper.givenUp = [];
	}

	/** Readout level 1. */
	async closeReadout(): Promise<void> {
		const { board, facts } = this;
		const { layout, blocks = [] } = facts ?? {};
		if (board && this.#listed(board, 0x82)) await this.#do('close-readout', closeReadout);
		else if (layout && isWritable(layout, blocks, layout.readout.field)) {
			const after = edit(layout, blocks, { [layout.readout.field]: LEVEL_1 });
			await this.#write('close-readout', after, '');
		}
	}

	/** Frees sectors one by one where the option bytes are written from here, else all of them by the ROM's command. */
	async freeSectors(sectors: readonly Sector[], then: 'stay' | 'program'): Promise<void> {
		const { layout, blocks = [] } = this.facts ?? {};
		const { values, remaining } = this.freeing(sectors);
		let done: boolean;
		if (layout && remaining.length === 0) {
			const before = Object.keys(values).map((name): [string, number] => [
				name,
				fieldValue(layout, blocks, name) ?? 0,
			]);
			done = await this.#write('free-sectors', edit(layout, blocks, values), '');
			if (done) this.#taken = this.#here(Object.fromEntries(before));
		} else done = await this.#do('free-sectors', clearWriteProtection);
		if (done && then === 'program') await this.#session.program();
	}

	/** The write protection that was taken away by `freeSectors`. */
	async putBack(): Promise<void> {
		const { layout, blocks = [] } = this.facts ?? {};
		const taken = this.#mine(this.#taken);
		if (!layout || !taken || blocks.length === 0) return;
		if (await this.#write('put-back', edit(layout, blocks, taken), '')) this.#taken = undefined;
	}

	async readOtp(): Promise<void> {
		await this.#do('read-otp', async (loan) => {
			const { result, ...rest } = await readOtp(loan);
			if (result instanceof Failure) return { result, ...rest };
			this.#otp = { key: keyOf(loan.connection.board), value: result };
			return { result: undefined, ...rest };
		});
	}

	async writeOtp(write: OtpWrite): Promise<void> {
		if (await this.#do('write-otp', (loan) => writeOtp(loan, write))) await this.readOtp();
	}

	async #write(deed: Deed, after: readonly OptionBlock[], typed: string): Promise<boolean> {
		const { layout, blocks: before = [] } = this.facts ?? {};
		if (!layout) return false;
		this.#saved = this.#here(before);
		return await this.#do(deed, (loan) => changeOptions(loan, { layout, before, after, typed }));
	}

	/** True where the deed would destroy what is protected by name: then it is refused. */
	#spares(deed: Deed): boolean {
		const names = this.destroyed.map(({ name }) => name).join(', ');
		if (names !== '') this.#ended = { deed, failure: new Failure('project.destroys', { names }) };
		return names !== '';
	}

	async #do(deed: Deed, task: (loan: Loan) => Promise<Returned<Outcome>>): Promise<boolean> {
		if (this.#busy) return false;
		this.#busy = deed;
		this.#ended = undefined;
		let ran = false;
		const failure = await this.#session.lend(async (loan) => {
			ran = true;
			return await task(loan);
		});
		this.#busy = undefined;
		if (ran) this.#ended = { deed, ...(failure && { failure }) };
		return ran && failure === undefined;
	}

	#here<T>(value: T): Of<T> {
		return { key: this.#key, value };
	}

	/** What was kept of the board that is connected now; nothing of another one. */
	#mine<T>(kept: Of<T> | undefined): T | undefined {
		return kept?.key === this.#key ? kept.value : undefined;
	}

	#listed({ identity }: Board, code: number): boolean {
		return identity.transport === 'uart' && (identity.commands?.includes(code) ?? false);
	}

	#chip() {
		const { board } = this;
		const chip = board?.device?.parts.length === 1 ? board.device.parts[0] : board?.device?.name;
		return { chip: chip ?? 'chip', flashSize: board ? flashSize(board.memory) : 0 };
	}
}

/** Tells one board from another as far as they do: by their serial number or unique ID, and by their kind. */
const keyOf = ({ identity, uniqueId, device }: Board): string =>
	[identity.transport, device?.name, identity.usb?.serial ?? uniqueId].join(' ');
