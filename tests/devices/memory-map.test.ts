import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { Device } from '#core/device.ts';
import { flashSectors, flashSize, type MemoryMap, type Region } from '#core/memory.ts';
import { overlaps } from '#core/range.ts';
import { alternatesOf } from '#devices/geometry.ts';
import { devices, findByPart, findByProductId } from '#devices/index.ts';
import { effectiveMemory } from '#devices/memory-map.ts';
import { undescribedFlash } from '#devices/undescribed.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const part = (name: string): Device => findByPart(name)[0]!;
const flashOf = (memory: MemoryMap): Region[] => memory.filter(({ kind }) => kind === 'flash');
const codesOf = ({ diagnostics }: { diagnostics: readonly { code: string }[] }): string[] =>
	diagnostics.map(({ code }) => code);
const printed = (...strings: string[]): { alternates: ReturnType<typeof alternatesOf> } => ({
	alternates: alternatesOf(strings),
});

const F405 = [
	'@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg',
	'@Option Bytes  /0x1FFFC000/01*016 e',
	'@OTP Memory /0x1FFF7800/01*512 e,01*016 e',
	'@Device Feature/0xFFFF0000/01*004 e',
];

describe('flash that nothing describes', () => {
	const beyond = (name: string, live: { flashSize?: number } = {}): [number, number][] => {
		const device = part(name);
		const { memory } = effectiveMemory(device, undefined, live);
		const relatives = findByProductId(device.productId);
		return undescribedFlash(relatives, memory).map(({ start, end }) => [start, end]);
	};

	it('is what larger chips of the same die have', () => {
		expect(beyond('STM32F103C8')).toEqual([[0x08010000, 0x08020000]]);
		expect(beyond('STM32F103CB')).toEqual([]);
		expect(beyond('STM32F103CB', { flashSize: 64 * KIB })).toEqual([[0x08010000, 0x08020000]]);
		expect(beyond('STM32H750VB')).toEqual([[0x08020000, 0x08200000]]);
		expect(beyond('STM32G474RB')).toEqual([
			[0x08010000, 0x08040000],
			[0x08050000, 0x08080000],
		]);
		expect(beyond('STM32F405RG')).toEqual([]);
		expect(undescribedFlash(devices, [])).toEqual([]);
	});
});

describe('the memory of a UART board', () => {
	it('is what the catalogue says', () => {
		const found = effectiveMemory(part('STM32F405RG'), undefined, {});
		expect(codesOf(found)).toEqual([]);
		expect(flashSectors(found.memory)).toHaveLength(12);
		expect(found.memory.map(({ name }) => name)).toEqual([
			'FLASH_BANK_1',
			'CCM_SRAM',
			'SYSTEM_MEMORY',
			'OTP',
			'OTP_2',
			'OPTION_BYTES',
			'SRAM_1',
			'SRAM_2',
			'BKP_SRAM',
		]);
	});

	it('ends where the size register says', () => {
		const found = effectiveMemory(part('STM32F405RG'), undefined, { flashSize: 512 * KIB });
		expect(codesOf(found)).toEqual(['chip.size-differs']);
		expect(flashSize(found.memory)).toBe(512 * KIB);
		expect(flashSectors(found.memory)).toHaveLength(8);
		const odd = effectiveMemory(part('STM32F405RG'), undefined, { flashSize: 100 * KIB });
		expect(flashSize(odd.memory)).toBe(64 * KIB);
	});

	it('loses bank 2 rather than half of each when the register says half', () => {
		const found = effectiveMemory(part('STM32F429ZI'), undefined, { flashSize: MIB });
		expect(flashOf(found.memory).map(({ name }) => name)).toEqual(['FLASH_BANK_1']);
	});

	it('never grows past what the catalogue knows', () => {
		const found = effectiveMemory(part('STM32F103C8'), undefined, { flashSize: 128 * KIB });
		expect(codesOf(found)).toEqual(['chip.size-differs']);
		expect(flashSize(found.memory)).toBe(64 * KIB);
	});

	it('says when an option bit decides about numbers or sectors, and not when it is chosen', () => {
		expect(codesOf(effectiveMemory(part('STM32F429ZG'), undefined, {}))).toEqual([
			'chip.layout-assumed',
		]);
		expect(codesOf(effectiveMemory(part('STM32F429ZG'), 'single', {}))).toEqual([]);
		const dual = effectiveMemory(part('STM32F429ZG'), 'dual', {});
		expect(codesOf(dual)).toEqual([]);
		expect(flashSectors(dual.memory)[8]).toMatchObject({ number: 12, bank: 2 });
		// Both arrangements of L476 count the same pages alike.
		expect(codesOf(effectiveMemory(part('STM32L476RE'), undefined, {}))).toEqual([]);
	});

	it('says when the numbers of bank 2 are not documented', () => {
		const found = effectiveMemory(part('STM32H743ZG'), undefined, {});
		expect(codesOf(found)).toEqual(['chip.numbering-assumed']);
	});

	it('is empty when nothing is known', () => {
		expect(effectiveMemory(undefined, undefined, {})).toEqual({ memory: [], diagnostics: [] });
	});
});

describe('the memory of a USB board', () => {
	it('is its own description with the numbers and traits of the catalogue', () => {
		const found = effectiveMemory(part('STM32F405RG'), undefined, printed(...F405));
		expect(codesOf(found)).toEqual([]);
		const flash = flashOf(found.memory);
		expect(flash).toHaveLength(1);
		expect(flash[0]).toMatchObject({ alternateSetting: 0, writeSize: 4, eraseValue: 0xff });
		const settings = found.memory
			.filter(({ alternateSetting }) => alternateSetting !== undefined)
			.map(({ kind, alternateSetting }) => [kind, alternateSetting]);
		expect(settings).toEqual([
			['flash', 0],
			['otp', 2],
			['option-bytes', 1],
			['device-feature', 3],
		]);
		expect(found.memory.filter(({ kind }) => kind === 'ram')).toHaveLength(4);
	});

	it('has the banks and numbers of the arrangement it describes', () => {
		const dual =
			'@Internal Flash  /0x08000000/04*016Kg,01*064Kg,03*128Kg,04*016Kg,01*064Kg,03*128Kg';
		for (const layout of [undefined, 'single', 'dual']) {
			const { memory } = effectiveMemory(part('STM32F429ZG'), layout, printed(dual));
			expect(flashOf(memory).map(({ name }) => name)).toEqual(['FLASH_BANK_1', 'FLASH_BANK_2']);
			expect(flashSectors(memory)[8]).toMatchObject({ number: 12, bank: 2 });
		}
	});

	it('erases to zero on L0 and describes its EEPROM', () => {
		const strings = part('STM32L072CZ').dfuStrings[0]!;
		const { memory } = effectiveMemory(part('STM32L072CZ'), undefined, printed(...strings));
		expect(flashOf(memory).every(({ eraseValue }) => eraseValue === 0)).toBe(true);
		expect(memory.find(({ kind }) => kind === 'eeprom')).toMatchObject({
			alternateSetting: 2,
			eraseValue: 0,
			range: { start: 0x08080000, end: 0x08081800 },
			access: { read: true, erase: false, write: true },
		});
	});

	it('takes the first of several alternate settings that carry the same flash', () => {
		const flash = '@Internal Flash   /0x08000000/256*02Kg';
		const found = effectiveMemory(part('STM32G0B1RE'), undefined, printed(flash, flash, flash));
		expect(flashSize(found.memory)).toBe(512 * KIB);
		expect(flashOf(found.memory).every((region) => region.alternateSetting === 0)).toBe(true);
	});

	it('is only what the size register vouches for: H743 with 1 MiB keeps its hole', () => {
		const live = { ...printed('@Internal Flash   /0x08000000/16*128Kg'), flashSize: MIB };
		const found = effectiveMemory(part('STM32H743ZG'), undefined, live);
		expect(codesOf(found)).toEqual(['chip.map-overstated']);
		expect(flashOf(found.memory).map(({ range }) => range)).toEqual([
			{ start: 0x08000000, end: 0x08080000 },
			{ start: 0x08100000, end: 0x08180000 },
		]);
		expect(flashSectors(found.memory)[4]).toMatchObject({ number: 4, bank: 2 });
	});

	it('is only what the size register vouches for: H750, and a chip nobody knows', () => {
		const live = { ...printed('@Internal Flash   /0x08000000/16*128Kg'), flashSize: 128 * KIB };
		for (const device of [part('STM32H750VB'), part('STM32H743ZI'), undefined]) {
			const found = effectiveMemory(device, undefined, live);
			expect(codesOf(found)).toEqual(['chip.map-overstated']);
			expect(flashOf(found.memory).map(({ range }) => range)).toEqual([
				{ start: 0x08000000, end: 0x08020000 },
			]);
		}
	});

	it('is its own description where the catalogue differs and no register speaks', () => {
		const found = effectiveMemory(
			part('STM32H750VB'),
			undefined,
			printed('@Internal Flash   /0x08000000/16*128Kg'),
		);
		expect(codesOf(found)).toEqual(['chip.map-differs']);
		expect(flashSize(found.memory)).toBe(2 * MIB);
		const numbers = flashSectors(found.memory).map(({ number }) => number);
		expect(new Set(numbers).size).toBe(16);
	});

	it('keeps what a user bootloader protects', () => {
		const { memory } = effectiveMemory(
			part('STM32F103CB'),
			undefined,
			printed('@Internal Flash  /0x08000000/20*001Ka,108*001Kg'),
		);
		const sectors = flashSectors(memory);
		expect(sectors[19]?.access).toEqual({ read: true, erase: false, write: false });
		expect(sectors[20]?.access).toEqual({ read: true, erase: true, write: true });
	});

	it('is cautious about an unknown chip', () => {
		const found = effectiveMemory(
			undefined,
			undefined,
			printed('@Internal Flash /0x08000000/8*4Kg', '@QSPI Flash /0x90000000/16*64Kg'),
		);
		expect(flashOf(found.memory)[0]).toMatchObject({
			writeSize: 32,
			writeOnce: true,
			eraseValue: 0xff,
		});
		expect(found.memory.find(({ kind }) => kind === 'external')).toMatchObject({
			alternateSetting: 1,
			range: { start: 0x90000000, end: 0x90100000 },
		});
		const small = effectiveMemory(
			undefined,
			undefined,
			printed('@Internal Flash /0x08000000/64*128g'),
		);
		expect(flashOf(small.memory)[0]?.eraseValue).toBe(0);
	});

	it('is the catalogue’s for every string that was seen on its own parts', () => {
		for (const device of devices) {
			for (const strings of device.dfuStrings) {
				const { flashSize: bytes } = device;
				const found = effectiveMemory(device, undefined, {
					...printed(...strings),
					flashSize: bytes,
				});
				expect(flashSize(found.memory)).toBe(bytes);
				const [ours] = device.layouts;
				expect(flashSectors(found.memory).map(({ number, range }) => [number, range])).toEqual(
					ours.flash.flatMap(({ sectors }) => sectors.map(({ number, range }) => [number, range])),
				);
			}
		}
	});
});

describe('any memory map', () => {
	const run = fc
		.tuple(fc.nat(40), fc.nat(300), fc.constantFrom('', 'K', 'M'), fc.constantFrom(...'abcdefg'))
		.map(([count, bytes, unit, letter]) => `${count}*${bytes}${unit}${letter}`);
	const name = fc.constantFrom(
		'@Internal Flash',
		'@Option Bytes',
		'@OTP',
		'@External',
		'@x',
		'@SRAM',
	);
	const address = fc.constantFrom(
		'0x08000000',
		'0x08000100',
		'0x08100000',
		'0x1FFF7800',
		'0x20000000',
	);
	const text = fc
		.tuple(name, address, fc.array(run, { minLength: 1, maxLength: 4 }))
		.map(([head, start, runs]) => `${head}/${start}/${runs.join()}`);

	it('is in order and without overlaps, whatever a board prints', () => {
		fc.assert(
			fc.property(
				fc.array(text, { maxLength: 5 }),
				fc.option(fc.constantFrom(...devices), { nil: undefined }),
				fc.option(fc.nat(4 * MIB), { nil: undefined }),
				(strings, device, bytes) => {
					const { memory } = effectiveMemory(device, undefined, {
						...printed(...strings),
						...(bytes !== undefined && { flashSize: bytes }),
					});
					for (const [i, region] of memory.entries()) {
						const before = memory[i - 1];
						if (before) {
							expect(before.range.start).toBeLessThanOrEqual(region.range.start);
							expect(overlaps(before.range, region.range)).toBe(false);
						}
						for (const { range } of region.sectors) {
							expect(range.start).toBeGreaterThanOrEqual(region.range.start);
							expect(range.end).toBeLessThanOrEqual(region.range.end);
						}
					}
					if (bytes !== undefined) expect(flashSize(memory)).toBeLessThanOrEqual(bytes);
				},
			),
			{ numRuns: 300 },
		);
	});
});
