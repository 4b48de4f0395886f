// The Memory view in the built page, on the virtual board: read, compare, walk by keyboard, find, save; what is refused
// is told, and what was read before a cancel stays.
import type { Locator, Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { expect as base, test } from './fixtures.ts';
import { accessible, fitsPhone } from './screen.ts';

const expect = base.configure({ timeout: 15_000 });
const read = (page: Page): Locator => page.getByRole('button', { name: 'Read', exact: true });
const by = (page: Page): Locator => page.getByLabel('By', { exact: true });
/** The byte the keys move, as a screen reader hears it. */
const cursor = (page: Page): Locator => page.locator('[role=gridcell][aria-label]');
/** The selection, how much it is, and what it is in. */
const where = (page: Page): Locator => page.locator('.where');
const reading = (page: Page): Locator => page.getByRole('region', { name: 'Read from the board' });
const grid = (page: Page): Locator => page.getByRole('grid', { name: 'Memory' });

async function open(page: Page, query: string): Promise<void> {
	await page.goto(`./?board=virtual&${query}`);
	// Then the chip is known, too, and nothing more is asked of the board.
	await expect(page.getByRole('button', { name: /^Program/ })).toBeEnabled();
	await page.evaluate(() => void (location.hash = '#memory'));
	await expect(read(page)).toBeEnabled();
}

test('a sector is read, compared with the firmware, walked through and saved', async ({ page }) => {
	await open(page, 'speed=30');
	await by(page).selectOption('sector');
	await read(page).click();
	await expect(reading(page)).toContainText('Read 16 KiB of STM32F405');
	await page.getByLabel('Compare with').selectOption({ label: 'beacon-f405rg.elf' });
	await expect(page.getByRole('region', { name: 'Differences' })).toContainText('places');
	await accessible(page);
	await fitsPhone(page);

	await grid(page).focus();
	await page.keyboard.press('Control+Home');
	await expect(cursor(page)).toHaveAttribute('aria-label', /^0x08000000, FF, differs: 00/);
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('Shift+ArrowDown');
	await expect(where(page)).toContainText('17 bytes');
	await page.keyboard.press('n');
	await expect(cursor(page)).toHaveAttribute('aria-label', /^0x080001A5, FF, only here/);
	await page.keyboard.press('Shift+N');
	await expect(cursor(page)).toHaveAttribute('aria-label', /^0x08000000/);
	await page.keyboard.press('Control+End');
	await page.keyboard.press('ArrowUp');
	await expect(cursor(page)).toHaveAttribute('aria-label', /no byte, .. on the other side$/);

	await page.getByLabel('File format').selectOption('hex');
	const download = page.waitForEvent('download');
	await page.getByRole('button', { name: 'Save', exact: true }).click();
	const file = await download;
	expect(file.suggestedFilename()).toBe('STM32F405-08000000.hex');
	const text = await readFile(await file.path(), 'latin1');
	expect(text.startsWith(':020000040800F2\n:10000000FFFFFFFF')).toBe(true);
});

test('names, bytes and text are found in a firmware', async ({ page }) => {
	await open(page, 'speed=30');
	const field = page.getByLabel(/^Go to address/);
	await field.fill('main');
	await expect(page.locator('option[value=main]')).toBeAttached();
	await field.press('Enter');
	await expect(where(page)).toContainText('1 byte, in main, in .text, in Sector 0');
	await field.fill('0x20000000');
	await field.press('Enter');
	await expect(page.getByText('Nothing is known of 0x2000_0000')).toBeVisible();
	await page.getByLabel('Find as').selectOption('text');
	await page.getByLabel('Find in memory').fill('beacon');
	await page.getByLabel('Find in memory').press('Enter');
	await expect(page.getByText(/^Found at 0x0800_/)).toBeVisible();
	await expect(where(page)).toContainText('6 bytes');
	await expect(cursor(page)).toHaveAttribute('aria-label', /, 62, b$/);
});

test('over a serial line: fields are checked, refusals told, a cancel keeps what came', async ({
	page,
}) => {
	await open(page, 'transport=uart&speed=5');
	await expect(reading(page)).toContainText('each block is read twice');
	await by(page).selectOption('free');
	await page.getByLabel('Length').fill('0');
	await expect(page.getByText('The length is at least one byte.')).toBeVisible();
	await expect(read(page)).toBeDisabled();
	await page.getByLabel('Start', { exact: true }).fill('0x080FFF80');
	await page.getByLabel('Length').fill('0x100');
	await read(page).click();
	await expect(reading(page)).toContainText('Read 128 bytes of');
	await expect(page.locator('[data-code="memory.not-read"]')).toContainText('0x08100000');

	await page.getByLabel('Start', { exact: true }).fill('0x08000000');
	await page.getByLabel('Length').fill('0x100000');
	await read(page).click();
	const progress = page.getByRole('progressbar', { name: 'Reading' });
	await expect
		.poll(() => progress.evaluate((bar: HTMLProgressElement) => bar.value))
		.toBeGreaterThan(0);
	await page.keyboard.press('Escape');
	await expect(reading(page)).toContainText(/Cancelled\. .+ were read and stay/);
	await expect(read(page)).toBeEnabled();
	await grid(page).focus();
	await page.keyboard.press('Control+End');
	await expect(cursor(page)).toHaveAttribute('aria-label', /^0x080FFFFF, FF/);
	await expect(grid(page)).toContainText('not known from');
});

test('without a board it says what to do, and shows a file, drawn in part', async ({ page }) => {
	await page.goto('./#memory');
	await expect(page.getByRole('heading', { name: 'Nothing to show yet' })).toBeVisible();
	await expect(page.getByText(/^Connect a board to read its memory/)).toBeVisible();
	await accessible(page);
	await fitsPhone(page);
	await page.getByLabel('File to compare').setInputFiles({
		name: 'old-08004000.bin',
		mimeType: 'application/octet-stream',
		buffer: Buffer.alloc(2 * 1024 * 1024, Buffer.of(0xfe, 0x01, 0x80)),
	});
	await grid(page).focus();
	await page.keyboard.press('Control+End');
	await expect(cursor(page)).toHaveAttribute('aria-label', /^0x08203FFF, /);
	expect(await page.getByRole('row').count()).toBeLessThan(60);
});
