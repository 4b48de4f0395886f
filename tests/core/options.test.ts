// Words to fields and back, complements, and what a change does in words.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFailure } from '#core/failure.ts';
import { effectsOf, phraseFor, valueText } from '#core/option-effects.ts';
import {
	changes,
	edit,
	fieldValue,
	findField,
	isWritable,
	readoutLevel,
	readWords,
} from '#core/options.ts';
import { devices } from '#devices/index.ts';
import { optionLayouts } from '#devices/options.ts';
import { force, fresh } from './option-chips.ts';

describe('words and fields', () => {
	const writable = optionLayouts.filter(({ notWritable }) => notWritable === undefined);
	const chips = writable.map((layout) => {
		const device = devices.find(({ productId }) => productId === layout.products[0])!;
		return fresh(device.parts[0]!);
	});

	it('a set field reads as set, no other changes, and every touched word is consistent', () => {
		fc.assert(
			fc.property(
				fc.constantFrom(...chips),
				fc.nat(),
				fc.nat(0xffffffff),
				({ layout, blocks }, pick, random) => {
					const fields = layout.words
						.flatMap((word) => word.fields)
						.filter(({ name }) => isWritable(layout, blocks, name));
					const field = fields[pick % fields.length]!;
					const value = random % 2 ** field.width;
					const after = edit(layout, blocks, { [field.name]: value });
					expect(fieldValue(layout, after, field.name)).toBe(value);
					expect(changes(layout, blocks, after).every((one) => one.field === field)).toBe(true);
					expect(readWords(layout, after).some(({ consistent }) => consistent === false)).toBe(
						false,
					);
					expect(after.map(({ bytes }) => bytes.length)).toEqual(
						blocks.map(({ bytes }) => bytes.length),
					);
				},
			),
		);
	});

	it('keeps the bits nobody described', () => {
		const { layout } = fresh('STM32F405RG');
		const bytes = Uint8Array.from({ length: 16 }, (_, i) => 0x31 + 7 * i);
		const [after] = edit(layout, [{ address: 0x1fffc000, bytes }], { BOR_LEV: 1 });
		expect(after!.bytes[0]).toBe((bytes[0]! & ~0x0c) | 0x04);
		expect([...after!.bytes.slice(1)]).toEqual([...bytes.slice(1)]);
	});

	it('writes complements as each family wants them', () => {
		const f1 = fresh('STM32F103C8');
		const [first] = edit(f1.layout, f1.blocks, { WRP0: 0xfe });
		expect([...first!.bytes.slice(8, 10)]).toEqual([0xfe, 0x01]);
		const l0 = fresh('STM32L053R8');
		const [low] = edit(l0.layout, l0.blocks, { WRPROT1_LOW: 0x8001 });
		expect([...low!.bytes.slice(8, 12)]).toEqual([0x01, 0x80, 0xfe, 0x7f]);
		const l4 = fresh('STM32L431RC');
		const [wide] = edit(l4.layout, l4.blocks, { nBOOT0: 0 });
		expect(wide!.bytes.slice(0, 4).map((byte) => byte ^ 0xff)).toEqual(wide!.bytes.slice(4, 8));
	});

	it('refuses what is not there, not written from here, or too large', () => {
		const f405 = fresh('STM32F405RG');
		for (const values of [{ TZEN: 1 }, { RDP: 256 }, { RDP: -1 }, { RDP: 1.5 }, { RDP: NaN }])
			expect(() => edit(f405.layout, f405.blocks, values as never)).toThrow();
		const l476 = fresh('STM32L476RG');
		for (const name of ['PCROP1_STRT', 'WRP2A_END'])
			expect(() => edit(l476.layout, l476.blocks, { [name]: 0 })).toThrow();
		const h743 = fresh('STM32H743ZI');
		try {
			edit(h743.layout, h743.blocks, { BOOT_ADD0: 0 });
			expect.unreachable();
		} catch (error) {
			expect(isFailure(error, 'option.not-writable')).toBe(true);
		}
	});

	it('reads nothing where the bootloader shows nothing', () => {
		const { layout } = fresh('STM32L476RG');
		const short = [{ address: 0x1fff7800, bytes: new Uint8Array(3) }];
		expect(readoutLevel(layout, short)).toBeUndefined();
		expect(readWords(layout, [])[0]).toMatchObject({ raw: undefined, consistent: undefined });
	});

	it('knows the level by its value: anything but the two named ones is level 1', () => {
		const { layout, blocks } = fresh('STM32F407VG');
		const levels = [0xaa, 0xcc, 0x00, 0xff, 0x55].map((RDP) =>
			readoutLevel(layout, force(layout, blocks, { RDP })),
		);
		expect(levels).toEqual(['open', 'permanent', 'closed', 'closed', 'closed']);
		const f1 = fresh('STM32F103C8');
		expect(readoutLevel(f1.layout, force(f1.layout, f1.blocks, { RDP: 0xcc }))).toBe('closed');
	});
});

describe('effects', () => {
	const facts = { chip: 'STM32F405RG', flashSize: 1 << 20 };
	const told = (part: string, values: Readonly<Record<string, number>>) => {
		const { layout, blocks } = fresh(part);
		const changed = changes(layout, blocks, force(layout, blocks, values));
		return {
			kinds: effectsOf(layout, changed, facts).map(({ kind }) => kind),
			text: effectsOf(layout, changed, facts).map(({ text }) => text),
			phrase: phraseFor(changed),
		};
	};

	it('a harmless change only resets', () => {
		expect(told('STM32F405RG', { BOR_LEV: 1 })).toMatchObject({
			kinds: ['reset'],
			phrase: undefined,
		});
		expect(told('STM32F405RG', {}).kinds).toEqual([]);
	});

	it('level 1 locks and names what opening will cost', () => {
		const { kinds, text, phrase } = told('STM32F405RG', { RDP: 0x00 });
		expect(kinds).toEqual(['lock', 'reset']);
		expect(text[0]).toContain('1 MiB');
		expect(phrase).toBeUndefined();
	});

	it('what cannot be undone wants its phrase', () => {
		expect(told('STM32F405RG', { RDP: 0xcc })).toMatchObject({
			kinds: ['never', 'reset'],
			phrase: 'set RDP for ever',
		});
		expect(told('STM32G431RB', { BOOT_LOCK: 1, SEC_SIZE1: 4 })).toMatchObject({
			kinds: ['never', 'one-way', 'reset'],
			phrase: 'set BOOT_LOCK and SEC_SIZE1 for ever',
		});
		expect(told('STM32F411CE', { SPRMOD: 1 }).phrase).toBe('set SPRMOD until everything is erased');
		expect(told('STM32G431RB', { BOOT_LOCK: 0 }).phrase).toBeUndefined();
	});

	it('boot and bank bits are told', () => {
		expect(told('STM32L431RC', { nSWBOOT0: 0 }).kinds).toEqual(['start', 'reset']);
		expect(told('STM32F429ZI', { DB1M: 1 }).kinds).toEqual(['layout', 'reset']);
	});

	it('writes values as wide as their field', () => {
		const { layout } = fresh('STM32F405RG');
		const { field } = findField(layout, 'RDP')!;
		expect(valueText(field, 0xaa)).toBe('0xAA, level 0: open');
		expect(valueText(field, 0x5)).toBe('0x05, level 1: closed, opened by erasing everything');
		expect(valueText(findField(layout, 'WDG_SW')!.field, 1)).toBe('1, started by software');
		expect(valueText(findField(layout, 'nWRP')!.field, 0xfff)).toBe('0xFFF');
	});
});
