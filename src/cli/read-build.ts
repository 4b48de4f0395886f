// The files of one build, told apart by content and put together: firmware merged, one map, scripts with what they
// include.
import { isFailure } from '#core/failure.ts';
import type { Build } from '#core/insight.ts';
import type { ElfView, LinkScript } from '#core/link.ts';
import type { ByteSource } from '#core/source.ts';
import { mergeFirmware } from '#formats/merge.ts';
import {
	MAX_SCRIPT,
	partFormat,
	readPart,
	readPartAs,
	type BuildPart,
} from '#insight/read-part.ts';
import { readScript, type ScriptFile } from '#linker/script-read.ts';
import type { Io } from './io.ts';

export interface BuildOptions {
	/** Files that are a map or a script whatever they look like. */
	readonly maps: readonly string[];
	readonly scripts: readonly string[];
	/** Folders to look for what a script includes. */
	readonly include: readonly string[];
	readonly defsym: ReadonlyMap<string, number>;
	readonly defines: ReadonlyMap<string, string | null>;
	/** Where a raw binary belongs. */
	readonly address?: number;
}

/** An INCLUDE of an INCLUDE of an INCLUDE: more rounds than any script needs. */
const MAX_ROUNDS = 16;

interface Part {
	readonly path: string;
	readonly size: number;
	readonly content: BuildPart;
	/** What an ELF says beside its bytes. */
	readonly elf?: ElfView | undefined;
}

/** @throws Failure when a file cannot be read, or two contradict each other. */
export async function readBuild(
	io: Io,
	paths: readonly string[],
	options: BuildOptions,
): Promise<Build> {
	const parts: Part[] = [];
	const known = new Set([...options.maps, ...options.scripts]);
	for (const path of paths.filter((each) => !known.has(each)))
		parts.push(await openPart(io, path, (source) => readPart(source, path, options.address)));
	for (const [kind, paths] of [
		['map', options.maps],
		['script', options.scripts],
	] as const) {
		for (const path of paths)
			parts.push(await openPart(io, path, (source) => readPartAs(source, path, kind)));
	}
	const firmwares = parts.flatMap(({ path, content }) =>
		content.kind === 'firmware' ? [{ name: path, firmware: content.firmware }] : [],
	);
	const elf = last(parts, (part) => part.elf);
	const map = last(parts, ({ content }) => (content.kind === 'map' ? content.map : undefined));
	const script = await readScripts(io, parts, options);
	return {
		name: paths[0] ?? '',
		files: parts.map(({ path, size, content }) => ({ name: path, size, ...partFormat(content) })),
		...(firmwares.length > 0 && { firmware: mergeFirmware(firmwares) }),
		...(elf && { elf }),
		...(map && { map }),
		...(script && { script }),
	};
}

const last = <T>(parts: readonly Part[], pick: (part: Part) => T | undefined): T | undefined =>
	parts.map(pick).findLast((found) => found !== undefined);

async function openPart(
	io: Io,
	path: string,
	read: (source: ByteSource) => Promise<BuildPart>,
): Promise<Part> {
	const source = await io.open(path);
	const content = await read(source);
	const elf = content.kind === 'firmware' ? await content.elf?.() : undefined;
	return { path, size: source.size, content, elf };
}

/** The first script is the one that counts unless another includes it; what it includes is looked for and read. */
async function readScripts(
	io: Io,
	parts: readonly Part[],
	options: BuildOptions,
): Promise<LinkScript | undefined> {
	const files: ScriptFile[] = parts.flatMap(({ path, content }) =>
		content.kind === 'script' ? [{ name: path, text: content.text }] : [],
	);
	const tried = new Set<string>();
	for (let round = 0; ; round++) {
		const main =
			files.find(({ name }) => !files.some((other) => includes(other, name))) ?? files[0];
		if (!main) return undefined;
		const script = readScript([main, ...files.filter((file) => file !== main)], {
			defsym: options.defsym,
			defines: options.defines,
		});
		const wanted = script.missing.filter(
			({ kind, name }) => kind === 'include' && !tried.has(name),
		);
		if (wanted.length === 0 || round === MAX_ROUNDS) return script;
		for (const { name } of wanted) {
			tried.add(name);
			const found = await findInclude(io, name, [folderOf(main.name), ...options.include]);
			if (found) files.push(found);
		}
	}
}

const includes = ({ name: own, text }: ScriptFile, name: string): boolean =>
	own !== name &&
	[...text.matchAll(/\bINCLUDE\s+"?([^\s";]+)|^\s*#\s*include\s+["<]([^">]+)/gm)].some(
		([, plain, quoted]) => baseName(plain ?? quoted ?? '') === baseName(name),
	);

const baseName = (path: string): string => path.slice(path.search(/[^/\\]*$/));
const folderOf = (path: string): string => path.slice(0, path.length - baseName(path).length);

/** Like ld's -L: the first folder that has it. Undefined when none has: the script then says what it misses. */
async function findInclude(
	io: Io,
	name: string,
	folders: readonly string[],
): Promise<ScriptFile | undefined> {
	for (const folder of folders) {
		const path = folder === '' || /[/\\]$/.test(folder) ? folder + name : `${folder}/${name}`;
		try {
			const source = await io.open(path);
			if (source.size > MAX_SCRIPT) continue;
			const text = new TextDecoder('utf-8').decode(await source.read(0, source.size));
			return { name, text };
		} catch (error) {
			if (!isFailure(error, 'cli.unreadable')) throw error;
		}
	}
	return undefined;
}
