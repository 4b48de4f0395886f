// The Protection view on virtual boards: option bytes changed and proved, a chip locked and opened for the job that
// waits, sectors freed; each state accessible in both themes and on a phone.
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { accessible, fitsPhone } from './screen.ts';

async function protection(page: Page): Promise<void> {
	await page.goto('./?board=virtual&part=STM32F405RG&transport=uart&speed=50');
	await expect(page.getByRole('button', { name: 'Disconnect' })).toBeVisible({ timeout: 20_000 });
	await page.getByRole('link', { name: 'Protection' }).click();
	await expect(page.getByRole('heading', { name: 'Option bytes' })).toBeVisible();
}

async function protect(page: Page, value: string): Promise<void> {
	await page.getByLabel('nWRP', { exact: true }).fill(value);
	await page.getByLabel('nWRP', { exact: true }).press('Enter');
	await page.getByRole('button', { name: 'Apply and verify' }).click();
	await expect(page.getByText(/^Done: the chip was reset/)).toBeVisible({ timeout: 20_000 });
}

async function lock(page: Page): Promise<void> {
	await page.getByRole('button', { name: /^Switch on level 1/ }).click();
	await page.getByRole('button', { name: 'Switch it on' }).click();
	await expect(page.getByText('Done: readout protection is on.')).toBeVisible({ timeout: 20_000 });
}

test('a change shows old and new, wants what is final typed out, and is proved', async ({
	page,
}) => {
	await protection(page);
	await page.getByLabel('RDP', { exact: true }).fill('0xCC');
	await page.getByLabel('RDP', { exact: true }).press('Enter');
	const apply = page.getByRole('button', { name: 'Apply and verify' });
	await expect(page.getByText('0xAA, level 0: open')).toHaveCount(2);
	await expect(apply).toBeDisabled();
	await page.getByLabel(/^This cannot simply be taken back/).fill('set RDP for ever');
	await expect(apply).toBeEnabled();
	await accessible(page);
	await fitsPhone(page);
	await page.getByRole('button', { name: 'Discard' }).click();
	await protect(page, '0xFFC');
	await expect(page.getByRole('heading', { name: 'Sectors 0–1' })).toBeVisible();
});

test('write protection stops the plan and is removed by one button', async ({ page }) => {
	await protection(page);
	await protect(page, '0xFFE');
	await page.getByRole('link', { name: 'Program' }).click();
	await expect(page.locator('[data-code="plan.write-protected"]')).toBeVisible();
	await expect(page.getByRole('button', { name: /^(Program|Continue)/ })).toBeDisabled();
	await accessible(page);
	await fitsPhone(page);
	await page.getByRole('button', { name: 'Remove write protection of sector 0' }).click();
	await expect(page.getByRole('button', { name: /^(Program|Continue)/ })).toBeEnabled({
		timeout: 20_000,
	});
	await expect(page.getByRole('button', { name: 'Put it back' })).toBeVisible();
});

test('a locked chip is opened for the job that waits, which then runs', async ({ page }) => {
	await protection(page);
	await lock(page);
	await accessible(page);
	await fitsPhone(page);
	await page.getByRole('link', { name: 'Program' }).click();
	const open = page.getByRole('button', {
		name: 'Remove protection (destroys everything) and program',
	});
	await expect(open).toBeDisabled();
	await page.getByLabel(/Go on without a backup/).check();
	await open.click();
	await expect(page.getByRole('heading', { name: 'Programmed and verified' })).toBeVisible({
		timeout: 40_000,
	});
});

test('one-time memory is read on request', async ({ page }) => {
	await protection(page);
	await page.getByRole('button', { name: 'Read it' }).click();
	await expect(page.getByText('All 16 blocks are blank.')).toBeVisible({ timeout: 20_000 });
	await page.getByText('Write for ever').click();
	await expect(page.getByRole('button', { name: /^Write .*and verify$/ })).toBeDisabled();
	await accessible(page);
	await fitsPhone(page);
});
