// The three tables of an ELF32 little-endian file: header, program headers, section headers (System V gABI 4.1
// chapters 4 and 5). Every count, size and offset is checked against the file before anything is read by it.
import type { ByteSource } from '#core/source.ts';
import { u16le, u32le } from '#core/bytes.ts';
import { Failure } from '#core/failure.ts';
import { printable, readExactly } from './reading.ts';

export const HEADER_SIZE = 52;
export const PROGRAM_HEADER_SIZE = 32;
const SECTION_HEADER_SIZE = 40;
/** Real firmware has tens of sections; the format's own plain count ends here (SHN_LORESERVE, gABI figure 4-7). */
const MAX_SECTIONS = 0xff00;
const MAX_SEGMENTS = 1024;
const MAX_NAMES = 4 * 1024 * 1024;
const MAX_NAME = 255;
/** Section index that means "look into section 0" (gABI figure 4-7). */
const SHN_XINDEX = 0xffff;

export interface ElfHeader {
	readonly entry: number;
	/** e_flags. */
	readonly flags: number;
	readonly programHeaders: { readonly offset: number; readonly count: number };
	readonly sectionHeaders: { readonly offset: number; readonly count: number };
	readonly nameTable: number;
}

export interface ProgramHeader {
	readonly type: number;
	readonly flags: number;
	readonly offset: number;
	/** p_vaddr. */
	readonly runAddress: number;
	readonly loadAddress: number;
	readonly fileSize: number;
	readonly memorySize: number;
	readonly alignment: number;
}

export interface SectionHeader {
	readonly name: string;
	readonly type: number;
	readonly flags: number;
	readonly runAddress: number;
	readonly offset: number;
	readonly size: number;
	/** sh_link: for a symbol table the index of its string table. */
	readonly link: number;
	readonly alignment: number;
}

/** Reads the ELF header; its identification must have been checked (see `detect` in elf.ts). */
export async function readHeader(source: ByteSource): Promise<ElfHeader> {
	ensureInside(source, 'headers', HEADER_SIZE);
	const header = await readExactly(source, 0, HEADER_SIZE);
	const programHeaders = { offset: u32le(header, 28), count: u16le(header, 44) };
	const sectionHeaders = { offset: u32le(header, 32), count: u16le(header, 48) };
	if (programHeaders.count > 0) {
		ensureEqual('program header size', 42, u16le(header, 42), PROGRAM_HEADER_SIZE);
	}
	if (sectionHeaders.offset === 0) sectionHeaders.count = 0;
	else ensureEqual('section header size', 46, u16le(header, 46), SECTION_HEADER_SIZE);
	let nameTable = u16le(header, 50);
	if (sectionHeaders.offset !== 0 && (sectionHeaders.count === 0 || nameTable === SHN_XINDEX)) {
		// Large counts live in section 0 (gABI chapter 4, "ELF Header").
		ensureInside(source, 'section headers', sectionHeaders.offset + SECTION_HEADER_SIZE);
		const first = await readExactly(
			source,
			sectionHeaders.offset,
			sectionHeaders.offset + SECTION_HEADER_SIZE,
		);
		if (sectionHeaders.count === 0) sectionHeaders.count = u32le(first, 20);
		if (nameTable === SHN_XINDEX) nameTable = u32le(first, 24);
	}
	ensureAtMost('section count', 48, sectionHeaders.count, MAX_SECTIONS);
	return {
		entry: u32le(header, 24),
		flags: u32le(header, 36),
		programHeaders,
		sectionHeaders,
		nameTable,
	};
}

/** Reads the program headers. @throws Failure elf.* when the table is cut off or absurd. */
export async function readProgramHeaders(
	source: ByteSource,
	{ offset, count }: ElfHeader['programHeaders'],
): Promise<ProgramHeader[]> {
	ensureAtMost('program header count', 44, count, MAX_SEGMENTS);
	const end = offset + count * PROGRAM_HEADER_SIZE;
	if (count > 0) ensureInside(source, 'program headers', end);
	const table = count > 0 ? await readExactly(source, offset, end) : new Uint8Array(0);
	const starts = Array.from({ length: count }, (_, index) => index * PROGRAM_HEADER_SIZE);
	// Linkers that know no load address leave p_paddr zero everywhere; then the run address is meant, as for objcopy.
	const addressField = starts.some((at) => u32le(table, at + 12) !== 0) ? 12 : 8;
	return starts.map((at) => ({
		type: u32le(table, at),
		flags: u32le(table, at + 24),
		offset: u32le(table, at + 4),
		runAddress: u32le(table, at + 8),
		loadAddress: u32le(table, at + addressField),
		fileSize: u32le(table, at + 16),
		memorySize: u32le(table, at + 20),
		alignment: u32le(table, at + 28),
	}));
}

/** Reads the section headers with their names; a name outside the name table is empty. */
export async function readSectionHeaders(
	source: ByteSource,
	header: ElfHeader,
): Promise<SectionHeader[]> {
	const { offset, count } = header.sectionHeaders;
	if (count === 0) return [];
	const end = offset + count * SECTION_HEADER_SIZE;
	ensureInside(source, 'section headers', end);
	const table = await readExactly(source, offset, end);
	const names = await readNames(source, table, header.nameTable);
	return Array.from({ length: count }, (_, index) => {
		const at = index * SECTION_HEADER_SIZE;
		const name = u32le(table, at);
		return {
			name: printable(names.subarray(name, name + MAX_NAME)),
			type: u32le(table, at + 4),
			flags: u32le(table, at + 8),
			runAddress: u32le(table, at + 12),
			offset: u32le(table, at + 16),
			size: u32le(table, at + 20),
			link: u32le(table, at + 24),
			alignment: u32le(table, at + 32),
		};
	});
}

async function readNames(source: ByteSource, table: Uint8Array, index: number) {
	const at = index * SECTION_HEADER_SIZE;
	if (index === 0 || at + SECTION_HEADER_SIZE > table.length) return new Uint8Array(0);
	const offset = u32le(table, at + 16);
	const size = Math.min(u32le(table, at + 20), MAX_NAMES);
	ensureInside(source, 'section names', offset + size);
	return readExactly(source, offset, offset + size);
}

/** @throws Failure elf.truncated when the file ends before `end`. */
export function ensureInside(source: ByteSource, what: string, end: number): void {
	if (end <= source.size) return;
	throw new Failure('elf.truncated', { what, expected: end, found: source.size });
}

function ensureEqual(what: string, offset: number, found: number, expected: number): void {
	if (found !== expected) throw new Failure('elf.damaged', { what, offset, found, expected });
}

function ensureAtMost(what: string, offset: number, found: number, limit: number): void {
	if (found <= limit) return;
	throw new Failure('elf.damaged', { what, offset, found, expected: `at most ${limit}` });
}
