// Linker regions laid over the chip, what programming does to each sector, and the comparison of two builds.
import { describe, expect, it } from 'vitest';
import type { Overlay } from '#core/insight.ts';
import { compareBuilds } from '#insight/compare.ts';
import { makeInsight } from '#insight/insight.ts';
import { build, chip, FLASH, K, program, type Part, type Shape } from './builds.ts';

const overlay = (shape: Shape, part: string): Overlay =>
	makeInsight(build(shape), chip(part)).overlay!;

const row = ({ rows }: Overlay, name: string) => rows.find((each) => each.name === name)!;

describe('the overlay', () => {
	const regions = [
		'FLASH 0x08000000 512K rx',
		'RAM 0x20000000 128K xrw',
		'CCMRAM 0x10000000 64K xrw',
		'MISC 0x30000000 1K rw',
	];

	it('says how each linker region lies to the memory', () => {
		const laid = overlay({ parts: program(), regions }, 'STM32F405RG');
		const flash = row(laid, 'FLASH_BANK_1');
		expect(flash.linker).toEqual([
			{ name: 'FLASH', range: { start: FLASH, end: FLASH + 512 * K }, agreement: 'inside' },
		]);
		expect(flash.uncovered).toEqual([{ start: FLASH + 512 * K, end: FLASH + 1024 * K }]);
		// One region over two memories that touch agrees with both.
		expect(row(laid, 'SRAM_1').linker[0]).toMatchObject({ name: 'RAM', agreement: 'same' });
		expect(row(laid, 'SRAM_2').linker[0]).toMatchObject({ name: 'RAM', agreement: 'same' });
		expect(row(laid, 'CCM_SRAM').linker[0]).toMatchObject({ name: 'CCMRAM', agreement: 'same' });
		expect(laid.outside).toEqual([{ name: 'MISC', range: { start: 0x30000000, end: 0x30000400 } }]);
		expect(row(laid, 'SRAM_1').sections).toEqual(['.data', '.bss', '._user_heap_stack']);
		expect(laid).toMatchObject({ target: 'STM32F405RG', live: false });
	});

	it('sees what goes beyond, and follows second views of memory', () => {
		const beyond = overlay(
			{ parts: program(), regions: ['FLASH 0x08000000 1024K rx'] },
			'STM32F405OE',
		);
		expect(row(beyond, 'FLASH_BANK_1').linker[0]).toMatchObject({ agreement: 'beyond' });
		expect(beyond.outside).toEqual([
			{ name: 'FLASH', range: { start: 0x08080000, end: 0x08100000 } },
		]);
		const l496 = overlay({ parts: program(), regions: ['RAM 0x20000000 320K xrw'] }, 'STM32L496ZG');
		expect(l496.outside).toEqual([]);
		expect(row(l496, 'SRAM_2').linker).toEqual([
			{ name: 'RAM', range: { start: 0x10000000, end: 0x10010000 }, agreement: 'same' },
		]);
		const secure = overlay(
			{ parts: program({ flash: 0x0c000000 }), regions: ['FLASH 0x0C000000 2048K rx'] },
			'STM32U575ZI',
		);
		expect(secure.outside).toEqual([]);
		expect(row(secure, 'FLASH_BANK_1').linker[0]).toMatchObject({
			name: 'FLASH',
			agreement: 'same',
		});
	});

	it('tells what each sector holds, keeps and loses', () => {
		const parts: Part[] = [
			...program(),
			{ name: '.config', at: 0x08010000, size: 64 * K, kind: 'data' },
		];
		const { sectors } = overlay({ parts, regions }, 'STM32F405RG');
		expect(sectors).toHaveLength(12);
		expect(
			sectors.slice(0, 5).map(({ fate, bytes, lost, sections }) => [fate, bytes, lost, sections]),
		).toEqual([
			['lose', 16 * K - 0x78, 0x78, ['.isr_vector', '.text']],
			[
				'lose',
				0x200 + 20 * K + 2000 + 116 - 16 * K,
				16 * K - (0x200 + 20 * K + 2000 + 116 - 16 * K),
				['.text', '.rodata', '.data'],
			],
			['keep', 0, 0, []],
			['keep', 0, 0, []],
			['write', 64 * K, 0, ['.config']],
		]);
		for (const { range, bytes, lost, fate } of sectors)
			if (fate !== 'keep') expect(bytes + lost).toBe(range.end - range.start);
	});
});

describe('the comparison', () => {
	const target = chip('STM32F405RG');
	const symbol = (name: string, address: number, size: number) => ({
		...{ name, address, size, section: '.text' },
		kind: 'function' as const,
	});
	const old = build({
		name: 'old.elf',
		parts: program(),
		regions: ['FLASH 0x08000000 1024K rx'],
		symbols: [
			symbol('main', FLASH + 0x200, 100),
			symbol('gone', FLASH + 0x300, 40),
			symbol('same', FLASH + 0x400, 8),
		],
	});
	const now = build({
		name: 'new.elf',
		parts: program({ code: 24 * K }),
		regions: ['FLASH 0x08000000 1024K rx'],
		symbols: [
			symbol('main', FLASH + 0x200, 140),
			symbol('added', FLASH + 0x300, 12),
			symbol('same', FLASH + 0x400, 8),
		],
	});

	it('tells what grew, shrank, moved, came and went', () => {
		const found = compareBuilds({ before: old, after: now }, target);
		expect([found.before, found.after]).toEqual(['old.elf', 'new.elf']);
		expect(found.regions).toMatchObject([{ name: 'FLASH', kind: 'grew', delta: 4 * K }]);
		expect(found.sections.map(({ name, kind, delta }) => [name, kind, delta])).toEqual([
			['.isr_vector', 'same', 0],
			['.text', 'grew', 4 * K],
			['.rodata', 'moved', 0],
			['.data', 'same', 0],
			['.bss', 'same', 0],
			['._user_heap_stack', 'same', 0],
		]);
		expect(found.symbols.map(({ name, kind, delta }) => [name, kind, delta])).toEqual([
			['main', 'grew', 40],
			['gone', 'gone', -40],
			['added', 'new', 12],
		]);
	});

	it('names the sectors the update rewrites, and what that costs', () => {
		const { sectors, update } = compareBuilds({ before: old, after: now }, target, 'UART');
		// The code of the first sector is the same in both; what follows it is not.
		expect(sectors.map(({ number }) => number)).toEqual([1]);
		expect(sectors[0]!.first).toBeGreaterThanOrEqual(FLASH + 16 * K);
		expect(update).toMatchObject({ sectors: 1, eraseBytes: 16 * K, wire: 'UART' });
		expect(update!.seconds).toBeGreaterThan(0.4);
		expect(update!.seconds).toBeLessThan(update!.wholeSeconds);
		const nothing = compareBuilds({ before: old, after: old }, target);
		expect(nothing.sectors).toEqual([]);
		expect(nothing.update).toMatchObject({ sectors: 0, writeBytes: 0, seconds: 0 });
	});

	it('takes a board’s content as the old side, blank flash included', () => {
		const image = build({ parts: program() }).firmware!.image;
		const board = (content: typeof image) => ({
			...build({ name: 'the board', parts: [] }),
			firmware: { ...old.firmware!, image: content },
		});
		const same = compareBuilds(
			{ before: board([{ address: FLASH, data: padded(image) }]), after: old },
			target,
		);
		expect(same.sectors).toEqual([]);
		const blank = compareBuilds(
			{ before: board([{ address: FLASH, data: new Uint8Array(64 * K).fill(0xff) }]), after: old },
			target,
		);
		expect(blank.sectors.map(({ number }) => number)).toEqual([0, 1]);
		const worn = padded(image);
		worn[100] = worn[100]! ^ 1;
		const one = compareBuilds(
			{ before: board([{ address: FLASH, data: worn }]), after: old },
			target,
		);
		expect(one.sectors).toMatchObject([{ number: 0, differing: 1, first: FLASH + 100 }]);
	});

	const padded = (image: readonly { address: number; data: Uint8Array }[]): Uint8Array => {
		const all = new Uint8Array(64 * K).fill(0xff);
		for (const { address, data } of image) all.set(data, address - FLASH);
		return all;
	};

	it('keeps static functions of several objects apart', () => {
		const locals = (sizes: readonly number[]) =>
			build({
				parts: program(),
				symbols: sizes.map((size, i) => ({
					...symbol('init', FLASH + 0x200 + i * 64, size),
					binding: 'local' as const,
					file: `${i}.c`,
				})),
			});
		const { symbols } = compareBuilds({ before: locals([10, 20]), after: locals([10, 24]) });
		expect(symbols).toMatchObject([{ name: 'init', kind: 'grew', delta: 4 }]);
	});
});
