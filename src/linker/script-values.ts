// In what order GNU ld works out symbols and regions. Tried with ld 2.40: it goes through the assignments once, from
// top to bottom, then through MEMORY once, and through the assignments again with the regions known.
import { diagnostic, type Diagnostic } from '#core/failure.ts';
import type { LinkRegion, Missing } from '#core/link.ts';
import {
	evaluate,
	isKnown,
	needsLayout,
	type Names,
	type Need,
	type Value,
} from './script-evaluate.ts';
import type { Place } from './script-lexer.ts';
import { printedAttributes } from './script-memory.ts';
import type { Region, ScriptTree, Statement } from './script-tree.ts';

const MAX_64 = (1n << 64n) - 1n;
const MAX_32 = (1n << 32n) - 1n;
/** ld goes through the assignments a handful of times while it lays out sections. */
const MORE_PASSES = 4;

export interface Values {
	readonly regions: readonly LinkRegion[];
	readonly symbols: ReadonlyMap<string, number>;
	readonly missing: readonly Missing[];
	readonly diagnostics: readonly Diagnostic[];
}

interface Extent {
	readonly origin: Value;
	readonly length: Value;
}

export class Evaluation {
	readonly #tree: ScriptTree;
	readonly #defsym: ReadonlyMap<string, bigint>;
	readonly #symbols = new Map<string, Value>();
	/** Symbols that only PROVIDE defines: ld has them where an object asks, so DEFINED() is false. */
	readonly #provided = new Set<string>();
	/** Symbols defined above the current statement, and those provided there. */
	readonly #above = new Set<string>();
	readonly #providedAbove = new Set<string>();
	readonly #assigned: ReadonlySet<string>;
	readonly #extents = new Map<Region, Extent>();
	readonly #missing = new Map<string, Missing>();
	readonly #diagnostics: Diagnostic[] = [];

	constructor(tree: ScriptTree, defsym: ReadonlyMap<string, bigint>) {
		this.#tree = tree;
		this.#defsym = defsym;
		const assignments = tree.statements.filter(({ kind }) => kind === 'assign');
		this.#assigned = new Set(assignments.map((each) => ('name' in each ? each.name : '')));
	}

	/** @throws Failure script.division. */
	run(): Values {
		this.#pass(true);
		const regions = this.#tree.regions.flatMap((region) => this.#region(region));
		let waiting = Infinity;
		for (let pass = 0; pass < MORE_PASSES && waiting > 0; pass++) {
			this.#pass(false);
			const before = waiting;
			waiting = this.#waiting();
			if (waiting >= before) break;
		}
		this.#assertions();
		const symbols = new Map<string, number>();
		for (const [name, value] of this.#symbols) {
			if (isKnown(value)) symbols.set(name, Number(value.value & MAX_32));
		}
		return {
			regions,
			symbols,
			missing: [...this.#missing.values()],
			diagnostics: this.#diagnostics,
		};
	}

	/** In the first pass the regions are not known yet and the location counter is 0. */
	#pass(first: boolean): void {
		this.#above.clear();
		this.#providedAbove.clear();
		for (const [name, value] of this.#defsym) {
			this.#symbols.set(name, { value });
			this.#above.add(name);
		}
		const names = this.#names(first, (name) => this.#above.has(name));
		for (const statement of this.#tree.statements) {
			if (statement.kind === 'assign') this.#assign(statement, first, names);
		}
	}

	/** Symbols that a further pass might give a value. */
	#waiting(): number {
		let waiting = 0;
		for (const value of this.#symbols.values()) {
			if (!isKnown(value) && value.needs.some(({ kind }) => kind === 'symbol')) waiting++;
		}
		return waiting;
	}

	#assign(statement: Extract<Statement, { kind: 'assign' }>, first: boolean, names: Names): void {
		const { name, expression, provided, doubts, place } = statement;
		if (provided && this.#symbols.has(name) && !this.#provided.has(name)) return;
		if (provided && this.#providedAbove.has(name)) return;
		const value: Value =
			doubts.length > 0 ? { needs: doubted(doubts, place) } : evaluate(expression, names);
		const known = this.#symbols.get(name);
		// ld lets the value stand that a symbol had before a size it cannot know yet.
		const stands =
			first && known && isKnown(known) && !isKnown(value) && value.needs.every(isLayout);
		if (!stands) this.#symbols.set(name, value);
		if (provided) {
			this.#provided.add(name);
			this.#providedAbove.add(name);
		} else {
			this.#provided.delete(name);
			this.#above.add(name);
		}
	}

	#region(region: Region): LinkRegion[] {
		const { name, origin, length, declared, doubts, place } = region;
		if (!declared || !origin || !length) return [];
		const names = this.#names(
			true,
			(symbol) => this.#symbols.has(symbol) && !this.#provided.has(symbol),
		);
		const needs = doubted(doubts, place);
		const extent: Extent =
			needs.length > 0
				? { origin: { needs }, length: { needs } }
				: this.#extent(
						region,
						() => evaluate(origin, names),
						() => evaluate(length, names),
					);
		this.#extents.set(region, extent);
		const start = this.#part(region, 'origin', extent.origin);
		const size = this.#part(region, 'length', extent.length);
		if (start === undefined || size === undefined) return [];
		return [{ name, origin: start, length: size, attributes: printedAttributes(region) }];
	}

	/** The length of a region may use its own origin. */
	#extent(region: Region, originOf: () => Value, lengthOf: () => Value): Extent {
		const origin = originOf();
		this.#extents.set(region, {
			origin,
			length: { value: MAX_64, early: `LENGTH(${region.name})` },
		});
		return { origin, length: lengthOf() };
	}

	#part(region: Region, part: 'origin' | 'length', value: Value): number | undefined {
		const { file, line } = region.place;
		const data = { file, line, region: region.name, part };
		if (!isKnown(value)) {
			this.#ask(region, part, value.needs);
			return undefined;
		}
		const limit = part === 'length' ? MAX_32 + 1n : MAX_32;
		if (value.early !== undefined) {
			this.#diagnostics.push(
				diagnostic('warning', 'script.early', { ...data, early: value.early }),
			);
		} else if (value.value > limit) {
			const text = `0x${value.value.toString(16).toUpperCase()}`;
			this.#diagnostics.push(diagnostic('error', 'script.beyond', { ...data, value: text }));
		}
		return Number(value.value > limit ? value.value & MAX_32 : value.value);
	}

	/** What is not in the script is asked for; what is in it, but out of ld's reach, is told. */
	#ask(region: Region, part: string, needs: readonly Need[]): void {
		const told = new Set<string>();
		for (const { kind, name, place } of needs) {
			if (kind === 'layout' || kind === 'region' || this.#assigned.has(name)) {
				told.add(kind === 'region' ? `the region ${name}` : name);
				continue;
			}
			const key = `${kind} ${name}`;
			const { file, line } = place;
			if (!this.#missing.has(key)) this.#missing.set(key, { kind, name, file, line });
		}
		if (told.size === 0) return;
		const { file, line } = region.place;
		this.#diagnostics.push(
			diagnostic('error', 'script.unknown-value', {
				file,
				line,
				part,
				region: region.name,
				needs: [...told].join(', '),
			}),
		);
	}

	#assertions(): void {
		const names = this.#names(false, (name) => this.#symbols.has(name));
		for (const statement of this.#tree.statements) {
			if (statement.kind !== 'assert' || statement.doubts.length > 0) continue;
			const value = evaluate(statement.expression, names);
			if (!isKnown(value) || value.value !== 0n) continue;
			const { message, place } = statement;
			const { file, line } = place;
			this.#diagnostics.push(diagnostic('error', 'script.assert', { file, line, message }));
		}
	}

	#names(early: boolean, defined: (name: string) => boolean): Names {
		return {
			defined,
			symbol: (name, place) =>
				this.#symbols.get(name) ?? { needs: [{ kind: 'symbol', name, place }] },
			region: (name, part, place) => this.#regionPart(name, part, place),
			dot: () =>
				early ? { value: 0n, early: 'the location counter' } : needsLayout('the location counter'),
		};
	}

	#regionPart(name: string, part: 'origin' | 'length', place: Place): Value {
		const region = this.#tree.byName.get(name);
		if (!region?.declared) return { needs: [{ kind: 'region', name, place }] };
		const extent = this.#extents.get(region);
		if (extent) return extent[part];
		const early = `${part.toUpperCase()}(${name})`;
		return { value: part === 'origin' ? 0n : MAX_64, early };
	}
}

const isLayout = ({ kind }: Need): boolean => kind === 'layout';

const doubted = (doubts: readonly string[], place: Place): Need[] =>
	doubts.map((name) => ({ kind: 'define', name, place }));
