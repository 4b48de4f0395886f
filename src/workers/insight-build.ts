// Puts the files of one build together: firmware merged, scripts read with what they include, one map.
import type { Firmware } from '#core/artifact.ts';
import { toFailure, type Failure } from '#core/failure.ts';
import type { Build, InsightFile } from '#core/insight.ts';
import type { ElfView, LinkScript } from '#core/link.ts';
import { mergeFirmware } from '#formats/merge.ts';
import { readScript, type ScriptFile } from '#linker/script-read.ts';
import { fileFailure, told, type FileContent } from './insight-files.ts';
import type { DeskFile, ScriptSettings } from './insight-messages.ts';

export interface ReadDeskFile {
	readonly given: DeskFile;
	readonly content: FileContent;
}

export interface Built {
	/** Absent when no file could be used. */
	readonly build?: Build;
	/** What became of files only when they were put together, by id. */
	readonly failures: ReadonlyMap<number, Failure>;
}

/**
 * Never rejects: a file that cannot be used with the others is named in `failures`, the rest is still used. An outline
 * goes without the ELF's tables, and is there much sooner for a large one.
 */
export async function buildOf(
	files: readonly ReadDeskFile[],
	settings: ScriptSettings,
	outline = false,
): Promise<Built> {
	const failures = new Map<number, Failure>();
	const firmware = mergedFirmware(files, failures);
	const script = readScripts(files, settings, failures);
	const elf = outline ? undefined : await tablesOf(files, failures);
	const map = lastOf(files, ({ content }) => (content.kind === 'map' ? content.map : undefined));
	const used = files.filter(
		({ given, content }) => content.kind !== 'refused' && !failures.has(given.id),
	);
	if (!firmware && !map && !script) return { failures };
	return {
		failures,
		build: {
			name: used[0]?.given.name ?? '',
			files: used.map(describe),
			...(firmware && { firmware }),
			...(elf && { elf }),
			...(map && { map }),
			...(script && { script }),
		},
	};
}

/** The file added last counts where there can be only one. */
function lastOf<T>(
	files: readonly ReadDeskFile[],
	pick: (file: ReadDeskFile) => T | undefined,
): T | undefined {
	return files.map(pick).findLast((found) => found !== undefined);
}

/**
 * Two builds made comparable: an older one of which only the ELF was kept is counted by the regions of the newer, and
 * a map that only one of two ELFs has is left out, for it names objects that the other side cannot.
 */
export function comparable(sides: { readonly before: Build; readonly after: Build }): {
	readonly before: Build;
	readonly after: Build;
} {
	const before = withRegionsOf(sides.before, sides.after);
	const after = withRegionsOf(sides.after, sides.before);
	const elves = before.elf !== undefined && after.elf !== undefined;
	if (!elves || (before.map === undefined) === (after.map === undefined)) return { before, after };
	return { before: withoutMap(before), after: withoutMap(after) };
}

function withoutMap(build: Build): Build {
	const { map: _, ...rest } = withRegionsOf(build, build);
	return rest;
}

/** Its own script's regions count; else those of the other's map or script. */
function withRegionsOf(build: Build, other: Build): Build {
	if (build.script || (build !== other && (build.map?.regions.length ?? 0) > 0)) return build;
	const { script, map } = other;
	if (script) return { ...build, script: { ...script, symbols: new Map(), diagnostics: [] } };
	if (!map) return build;
	const none = { aliases: [], placements: [], missing: [], diagnostics: [], symbols: new Map() };
	return { ...build, script: { fileName: '', regions: map.regions, ...none } };
}

async function tablesOf(
	files: readonly ReadDeskFile[],
	failures: Map<number, Failure>,
): Promise<ElfView | undefined> {
	let last: ElfView | undefined;
	for (const { given, content } of files) {
		if (content.kind !== 'firmware') continue;
		try {
			last = (await content.elf?.()) ?? last;
		} catch (error) {
			failures.set(given.id, fileFailure(error, given.file));
		}
	}
	return last;
}

function describe({ given: { id, name, file }, content }: ReadDeskFile): InsightFile {
	const { kind = 'image', format = '' } = told(id, content);
	return { name, kind, format, size: file.size };
}

/** All firmware as one image; a file that claims what another has already brought is left out, and told. */
function mergedFirmware(
	files: readonly ReadDeskFile[],
	failures: Map<number, Failure>,
): Firmware | undefined {
	let parts: { readonly name: string; readonly firmware: Firmware }[] = [];
	let merged: Firmware | undefined;
	for (const { given, content } of files) {
		if (content.kind !== 'firmware') continue;
		const more = [...parts, { name: given.name, firmware: content.firmware }];
		try {
			merged = mergeFirmware(more);
			parts = more;
		} catch (error) {
			failures.set(given.id, toFailure(error));
		}
	}
	return merged;
}

function readScripts(
	files: readonly ReadDeskFile[],
	{ symbols, defines }: ScriptSettings,
	failures: Map<number, Failure>,
): LinkScript | undefined {
	const scripts = files.flatMap(({ given: { id, name }, content }) =>
		content.kind === 'script' ? [{ id, name, text: content.text }] : [],
	);
	const main = mainScript(scripts);
	if (!main) return undefined;
	const others = scripts.filter((one) => one !== main);
	try {
		return readScript([main, ...others], {
			defsym: new Map(symbols),
			defines: new Map(defines),
		});
	} catch (error) {
		failures.set(main.id, toFailure(error));
		return undefined;
	}
}

/** The script that no other one includes; of several, the one that says where sections go. */
function mainScript<T extends ScriptFile>(scripts: readonly T[]): T | undefined {
	const included = (name: string): boolean =>
		scripts.some(({ text }) =>
			[...text.matchAll(/\bINCLUDE\s+"?([^\s";]+)|^\s*#\s*include\s+["<]([^">]+)/gm)].some(
				([, plain, quoted]) => baseName(plain ?? quoted ?? '') === baseName(name),
			),
		);
	const roots = scripts.filter(({ name }) => !included(name));
	return roots.find(({ text }) => /\bSECTIONS\b/.test(text)) ?? roots[0] ?? scripts[0];
}

const baseName = (path: string): string => path.slice(path.search(/[^/\\]*$/));
