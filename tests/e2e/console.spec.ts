// The serial console and the edit loop in the built page, on the virtual board: a port shared with the bootloader, and a
// rebuilt file that is noticed, programmed by a key, and then by itself.
import type { Locator, Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { expect, test } from './fixtures.ts';
import { accessible, fitsPhone } from './screen.ts';

const lines = (page: Page): Locator => page.getByRole('log', { name: 'Received lines' });
/** The firmware card has the same words as the console view; one of the two is hidden. */
const shown = (page: Page, text: string): Locator => page.getByText(text).filter({ visible: true });
const show = (page: Page, view: string): Promise<void> =>
	page.evaluate((hash) => void (location.hash = hash), `#${view}`);

async function send(page: Page, text: string): Promise<void> {
	await page.getByLabel('Line to send').fill(text);
	await page.getByLabel('Line to send').press('Enter');
}

/** The bytes of the hexadecimal view, on from row to row. */
async function shownBytes(page: Page): Promise<string> {
	const rows = page.getByRole('log', { name: 'Received bytes' }).locator('.hex');
	return (await rows.allInnerTexts()).join(' ').replace(/\s+/g, ' ');
}

test('the console gives the port to the bootloader, takes it back, and talks to the application', async ({
	page,
}) => {
	await page.goto('./?board=virtual&transport=uart&speed=30');
	await expect(page.getByRole('button', { name: /^(Program|Continue)/ })).toBeEnabled({
		timeout: 20_000,
	});
	await show(page, 'console');
	await page.getByRole('button', { name: 'Open STM32F405RG' }).click();
	await expect(page.getByText(/^Given to the bootloader/)).toBeVisible();
	await page.keyboard.press('p');
	await expect(page.getByRole('heading', { name: 'Programmed and verified' })).toBeVisible({
		timeout: 30_000,
	});
	await show(page, 'console');
	await expect(lines(page)).toContainText('Open at 115,200 baud 8N1.');
	await expect(lines(page)).toContainText('alive');
	await send(page, 'led on');
	await send(page, 'nonsense');
	await expect(lines(page).getByText('unknown: nonsense')).toHaveCSS('color', 'rgb(205, 49, 49)');
	const field = page.getByLabel('Line to send');
	await field.press('ArrowUp');
	await field.press('ArrowUp');
	await expect(field).toHaveValue('led on');

	await page.getByLabel('Find in the console').fill('LED');
	await page.getByLabel('Find in the console').press('Enter');
	await expect(page.getByText(/1 of \d+\s+lines/)).toBeVisible();
	await expect(page.getByRole('button', { name: 'Paused. Follow again' })).toBeVisible();
	await accessible(page);
	await fitsPhone(page);
	await page.getByRole('button', { name: 'Paused. Follow again' }).click();

	await page.getByLabel('Shown as').selectOption('hex');
	await expect.poll(() => shownBytes(page)).toContain('75 6E 6B 6E');
	await page.getByLabel('Shown as').selectOption('text');
	const download = page.waitForEvent('download');
	await page.getByLabel('Save').selectOption({ label: 'Received bytes' });
	const saved = await readFile(await (await download).path(), 'latin1');
	expect(saved).toContain('\x1b[31munknown: nonsense\x1b[0m\r\n');
});

test('a long stream is drawn in part, and stays readable while it runs', async ({ page }) => {
	await page.goto('./?board=virtual&speed=10');
	await expect(page.getByRole('button', { name: /^(Program|Continue)/ })).toBeEnabled({
		timeout: 20_000,
	});
	await page.keyboard.press('p');
	await expect(page.getByRole('heading', { name: 'Programmed and verified' })).toBeVisible({
		timeout: 30_000,
	});
	await show(page, 'console');
	await page.getByRole('button', { name: 'Open STM32F405RG' }).click();
	await expect(page.getByText(/^Open, 115,200 baud/)).toBeVisible();
	await send(page, 'flood 15000');
	await expect(lines(page)).toContainText(/flood \d{4} of 15000/, { timeout: 30_000 });
	// Scrolled up, it stays where it is while lines come.
	await lines(page).hover();
	await page.mouse.wheel(0, -600);
	await expect(page.getByRole('button', { name: 'Paused. Follow again' })).toBeVisible();
	const first = lines(page).locator('.text').first();
	const still = async (): Promise<boolean> => {
		const before = await first.textContent();
		await page.waitForTimeout(300);
		return before === (await first.textContent());
	};
	await expect.poll(still).toBe(true);
	expect(await lines(page).locator('.row').count()).toBeLessThan(120);
	await page.getByRole('button', { name: 'Paused. Follow again' }).click();
	await expect(lines(page)).toContainText('flood 15000 of 15000', { timeout: 30_000 });
});

/** Puts a firmware where the faked chooser finds it; `build` changes a byte of its data. */
async function writeBuild(page: Page, build: number): Promise<void> {
	await page.evaluate(async (value) => {
		const answer = await fetch('./samples/beacon-f405rg.elf');
		const bytes = new Uint8Array(await answer.arrayBuffer());
		bytes[0x5000] = value;
		const folder = await navigator.storage.getDirectory();
		const handle = await folder.getFileHandle('app.elf', { create: true });
		const file = await handle.createWritable();
		// As a linker does it: a part, a pause, the rest.
		await file.write(bytes.subarray(0, 10_000));
		await file.write(bytes.subarray(10_000));
		await file.close();
	}, build);
}

test('a new build is noticed, programmed by a key, then by itself, and found again after a reload', async ({
	page,
}) => {
	await page.addInitScript(() => {
		Object.assign(window, {
			showOpenFilePicker: async () => {
				const folder = await navigator.storage.getDirectory();
				return [await folder.getFileHandle('app.elf')];
			},
		});
	});
	await page.goto('./?board=virtual&speed=20');
	await expect(page.getByRole('button', { name: 'Disconnect' })).toBeVisible({ timeout: 20_000 });
	await writeBuild(page, 1);
	// A file of one's own takes the place of the sample.
	await page.getByRole('button', { name: /^Open/ }).click();
	await expect(page.getByRole('heading', { name: 'app.elf' })).toBeVisible();
	await expect(shown(page, 'New builds of app.elf are noticed.')).toBeVisible();
	await expect(page.getByRole('button', { name: /^Program P$/ })).toBeEnabled({ timeout: 20_000 });
	await page.keyboard.press('p');
	await expect(page.getByRole('heading', { name: 'Programmed and verified' })).toBeVisible({
		timeout: 30_000,
	});
	await show(page, 'console');
	await page.getByRole('button', { name: 'Open STM32F405RG' }).click();
	const running = async (): Promise<string> => {
		await send(page, 'version');
		const told = lines(page)
			.getByText(/^program [0-9A-F]{8}(?:,|$)/)
			.last();
		await expect(told).toBeVisible();
		return (await told.textContent()) ?? '';
	};
	const first = await running();

	await writeBuild(page, 2);
	await expect(shown(page, 'New build of app.elf.')).toBeVisible({ timeout: 10_000 });
	await accessible(page);
	await fitsPhone(page);
	await page.getByRole('button', { name: 'Clear' }).click();
	await page.keyboard.press('b');
	await expect(shown(page, 'New build of app.elf.')).toBeHidden({ timeout: 30_000 });
	const second = await running();
	expect(second).not.toBe(first);

	await page.getByRole('checkbox', { name: 'Program each new build' }).check();
	await page.getByRole('button', { name: 'Clear' }).click();
	await writeBuild(page, 1);
	await expect.poll(running, { timeout: 30_000, intervals: [500] }).toBe(first);

	await page.goto('./');
	await page.getByRole('button', { name: 'Open app.elf again' }).click();
	await expect(shown(page, 'New builds of app.elf are noticed.')).toBeVisible();
});

test('says why new builds are not noticed where the browser cannot', async ({ page }) => {
	await page.addInitScript(() => {
		Object.assign(window, { showOpenFilePicker: undefined });
	});
	await page.goto('./?board=virtual');
	await expect(page.getByText(/new builds are not noticed/)).toBeVisible({ timeout: 20_000 });
	await page.keyboard.press('?');
	await expect(page.getByRole('dialog', { name: 'Keys' })).toContainText('Program the new build');
	await expect(page.getByRole('dialog', { name: 'Keys' })).toContainText('Show Console');
});
