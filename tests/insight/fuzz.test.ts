// Maps of any nonsense: never an exception, and always sums that agree.
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { compareBuilds } from '#insight/compare.ts';
import { makeInsight } from '#insight/insight.ts';
import { build, chip, FLASH, program, RAM } from './builds.ts';
import { isSum, mapOf, ofMap } from './maps.ts';

describe('whatever comes', () => {
	const address = fc.oneof(
		fc.integer({ min: 0, max: 2 ** 32 - 1 }),
		fc.integer({ min: FLASH, max: FLASH + 5000 }),
		fc.integer({ min: RAM, max: RAM + 5000 }),
	);
	const size = fc.oneof(fc.integer({ min: 0, max: 4000 }), fc.constantFrom(0xffffffff, 2 ** 40));
	const anyInput = fc.record(
		{
			name: fc.constantFrom('.text.a', '*fill*', 'COMMON', '.bss.b'),
			address,
			size,
			object: fc.constantFrom('', 'a.o', 'b.o'),
		},
		{ requiredKeys: ['name', 'address', 'size', 'object'] },
	);
	const anyOutput = fc.record({
		...{
			name: fc.constantFrom(
				'.text',
				'.data',
				'.bss',
				'._user_heap_stack',
				'.isr_vector',
				'.dma',
				'.x',
			),
			address,
			loadAddress: address,
			size,
		},
		inputs: fc.array(anyInput, { maxLength: 6 }),
		symbols: fc.array(fc.record({ name: fc.string(), address }), { maxLength: 4 }),
	});
	const anyRegion = fc.record({
		name: fc.constantFrom('FLASH', 'RAM', 'EEPROM', 'BKPSRAM', 'X'),
		origin: address,
		length: size,
		attributes: fc.constant('rx'),
	});
	const anyMap = fc.record({
		sections: fc.array(anyOutput, { maxLength: 8 }),
		regions: fc.array(anyRegion, { maxLength: 5 }),
	});
	const targets = [
		'STM32F405RG',
		'STM32H743ZI',
		'STM32L496ZG',
		'STM32F746ZG',
		'STM32U575ZI',
		'STM32F072RB',
	].map((part) => chip(part));

	it('never throws, and sums agree to the byte', () => {
		fc.assert(
			fc.property(
				anyMap,
				fc.constantFrom(undefined, ...targets),
				({ sections, regions }, target) => {
					const made = ofMap({ ...mapOf(sections), regions });
					const insight = makeInsight(made, target);
					for (const { content, used, hidden, free, length } of insight.regions) {
						expect(isSum(content)).toBe(true);
						expect(content.size).toBe(used! + hidden);
						expect(free).toBe(length - used!);
					}
					for (const each of insight.overlay?.sectors ?? [])
						expect(each.bytes + each.lost).toBeLessThanOrEqual(each.range.end - each.range.start);
					expect(
						compareBuilds({ before: made, after: made }, target).sections.every(
							({ kind }) => kind === 'same',
						),
					).toBe(true);
				},
			),
			{ numRuns: 150 },
		);
	});

	it('is plain data that crosses to another thread', () => {
		const insight = makeInsight(build({ parts: program(), stack: 0x20001000 }), targets[0]);
		expect(structuredClone(insight)).toEqual(insight);
	});
});
