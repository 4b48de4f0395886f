// ELF: layouts, hostile tables, and how little of a large file is read.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFailure } from '#core/failure.ts';
import { openFile } from '#formats/index.ts';
import { encodeElf, little, type ElfOptions, type ElfPart } from './encode.ts';
import { codesOf, countingSource, images, openFirmware, plain, refusal } from './open.ts';

const data = (size: number, value = 0x5a): Uint8Array => new Uint8Array(size).fill(value);
const text: ElfPart = { name: '.text', address: 0x08000000, data: data(64), flags: 6 };

/** The file with some of its bytes replaced. */
function patched(parts: readonly ElfPart[], at: number, word: number, size = 4): Uint8Array {
	const file = encodeElf(parts);
	file.set(little(word, size), at);
	return file;
}

describe('sections and segments', () => {
	it('gives each section its addresses, size and access', async () => {
		const bss = { name: '.bss', address: 0x20000000, data: data(0), type: 8, flags: 3, size: 512 };
		const { sections, image, entryPoint } = await openFirmware(
			encodeElf([text, bss], { entry: 0x08000009 }),
		);
		expect(sections).toEqual([
			{
				name: '.text',
				runAddress: 0x08000000,
				loadAddress: 0x08000000,
				size: 64,
				access: { write: false, execute: true },
			},
			{
				name: '.bss',
				runAddress: 0x20000000,
				size: 512,
				access: { write: true, execute: false },
			},
		]);
		expect(plain(image)).toEqual([{ address: 0x08000000, data: [...text.data] }]);
		expect(entryPoint).toBe(0x08000009);
	});

	it('uses run addresses when the linker left every load address zero', async () => {
		const file = encodeElf([text]);
		file.set(little(0, 4), 52 + 12);
		const { image } = await openFirmware(file);
		expect(image[0]?.address).toBe(0x08000000);
	});

	it('joins neighbours and keeps holes', async () => {
		const after = { name: '.rodata', address: 0x08000040, data: data(16, 1) };
		const apart = { name: '.data', address: 0x08000100, data: data(16, 2) };
		const { image } = await openFirmware(encodeElf([apart, text, after]));
		expect(image.map((segment) => [segment.address, segment.data.length])).toEqual([
			[0x08000000, 80],
			[0x08000100, 16],
		]);
	});

	it('refuses sections that claim the same addresses, naming both', async () => {
		const other = { name: '.data', address: 0x08000030, data: data(32, 1) };
		expect(await refusal(encodeElf([text, other]))).toEqual({
			code: 'file.overlap',
			data: {
				first: '.text',
				firstStart: 0x08000000,
				firstEnd: 0x08000040,
				second: '.data',
				secondStart: 0x08000030,
				secondEnd: 0x08000050,
			},
		});
	});

	it('takes a segment without sections whole', async () => {
		const { image, diagnostics } = await openFirmware(encodeElf([text], { sections: false }));
		expect(plain(image)).toEqual([{ address: 0x08000000, data: [...text.data] }]);
		expect(diagnostics).toEqual([]);
	});

	it('takes an undescribed second segment beside a described one', async () => {
		const copy = [1, 52 + 64, 0x90000000, 0x90000000, 64, 64, 4, 1];
		const { image } = await openFirmware(encodeElf([text], { extra: [copy] }));
		expect(image.map(({ address }) => address)).toEqual([0x08000000, 0x90000000]);
	});

	it('cuts a header segment that holds nothing else down to nothing', async () => {
		const header = [1, 0, 0x07fff000, 0x07fff000, 52 + 64, 52 + 64, 4, 1];
		const firmware = await openFirmware(encodeElf([text], { extra: [header] }));
		expect(plain(firmware.image)).toEqual([{ address: 0x08000000, data: [...text.data] }]);
		expect(firmware.diagnostics.map(({ severity, code }) => [severity, code])).toEqual([
			['note', 'elf.header-cut'],
		]);
	});

	it('warns of a stored section that no segment loads', async () => {
		const file = encodeElf([text]);
		file.set(little(6, 4), 52); // PT_LOAD becomes PT_PHDR
		const firmware = await openFirmware(file);
		expect(firmware.image).toEqual([]);
		expect(firmware.diagnostics[0]).toMatchObject({
			code: 'elf.not-loaded',
			data: { section: '.text', size: 64, address: 0x08000000 },
		});
	});

	it('reads back every image it is given', async () => {
		await fc.assert(
			fc.asyncProperty(images, fc.boolean(), async (image, sections) => {
				const parts = image.map((segment, index) => ({ name: `.s${index}`, ...segment }));
				const firmware = await openFirmware(encodeElf(parts, { sections }));
				expect(plain(firmware.image)).toEqual(plain(image));
			}),
			{ numRuns: 60 },
		);
	});
});

describe('hostile headers', () => {
	const phdr = 52;
	const table: readonly [string, Uint8Array, object][] = [
		[
			'a header cut short',
			encodeElf([text]).subarray(0, 40),
			{ code: 'elf.truncated', data: { what: 'headers', expected: 52, found: 40 } },
		],
		[
			'program headers beyond the end',
			patched([text], 28, 0xfffffff0),
			{ code: 'elf.truncated', data: { what: 'program headers', expected: 0xfffffff0 + 32 } },
		],
		[
			'section headers beyond the end',
			patched([text], 32, 0x7fffffff),
			{ code: 'elf.truncated', data: { what: 'section headers' } },
		],
		[
			'a wrong program header size',
			patched([text], 42, 0xffff, 2),
			{ code: 'elf.damaged', data: { offset: 42, found: 0xffff, expected: 32 } },
		],
		[
			'a wrong section header size',
			patched([text], 46, 0, 2),
			{ code: 'elf.damaged', data: { offset: 46, found: 0, expected: 40 } },
		],
		[
			'more program headers than any linker makes',
			patched([text], 44, 0xfffe, 2),
			{ code: 'elf.damaged', data: { offset: 44, found: 0xfffe } },
		],
		[
			'a segment beyond the end of the file',
			patched([text], phdr + 16, 0xffffff00),
			{ code: 'elf.truncated', data: { what: 'load segments' } },
		],
		[
			'a segment beyond the end of the address space',
			patched([text], phdr + 12, 0xffffffe0),
			{ code: 'elf.address', data: { address: 0xffffffe0, size: 64 } },
		],
		[
			'a program for Linux',
			encodeElf([text], { extra: [[3, 52 + 64, 0, 0, 64, 64, 4, 1]] }),
			{ code: 'elf.linux-program', data: { interpreter: 'Z'.repeat(64) } },
		],
	];
	for (const [name, file, expected] of table) {
		it(`refuses ${name}`, async () => expect(await refusal(file)).toMatchObject(expected));
	}

	it('refuses a section count from section 0 that is absurd', async () => {
		const file = encodeElf([text]);
		const shoff = Buffer.from(file).readUInt32LE(32);
		file.set(little(0, 2), 48);
		file.set(little(0x10000000, 4), shoff + 20);
		expect(await refusal(file)).toMatchObject({
			code: 'elf.damaged',
			data: { offset: 48, found: 0x10000000 },
		});
	});

	it('reads thousands of sections', async () => {
		const parts = Array.from({ length: 1000 }, (_, index) => ({
			name: `.s${index}`,
			address: 0x08000000 + index * 32,
			data: data(16, index % 256),
		}));
		const firmware = await openFirmware(encodeElf(parts));
		expect(firmware.image).toHaveLength(1000);
		expect(firmware.sections.at(-1)?.name).toBe('.s999');
	});

	it('ignores a name outside the name table', async () => {
		const file = encodeElf([text]);
		const shoff = Buffer.from(file).readUInt32LE(32);
		file.set(little(0xffffffff, 4), shoff + 40);
		const { sections } = await openFirmware(file);
		expect(sections[0]?.name).toBe('');
	});
});

describe('large files', () => {
	it('reads only headers and loadable bytes of a 100 MB ELF with debug information', async () => {
		const head = encodeElf([text], { sections: false });
		const names = new TextEncoder().encode('\0.text\0.debug_info\0.shstrtab\0');
		const size = 100_000_000;
		const debugStart = head.length;
		const namesAt = size - 1000;
		const shoff = size - 400;
		const row = (...words: number[]) => words.flatMap((word) => little(word, 4));
		const rows = [
			...row(0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
			...row(1, 1, 6, 0x08000000, 52 + 32, 64, 0, 0, 1, 0),
			...row(7, 1, 0, 0, debugStart, namesAt - debugStart, 0, 0, 1, 0),
			...row(19, 3, 0, 0, namesAt, names.length, 0, 0, 1, 0),
		];
		head.set(little(shoff, 4), 32);
		head.set([...little(4, 2), ...little(3, 2)], 48);
		const parts: [number, Uint8Array][] = [
			[0, head],
			[namesAt, names],
			[shoff, Uint8Array.from(rows)],
		];
		let total = 0;
		const artifact = await openFile(
			{
				size,
				read(start, end) {
					total += end - start;
					const out = new Uint8Array(end - start);
					for (const [at, bytes] of parts) {
						const from = Math.max(at, start);
						const to = Math.min(at + bytes.length, end);
						if (from < to) out.set(bytes.subarray(from - at, to - at), from - start);
					}
					return Promise.resolve(out);
				},
			},
			'big.elf',
		);
		expect(artifact).toMatchObject({ format: 'ELF', sections: [{ name: '.text', size: 64 }] });
		expect(total).toBeLessThan(8192);
	});

	it('never reads the debug sections of a real build', async () => {
		const path = join(import.meta.dirname, '../fixtures/formats/elf-debug/app.elf');
		const bytes = new Uint8Array(readFileSync(path));
		const { source, reads, total } = countingSource(bytes);
		await openFile(source, 'app.elf');
		// Sections that are not allocated and not the name table: debug information, symbols, comments.
		const view = Buffer.from(bytes);
		const shoff = view.readUInt32LE(32);
		const forbidden = Array.from({ length: view.readUInt16LE(48) }, (_, index) => index)
			.filter((index) => index !== view.readUInt16LE(50))
			.map((index) => shoff + index * 40)
			.filter((at) => (view.readUInt32LE(at + 8) & 2) === 0)
			.map((at) => [view.readUInt32LE(at + 16), view.readUInt32LE(at + 20)] as const)
			.filter(([start, size]) => size > 0 && start >= 4096);
		expect(forbidden.length).toBeGreaterThan(5);
		const touched = forbidden.filter(([at, size]) =>
			reads.some(({ start, end }) => start < at + size && at < end && end !== bytes.length),
		);
		expect(touched).toEqual([]);
		expect(total()).toBeLessThan(7_000);
	});

	const huge = async (fileSize: number, options: ElfOptions) => {
		const file = encodeElf([text], options);
		file.set(little(fileSize - 1000, 4), 52 + 16);
		const { source, total } = countingSource(file, fileSize);
		const error: unknown = await openFile(source, 'app.elf').catch((cause: unknown) => cause);
		return { failure: isFailure(error) ? error : undefined, read: total() };
	};

	it('explains a segment of gigabytes without reading it', async () => {
		const { failure, read } = await huge(3_000_000_000, { sections: false });
		expect(failure).toMatchObject({
			code: 'file.too-much',
			data: { address: 0x08000000, found: 2_999_999_000 },
		});
		expect(read).toBeLessThan(10_000);
	});

	it('explains more loadable bytes than any STM32 holds without reading them', async () => {
		const { failure, read } = await huge(100_000_000, { sections: false });
		expect(failure).toMatchObject({
			code: 'file.too-much',
			data: { address: 0x08000000, found: 99_999_000, limit: 67_108_864 },
		});
		expect(read).toBeLessThan(10_000);
	});
});

describe('overlapping sections in one file', () => {
	it('accepts equal bytes given twice', async () => {
		const twin = { name: '.twin', address: 0x08000020, data: data(32) };
		const firmware = await openFirmware(encodeElf([text, twin]));
		expect(plain(firmware.image)).toEqual([{ address: 0x08000000, data: [...text.data] }]);
		expect(codesOf(firmware)).toEqual([]);
	});
});
