// Every layout of option bytes: it fits its schema, its chips and their option areas; then words typed from the
// reference manuals.
import { describe, expect, it } from 'vitest';
import schema from '../../devices/options/options.schema.json';
import { isFailure } from '#core/failure.ts';
import { flashSectors } from '#core/memory.ts';
import { fieldValue, readWords, type OptionBlock, type OptionLayout } from '#core/options.ts';
import { devices, findByPart } from '#devices/index.ts';
import { readOptionFile } from '#devices/options-file.ts';
import { optionLayouts, optionsOf } from '#devices/options.ts';
import { schemaErrors } from './schema-check.ts';

const files = import.meta.glob<object>(
	['/devices/options/*.json', '!/devices/options/options.schema.json'],
	{ eager: true, import: 'default' },
);

const layoutOf = (part: string): OptionLayout => optionsOf(findByPart(part)[0]!)!;

/** A block with these 32-bit words, from an address on. */
function block(address: number, ...words: readonly number[]): OptionBlock {
	const bytes = new Uint8Array(words.length * 4);
	const view = new DataView(bytes.buffer);
	for (const [i, word] of words.entries()) view.setUint32(4 * i, word, true);
	return { address, bytes };
}

describe('every layout', () => {
	it('fits the schema', () => {
		expect(Object.keys(files).length).toBeGreaterThan(40);
		for (const [path, content] of Object.entries(files))
			expect(schemaErrors(content, schema, path)).toEqual([]);
	});

	it('is about chips of the catalogue, each chip described once', () => {
		const known = new Set(devices.map(({ productId }) => productId));
		const named = optionLayouts.flatMap(({ products }) => products);
		expect(named.filter((id) => !known.has(id))).toEqual([]);
		expect(new Set(named).size).toBe(named.length);
	});

	it('describes what is not in the list of those we do not know', () => {
		const unknown = new Set(
			devices.filter((device) => !optionsOf(device)).map(({ productId }) => productId.toString(16)),
		);
		// WB0, WL3, C5, U0, U3, WBA, H5E, H7RS and N6: layouts that are not known to us with certainty.
		expect([...unknown].sort()).toEqual(
			'1e 27 28 32 42a 44e 44f 454 459 45a 47a 485 486 489 492 4b0 4b2'.split(' '),
		);
	});

	it('has its words inside the option area of each of its chips', () => {
		for (const device of devices) {
			const layout = optionsOf(device);
			if (!layout) continue;
			const areas = device.memory.filter(({ kind }) => kind === 'option-bytes');
			const outside = layout.words.filter(
				({ address }) =>
					!areas.some(({ range }) => range.start <= address && address + 4 <= range.end),
			);
			expect([device.name, outside.map(({ name }) => name)]).toEqual([device.name, []]);
		}
	});

	it('agrees with the device file about the bit that cuts the flash', () => {
		for (const device of devices) {
			const layout = optionsOf(device);
			const place = device.registers.layoutBit;
			const name = device.layouts[0].when?.split('=')[0];
			if (!layout || !place || name === undefined) continue;
			const word = layout.words.find(({ address }) => address === place.address);
			const field = word?.fields.find(({ low, width }) => low === place.bit && width === 1);
			expect([device.name, field?.role]).toEqual([device.name, 'bank']);
		}
	});

	it('can say of every sector whether it is protected, where it has rules by bit', () => {
		for (const device of devices) {
			const layout = optionsOf(device);
			const bits = layout?.protects.filter((rule) => rule.kind === 'bits') ?? [];
			if (!layout || bits.length === 0 || layout.title.includes('H7')) continue;
			const sectors = flashSectors(device.layouts[0].flash);
			const width = bits
				.map(
					(rule) =>
						layout.words.flatMap(({ fields }) => fields).find((f) => f.name === rule.field)!.width,
				)
				.reduce((sum, one) => sum + one, 0);
			const unit = bits[0]!.unit;
			const reach = bits.some(({ lastTakesRest }) => lastTakesRest)
				? Infinity
				: 'bytes' in unit
					? width * unit.bytes
					: width * unit.sectors;
			const need = 'bytes' in unit ? device.flashSize : sectors.length;
			expect([device.name, reach >= need]).toEqual([device.name, true]);
		}
	});

	it('names every way to lock a chip for good', () => {
		for (const layout of optionLayouts) {
			const fields = layout.words.flatMap((word) => word.fields);
			const { permanent, field } = layout.readout;
			if (layout.notWritable !== undefined) continue;
			const readout = fields.find(({ name }) => name === field);
			expect(readout?.commitment?.back).toBe(permanent === undefined ? undefined : 'never');
			for (const { name, role, commitment, readOnly } of fields) {
				if (name === 'BOOT_LOCK') expect(commitment?.back).toBe('never');
				if (role === 'secure' || role === 'pcrop')
					expect([layout.id, name, readOnly || commitment !== undefined]).toEqual([
						layout.id,
						name,
						true,
					]);
			}
		}
	});
});

describe('words from the manuals', () => {
	it('F103: 0x00FF5AA5 is a factory-fresh chip (PM0075 2.5)', () => {
		const blocks = [block(0x1ffff800, 0x00ff5aa5, 0x00ff00ff, 0x00ff00ff, 0x00ff00ff)];
		const layout = layoutOf('STM32F103C8');
		expect(readWords(layout, blocks).every(({ consistent }) => consistent)).toBe(true);
		for (const field of layout.words.flatMap(({ fields }) => fields))
			expect([field.name, fieldValue(layout, blocks, field.name)]).toEqual([
				field.name,
				field.factory,
			]);
	});

	it('F072: 0x00FF55AA (RM0091 4)', () => {
		const blocks = [block(0x1ffff800, 0x00ff55aa)];
		expect(fieldValue(layoutOf('STM32F072CB'), blocks, 'RDP')).toBe(0xaa);
		expect(readWords(layoutOf('STM32F072CB'), blocks)[0]!.consistent).toBe(true);
	});

	it('F405: RDP, BOR_LEV and nWRP lie where RM0090 3.6 says', () => {
		const layout = layoutOf('STM32F405RG');
		const blocks = [block(0x1fffc000, 0xffffaaec, 0, 0xffff0ff7, 0)];
		expect(fieldValue(layout, blocks, 'RDP')).toBe(0xaa);
		expect(fieldValue(layout, blocks, 'BOR_LEV')).toBe(3);
		expect(fieldValue(layout, blocks, 'nWRP')).toBe(0xff7);
	});

	it('L476: the production value 0xFFEFF8AA (RM0351 3.7.8)', () => {
		const layout = layoutOf('STM32L476RG');
		const blocks = [block(0x1fff7800, 0xffeff8aa, 0x00100755)];
		const values = layout.words[0]!.fields.map(({ name, factory }) => [name, factory]);
		for (const [name, factory] of values)
			expect([name, fieldValue(layout, blocks, name as string)]).toEqual([name, factory]);
		expect(readWords(layout, blocks)[0]!.consistent).toBe(true);
	});

	it('G474: 0xFFEFF8AA too (RM0440 3.7.8)', () => {
		const layout = layoutOf('STM32G474RE');
		const blocks = [block(0x1fff7800, 0xffeff8aa)];
		for (const { name, factory } of layout.words[0]!.fields)
			expect([name, fieldValue(layout, blocks, name)]).toEqual([name, factory]);
	});

	it('H743: OPTSR_CUR 0x1BC6AAF0 is open and not swapped (RM0433 4.9.8)', () => {
		const layout = layoutOf('STM32H743ZI');
		const blocks = [block(0x5200201c, 0x1bc6aaf0)];
		expect(fieldValue(layout, blocks, 'RDP')).toBe(0xaa);
		expect(fieldValue(layout, blocks, 'SWAP_BANK_OPT')).toBe(0);
		expect(fieldValue(layout, blocks, 'IWDG1_SW')).toBe(1);
	});
});

describe('a hostile layout', () => {
	const good = structuredClone(files['/devices/options/stm32f405.json']) as Record<string, unknown>;
	const broken: readonly [string, object][] = [
		['a strange key', { surprise: 1 }],
		['a field twice', { words: [...(good['words'] as object[]), ...(good['words'] as object[])] }],
		['an unknown field in a rule', { protects: [{ kind: 'pages', start: 'A', end: 'B' }] }],
		[
			'bits beyond the word',
			{
				words: [
					{
						name: 'W',
						address: '0x0',
						fields: [{ name: 'RDP', bits: '40', role: 'other', text: 'x' }],
					},
				],
			},
		],
		[
			'bits that overlap',
			{
				words: [
					{
						name: 'W',
						address: '0x0',
						fields: ['a', 'b'].map((name) => ({ name, bits: '3:0', role: 'other', text: 'x' })),
					},
				],
			},
		],
		['an odd address', { words: [{ name: 'W', address: '0x2', fields: [] }] }],
		['no words', { words: null }],
		[
			'a meaning that does not fit',
			{
				words: [
					{
						name: 'W',
						address: '0x0',
						fields: [{ name: 'RDP', bits: '0', role: 'other', text: 'x', means: { '0xFF': 'y' } }],
					},
				],
			},
		],
	];
	it.each(broken)('%s is refused by its place', (_, change) => {
		try {
			readOptionFile({ ...good, ...change }, 'x');
			expect.unreachable();
		} catch (error) {
			expect(isFailure(error, 'device.field')).toBe(true);
		}
	});
	it('anything else is refused too', () => {
		for (const value of [null, 1, 'x', [], {}, { words: 3 }])
			expect(() => readOptionFile(value, 'x')).toThrow();
	});
});
