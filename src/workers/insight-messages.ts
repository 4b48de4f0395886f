// What the page and the insight worker say to each other. Files go over as handles: their bytes are read in the worker.
import type { BootChoices, BootConfig, BootModel, ExternalBoard } from '#core/external.ts';
import type { Diagnostic } from '#core/failure.ts';
import type { InsightBrief, NodePath, PlainFailure, ReadFile } from '#core/insight-view.ts';
import type { TablePage, TableQuery, TreeBox } from '#core/insight-view.ts';
import type { Target } from '#core/insight.ts';
import type { Wire } from '#core/wires.ts';

export interface DeskFile {
	/** Unique in this page; the same file under the same id is read once. */
	readonly id: number;
	readonly name: string;
	readonly file: Blob;
	/** Where a raw binary goes. */
	readonly address?: number;
	/** The user said that this is a script, or a part of one, whatever it looks like. */
	readonly script?: boolean;
}

/** What the script needs and the command line of the linker said. */
export interface ScriptSettings {
	/** --defsym */
	readonly symbols: readonly (readonly [name: string, value: number])[];
	/** -D of the preprocessor; null says that the name is not defined. */
	readonly defines: readonly (readonly [name: string, text: string | null])[];
}

export interface OpenQuestion {
	/** Regions, sections and objects at once; symbols, findings and the comparison when asked again without. */
	readonly outline?: boolean;
	readonly files: readonly DeskFile[];
	/** The older build to compare with. */
	readonly before: readonly DeskFile[];
	readonly settings: ScriptSettings;
	readonly target?: Target;
	/** What the update's cost is for; USB where the chip has it, when undefined. */
	readonly wire?: Wire;
}

export interface BootBoard extends ExternalBoard {
	readonly choices: BootChoices;
}

export interface BootAnswer {
	readonly diagnostics: readonly Diagnostic[];
	readonly model?: BootModel;
	readonly coremark?: number;
	/** The bytes to store: a file for the card, or what goes to the flash from `address` on. */
	readonly file?: { readonly name: string; readonly bytes: Blob; readonly address?: number };
}

export interface PartQuestion {
	readonly part: 'internal' | 'external';
	/** Id of a writer. */
	readonly format: string;
}

/** The failure says why the format cannot hold it. */
export type PartAnswer =
	{ readonly name: string; readonly bytes: Blob } | { readonly failure: PlainFailure };

export interface OpenAnswer {
	readonly files: readonly ReadFile[];
	/** Absent when no file could be read. */
	readonly brief?: InsightBrief;
}

/** Every question, with what answers it. */
export interface Asks {
	open: { readonly question: OpenQuestion; readonly answer: OpenAnswer };
	/** A node with `depth` levels below it; undefined for a path that leads nowhere. */
	tree: {
		readonly question: { readonly path: NodePath; readonly depth: number };
		readonly answer: TreeBox | undefined;
	};
	table: { readonly question: TableQuery; readonly answer: TablePage };
	/** The boards of AN5188 with what their memory.h offers. */
	boards: { readonly question: Record<never, never>; readonly answer: readonly BootBoard[] };
	/** What becomes of the image under a configuration of the boot program. */
	boot: {
		readonly question: { readonly board: string; readonly config: BootConfig };
		readonly answer: BootAnswer;
	};
	/** The part of the image inside or outside the chip, as a file in the format with this id. */
	part: { readonly question: PartQuestion; readonly answer: PartAnswer };
	/** All rows that pass the filter, as CSV (RFC 4180) or as text with tabs. */
	rows: {
		readonly question: Omit<TableQuery, 'from' | 'count'> & { readonly format: 'csv' | 'tabs' };
		readonly answer: Blob;
	};
}

export type AskName = keyof Asks;

export type DeskRequest = {
	[K in AskName]: {
		readonly id: number;
		readonly ask: K;
		readonly question: Asks[K]['question'];
	};
}[AskName];

export type DeskReply =
	| { readonly id: number; readonly answer: Asks[AskName]['answer'] }
	| { readonly id: number; readonly failure: PlainFailure };
