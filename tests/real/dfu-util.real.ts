// Debian's dfu-util, unmodified, against the simulated DfuSe ROM (AN3156, UM0424): older and newer transfer sizes,
// unequal sectors, two banks.
import { describe, expect } from 'vitest';
import { firmware, same } from './firmware.ts';
import { bus } from './bus.ts';
import { run, type Ended } from './clients/run.ts';
import { workspace } from './clients/workspace.ts';
import { encodeDfuse } from '../formats/encode.ts';
import type { BoardOptions, PluggedBoard } from './hub.ts';
import { real } from './needs.ts';

const FLASH = 0x08000000;
const SIZE = 100_000;

/** Names as boards print them, in order of their alternate settings. */
const parts = [
	{
		part: 'STM32F072RB',
		names: ['@Internal Flash  /0x08000000/064*0002Kg', '@Option Bytes  /0x1FFFF800/01*016 e'],
	},
	{
		part: 'STM32F405RG',
		names: [
			'@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg',
			'@Option Bytes  /0x1FFFC000/01*016 e',
			'@OTP Memory /0x1FFF7800/01*512 e,01*016 e',
			'@Device Feature/0xFFFF0000/01*004 e',
		],
	},
	{ part: 'STM32F746NG', names: ['@Internal Flash  /0x08000000/04*032Kg,01*128Kg,03*256Kg'] },
	// No public log of this one: the name is ours, in the same notation, one run for each bank.
	{ part: 'STM32L476RG', names: ['@Internal Flash  /0x08000000/256*002Kg/0x08080000/256*002Kg'] },
	{
		part: 'STM32H743ZI',
		names: ['@Internal Flash   /0x08000000/16*128Kg', '@Option Bytes   /0x5200201C/01*128 e'],
	},
];

const { plugIn } = bus();
const { path, put, get } = workspace();
const needs = ['boards', 'dfu-util'] as const;
let files = 0;

const plug = (part: string, options: Partial<BoardOptions> = {}): PluggedBoard =>
	plugIn({ part, cable: 'usb', ...options });

const dfuUtil = (...args: string[]): Promise<Ended> => run('dfu-util', args);

async function succeed(...args: string[]): Promise<string> {
	const { code, text } = await dfuUtil(...args);
	expect(code, text).toBe(0);
	return text;
}

/** Reads flash into a new file; dfu-util refuses to write over one. */
async function upload(address: number, length: number): Promise<Uint8Array> {
	const name = `upload-${files++}.bin`;
	await succeed('-a', '0', '-s', `${address}:${length}`, '-U', path(name));
	return get(name);
}

/** Old content everywhere, so that what was not erased shows. */
function filled(part: string): PluggedBoard {
	const blank = plug(part);
	const content = [{ address: FLASH, data: firmware(FLASH, flashSize(blank), 99) }];
	blank.remove();
	return plug(part, { content });
}

const flashSize = (board: PluggedBoard): number =>
	board.simulated.board.sectors.at(-1)!.range.end - FLASH;

describe('dfu-util and what only some ROMs have', () => {
	// dfu-util waits 35 s after a mass erase when it is told to wait 100 ms, so the boards are erased together.
	real(needs, 'does a mass erase of three boards at once', async () => {
		const image = firmware(FLASH, 512);
		const file = put('image.bin', image);
		const modifiers = `${FLASH}:mass-erase:force`;
		const boards = ['STM32F072RB', 'STM32F405RG', 'STM32F746NG'].map(filled);
		await Promise.all(
			boards.map(({ usbPath }) => succeed('-p', usbPath, '-a', '0', '-s', modifiers, '-D', file)),
		);
		for (const board of boards) {
			expect(same(board.peek(FLASH, 512), image)).toBe(true);
			const rest = board.peek(FLASH + 512, flashSize(board) - 512);
			expect(rest.every((byte) => byte === 0xff)).toBe(true);
		}
	});

	real(needs, 'is refused a mass erase by an H743, whose ROMs do not all have one', async () => {
		const board = filled('STM32H743ZI');
		const file = put('image.bin', firmware(FLASH, 512));
		const { code, text } = await dfuUtil('-a', '0', '-s', `${FLASH}:mass-erase:force`, '-D', file);
		expect(code, text).not.toBe(0);
		expect(board.simulated.board.events).toEqual([]);
	});

	real(needs, 'writes a file for flash and one-time memory, each by its own setting', async () => {
		const board = filled('STM32F405RG');
		const OTP = 0x1fff7800;
		const [flash, once] = [firmware(FLASH, 3000, 5), firmware(OTP, 32, 6)];
		const file = encodeDfuse([
			{ alternateSetting: 0, name: 'flash', elements: [{ address: FLASH, data: flash }] },
			{ alternateSetting: 2, name: 'once', elements: [{ address: OTP, data: once }] },
		]);
		const text = await succeed('-D', put('two.dfu', file));
		expect(text).toContain('Image for alternate setting 2');
		expect(same(board.peek(FLASH, flash.length), flash)).toBe(true);
		expect(board.peek(OTP, once.length)).toEqual(once);
	});
});

for (const { part, names } of parts) {
	describe(`dfu-util and a ${part}`, () => {
		real(needs, 'lists its alternate settings by their exact names', async () => {
			plug(part);
			const text = await succeed('-l');
			for (const [alt, name] of names.entries()) {
				expect(text).toContain(`alt=${alt}, name="${name}"`);
			}
		});

		real(needs, 'downloads, uploads the same, and leaves other sectors alone', async () => {
			const board = filled(part);
			const image = firmware(FLASH, SIZE);
			await succeed('-a', '0', '-s', `${FLASH}`, '-D', put('image.bin', image));
			expect(same(board.peek(FLASH, SIZE), image)).toBe(true);
			const end = board.simulated.board.sectors.find(({ range }) => range.end >= FLASH + SIZE)!
				.range.end;
			const rest = firmware(FLASH, flashSize(board), 99).subarray(end - FLASH);
			expect(same(board.peek(end, rest.length), rest)).toBe(true);
			expect(board.simulated.mode).toBe('bootloader');
			expect(same(await upload(FLASH, SIZE), image)).toBe(true);
		});

		real(needs, 'downloads and leaves: the program starts and the device is gone', async () => {
			const board = filled(part);
			const image = firmware(FLASH, 5000);
			await succeed('-a', '0', '-s', `${FLASH}:leave`, '-D', put('image.bin', image));
			expect(same(board.peek(FLASH, 5000), image)).toBe(true);
			await expect.poll(() => board.simulated.board.executed).toBe(FLASH);
			expect(board.simulated.mode).toBe('application');
			expect(await succeed('-l')).not.toContain('Found DFU');
		});

		real(needs, 'writes a file of two targets', async () => {
			const board = filled(part);
			const second = FLASH + flashSize(board) - 8192;
			const [low, high] = [firmware(FLASH, 3000, 5), firmware(second, 7001, 6)];
			const file = encodeDfuse([
				{ alternateSetting: 0, name: 'low', elements: [{ address: FLASH, data: low }] },
				{ alternateSetting: 0, name: 'high', elements: [{ address: second, data: high }] },
			]);
			await succeed('-D', put('two.dfu', file));
			expect(same(board.peek(FLASH, low.length), low)).toBe(true);
			expect(same(board.peek(second, high.length), high)).toBe(true);
		});

		real(needs, 'is stopped by dfu-util before an address that is no memory', async () => {
			const board = filled(part);
			const end = FLASH + flashSize(board);
			const file = put('image.bin', firmware(end, 512));
			const { code, text } = await dfuUtil('-a', '0', '-s', `${end}`, '-D', file);
			expect(code, text).not.toBe(0);
			expect(text).toContain('is not writeable');
			expect(board.simulated.board.events).toEqual([]);
		});

		real(needs, 'refuses an address that is no memory when dfu-util is forced', async () => {
			const board = filled(part);
			const end = FLASH + flashSize(board);
			const file = put('image.bin', firmware(end, 512));
			const { code, text } = await dfuUtil('-a', '0', '-s', `${end}:force`, '-D', file);
			expect(code, text).not.toBe(0);
			expect(board.simulated.board.events).toEqual([]);
			expect(text).toContain('SET_ADDRESS not correctly executed');
		});

		real(needs, 'unprotects: everything is erased and the device comes back', async () => {
			const board = filled(part);
			board.simulated.board.readoutProtection = 1;
			const refused = await dfuUtil('-a', '0', '-s', `${FLASH}:64`, '-U', path(`no-${files++}`));
			expect(refused.code, refused.text).not.toBe(0);
			await board.restart();
			await dfuUtil(
				'-a',
				'0',
				'-s',
				`${FLASH}:unprotect:force`,
				'-D',
				put('none.bin', firmware(FLASH, 16)),
			);
			await expect.poll(() => board.simulated.board.readoutProtection).toBe(0);
			expect(board.peek(FLASH, 4096).every((byte) => byte === 0xff)).toBe(true);
			expect(await succeed('-l')).toContain('Found DFU');
		});
	});
}
