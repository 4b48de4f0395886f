// UF2: blocks in any order, counts, families and flags.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeUf2, joinBytes, little, uf2Blocks } from './encode.ts';
import { codesOf, images, openFirmware, plain, refusal } from './open.ts';

const F4 = 0x57755a57;
const H7 = 0x6db66082;
const RP2040 = 0xe48bff56;
const firmware = (address: number, size: number, value = 1) => [
	{ address, data: new Uint8Array(size).fill(value) },
];
const join = (...parts: Uint8Array[]): Uint8Array => joinBytes(parts);

function patched(at: number, value: number): Uint8Array {
	const file = Uint8Array.from(encodeUf2(firmware(0x08000000, 600)));
	file.set(little(value, 4), at);
	return file;
}

describe('UF2', () => {
	it('reads blocks in any order and names the family', async () => {
		const blocks = uf2Blocks(firmware(0x08004000, 1000), { family: F4 });
		const read = await openFirmware(join(...blocks.reverse()));
		expect(read.image.map(({ address, data }) => [address, data.length])).toEqual([
			[0x08004000, 1000],
		]);
		expect(read).toMatchObject({ format: 'UF2', families: ['STM32F4'], diagnostics: [] });
	});

	it('reads back every image', async () => {
		await fc.assert(
			fc.asyncProperty(images, fc.integer({ min: 1, max: 476 }), async (image, payload) => {
				const read = await openFirmware(encodeUf2(image, { payload }));
				expect(plain(read.image)).toEqual(plain(image));
				expect(read.families).toBeUndefined();
			}),
			{ numRuns: 40 },
		);
	});

	it('leaves blocks out that are not for the main flash, and notes how many', async () => {
		const blocks = uf2Blocks(firmware(0x08000000, 1024));
		blocks[1]!.set([0x01], 8);
		blocks[2]!.set([0x00, 0x10], 8);
		const read = await openFirmware(join(...blocks));
		expect(read.image.map(({ address }) => address)).toEqual([0x08000000, 0x08000300]);
		expect(read.diagnostics).toMatchObject([
			{ severity: 'note', code: 'uf2.skipped', data: { count: 2 } },
		]);
	});

	it('warns of several families', async () => {
		const file = join(
			encodeUf2(firmware(0x08000000, 300), { family: F4 }),
			encodeUf2(firmware(0x08100000, 300), { family: H7 }),
		);
		const read = await openFirmware(file);
		expect(read.families).toEqual(['STM32F4', 'STM32H7']);
		expect(read.diagnostics).toMatchObject([
			{ severity: 'warning', code: 'uf2.families', data: { families: 'STM32F4, STM32H7' } },
		]);
	});

	it('reads the STM32 part of a file for several boards', async () => {
		const file = join(
			encodeUf2(firmware(0x10000000, 300), { family: RP2040 }),
			encodeUf2(firmware(0x08000000, 300), { family: F4 }),
		);
		const read = await openFirmware(file);
		expect(read.image.map(({ address }) => address)).toEqual([0x08000000]);
		expect(read.diagnostics).toMatchObject([
			{ code: 'uf2.other-blocks', data: { count: 2, families: 'RP2040' } },
		]);
	});

	it('refuses a file for another chip', async () => {
		expect(await refusal(encodeUf2(firmware(0x10000000, 300), { family: RP2040 }))).toEqual({
			code: 'uf2.other-chip',
			data: { families: 'RP2040' },
		});
	});

	it('warns of a family it does not know, and reads on', async () => {
		const read = await openFirmware(encodeUf2(firmware(0x08000000, 9), { family: 0x12345678 }));
		expect(codesOf(read)).toEqual(['uf2.unknown-family']);
		expect(read.families).toBeUndefined();
	});

	it('refuses a file with missing blocks, naming the first', async () => {
		const blocks = uf2Blocks(firmware(0x08000000, 1024));
		expect(await refusal(join(blocks[0]!, blocks[3]!))).toEqual({
			code: 'uf2.missing',
			data: { found: 2, expected: 4, block: 1 },
		});
	});

	it('refuses a block that comes twice', async () => {
		const blocks = uf2Blocks(firmware(0x08000000, 512));
		expect(await refusal(join(blocks[0]!, blocks[0]!))).toMatchObject({
			code: 'uf2.damaged',
			data: { offset: 512, what: 'block number', found: 0 },
		});
	});

	it('refuses blocks that overlap with other bytes', async () => {
		const blocks = uf2Blocks([...firmware(0x08000000, 256, 1), ...firmware(0x08000080, 256, 2)]);
		expect(await refusal(join(...blocks))).toMatchObject({
			code: 'file.overlap',
			data: { firstStart: 0x08000000, firstEnd: 0x08000100, secondStart: 0x08000080 },
		});
	});

	const damaged: readonly [string, number, number, object][] = [
		['a block without its mark', 512, 0, { offset: 512, what: 'first word' }],
		['a block without its end mark', 1020, 0, { offset: 512, what: 'last word' }],
		['a payload larger than a block', 16, 477, { offset: 0, what: 'payload size', found: 477 }],
		['a block number beyond the count', 20, 3, { what: 'block number', found: 3 }],
		['a block count that changes', 512 + 24, 9, { offset: 512, found: 9, expected: 3 }],
	];
	for (const [name, at, value, data] of damaged) {
		it(`refuses ${name}`, async () => {
			expect(await refusal(patched(at, value))).toMatchObject({ code: 'uf2.damaged', data });
		});
	}

	it('refuses a file that ends inside a block', async () => {
		expect(await refusal(patched(0, 0x0a324655).subarray(0, 700))).toMatchObject({
			code: 'uf2.damaged',
			data: { offset: 512, found: 188, expected: 512 },
		});
	});

	it('refuses a block beyond the end of the address space', async () => {
		expect(await refusal(patched(12, 0xfffffff0))).toMatchObject({
			code: 'uf2.address',
			data: { offset: 0, address: 0xfffffff0 },
		});
	});
});
