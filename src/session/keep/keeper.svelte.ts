// What the user's machine keeps for this app: backups of what jobs replaced, journals of jobs that were interrupted,
// and whether the next job makes them.
import type { Likeness } from '#core/board-identity.ts';
import { Failure, toFailure } from '#core/failure.ts';
import type { Image } from '#core/image.ts';
import type { ProtectedRange } from '#core/plan.ts';
import type { Knowledge } from '#core/sector-plan.ts';
import type { Store } from '#ports/store.ts';
import type { Interruption } from '#session/readiness.ts';
import type { Board } from '#session/state.ts';
import type { Backup, BoardLabel } from './backups.ts';
import type { JournalRecord } from './journal.ts';

/** Loaded when first needed. */
const storage = () => import('./storage.ts');
type Storage = Awaited<ReturnType<typeof storage>>;

/** An interrupted job that is being continued. */
export interface Resuming {
	readonly record: JournalRecord;
	readonly image: Image;
	/** What stood beside the image before it began. */
	readonly kept: Image;
	/** The opened file that stands for its firmware. */
	readonly fileId: number;
}

export const whichBoard = ({ firmware }: JournalRecord): Failure =>
	new Failure('job.which-board', { firmware: firmware.join(', ') });

export class Keeper {
	readonly #open: () => Promise<Store>;
	#store: Promise<Store | undefined> | undefined;
	/** Read what shares a sector with the firmware first, and write it back. */
	keep = $state(true);
	/** Store the old content of every changed sector before the first erase. */
	backup = $state(true);
	/** That backup takes the whole flash, not only the sectors that change. */
	backupWhole = $state(false);
	/** Leave sectors alone that hold the firmware's bytes already. */
	compare = $state(true);
	/** Erase although kept bytes could not be brought back after an interruption. */
	withoutJournal = $state(false);
	/** Ranges no job may change that belong to no project and no board yet. */
	protect = $state.raw<readonly ProtectedRange[]>([]);
	/** Names of those the user gave up for the next job. */
	givenUp = $state.raw<readonly string[]>([]);
	/** All ranges no job may change; the book of ranges adds what it remembers. */
	inForce = $state.raw<() => readonly ProtectedRange[]>(() => this.protect);
	/** Ranges that what is being done may not change, whatever the user gives up: those a maker names in an update. */
	required = $state.raw<readonly ProtectedRange[]>([]);
	/** Why nothing can be stored here; undefined while it works. */
	trouble = $state.raw<Failure>();
	/** Newest first. */
	backups = $state.raw<readonly Backup[]>([]);
	interrupted = $state.raw<readonly JournalRecord[]>([]);
	/** Jobs that another tab runs or continues. */
	elsewhere = $state.raw<readonly JournalRecord[]>([]);
	/** What could not be put aside or removed, and why. */
	refused = $state.raw<Failure>();
	/** Stored files that cannot be believed. */
	damaged = $state.raw<readonly string[]>([]);
	resuming = $state.raw<Resuming>();
	/** The interrupted job the next one takes the place of. */
	replacing = $state.raw<JournalRecord>();
	/** The update the next one is a part of, by its record. */
	update: string | undefined;
	/** Tells boards apart; given as soon as one can be connected. */
	recognise: (label: BoardLabel, board: Board) => Likeness = () => 'other';
	/** What the user said of the connected board, by the id of the job. */
	answers = $state.raw<Readonly<Record<string, boolean>>>({});

	constructor(open: () => Promise<Store>) {
		this.#open = open;
	}

	/** Undefined where the browser stores nothing; `trouble` says why. */
	store(): Promise<Store | undefined> {
		return (this.#store ??= this.#open().catch((error: unknown) => {
			this.trouble = toFailure(error);
			this.#store = undefined;
			return undefined;
		}));
	}

	/** Reads what is stored. Never rejects: `trouble` says what went wrong. */
	async refresh(): Promise<void> {
		const store = await this.store();
		if (!store) return;
		try {
			const { leaseOf, listBackups, listJournals } = await storage();
			const [kept, begun, held] = await Promise.all([
				listBackups(store),
				listJournals(store),
				store.held(),
			]);
			this.backups = kept.backups;
			// Those that a tab is running now are not interrupted.
			this.interrupted = begun.journals.filter(({ id }) => !held.includes(leaseOf(id)));
			this.elsewhere = begun.journals.filter(({ id }) => held.includes(leaseOf(id)));
			this.damaged = [...kept.damaged, ...begun.damaged];
			this.trouble = undefined;
		} catch (error) {
			this.trouble = toFailure(error);
		}
	}

	/** Ranges the next plan must respect. */
	get protected(): readonly ProtectedRange[] {
		return this.inForce().filter(({ name }) => !this.givenUp.includes(name));
	}

	/** What a plan knows before the board was looked at. */
	known(interrupted: JournalRecord | undefined): Knowledge {
		const { resuming } = this;
		// Another firmware over an interrupted one: what was half written is erased again all the same.
		if (!resuming) return { keep: this.keep, ...(interrupted && { redo: interrupted.doubt }) };
		const { record, kept } = resuming;
		return { keep: record.keep, kept, redo: record.doubt };
	}

	/** Something else is open, by its checksum, than the job to be continued was writing. */
	mixedWith(imageCrc: number | undefined): Failure | undefined {
		const record = this.resuming?.record;
		if (!record || imageCrc === undefined || imageCrc === record.imageCrc) return undefined;
		return new Failure('job.mixed', { firmware: record.firmware.join(', ') });
	}

	/** Whether the connected board is the one a job or an update was begun on: by what it tells, else by what the user says. */
	likeness({ id, board }: Pick<JournalRecord, 'id' | 'board'>, connected: Board): Likeness {
		const told = this.recognise(board, connected);
		const said = this.answers[id];
		return told !== 'unsure' || said === undefined ? told : said ? 'same' : 'other';
	}

	/** The user says whether the connected board, which does not tell it, is the one something was begun on. */
	answer({ id }: Pick<JournalRecord, 'id'>, same: boolean): void {
		this.answers = { ...this.answers, [id]: same };
	}

	/** The journal of this board's last job, or of one that may be this board's, where that did not end. */
	interruptedOn(board: Board): JournalRecord | undefined {
		const like = (wanted: Likeness): JournalRecord | undefined =>
			this.interrupted.find((record) => this.likeness(record, board) === wanted);
		return like('same') ?? like('unsure');
	}

	/** The same, with what is open, by its checksum; undefined while a job is being continued. */
	interruption(board: Board, imageCrc: number | undefined): Interruption | undefined {
		const record = this.resuming ? undefined : this.interruptedOn(board);
		if (record?.id === this.replacing?.id) return undefined;
		const sure = record && this.likeness(record, board) === 'same';
		return record && { record, same: record.imageCrc === imageCrc, sure: sure === true };
	}

	/** What was said of the board was said of this one. */
	boardGone(): void {
		this.givenUp = [];
		this.answers = {};
	}

	/** Why the job to be continued cannot go on here: its kept bytes are another board's, or may be. */
	foreignTo(board: Board): Failure | undefined {
		const record = this.resuming?.record;
		const likeness = record && this.likeness(record, board);
		if (!record || likeness === 'same') return undefined;
		return likeness === 'unsure'
			? whichBoard(record)
			: new Failure('job.other-board', { name: record.board.name });
	}

	/** @throws Failure store.missing, store.damaged or store.refused. */
	async load(record: JournalRecord): Promise<Pick<Resuming, 'record' | 'image' | 'kept'>> {
		const [store, { loadImage }] = await Promise.all([this.#needed(), storage()]);
		return {
			record,
			image: await loadImage(store, record.image),
			kept: await loadImage(store, record.kept),
		};
	}

	/** What a backup holds. @throws Failure store.missing, store.damaged or store.refused. */
	async content(backup: Backup): Promise<Image> {
		const { loadBackup } = await storage();
		return await loadBackup(await this.#needed(), backup);
	}

	async removeBackup(id: string): Promise<void> {
		await this.#tidy(async (store, { removeBackup, storedByJournals }) => {
			await removeBackup(store, id, () => storedByJournals(store));
		});
	}

	/** The user gives an interrupted job up: what only its journal holds is gone with it. */
	async setAside(record: JournalRecord): Promise<void> {
		await this.#tidy(async (store, { leaseOf, removeJournal }) => {
			const letGo = await store.hold(leaseOf(record.id));
			if (!letGo) throw new Failure('job.other-tab', {});
			try {
				if (record.replaces !== undefined) await removeJournal(store, record.replaces);
				await removeJournal(store, record.id);
			} finally {
				letGo();
			}
			if (this.resuming?.record.id === record.id) this.resuming = undefined;
		});
	}

	async removeDamaged(): Promise<void> {
		await this.#tidy(async (store) => {
			for (const path of this.damaged) await store.remove(path);
		});
	}

	/** Never rejects: `refused` says what went wrong. */
	async #tidy(work: (store: Store, tools: Storage) => Promise<void>): Promise<void> {
		this.refused = undefined;
		try {
			await work(await this.#needed(), await storage());
		} catch (error) {
			this.refused = toFailure(error);
		}
		await this.refresh();
	}

	async #needed(): Promise<Store> {
		const store = await this.store();
		if (store) return store;
		throw this.trouble ?? new Failure('store.refused', { reason: 'not opened' });
	}
}
