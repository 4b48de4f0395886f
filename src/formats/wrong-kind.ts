// Names a file that is not firmware for what it is, by its first bytes: archives, pictures, programs of other
// processors. Texts are told apart in wrong-text.ts. The file itself is not read.
import { u16le, u8 } from '#core/bytes.ts';
import { Failure } from '#core/failure.ts';
import { ELF_MAGIC } from './elf.ts';
import type { Format, Peek } from './format.ts';
import { codes, peekAt, startsWith } from './reading.ts';
import { nameText } from './wrong-text.ts';

export const wrongKind: Format = {
	name: 'another kind of file',
	extensions: [],
	detect: (peek) => nameWrongKind(peek) !== undefined,
	parse: async (source) => {
		const peek = await peekAt(source);
		throw nameWrongKind(peek) ?? unknownFile(peek);
	},
};

/** What is said of a file nobody recognises: how it begins. */
export function unknownFile({ head }: Peek): Failure {
	const bytes = Array.from(head.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0'));
	return new Failure('file.unknown', { found: bytes.join(' ') });
}

function nameWrongKind({ head }: Peek): Failure | undefined {
	if (startsWith(head, ELF_MAGIC)) return nameElf(head);
	const entry = magics.find(([magic, , at]) => startsWith(head, magic, at));
	if (!entry) return nameText(head);
	const [, kind, , code = 'file.not-firmware'] = entry;
	return new Failure(code, { kind });
}

type KindCode = 'file.archive' | 'file.not-firmware' | 'file.other-processor' | 'file.not-linked';

/** First bytes, what they belong to, where they stand, and how it is told. */
const magics: readonly (readonly [number[], string, number?, KindCode?])[] = [
	[codes('PK\x03\x04'), 'a ZIP archive', 0, 'file.archive'],
	[codes('PK\x05\x06'), 'an empty ZIP archive', 0, 'file.archive'],
	[[0x1f, 0x8b], 'a gzip archive', 0, 'file.archive'],
	[[0xfd, ...codes('7zXZ\0')], 'an XZ archive', 0, 'file.archive'],
	[codes('BZh'), 'a bzip2 archive', 0, 'file.archive'],
	[[0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], 'a 7-Zip archive', 0, 'file.archive'],
	[[0x28, 0xb5, 0x2f, 0xfd], 'a Zstandard archive', 0, 'file.archive'],
	[codes('Rar!'), 'a RAR archive', 0, 'file.archive'],
	[codes('ustar'), 'a tar archive', 257, 'file.archive'],
	[codes('%PDF'), 'a PDF document'],
	[[0x89, ...codes('PNG')], 'a PNG picture'],
	[[0xff, 0xd8, 0xff], 'a JPEG picture'],
	[codes('GIF8'), 'a GIF picture'],
	[codes('RIFF'), 'a WebP picture, sound or video'],
	[codes('SQLite format 3'), 'an SQLite database'],
	[codes('STM2'), 'an STM32MP boot image'],
	[codes('MZ'), 'a Windows program (EXE or DLL)', 0, 'file.other-processor'],
	[[0xcf, 0xfa, 0xed, 0xfe], 'a macOS program (Mach-O)', 0, 'file.other-processor'],
	[[0xce, 0xfa, 0xed, 0xfe], 'a macOS program (Mach-O)', 0, 'file.other-processor'],
	[[0xfe, 0xed, 0xfa, 0xce], 'a macOS program (Mach-O)', 0, 'file.other-processor'],
	[[0xfe, 0xed, 0xfa, 0xcf], 'a macOS program (Mach-O)', 0, 'file.other-processor'],
	[[0xca, 0xfe, 0xba, 0xbe], 'a universal Mach-O or a Java class', 0, 'file.other-processor'],
	[codes('\0asm'), 'a WebAssembly module', 0, 'file.other-processor'],
	[codes('!<arch>\n'), 'a static library (.a)', 0, 'file.not-linked'],
	[[0x42, 0x43, 0xc0, 0xde], 'LLVM bitcode', 0, 'file.not-linked'],
];

/** e_machine, with the article it takes (System V gABI registry). */
const machines = new Map([
	[2, 'a SPARC'],
	[3, 'an x86'],
	[4, 'an m68k'],
	[8, 'a MIPS'],
	[20, 'a PowerPC'],
	[21, 'a PowerPC 64'],
	[40, 'an ARM'],
	[42, 'a SuperH'],
	[62, 'an x86-64'],
	[83, 'an AVR'],
	[93, 'an ARC'],
	[94, 'an Xtensa'],
	[105, 'an MSP430'],
	[173, 'an RX'],
	[183, 'an AArch64'],
	[195, 'an ARCv2'],
	[243, 'a RISC-V'],
	[258, 'a LoongArch'],
]);

const EM_ARM = 40;
const ET_REL = 1;
const ET_CORE = 4;

function nameElf(head: Uint8Array): Failure | undefined {
	if (head.length < 20) return undefined;
	const isBig = u8(head, 5) === 2;
	const half = (at: number) => {
		const value = u16le(head, at);
		return isBig ? ((value & 0xff) << 8) | (value >> 8) : value;
	};
	const machine = half(18);
	const type = half(16);
	const name = machines.get(machine) ?? `a machine-${machine}`;
	if (machine !== EM_ARM) return otherElf(`${name} ELF`);
	if (isBig) return otherElf('a big-endian ARM ELF');
	if (u8(head, 4) !== 1) return otherElf('a 64-bit ARM ELF');
	if (type === ET_REL) return new Failure('file.not-linked', { kind: 'an object file (.o)' });
	if (type === ET_CORE) return new Failure('file.not-firmware', { kind: 'a core dump' });
	return new Failure('file.not-firmware', { kind: `an ARM ELF of unknown type ${type}` });
}

const otherElf = (kind: string) => new Failure('file.other-processor', { kind });
