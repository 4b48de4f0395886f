// `devices`: what it prints is the catalogue, and every name finds its chip.
import { describe, expect, it } from 'vitest';
import { devices } from '#devices/index.ts';
import { runWith } from './rig.ts';

interface ChipJson {
	part: string | null;
	productId: string;
	flashSize: number;
	eraseValue: string;
	writeAlign: number;
	banks: { name: string; address: string; size: number; sectors: object[] }[];
	layouts: { id: string; when: string | null; banks: object[] }[];
	ram: object[];
}

const json = async (...words: string[]): Promise<unknown> => {
	const { code, out, err } = await runWith(['devices', ...words, '--json']);
	expect([code, err]).toEqual([0, '']);
	return JSON.parse(out);
};

describe('devices', () => {
	it('lists every part once, as JSON and as a table', async () => {
		const rows = (await json()) as { part: string; flashSize: number }[];
		const parts = devices.flatMap((device) => device.parts);
		expect(rows.map(({ part }) => part)).toEqual([...parts].sort());
		const { out } = await runWith(['devices']);
		const lines = out.trimEnd().split('\n');
		expect(lines.length).toBe(parts.length + 1);
		expect(lines.find((line) => line.startsWith('STM32F405RG '))).toMatch(
			/0x413 +STM32F4 +1 MiB +196 KiB +0xFF +4 +UART USB +4×16K 1×64K 7×128K$/,
		);
	});

	it('describes one chip as the reference manual of the F405 has it', async () => {
		for (const name of ['STM32F405RGT6', 'STM32F405RGT6TR', 'stm32f405rg', 'f405rgt6']) {
			const chip = (await json(name)) as ChipJson;
			expect(chip).toMatchObject({
				part: 'STM32F405RG',
				productId: '0x413',
				flashSize: 1048576,
				eraseValue: '0xFF',
				writeAlign: 4,
				banks: [
					{
						name: 'FLASH_BANK_1',
						address: '0x08000000',
						size: 1048576,
						sectors: [
							{ number: 0, address: '0x08000000', count: 4, size: 16384 },
							{ number: 4, address: '0x08010000', count: 1, size: 65536 },
							{ number: 5, address: '0x08020000', count: 7, size: 131072 },
						],
					},
				],
			});
			expect(chip.ram).toContainEqual({ name: 'CCM_SRAM', address: '0x10000000', size: 65536 });
		}
	});

	it('tells every arrangement with its option bit', async () => {
		const { banks, layouts } = (await json('STM32G474RE')) as ChipJson;
		expect(layouts.map(({ when }) => when)).toEqual(['DBANK=1', 'DBANK=0']);
		expect(banks).toEqual(layouts[0]!.banks);
		expect(banks.map(({ name }) => name)).toEqual(['FLASH_BANK_1', 'FLASH_BANK_2']);
	});

	it('resolves a name with a small x and an ID that one memory has', async () => {
		expect(await json('STM32F405xG')).toMatchObject({ part: null, flashSize: 1048576 });
		const single = devices.find(
			({ productId }) => devices.filter((one) => one.productId === productId).length === 1,
		)!;
		const id = '0x' + single.productId.toString(16).toUpperCase().padStart(3, '0');
		expect(await json(id)).toMatchObject({ productId: id, parts: single.parts });
	});

	it('tells where external memory shows, as the memory map of the H743 has it', async () => {
		const { external } = (await json('STM32H743ZI')) as { external: { address: string }[] };
		expect(external.map(({ address }) => address)).toContain('0x90000000');
	});

	it('says of a chip without flash that it has none', async () => {
		expect(await json('STM32N657X0H3Q')).toMatchObject({
			part: 'STM32N657X0',
			productId: '0x486',
			flashSize: 0,
			eraseValue: null,
			writeAlign: null,
			banks: [],
			timings: null,
			bootloader: { uart: false, dfu: false },
		});
		const { out } = await runWith(['devices', 'STM32N657X0']);
		expect(out).toContain('none of its own');
		expect(out).not.toMatch(/Sectors|Times|erased to/);
	});

	it('says for people what it says as JSON', async () => {
		const { code, out } = await runWith(['devices', 'STM32F405RG']);
		expect(code).toBe(0);
		for (const fact of ['0x413', 'Cortex-M4', '4 × 16 KiB  sectors 0–3', 'CCM_SRAM', 'BOOT0'])
			expect(out).toContain(fact);
		expect(out).not.toMatch(/undefined|NaN|\[object/);
	});

	it('prints every device without a hole', async () => {
		for (const { parts } of devices) {
			const { code, out } = await runWith(['devices', parts[0]!]);
			expect(code).toBe(0);
			expect(out).not.toMatch(/undefined|NaN|\[object/);
		}
	});

	it('names the nearest for what it does not know, as text and as JSON', async () => {
		const text = await runWith(['devices', 'STM32F405RQ']);
		expect([text.code, text.out]).toEqual([1, '']);
		expect(text.err).toContain('STM32F405RG');
		const { code, out, err } = await runWith(['devices', '0x413', '--json']);
		expect([code, err]).toEqual([1, '']);
		const { error } = JSON.parse(out) as { error: { code: string; message: string; next: string } };
		expect(Object.keys(error)).toEqual(['code', 'message', 'next']);
		expect(error.code).toBe('chip.name-ambiguous');
		expect(error.message).toContain('STM32F405OG');
	});

	it('takes one name at a time, also one that looks like an option', async () => {
		expect((await runWith(['devices', 'a', 'b'])).code).toBe(2);
		const { code, out } = await runWith(['devices', '--json', '--', '--json']);
		expect(code).toBe(1);
		expect(out).toContain('chip.name-unknown');
	});
});
