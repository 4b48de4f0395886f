// The files of one build, told apart by content and put together: firmware merged, one map, scripts with what they
// include.
import { placeBinary, type Firmware } from '#core/artifact.ts';
import { Failure, isFailure } from '#core/failure.ts';
import type { Build, InsightFile } from '#core/insight.ts';
import type { ElfView, LinkMap, LinkScript } from '#core/link.ts';
import type { ByteSource } from '#core/source.ts';
import { readElfView } from '#formats/elf-view.ts';
import { openFile } from '#formats/index.ts';
import { mergeFirmware } from '#formats/merge.ts';
import { readMap } from '#linker/map-read.ts';
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

/** Scripts are written by hand; a larger text is something else. */
const MAX_SCRIPT = 4 * 1024 * 1024;
/** An INCLUDE of an INCLUDE of an INCLUDE: more rounds than any script needs. */
const MAX_ROUNDS = 16;

type Content =
	| { readonly kind: 'firmware'; readonly firmware: Firmware; readonly elf?: ElfView }
	| { readonly kind: 'map'; readonly map: LinkMap }
	| { readonly kind: 'script'; readonly text: string };

interface Part {
	readonly path: string;
	readonly size: number;
	readonly content: Content;
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
		parts.push(await readPart(io, path, options.address));
	for (const path of options.maps) parts.push(await readPartAs(io, path, 'map'));
	for (const path of options.scripts) parts.push(await readPartAs(io, path, 'script'));
	const firmwares = parts.flatMap(({ path, content }) =>
		content.kind === 'firmware' ? [{ name: path, firmware: content.firmware }] : [],
	);
	const elf = last(parts, (content) => (content.kind === 'firmware' ? content.elf : undefined));
	const map = last(parts, (content) => (content.kind === 'map' ? content.map : undefined));
	const script = await readScripts(io, parts, options);
	return {
		name: paths[0] ?? '',
		files: parts.map(describeFile),
		...(firmwares.length > 0 && { firmware: mergeFirmware(firmwares) }),
		...(elf && { elf }),
		...(map && { map }),
		...(script && { script }),
	};
}

const last = <T>(
	parts: readonly Part[],
	pick: (content: Content) => T | undefined,
): T | undefined =>
	parts.map(({ content }) => pick(content)).findLast((found) => found !== undefined);

async function readPart(io: Io, path: string, address: number | undefined): Promise<Part> {
	const source = await io.open(path);
	try {
		const artifact = await openFile(source, path);
		if (artifact.kind === 'firmware') {
			const elf = artifact.format === 'ELF' ? await readElfView(source) : undefined;
			const content: Content = { kind: 'firmware', firmware: artifact, ...(elf && { elf }) };
			return { path, size: source.size, content };
		}
		const at = address ?? artifact.proposedAddress;
		if (at === undefined) throw new Failure('insight.needs-address', { name: path });
		const content: Content = { kind: 'firmware', firmware: placeBinary(artifact, at) };
		return { path, size: source.size, content };
	} catch (error) {
		if (isFailure(error, 'file.linker-text')) {
			const kind = error.data['kind'] === 'a linker map' ? 'map' : 'script';
			return await readLinkText(source, path, kind);
		}
		// A script of MEMORY alone, or one that begins with a long licence, is still a script by name.
		const text = isFailure(error, 'file.not-firmware') && SCRIPT_NAME.test(path);
		if (text) return await readLinkText(source, path, 'script');
		throw error;
	}
}

const SCRIPT_NAME = /\.(?:ld|lds|x|ldi)(?:\.[sS])?$/i;

const readPartAs = async (io: Io, path: string, kind: 'map' | 'script'): Promise<Part> =>
	readLinkText(await io.open(path), path, kind);

async function readLinkText(
	source: ByteSource,
	path: string,
	kind: 'map' | 'script',
): Promise<Part> {
	const { size } = source;
	if (kind === 'script' && size > MAX_SCRIPT)
		throw new Failure('file.too-large', { found: size, limit: MAX_SCRIPT });
	const bytes = await source.read(0, size);
	const content: Content =
		kind === 'map'
			? { kind, map: readMap(bytes, path) }
			: { kind, text: new TextDecoder('utf-8').decode(bytes) };
	return { path, size, content };
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

function describeFile({ path, size, content }: Part): InsightFile {
	switch (content.kind) {
		case 'firmware': {
			const { format } = content.firmware;
			return { name: path, size, format, kind: format === 'ELF' ? 'ELF' : 'image' };
		}
		case 'map':
			return { name: path, size, kind: 'map', format: `${content.map.linker} map` };
		case 'script':
			return { name: path, size, kind: 'script', format: 'linker script' };
	}
}
