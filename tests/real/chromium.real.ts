// Real Chromium with its real Web Serial and WebUSB: the built app programs simulated boards. The browser's chooser
// is the one thing passed by.
import type { Page } from '@playwright/test';
import { describe, expect } from 'vitest';
import { ask, connect, finished, lost, openImage, program, type Way } from './app.ts';
import { bus } from './bus.ts';
import { realChromium } from './clients/chromium.ts';
import { firmware, same } from './firmware.ts';
import type { PluggedBoard } from './hub.ts';
import { real } from './needs.ts';

const FLASH = 0x08000000;
const PART = 'STM32F405RG';
const LONG_MS = 150_000;
const { plugIn } = bus();
const { open } = realChromium();
const needs = ['boards', 'chromium'] as const;

const ways = [
	{ way: 'UART', cable: 'serial', large: 0x40000 },
	{ way: 'USB', cable: 'usb', large: 0x100000 },
] as const;

/** Opens the image, connects, and presses Program. */
async function begin(page: Page, image: Uint8Array, way: Way): Promise<void> {
	await openImage(page, [{ address: FLASH, data: image }]);
	await connect(page, way);
	await program(page);
}

/** Finished, every byte right, and the program started. */
async function proven(page: Page, board: PluggedBoard, image: Uint8Array): Promise<void> {
	await finished(page);
	expect(same(board.peek(FLASH, image.length), image)).toBe(true);
	await expect.poll(() => board.simulated.board.executed).toBe(FLASH);
	expect(board.simulated.mode).toBe('application');
}

for (const { way, cable, large } of ways) {
	describe(`real Chromium by ${way}`, () => {
		real(needs, 'programs, verifies and starts an F405', async () => {
			const board = plugIn({ part: PART, cable });
			const image = firmware(FLASH, 60_001);
			const page = await open();
			await begin(page, image, { way });
			await proven(page, board, image);
		});

		real(needs, 'loses the board in mid-write, and finishes when it is back', async () => {
			const board = plugIn({ part: PART, cable });
			const image = firmware(FLASH, 60_001);
			const page = await open();
			await begin(page, image, { way });
			const writes = () =>
				board.simulated.board.events.filter(({ kind }) => kind === 'write').length;
			await expect.poll(writes, { timeout: 20_000, interval: 10 }).toBeGreaterThan(8);
			board.simulated.unplug();
			await lost(page);
			expect(same(board.peek(FLASH, image.length), image)).toBe(false);
			board.simulated.replug();
			await connect(page, { way });
			await program(page);
			await proven(page, board, image);
		});

		real(
			needs,
			`programs ${large / 1024} KiB`,
			async () => {
				const board = plugIn({ part: PART, cable, speed: 60 });
				const image = firmware(FLASH, large);
				const page = await open();
				await begin(page, image, { way });
				await proven(page, board, image);
			},
			LONG_MS,
		);
	});
}

describe('real Chromium and its modem lines', () => {
	real(needs, 'resets the board into the ROM and into the program, and nothing else', async () => {
		const board = plugIn({
			part: PART,
			cable: 'serial',
			wiring: { nrst: { line: 'rts', when: true }, boot0: { line: 'dtr', when: false } },
		});
		const image = firmware(FLASH, 3000);
		const page = await open();
		await begin(page, image, { way: 'UART', lines: 'RTS → NRST, DTR → BOOT0' });
		await finished(page);
		expect(same(board.peek(FLASH, image.length), image)).toBe(true);
		await expect.poll(() => board.simulated.mode).toBe('application');
		// Chromium moves DTR, then RTS. Opening asserts both; reset into the ROM; reset into the program; closing.
		const seen = board.lines.map(({ dtr, rts }) => `${dtr ? 'D' : '-'}${rts ? 'R' : '-'}`);
		expect(seen.slice(-9)).toEqual(['DR', '-R', '--', '-R', '--', 'D-', 'DR', 'D-', '--']);
	});
});

describe('real Chromium and devices that change', () => {
	real(needs, 'programs a board that comes back as another device', async () => {
		const board = plugIn({ part: PART, cable: 'usb' });
		const page = await open();
		await begin(page, firmware(FLASH, 4000, 1), { way: 'USB' });
		await proven(page, board, firmware(FLASH, 4000, 1));
		await board.restart();
		const image = firmware(FLASH, 5000, 2);
		await begin(page, image, { way: 'USB' });
		await finished(page);
		expect(same(board.peek(FLASH, image.length), image)).toBe(true);
	});

	real(needs, 'sends an application into its bootloader, which is another device', async () => {
		const board = plugIn({ part: PART, cable: 'usb', boot0: false, quirks: { usb: 'runtime' } });
		const image = firmware(FLASH, 4000);
		const page = await open();
		await openImage(page, [{ address: FLASH, data: image }]);
		await ask(page, { way: 'USB' });
		await expect.poll(() => board.simulated.mode, { timeout: 10_000 }).toBe('bootloader');
		await expect.poll(() => page.getByText(/told to enter its bootloader/).count()).toBe(1);
		await connect(page, { way: 'USB' });
		await program(page);
		await finished(page);
		expect(same(board.peek(FLASH, image.length), image)).toBe(true);
	});

	real(needs, 'programs two boards at once, each from its tab', async () => {
		const [wired, usb] = [
			plugIn({ part: 'STM32G071RB', cable: 'serial' }),
			plugIn({ part: PART, cable: 'usb' }),
		];
		const images = [firmware(FLASH, 40_000, 1), firmware(FLASH, 50_000, 2)] as const;
		const first = await open();
		const second = await open(first);
		await begin(first, images[0], { way: 'UART' });
		await begin(second, images[1], { way: 'USB' });
		await Promise.all([proven(first, wired, images[0]), proven(second, usb, images[1])]);
	});
});
