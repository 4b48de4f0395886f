// Whole jobs in the built page, on the virtual board: by both wires, cancelled, unplugged, with a wrong file, offline.
import type { Locator, Page } from '@playwright/test';
import { expect, offlineReady, test } from './fixtures.ts';
import { dist, serve } from './servers.ts';

const programButton = (page: Page): Locator =>
	page.getByRole('button', { name: /^(Program|Continue)/ });
const done = (page: Page): Locator =>
	page.getByRole('heading', { name: 'Programmed and verified' });

/** Opens the page on a virtual board with its sample, ready to program. */
async function ready(page: Page, query: string): Promise<void> {
	await page.goto(`./?board=virtual&${query}`);
	await expect(programButton(page)).toBeEnabled({ timeout: 20_000 });
}

for (const [part, transport] of [
	['STM32F405RG', 'dfu'],
	['STM32F405RG', 'uart'],
	['STM32L072CZ', 'uart'],
	['STM32G474RE', 'dfu'],
] as const) {
	test(`programs, verifies and starts ${part} by ${transport}`, async ({ page }) => {
		await ready(page, `part=${part}&transport=${transport}&speed=20`);
		await programButton(page).click();
		await expect(done(page)).toBeVisible({ timeout: 40_000 });
		await expect(page.getByText(/application was started/i).first()).toBeVisible();
	});
}

test('cancels at once, says what is true, and finishes afterwards', async ({ page }) => {
	await ready(page, 'part=STM32F405RG&transport=dfu');
	await programButton(page).click();
	await page.waitForTimeout(700);
	await page.keyboard.press('Escape');
	await expect(page.getByRole('heading', { name: /cancelled/i })).toBeVisible({ timeout: 1500 });
	await expect(programButton(page)).toBeEnabled({ timeout: 10_000 });
	await programButton(page).click();
	await expect(done(page)).toBeVisible({ timeout: 20_000 });
});

test('tells a pulled cable, and the job can be run again', async ({ page }) => {
	await ready(page, 'part=STM32F405RG&transport=uart');
	await programButton(page).click();
	await page.waitForTimeout(1500);
	await page.getByRole('button', { name: /^Unplug/ }).click();
	await expect(page.getByText(/was unplugged/).first()).toBeVisible({ timeout: 5000 });
	await page
		.getByRole('button', { name: /Plug in/ })
		.first()
		.click();
	await expect(programButton(page)).toBeEnabled({ timeout: 20_000 });
	await programButton(page).click();
	await expect(done(page)).toBeVisible({ timeout: 40_000 });
});

test('names a wrong file for what it is, and does not let it be programmed', async ({ page }) => {
	await page.goto('./');
	await page.locator('input[type=file]').setInputFiles({
		name: 'firmware.bin',
		mimeType: 'application/octet-stream',
		buffer: Buffer.from('<!doctype html><html><title>404</title></html>'),
	});
	await expect(page.getByText(/HTML/).first()).toBeVisible();
	await expect(programButton(page)).toBeDisabled();
});

test('does a whole job on the second visit, with the server stopped', async ({
	context,
	origins,
}) => {
	const server = await serve(dist);
	origins.add(server.origin);
	const first = await context.newPage();
	await first.goto(server.origin);
	await offlineReady(first);
	await first.close();
	await server.stop();
	const page = await context.newPage();
	await page.goto(`${server.origin}/?board=virtual&speed=20`);
	await expect(programButton(page)).toBeEnabled({ timeout: 20_000 });
	await programButton(page).click();
	await expect(done(page)).toBeVisible({ timeout: 20_000 });
});

test('ticks the hardware checklist off by itself', async ({ page }) => {
	await page.goto('./?page=hardware&board=virtual&speed=20');
	await expect(page.getByRole('heading', { name: 'Hardware check' })).toBeVisible();
	await expect(programButton(page)).toBeEnabled({ timeout: 20_000 });
	await programButton(page).click();
	await expect(done(page)).toBeVisible({ timeout: 20_000 });
	const item = page
		.getByRole('listitem')
		.filter({ hasText: 'A firmware is programmed and verified' });
	await expect(item.getByText('Seen.', { exact: true })).toBeVisible();
	await expect(page.getByText('says nothing about hardware')).toBeVisible();
	const download = page.waitForEvent('download');
	await page.getByRole('button', { name: 'Save the report' }).click();
	expect((await download).suggestedFilename()).toBe('sectorwise-hardware.json');
});
