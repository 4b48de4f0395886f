// Region usage, its tree, reservations and symbols: from a map, an ELF, a script, an image, whichever there is.
import { describe, expect, it } from 'vitest';
import type { ContentNode } from '#core/insight.ts';
import { symbolNodes } from '#insight/content.ts';
import { makeInsight } from '#insight/insight.ts';
import { listSymbols } from '#insight/symbols.ts';
import { build, chip, elfOf, FLASH, K, program, RAM, reserved, type Part } from './builds.ts';
import { input, mapOf, ofMap, output } from './maps.ts';

const small = mapOf([
	output('.text', FLASH, 0x100, {
		inputs: [
			input('.text.main', FLASH, 0x40),
			input('*fill*', FLASH + 0x40, 4, { object: '' }),
			input('.text.memcpy', FLASH + 0x44, 0x60, { object: 'memcpy.o', archive: 'libc.a' }),
			input('.text.other', FLASH + 0xa4, 0x5c, { object: 'other.o' }),
		],
		symbols: [
			{ name: 'main', address: FLASH },
			{ name: 'memcpy', address: FLASH + 0x44 },
			{ name: 'mempcpy', address: FLASH + 0x84 },
		],
	}),
	output('.data', RAM, 0x20, {
		loadAddress: FLASH + 0x100,
		inputs: [input('.data.table', RAM, 0x20)],
	}),
	output('.bss', RAM + 0x20, 0x80, {
		loadAddress: FLASH + 0x120,
		inputs: [input('.bss.buffer', RAM + 0x20, 0x80)],
	}),
	output('._user_heap_stack', RAM + 0xa0, 0x600),
	output('.debug_info', 0, 5000),
]);

const names = ({ children }: ContentNode): string[] =>
	children.map(({ name, size }) => `${name} ${size}`);

describe('region usage', () => {
	it('comes from a map alone, with archives, objects and padding', () => {
		const { regions, sections } = makeInsight(ofMap(small));
		expect(regions.map(({ name, used, free }) => [name, used, free])).toEqual([
			['FLASH', 0x120, 64 * K - 0x120],
			['RAM', 0x6a0, 20 * K - 0x6a0],
		]);
		const [flash, ram] = regions;
		expect(names(flash!.content)).toEqual(['.text 256', '.data 32']);
		expect(flash!.content.children[1]).toMatchObject({ part: 'load', address: FLASH + 0x100 });
		expect(ram!.content.children[0]).toMatchObject({ name: '.data', part: 'run' });
		expect(names(flash!.content.children[0]!)).toEqual([
			'libc.a 96',
			'other.o 92',
			'main.o 64',
			'*fill* 4',
		]);
		expect(names(flash!.content.children[0]!.children[0]!)).toEqual(['memcpy.o 96']);
		expect(sections.map(({ name, loadAddress }) => [name, loadAddress])).toEqual([
			['.text', FLASH],
			['.data', FLASH + 0x100],
			['.bss', undefined],
			['._user_heap_stack', undefined],
		]);
	});

	it('shows heap and stack, counted where a section takes their room', () => {
		const [, ram] = makeInsight(ofMap(small)).regions;
		expect(
			ram!.reservations.map(({ kind, size, by, counted }) => [kind, size, by, counted]),
		).toEqual([
			['heap', 0x200, '_Min_Heap_Size', true],
			['stack', 0x400, '_Min_Stack_Size', true],
		]);
		const bare = build({
			parts: program().slice(0, 5),
			regions: ['RAM 0x20000000 20K xrw'],
			values: { ...reserved, _estack: 0x20005000, end: 0x20000c30 },
		});
		const found = makeInsight(bare).regions[0]!.reservations;
		expect(found).toEqual([
			{
				kind: 'heap',
				size: 0x200,
				by: '_Min_Heap_Size',
				counted: false,
				range: { start: 0x20000c30, end: 0x20000e30 },
			},
			{
				kind: 'stack',
				size: 0x400,
				by: '_Min_Stack_Size',
				counted: false,
				range: { start: 0x20004c00, end: 0x20005000 },
			},
		]);
	});

	it('of a script alone is unknown, not zero', () => {
		const {
			elf: _,
			firmware: __,
			...script
		} = build({ parts: [], regions: ['FLASH 0x08000000 64K rx'] });
		const [flash] = makeInsight(script).regions;
		expect(flash).toMatchObject({ name: 'FLASH', length: 64 * K, source: 'script' });
		expect(flash).not.toHaveProperty('used');
	});

	it('of an ELF with a chip is that of the chip’s memories; of an image alone nothing is known', () => {
		const bare = build({ parts: program(), without: 'script' });
		expect(makeInsight(bare).regions).toEqual([]);
		const { regions } = makeInsight(bare, chip('STM32F405RG'));
		const used = new Map(regions.map((each) => [each.name, each.used]));
		expect(used.get('FLASH_BANK_1')).toBe(0x188 + 20 * K + 2000 + 116);
		expect(used.get('SRAM_1')).toBe(3120 + 0x600);
		expect(used.get('CCM_SRAM')).toBe(0);
	});

	it('splits a section over the memories it crosses', () => {
		const parts: Part[] = [{ name: '.frames', at: 0x2001b000, size: 8 * K, kind: 'zeros' }];
		const { regions } = makeInsight(build({ parts, without: 'script' }), chip('STM32F405RG'));
		expect(regions.flatMap(({ name, used }) => (used ? [[name, used]] : []))).toEqual([
			['SRAM_1', 4 * K],
			['SRAM_2', 4 * K],
		]);
	});

	it('counts the image of a HEX against a chip and against a script', () => {
		const { elf: _, ...hex } = build({ parts: program(), regions: ['FLASH 0x08000000 1024K rx'] });
		expect(makeInsight(hex).regions[0]).toMatchObject({ used: 0x200 + 20 * K + 2000 + 116 });
		const { script: __, ...alone } = hex;
		const [flash] = makeInsight(alone, chip('STM32F405RG')).regions;
		expect(flash).toMatchObject({ name: 'FLASH_BANK_1', used: 0x188 + 20 * K + 2000 + 116 });
	});
});

describe('symbols', () => {
	it('of a map reach to the next one, or are named by their own section', () => {
		expect(
			listSymbols(ofMap(small)).map(({ name, size, object, archive, binding }) => [
				name,
				size,
				object,
				archive,
				binding,
			]),
		).toEqual([
			['main', 0x40, 'main.o', undefined, 'unknown'],
			['memcpy', 0x40, 'memcpy.o', 'libc.a', 'unknown'],
			['mempcpy', 0x20, 'memcpy.o', 'libc.a', 'unknown'],
			['other', 0x5c, 'other.o', undefined, 'local'],
			['table', 0x20, 'main.o', undefined, 'local'],
			['buffer', 0x80, 'main.o', undefined, 'local'],
		]);
		expect(makeInsight(ofMap(small)).symbolCount).toBe(6);
	});

	it('of an ELF take their object from the map', () => {
		const elf = elfOf({
			parts: [{ name: '.text', at: FLASH, size: 0x100, kind: 'code' }],
			symbols: [
				{ name: 'memcpy', address: FLASH + 0x44, size: 0x50, kind: 'function', section: '.text' },
			],
		});
		const [row] = listSymbols({ ...ofMap(small), elf });
		expect(row).toMatchObject({
			name: 'memcpy',
			size: 0x50,
			object: 'memcpy.o',
			archive: 'libc.a',
			region: 'FLASH',
			estimated: false,
		});
	});

	it('fill a node with what they cover, once, and a rest', () => {
		const node: ContentNode = { name: 'memcpy.o', kind: 'object', size: 0x60, children: [] };
		const rows = listSymbols(ofMap(small)).filter(({ object }) => object === 'memcpy.o');
		expect(symbolNodes(node, rows).map(({ name, size }) => [name, size])).toEqual([
			['memcpy', 0x40],
			['mempcpy', 0x20],
		]);
		const alias = [rows[0]!, { ...rows[0]!, name: 'alias' }];
		expect(symbolNodes(node, alias).map(({ name, size }) => [name, size])).toEqual([
			['memcpy', 0x40],
			['rest', 0x20],
		]);
	});
});
