// The updates this machine remembers: which can be taken back, which have to be finished.
import { toFailure } from '#core/failure.ts';
import type { Keeper } from '#session/keep/keeper.svelte.ts';
import type { Board } from '#session/state.ts';
import { listRecords, type UpdateRecord } from './records.ts';
import { canGoBack } from './back.ts';
import { backName, journalOf, nameOf, recordOf, tie } from './links.ts';
import type { KeptUpdate } from './verbs.ts';

export class KeptUpdates {
	readonly #keeper: Keeper;
	#records = $state.raw<readonly UpdateRecord[]>([]);

	readonly reversible: readonly KeptUpdate[] = $derived.by(() =>
		this.#records.filter((record) => canGoBack(record) && this.#holds(record)).map(viewOf),
	);
	readonly unfinished: readonly KeptUpdate[] = $derived.by(() =>
		this.#records.filter((record) => this.#isInterrupted(record)).map(viewOf),
	);

	constructor(keeper: Keeper) {
		this.#keeper = keeper;
	}

	/** Newest first; empty until `load`. */
	get records(): readonly UpdateRecord[] {
		return this.#records;
	}

	/** Never rejects: the keeper's trouble says why nothing is known. */
	async load(): Promise<void> {
		const keeper = this.#keeper;
		await keeper.refresh();
		const store = await keeper.store();
		if (!store) return;
		try {
			// While a job runs, or after the page went in the middle of it, only its journal names the backup.
			this.#records = (await listRecords(store)).map((record) => {
				const begun = record.state === 'begun' && journalOf(record, keeper.interrupted);
				const backup = record.backup ?? (begun ? begun.backup : undefined);
				return backup === undefined ? record : { ...record, backup };
			});
		} catch (error) {
			keeper.trouble = toFailure(error);
		}
	}

	find(id: string): UpdateRecord | undefined {
		return this.#records.find((record) => record.id === id);
	}

	/** The update whose job, or whose way back, was interrupted on this board. */
	interruptedOn(
		board: Board | undefined,
	): { readonly kind: 'finish' | 'back'; readonly record: UpdateRecord } | undefined {
		const journal = board && this.#keeper.interruptedOn(board);
		if (!journal) return undefined;
		const isBack = ({ job }: UpdateRecord): boolean => nameOf(journal) === backName(job);
		const open = this.#records.filter((one) =>
			isBack(one) ? canGoBack(one) : one.state === 'begun',
		);
		const record = recordOf(journal, open);
		return record && { kind: isBack(record) ? 'back' : 'finish', record };
	}

	/** What it would bring back is still there: in the other bank, or among the backups. */
	#holds({ bank, backup }: UpdateRecord): boolean {
		return bank !== undefined || this.#keeper.backups.some(({ id }) => id === backup);
	}

	/** Its own job: where that is being taken back, there is nothing to finish. */
	#isInterrupted(record: UpdateRecord): boolean {
		const mayBeIts = this.#keeper.interrupted.some(
			(journal) => nameOf(journal) === record.job && tie(record, journal) !== 'other',
		);
		return record.state === 'begun' && mayBeIts;
	}
}

const viewOf = ({ id, when, product, version, previous, board }: UpdateRecord): KeptUpdate => ({
	id,
	when,
	product: product.name,
	version,
	...(previous !== undefined && { previous }),
	board: board.name,
});
