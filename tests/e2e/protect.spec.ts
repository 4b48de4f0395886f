// Memory that no job may change: named by a project file, a linker script, on the strip and in the Memory view; given up
// by name, once. And a backup compared with the board.
import type { Locator, Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { expect as base, test } from './fixtures.ts';
import { accessible, fitsPhone } from './screen.ts';

const expect = base.configure({ timeout: 15_000 });
const bar = (page: Page): Locator => page.getByRole('contentinfo');
const go = (page: Page): Locator => bar(page).getByRole('button', { name: /^Program/ });
const card = (page: Page): Locator => page.getByRole('region', { name: 'Protected memory' });
const button = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name });
const file = (name: string, content: string) => ({
	name,
	mimeType: 'text/plain',
	buffer: Buffer.from(content),
});
const project = (ranges: readonly object[]) =>
	file('sectorwise.json', JSON.stringify({ sectorwise: 1, name: 'Beacon', ranges }));

async function ready(page: Page): Promise<void> {
	await page.goto('./?board=virtual&speed=100');
	await expect(go(page)).toBeEnabled();
}
const open = (page: Page, files: Parameters<Locator['setInputFiles']>[0]): Promise<void> =>
	page.locator('input[type=file]').first().setInputFiles(files);

test('a project’s ranges are kept, refuse, and are given up by name for one job', async ({
	page,
}) => {
	await ready(page);
	await open(page, [
		project([
			{ name: 'Calibration', origin: '0x0800A000', length: '2K' },
			{ name: 'Boot', origin: '0x08000000', length: '1K' },
		]),
	]);
	await expect(card(page)).toContainText('Calibration');
	await expect(card(page)).toContainText('Shares sector 2, kept by merge.');
	await expect(go(page)).toBeDisabled();
	await fitsPhone(page);
	await button(page, 'Overwrite Boot this once').click();
	await expect(page.getByRole('row', { name: /^Given up/ })).toContainText('Boot');
	await expect(go(page)).toBeEnabled();
	await accessible(page);
	await go(page).click();
	await expect(page.getByRole('heading', { name: 'Programmed and verified' })).toBeVisible();
	await button(page, /Connect again/).click();
	await expect(go(page)).toBeDisabled();
	await expect(bar(page)).toContainText('which is protected as “Boot”');

	// Over a reload the project is still open; a wrong one is told, and closes nothing.
	await page.reload();
	await expect(card(page)).toContainText('Project Beacon');
	await open(page, [file('sectorwise.json', '{"sectorwise":1}')]);
	await expect(page.locator('[data-code="project.field"]')).toBeVisible();
	await expect(card(page)).toContainText('Boot');
});

test('the linker script offers, the strip and the keyboard name, the page saves', async ({
	page,
}) => {
	await ready(page);
	const script = [
		'MEMORY {',
		'FLASH (rx) : ORIGIN = 0x08000000, LENGTH = 512K',
		'CALIB (r) : ORIGIN = 0x08080000, LENGTH = 128K',
		'RAM (xrw) : ORIGIN = 0x20000000, LENGTH = 128K }',
		'SECTIONS { .text : { *(.text) } > FLASH }',
	].join('\n');
	const sample = await readFile('static/samples/beacon-f405rg.elf');
	await open(page, [
		{ name: 'own.elf', mimeType: 'application/octet-stream', buffer: sample },
		file('own.ld', script),
	]);
	await button(page, 'Protect CALIB').click();
	await expect(card(page)).toContainText('of this board');
	await expect(button(page, 'Protect FLASH')).toHaveCount(0);

	await page.getByRole('slider', { name: 'Memory strip' }).focus();
	await page.keyboard.press('End');
	await page.keyboard.press('Shift+ArrowLeft');
	await page.getByRole('textbox', { name: /^Protect 0x/ }).fill('Logs');
	await page.keyboard.press('Enter');
	await expect(page.getByRole('status')).toHaveText(/^Logs is protected/);
	await expect(card(page)).toContainText('256 KiB');
	await accessible(page);
	await fitsPhone(page);
	const saved = page.waitForEvent('download');
	await button(page, 'Save sectorwise.json').click();
	const text = await readFile(await (await saved).path(), 'utf8');
	expect(JSON.parse(text)).toMatchObject({
		sectorwise: 1,
		name: 'own',
		ranges: [
			{ name: 'CALIB', origin: '0x08080000', length: '128K' },
			{ name: 'Logs', origin: '0x080C0000', length: '256K' },
		],
	});
	await button(page, 'Stop protecting CALIB').click();
	await expect(button(page, 'Protect CALIB')).toBeVisible();
});

test('a backup is compared with the board, and what is selected there is protected', async ({
	page,
}) => {
	await ready(page);
	await go(page).click();
	await expect(page.getByRole('heading', { name: 'Programmed and verified' })).toBeVisible();
	await button(page, /Connect again/).click();
	const bytes = (at: number): string => {
		const data = [16, at >> 8, at & 255, 0, ...Array.from({ length: 16 }, () => 0x5a)];
		const sum = -data.reduce((total, byte) => total + byte, 0) & 255;
		return ':' + [...data, sum].map((byte) => byte.toString(16).padStart(2, '0')).join('');
	};
	const hex = [':020000040800f2', bytes(0x100), ':00000001ff', ''].join('\n').toUpperCase();
	await open(page, [file('other.hex', hex)]);
	await expect(go(page)).toBeEnabled();
	await go(page).click();
	await expect(page.getByRole('heading', { name: 'Programmed and verified' })).toBeVisible();
	await page.evaluate(() => void (location.hash = '#history'));
	const entry = page.getByRole('listitem').filter({ hasText: 'Replaced by other.hex' });
	await entry.getByRole('button', { name: 'Compare …' }).click();
	await accessible(page);
	await fitsPhone(page);
	await entry.getByRole('button', { name: 'The board as it is' }).click();
	const differences = page.getByRole('region', { name: 'Differences' });
	await expect(differences).toContainText('16 bytes changed');
	await page.getByRole('grid', { name: 'Memory' }).focus();
	await page.keyboard.press('n');
	await page.keyboard.press('Shift+End');
	await page.getByLabel('As', { exact: true }).fill('Calibration');
	await page.keyboard.press('Enter');
	await expect(
		page.getByText('Calibration is protected: 0x0800_0100 – 0x0800_010F.'),
	).toBeVisible();
	await fitsPhone(page);
});
