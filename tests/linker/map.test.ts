// Maps of GNU ld and LLVM lld: every kind of line, other layouts, other linkers, damage.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Failure } from '#core/failure.ts';
import type { LinkMap } from '#core/link.ts';
import { readMap } from '#linker/map-read.ts';

const file = (name: string): string =>
	readFileSync(join(import.meta.dirname, '../fixtures/linker/maps', name), 'utf8');
const [gnu, overlay, lld] = [file('gnu.map'), file('gnu-overlay.map'), file('lld.map')];
const section = (map: LinkMap, name: string) => map.sections.find((each) => each.name === name)!;

/** A map of its own with these lines as its memory map. */
const layout = (...lines: string[]): LinkMap =>
	readMap(
		['Linker script and memory map', '', ...lines, 'OUTPUT(a.elf elf32-littlearm)', ''].join('\n'),
		'a.map',
	);

function refusal(content: string | Uint8Array): Failure {
	try {
		readMap(content, 'app.map');
	} catch (error) {
		if (error instanceof Failure) return error;
		throw error;
	}
	throw new Error('it was read');
}

describe('a map of GNU ld', () => {
	const map = readMap(gnu, 'gnu.map');

	it('is read without complaints', () => {
		expect(map.linker).toBe('GNU ld');
		expect(map.diagnostics).toEqual([]);
	});

	it('gives the memory configuration without *default*', () => {
		expect(map.regions).toEqual([
			{ name: 'FLASH', origin: 0x08000000, length: 65536, attributes: 'xr' },
			{ name: 'RAM', origin: 0x20000000, length: 20480, attributes: 'xrw' },
		]);
	});

	it('gives output sections with what fills them to the byte', () => {
		const data = section(map, '.data');
		expect(data).toMatchObject({ address: 0x20000000, size: 0x74, loadAddress: 0x080001f8 });
		expect(data.inputs.filter(({ size }) => size > 0)).toEqual([
			{ name: '.data.aligned', address: 0x20000000, size: 0x46, object: 'main.o' },
			{ name: '*fill*', address: 0x20000046, size: 2, object: '' },
			{ name: '.data.changed', address: 0x20000048, size: 0x14, object: 'main.o' },
			{ name: '.data._ZZ4plusE4list', address: 0x2000005c, size: 12, object: 'plus.o' },
			{
				name: '.data.table',
				address: 0x20000068,
				size: 12,
				object: 'also.o',
				archive: 'libother.a',
			},
		]);
		for (const { name, size, inputs } of map.sections.filter(({ address }) => address > 0)) {
			expect(
				inputs.reduce((sum, input) => sum + input.size, 0),
				name,
			).toBe(size);
		}
	});

	it('gives symbols, demangled ones too, where they stand', () => {
		expect(section(map, '.text').symbols).toContainEqual({
			name: 'board::call(int (*)(int, char), int (&) [3])',
			address: 0x080000a4,
		});
		expect(map.symbols.get('_estack')).toBe(0x20005000);
		expect(map.symbols.get('_sidata')).toBe(0x080001f8);
		expect(map.symbols.has('__init_array_start')).toBe(false);
	});

	it('gives what was thrown away, why members came, and who uses what', () => {
		expect(map.discarded).toContainEqual({
			name: '.text.unused_of_used',
			address: 0,
			size: 4,
			object: 'used.o',
			archive: 'libother.a',
		});
		expect(map.pulledIn).toEqual([
			{ archive: 'libother.a', member: 'used.o', by: 'main.o', symbol: 'used' },
			{ archive: 'libother.a', member: 'also.o', by: 'main.o', symbol: 'also' },
		]);
		expect(map.references.get('also')).toEqual(['libother.a(also.o)', 'main.o']);
		// Its complete and its base constructor read alike.
		expect(map.references.get('board::Ring<char const*, 8>::Ring()')).toEqual(['plus.o', 'plus.o']);
	});

	it('reads overlays, data of the script, and names longer than their column', () => {
		const other = readMap(overlay, 'overlay.map');
		expect(other.diagnostics).toEqual([]);
		expect(
			other.sections
				.filter(({ name }) => name.startsWith('.over'))
				.map(({ address, loadAddress, size }) => [address, loadAddress, size]),
		).toEqual([
			[0x20000000, 0x08008000, 12],
			[0x20000000, 0x0800800c, 4],
		]);
		expect(section(other, '.magic').inputs.map(({ name, size }) => [name, size])).toEqual([
			['BYTE', 1],
			['SHORT', 2],
			['LONG', 4],
			['QUAD', 8],
			['SQUAD', 8],
			['*fill*', 1],
		]);
		expect(section(other, '.kept_a_long_time')).toMatchObject({ address: 0x90000000, size: 40 });
		expect(other.regions.at(-1)).toEqual({
			name: 'MORE_THAN_SIXTEEN_LETTERS',
			origin: 0x90000000,
			length: 1 << 20,
			attributes: 'rw',
		});
		expect([...other.symbols]).toEqual([
			['secret', 7],
			['never_mind', 0x1234],
		]);
	});

	it('reads the wide numbers of 64-bit builds and the line ends of Windows alike', () => {
		const wide = gnu.replace(/\b0x([0-9a-f]{8})\b(?! \()/g, '0x00000000$1');
		expect(readMap(wide, 'a.map')).toEqual(map);
		expect(readMap(gnu.replaceAll('\n', '\r\n'), 'a.map')).toEqual(map);
		expect(readMap(new TextEncoder().encode(gnu), 'a.map')).toEqual(map);
	});

	it('reads older words and what other tools wrote first', () => {
		const old = gnu.replace('to satisfy reference by file (symbol)', 'because of file (symbol)');
		expect(readMap(`warning: something\n\n${old}`, 'a.map')).toEqual(map);
	});
});

describe('lines of the memory map', () => {
	it('keeps paths, archives in folders with blanks, and stubs apart', () => {
		const map = layout(
			'.text           0x08000000       0x20',
			' .text.a        0x08000000        0x8 build/src/a b/main.o',
			' .text.b        0x08000008        0x8 C:/Program Files (x86)/arm/lib\\libc_nano.a(lib_a-exit.o)',
			' .glue_7        0x08000010        0x8 linker stubs',
			' .text.lto      0x08000018        0x8 /tmp/cc1.o (symbol from plugin)',
		);
		expect(map.sections[0]!.inputs.map(({ object, archive }) => [object, archive])).toEqual([
			['build/src/a b/main.o', undefined],
			['lib_a-exit.o', 'libc_nano.a'],
			['linker stubs', undefined],
			['/tmp/cc1.o', undefined],
		]);
	});

	it('gives nothing to a section that came to nothing', () => {
		const map = layout(
			'.data           0x20000000        0x4',
			' .data          0x20000000        0x4 main.o',
			'.empty',
			' *(.empty)',
			'                0x20000004                later',
			'/DISCARD/',
			' *(.comment)',
		);
		expect(map.sections).toHaveLength(1);
		expect(map.sections[0]!.symbols).toEqual([]);
	});

	it('tells assignments from operators, and values from none', () => {
		const map = layout(
			'.text           0x08000000        0x4',
			' .text          0x08000000        0x4 main.o',
			'                0x08000000                Foo::operator=(Foo const&)',
			'                0x08000000                operator==(int, Foo)',
			'                0x20000400                PROVIDE (_end = .)',
			'                0x00000200                _Min_Heap_Size = 0x200',
			'                [!provide]                PROVIDE (nobody = 4)',
			'                *undef*                   missing = other',
			'                0x08000004                . = ALIGN (0x4)',
		);
		expect(map.sections[0]!.symbols.map(({ name }) => name)).toEqual([
			'Foo::operator=(Foo const&)',
			'operator==(int, Foo)',
		]);
		expect([...map.symbols]).toEqual([
			['_end', 0x20000400],
			['_Min_Heap_Size', 0x200],
		]);
	});

	it('says how many lines it did not understand', () => {
		const map = layout(
			'.text           0x08000000        0x4',
			'collect2: error: what is this',
			'   strange',
		);
		expect(map.diagnostics.map(({ code, data }) => [code, data])).toEqual([
			['map.lines', { count: 2, line: 4 }],
		]);
	});
});

describe('a map of LLVM lld', () => {
	const map = readMap(lld, 'lld.map');

	it('is read without complaints', () => {
		expect(map).toMatchObject({ linker: 'LLVM lld', regions: [], discarded: [], diagnostics: [] });
	});

	it('gives sections, inputs, members and symbols without the Thumb bit', () => {
		const text = section(map, '.text');
		expect(text.address).toBe(0x0800000c);
		expect(text.inputs).toContainEqual({
			name: '.text.also',
			address: expect.any(Number),
			size: 0x20,
			object: 'also.o',
			archive: 'libother.a',
		});
		expect(text.symbols.every(({ address }) => address % 2 === 0)).toBe(true);
		expect(text.symbols.some(({ name }) => name.startsWith('$'))).toBe(false);
		expect(section(map, '.data').loadAddress).toBeLessThan(0x08001000);
		expect(map.references.get('also')).toEqual(['libother.a(also.o)', 'main.o']);
	});

	it('takes only the values the table shows', () => {
		expect(map.symbols.get('_sdata')).toBe(0x20000000);
		const more = readMap(
			'     VMA      LMA     Size Align Out     In      Symbol\n       0        0        0     1 _estack = ORIGIN ( RAM )\n',
			'a.map',
		);
		expect(more.symbols.size).toBe(0);
	});
});

describe('other files', () => {
	it('names the linkers whose maps are not read', () => {
		const table: [string, string][] = [
			[
				'Component: Arm Compiler 6.16 Tool: armlink [5dfeaa00]\n\n====\n\nSection Cross References\n',
				'Arm armlink (Keil)',
			],
			[
				'###############################################################################\n#\n# IAR ELF Linker V9.30.1.335/W64 for ARM\n',
				'IAR ILINK',
			],
			['             VMA       Size Align Out     In      Symbol\n', 'mold'],
			[
				'Archive member included because of file (symbol)\n\nMemory map\n\n.text 0x0 0x0\n',
				'GNU gold',
			],
		];
		for (const [text, linker] of table) {
			expect(refusal(text)).toMatchObject({
				code: 'map.other-linker',
				data: { linker, file: 'app.map' },
			});
		}
	});

	it('refuses what is no map', () => {
		for (const text of ['', 'MEMORY { }', '\0\0\0\0', ':00000001FF\n']) {
			expect(refusal(text).code).toBe('map.unknown');
		}
		expect(refusal(Uint8Array.from({ length: 5000 }, (_, at) => (at * 7) % 256)).code).toBe(
			'map.unknown',
		);
	});
});
