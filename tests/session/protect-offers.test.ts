// Which regions of a linker script are offered for protection: those the firmware leaves alone, and no others.
import { describe, expect, it } from 'vitest';
import { offersOf } from '#session/protect-offers.ts';
import { f405 } from '../core/maps.ts';

const region = (name: string, origin: number, length: number, role: 'flash' | 'ram' = 'flash') => ({
	name,
	role,
	origin,
	length,
});
const regions = [
	region('BOOT', 0x08000000, 0x4000),
	region('FLASH', 0x08004000, 0xf8000),
	region('CALIB', 0x080fc000, 0x800),
	region('BEYOND', 0x080ff000, 0x10000),
	region('ELSEWHERE', 0x09000000, 0x1000),
	region('RAM', 0x20000000, 0x20000, 'ram'),
	region('EMPTY', 0x08000000, 0),
	region('WRAPS', 0xffffff00, 0x1000),
];
const image = [{ address: 0x08004000, data: new Uint8Array(5000) }];
const names = (...given: Parameters<typeof offersOf>) => offersOf(...given).map(({ name }) => name);

describe('memory that is offered for protection', () => {
	it('has no byte of the firmware, and is the chip’s', () => {
		expect(offersOf(regions, image, f405, [])).toEqual([
			{ name: 'BOOT', range: { start: 0x08000000, end: 0x08004000 } },
			{ name: 'CALIB', range: { start: 0x080fc000, end: 0x080fc800 } },
			{ name: 'BEYOND', range: { start: 0x080ff000, end: 0x08100000 } },
		]);
	});

	it('is flash where no chip is known', () => {
		expect(names(regions, image, [], [])).toEqual(['BOOT', 'CALIB', 'BEYOND', 'ELSEWHERE']);
	});

	it('is offered once: not when it is protected already', () => {
		const inForce = [{ name: 'Mine', range: { start: 0x08000000, end: 0x08008000 } }];
		expect(names(regions, image, f405, inForce)).toEqual(['CALIB', 'BEYOND']);
	});
});
