// Images that lie outside the chip as the insight worker makes files of them, and a build against a board's bytes.
import { expect, test } from 'vitest';
import { InsightWork } from '#workers/insight-work.ts';
import { ask, bytes, given, none, sample, target } from './insight-files.ts';

test('boot configurations: the boards of the note, refused and possible choices', async () => {
	const work = new InsightWork();
	const boards = await ask(work, 'boards', {});
	expect(boards.length).toBeGreaterThan(0);
	const board = boards.find(({ choices }) => choices.code.length > 0)!;
	const wrong = await ask(work, 'boot', {
		board: board.board,
		config: { data: 'USE_NOTHING', code: board.choices.code[0]!.define },
	});
	expect(wrong.diagnostics.map(({ code }) => code)).toContain('external.combination');
	expect(
		(await ask(work, 'boot', { board: 'none', config: { data: '', code: '' } })).diagnostics,
	).toEqual([]);
});

test('an image linked for SDRAM is made a file for the card, or bytes for the serial flash', async () => {
	const work = new InsightWork();
	// Stack pointer in internal SRAM, reset handler in the image: 8 bytes of table, then a branch.
	const hex = ':02000004C0003A\n:0A00000000000220090000C0FEE726\n:00000001FF\n';
	await ask(work, 'open', { ...none, files: [given('app.hex', hex)] });
	const boards = await ask(work, 'boards', {});
	const board = boards.find(({ choices: { code, binary } }) => {
		const defines = [...code, ...binary].map(({ define }) => define);
		return ['USE_EXTERNAL_SDRAM', 'USE_SDCARD', 'USE_SPI_NOR'].every((one) =>
			defines.includes(one),
		);
	})!;
	const config = { data: board.choices.data[0]!.define, code: 'USE_EXTERNAL_SDRAM' };
	const memory = board.choices.code.find(({ define }) => define === config.code)!.memory;
	expect(memory.address).toBe(0xc0000000);
	const card = await ask(work, 'boot', {
		board: board.board,
		config: { ...config, binary: 'USE_SDCARD', fileName: 'fw.bin' },
	});
	expect(card.model).toBe('BootROM');
	expect([card.file?.name, card.file?.bytes.size, card.file?.address]).toEqual([
		'fw.bin',
		10,
		undefined,
	]);
	const flash = await ask(work, 'boot', {
		board: board.board,
		config: { ...config, binary: 'USE_SPI_NOR', baseOffset: 0x1000, binarySize: 0x1000 },
	});
	expect([flash.file?.bytes.size, flash.file?.address]).toEqual([10, 0x90001000]);
	expect(new Uint8Array(await flash.file!.bytes.arrayBuffer())[4]).toBe(9);
});

test('an image in the chip and outside it is saved in two parts, in any format that holds them', async () => {
	const work = new InsightWork();
	const both = ':020000040800F2\n:0400000001020304F2\n:0200000490006A\n';
	const hex = `${both}:0400100005060708D2\n:00000001FF\n`;
	await ask(work, 'open', { ...none, files: [given('my app.hex', hex)] });
	const saved = async (part: 'internal' | 'external', format: string) => {
		const made = await ask(work, 'part', { part, format });
		if ('failure' in made) throw new Error(made.failure.code);
		return [made.name, ...new Uint8Array(await made.bytes.arrayBuffer())];
	};
	expect(await saved('internal', 'bin')).toEqual(['my app-internal-08000000.bin', 1, 2, 3, 4]);
	expect(await saved('external', 'bin')).toEqual(['my app-external-90000010.bin', 5, 6, 7, 8]);
	const [name, ...text] = await saved('external', 'hex');
	expect(name).toBe('my app-external-90000010.hex');
	expect(String.fromCharCode(...(text as number[]))).toContain(':0400100005060708D2');
	await ask(work, 'open', { ...none, files: [given('inside.hex', both + ':00000001FF\n')] });
	const empty = await ask(work, 'part', { part: 'external', format: 'bin' });
	expect(empty).toMatchObject({ failure: { code: 'write.empty' } });
});

test('a build against a board: bytes that differ by region and section', async () => {
	const work = new InsightWork();
	const files = sample();
	await ask(work, 'open', { ...none, files: [files[0]!] });
	const part = await ask(work, 'part', { part: 'internal', format: 'bin' });
	if ('failure' in part) throw new Error(part.failure.code);
	const data = new Uint8Array(await part.bytes.arrayBuffer());
	// Two bytes of .wave, 32 KiB from 0x08000390 on.
	data[0x1000]! ^= 1;
	data[0x1001]! ^= 1;
	const content = [{ address: 0x08000000, data }];
	const { brief } = await ask(work, 'open', {
		...{ ...none, files, before: [given('old.elf', bytes('beacon-f405rg.elf'))] },
		target: { ...target, live: true, content },
	});
	const { before, parts, regions } = brief!.comparison!;
	expect([before, regions]).toEqual(['STM32F405RG', []]);
	expect(
		parts!.filter(({ differing }) => differing > 0).map(({ name, what }) => [name, what]),
	).toEqual([
		['FLASH', 'region'],
		['.wave', 'section'],
	]);
	expect(parts!.find(({ name }) => name === '.wave')).toMatchObject({
		...{ bytes: 32_768, differing: 2, range: { start: 0x08000390, end: 0x08008390 } },
	});
	expect(parts!.map(({ name }) => name)).not.toContain('.bss');
});
