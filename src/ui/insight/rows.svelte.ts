// The window of a long table: what is sorted and filtered stays in the worker, and only rows near the view are here.
import { untrack } from 'svelte';
import { tableColumns, type Cells, type Column, type TableName } from '#core/insight-view.ts';
import type { InsightScreen } from './screen.svelte.ts';

/** Rows fetched above and below those in view. */
const AROUND = 40;

export class TableRows {
	readonly #screen: InsightScreen;
	readonly table: () => TableName;
	sort = $state('size');
	descending = $state(true);
	/** First row in view, and how many are. */
	first = $state(0);
	visible = $state(30);
	#from = $state(0);
	#rows = $state.raw<readonly Cells[]>([]);
	total = $state(0);
	bytes = $state(0);
	#asked = 0;

	/** `sort` is the column a new list begins with. */
	constructor(screen: InsightScreen, table: () => TableName, sort = 'size') {
		this.#screen = screen;
		this.table = table;
		this.sort = sort;
	}

	readonly columns: readonly Column[] = $derived.by(() => tableColumns[this.table()]);

	/** Row numbers and their cells; a row that is still on its way is left out. */
	readonly shown: readonly { readonly at: number; readonly cells: Cells }[] = $derived.by(() =>
		this.#rows
			.map((cells, i) => ({ at: this.#from + i, cells }))
			.filter(({ at }) => at >= this.first && at < this.first + this.visible),
	);

	readonly #wanted = $derived.by(() => ({
		table: this.table(),
		sort: this.columns.some(({ key }) => key === this.sort) ? this.sort : 'name',
		descending: this.descending,
		filter: this.#screen.filter,
	}));

	/** Fetches what is in view and not here; call it from an effect. */
	follow(): void {
		const wanted = this.#wanted;
		void this.#screen.model.version;
		untrack(() => {
			this.first = 0;
			void this.#fetch(wanted);
		});
	}

	scrolled(first: number, visible: number): void {
		this.first = first;
		this.visible = visible;
		const last = Math.min(this.total, first + visible);
		if (first < this.#from || last > this.#from + this.#rows.length) void this.#fetch(this.#wanted);
	}

	/** Sorts by a column; numbers begin with the largest, names with the first. */
	sortBy(column: Column): void {
		if (this.sort === column.key) this.descending = !this.descending;
		else {
			this.sort = column.key;
			this.descending = column.kind === 'bytes' || column.kind === 'delta';
		}
	}

	/** All rows that pass the filter. */
	async text(format: 'csv' | 'tabs'): Promise<Blob | undefined> {
		return this.#screen.model.ask('rows', { ...this.#wanted, format });
	}

	async #fetch(wanted: { table: TableName; sort: string; descending: boolean; filter: string }) {
		const turn = ++this.#asked;
		const from = Math.max(0, this.first - AROUND);
		const count = this.visible + 2 * AROUND;
		const page = await this.#screen.model.ask('table', { ...wanted, from, count });
		if (turn !== this.#asked || !page) return;
		this.#from = page.from;
		this.#rows = page.rows;
		this.total = page.total;
		this.bytes = page.bytes;
	}
}
