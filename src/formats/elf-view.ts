// What an ELF says beside its bytes: sections, segments, symbols, attributes, notes, versions. It reads the tables and
// the small sections, never the debug information, so that a 50 MB file costs what its symbols cost.
import type { ElfSection, ElfSegment, ElfView } from '#core/link.ts';
import type { ByteSource } from '#core/source.ts';
import { diagnostic, Failure, type Diagnostic } from '#core/failure.ts';
import {
	readHeader,
	readProgramHeaders,
	readSectionHeaders,
	type ProgramHeader,
	type SectionHeader,
} from './elf-headers.ts';
import { readAttributes } from './elf-attributes.ts';
import { findVersions, readCompilers, readNotes } from './elf-notes.ts';
import { readSymbols } from './elf-symbols.ts';
import { elf } from './elf.ts';
import { peekAt, readExactly } from './reading.ts';
import { wrongKind } from './wrong-kind.ts';

const PT_LOAD = 1;
const PT_NOTE = 4;
const SHT_NULL = 0;
const SHT_PROGBITS = 1;
const SHT_NOTE = 7;
const SHT_NOBITS = 8;
const SHT_ARM_ATTRIBUTES = 0x70000003;
const SHF_WRITE = 1;
const SHF_ALLOC = 2;
const SHF_COMPRESSED = 0x800;
/** Attributes, notes and comments have some hundred bytes. */
const MAX_SMALL = 256 * 1024;
/** Constants searched for versions: more than any STM32's flash. */
const MAX_CONSTANTS = 8 * 1024 * 1024;
const MAX_VERSIONS = 64;

/**
 * Reads an ELF32 little-endian ARM executable's tables. Sections keep the table's order, without its first, null entry.
 * @throws Failure file.* when it is something else, elf.* when a table is cut off or absurd.
 */
export async function readElfView(source: ByteSource): Promise<ElfView> {
	await refuseOthers(source);
	const header = await readHeader(source);
	const segments = await readProgramHeaders(source, header.programHeaders);
	const headers = await readSectionHeaders(source, header);
	const { symbols, diagnostics } = await readSymbols(source, headers);
	const reading = new SmallSections(source, [...diagnostics]);
	const { attributes, diagnostics: damage } = readAttributes(
		await reading.first(headers.filter(({ type }) => type === SHT_ARM_ATTRIBUTES).slice(0, 1)),
	);
	const notes = await readAllNotes(reading, headers, segments);
	const comments = headers.filter(({ name, type }) => name === '.comment' && type === SHT_PROGBITS);
	return {
		entry: header.entry,
		flags: header.flags,
		sections: headers.map((section, index) => describe(section, index, segments)).slice(1),
		segments: segments.map(describeSegment),
		symbols,
		attributes,
		...notes,
		compilers: readCompilers(await reading.first(comments)),
		versions: await readVersions(reading, headers),
		diagnostics: [...reading.diagnostics, ...damage],
	};
}

async function refuseOthers(source: ByteSource): Promise<void> {
	if (source.size === 0) throw new Failure('file.empty', {});
	const peek = await peekAt(source);
	if (elf.detect(peek)) return;
	// It always throws: what it does not know by name is told by its first bytes.
	await wrongKind.parse(source);
}

/** Reads sections within limits; those that do not fit are told of and left out. */
class SmallSections {
	readonly diagnostics: Diagnostic[];
	private readonly source: ByteSource;
	constructor(source: ByteSource, diagnostics: Diagnostic[]) {
		this.source = source;
		this.diagnostics = diagnostics;
	}
	/** The bytes, or undefined. */
	async bytes(
		{ name, offset, size }: Pick<SectionHeader, 'name' | 'offset' | 'size'>,
		limit = MAX_SMALL,
	): Promise<Uint8Array | undefined> {
		if (offset + size <= this.source.size && size <= limit) {
			return readExactly(this.source, offset, offset + size);
		}
		const data = { section: name, size, offset };
		this.diagnostics.push(diagnostic('note', 'elf.not-read', data));
		return undefined;
	}
	/** The bytes of the first that can be read; empty where there is none. */
	async first(sections: readonly SectionHeader[]): Promise<Uint8Array> {
		for (const section of sections) {
			const bytes = await this.bytes(section);
			if (bytes) return bytes;
		}
		return new Uint8Array(0);
	}
}

function describe(
	section: SectionHeader,
	index: number,
	segments: readonly ProgramHeader[],
): ElfSection {
	const { name, type, flags, runAddress: address, offset, size, alignment } = section;
	const loadAddress = loadAddressOf(section, segments);
	const described = { index, name, type, flags, address, offset, size, alignment };
	return loadAddress === undefined ? described : { ...described, loadAddress };
}

/** As BFD finds it: by file offset for what is stored, by address for what is not. */
function loadAddressOf(section: SectionHeader, segments: readonly ProgramHeader[]) {
	const { type, flags, offset, size, runAddress } = section;
	if ((flags & SHF_ALLOC) === 0 || type === SHT_NULL || size === 0) return undefined;
	const stored = type !== SHT_NOBITS;
	const load = segments.find((segment) => {
		if (segment.type !== PT_LOAD) return false;
		const above = runAddress - segment.runAddress;
		if (above < 0 || above + size > segment.memorySize) return false;
		if (!stored) return true;
		const into = offset - segment.offset;
		return into >= 0 && into + size <= segment.fileSize;
	});
	if (!load) return undefined;
	const into = stored ? offset - load.offset : runAddress - load.runAddress;
	return (load.loadAddress + into) % 2 ** 32;
}

const describeSegment = ({ runAddress: address, ...segment }: ProgramHeader): ElfSegment => ({
	...segment,
	address,
});

async function readAllNotes(
	reading: SmallSections,
	headers: readonly SectionHeader[],
	segments: readonly ProgramHeader[],
): Promise<Pick<ElfView, 'notes' | 'buildId'>> {
	const sections = headers.filter(({ type, size }) => type === SHT_NOTE && size > 0);
	const holders =
		sections.length > 0
			? sections
			: segments
					.filter(({ type, fileSize }) => type === PT_NOTE && fileSize > 0)
					.map(({ offset, fileSize }) => ({ name: 'PT_NOTE', offset, size: fileSize }));
	const notes: ElfView['notes'][number][] = [];
	let buildId: string | undefined;
	for (const holder of holders.slice(0, 16)) {
		const found = readNotes((await reading.bytes(holder)) ?? new Uint8Array(0));
		notes.push(...found.notes);
		buildId ??= found.buildId;
	}
	return { notes, ...(buildId !== undefined && { buildId }) };
}

async function readVersions(reading: SmallSections, headers: readonly SectionHeader[]) {
	const versions: ElfView['versions'][number][] = [];
	let left = MAX_CONSTANTS;
	for (const section of headers) {
		const { type, flags, size, runAddress } = section;
		const constant = (flags & (SHF_ALLOC | SHF_WRITE | SHF_COMPRESSED)) === SHF_ALLOC;
		if (type !== SHT_PROGBITS || !constant || size === 0 || size > left) continue;
		left -= size;
		const bytes = await reading.bytes(section, MAX_CONSTANTS);
		if (bytes) versions.push(...findVersions(bytes, runAddress));
		if (versions.length >= MAX_VERSIONS) break;
	}
	return versions.slice(0, MAX_VERSIONS);
}
