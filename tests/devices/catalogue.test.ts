// Every shipped device file, then spot checks typed from the reference manuals' flash chapters.
import { describe, expect, it } from 'vitest';
import type { Device } from '#core/device.ts';
import { parseMemoryString } from '#core/memory-string.ts';
import { includes, overlaps, size } from '#core/range.ts';
import { devices, findByMemoryString, findByPart, findByProductId } from '#devices/index.ts';

const only = (part: string): Device => {
	const [device, ...others] = findByPart(part);
	expect(others).toEqual([]);
	return device!;
};

/** Start, size in KiB and number of each sector of one arrangement. */
const sectors = (part: string, layout = 0): [number, number, number][] =>
	only(part)
		.layouts[layout]!.flash.flatMap((region) => region.sectors)
		.map(({ range, number }) => [range.start, size(range) / 1024, number]);

describe('every device', () => {
	it('is there: 90 product IDs, of every family', () => {
		expect(new Set(devices.map(({ productId }) => productId)).size).toBe(90);
		const families = new Set(devices.map(({ family }) => family));
		for (const name of 'F0 F1 F2 F3 F4 F7 H7 L0 L1 L4 G0 G4 WB U5 H5 N6'.split(' '))
			expect(families).toContain(`STM32${name}`);
	});

	it.each(devices.map((device) => [device.name, device] as const))(
		'%s has flash that adds up',
		(_, device) => {
			for (const { flash } of device.layouts) {
				let total = 0;
				for (const region of flash) {
					let next = region.range.start;
					for (const sector of region.sectors) {
						expect(sector.range.start).toBe(next);
						expect(size(sector.range) % region.writeSize).toBe(0);
						expect(device.timings.erase.map((row) => row.size)).toContain(size(sector.range));
						next = sector.range.end;
					}
					expect(next).toBe(region.range.end);
					total += size(region.range);
				}
				expect(total).toBe(device.flashSize);
				const numbers = flash.flatMap((region) => region.sectors.map(({ number }) => number));
				expect(new Set(numbers).size).toBe(numbers.length);
			}
		},
	);

	it('has regions in order that do not overlap, with different names', () => {
		for (const device of devices) {
			for (const { flash } of device.layouts) {
				const all = [...flash, ...device.memory].sort((a, b) => a.range.start - b.range.start);
				for (const [i, region] of all.entries())
					if (i > 0) expect(overlaps(all[i - 1]!.range, region.range)).toBe(false);
			}
			const named = device.memory.filter(({ kind }) => kind !== 'system').map(({ name }) => name);
			expect(new Set(named).size).toBe(named.length);
			expect(device.memory.some(({ kind }) => kind === 'ram')).toBe(true);
		}
	});

	it('has windows of external memory where nothing else is', () => {
		for (const { external, memory, layouts } of devices) {
			const taken = [...memory, ...layouts.flatMap(({ flash }) => flash)];
			for (const window of external)
				expect(taken.some(({ range }) => overlaps(range, window.range))).toBe(false);
		}
		expect(only('STM32H750VB').external).toContainEqual({
			name: 'QSPI',
			range: { start: 0x90000000, end: 0xa0000000 },
		});
		expect(only('STM32F405RG').external).toEqual([]);
	});

	it('tells where the option bit is read wherever one decides how pages are numbered', () => {
		for (const { layouts, registers, memory, name } of devices) {
			const numberings = layouts.map(({ flash }) =>
				flash
					.flatMap(({ sectors }) => sectors.map(({ number, range }) => `${number}@${range.start}`))
					.join(),
			);
			if (new Set(numberings).size < 2) continue;
			const place = registers.layoutBit;
			expect(place, name).toBeDefined();
			const options = memory.filter(({ kind }) => kind === 'option-bytes');
			expect(options.some(({ range }) => includes(range, place!.address))).toBe(true);
			expect(new Set(layouts.map(({ bit }) => bit))).toEqual(new Set([0, 1]));
		}
	});

	it('has host RAM that is RAM', () => {
		for (const { memory, bootloader } of devices)
			for (const { start, end } of bootloader.hostRam)
				for (const address of [start, end - 1])
					expect(
						memory.some(
							({ kind, range }) => kind === 'ram' && range.start <= address && address < range.end,
						),
					).toBe(true);
	});

	it('has times in order, and a factory arrangement where an option bit decides', () => {
		for (const { timings, layouts } of devices) {
			expect(timings.program.typicalUs).toBeLessThanOrEqual(timings.program.maximumUs);
			for (const row of timings.erase) expect(row.typicalMs).toBeLessThanOrEqual(row.maximumMs);
			expect(layouts.length === 1).toBe(layouts[0].when === undefined);
			expect(layouts.slice(1).every(({ when }) => when !== undefined)).toBe(true);
		}
	});

	it('has no flash on N6, and whatever else is known of it', () => {
		const flashless = devices.filter(({ flashSize }) => flashSize === 0);
		expect(flashless.map(({ productId }) => productId)).toEqual([0x486]);
		const { layouts, bootloader, memory } = only('STM32N657X0H3Q');
		expect(layouts).toEqual([{ id: 'none', flash: [] }]);
		expect(bootloader).toMatchObject({ uart: false, dfu: false });
		expect(memory.find(({ name }) => name === 'AXI_SRAM_1')?.range.start).toBe(0x24000000);
	});

	it('lists every part once', () => {
		const parts = devices.flatMap((device) => device.parts);
		expect(parts.length).toBeGreaterThan(1600);
		expect(new Set(parts).size).toBe(parts.length);
	});

	it('has strings that parse and lead back to it', () => {
		for (const device of devices) {
			for (const strings of device.dfuStrings) {
				for (const text of strings) expect(parseMemoryString(text), text).toBeDefined();
				expect(findByMemoryString(strings)).toContain(device);
			}
		}
		expect(devices.filter(({ dfuStrings }) => dfuStrings.length > 0).length).toBeGreaterThan(20);
	});

	it('tells which ROMs must not be mass-erased', () => {
		for (const { family, bootloader, productId } of devices) {
			if (/^STM32(L0|L1|WB|WL)/.test(family) && family !== 'STM32WBA')
				expect(bootloader.massErase).toBe(false);
			if (productId === 0x450) expect(bootloader.massErase).toBe(false);
		}
		expect(only('STM32F405RG').bootloader.massErase).toBe(true);
	});
});

describe('the catalogue and the reference manuals', () => {
	it('agree on F405 (RM0090)', () => {
		expect(sectors('STM32F405RG')).toEqual([
			[0x08000000, 16, 0],
			[0x08004000, 16, 1],
			[0x08008000, 16, 2],
			[0x0800c000, 16, 3],
			[0x08010000, 64, 4],
			[0x08020000, 128, 5],
			[0x08040000, 128, 6],
			[0x08060000, 128, 7],
			[0x08080000, 128, 8],
			[0x080a0000, 128, 9],
			[0x080c0000, 128, 10],
			[0x080e0000, 128, 11],
		]);
		const { memory, timings } = only('STM32F405RG');
		expect(memory.find(({ name }) => name === 'CCM_SRAM')?.range).toEqual({
			start: 0x10000000,
			end: 0x10010000,
		});
		expect(timings.program).toMatchObject({ bytes: 1, typicalUs: 16 });
	});

	it('agree on F429: bank 2 is numbered from 12 with 2 MiB and with 1 MiB (RM0090)', () => {
		expect(sectors('STM32F429ZI').slice(11, 14)).toEqual([
			[0x080e0000, 128, 11],
			[0x08100000, 16, 12],
			[0x08104000, 16, 13],
		]);
		expect(sectors('STM32F429ZI').at(-1)).toEqual([0x081e0000, 128, 23]);
		expect(only('STM32F429ZG').layouts.map(({ when }) => when)).toEqual(['DB1M=0', 'DB1M=1']);
		expect(sectors('STM32F429ZG', 1).slice(7, 9)).toEqual([
			[0x08060000, 128, 7],
			[0x08080000, 16, 12],
		]);
		expect(sectors('STM32F429ZG', 1).at(-1)).toEqual([0x080e0000, 128, 19]);
	});

	it('agree on F767: 256 KiB sectors, or 128 KiB in two banks (RM0410)', () => {
		expect(sectors('STM32F767ZI').map(([, kib]) => kib)).toEqual([
			32, 32, 32, 32, 128, 256, 256, 256, 256, 256, 256, 256,
		]);
		expect(sectors('STM32F767ZI', 1)[12]).toEqual([0x08100000, 16, 12]);
		expect(sectors('STM32F767ZG', 1)[8]).toEqual([0x08080000, 16, 12]);
	});

	it('agree on H743: 2 MiB without a hole, 1 MiB with one (RM0433)', () => {
		expect(sectors('STM32H743ZI')).toEqual(
			Array.from({ length: 16 }, (_, i) => [0x08000000 + i * 0x20000, 128, i]),
		);
		expect(sectors('STM32H743ZG').map(([start]) => start)).toEqual([
			0x08000000, 0x08020000, 0x08040000, 0x08060000, 0x08100000, 0x08120000, 0x08140000,
			0x08160000,
		]);
		expect(only('STM32H743ZG').layouts[0].numberingAssumed).toBe(true);
		expect(only('STM32H743ZI').layouts[0].flash[0]).toMatchObject({
			writeSize: 32,
			writeOnce: true,
		});
		expect(sectors('STM32H750VB')).toEqual([[0x08000000, 128, 0]]);
	});

	it('agree on L072: pages of 128 bytes that erase to zero (RM0376)', () => {
		const flash = only('STM32L072CZ').layouts[0].flash;
		expect(flash.map(({ range }) => range)).toEqual([
			{ start: 0x08000000, end: 0x08018000 },
			{ start: 0x08018000, end: 0x08030000 },
		]);
		expect(flash.every(({ eraseValue }) => eraseValue === 0x00)).toBe(true);
		expect(sectors('STM32L072CZ').at(-1)).toEqual([0x0802ff80, 0.125, 1535]);
		expect(only('STM32L072CZ').memory.filter(({ kind }) => kind === 'eeprom')).not.toEqual([]);
	});

	it('agree on G474: two banks of 2 KiB pages or one of 4 KiB (RM0440)', () => {
		expect(only('STM32G474RE').layouts.map(({ when }) => when)).toEqual(['DBANK=1', 'DBANK=0']);
		expect(sectors('STM32G474RE')).toHaveLength(256);
		expect(sectors('STM32G474RE')[128]).toEqual([0x08040000, 2, 128]);
		expect(sectors('STM32G474RE', 1)[1]).toEqual([0x08001000, 4, 1]);
	});

	it('agree on U575: 8 KiB pages, two banks of 1 MiB (RM0456)', () => {
		expect(sectors('STM32U575ZI')).toHaveLength(256);
		expect(sectors('STM32U575ZI')[128]).toEqual([0x08100000, 8, 128]);
		expect(only('STM32U575ZI').layouts[0].flash[0]?.writeSize).toBe(16);
	});

	it('agree on F103 (PM0075) and F411 (RM0383)', () => {
		expect(sectors('STM32F103C8')).toHaveLength(64);
		expect(sectors('STM32F103ZE')[1]).toEqual([0x08000800, 2, 1]);
		expect(sectors('STM32F411RE').map(([, kib]) => kib)).toEqual([
			16, 16, 16, 16, 64, 128, 128, 128,
		]);
	});

	it('agree on the IDs of AN2606, clones and debug IDs included', () => {
		const family = (id: number): string | undefined => findByProductId(id)[0]?.family;
		expect([0x410, 0x641, 0x413, 0x419, 0x450, 0x447, 0x496].map(family)).toEqual([
			'STM32F1',
			'STM32F1',
			'STM32F4',
			'STM32F4',
			'STM32H7',
			'STM32L0',
			'STM32WB',
		]);
		expect(findByProductId(0x999)).toEqual([]);
	});
});
