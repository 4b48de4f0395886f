import { describe, expect, it } from 'vitest';
import { isFailure } from '#core/failure.ts';
import type { QuirkFacts } from '#core/quirk.ts';
import { findByPart } from '#devices/index.ts';
import { quirks, quirksOf } from '#devices/known-quirks.ts';
import { isParticular, readQuirks } from '#devices/quirks.ts';
import table from '../../devices/quirks/quirks.json';
import schema from '../../devices/quirks/quirks.schema.json';
import { schemaErrors } from './schema-check.ts';

const factsOf = (part: string, more: Partial<QuirkFacts> = {}): QuirkFacts => {
	const found = findByPart(part);
	return {
		transport: 'uart',
		productIds: found.map(({ productId }) => productId),
		families: found.map(({ family }) => family),
		parts: found.flatMap(({ parts }) => parts),
		strings: [],
		...more,
	};
};
const ids = (facts: QuirkFacts): string[] =>
	quirksOf(facts)
		.filter(isParticular)
		.map(({ id }) => id);

describe('the table of quirks', () => {
	it('is what its schema says, and names it', () => {
		expect(schemaErrors(table, schema, '')).toEqual([]);
		expect(table.$schema).toBe('./quirks.schema.json');
		expect(schemaErrors({ quirks: [{ id: 'x' }] }, schema, '').length).toBeGreaterThan(3);
	});

	it('has every row of the list that this project set itself', () => {
		const kinds = quirks.map(({ id }) => id);
		for (const id of [
			...['f4-mass-erase-promise', 'zero-poll', 'starts-in-error', 'h7-stuck-busy'],
			...['no-functional-descriptor', 'two-address-groups', 'l0-short-transfers'],
			...['no-mass-erase', 'erase-list-limit', 'silent-write-protection', 'u5-drops-writes'],
			...['leaves-in-silence', 'stray-byte', 'empty-check', 'nonsense-lengths'],
		])
			expect(kinds).toContain(id);
	});

	it('is refused with the place that is wrong', () => {
		const [row] = table.quirks;
		for (const [bad, path] of [
			[{ ...row, effect: { kind: 'nonsense' } }, 'quirks[0].effect.kind'],
			[{ ...row, effect: { kind: 'note', bytes: 4 } }, 'quirks[0].effect.bytes'],
			[{ ...row, simulator: undefined }, 'quirks[0].simulator'],
			[{ ...row, when: { string: '(' } }, 'quirks[0].when.string'],
			[{ ...row, when: { moon: 'full' } }, 'quirks[0].when.moon'],
		] as const) {
			let caught: unknown;
			try {
				readQuirks({ quirks: [bad] });
			} catch (error) {
				caught = error;
			}
			expect(isFailure(caught, 'device.field') && caught.data.path).toBe(path);
		}
		expect(() => readQuirks({ quirks: [row, row] })).toThrow();
		expect(() => readQuirks(null)).toThrow();
	});
});

describe('the quirks of a board', () => {
	it('are those that all of its candidates share', () => {
		expect(ids(factsOf('STM32L072CZ'))).toContain('l0-short-transfers');
		expect(ids(factsOf('STM32F405RG'))).not.toContain('l0-short-transfers');
		const both = factsOf('STM32F405RG');
		const mixed = { ...both, families: [...both.families, 'STM32L0'] };
		expect(ids(mixed)).not.toContain('l0-short-transfers');
	});

	it('of one ROM version hold only when it is known', () => {
		const facts = factsOf('STM32U375RG');
		expect(ids(facts)).not.toContain('u3-first-page-only');
		expect(ids({ ...facts, bootloaderId: 0xe1 })).toContain('u3-first-page-only');
		expect(ids({ ...facts, bootloaderId: 0xe2 })).not.toContain('u3-first-page-only');
	});

	it('go by vendor and product of the USB device, and by its strings', () => {
		const none = { transport: 'dfu', productIds: [], families: [], parts: [] } as const;
		expect(ids({ ...none, usb: '28E9:0189', strings: [] })).toEqual([
			'gd32vf103-layout',
			'maker-gigadevice',
		]);
		expect(ids({ ...none, usb: '314B:0106', strings: [] })).toEqual(['maker-geehy']);
		expect(
			ids({ ...none, usb: '0483:DF11', strings: [undefined, '@Option byte AT32F435'] }),
		).toEqual(['maker-by-name']);
		expect(ids({ ...none, usb: '0483:DF11', strings: ['STM32  BOOTLOADER'] })).toEqual([]);
	});
});
