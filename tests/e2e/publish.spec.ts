// The maker's page: an update from files, a form and a key, and a look at one that is there already.
import { readFileSync } from 'node:fs';
import { expect, test } from './fixtures.ts';
import { accessible, fitsPhone } from './screen.ts';
import type { Page } from '@playwright/test';

const folder = 'samples/beacon/update/';
const pictures = ['board', 'hold-boot', 'plug-in', 'let-go', 'press-reset'].map(
	(name) => `${folder}pictures/${name}.png`,
);
const make = (page: Page) => page.getByRole('button', { name: 'Make the update' });
const checked = (page: Page) => page.getByRole('region', { name: 'Check an update' });

async function dropped(page: Page, name: string, bytes: Buffer): Promise<void> {
	const dataTransfer = await page.evaluateHandle(
		([name, text]) => {
			const transfer = new DataTransfer();
			const content = Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
			transfer.items.add(new File([content], name));
			return transfer;
		},
		[name, bytes.toString('base64')] as const,
	);
	await page.dispatchEvent('body', 'drop', { dataTransfer });
}

test('is accessible before anything is given, and says what is', async ({ page }) => {
	await page.goto('./#publish');
	for (const name of ['Add a mark', 'Add a stretch', 'Add a way'])
		await page.getByRole('button', { name, exact: true }).click();
	await expect(page.getByText('Still to give: the firmware')).toBeVisible();
	await expect(make(page)).toBeDisabled();
	await page.getByText('More rules').click();
	await accessible(page);
	await fitsPhone(page);
});

test('makes the update that the command line makes, from files and a description', async ({
	page,
}) => {
	await page.goto('./#publish');
	await page
		.getByLabel('Files of the update')
		.setInputFiles([`${folder}beacon-2.json`, `${folder}beacon-2.elf`, ...pictures]);
	await expect(page.getByLabel('Product ID')).toHaveValue('sectorwise.beacon');
	await page.getByLabel('Private key').setInputFiles(`${folder}worthless-demo-key.jwk`);
	await page.getByLabel('Earlier update').setInputFiles('static/samples/beacon-1.swupdate');
	await expect(page.getByText(/changes alone for devices that hold 1\.0\.0/)).toBeVisible();
	await make(page).focus();
	await page.keyboard.press('Enter');
	await expect(page.getByText('Complete, and signed as it has to be.')).toBeVisible();
	await expect(checked(page)).toContainText('Signed with your key.');
	await accessible(page);
	await fitsPhone(page);

	const download = page.waitForEvent('download');
	await page.getByRole('button', { name: 'Save the update' }).click();
	const file = await download;
	expect(file.suggestedFilename()).toBe('sectorwise.beacon-2.0.0.swupdate');
	const made = readFileSync(await file.path());
	expect(made.equals(readFileSync('static/samples/beacon-2.swupdate'))).toBe(true);
});

test('makes a key that is saved in two halves and gone with the page', async ({ page }) => {
	await page.goto('./#publish');
	const saved: string[] = [];
	page.on('download', (file) => saved.push(file.suggestedFilename()));
	await page.getByRole('button', { name: 'Make a new key' }).click();
	await expect(page.getByRole('heading', { name: 'new-key.jwk' })).toBeVisible();
	await expect.poll(() => saved.sort()).toEqual(['update-key.jwk', 'update-key.pub.jwk']);
	// Another view and back: the form and its key are still there. A new page knows nothing.
	await page.goto('./#devices');
	await page.goto('./#publish');
	await expect(page.getByRole('heading', { name: 'new-key.jwk' })).toBeVisible();
	await page.reload();
	await expect(page.getByRole('button', { name: 'Make a new key' })).toBeVisible();
});

test('refuses an update that was changed on the way', async ({ page }) => {
	const bytes = readFileSync('static/samples/beacon-2.swupdate');
	bytes[bytes.length >> 1]! ^= 1;
	await page.goto('./#publish');
	await dropped(page, 'changed.swupdate', bytes);
	await expect(checked(page).locator('[data-code^="bundle."]')).toBeVisible();
	await page.getByLabel('Update to check').setInputFiles('static/samples/beacon-2.swupdate');
	await expect(checked(page)).toContainText('Signed with another key than yours.');
	await expect(checked(page)).toContainText('32.5 KiB from 0x080001A8');
});

test('looks at an update as a certain customer’s page would', async ({ page }) => {
	await page.goto('./#publish');
	await page.getByLabel('Update to check').setInputFiles('static/samples/beacon-2.swupdate');
	const card = checked(page);
	await expect(card).toContainText('Complete, and signed as it has to be.');
	await card.getByText('For a certain customer').click();
	await card.getByLabel('Highest security counter seen').fill('9');
	await expect(card.locator('[data-code="bundle.rolled-back"]')).toContainText(
		'The customer reads: Version 2.0.0 is older than the maker allows.',
	);
	await card.getByLabel('Highest security counter seen').fill('');
	await card.getByLabel('Version on the device').fill('2.0.0');
	await expect(card).toContainText('the device has this version already');
	const makers = [{ name: 'Acme', keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) }] }];
	const words = { en: { 'failure.bundle.unknown-maker': 'Ask Acme.' } };
	await card.getByLabel('Brand file').setInputFiles({
		name: 'brand.json',
		mimeType: 'application/json',
		buffer: Buffer.from(JSON.stringify({ schema: 1, makers, texts: words })),
	});
	await expect(card.locator('[data-code="bundle.unknown-maker"]')).toContainText('Ask Acme.');
	await accessible(page);
	await fitsPhone(page);
	await card.getByRole('button', { name: 'Without it' }).click();
	await expect(card).toContainText('Complete, and signed as it has to be.');
});

test('takes firmware and chip from what is open and connected', async ({ page }) => {
	await page.goto('./?board=virtual#publish');
	await page.getByRole('button', { name: 'Take beacon-f405rg.elf' }).click();
	await page.getByRole('button', { name: 'As the connected board' }).click();
	await expect(page.getByLabel('Chip identifiers')).toHaveValue('0x413');
	await expect(page.getByLabel('Flash, at most')).toHaveValue('1M');
	await page.getByLabel('Chip', { exact: true }).fill('G474RE');
	await page.keyboard.press('Enter');
	await expect(page.getByLabel('Chip identifiers')).toHaveValue('0x469');
	await page.getByLabel('Chip', { exact: true }).fill('STM32Q999');
	await page.getByRole('button', { name: 'Fill in' }).click();
	await expect(page.locator('[data-code="chip.name-unknown"]')).toBeVisible();
});
