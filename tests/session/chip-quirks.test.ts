import { describe, expect, it } from 'vitest';
import { devices, findByPart } from '#devices/index.ts';
import { quirksOf } from '#devices/known-quirks.ts';
import { chipQuirks } from '#session/chip-quirks.ts';

const of = (part: string): string[] =>
	chipQuirks(findByPart(part)[0]!, part, quirksOf).map(({ id }) => id);

describe('the quirks of a chip without a board', () => {
	it('are those of its ID and family over any of its wires', () => {
		expect(of('STM32F429ZI')).toEqual(
			expect.arrayContaining(['f42x-usb-bank-2', 'f4-mass-erase-promise', 'short-register-reads']),
		);
		expect(of('STM32F429ZI')).not.toContain('l0-short-transfers');
	});

	it('include those of single versions of its ROM, and of what boards were seen to print', () => {
		expect(of('STM32G0B1RE')).toEqual(
			expect.arrayContaining(['g0b1-page-lists', 'g0b1-flash-three-times']),
		);
		const twoGroups = devices.find(({ dfuStrings }) =>
			dfuStrings.flat().some((text) => /^@[^/]*(\/[^/]+\/[^/]+){2,}$/.test(text)),
		)!;
		expect(of(twoGroups.parts[0]!)).toContain('two-address-groups');
	});

	it('leave out a wire that the ROM does not have, and what is true of every board', () => {
		expect(of('STM32F103C8')).not.toContain('f4-mass-erase-promise');
		expect(of('STM32F103C8')).not.toContain('needs-crystal');
		expect(of('STM32N657X0')).toEqual([]);
		for (const { parts } of devices) {
			const found = of(parts[0]!);
			expect(found).not.toContain('zero-poll');
			expect(found).not.toContain('maker-0x641');
			expect(new Set(found).size).toBe(found.length);
		}
	});

	it('go by the part that was asked for', () => {
		expect(of('STM32F358CC')).toContain('baud-57600');
		expect(of('STM32F303CC')).not.toContain('baud-57600');
	});
});
