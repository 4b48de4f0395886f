// The symbol table of an ELF (System V gABI 4.1 chapter 4, "Symbol Table"; AAELF32 5.5). Two sections are read, the
// table and its names; what is no name of the program's is left out: mapping symbols, section and file symbols.
import type { ElfSymbol } from '#core/link.ts';
import type { ByteSource } from '#core/source.ts';
import { u16le, u32le, u8 } from '#core/bytes.ts';
import { diagnostic, type Diagnostic } from '#core/failure.ts';
import { readableName } from './demangle/readable.ts';
import type { SectionHeader } from './elf-headers.ts';
import { readExactly } from './reading.ts';

const SHT_SYMTAB = 2;
const ENTRY_SIZE = 16;
const SHN_LORESERVE = 0xff00;
const STT_OBJECT = 1;
const STT_FUNC = 2;
const STT_SECTION = 3;
const STT_FILE = 4;
const STT_GNU_IFUNC = 10;
/** A million symbols, and their names; the largest firmware has some hundred thousand. */
const MAX_TABLE = 1024 ** 2 * ENTRY_SIZE;
const MAX_STRINGS = 64 * 1024 * 1024;
/** Names this long come from templates gone wild; the rest is cut. */
const MAX_NAME = 16 * 1024;
/** Text that demangling may make in all, so that hostile names cannot fill the memory. */
const MAX_READABLE = 32 * 1024 * 1024;

export interface Symbols {
	readonly symbols: readonly ElfSymbol[];
	readonly diagnostics: readonly Diagnostic[];
}

/** The named symbols in the table's order. A table that does not fit the file is told of and not read. */
export async function readSymbols(
	source: ByteSource,
	sections: readonly SectionHeader[],
): Promise<Symbols> {
	const table = sections.find(({ type }) => type === SHT_SYMTAB);
	if (!table || table.size === 0) return { symbols: [], diagnostics: [] };
	const strings = sections[table.link];
	const fits = ({ offset, size }: SectionHeader, limit: number): boolean =>
		offset + size <= source.size && size <= limit;
	if (!strings || !fits(table, MAX_TABLE) || !fits(strings, MAX_STRINGS)) {
		const { offset, size } = table;
		return { symbols: [], diagnostics: [diagnostic('warning', 'elf.symbols', { offset, size })] };
	}
	const entries = await readExactly(source, table.offset, table.offset + table.size);
	const names = nameReader(
		await readExactly(source, strings.offset, strings.offset + strings.size),
	);
	return { symbols: listSymbols(entries, names, sections), diagnostics: [] };
}

type NameReader = (offset: number) => string;

/** Names by offset. Names are ASCII in practice: then one decoded text is sliced, else each name is decoded alone. */
function nameReader(bytes: Uint8Array): NameReader {
	const decoder = new TextDecoder('utf-8');
	const text = decoder.decode(bytes);
	if (text.length === bytes.length) {
		return (offset) => text.slice(offset, nameEnd(text.indexOf('\0', offset), offset, text.length));
	}
	let decoded = 0;
	return (offset) => {
		const end = nameEnd(bytes.indexOf(0, offset), offset, bytes.length);
		// Overlapping names, each decoded anew, must not grow beyond what the table itself could say.
		decoded += Math.max(0, end - offset);
		return decoded > MAX_STRINGS ? '' : decoder.decode(bytes.subarray(offset, end));
	};
}

const nameEnd = (nul: number, offset: number, size: number): number =>
	Math.min(nul < 0 ? size : nul, offset + MAX_NAME);

type Open<T> = { -readonly [K in keyof T]: T[K] };

function listSymbols(
	table: Uint8Array,
	nameAt: NameReader,
	sections: readonly SectionHeader[],
): ElfSymbol[] {
	const symbols: ElfSymbol[] = [];
	const readable = cachedReadable();
	let file = '';
	for (let at = ENTRY_SIZE; at + ENTRY_SIZE <= table.length; at += ENTRY_SIZE) {
		const info = u8(table, at + 12);
		const type = info & 15;
		const name = nameAt(u32le(table, at));
		if (type === STT_FILE) file = name;
		if (name === '' || type === STT_FILE || type === STT_SECTION || isMapping(name)) continue;
		const value = u32le(table, at + 4);
		const kind = kindOf(type);
		const symbol: Open<ElfSymbol> = {
			name,
			address: kind === 'function' ? (value & ~1) >>> 0 : value,
			size: u32le(table, at + 8),
			kind,
			binding: bindingOf(info >> 4),
		};
		const plain = readable(name);
		if (plain !== undefined) symbol.readable = plain;
		const index = u16le(table, at + 14);
		const section = index > 0 && index < SHN_LORESERVE ? sections[index]?.name : undefined;
		if (section !== undefined) symbol.section = section;
		if (symbol.binding === 'local' && file !== '') symbol.file = file;
		symbols.push(symbol);
	}
	return symbols;
}

/** $a, $t, $d and $x mark where code and data change (AAELF32 5.5.5); a dot and more may follow. */
const isMapping = (name: string): boolean =>
	name.charCodeAt(0) === 0x24 && /^\$[atdx](?:\.|$)/.test(name);

function kindOf(type: number): ElfSymbol['kind'] {
	if (type === STT_FUNC || type === STT_GNU_IFUNC) return 'function';
	return type === STT_OBJECT ? 'object' : 'other';
}

function bindingOf(binding: number): ElfSymbol['binding'] {
	if (binding === 0) return 'local';
	return binding === 2 ? 'weak' : 'global';
}

function cachedReadable(): (name: string) => string | undefined {
	let made = 0;
	const known = new Map<string, string | undefined>();
	return (name) => {
		if (made > MAX_READABLE || !/^_[_ZR]/.test(name)) return undefined;
		if (known.has(name)) return known.get(name);
		const text = readableName(name);
		made += text?.length ?? 0;
		known.set(name, text);
		return text;
	};
}
