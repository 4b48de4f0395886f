// What the Insight view itself remembers: the part of it that is shown, where the treemap stands, what was pointed at.
import type { NodePath, TableName } from '#core/insight-view.ts';
import type { Range } from '#core/range.ts';
import type { BoardSide } from '#session/insight-board.svelte.ts';
import type { InsightModel } from '#session/insight.svelte.ts';

export const panels = [
	{ id: 'regions', label: 'Regions' },
	{ id: 'findings', label: 'Findings' },
	{ id: 'table', label: 'Tables' },
	{ id: 'chip', label: 'On the chip' },
	{ id: 'compare', label: 'Compare' },
	{ id: 'external', label: 'External memory' },
] as const;

export type PanelId = (typeof panels)[number]['id'];

export const panelOf = (path: string): PanelId =>
	panels.find(({ id }) => id === path)?.id ?? 'regions';

export class InsightScreen {
	readonly model: InsightModel;
	readonly board: BoardSide;
	/** The node of the treemap that fills the picture. */
	treePath = $state.raw<NodePath>([]);
	table = $state<TableName>('symbols');
	filter = $state('');
	/** What a finding is about, marked on the chip. */
	marked = $state.raw<Range>();

	constructor(model: InsightModel, board: BoardSide) {
		this.model = model;
		this.board = board;
	}

	/** Fills the treemap with a node, and brings it into view. */
	openTree(path: NodePath): void {
		this.treePath = path;
		document.getElementById('insight-treemap')?.scrollIntoView({ block: 'nearest' });
	}

	/** Shows a range among the chip's memory. */
	showRange(range: Range): void {
		this.marked = range;
		location.hash = '#insight/chip';
	}

	/** Shows what stands in the tables under a name or an address. */
	find(text: string, table: TableName = 'symbols'): void {
		this.filter = text;
		this.table = table;
		location.hash = '#insight/table';
	}
}
