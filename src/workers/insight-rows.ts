// The tables of an insight: filtered, sorted and cut into pages here, so that the screen holds only the rows it shows.
import {
	tableColumns,
	type Cells,
	type TableName,
	type TablePage,
	type TableQuery,
} from '#core/insight-view.ts';
import type { Change, ContentNode, Insight, SymbolRow } from '#core/insight.ts';

export type RowFilter = Pick<TableQuery, 'table' | 'sort' | 'descending' | 'filter'>;

/** Rows asked for at once; a screen shows some dozen. */
const MOST_ROWS = 1000;

/** Kept for the next page of the same list. */
interface Found {
	readonly key: string;
	readonly rows: readonly Cells[];
	readonly bytes: number;
}

export class InsightTables {
	readonly #make: Readonly<Record<TableName, () => Cells[]>>;
	readonly #made = new Map<TableName, readonly Cells[]>();
	#last: Found | undefined;

	/** Each list is made when its table is first asked for. */
	constructor(make: Readonly<Record<TableName, () => Cells[]>>) {
		this.#make = make;
	}

	page(query: TableQuery): TablePage {
		const { rows, bytes } = this.#found(query);
		const count = Math.min(query.count, MOST_ROWS);
		const from = Math.max(0, query.from);
		return { from, rows: rows.slice(from, from + count), total: rows.length, bytes };
	}

	/** All rows that pass the filter, as text. */
	text(filter: RowFilter, format: 'csv' | 'tabs'): string[] {
		const columns = tableColumns[filter.table];
		const line = (cells: readonly string[]): string =>
			format === 'csv' ? `${cells.map(quoted).join(',')}\r\n` : `${cells.map(plain).join('\t')}\n`;
		return [
			line(columns.map(({ label, key }) => (label === 'in' ? key : label))),
			...this.#found(filter).rows.map((cells) =>
				line(cells.map((cell, i) => textOf(cell, columns[i]?.kind === 'address'))),
			),
		];
	}

	#found(filter: RowFilter): Found {
		const key = JSON.stringify([filter.table, filter.sort, filter.descending, filter.filter]);
		if (this.#last?.key === key) return this.#last;
		const columns = tableColumns[filter.table];
		const passes = matcher(filter);
		const rows = this.#all(filter.table).filter(passes);
		const by = Math.max(
			0,
			columns.findIndex(({ key: name }) => name === filter.sort),
		);
		const sign = filter.descending ? -1 : 1;
		rows.sort((a, b) => sign * compare(a[by], b[by]));
		const size = columns.findIndex(({ kind }) => kind === 'bytes' || kind === 'delta');
		const bytes = rows.reduce((sum, cells) => sum + Number(cells[size] ?? 0), 0);
		return (this.#last = { key, rows, bytes });
	}

	#all(table: TableName): readonly Cells[] {
		const made = this.#made.get(table) ?? this.#make[table]();
		this.#made.set(table, made);
		return made;
	}
}

/** Text in any cell, whatever its case; or an address: the rows that hold it. */
function matcher({ table, filter }: RowFilter): (cells: Cells) => boolean {
	const wanted = filter.trim().toLowerCase();
	if (wanted === '') return () => true;
	const columns = tableColumns[table];
	const at = /^0x[0-9a-f_]{1,9}$/.test(wanted) ? Number(wanted.replaceAll('_', '')) : undefined;
	const addressed = columns.flatMap(({ kind }, i) => (kind === 'address' ? [i] : []));
	const size = columns.findIndex(({ key }) => key === 'size');
	const holds = (cells: Cells): boolean =>
		at !== undefined &&
		addressed.some((i) => {
			const start = cells[i];
			if (typeof start !== 'number') return false;
			return start <= at && at < start + Math.max(1, Number(cells[size] ?? 1));
		});
	return (cells) =>
		cells.some((cell) => typeof cell === 'string' && cell.toLowerCase().includes(wanted)) ||
		holds(cells);
}

/** Numbers by value, names as a person sorts them; what is not there comes first. */
function compare(a: Cells[number], b: Cells[number]): number {
	if (a === b) return 0;
	if (a === undefined) return -1;
	if (b === undefined) return 1;
	if (typeof a === 'number' && typeof b === 'number') return a - b;
	return String(a) < String(b) ? -1 : 1;
}

function textOf(cell: Cells[number], isAddress: boolean): string {
	if (cell === undefined) return '';
	if (typeof cell === 'string') return cell;
	return isAddress ? `0x${cell.toString(16).toUpperCase().padStart(8, '0')}` : String(cell);
}

/** RFC 4180. A leading sign of a formula is kept from spreadsheets, which would run it. */
function quoted(text: string): string {
	const safe = /^[=+@-]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
	return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const plain = (text: string): string => text.replace(/[\t\r\n]+/g, ' ');

export const sectionCells = (insight: Insight): Cells[] =>
	insight.sections.map((section) => [
		section.name,
		section.size,
		section.address,
		section.region,
		section.loadAddress,
		section.loadRegion,
		['read', section.write && 'write', section.execute && 'run'].filter(Boolean).join(', '),
	]);

interface ObjectPlace {
	readonly section: string;
	readonly region: string;
	readonly archive?: string;
}

/** Every object once for each section and region it has bytes in. */
function eachObject(
	insight: Insight,
	visit: (node: ContentNode, place: ObjectPlace) => void,
): void {
	const walk = (node: ContentNode, place: ObjectPlace): void => {
		if (node.kind === 'archive')
			for (const child of node.children) walk(child, { ...place, archive: node.name });
		else if (node.kind === 'object' && node.size > 0) visit(node, place);
	};
	for (const { name: region, content } of insight.regions)
		for (const section of content.children)
			for (const node of section.children) walk(node, { section: section.name, region });
}

export function countObjects(insight: Insight): number {
	let count = 0;
	eachObject(insight, () => count++);
	return count;
}

export function objectCells(insight: Insight): Cells[] {
	const rows: Cells[] = [];
	eachObject(insight, ({ name, size }, { archive, section, region }) => {
		rows.push([name, size, archive, section, region]);
	});
	return rows;
}

export const symbolCells = (symbols: readonly SymbolRow[]): Cells[] =>
	symbols.map((symbol) => [
		symbol.readable ?? symbol.name,
		symbol.size,
		symbol.address,
		symbol.kind,
		symbol.section,
		symbol.region,
		symbol.archive === undefined ? symbol.object : `${symbol.archive}(${symbol.object ?? ''})`,
	]);

export const changeCells = (changes: readonly Change[]): Cells[] =>
	changes
		.filter(({ kind }) => kind !== 'same')
		.map(({ name, within, kind, before, after, delta }) => [
			name,
			delta,
			before?.size,
			after?.size,
			(after ?? before)?.address,
			within,
			kind,
		]);
