// Files made here and now by the tools of the trade, read by us and compared byte for byte with what the tools
// themselves make of them.
import { describe, expect } from 'vitest';
import type { Artifact } from '#core/artifact.ts';
import { extent, readImage, type Image } from '#core/image.ts';
import { bytesSource } from '#core/source.ts';
import { openFile } from '#formats/index.ts';
import { run } from './clients/run.ts';
import { workspace } from './clients/workspace.ts';
import { firmware, same } from './firmware.ts';
import { real } from './needs.ts';
import { encodeDfuse } from '../formats/encode.ts';

const FLASH = 0x08000000;
const { path, put, get } = workspace();

async function tool(program: string, ...args: string[]): Promise<string> {
	const { code, text } = await run(program, args);
	expect(code, text).toBe(0);
	return text;
}

const open = (name: string): Promise<Artifact> => openFile(bytesSource(get(name)), name);

async function imageOf(name: string): Promise<Image> {
	const artifact = await open(name);
	if (artifact.kind !== 'firmware') throw new Error(`${name} is ${artifact.kind}`);
	return artifact.image;
}

/** The image as one run of bytes from its first to its last, holes as 0xFF. */
function flat(image: Image): Uint8Array {
	const range = extent(image)!;
	const bytes = new Uint8Array(range.end - range.start).fill(0xff);
	for (const { address, data } of image) bytes.set(data, address - range.start);
	return bytes;
}

const SOURCE = `
	extern unsigned stack_end;
	unsigned changed[700] = { 0x11223344, 5, 6, 7 };
	unsigned zeroed[300];
	const char words[] = "sectorwise, read by strangers";
	void reset(void) { for (;;) zeroed[0] += changed[1]; }
	void hang(void) { for (;;); }
	__attribute__((section(".vectors"), used)) const void *vectors[] =
		{ &stack_end, reset, hang, hang, hang, hang, hang, 0, 0, 0, 0, hang, hang, 0, hang, hang };
	__attribute__((section(".far"), used)) const unsigned far[33] = { 0xcafe, 0xbabe };
`;
const SCRIPT = `
	ENTRY(reset)
	stack_end = 0x20005000;
	SECTIONS {
		.vectors 0x08000000 : { KEEP(*(.vectors)) }
		.text : { *(.text*) *(.rodata*) }
		.data 0x20000000 : AT(LOADADDR(.text) + SIZEOF(.text)) { *(.data*) }
		.bss (NOLOAD) : { *(.bss*) }
		.far 0x08010000 : { KEEP(*(.far)) }
	}
`;
const text = (words: string): Uint8Array => new TextEncoder().encode(words);
let linked: Promise<string> | undefined;

/** Compiles and links once; several tests convert the result. */
const elf = (): Promise<string> =>
	(linked ??= (async () => {
		const [source, script] = [put('main.c', text(SOURCE)), put('main.ld', text(SCRIPT))];
		const options = ['-mcpu=cortex-m4', '-mthumb', '-g', '-nostdlib', '-ffreestanding'];
		await tool('arm-none-eabi-gcc', ...options, '-T', script, '-o', path('app.elf'), source);
		return path('app.elf');
	})());

describe('files of arm-none-eabi-gcc and objcopy', () => {
	const needs = ['arm-none-eabi-gcc', 'arm-none-eabi-objcopy'] as const;
	const objcopy = async (...args: string[]): Promise<string> =>
		tool('arm-none-eabi-objcopy', ...args.slice(0, -1), await elf(), path(args.at(-1)!));

	real(needs, 'reads an ELF as objcopy flattens it', async () => {
		await objcopy('-O', 'binary', '--gap-fill', '0xff', 'flat.bin');
		const image = await imageOf('app.elf');
		expect(extent(image)?.start).toBe(FLASH);
		expect(image.length).toBeGreaterThan(1);
		expect(same(flat(image), get('flat.bin'))).toBe(true);
	});

	real(needs, 'reads its Intel HEX and S-records to the same image', async () => {
		await objcopy('-O', 'ihex', 'app.hex');
		await objcopy('-O', 'srec', 'app.srec');
		await objcopy('-O', 'srec', '--srec-forceS3', '--srec-len=60', 'app.s37');
		const image = await imageOf('app.elf');
		for (const name of ['app.hex', 'app.srec', 'app.s37']) {
			expect(await imageOf(name), name).toEqual(image);
		}
	});

	real(needs, 'reads a binary to the same bytes, and where it belongs', async () => {
		await objcopy('-O', 'binary', '-j', '.vectors', '-j', '.text', '-j', '.data', 'app.bin');
		const artifact = await open('app.bin');
		if (artifact.kind !== 'binary') throw new Error(artifact.kind);
		expect(same(artifact.data, get('app.bin'))).toBe(true);
		expect(artifact.proposedAddress).toBe(FLASH);
	});
});

describe('files of srec_cat', () => {
	const needs = ['srec_cat'] as const;
	const LOW = firmware(FLASH, 5000, 1);
	const HIGH = firmware(FLASH, 333, 2);
	const HIGH_AT = 0x0803fff1;

	/** Two binaries with a hole between them, crossing a 64 KiB border, in the given format. */
	async function convert(name: string, ...format: string[]): Promise<void> {
		const low = [put('low.bin', LOW), '-binary', '-offset', String(FLASH)];
		const high = [put('high.bin', HIGH), '-binary', '-offset', String(HIGH_AT)];
		await tool('srec_cat', ...low, ...high, '-o', path(name), ...format);
	}

	const formats: readonly (readonly [string, readonly string[]])[] = [
		['wide.hex', ['-intel', '-line-length=80']],
		['narrow.hex', ['-intel', '-obs=7']],
		['default.srec', ['-motorola']],
		['wide.s37', ['-motorola', '-address-length=4', '-obs=64']],
		['narrow.s37', ['-motorola', '-address-length=4', '-obs=3']],
	];
	for (const [name, format] of formats) {
		real(needs, `reads ${name} (${format.join(' ')})`, async () => {
			await convert(name, ...format);
			expect(await imageOf(name)).toEqual([
				{ address: FLASH, data: LOW },
				{ address: HIGH_AT, data: HIGH },
			]);
		});
	}

	real(needs, 'agrees with srec_cat on the flat binary of its own file', async () => {
		await convert('app.hex', '-intel');
		const back = [path('app.hex'), '-intel', '-offset', `-${FLASH}`];
		const end = String(HIGH_AT + HIGH.length - FLASH);
		await tool('srec_cat', ...back, '-fill', '0xff', '0', end, '-o', path('flat.bin'), '-binary');
		const image = await imageOf('app.hex');
		expect(same(flat(image), get('flat.bin'))).toBe(true);
		expect(
			same(readImage(image, { start: FLASH, end: FLASH + 16 }, 0xff), LOW.subarray(0, 16)),
		).toBe(true);
	});
});

describe('files of dfu-suffix and dfuse-pack', () => {
	real(['dfu-suffix'], 'reads a binary that dfu-suffix signed', async () => {
		const data = firmware(FLASH, 3001);
		const file = put('signed.dfu', data);
		await tool('dfu-suffix', '-v', '0483', '-p', 'df11', '-a', file);
		const artifact = await open('signed.dfu');
		if (artifact.kind !== 'binary') throw new Error(artifact.kind);
		expect(same(artifact.data, data)).toBe(true);
		expect(artifact.usb).toEqual({ vendorId: 0x0483, productId: 0xdf11 });
	});

	real(['dfu-suffix'], 'finds wrong what dfu-suffix finds wrong', async () => {
		const bytes = encodeDfuse([
			{
				alternateSetting: 0,
				name: 'one',
				elements: [{ address: FLASH, data: firmware(FLASH, 64) }],
			},
		]);
		put('good.dfu', bytes);
		expect((await run('dfu-suffix', ['-c', path('good.dfu')])).code).toBe(0);
		expect(await imageOf('good.dfu')).toHaveLength(1);
		bytes[bytes.length - 40]! ^= 1;
		put('bad.dfu', bytes);
		expect((await run('dfu-suffix', ['-c', path('bad.dfu')])).code).not.toBe(0);
		await expect(open('bad.dfu')).rejects.toMatchObject({ code: 'dfu-file.crc' });
	});

	real(['dfuse-pack'], 'reads a DfuSe file of several targets that dfuse-pack made', async () => {
		const [low, high, once] = [
			firmware(FLASH, 999, 1),
			firmware(FLASH, 256, 2),
			firmware(0, 16, 3),
		];
		const parts = [
			`0x08000000:${put('low.bin', low)}`,
			`0x08020000:${put('high.bin', high)}`,
			`0x1fff7800@2:${put('once.bin', once)}`,
		];
		await tool('dfuse-pack', ...parts.flatMap((part) => ['-b', part]), path('packed.dfu'));
		expect(await imageOf('packed.dfu')).toEqual([
			{ address: FLASH, data: low },
			{ address: 0x08020000, data: high },
			{ address: 0x1fff7800, data: once },
		]);
	});
});
