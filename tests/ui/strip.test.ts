import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildImage, segmentRange, type Image } from '#core/image.ts';
import type { MemoryMap } from '#core/memory.ts';
import { plan } from '#core/plan.ts';
import { size } from '#core/range.ts';
import { devices, findByPart } from '#devices/index.ts';
import { effectiveMemory } from '#devices/memory-map.ts';
import { addressAt, layOut, spanOf, xOf, type Axis } from '#ui/strip-axis.ts';
import { blocksOf } from '#ui/strip-blocks.ts';
import { factsOf, stopsOf, tableOf, tableText } from '#ui/strip-facts.ts';
import { plannedState } from '#ui/strip-state.ts';
import { ticksOf } from '#ui/ticks.ts';

const memoryOf = (part: string): MemoryMap =>
	effectiveMemory(findByPart(part)[0], undefined, {}).memory;

const image = (address: number, length: number): Image =>
	buildImage([{ address, data: new Uint8Array(length).fill(0x5a) }]);

function axisOf(memory: MemoryMap, content: Image, width: number, trueScale = false): Axis {
	const { fateOf } = plannedState(plan(content, memory, { start: false }));
	return layOut(blocksOf(memory, content), {
		width,
		trueScale,
		kindOf: fateOf,
		touched: (sector) => fateOf(sector) === 'erase',
	});
}

const drawn = (axis: Axis): number =>
	axis.cells.reduce((sum, { sectors }) => sum + sectors.length, 0);

describe('the axis', () => {
	it('fits its width, in order and without overlap, for every chip and screen', () => {
		for (const device of devices) {
			const { memory } = effectiveMemory(device, undefined, {});
			const start = memory.find(({ kind }) => kind === 'flash')?.range.start ?? 0;
			for (const width of [300, 880, 2000]) {
				const axis = axisOf(memory, image(start, Math.min(40_000, device.flashSize)), width);
				let edge = 0;
				for (const { x, width: wide } of axis.cells) {
					expect(x, device.name).toBeGreaterThanOrEqual(edge - 1e-6);
					expect(wide, device.name).toBeGreaterThan(0);
					edge = x + wide;
				}
				expect(edge, device.name).toBeLessThanOrEqual(width + 1e-6);
			}
		}
	});

	it('holds every sector exactly once', () => {
		for (const part of [
			'STM32F405RG',
			'STM32L072CZ',
			'STM32L476RG',
			'STM32H743ZI',
			'STM32U575ZI',
		]) {
			const memory = memoryOf(part);
			const sectors = memory.reduce((sum, region) => sum + region.sectors.length, 0);
			for (const width of [320, 880]) {
				expect(drawn(axisOf(memory, image(0x08000000, 20_000), width)), part).toBe(sectors);
			}
		}
	});

	it('draws touched sectors one by one where there is room, and folds the rest', () => {
		const { cells } = axisOf(memoryOf('STM32L476RG'), image(0x08000000, 33_000), 880);
		expect(cells.map(({ sectors }) => sectors.length)).toEqual([
			...Array<number>(17).fill(1),
			239,
			256,
		]);
	});

	it('never mixes touched and untouched sectors in one box', () => {
		const memory = memoryOf('STM32L072CZ');
		const content = image(0x08000000, 17_000);
		const { fateOf } = plannedState(plan(content, memory, { start: false }));
		for (const { sectors } of axisOf(memory, content, 880).cells)
			expect(new Set(sectors.map(fateOf)).size).toBeLessThanOrEqual(1);
	});

	it('is proportional to size in true scale', () => {
		const { cells } = axisOf(memoryOf('STM32F405RG'), image(0x08000000, 10), 1000, true);
		const scale = cells.map(({ width, range }) => width / size(range));
		for (const one of scale) expect(one).toBeCloseTo(scale[0]!, 9);
	});

	it('finds the address under a pixel again', () => {
		const axis = axisOf(memoryOf('STM32H743ZI'), image(0x08000000, 1000), 880);
		fc.assert(
			fc.property(fc.integer({ min: 0x08000000, max: 0x081fffff }), (address) => {
				const found = addressAt(axis, xOf(axis, address) + 1e-6);
				expect(Math.abs((found ?? 0) - address)).toBeLessThan(16);
			}),
		);
	});

	it('keeps the smallest range visible, and inside', () => {
		const axis = axisOf(memoryOf('STM32F405RG'), image(0x080ffff0, 8), 880);
		const span = spanOf(axis, { start: 0x080ffffe, end: 0x080fffff });
		expect(span.width).toBeGreaterThanOrEqual(2);
		expect(span.x + span.width).toBeLessThanOrEqual(880);
	});

	it('writes addresses that do not run into each other', () => {
		for (const part of ['STM32F405RG', 'STM32L072CZ', 'STM32H743ZI']) {
			const content = image(0x08000000, 33_000);
			const ticks = ticksOf(axisOf(memoryOf(part), content, 880), content).map(
				({ textX }) => textX,
			);
			const sorted = ticks.sort((a, b) => a - b);
			for (const [i, x] of sorted.entries())
				if (i > 0) expect(x - sorted[i - 1]!).toBeGreaterThan(74);
		}
	});
});

describe('what is drawn', () => {
	it('shows bytes outside the chip as a place of their own', () => {
		const blocks = blocksOf(memoryOf('STM32F103C8'), image(0x08100000, 100));
		expect(blocks.map(({ region }) => region?.name)).toEqual(['FLASH_BANK_1', undefined]);
	});

	it('shows the image alone while no board is connected, however scattered', () => {
		const scattered = buildImage(
			Array.from({ length: 60 }, (_, i) => ({ address: i * 0x4000000, data: new Uint8Array(4) })),
		);
		const blocks = blocksOf([], scattered);
		expect(blocks.length).toBeLessThanOrEqual(8);
		for (const segment of scattered) {
			const { start, end } = segmentRange(segment);
			expect(blocks.some(({ range }) => range.start <= start && end <= range.end)).toBe(true);
		}
	});

	it('says what happens to a sector, and why', () => {
		const memory = memoryOf('STM32F405RG');
		const content = image(0x08000000, 0x4010);
		const state = plannedState(plan(content, memory, { start: false }));
		const section = {
			name: '.text',
			runAddress: 0x08000000,
			loadAddress: 0x08000000,
			size: 0x4010,
			access: { write: false, execute: true },
		};
		const stops = stopsOf(blocksOf(memory, content));
		const [full, partly, idle] = stops.slice(0, 3).map((stop) => factsOf(stop, state, [section]));
		expect(full?.happens).toContain('16 KiB');
		expect(full?.holds).toBe('.text');
		expect(partly?.happens).toContain('16 bytes');
		expect(partly?.why).toContain('16.0 KiB');
		expect(idle?.holds).toBe('');
	});

	it('tells thousands of sectors in few rows, and copies plain hex', () => {
		const memory = memoryOf('STM32L072CZ');
		const content = image(0x08000000, 17_000);
		const state = plannedState(plan(content, memory, { start: false }));
		const rows = tableOf(stopsOf(blocksOf(memory, content)), state, []);
		expect(rows.map(({ numbers }) => numbers).slice(0, 3)).toEqual([
			'0–132',
			'133–767',
			'768–1535',
		]);
		expect(tableText(rows)).toContain('0\u2013132\t1\t0x08000000\t0x0800427F');
	});
});
