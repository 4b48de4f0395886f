// The updates this machine remembers: which can be taken back, which have to be finished.
import { toFailure } from '#core/failure.ts';
import type { JournalRecord } from '#session/keep/journal.ts';
import type { Keeper } from '#session/keep/keeper.svelte.ts';
import type { Board } from '#session/state.ts';
import { listRecords, type UpdateRecord } from './records.ts';
import { backName, canGoBack } from './back.ts';
import type { KeptUpdate } from './verbs.ts';

export class KeptUpdates {
	readonly #keeper: Keeper;
	#records = $state.raw<readonly UpdateRecord[]>([]);

	readonly reversible: readonly KeptUpdate[] = $derived.by(() =>
		this.#records.filter((record) => canGoBack(record) && this.#holds(record)).map(viewOf),
	);
	readonly unfinished: readonly KeptUpdate[] = $derived.by(() =>
		this.#records.filter((record) => this.#journalOf(record) !== undefined).map(viewOf),
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
				const backup = record.backup ?? this.#journalOf(record)?.backup;
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
		const name = board && this.#keeper.interruptedOn(board)?.firmware.join(', ');
		for (const record of this.#records) {
			if (record.job === name && record.state === 'begun') return { kind: 'finish', record };
			if (backName(record.job) === name && canGoBack(record)) return { kind: 'back', record };
		}
		return undefined;
	}

	/** What it would bring back is still there: in the other bank, or among the backups. */
	#holds({ bank, backup }: UpdateRecord): boolean {
		return bank !== undefined || this.#keeper.backups.some(({ id }) => id === backup);
	}

	#journalOf({ job, state }: UpdateRecord): JournalRecord | undefined {
		return state === 'begun'
			? this.#keeper.interrupted.find(({ firmware }) => firmware.join(', ') === job)
			: undefined;
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
