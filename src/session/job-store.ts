// What a job asks of the machine's storage: it waits no longer than the user wants to, and leaves nothing taken behind.
import { Failure } from '#core/failure.ts';
import type { Image } from '#core/image.ts';
import { aborted } from '#ports/clock.ts';
import type { Store } from '#ports/store.ts';
import type { BoardLabel } from './keep/backups.ts';
import { expectUnchanged, leaseOf, type JournalRecord } from './keep/journal.ts';

/** How a job can be taken back and continued. */
export interface Keeping {
	/** Undefined where the browser stores nothing. */
	readonly store: Store | undefined;
	readonly backup: boolean;
	/** It takes the whole of the chip's own flash. */
	readonly backupWhole: boolean;
	/** The user knows that kept bytes would be lost with the page. */
	readonly withoutJournal: boolean;
	readonly label: BoardLabel;
	readonly part?: string;
	readonly start: boolean;
	readonly keep: boolean;
	/** Unique on this machine. */
	readonly id: string;
	/** The interrupted job this one takes the place of: its journal stays until this one's is in force. */
	readonly replaces?: JournalRecord;
	/** The update it is a part of, by its record. */
	readonly update?: string;
	/** The interrupted job that goes on, and what it had kept. */
	readonly resumed?: { readonly record: JournalRecord; readonly kept: Image };
}

export class JobStore {
	readonly #keeping: Keeping;
	readonly #cancelled: Promise<never>;
	/** What was asked for and has not been answered. */
	readonly #open = new Set<Promise<void>>();
	#leases: readonly (() => void)[] = [];

	constructor(keeping: Keeping, signal: AbortSignal) {
		this.#keeping = keeping;
		this.#cancelled = aborted(signal);
		// Who waits for it is told; when nobody does, nobody needs to be.
		this.#cancelled.catch(() => undefined);
	}

	/**
	 * From now on no other tab continues this job, or the one it takes the place of, or puts a journal of them aside.
	 * @throws Failure job.other-tab, job.gone-on, store.*
	 */
	async claim(): Promise<void> {
		this.#leases = await this.asked(this.#take(), letGoOf);
	}

	/** The answer, or the abort; `undo` is for an answer nobody waited for. */
	async asked<T>(work: Promise<T>, undo?: (late: T) => unknown): Promise<T> {
		const settled = work.then(
			() => undefined,
			() => undefined,
		);
		this.#open.add(settled);
		void settled.then(() => this.#open.delete(settled));
		try {
			const answer = await Promise.race([work, this.#cancelled]);
			this.#open.delete(settled);
			return answer;
		} catch (error) {
			if (undo) work.then(undo).catch(() => undefined);
			throw error;
		}
	}

	/** Lets go of the job; where the store still has to answer, which may be a write to the journal, only then. */
	release(late: () => void): void {
		if (this.#open.size === 0) {
			letGoOf(this.#leases);
			return;
		}
		void Promise.all(this.#open).then(() => {
			letGoOf(this.#leases);
			late();
		});
	}

	async #take(): Promise<readonly (() => void)[]> {
		const { store, id, resumed, replaces } = this.#keeping;
		if (!store) return [];
		const leases: (() => void)[] = [];
		try {
			for (const one of [id, ...(replaces ? [replaces.id] : [])]) {
				const letGo = await store.hold(leaseOf(one));
				if (!letGo) throw new Failure('job.other-tab', {});
				leases.push(letGo);
			}
			const begun = resumed?.record ?? replaces;
			if (begun) await expectUnchanged(store, begun);
			return leases;
		} catch (error) {
			letGoOf(leases);
			throw error;
		}
	}
}

const letGoOf = (leases: readonly (() => void)[]): void => {
	for (const letGo of leases) letGo();
};
