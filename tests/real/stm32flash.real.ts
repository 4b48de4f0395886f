// Debian's stm32flash, unmodified, against the simulated UART ROM (AN3155): every family of erase command, uniform
// and unequal sectors, and flash that erases to 0.
import { describe, expect } from 'vitest';
import { stm32Crc } from '#core/crc.ts';
import { bus } from './bus.ts';
import { run, type Ended } from './clients/run.ts';
import { workspace } from './clients/workspace.ts';
import { firmware, same } from './firmware.ts';
import type { BoardOptions, PluggedBoard } from './hub.ts';
import { real } from './needs.ts';

const FLASH = 0x08000000;
const SIZE = 50_000;

/** What the client itself calls the part, by the product ID it was told. */
const parts = [
	{ part: 'STM32F103C8', calls: '0x0410 (STM32F10xxx Medium-density)' },
	{ part: 'STM32F405RG', calls: '0x0413 (STM32F40xxx/41xxx)' },
	{ part: 'STM32L152RE', calls: '0x0437 (STM32L1xxxE)' },
	{ part: 'STM32L072RZ', calls: '0x0447 (STM32L07xxx/08xxx)' },
	{ part: 'STM32G071RB', calls: '0x0460 (STM32G07xxx/08xxx)' },
	{ part: 'STM32H743ZI', calls: '0x0450 (STM32H74xxx/75xxx)' },
];

const { plugIn } = bus();
const { path, put, get } = workspace();

const plug = (part: string, options: Partial<BoardOptions> = {}): PluggedBoard =>
	plugIn({ part, cable: 'serial', ...options });

async function stm32flash(board: PluggedBoard, ...args: string[]): Promise<Ended> {
	const ended = await run('stm32flash', ['-b', '115200', ...args, board.tty]);
	return ended;
}

async function succeed(board: PluggedBoard, ...args: string[]): Promise<string> {
	const { code, text } = await stm32flash(board, ...args);
	expect(code, text).toBe(0);
	return text;
}

describe('stm32flash and the lines of a port', () => {
	const needs = ['boards', 'stm32flash'] as const;

	real(needs, 'is answered NACK to a second 0x7F, and goes on', async () => {
		const board = plug('STM32F405RG');
		await succeed(board);
		const text = await succeed(board);
		expect(text).toContain('0x0413');
	});

	real(needs, 'resets into the ROM by RTS and DTR, and out of it', async () => {
		const board = plug('STM32F405RG', {
			wiring: { nrst: { line: 'rts', when: true }, boot0: { line: 'dtr', when: true } },
		});
		await succeed(board, '-i', 'rts&dtr,-rts,:-dtr&rts,-rts');
		// Opening asserts both, as Linux does; then the sequences, whose last word releases the chip.
		expect(board.lines.map(({ dtr, rts }) => `${dtr ? 'D' : '-'}${rts ? 'R' : '-'}`)).toEqual([
			'DR',
			'D-',
			'--',
			'-R',
			'--',
		]);
		expect(board.simulated.mode).toBe('application');
	});
});

for (const { part, calls } of parts) {
	describe(`stm32flash and a ${part}`, () => {
		const needs = ['boards', 'stm32flash'] as const;
		/** Old content everywhere, so that what was not erased shows. */
		const old = (board: PluggedBoard): Uint8Array =>
			firmware(FLASH, board.simulated.board.sectors.at(-1)!.range.end - FLASH, 99);
		const filled = (): PluggedBoard => {
			const blank = plug(part);
			const content = [{ address: FLASH, data: old(blank) }];
			blank.remove();
			return plug(part, { content });
		};

		real(needs, 'identifies it', async () => {
			const text = await succeed(plug(part));
			expect(text).toContain(`Device ID    : ${calls}`);
		});

		real(needs, 'writes, verifies and reads back, and leaves other pages alone', async () => {
			const board = filled();
			const image = firmware(FLASH, SIZE);
			const file = put('image.bin', image);
			const text = await succeed(board, '-w', file, '-v', '-S', `${FLASH}:${SIZE}`);
			expect(text).toMatch(/Wrote and verified address 0x0800c350 \(100\.00%\)/i);
			expect(same(board.peek(FLASH, SIZE), image)).toBe(true);
			const { sectors } = board.simulated.board;
			const end = sectors.find(({ range }) => range.end >= FLASH + SIZE)!.range.end;
			const rest = old(board).subarray(end - FLASH);
			expect(same(board.peek(end, rest.length), rest)).toBe(true);
			await board.restart();
			await succeed(board, '-r', path('back.bin'), '-S', `${FLASH}:${SIZE}`);
			expect(same(get('back.bin'), image)).toBe(true);
		});

		real(needs, 'erases two pages and nothing else', async () => {
			const board = filled();
			const { sectors, memory } = board.simulated.board;
			const [first, second] = [sectors[1]!, sectors[2]!];
			const { start } = first.range;
			const length = second.range.end - start;
			await succeed(board, '-o', '-S', `${start}:${length}`);
			const before = old(board);
			const { eraseValue } = memory.find((region) => region.sectors.includes(first))!;
			before.fill(eraseValue, start - FLASH, second.range.end - FLASH);
			expect(same(board.peek(FLASH, before.length), before)).toBe(true);
		});

		real(needs, 'erases everything', async () => {
			const board = filled();
			const all = board.simulated.board.sectors;
			const [start, middle] = [FLASH, all[all.length / 2]!.range.start];
			const halves = [`${start}:${middle - start}`, `${middle}:${middle - start}`];
			// Sent 0xFFFF, ROMs of the H743 do not all erase (AN2606), so ours refuses; lists of sectors work.
			if (part !== 'STM32H743ZI') await succeed(board, '-o');
			else {
				const refused = await stm32flash(board, '-o');
				expect(refused.text).toContain('Mass erase failed');
				for (const half of halves) await succeed(board, '-o', '-S', half);
			}
			const { range, eraseValue } = board.simulated.board.memory.find(
				(region) => region.kind === 'flash',
			)!;
			const bytes = board.peek(range.start, range.end - range.start);
			expect(bytes.every((byte) => byte === eraseValue)).toBe(true);
		});

		real(needs, 'protects, is refused, and unprotects', async () => {
			const board = filled();
			await succeed(board, '-j');
			expect(board.simulated.board.readoutProtection).toBe(1);
			const refused = await stm32flash(board, '-r', path('none.bin'), '-S', `${FLASH}:256`);
			expect(refused.code, refused.text).toBe(1);
			await board.restart();
			await succeed(board, '-k');
			expect(board.simulated.board.readoutProtection).toBe(0);
			const { eraseValue } = board.simulated.board.memory.find(({ kind }) => kind === 'flash')!;
			expect(board.peek(FLASH, 1024).every((byte) => byte === eraseValue)).toBe(true);
		});

		real(needs, 'starts the program', async () => {
			const board = filled();
			await succeed(board, '-g', '0x0');
			expect(board.simulated.board.executed).toBe(FLASH);
			expect(board.simulated.mode).toBe('application');
		});

		real(needs, 'reckons the same CRC as we do', async () => {
			const board = filled();
			const text = await succeed(board, '-C', '-S', `${FLASH}:4096`);
			const sum = stm32Crc(board.peek(FLASH, 4096)).toString(16).padStart(8, '0');
			expect(text.toLowerCase()).toContain(`= 0x${sum}`);
		});
	});
}
