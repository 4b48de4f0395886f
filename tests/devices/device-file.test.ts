import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { Failure, isFailure, type FailureCode } from '#core/failure.ts';
import { readDeviceFile } from '#devices/device-file.ts';
import f405 from '../../devices/0x413-stm32f405-407-415-417.json';
import f429 from '../../devices/0x419-stm32f427-429-437-439.json';
import l1 from '../../devices/0x436-stm32l151-152-162.json';
import n6 from '../../devices/0x486-stm32n645-647-655-657.json';

type Json = { [key: string]: unknown };

/** A copy of a file with one value replaced (removed when undefined), the place written "variants.0.size". */
function changed(file: object, place: string, value: unknown): unknown {
	const copy = structuredClone(file) as Json;
	const keys = place.split('.');
	const last = keys.pop()!;
	const target = keys.reduce((at, key) => at[key] as Json, copy);
	if (value === undefined) delete target[last];
	else target[last] = value;
	return copy;
}

function failure(json: unknown): { code: FailureCode; data: object } {
	try {
		readDeviceFile(json);
	} catch (error) {
		if (error instanceof Failure) return { code: error.code, data: error.data };
		throw error;
	}
	throw new Error('was read');
}

/** Every place of a JSON value, as paths for `changed`. */
function places(value: unknown, prefix = ''): string[] {
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([key, inner]) => {
		const place = prefix ? `${prefix}.${key}` : key;
		return [place, ...places(inner, place)];
	});
}

describe('a device file', () => {
	it('gives one device for each variant, which inherits what it does not state', () => {
		const [small, large] = readDeviceFile(f405);
		expect(small).toMatchObject({ productId: 0x413, flashSize: 512 << 10, family: 'STM32F4' });
		expect(large).toMatchObject({ name: 'STM32F405/407/415/417, 1 MiB', flashSize: 1 << 20 });
		expect(small?.memory).toEqual(large?.memory);
		const [, other] = readDeviceFile(changed(f405, 'variants.1.ram', { SRAM_1: '0x20000000/1K' }));
		expect(other?.memory.filter(({ kind }) => kind === 'ram')).toHaveLength(1);
	});

	it('inherits bootloader and registers field by field', () => {
		const file = changed(f405, 'variants.1.bootloader', { dfu: false });
		const [small, large] = readDeviceFile(
			changed(file as object, 'variants.1.registers', {
				uniqueId: '0x1FF00000',
			}),
		);
		expect(large?.bootloader).toMatchObject({ dfu: false, massErase: true, parity: 'even' });
		expect(large?.registers).toEqual({ ...small?.registers, uniqueId: 0x1ff00000 });
	});

	it('is refused, with the place, when a field is missing, misspelt or of the wrong kind', () => {
		const cases: [string, unknown, string][] = [
			['productId', undefined, 'productId'],
			['productId', 1043, 'productId'],
			['productId', '0x12345', 'productId'],
			['famly', 'STM32F4', 'famly'],
			['flash.eraseValue', '0xAA', 'flash.eraseValue'],
			['flash.writeSize', 3, 'flash.writeSize'],
			['variants', [], 'variants'],
			['variants.0.parts.0', 'STM32F999ZZ', 'variants[0].parts[0]'],
			['variants.0.size', '0K', 'variants[0].size'],
			['variants.0.layouts', [], 'variants[0].layouts'],
			[
				'variants.0.layouts.0.flash.FLASH_BANK_1',
				'0x08000000/4*16Kz',
				'variants[0].layouts[0].flash.FLASH_BANK_1',
			],
			['ram.SRAM_1', '0x20000000', 'ram.SRAM_1'],
			['bootloader.massErase', 1, 'bootloader.massErase'],
			['timings.program.maximumUs', 1, 'timings.program.maximumUs'],
			['timings.erase', [], 'timings.erase'],
			['timings.source', 'hearsay', 'timings.source'],
			['notes', null, 'notes'],
		];
		for (const [place, value, path] of cases) {
			const found = failure(changed(f405, place, value));
			expect([found.code, (found.data as { path: string }).path]).toEqual(['device.field', path]);
		}
	});

	it('of a chip without flash states no size, no layouts and no times', () => {
		const [device] = readDeviceFile(n6);
		expect(device).toMatchObject({ flashSize: 0, layouts: [{ flash: [] }] });
		const cases: [string, unknown, string][] = [
			['variants.0.size', '64K', 'variants[0].size'],
			['variants.0.layouts', [], 'variants[0].layouts'],
			['timings', f405.timings, 'timings'],
			['variants.0.timings', f405.timings, 'variants[0].timings'],
			['flash', true, 'flash'],
			['flash', f405.flash, 'variants[0].size'],
		];
		for (const [place, value, path] of cases) {
			const found = failure(changed(n6, place, value));
			expect([found.code, (found.data as { path: string }).path]).toEqual(['device.field', path]);
		}
	});

	it('is refused when its memory is impossible', () => {
		const bank = 'variants.0.layouts.0.flash.FLASH_BANK_1';
		const cases: [string, unknown][] = [
			['variants.0.size', '1M'],
			[bank, '0x08000000/512*001Kg,1*2 g'],
			[bank, '0x08000000/9000*001Kg'],
			['ram.SRAM_2', '0x20001000/16K'],
			['ram.SRAM_2', '0xFFFFF000/16K'],
			['otp', ['0x08000000/512']],
			[
				'variants.0.layouts.0.flash',
				{
					FLASH_BANK_1: '0x08000000/04*064Kg',
					FLASH_BANK_2: '0x08020000/04*064Kg',
				},
			],
		];
		for (const [place, value] of cases)
			expect(failure(changed(f405, place, value)).code, place).toBe('device.geometry');
	});

	it('may number bank 2 from a higher sector, never from one that is taken', () => {
		const place = 'variants.1.layouts.1.firstSector.FLASH_BANK_2';
		const numbers = (value: number): number[] =>
			readDeviceFile(changed(f429, place, value))[1]!.layouts[1]!.flash[1]!.sectors.map(
				({ number }) => number,
			);
		expect(numbers(12)).toEqual([12, 13, 14, 15, 16, 17, 18, 19]);
		expect(numbers(8)[0]).toBe(8);
		for (const value of [7, 12.5, -1, 5000])
			expect(failure(changed(f429, place, value)).code).toBe('device.field');
	});

	it('never lets __proto__ or inherited fields count as its own', () => {
		expect(failure(JSON.parse('{"__proto__": {"productId": "0x413"}}')).code).toBe('device.field');
		expect(failure(Object.create(f405 as object)).code).toBe('device.field');
		const layout = JSON.parse('{"__proto__": "0x20000000/1K"}') as object;
		expect(failure(changed(f405, 'ram', layout)).code).toBe('device.field');
	});

	it('with anything at all in any place gives devices or a failure that names it', () => {
		const hostile = fc.oneof(
			fc.constantFrom<unknown>(
				undefined,
				null,
				true,
				-1,
				1e308,
				'',
				'0x',
				'0x08000000/99999*999999Mg',
				'x'.repeat(5000),
				'0x08000000/01*001Kg',
				'0xFFFFFFFF/9M',
				[],
				{},
				Array(1000).fill('x'),
				{ id: 'a' },
			),
			fc.jsonValue(),
		);
		for (const file of [f405, f429, l1]) {
			const place = fc.constantFrom(...places(file));
			fc.assert(
				fc.property(place, hostile, place, hostile, (first, one, second, two) => {
					let json = changed(file, first, one);
					try {
						json = changed(json as object, second, two);
					} catch {
						// The first change took the second place away.
					}
					expectDevicesOrFailure(json);
				}),
				{ numRuns: 300 },
			);
		}
		fc.assert(fc.property(fc.anything(), expectDevicesOrFailure));
	});
});

function expectDevicesOrFailure(json: unknown): void {
	try {
		const devices = readDeviceFile(json);
		expect(devices.length).toBeGreaterThan(0);
		for (const { layouts, flashSize } of devices)
			for (const { flash } of layouts)
				expect(flash.reduce((sum, { range }) => sum + range.end - range.start, 0)).toBe(flashSize);
	} catch (error) {
		if (!isFailure(error)) throw error;
		expect(error.code).toMatch(/^device\.(field|geometry)$/);
	}
}
