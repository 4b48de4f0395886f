// Files of our writers, read by the tools of the trade: they must find the same bytes at the same places.
import { describe, expect } from 'vitest';
import { buildImage, extent, readImage } from '#core/image.ts';
import { writers } from '#formats/writers.ts';
import { run } from './clients/run.ts';
import { workspace } from './clients/workspace.ts';
import { firmware, same } from './firmware.ts';
import { real } from './needs.ts';

const FLASH = 0x08000000;
const { path, put, get } = workspace();
/** A hole, a 64 KiB border in the middle of a line, odd lengths. */
const image = buildImage([
	{ address: FLASH, data: firmware(FLASH, 5001, 1) },
	{ address: 0x0801fff3, data: firmware(FLASH, 333, 2) },
]);
const range = extent(image)!;
const flat = readImage(image, range, 0xff);
const facts = { name: 'sectorwise', entryPoint: FLASH + 1, family: 'STM32F4' };

async function tool(program: string, ...args: string[]): Promise<string> {
	const { code, text } = await run(program, args);
	expect(code, text).toBe(0);
	return text;
}

function write(id: string): string {
	const writer = writers.find((one) => one.id === id)!;
	return put(`saved${writer.extension}`, writer.write(image, facts));
}

describe('files of our writers', () => {
	for (const [id, format] of [
		['hex', '-intel'],
		['srec', '-motorola'],
	] as const) {
		real(['srec_cat'], `${id} is read by srec_cat, without a warning`, async () => {
			const back = [write(id), format, '-offset', `-${FLASH}`];
			const fill = ['-fill', '0xff', '0', String(flat.length)];
			const said = await tool('srec_cat', ...back, ...fill, '-o', path('back.bin'), '-binary');
			expect(said).not.toMatch(/warning/i);
			expect(same(get('back.bin'), flat)).toBe(true);
		});

		real(['arm-none-eabi-objcopy'], `${id} is read by objcopy`, async () => {
			const kind = id === 'hex' ? 'ihex' : 'srec';
			const how = ['-I', kind, '-O', 'binary', '--gap-fill', '0xff'];
			await tool('arm-none-eabi-objcopy', ...how, write(id), path('copied.bin'));
			expect(same(get('copied.bin'), flat)).toBe(true);
		});
	}

	real(['dfu-suffix'], 'dfu has a suffix that dfu-suffix finds right', async () => {
		const said = await tool('dfu-suffix', '-c', write('dfu'));
		expect(said).toMatch(/Vendor ID:\s*0x0483/i);
		expect(said).toMatch(/Product ID:\s*0xDF11/i);
	});

	real(['dfuse-pack'], 'dfu is taken apart by dfuse-pack into the same parts', async () => {
		await tool('dfuse-pack', '-d', write('dfu'));
		for (const [index, { data }] of image.entries()) {
			const found = get(`saved.dfu.target0.image${index}.bin`);
			expect(same(found, data)).toBe(true);
		}
	});
});
