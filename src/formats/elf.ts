// ELF32 little-endian ARM executables (System V gABI 4.1, AAELF32): the bytes of PT_LOAD segments at their load
// addresses (LMA), cut to the sections that store something. Debug information is never read.
import type { Artifact, Section } from '#core/artifact.ts';
import type { ByteSource } from '#core/source.ts';
import { firstOtherThan, hex32, u16le, u8 } from '#core/bytes.ts';
import { diagnostic, Failure, type Diagnostic } from '#core/failure.ts';
import { alignDown, join } from '#core/range.ts';
import {
	ensureInside,
	HEADER_SIZE,
	PROGRAM_HEADER_SIZE,
	readHeader,
	readProgramHeaders,
	readSectionHeaders,
	type ElfHeader,
	type ProgramHeader,
	type SectionHeader,
} from './elf-headers.ts';
import { MAX_IMAGE, type Format, type Peek } from './format.ts';
import { layParts, refuseOverlap, type NamedSegment } from './lay.ts';
import { codes, printable, readExactly, startsWith } from './reading.ts';

export const ELF_MAGIC = [0x7f, ...codes('ELF')];
const ELFCLASS32 = 1;
const ELFDATA2LSB = 1;
const ET_EXEC = 2;
const ET_DYN = 3;
const EM_ARM = 40;
const PT_LOAD = 1;
const PT_INTERP = 3;
const SHT_NULL = 0;
const SHT_NOBITS = 8;
const SHF_WRITE = 1;
const SHF_ALLOC = 2;
const SHF_EXECINSTR = 4;

/** Reads this close together in the file become one: each costs a round trip to the file system. */
const READ_GAP = 1024;
const ZERO_BLOCK = 64 * 1024;

export const elf: Format = {
	name: 'ELF',
	extensions: ['.elf', '.axf', '.out'],
	detect: isArmExecutable,
	parse,
};

/** ELFs of other processors, object files and the like are named by wrong-kind.ts. */
function isArmExecutable({ head }: Peek): boolean {
	if (!startsWith(head, ELF_MAGIC)) return false;
	if (head.length < HEADER_SIZE) return true;
	const type = u16le(head, 16);
	return (
		u8(head, 4) === ELFCLASS32 &&
		u8(head, 5) === ELFDATA2LSB &&
		u16le(head, 18) === EM_ARM &&
		(type === ET_EXEC || type === ET_DYN)
	);
}

/** A stretch of the file that is stored at a load address. */
interface Chunk {
	readonly name: string;
	readonly offset: number;
	readonly size: number;
	readonly address: number;
	/** Load address of the segment whose headers were cut off in front of this chunk. */
	readonly cutFrom?: number;
}

async function parse(source: ByteSource): Promise<Artifact> {
	const header = await readHeader(source);
	const segments = await readProgramHeaders(source, header.programHeaders);
	const interpreter = segments.find(({ type }) => type === PT_INTERP);
	if (interpreter) await refuseLinuxProgram(source, interpreter);
	const loads = segments.filter(({ type, fileSize }) => type === PT_LOAD && fileSize > 0);
	const sections = await readSectionHeaders(source, header);

	const diagnostics: Diagnostic[] = [];
	const chunks: Chunk[] = [];
	const described = new Set<ProgramHeader>();
	for (const section of sections.filter(isStored)) {
		const load = loadOf(section, loads);
		if (!load) continue;
		described.add(load);
		chunks.push(sectionChunk(load, section));
	}
	for (const load of loads) {
		ensureInside(source, 'load segments', load.offset + load.fileSize);
		if (!described.has(load)) chunks.push(await bareChunk(source, load, headersEnd(header)));
	}
	ensureReasonable(source, chunks);
	const { image } = layParts(await readChunks(source, chunks), refuseOverlap);

	for (const { cutFrom: start, address: end } of chunks) {
		if (start === undefined) continue;
		const severity = sections.length === 0 ? 'warning' : 'note';
		diagnostics.push(diagnostic(severity, 'elf.header-cut', { start, end }, { start, end }));
	}
	const allocated = sections.filter(({ flags, size }) => (flags & SHF_ALLOC) !== 0 && size > 0);
	for (const section of allocated) {
		if (!isStored(section) || loadOf(section, loads)) continue;
		const data = { section: section.name, size: section.size, address: section.runAddress };
		diagnostics.push(diagnostic('warning', 'elf.not-loaded', data));
	}
	return {
		kind: 'firmware',
		format: 'ELF',
		image,
		sections: allocated.map((section) => describeSection(section, loads)),
		diagnostics,
		...(header.entry !== 0 && { entryPoint: header.entry }),
	};
}

const isStored = ({ type, flags, size }: SectionHeader): boolean =>
	type !== SHT_NULL && type !== SHT_NOBITS && (flags & SHF_ALLOC) !== 0 && size > 0;

const loadOf = ({ offset }: SectionHeader, loads: readonly ProgramHeader[]) =>
	loads.find((load) => offset >= load.offset && offset < load.offset + load.fileSize);

const loadAddressIn = (load: ProgramHeader, { offset }: SectionHeader): number =>
	load.loadAddress + offset - load.offset;

/** A section that sticks out of its segment is taken whole, as objcopy does; it must still be in the file. */
const sectionChunk = (load: ProgramHeader, section: SectionHeader): Chunk => ({
	name: section.name,
	offset: section.offset,
	size: section.size,
	address: loadAddressIn(load, section),
});

/**
 * A segment that no section describes. A linker lets the first segment begin with the ELF header and pads it up to
 * the program; flashed as it stands, that would overwrite whatever lies below. So the headers, and the zeros after
 * them up to the first word that is not zero (the initial stack pointer never is), are left out.
 */
async function bareChunk(
	source: ByteSource,
	load: ProgramHeader,
	headersEnd: number,
): Promise<Chunk> {
	const end = load.offset + load.fileSize;
	const carriesHeader = load.offset < headersEnd;
	const start = carriesHeader
		? await firstStored(source, Math.min(headersEnd, end), Math.min(end, MAX_IMAGE))
		: load.offset;
	return {
		name: `segment at ${hex32(load.loadAddress)}`,
		offset: start,
		size: end - start,
		address: load.loadAddress + start - load.offset,
		...(carriesHeader && { cutFrom: load.loadAddress }),
	};
}

/** File offset of the first word in [start, end) that is not zero, or `end`. */
async function firstStored(source: ByteSource, start: number, end: number): Promise<number> {
	for (let at = start; at < end; at += ZERO_BLOCK) {
		const block = await readExactly(source, at, Math.min(at + ZERO_BLOCK, end));
		const index = firstOtherThan(block, 0);
		if (index >= 0) return Math.max(start, alignDown(at + index, 4));
	}
	return end;
}

/** The program headers follow the ELF header in every file a linker makes. */
function headersEnd({ programHeaders: { offset, count } }: ElfHeader): number {
	return offset === HEADER_SIZE ? HEADER_SIZE + count * PROGRAM_HEADER_SIZE : HEADER_SIZE;
}

/** Every chunk inside the file and the address space, and all together small enough to hold. */
function ensureReasonable(source: ByteSource, chunks: readonly Chunk[]): void {
	let total = 0;
	for (const { name, offset, size, address } of chunks) {
		ensureInside(source, `bytes of ${name}`, offset + size);
		if (address + size > 2 ** 32) throw new Failure('elf.address', { address, size });
		total += size;
		if (total <= MAX_IMAGE) continue;
		throw new Failure('file.too-much', { found: total, address, limit: MAX_IMAGE });
	}
}

/** Reads the chunks, neighbours together; what lies between them in the file (debug information) is not read. */
async function readChunks(source: ByteSource, chunks: readonly Chunk[]) {
	const inFile = [...chunks].sort((a, b) => a.offset - b.offset);
	const wanted = join(
		inFile.map(({ offset, size }) => ({ start: offset, end: offset + size + READ_GAP })),
	);
	const parts: NamedSegment[] = [];
	let next = 0;
	for (const { start, end } of wanted) {
		const bytes = await readExactly(source, start, end - READ_GAP);
		for (; next < inFile.length && inFile[next]!.offset < end; next++) {
			const { name, address, offset, size } = inFile[next]!;
			parts.push({ name, address, data: bytes.subarray(offset - start, offset - start + size) });
		}
	}
	return parts;
}

function describeSection(section: SectionHeader, loads: readonly ProgramHeader[]): Section {
	const { name, flags, size, runAddress } = section;
	const load = isStored(section) ? loadOf(section, loads) : undefined;
	return {
		name,
		runAddress,
		...(load && { loadAddress: loadAddressIn(load, section) }),
		size,
		access: { write: (flags & SHF_WRITE) !== 0, execute: (flags & SHF_EXECINSTR) !== 0 },
	};
}

async function refuseLinuxProgram(source: ByteSource, { offset, fileSize }: ProgramHeader) {
	const end = Math.min(offset + Math.min(fileSize, 255), source.size);
	const name = await readExactly(source, Math.min(offset, end), end);
	throw new Failure('elf.linux-program', { interpreter: printable(name) });
}
