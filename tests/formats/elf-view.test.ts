// What an ELF says beside its bytes, against what binutils said of the same file; and damaged ELFs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '#core/failure.ts';
import { bytesSource } from '#core/source.ts';
import { readAttributes } from '#formats/elf-attributes.ts';
import { readElfView } from '#formats/elf-view.ts';
import { findVersions } from '#formats/elf-notes.ts';
import { encodeElf, little } from './encode.ts';
import { countingSource } from './open.ts';

const path = (name: string): string => join(import.meta.dirname, '../fixtures/linker/maps', name);
const text = (name: string): string => readFileSync(path(name), 'utf8').trimEnd();
const app = new Uint8Array(readFileSync(path('app.elf')));
const view = await readElfView(bytesSource(app));
const hex = (value: number): string => value.toString(16).padStart(8, '0');

describe('a linked program', () => {
	it('has the symbols nm -S lists, demangled as nm -C does', () => {
		const lines = (readable: boolean): string[] =>
			view.symbols.map(
				(symbol) =>
					`${hex(symbol.address)} ${hex(symbol.size)} ${(readable ? symbol.readable : undefined) ?? symbol.name}`,
			);
		for (const [file, readable] of [
			['nm.txt', false],
			['nm-readable.txt', true],
		] as const) {
			const expected = text(file)
				.split('\n')
				.map((line) => /^(\w{8}) (?:(\w{8}) )?\w (.*)$/.exec(line)!)
				.map(([, address, size, name]) => `${address} ${size ?? '00000000'} ${name}`);
			expect(lines(readable).sort()).toEqual(expected.sort());
		}
	});

	it('has the attributes readelf -A prints', () => {
		const expected = [...text('attributes.txt').matchAll(/^ {2}Tag_(\w+): (.*)$/gm)];
		expect([...view.attributes]).toEqual(
			expected.map(([, name, value]) => [name, value!.replace(/^"(.*)"$/, '$1')]),
		);
	});

	it('has sections with both addresses, segments, a build ID and a compiler', () => {
		const data = view.sections.find(({ name }) => name === '.data');
		expect(data).toMatchObject({ address: 0x20000000, loadAddress: 0x080001f8, size: 0x74 });
		expect(view.segments.some(({ loadAddress }) => loadAddress === 0x080001f8)).toBe(true);
		expect(view.buildId).toBe('ed99b21880b369ec50c0ea8d79ca4e9f5e7e01cc');
		expect(view.notes).toEqual([{ owner: 'GNU', type: 3, size: 20 }]);
		expect(view.compilers).toEqual([expect.stringMatching(/^GCC: .* 12\.2\.1 /)]);
		expect(view.entry).toBe(0x0800000d);
		expect(view.diagnostics).toEqual([]);
	});

	it('gives symbols their section, kind, binding and source file', () => {
		const named = (name: string) => view.symbols.find((symbol) => symbol.name === name);
		expect(named('plus')).toMatchObject({ kind: 'function', binding: 'global', section: '.text' });
		expect(named('changed')).toMatchObject({ kind: 'object', section: '.data' });
		expect(named('_ZTVN5board3LedE')).toMatchObject({ binding: 'weak' });
		expect(named('_ZZ4plusE4list')).toMatchObject({ binding: 'local', file: 'plus.cpp' });
		expect(named('_estack')).toMatchObject({ kind: 'other', address: 0x20005000 });
		expect(view.symbols.some(({ name }) => name.startsWith('$'))).toBe(false);
	});

	it('costs its tables and constants, not its debug information', async () => {
		const file = new Uint8Array(
			readFileSync(join(import.meta.dirname, '../fixtures/formats/elf-debug/app.elf')),
		);
		const { source, total } = countingSource(file);
		const debug = await readElfView(source);
		const skipped = debug.sections.filter(({ name }) => name.startsWith('.debug'));
		const size = skipped.reduce((sum, section) => sum + section.size, 0);
		expect(size).toBeGreaterThan(1000);
		// The first 4 KiB are looked at once more to tell what the file is.
		expect(total()).toBeLessThan(file.length - size + 4096 + 1024);
	});
});

describe('version strings', () => {
	const found = (...strings: string[]): string[] =>
		findVersions(new TextEncoder().encode(strings.join('\0') + '\0'), 0x08000000).map(
			({ text: each }) => each,
		);

	it('are found where they say what they are', () => {
		const yes = [
			...[
				'v1.2.3',
				'1.2.3-rc1',
				'V2.0',
				'v1.2.3-14-gabcdef0',
				'FW_VERSION: 1.4',
				'FreeRTOS V10.3.1',
			],
			...['firmware 2.1.0', 'version=3.4'],
		];
		expect(found(...yes)).toEqual(yes);
		expect(findVersions(new TextEncoder().encode('abc\0v1.2.3\0'), 0x1000)).toEqual([
			{ text: 'v1.2.3', address: 0x1004 },
		]);
	});

	it('are not seen in numbers, addresses, formats and pieces', () => {
		expect(
			found('3.14', '192.168.1.1', 'v%d.%d.%d', 'version %s', 'gravity', 'rev', 'a.b.c', '1.2'),
		).toEqual([]);
		expect(findVersions(new TextEncoder().encode('v1.2.3'), 0)).toEqual([]);
	});
});

describe('damage', () => {
	async function survives(bytes: Uint8Array): Promise<void> {
		try {
			const read = await readElfView(bytesSource(bytes));
			expect(read.symbols.length).toBeLessThanOrEqual(bytes.length / 16);
			expect(read.versions.length).toBeLessThanOrEqual(64);
			for (const { code } of read.diagnostics) {
				expect(['elf.symbols', 'elf.not-read', 'elf.attributes']).toContain(code);
			}
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
		}
	}

	it('by a cut anywhere ends in a view or a failure', async () => {
		for (let size = 0; size < app.length; size += 97) await survives(app.subarray(0, size));
	});

	it('by words written anywhere ends in a view or a failure', async () => {
		const word = fc.oneof(fc.constantFrom(0, 1, 0x7fffffff, 0xfffffff0, 0xffffffff), fc.nat());
		const shoff = Buffer.from(app).readUInt32LE(32);
		const place = fc.oneof(
			fc.nat(app.length - 4),
			fc.nat(51),
			fc.nat(app.length - 4 - shoff).map((at) => shoff + at),
		);
		const writes = fc.array(fc.tuple(place, word), { minLength: 1, maxLength: 5 });
		await fc.assert(
			fc.asyncProperty(writes, async (all) => {
				const copy = Uint8Array.from(app);
				for (const [at, value] of all) copy.set(little(value, 4), at);
				await survives(copy);
			}),
			{ numRuns: 400 },
		);
	});

	it('of a symbol table is told, and the rest read', async () => {
		const copy = Uint8Array.from(app);
		const index = view.sections.find(({ name }) => name === '.symtab')!.index;
		const shoff = Buffer.from(app).readUInt32LE(32);
		copy.set(little(0x7fffffff, 4), shoff + index * 40 + 20);
		const read = await readElfView(bytesSource(copy));
		expect(read.symbols).toEqual([]);
		expect(read.diagnostics.map(({ code }) => code)).toEqual(['elf.symbols']);
		expect(read.attributes).toEqual(view.attributes);
	});

	it('of attributes is told with its place', () => {
		const section = view.sections.find(({ name }) => name === '.ARM.attributes')!;
		const bytes = app.subarray(section.offset, section.offset + section.size);
		expect(readAttributes(bytes).diagnostics).toEqual([]);
		for (let size = 1; size < bytes.length; size++) {
			expect(readAttributes(bytes.subarray(0, size)).diagnostics, `${size}`).toHaveLength(
				size === 1 ? 0 : 1,
			);
		}
		fc.assert(
			fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
				const copy = Uint8Array.from(bytes);
				copy[at] = value;
				expect(readAttributes(copy).diagnostics.length).toBeLessThanOrEqual(1);
			}),
		);
	});

	it('refuses what is no ARM executable by name', async () => {
		const part = { name: '.text', address: 0x08000000, data: new Uint8Array(4) };
		const other = encodeElf([part]);
		other.set(little(243, 2), 18);
		await expect(readElfView(bytesSource(other))).rejects.toMatchObject({
			code: 'file.other-processor',
		});
		await expect(readElfView(bytesSource(new Uint8Array(0)))).rejects.toMatchObject({
			code: 'file.empty',
		});
	});
});
