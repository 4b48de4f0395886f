// A script or a map of another build beside an ELF: figures go by the ELF, and it is said.
import { describe, expect, it } from 'vitest';
import { makeInsight } from '#insight/insight.ts';
import { build, FLASH, K, program, RAM } from './builds.ts';
import { mapOf, output } from './maps.ts';

const figures = ['FLASH 0x08000000 64K xr', 'RAM 0x20000000 20K xrw'];
const own = build({ parts: program(), regions: figures });
const codes = (given: typeof own): string[] => makeInsight(given).warnings.map(({ code }) => code);
const used = (given: typeof own) => makeInsight(given).regions.map((one) => one.used ?? NaN);

describe('files of another build', () => {
	it('are not seen where there are none', () => {
		expect(codes(own)).not.toContain('insight.script-foreign');
	});

	it('a script counts with its regions, not with where it puts sections', () => {
		const { regions = [], placements = [] } = own.script!;
		const [flash, ram] = regions;
		const away = [flash!, { ...ram!, origin: 0x10000000, length: 64 * K }];
		const foreign = { ...own, script: { ...own.script!, regions: away, placements } };
		expect(codes(foreign)).toContain('insight.script-foreign');
		const [inFlash, elsewhere] = used(foreign);
		expect(inFlash).toBe(used(own)[0]);
		expect(elsewhere).toBe(0);
	});

	it('a map whose sections stand elsewhere is told, and its addresses are not taken', () => {
		const [text, data] = own.elf!.sections.filter(({ name }) => /^\.(?:text|data)$/.test(name));
		const mapped = (shift: number) => ({
			...own,
			map: mapOf([
				output('.text', text!.address + shift, text!.size),
				output('.data', data!.address, data!.size, { loadAddress: FLASH + 32 * K }),
			]),
		});
		expect(codes(mapped(0))).not.toContain('insight.map-foreign');
		expect(codes(mapped(0x100))).toContain('insight.map-foreign');
		expect(used(mapped(0x100))).toEqual(used(own));
		expect(data!.address).toBeGreaterThanOrEqual(RAM);
	});
});
