// Two builds, or a build and a board's content, side by side: pure data, as insight.ts has it.
import type { Range } from './range.ts';

export interface Comparison {
	readonly before: string;
	readonly after: string;
	readonly regions: readonly Change[];
	readonly sections: readonly Change[];
	/** Largest change first; without those that are the same. Empty when either side has no symbols. */
	readonly symbols: readonly Change[];
	/** Sectors that need new bytes, in address order; empty without a target or an image on both sides. */
	readonly sectors: readonly SectorChange[];
	/** The cost of programming what differs; absent without a target or an image on both sides. */
	readonly update?: UpdateCost;
	/** Against a board, in place of regions, sections and symbols, which its bytes do not tell. */
	readonly parts?: readonly PartDifference[];
}

/** A region or section of the new side, with its bytes that a board does not hold. */
export interface PartDifference {
	readonly name: string;
	readonly what: 'region' | 'section';
	/** Where its bytes are stored. */
	readonly range: Range;
	/** Bytes the image brings there. */
	readonly bytes: number;
	readonly differing: number;
}

export interface Change {
	readonly name: string;
	/** Section of a symbol, region of a section. */
	readonly within?: string;
	/** `moved` keeps its size; what grew or shrank may have moved, too: compare the addresses. */
	readonly kind: 'grew' | 'shrank' | 'moved' | 'new' | 'gone' | 'same';
	/** Address and size; for a region its origin and used bytes. */
	readonly before?: { readonly address: number; readonly size: number };
	readonly after?: { readonly address: number; readonly size: number };
	/** Bytes after − before. */
	readonly delta: number;
}

export interface SectorChange {
	readonly number: number;
	readonly bank: number;
	readonly range: Range;
	/** Bytes of the new side that the old one does not have there; where the old one has none, erased flash counts. */
	readonly differing: number;
	/** First byte that differs. */
	readonly first: number;
}

export interface UpdateCost {
	readonly sectors: number;
	readonly eraseBytes: number;
	readonly writeBytes: number;
	/** With the chip's typical times, over the wire named. */
	readonly seconds: number;
	/** For programming the whole image the same way. */
	readonly wholeSeconds: number;
	readonly wire: 'USB' | 'UART';
}
