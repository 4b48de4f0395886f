// What a screen asks of an insight, and the pieces it gets: a build of 50 MB has more objects and symbols than a page
// should ever hold, so it is shown what it draws, level by level and row by row. Pure data; survives structuredClone.
import type { Failure, FailureCode } from './failure.ts';
import type { Comparison, ContentKind, Insight, InsightFile } from './insight.ts';
import type { MemoryMap } from './memory.ts';

/** An insight for the screen: each region's content ends at its sections, and the tables are asked for in pieces. */
export interface InsightBrief extends Omit<Insight, 'sections'> {
	/** The effective map the overlay was made with; empty without a target. */
	readonly memory: MemoryMap;
	/** Without its symbols, which are rows of the table `changes`. */
	readonly comparison?: Comparison;
	/** Symbols, findings and the comparison are still to come. */
	readonly outline: boolean;
	/** What sections hold, by name, where the ELF tells. */
	readonly sectionTypes: Readonly<Record<string, SectionType>>;
	/** Rows each table has without a filter. */
	readonly counts: Readonly<Record<TableName, number>>;
}

/** By the flags of a section: run, only read, written with values to begin with, or without. */
export type SectionType = 'code' | 'constants' | 'data' | 'zeroed';

/** A code with its data: a Failure as it crosses to another thread. */
export interface PlainFailure {
	readonly code: FailureCode;
	readonly data: Failure['data'];
}

/** What became of one file. `kind` and `format` are absent when it was refused. */
export interface ReadFile {
	readonly id: number;
	readonly kind?: InsightFile['kind'];
	readonly format?: string;
	readonly failure?: PlainFailure;
}

// ---- treemap ----

/** Names from a region down; empty for the whole build. */
export type NodePath = readonly string[];

/** A node of the treemap as it is drawn, with the levels that were asked for. */
export interface TreeBox {
	readonly name: string;
	readonly kind: ContentKind | 'build' | 'smaller';
	readonly size: number;
	readonly address?: number;
	readonly part?: 'run' | 'load' | 'both';
	/** True when there is a level below. */
	readonly opens: boolean;
	/** For `smaller`: how many nodes stand in it. */
	readonly count?: number;
	readonly children: readonly TreeBox[];
}

// ---- tables ----

export type TableName = 'sections' | 'objects' | 'symbols' | 'changes';

export type CellKind = 'text' | 'address' | 'bytes' | 'delta';

export interface Column {
	readonly key: string;
	readonly label: string;
	readonly kind: CellKind;
}

/** A row's values in the order of the table's columns; undefined where there is none. */
export type Cells = readonly (string | number | undefined)[];

export interface TableQuery {
	readonly table: TableName;
	/** Key of a column. */
	readonly sort: string;
	readonly descending: boolean;
	/** Text to find in any cell, or an address to find what lies there; '' for all. */
	readonly filter: string;
	/** First row wanted, and how many. */
	readonly from: number;
	readonly count: number;
}

export interface TablePage {
	readonly from: number;
	readonly rows: readonly Cells[];
	/** Rows that pass the filter, and the sum of their bytes. */
	readonly total: number;
	readonly bytes: number;
}

/** The columns of each table, in the order they are drawn, copied and exported. */
export const tableColumns: Readonly<Record<TableName, readonly Column[]>> = {
	sections: [
		{ key: 'name', label: 'Section', kind: 'text' },
		{ key: 'size', label: 'Size', kind: 'bytes' },
		{ key: 'address', label: 'Runs at', kind: 'address' },
		{ key: 'region', label: 'in', kind: 'text' },
		{ key: 'load', label: 'Stored at', kind: 'address' },
		{ key: 'loadRegion', label: 'in', kind: 'text' },
		{ key: 'access', label: 'Access', kind: 'text' },
	],
	objects: [
		{ key: 'name', label: 'Object', kind: 'text' },
		{ key: 'size', label: 'Size', kind: 'bytes' },
		{ key: 'archive', label: 'Archive', kind: 'text' },
		{ key: 'section', label: 'Section', kind: 'text' },
		{ key: 'region', label: 'Region', kind: 'text' },
	],
	symbols: [
		{ key: 'name', label: 'Symbol', kind: 'text' },
		{ key: 'size', label: 'Size', kind: 'bytes' },
		{ key: 'address', label: 'Address', kind: 'address' },
		{ key: 'kind', label: 'Kind', kind: 'text' },
		{ key: 'section', label: 'Section', kind: 'text' },
		{ key: 'region', label: 'Region', kind: 'text' },
		{ key: 'object', label: 'Object', kind: 'text' },
	],
	changes: [
		{ key: 'name', label: 'Symbol', kind: 'text' },
		{ key: 'delta', label: 'Change', kind: 'delta' },
		{ key: 'before', label: 'Before', kind: 'bytes' },
		{ key: 'after', label: 'After', kind: 'bytes' },
		{ key: 'address', label: 'Address', kind: 'address' },
		{ key: 'within', label: 'Section', kind: 'text' },
		{ key: 'kind', label: 'What', kind: 'text' },
	],
};
