// Which sectors option bytes protect, how to free some of them, and a plan that would need them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sector } from '#core/memory.ts';
import {
	freeing,
	protectedSectors,
	sectorNames,
	withWriteProtection,
} from '#core/option-sectors.ts';
import { edit } from '#core/options.ts';
import { plan } from '#core/plan.ts';
import { devices } from '#devices/index.ts';
import { optionLayouts } from '#devices/options.ts';
import { force, fresh, type Chip } from './option-chips.ts';

const numbers = (sectors: readonly Sector[]): number[] => sectors.map(({ number }) => number);

/** Numbers of the protected sectors after these fields were set. */
function guarded(chip: Chip, values: Readonly<Record<string, number>>): number[] {
	const blocks = force(chip.layout, chip.blocks, values);
	return numbers(protectedSectors(chip.layout, blocks, chip.memory));
}

describe('protected sectors', () => {
	it('none on a fresh chip of any family', () => {
		for (const layout of optionLayouts) {
			const device = devices.find(({ productId }) => productId === layout.products[0])!;
			const chip = fresh(device.parts[0]!);
			const all =
				layout.protects.every((rule) => rule.kind === 'bits') || layout.notWritable === undefined;
			if (all) expect([layout.id, guarded(chip, {})]).toEqual([layout.id, []]);
		}
	});

	it('F4: a zero bit protects its sector; in PCROP mode it does not', () => {
		const chip = fresh('STM32F405RG');
		expect(guarded(chip, { nWRP: 0xff3 })).toEqual([2, 3]);
		const f411 = fresh('STM32F411CE');
		expect(guarded(f411, { nWRP: 0xfe })).toEqual([0]);
		expect(guarded(f411, { nWRP: 0xfe, SPRMOD: 1 })).toEqual([]);
	});

	it('F429: the second word is bank 2, numbered from 12', () => {
		const chip = fresh('STM32F429ZI');
		expect(guarded(chip, { nWRP_12_23: 0xffe, nWRP: 0x7ff })).toEqual([11, 12]);
	});

	it('F413: the last bit stands for sectors 14 and 15', () => {
		expect(guarded(fresh('STM32F413ZH'), { nWRP: 0x3fff })).toEqual([14, 15]);
	});

	it('F767: a bit is two sectors with two banks', () => {
		const single = fresh('STM32F767ZI', 'single');
		expect(guarded(single, { nWRP: 0xffd, nDBANK: 1 })).toEqual([1]);
		const dual = fresh('STM32F767ZI', 'dual');
		expect(guarded(dual, { nWRP: 0xffd, nDBANK: 0 })).toEqual([2, 3]);
	});

	it('F103: a bit is 4 KiB, the last one everything behind', () => {
		expect(guarded(fresh('STM32F103C8'), { WRP0: 0xfd })).toEqual([4, 5, 6, 7]);
		const large = guarded(fresh('STM32F103ZE'), { WRP3: 0x7f });
		expect([large[0], large.length]).toEqual([62, 194]);
	});

	it('L053: a one bit protects 32 pages', () => {
		const pages = guarded(fresh('STM32L053R8'), { WRPROT1_LOW: 2 });
		expect([pages[0], pages.at(-1)]).toEqual([32, 63]);
	});

	it('L476: areas of pages, by bank; an area whose start is behind its end is none', () => {
		const chip = fresh('STM32L476RG');
		expect(guarded(chip, { WRP1A_STRT: 3, WRP1A_END: 5 })).toEqual([3, 4, 5]);
		expect(guarded(chip, { WRP2B_STRT: 0, WRP2B_END: 0 })).toEqual([256]);
		expect(guarded(chip, { WRP1A_STRT: 6, WRP1A_END: 5 })).toEqual([]);
	});

	it('names runs', () => {
		const { memory } = fresh('STM32F405RG');
		const sectors = memory.flatMap((region) => region.sectors);
		expect(sectorNames([sectors[4]!])).toBe('Sector 4');
		expect(sectorNames([2, 3, 4, 7].map((i) => sectors[i]!))).toBe('Sectors 2–4, 7');
	});
});

describe('freeing', () => {
	const pick = (chip: Chip, wanted: readonly number[]): Sector[] =>
		chip.memory.flatMap((region) => region.sectors).filter(({ number }) => wanted.includes(number));

	it('clears just the bits it must', () => {
		const chip = fresh('STM32F405RG');
		const blocks = force(chip.layout, chip.blocks, { nWRP: 0xff0 });
		const { values, also } = freeing(chip.layout, blocks, chip.memory, pick(chip, [1, 2]));
		expect(values).toEqual({ nWRP: 0xff6 });
		expect(also).toEqual([]);
	});

	it('says which pages share the bit', () => {
		const chip = fresh('STM32F103C8');
		const blocks = force(chip.layout, chip.blocks, { WRP0: 0xfe });
		const { values, also } = freeing(chip.layout, blocks, chip.memory, pick(chip, [1]));
		expect(values).toEqual({ WRP0: 0xff });
		expect(numbers(also)).toEqual([0, 2, 3]);
	});

	it('shrinks an area at its ends, and gives it up when the middle is wanted', () => {
		const chip = fresh('STM32L476RG');
		const blocks = force(chip.layout, chip.blocks, { WRP1A_STRT: 2, WRP1A_END: 9 });
		const ends = freeing(chip.layout, blocks, chip.memory, pick(chip, [2, 3, 9]));
		expect([ends.values, numbers(ends.also)]).toEqual([{ WRP1A_STRT: 4, WRP1A_END: 8 }, []]);
		const middle = freeing(chip.layout, blocks, chip.memory, pick(chip, [5]));
		expect(middle.values).toEqual({ WRP1A_STRT: 0xff, WRP1A_END: 0 });
		expect(numbers(middle.also)).toEqual([2, 3, 4, 6, 7, 8, 9]);
	});

	it('tells what it cannot free: bank 2, and chips whose option bytes are shown only', () => {
		const chip = fresh('STM32L476RG');
		const blocks = force(chip.layout, chip.blocks, { WRP2A_STRT: 0, WRP2A_END: 1 });
		const second = freeing(chip.layout, blocks, chip.memory, pick(chip, [256]));
		expect([second.values, numbers(second.remaining)]).toEqual([{}, [256]]);
		const h7 = fresh('STM32H743ZI');
		const locked = force(h7.layout, h7.blocks, { WRPSn1: 0xfe });
		expect(numbers(freeing(h7.layout, locked, h7.memory, pick(h7, [0])).remaining)).toEqual([0]);
	});

	it('after freeing, none of the wanted sectors that can be freed is protected', () => {
		const parts = ['STM32F405RG', 'STM32F103C8', 'STM32L053R8', 'STM32L431RC', 'STM32G474RE'];
		const chips = parts.map((part) => fresh(part));
		fc.assert(
			fc.property(fc.constantFrom(...chips), fc.infiniteStream(fc.nat()), (chip, stream) => {
				const next = (): number => stream.next().value as number;
				const fields = chip.layout.words
					.flatMap((word) => word.fields)
					.filter(({ role }) => role === 'write-protection');
				const random = fields.map(({ name, width }): [string, number] => [
					name,
					next() % 2 ** width,
				]);
				const blocks = force(chip.layout, chip.blocks, Object.fromEntries(random));
				const before = protectedSectors(chip.layout, blocks, chip.memory);
				const wanted = before.filter(() => next() % 3 === 0);
				const { values, also, remaining } = freeing(chip.layout, blocks, chip.memory, wanted);
				const after = protectedSectors(chip.layout, edit(chip.layout, blocks, values), chip.memory);
				const gone = before.filter((sector) => !after.includes(sector));
				expect(after.every((sector) => before.includes(sector))).toBe(true);
				expect(wanted.filter((sector) => after.includes(sector))).toEqual(remaining);
				expect(gone.filter((sector) => !wanted.includes(sector))).toEqual(also);
			}),
			{ numRuns: 150 },
		);
	});
});

describe('a plan over protected sectors', () => {
	it('is refused by name, before anything is erased', () => {
		const { memory } = fresh('STM32F405RG');
		const image = [{ address: 0x08000000, data: new Uint8Array(0x5000).fill(1) }];
		const laid = plan(image, memory, { start: false });
		const sectors = memory.flatMap((region) => region.sectors);
		const refused = withWriteProtection(laid, [sectors[1]!, sectors[7]!]);
		expect(refused.runnable).toBe(false);
		expect(refused.diagnostics[0]).toMatchObject({
			severity: 'error',
			code: 'plan.write-protected',
			data: { sectors: 'Sector 1' },
		});
		// One that nobody wants erased keeps the plan from erasing everything at once, and changes nothing else.
		expect(withWriteProtection(laid, [sectors[7]!])).toEqual({ ...laid, restBlank: false });
		expect(withWriteProtection(laid, [])).toBe(laid);
		// So may one that nobody knows of.
		const blank = { ...laid, restBlank: true };
		expect(withWriteProtection(blank, [])).toBe(blank);
		expect(withWriteProtection(blank, undefined)).toEqual({ ...laid, restBlank: false });
	});
});
