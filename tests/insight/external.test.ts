// Memory outside the chip by AN5188: how code there runs, what memory.h offers on each board, what it refuses, and what
// becomes of an image under each choice.
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { BootConfig, ExternalBoard } from '#core/external.ts';
import { isFailure } from '#core/failure.ts';
import type { Image } from '#core/image.ts';
import { externalBoards, readExternalBoard } from '#devices/external.ts';
import { factsOf, readAliases, readDmaRules } from '#devices/facts.ts';
import { bootChoices, planBoot } from '#insight/boot-config.ts';
import { makeInsight } from '#insight/insight.ts';
import { build, chip, fill, program, type Part } from './builds.ts';

const board = (name: string): ExternalBoard => externalBoards.find((each) => each.board === name)!;
const h743 = board('STM32H743I-EVAL');
const f723 = board('32F723EDISCOVERY');
const h735 = board('STM32H735G-DK');

/** A program linked for `at`, its stack at `stack`. */
function linked(at: number, stack: number, size = 4000): Image {
	const data = fill(size);
	data.set(new Uint8Array(Uint32Array.from([stack, at + 0x101]).buffer));
	return [{ address: at, data }];
}

const codes = (found: { readonly diagnostics: readonly { readonly code: string }[] }): string[] =>
	found.diagnostics.map(({ code }) => code);

describe('use of external memory', () => {
	const use = (parts: readonly Part[], stack = 0x20001000) => makeInsight(build({ parts, stack }));

	it('is told apart by address: XiP runs in place, BootROM is copied', () => {
		const [vectors, text] = program({ flash: 0x90000000 });
		const xip = use([vectors!, text!]);
		expect(xip.external).toMatchObject({
			model: 'XiP',
			internalBytes: 0,
			externalBytes: 0x188 + text!.size,
		});
		expect(xip.external?.vectors).toMatchObject({ address: 0x90000000, stackPointer: 0x20001000 });
		for (const at of [0x68000000, 0x70000000, 0xc0000000, 0xd0000000]) {
			const [table, code] = program({ flash: at });
			const copied = use([table!, code!]);
			expect(copied.external?.model).toBe('BootROM');
			expect(copied.warnings.map(({ code: each }) => each)).toContain('external.volatile');
		}
		const [nor, code] = program({ flash: 0x60000000 });
		expect(use([nor!, code!]).external?.parts[1]).toMatchObject({
			memory: 'FMC NOR flash',
			code: true,
		});
	});

	it('splits an image, and does not take pictures for code', () => {
		const found = use([
			...program(),
			{ name: '.pictures', at: 0x90000000, size: 5000, kind: 'data' },
			{ name: '.frames', at: 0xd0000000, size: 600, kind: 'zeros' },
		]).external!;
		expect(found.externalBytes).toBe(5000);
		expect(found.internalBytes).toBeGreaterThan(20000);
		expect(found).not.toHaveProperty('model');
		expect(found.parts.map(({ memory, stored, code }) => [memory, stored, code])).toEqual([
			['QSPI/OSPI flash', true, false],
			['external SDRAM', false, false],
		]);
		expect(use(program()).external).toBeUndefined();
	});

	it('wants vectors first where a program outside stands alone', () => {
		const alone = use([
			{ name: '.text', at: 0x90000000, size: 900, kind: 'code', bytes: fill(900) },
		]);
		expect(alone.warnings.map(({ code }) => code)).toContain('external.vectors');
		const called = use([...program(), { name: '.xip', at: 0x90000000, size: 900, kind: 'code' }]);
		expect(called.warnings.map(({ code }) => code)).not.toContain('external.vectors');
	});
});

describe('the choices of memory.h', () => {
	const defines = (from: ExternalBoard) => {
		const { data, code, binary } = bootChoices(from);
		const names = (list: readonly { readonly define: string }[]) =>
			list.map(({ define }) => define);
		return { data: names(data), code: names(code), binary: names(binary) };
	};

	it('are those of each board', () => {
		expect(externalBoards).toHaveLength(6);
		expect(defines(h743)).toEqual({
			data: ['USE_INTERNAL_SRAM', 'USE_EXTERNAL_SRAM', 'USE_EXTERNAL_SDRAM'],
			code: ['USE_QSPI', 'USE_NOR', 'USE_INTERNAL_SRAM', 'USE_EXTERNAL_SRAM', 'USE_EXTERNAL_SDRAM'],
			binary: ['USE_SPI_NOR', 'USE_SDCARD'],
		});
		// No place to keep an image: code runs in place only.
		expect(defines(f723)).toEqual({
			data: ['USE_INTERNAL_SRAM', 'USE_EXTERNAL_PSRAM'],
			code: ['USE_QSPI'],
			binary: [],
		});
		expect(defines(h735)).toMatchObject({
			code: ['USE_OSPI', 'USE_INTERNAL_SRAM', 'USE_EXTERNAL_RAM'],
		});
		expect(defines(board('STM32756G-EVAL')).code).toContain('USE_EXTERNAL_SDRAM');
		const sdram = (from: string) =>
			board(from).memories.find(({ memory }) => memory === 'externalSdram')?.address;
		expect([sdram('STM32756G-EVAL'), sdram('STM32H743I-EVAL')]).toEqual([0xc0000000, 0xd0000000]);
	});

	const qspi = linked(0x90000000, 0x20001000);
	const refused: readonly [string, ExternalBoard, BootConfig][] = [
		[
			'XiP with a BINARY_AREA',
			h743,
			{ data: 'USE_INTERNAL_SRAM', code: 'USE_QSPI', binary: 'USE_SPI_NOR' },
		],
		['BootROM without one', h743, { data: 'USE_INTERNAL_SRAM', code: 'USE_EXTERNAL_SDRAM' }],
		['code on a card', h743, { data: 'USE_INTERNAL_SRAM', code: 'USE_SDCARD' }],
		['code in the serial flash', h743, { data: 'USE_INTERNAL_SRAM', code: 'USE_SPI_NOR' }],
		['data in flash', h743, { data: 'USE_QSPI', code: 'USE_QSPI' }],
		['memory the board has not', h735, { data: 'USE_EXTERNAL_SDRAM', code: 'USE_OSPI' }],
		[
			'BootROM on the F723',
			f723,
			{ data: 'USE_INTERNAL_SRAM', code: 'USE_EXTERNAL_PSRAM', binary: 'USE_SDCARD' },
		],
		['QSPI where there is OSPI', h735, { data: 'USE_INTERNAL_SRAM', code: 'USE_QSPI' }],
	];
	it.each(refused)('refuse %s', (_, from, config) => {
		const planned = planBoot(from, config, qspi);
		expect(codes(planned)).toContain('external.combination');
		expect(planned).not.toHaveProperty('image');
		expect(planned).not.toHaveProperty('file');
	});

	it('leave an XiP image where it is, with the figure of the note', () => {
		const config = { data: 'USE_INTERNAL_SRAM', code: 'USE_QSPI' };
		expect(planBoot(h743, config, qspi)).toEqual({
			model: 'XiP',
			coremark: 2020,
			image: qspi,
			diagnostics: [],
		});
		expect(
			planBoot(f723, { ...config, data: 'USE_EXTERNAL_PSRAM' }, linked(0x90000000, 0x68001000)),
		).toMatchObject({ coremark: 1079, diagnostics: [] });
	});

	it('check code and data area against the image', () => {
		const config = { data: 'USE_INTERNAL_SRAM', code: 'USE_QSPI' };
		expect(codes(planBoot(h743, config, linked(0x60000000, 0x20001000)))).toEqual([
			'external.code-area',
		]);
		expect(codes(planBoot(h743, config, linked(0x90000000, 0xd0001000)))).toEqual([
			'external.stack',
		]);
		expect(
			codes(
				planBoot(h743, { ...config, data: 'USE_EXTERNAL_SDRAM' }, linked(0x90000000, 0xd0001000)),
			),
		).toEqual([]);
		expect(codes(planBoot(h743, config, linked(0x90010000, 0x20001000)))).toEqual([
			'external.vectors',
		]);
	});

	const sdram = linked(0xd0000000, 0x20001000);
	const toFlash: BootConfig = {
		data: 'USE_INTERNAL_SRAM',
		code: 'USE_EXTERNAL_SDRAM',
		binary: 'USE_SPI_NOR',
		baseOffset: 0x20000,
		binarySize: 4000,
	};

	it('move a BootROM image to the serial flash, if BINARY_SIZE holds it', () => {
		expect(planBoot(h743, toFlash, sdram)).toMatchObject({
			model: 'BootROM',
			image: [{ address: 0x90020000, data: sdram[0]!.data }],
			diagnostics: [],
		});
		expect(codes(planBoot(h743, { ...toFlash, binarySize: 3999 }, sdram))).toEqual([
			'external.too-large',
		]);
		expect(codes(planBoot(h743, { ...toFlash, baseOffset: 0x0fffff00 }, sdram))).toEqual([
			'external.beyond-memory',
		]);
		const [first] = sdram;
		const gap = [first!, { address: 0xd0002000, data: fill(16) }];
		const [stored] = planBoot(h743, { ...toFlash, binarySize: 0x4000 }, gap).image!;
		expect(stored!.data.length).toBe(0x2010);
		expect([...stored!.data.subarray(0x1ff0, 0x2000)]).toEqual(Array(16).fill(0xff));
		// Far apart: no gigabyte is made of it.
		expect(
			codes(
				planBoot(h743, { ...toFlash, binarySize: 0xffffffff }, [
					first!,
					{ address: 0xdfff0000, data: fill(16) },
				]),
			),
		).toEqual(['external.too-large']);
	});

	it('export it for the card under BINARY_FILENAME', () => {
		const toCard = { ...toFlash, binary: 'USE_SDCARD', fileName: 'Project.bin' };
		expect(planBoot(h743, toCard, sdram)).toMatchObject({
			model: 'BootROM',
			file: { name: 'Project.bin', data: sdram[0]!.data },
			diagnostics: [],
		});
		for (const fileName of ['', '../boot.bin', 'a/b.bin', 'a\u0000.bin', '.'])
			expect(codes(planBoot(h743, { ...toCard, fileName }, sdram)), fileName).toContain(
				'external.no-binary-name',
			);
	});

	it('never throw, whatever is chosen', () => {
		const define = fc.constantFrom(
			'USE_QSPI',
			'USE_OSPI',
			'USE_NOR',
			'USE_INTERNAL_SRAM',
			'USE_EXTERNAL_SDRAM',
			'USE_SDCARD',
			'USE_SPI_NOR',
			'constructor',
			'',
		);
		const anyConfig = fc.record(
			{
				data: define,
				code: define,
				binary: define,
				baseOffset: fc.double(),
				binarySize: fc.double(),
				fileName: fc.string(),
			},
			{ requiredKeys: ['data', 'code'] },
		);
		const anyImage = fc.constantFrom<Image>([], qspi, sdram, linked(0x20000000, 0x20001000), [
			...sdram,
			{ address: 0xdffffff0, data: fill(16) },
		]);
		fc.assert(
			fc.property(
				fc.constantFrom(...externalBoards),
				anyConfig,
				anyImage,
				(from, config, image) => {
					const planned = planBoot(from, config, image);
					const made = planned.file?.data.length ?? planned.image?.[0]?.data.length ?? 0;
					expect(made).toBeLessThanOrEqual(64 * 1024 * 1024);
				},
			),
		);
	});
});

describe('the files of facts', () => {
	it('are refused where they are wrong', () => {
		const wrong = (read: () => unknown): boolean => {
			try {
				read();
				return false;
			} catch (error) {
				return isFailure(error, 'device.field');
			}
		};
		expect(wrong(() => readExternalBoard({ board: 'x' }))).toBe(true);
		expect(wrong(() => readDmaRules({ rules: [{ families: ['STM32F4'] }] }))).toBe(true);
		expect(wrong(() => readAliases({ aliases: [{ name: 'x' }] }))).toBe(true);
		expect(wrong(() => readDmaRules(null))).toBe(true);
	});

	it('name memories and families that the catalogue has', () => {
		for (const part of [
			'STM32F407VG',
			'STM32F303CC',
			'STM32F746ZG',
			'STM32H743ZI',
			'STM32H723ZG',
		]) {
			const { device } = chip(part);
			const known = new Set(device!.memory.map(({ name }) => name));
			const { dma } = factsOf(device);
			expect(dma.length, part).toBeGreaterThan(0);
			expect(
				dma.flatMap(({ memories }) => memories).some((name) => known.has(name)),
				part,
			).toBe(true);
		}
		// CCM of a G4 is on the bus; nothing is claimed of it.
		expect(factsOf(chip('STM32G474RE').device).dma).toEqual([]);
		expect(factsOf(undefined)).toEqual({ dma: [], aliases: [] });
	});
});
