// Files that are no firmware, named for what they are; and what the name of a file may decide.
import { describe, expect, it } from 'vitest';
import { formats, openFile } from '#formats/index.ts';
import { MAX_IMAGE } from '#formats/format.ts';
import { isFailure } from '#core/failure.ts';
import { ascii, encodeElf, encodeHex, joinBytes, little } from './encode.ts';
import { countingSource, open, refusal } from './open.ts';

const bytes = (...values: number[]): Uint8Array =>
	joinBytes([Uint8Array.from(values), new Uint8Array(64).fill(3)]);

function elfOf(machine: number, options: { bits?: number; big?: boolean; type?: number } = {}) {
	const file = encodeElf([], { machine, type: options.type ?? 2 });
	file[4] = options.bits === 64 ? 2 : 1;
	if (options.big) {
		file[5] = 2;
		file.set([file[17]!, file[16]!, file[19]!, file[18]!], 16);
	}
	return file;
}

const HTML = '<!DOCTYPE html>\n<html><head><title>Releases</title></head></html>';
const LFS = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0a'.repeat(32)}\nsize 51234\n`;
const GNU_MAP = `\nMemory Configuration\n\nName             Origin             Length\nFLASH            0x08000000         0x00010000\n`;
const LONG_MAP = `Archive member included to satisfy reference by file (symbol)\n\n${'libc.a(lib_a-exit.o)\n'.repeat(500)}`;
const LLD_MAP = '     VMA      LMA     Size Align Out     In      Symbol\n';
const SCRIPT =
	'/* STM32F407 */\nENTRY(Reset_Handler)\nMEMORY\n{\n\tFLASH (rx) : ORIGIN = 0x08000000\n}';
const UTF16 = Buffer.from(`\uFEFF:020000040800F2\r\n`, 'utf16le');

const table: readonly [string, Uint8Array | string, string, object][] = [
	['an AArch64 ELF', elfOf(183, { bits: 64 }), 'file.other-processor', { kind: 'an AArch64 ELF' }],
	['an x86-64 ELF', elfOf(62, { bits: 64 }), 'file.other-processor', { kind: 'an x86-64 ELF' }],
	['an x86 ELF', elfOf(3), 'file.other-processor', { kind: 'an x86 ELF' }],
	['a RISC-V ELF', elfOf(243), 'file.other-processor', { kind: 'a RISC-V ELF' }],
	['an Xtensa ELF', elfOf(94), 'file.other-processor', { kind: 'an Xtensa ELF' }],
	['an unknown ELF', elfOf(999), 'file.other-processor', { kind: 'a machine-999 ELF' }],
	[
		'a big-endian ARM ELF',
		elfOf(40, { big: true }),
		'file.other-processor',
		{ kind: 'a big-endian ARM ELF' },
	],
	[
		'a big-endian PowerPC ELF',
		elfOf(20, { big: true }),
		'file.other-processor',
		{ kind: 'a PowerPC ELF' },
	],
	['an object file', elfOf(40, { type: 1 }), 'file.not-linked', { kind: 'an object file (.o)' }],
	['a core dump', elfOf(40, { type: 4 }), 'file.not-firmware', { kind: 'a core dump' }],
	[
		'a static library',
		bytes(...ascii('!<arch>\n')),
		'file.not-linked',
		{ kind: 'a static library (.a)' },
	],
	['a ZIP archive', bytes(0x50, 0x4b, 3, 4), 'file.archive', { kind: 'a ZIP archive' }],
	['a gzip archive', bytes(0x1f, 0x8b, 8), 'file.archive', { kind: 'a gzip archive' }],
	[
		'an XZ archive',
		bytes(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0),
		'file.archive',
		{ kind: 'an XZ archive' },
	],
	[
		'a 7-Zip archive',
		bytes(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c),
		'file.archive',
		{ kind: 'a 7-Zip archive' },
	],
	[
		'a tar archive',
		joinBytes([new Uint8Array(257), ascii('ustar'), new Uint8Array(250)]),
		'file.archive',
		{ kind: 'a tar archive' },
	],
	[
		'a PDF document',
		bytes(...ascii('%PDF-1.7\n%'), 0xe2, 0xe3),
		'file.not-firmware',
		{ kind: 'a PDF document' },
	],
	[
		'a PNG picture',
		bytes(0x89, ...ascii('PNG\r\n\x1a\n')),
		'file.not-firmware',
		{ kind: 'a PNG picture' },
	],
	[
		'a JPEG picture',
		bytes(0xff, 0xd8, 0xff, 0xe0),
		'file.not-firmware',
		{ kind: 'a JPEG picture' },
	],
	[
		'a Windows program',
		bytes(0x4d, 0x5a, 0x90, 0),
		'file.other-processor',
		{ kind: 'a Windows program (EXE or DLL)' },
	],
	[
		'a macOS program',
		bytes(0xcf, 0xfa, 0xed, 0xfe),
		'file.other-processor',
		{ kind: 'a macOS program (Mach-O)' },
	],
	['a web page', HTML, 'file.web-page', {}],
	[
		'a web page after blanks and a comment',
		`\n <!-- saved -->\n<HTML lang="en">`,
		'file.web-page',
		{},
	],
	['a Git LFS pointer', LFS, 'file.git-lfs', { size: 51234 }],
	['a linker map of GNU ld', GNU_MAP, 'file.linker-text', { kind: 'a linker map' }],
	['a long linker map', LONG_MAP, 'file.linker-text', { kind: 'a linker map' }],
	['a linker map of lld', LLD_MAP, 'file.linker-text', { kind: 'a linker map' }],
	['a linker script', SCRIPT, 'file.linker-text', { kind: 'a linker script' }],
	['JSON', '{\n  "name": "firmware"\n}', 'file.not-firmware', { kind: 'a JSON file' }],
	['an XML file', '<?xml version="1.0"?><project/>', 'file.not-firmware', { kind: 'an XML file' }],
	[
		'C source code',
		'// main\n#include "stm32f4xx.h"\n',
		'file.not-firmware',
		{ kind: 'C source code' },
	],
	['plain text', 'Release notes, see below.\n', 'file.not-firmware', { kind: 'a text file' }],
	[
		'text with umlauts in UTF-8',
		'Änderungen für Gerät №1\n',
		'file.not-firmware',
		{ kind: 'a text file' },
	],
	['text cut inside a character', 'я'.repeat(4000), 'file.not-firmware', { kind: 'a text file' }],
	['UTF-16 text', UTF16, 'file.utf16', {}],
	['an empty file', '', 'file.empty', {}],
	[
		'an erased read-out',
		new Uint8Array(20_000).fill(0xff),
		'file.blank',
		{ size: 20_000, value: 0xff },
	],
	[
		'bytes of no kind',
		Uint8Array.of(0x12, 0, 0, 0x80, 1, 0, 2),
		'file.unknown',
		{ found: '12 00 00 80 01 00 02' },
	],
];

describe('a wrong file', () => {
	for (const [name, content, code, data] of table) {
		it(`is named: ${name}`, async () => {
			expect(await refusal(content, 'firmware')).toEqual({ code, data });
		});
	}

	it('is named for its content even when its name ends in .bin', async () => {
		expect(await refusal(HTML, 'firmware.bin')).toEqual({ code: 'file.web-page', data: {} });
		expect((await refusal(bytes(0x50, 0x4b, 3, 4), 'firmware.bin')).code).toBe('file.archive');
	});

	it('of zeros is called blank when its name says it is a binary', async () => {
		expect(await refusal(new Uint8Array(600), 'dump.bin')).toEqual({
			code: 'file.blank',
			data: { size: 600, value: 0 },
		});
	});
});

describe('the name of a file', () => {
	it('never decides what a known format is', async () => {
		const hex = encodeHex([{ address: 0x08000000, data: Uint8Array.of(1) }]);
		expect((await open(hex, 'firmware.bin')).format).toBe('Intel HEX');
		expect((await open(encodeElf([]), 'firmware.hex')).format).toBe('ELF');
	});

	it('makes unknown bytes a raw binary when it ends in .bin or .img', async () => {
		const content = Uint8Array.from(little(0x8badf00d, 16));
		for (const name of ['Table.BIN', 'table.img']) {
			expect(await open(content, name)).toEqual({
				kind: 'binary',
				format: 'raw binary',
				data: content,
			});
		}
		expect((await refusal(content, 'table.dat')).code).toBe('file.unknown');
	});
});

describe('files too large to be firmware', () => {
	const opening = async (head: Uint8Array, size: number, name: string) => {
		const { source, total } = countingSource(head, size);
		const error: unknown = await openFile(source, name).catch((cause: unknown) => cause);
		return {
			error: isFailure(error) ? { code: error.code, data: error.data } : error,
			read: total(),
		};
	};
	const vectors = Uint8Array.from(
		[0x20005000, 0x08000101, 0x08000105, 0x08000105].flatMap((word) => little(word, 4)),
	);

	it('explains a .bin that spans gigabytes, reading only its head', async () => {
		const size = 0x9000_0000 - 0x0800_0000 + 100;
		const { error, read } = await opening(vectors, size, 'firmware.bin');
		expect(error).toEqual({ code: 'file.too-large', data: { found: size, limit: MAX_IMAGE } });
		expect(read).toBeLessThan(5000);
	});

	it('explains one byte more than the limit whatever the bytes are', async () => {
		const { error, read } = await opening(Uint8Array.of(1), MAX_IMAGE + 1, 'x.bin');
		expect(error).toMatchObject({ code: 'file.too-large', data: { found: MAX_IMAGE + 1 } });
		expect(read).toBeLessThan(5000);
	});

	it('explains an endless text file', async () => {
		const { error } = await opening(ascii(':0000000000\n'.repeat(400)), 2 ** 33, 'a.hex');
		expect(error).toMatchObject({ code: 'file.too-large', data: { found: 2 ** 33 } });
	});
});

describe('a file that changes while it is read', () => {
	it('is told apart from a damaged one', async () => {
		const source = { size: 100, read: () => Promise.resolve(new Uint8Array(40)) };
		await expect(openFile(source, 'a.bin')).rejects.toMatchObject({
			code: 'file.unreadable',
			data: { offset: 0, expected: 100, found: 40 },
		});
		const broken = { size: 100, read: () => Promise.reject(new Error('NotReadableError')) };
		await expect(openFile(broken, 'a.bin')).rejects.toMatchObject({
			code: 'file.unreadable',
			cause: { message: 'NotReadableError' },
		});
	});
});

describe('the registry', () => {
	it('asks no format twice', () => {
		expect(new Set(formats.map(({ name }) => name)).size).toBe(formats.length);
	});
});
