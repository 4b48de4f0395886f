import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { devices, findByPart } from '#devices/index.ts';

const partsOf = (text: string): string[] => findByPart(text).flatMap(({ parts }) => parts);

describe('a part name', () => {
	it('is found for every part, bare and as an order code in any case', () => {
		for (const device of devices) {
			for (const part of device.parts) {
				const [body, die = ''] = part.split('-');
				const whole = body!.replaceAll('x', 'A');
				for (const text of [`${whole}${die && '-' + die}`, `${whole}T6${die}TR`])
					expect(findByPart(text), text).toEqual([device]);
				expect(findByPart(`${whole}t6${die}`.toLowerCase()), part).toContain(device);
			}
		}
	});

	it('ignores package, temperature and packing', () => {
		expect(partsOf('STM32F405RGT6')).toContain('STM32F405RG');
		expect(findByPart('STM32F405RGT6')).toEqual(findByPart('STM32F405RGT7TR'));
		expect(partsOf('STM32WBA52CGU6')).toContain('STM32WBA52CG');
	});

	it('takes a small x among capitals for any character', () => {
		expect(partsOf('STM32F407xG')).toContain('STM32F407VG');
		expect(partsOf('STM32F407xG')).not.toContain('STM32F407VE');
		expect(findByPart('STM32H743xI')[0]?.flashSize).toBe(2 << 20);
		expect(findByPart('STM32H743XI')[0]?.parts).toContain('STM32H743XI');
		expect(findByPart('stm32f407xg')).toEqual(findByPart('STM32F407xG'));
	});

	it('tells the later dies of L1 by the option letter', () => {
		expect(partsOf('STM32L151CBT6A')).toContain('STM32L151CB-A');
		expect(findByPart('STM32L151CBT6A')[0]?.productId).toBe(0x429);
		expect(findByPart('STM32L151CBT6')[0]?.productId).toBe(0x416);
		expect(findByPart('STM32L151CB-A')[0]?.productId).toBe(0x429);
	});

	it('may be the beginning of one', () => {
		expect(findByPart('STM32F405').length).toBe(2);
		expect(findByPart('STM32F4').every(({ family }) => family === 'STM32F4')).toBe(true);
	});

	it('is not found in anything else', () => {
		for (const text of ['', 'STM32', 'STM32Z999', 'ATMEGA328P', '405RG', 'STM32F405RH'])
			expect(findByPart(text), text).toEqual([]);
		fc.assert(fc.property(fc.string(), (text) => Array.isArray(findByPart(text))));
	});
});
