// Reading a GNU ld script: regions, where sections go, and the symbols that need no section.
import { diagnostic, type Diagnostic } from '#core/failure.ts';
import type { LinkScript, Missing, Placement } from '#core/link.ts';
import { Lexer, type Source } from './script-lexer.ts';
import { parseScript } from './script-parser.ts';
import { isPreprocessed, preprocess, type Preprocessed } from './script-preprocess.ts';
import type { OutputPlacement, ScriptTree } from './script-tree.ts';
import { Evaluation } from './script-values.ts';

export interface ScriptFile {
	readonly name: string;
	readonly text: string;
}

export interface ScriptOptions {
	/** --defsym NAME=VALUE, as given before -T (where gcc puts it): an assignment of the script wins. */
	readonly defsym?: ReadonlyMap<string, number | bigint>;
	/** -D NAME=VALUE for the preprocessor; null says that NAME is not defined (-U). */
	readonly defines?: ReadonlyMap<string, string | null>;
}

/**
 * Reads the first file as GNU ld 2.40 would, taking the others for what it includes. What the script needs from
 * outside is in `missing`, by name; regions that depend on it are absent.
 * @throws Failure script.* where ld stops, with file, line and column.
 */
export function readScript(
	files: readonly [ScriptFile, ...ScriptFile[]],
	options: ScriptOptions = {},
): LinkScript {
	const [main] = files;
	const reader = new Reader(files, options);
	const swelling = files.reduce((total, { text }) => total + 2 * text.length, FREE_CHARACTERS);
	const lexer = new Lexer(reader.source(main), swelling);
	const tree = parseScript(lexer, (name) => reader.find(name));
	const defsym = new Map<string, bigint>();
	for (const [name, value] of options.defsym ?? []) {
		if (typeof value === 'number' && !Number.isFinite(value)) continue;
		defsym.set(
			name,
			BigInt.asUintN(64, typeof value === 'number' ? BigInt(Math.trunc(value)) : value),
		);
	}
	const values = new Evaluation(tree, defsym).run();
	return {
		fileName: main.name,
		regions: values.regions,
		aliases: [...tree.aliases].map(([alias, region]) => ({ alias, region: region.name })),
		placements: tree.placements.map(placement),
		symbols: values.symbols,
		missing: once([
			...reader.missing,
			...tree.missing,
			...values.missing.map((each) => reader.kindOf(each)),
		]),
		diagnostics: [...reader.diagnostics, ...undoubted(tree), ...values.diagnostics],
		...(tree.entry !== undefined && { entry: tree.entry }),
	};
}

/** A file that is included again and again may make a script this much longer than all files are. */
const FREE_CHARACTERS = 1024 * 1024;

/** Finds files by the names a script gives them, preprocessed where they need it. */
class Reader {
	readonly missing: Missing[] = [];
	readonly diagnostics: Diagnostic[] = [];
	readonly #files: readonly ScriptFile[];
	readonly #options: ScriptOptions;
	readonly #sources = new Map<ScriptFile, Source>();
	#preprocessed = false;

	constructor(files: readonly ScriptFile[], options: ScriptOptions) {
		this.#files = files;
		this.#options = options;
	}

	source(file: ScriptFile): Source {
		const known = this.#sources.get(file);
		if (known) return known;
		const source = isPreprocessed(file.text) ? this.#preprocess(file) : file;
		this.#sources.set(file, source);
		return source;
	}

	find(name: string): Source | undefined {
		const file = findFile(this.#files, name);
		return file && this.source(file);
	}

	/** A name nobody defines is likelier a macro where the preprocessor was at work. */
	kindOf(missing: Missing): Missing {
		return this.#preprocessed && missing.kind === 'symbol'
			? { ...missing, kind: 'define' }
			: missing;
	}

	#preprocess(file: ScriptFile): Source {
		this.#preprocessed = true;
		const result: Preprocessed = preprocess(file, {
			defines: this.#options.defines ?? new Map<string, string | null>(),
			find: (name) => findFile(this.#files, name),
		});
		this.missing.push(...result.missing);
		this.diagnostics.push(
			diagnostic('note', 'script.preprocessed', { file: file.name }),
			...result.diagnostics,
		);
		return result.source;
	}
}

/** The same name, or the only file with the same last part; among several, the one that shares most of its folders. */
function findFile(files: readonly ScriptFile[], name: string): ScriptFile | undefined {
	const exact = files.find((file) => file.name === name);
	if (exact) return exact;
	const wanted = parts(name);
	let best: { file: ScriptFile; shared: number } | undefined;
	for (const file of files) {
		const shared = sharedEnd(parts(file.name), wanted);
		if (shared > (best?.shared ?? 0)) best = { file, shared };
	}
	return best?.file;
}

const parts = (name: string): string[] =>
	name.split(/[/\\]/).filter((part) => part !== '' && part !== '.');

function sharedEnd(a: readonly string[], b: readonly string[]): number {
	let shared = 0;
	while (shared < Math.min(a.length, b.length) && a.at(-1 - shared) === b.at(-1 - shared)) shared++;
	return shared;
}

/** Each name is asked for once, where it is needed first. */
function once(missing: readonly Missing[]): Missing[] {
	const first = new Map<string, Missing>();
	for (const each of missing) {
		const key = `${each.kind} ${each.name}`;
		if (!first.has(key)) first.set(key, each);
	}
	return [...first.values()];
}

/** Without complaints about regions that a missing file may declare. */
const undoubted = ({ missing, diagnostics }: ScriptTree): readonly Diagnostic[] =>
	missing.length === 0
		? diagnostics
		: diagnostics.filter(({ code }) => code !== 'script.undeclared');

function placement({
	section,
	region,
	loadRegion,
	noLoad,
	unallocated,
	place,
}: OutputPlacement): Placement {
	return {
		section,
		...(region && { region: region.name }),
		...(loadRegion && { loadRegion: loadRegion.name }),
		noLoad: noLoad || unallocated,
		line: place.line,
	};
}
