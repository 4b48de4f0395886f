// What the parser makes of a GNU ld script; evaluated by script-evaluate.ts.
import type { Diagnostic } from '#core/failure.ts';
import type { Missing } from '#core/link.ts';
import type { Expression } from './script-expression.ts';
import type { Place } from './script-lexer.ts';

export interface Region {
	readonly name: string;
	/** False when only used so far: ld then makes a region up. */
	declared: boolean;
	place: Place;
	readonly attributes: Set<string>;
	readonly notAttributes: Set<string>;
	origin?: Expression;
	length?: Expression;
	/** Names nobody has defined on which its declaration depends. */
	doubts: readonly string[];
}

export type Statement =
	| {
			readonly kind: 'assign';
			readonly name: string;
			readonly expression: Expression;
			/** PROVIDE and PROVIDE_HIDDEN: only where nothing else defines it. */
			readonly provided: boolean;
			readonly place: Place;
			readonly doubts: readonly string[];
	  }
	| {
			readonly kind: 'assert';
			readonly expression: Expression;
			readonly message: string;
			readonly place: Place;
			readonly doubts: readonly string[];
	  };

export interface OutputPlacement {
	readonly section: string;
	readonly region?: Region;
	readonly loadRegion?: Region;
	readonly noLoad: boolean;
	readonly unallocated: boolean;
	readonly place: Place;
}

export interface ScriptTree {
	/** In order of declaration or first use. */
	readonly regions: Region[];
	/** Regions and aliases by name. */
	readonly byName: Map<string, Region>;
	readonly aliases: Map<string, Region>;
	readonly statements: Statement[];
	readonly placements: OutputPlacement[];
	readonly missing: Missing[];
	readonly diagnostics: Diagnostic[];
	entry?: string;
}
