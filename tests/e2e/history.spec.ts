// What jobs keep on this machine: backups put back, and a job that goes on after the cable went.
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { accessible, fitsPhone } from './screen.ts';

const button = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name });
const bar = (page: Page): Locator => page.getByRole('contentinfo');
const go = (page: Page): Locator => bar(page).getByRole('button', { name: /^(Program|Continue)/ });
const heading = (page: Page, name: string | RegExp): Locator => page.getByRole('heading', { name });

async function ready(page: Page, query = ''): Promise<void> {
	await page.goto(`./?board=virtual${query}`);
	await expect(go(page)).toBeEnabled();
}

/** Intel HEX: 32 bytes of one value at 0x08000000. */
function hex(value: number): string {
	const data = Array.from({ length: 16 }, () => value);
	const line = (address: number): string => {
		const bytes = [16, address >> 8, address & 255, 0, ...data];
		const sum = -bytes.reduce((total, byte) => total + byte, 0) & 255;
		return ':' + [...bytes, sum].map((byte) => byte.toString(16).padStart(2, '0')).join('');
	};
	return [':020000040800f2', line(0), line(16), ':00000001ff', ''].join('\n').toUpperCase();
}

async function openOther(page: Page): Promise<void> {
	await page
		.locator('input[type=file]')
		.first()
		.setInputFiles({
			name: 'other.hex',
			mimeType: 'text/plain',
			buffer: Buffer.from(hex(0x5a)),
		});
	await expect(go(page)).toBeEnabled();
}

test('puts back what a job replaced', async ({ page }) => {
	await ready(page, '&speed=20');
	await go(page).click();
	await expect(heading(page, 'Programmed and verified')).toBeVisible();
	await button(page, /Connect again/).click();
	await openOther(page);
	await go(page).click();
	await expect(heading(page, 'Programmed and verified')).toBeVisible();
	await expect(page.getByText(/beside it were kept/).first()).toBeVisible();
	await button(page, /Put back what was there/).click();
	await expect(heading(page, 'before other.hex')).toBeVisible();
	await expect(go(page)).toBeEnabled();
	// What is protected meanwhile stays as it is on the board, until it is named.
	const ranges = [{ name: 'Boot', origin: '0x08000000', length: '1K' }];
	const project = JSON.stringify({ sectorwise: 1, name: 'Beacon', ranges });
	await page
		.locator('input[type=file]')
		.first()
		.setInputFiles({
			name: 'sectorwise.json',
			mimeType: 'text/plain',
			buffer: Buffer.from(project),
		});
	await expect(page.getByRole('row', { name: /^Kept Boot is protected and stays/ })).toBeVisible();
	await expect(go(page)).toBeEnabled();
	await accessible(page);
	await button(page, 'Put Boot back, too, this once').click();
	await expect(page.getByRole('row', { name: /^Given up Boot/ })).toBeVisible();
	await go(page).click();
	await expect(heading(page, 'Programmed and verified')).toBeVisible();
	await page.goto('./#history');
	await expect(heading(page, 'Replaced by other.hex')).toBeVisible();
	await accessible(page);
	await fitsPhone(page);
	const saved = page.waitForEvent('download');
	const entry = page.getByRole('listitem').filter({ hasText: 'Replaced by other.hex' });
	await entry.getByRole('button', { name: 'Save' }).click();
	expect((await saved).suggestedFilename()).toBe('before-other.bin');

	// Removing asks first, and the keyboard is not lost on the way.
	const remove = entry.getByRole('button', { name: 'Remove …' });
	await remove.press('Enter');
	await expect(entry.getByRole('button', { name: 'Keep' })).toBeFocused();
	await page.keyboard.press('Enter');
	await expect(remove).toBeFocused();
	await remove.press('Enter');
	await entry.getByRole('button', { name: 'Remove for good' }).press('Enter');
	await expect(entry).toHaveCount(0);
	await expect(page.locator('main :focus')).toHaveCount(1);
});

test('continues a job after the cable went, with one button', async ({ page }) => {
	await ready(page, '&transport=uart&speed=5');
	await go(page).click();
	await expect(bar(page).getByText('Writing')).toBeVisible();
	await button(page, 'Unplug').click();
	await expect(heading(page, /Unplugged/)).toBeVisible();
	await button(page, /Plug in/)
		.first()
		.click();
	await expect(go(page)).toHaveText(/Continue/);
	await expect(go(page)).toBeEnabled();
	await go(page).click();
	await expect(heading(page, /(Programmed|Already there,) and verified/)).toBeVisible({
		timeout: 40_000,
	});
	await page.goto('./#history');
	await expect(page.getByText(/Interrupted:/)).toHaveCount(0);
});
