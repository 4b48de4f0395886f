// Linker scripts: what ld would make of them, without ld at hand. tests/real/linker-scripts.real.ts asks ld itself.
import { describe, expect, it } from 'vitest';
import type { LinkScript } from '#core/link.ts';
import {
	defaultRegion,
	overlaps,
	readScript,
	reservations,
	type ScriptFile,
	type ScriptOptions,
} from '#linker/index.ts';
import { preprocessed } from '../fixtures/linker/preprocessed.ts';
import { shapes } from '../fixtures/linker/shapes.ts';

const read = (text: string, options?: ScriptOptions): LinkScript =>
	readScript([{ name: 'a.ld', text }], options);
const regionsOf = ({ regions }: LinkScript): string[] =>
	regions.map(
		({ name, origin, length }) => `${name} 0x${origin.toString(16)} 0x${length.toString(16)}`,
	);
const codesOf = ({ diagnostics }: LinkScript): string[] => diagnostics.map(({ code }) => code);
const missingOf = ({ missing }: LinkScript): string[] =>
	missing.map(({ kind, name }) => `${kind} ${name}`);

describe('what is asked for', () => {
	it('a symbol that nobody defines, where it is used', () => {
		const script = read('MEMORY {\n A : ORIGIN = 0, LENGTH = size\n B : ORIGIN = 1, LENGTH = 2 }');
		expect(regionsOf(script)).toEqual(['B 0x1 0x2']);
		expect(script.missing).toEqual([{ kind: 'symbol', name: 'size', file: 'a.ld', line: 2 }]);
	});

	it('every symbol a region needs, through others and once', () => {
		const text = 'a = b + c; MEMORY { A : ORIGIN = b, LENGTH = a B : ORIGIN = c, LENGTH = 1 }';
		expect(missingOf(read(text))).toEqual(['symbol b', 'symbol c']);
		const defsym = new Map<string, number | bigint>([
			['b', 0x100],
			['c', 0x20n],
		]);
		expect(regionsOf(read(text, { defsym }))).toEqual(['A 0x100 0x120', 'B 0x20 0x1']);
	});

	it('a file that is not among those given, and nothing that it may declare', () => {
		const script = read('INCLUDE memory.x\nSECTIONS { .text : { *(.text) } >FLASH }\n');
		expect(missingOf(script)).toEqual(['include memory.x']);
		expect(codesOf(script)).toEqual([]);
		expect(script.placements[0]).toMatchObject({ section: '.text', region: 'FLASH' });
	});

	it('no symbol that only sections use', () => {
		const script = read(
			'MEMORY { A : ORIGIN = 0, LENGTH = 1 } x = from_an_object + 4; y = SIZEOF(.t);',
		);
		expect(script.missing).toEqual([]);
		expect([...script.symbols.keys()]).toEqual([]);
	});
});

describe('what is told', () => {
	it.each([
		['MEMORY { A : ORIGIN = 0, LENGTH = B } B = C; C = 4;', 'script.unknown-value'],
		['MEMORY { A : ORIGIN = 0, LENGTH = SIZEOF(.text) }', 'script.unknown-value'],
		['MEMORY { A : ORIGIN = ORIGIN(NOPE), LENGTH = 1 }', 'script.unknown-value'],
		['MEMORY { A : ORIGIN = ORIGIN(B), LENGTH = 1 B : ORIGIN = 1, LENGTH = 1 }', 'script.early'],
		['MEMORY { A : ORIGIN = 0, LENGTH = 4 - 8 }', 'script.beyond'],
		['MEMORY { A : ORIGIN = 0x100000000, LENGTH = 4 }', 'script.beyond'],
		[
			'MEMORY { A : ORIGIN = 0, LENGTH = 4 } MEMORY { A : ORIGIN = 0, LENGTH = 5 }',
			'script.redeclared',
		],
		['MEMORY { A : ORIGIN = 0, LENGTH = 4 } SECTIONS { .t : { } >B }', 'script.undeclared'],
		['\u00a0MEMORY { }', 'script.character'],
		['ASSERT(1 > 2, "never")', 'script.assert'],
	])('%s', (text, code) => {
		expect(codesOf(read(text))).toEqual([code]);
	});

	it('nothing of an assertion that needs sections, or holds', () => {
		expect(codesOf(read('ASSERT(SIZEOF(.t) < 4, "a") ASSERT(x == 1, "b") x = 1;'))).toEqual([]);
	});
});

describe('symbols', () => {
	it('have the values of the end of the link, in 32 bits', () => {
		const { symbols } = read(
			`top = ORIGIN(R) + LENGTH(R); a = b; b = 4; minus = -1; here = .; PROVIDE(p = top - 8); .  = 5;
			MEMORY { R : ORIGIN = 0x20000000, LENGTH = 64K } SECTIONS { .t : { s = .; k = 7; } }`,
		);
		expect(Object.fromEntries(symbols)).toEqual({
			top: 0x20010000,
			a: 4,
			b: 4,
			minus: 0xffffffff,
			p: 0x2000fff8,
			k: 7,
		});
	});
});

describe('placements', () => {
	it('resolve aliases, know NOLOAD and what takes no memory, and leave out what is discarded', () => {
		const { placements, aliases, entry } = read(`ENTRY(Reset_Handler)
MEMORY { F : ORIGIN = 0, LENGTH = 4K R : ORIGIN = 4K, LENGTH = 4K }
REGION_ALIAS("CODE", F) REGION_ALIAS("TEXT", CODE)
SECTIONS {
 .text : { *(.text) } >TEXT
 .data : { *(.data) } >R AT>CODE
 .bss (NOLOAD) : { *(.bss) } >R
 .note (COPY) : { }
 .far 0x100 : { *(.far) } >R
 /DISCARD/ : { *(.x) }
}`);
		expect(entry).toBe('Reset_Handler');
		expect(aliases).toEqual([
			{ alias: 'CODE', region: 'F' },
			{ alias: 'TEXT', region: 'F' },
		]);
		expect(placements).toEqual([
			{ section: '.text', region: 'F', noLoad: false, line: 5 },
			{ section: '.data', region: 'R', loadRegion: 'F', noLoad: false, line: 6 },
			{ section: '.bss', region: 'R', loadRegion: 'F', noLoad: true, line: 7 },
			{ section: '.note', noLoad: true, line: 8 },
			{ section: '.far', region: 'R', noLoad: false, line: 9 },
		]);
	});
});

describe('included files', () => {
	it('are found without their folders, the nearest name first', () => {
		const main = { name: 'project/link.ld', text: 'INCLUDE boards/b/memory.x' };
		const memory = (folder: string, size: number): ScriptFile => ({
			name: `C:\\src\\${folder}\\memory.x`,
			text: `MEMORY { ${folder} : ORIGIN = 0, LENGTH = ${size} }`,
		});
		expect(regionsOf(readScript([main, memory('a', 1), memory('b', 2)]))).toEqual(['b 0x0 0x2']);
		expect(regionsOf(readScript([main, memory('z', 3)]))).toEqual(['z 0x0 0x3']);
	});
});

describe('the preprocessor', () => {
	for (const { what, files, defines, regions, missing } of preprocessed) {
		it(`${what} (${JSON.stringify(defines ?? {})})`, () => {
			const options = { defines: new Map(Object.entries(defines ?? {})) };
			const script = readScript(files as [ScriptFile, ...ScriptFile[]], options);
			expect(regionsOf(script)).toEqual(regions);
			expect(missingOf(script)).toEqual(missing);
			expect(codesOf(script)).toContain('script.preprocessed');
		});
	}

	it('is not at work where # begins a comment', () => {
		expect(codesOf(read('# if you change this, define the rest\n# 1 "x.ld"\nMEMORY { }'))).toEqual(
			[],
		);
	});

	it('keeps the lines of the file in what is told', () => {
		const text =
			'#define A \\\n  5\n\n#if A == 5\nMEMORY { X : ORIGIN = 0, LENGTH = nope }\n#endif\n';
		expect(read(text).missing).toEqual([{ kind: 'define', name: 'nope', file: 'a.ld', line: 5 }]);
	});

	it('stops at #error, unless nobody knows', () => {
		expect(() => read('#define A 1\n#if A\n#error no board\n#endif')).toThrow('no board');
		expect(missingOf(read('#ifndef A\n#error no board\n#endif'))).toEqual(['define A']);
	});
});

describe('facts', () => {
	it('stack and heap by the names of vendors', () => {
		expect(reservations(readScript(shapes[0]!.files as [ScriptFile]))).toEqual({
			stackTop: { name: '_estack', value: 0x20020000 },
			stackSize: { name: '_Min_Stack_Size', value: 0x400 },
			heapSize: { name: '_Min_Heap_Size', value: 0x200 },
		});
		expect(reservations(read(''))).toEqual({});
	});

	it('regions that share addresses', () => {
		const pairs = overlaps(
			read(`MEMORY { B : ORIGIN = 8, LENGTH = 8 A : ORIGIN = 0, LENGTH = 9 C : ORIGIN = 16, LENGTH = 4
				Z : ORIGIN = 4, LENGTH = 0 }`),
		);
		expect(pairs.map((pair) => pair.map(({ name }) => name))).toEqual([['A', 'B']]);
	});

	it('the region of a section that names none', () => {
		const script = read(
			'MEMORY { F (rx) : ORIGIN = 0, LENGTH = 8 R (w!x) : ORIGIN = 8, LENGTH = 8 }',
		);
		const find = (code: boolean, writable: boolean, loaded: boolean): string | undefined =>
			defaultRegion(script, { code, writable, loaded })?.name;
		expect(find(true, false, true)).toBe('F');
		expect(find(false, false, true)).toBe('F');
		expect(find(false, true, true)).toBe('R');
		expect(find(false, true, false)).toBe('R');
		expect(defaultRegion(read(''), { code: true, writable: false, loaded: true })).toBeUndefined();
	});
});
