// The Devices view in the built page: search, a chip, a device file of one's own, offline, in both themes and narrow.
import type { Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from './fixtures.ts';
import { accessible, fitsPhone } from './screen.ts';
import { visitedOnce } from './servers.ts';

interface FileJson {
	timings: { erase: { typicalMs: number }[] };
	variants: { parts: string[] }[];
}

const shipped = readFileSync(
	fileURLToPath(new URL('../../devices/0x413-stm32f405-407-415-417.json', import.meta.url)),
	'utf8',
);

/** The shipped file of the F405 with 7 ms for an erase, and one part less. */
function corrected(): { name: string; mimeType: string; buffer: Buffer } {
	const file = JSON.parse(shipped) as FileJson;
	for (const row of file.timings.erase) row.typicalMs = 7;
	file.variants[0]!.parts = file.variants[0]!.parts.filter((part) => part !== 'STM32F417ZE');
	return {
		name: 'my-f405.json',
		mimeType: 'application/json',
		buffer: Buffer.from(JSON.stringify(file)),
	};
}

const wrong = { name: 'wrong.json', mimeType: 'application/json', buffer: Buffer.from('{"a":1}') };

async function devices(page: Page, chip = ''): Promise<void> {
	await page.goto(`./#devices${chip}`);
	await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible();
}

const states: Readonly<Record<string, (page: Page) => Promise<void>>> = {
	list: async (page) => {
		await devices(page);
		await expect(page.getByRole('status').filter({ hasText: /\d parts/ })).toBeVisible();
	},
	chip: async (page) => {
		await devices(page, '/STM32G474RE');
		await expect(page.getByRole('heading', { name: 'STM32G474RE' })).toBeVisible();
		await page.getByText(/parts with this memory/).click();
		await page.getByText(/What real ROMs print/).click();
		await page.getByText(/known quirks of this bootloader/).click();
		await expect(page.getByText('Confidence A').first()).toBeVisible();
		await page.getByRole('heading', { name: 'Option bytes' }).click();
		await expect(page.getByRole('rowheader', { name: 'DBANK' })).toBeVisible();
	},
	'chip without flash': async (page) => {
		await devices(page, '/STM32N657X0');
		await expect(page.getByText('programs no flash')).toBeVisible();
		await expect(page.getByRole('heading', { name: 'Flash times' })).toHaveCount(0);
	},
	'unknown chip': async (page) => {
		await devices(page);
		await page.goto('./#devices/STM32F405RQ');
		await expect(page.locator('[data-code="chip.name-unknown"]')).toBeVisible();
	},
	'proposed and kept files': async (page) => {
		await devices(page);
		const input = page.getByLabel('Device file');
		await input.setInputFiles(corrected());
		await page.getByRole('button', { name: 'Keep it in this browser' }).click();
		await input.setInputFiles([wrong, { ...corrected(), buffer: Buffer.from(shipped) }]);
		await expect(page.locator('[data-code="device.field"]')).toBeVisible();
		await expect(page.getByRole('group', { name: 'my-f405.json' })).toBeVisible();
	},
};

for (const [name, reach] of Object.entries(states)) {
	test(`is accessible in both themes, and as wide as a phone: ${name}`, async ({ page }) => {
		await reach(page);
		await accessible(page);
		await fitsPhone(page);
	});
}

test('is reached by bar, key and address, and leaves the first view as it was', async ({
	page,
}) => {
	await page.goto('./');
	const bar = page.getByRole('navigation', { name: 'Views' });
	await bar.getByRole('link', { name: 'Devices' }).click();
	await expect(page).toHaveTitle('Devices · Sectorwise');
	await expect(page.getByRole('searchbox')).toBeVisible();
	await expect(page.getByRole('main')).toHaveCount(1);
	await page.keyboard.press('1');
	await expect(page.getByRole('heading', { name: /Program an STM32/ })).toBeVisible();
	await expect(bar.getByRole('link', { name: 'Program' })).toHaveAttribute('aria-current', 'page');
	await page.keyboard.press('?');
	await expect(page.getByRole('dialog', { name: 'Keys' })).toContainText('Show Devices');
	await page.keyboard.press('Escape');
	await page.goBack();
	await expect(page.getByRole('searchbox')).toBeVisible();
	await page.getByRole('searchbox').fill('1');
	await expect(page.getByRole('searchbox')).toHaveValue('1');
});

test('finds a chip while typing and shows its memory', async ({ page, context }) => {
	await context.grantPermissions(['clipboard-read', 'clipboard-write']);
	await devices(page);
	const search = page.getByRole('searchbox');
	const rows = page.getByRole('main').getByRole('listitem');
	await search.fill('stm32f405rgt6');
	await expect(rows).toHaveCount(1);
	await expect(rows.first()).toContainText('STM32F405RG');
	await search.fill('f405 usb');
	await page.getByLabel('Flash size').selectOption({ label: '512 KiB' });
	await expect(rows).toHaveText([/STM32F405OE.*0x413/]);
	await page.getByRole('button', { name: 'Clear' }).click();
	await search.fill('STM32F405RQ');
	await expect(page.getByText('Nothing is named so.')).toBeVisible();
	await search.fill('f405rg');
	await search.press('Enter');
	await expect(page).toHaveURL(/#devices\/STM32F405RG$/);
	await expect(page.getByRole('row', { name: /^sectors 5 to 11.*7 × 128 KiB/ })).toBeVisible();
	await expect(page.getByRole('row', { name: /^CCM_SRAM.*64 KiB/ })).toBeVisible();
	await page.getByRole('button', { name: 'Copy as JSON' }).click();
	await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
	const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText())) as object;
	expect(copied).toMatchObject({ part: 'STM32F405RG', productId: '0x413', writeAlign: 4 });
	await page.getByRole('link', { name: /All devices/ }).click();
	await expect(search).toHaveValue('f405rg');
});

test('switches between the arrangements that option bits choose', async ({ page }) => {
	await devices(page, '/STM32G474RE');
	await expect(page.getByRole('row', { name: /^FLASH_BANK_2/ })).toBeVisible();
	await page.getByRole('radio', { name: 'DBANK=0' }).check();
	await expect(page.getByRole('row', { name: /^FLASH_BANK_2/ })).toHaveCount(0);
	await expect(page.getByRole('row', { name: /128 × 4 KiB/ })).toBeVisible();
});

test('takes a chip to the virtual board', async ({ page }) => {
	await devices(page, '/STM32L476RGT6');
	await page.getByRole('button', { name: 'Use as virtual board' }).click();
	await expect(page.getByRole('button', { name: /^(Program|Continue)/ })).toBeEnabled({
		timeout: 20_000,
	});
	await expect(page.getByRole('region', { name: 'Board' })).toContainText('STM32L475/476/486');
});

test('keeps a corrected chip, connects with it, exports and removes it', async ({ page }) => {
	await devices(page);
	await page.getByLabel('Device file').setInputFiles(wrong);
	await expect(page.locator('[data-code="device.field"]')).toBeVisible();
	const dropped = await page.evaluateHandle((text) => {
		const transfer = new DataTransfer();
		transfer.items.add(new File([text], 'my-f405.json'));
		return transfer;
	}, corrected().buffer.toString());
	await page.dispatchEvent('body', 'drop', { dataTransfer: dropped });
	const proposal = page.getByRole('group', { name: 'my-f405.json' });
	await expect(
		proposal.getByRole('row', { name: /timings.erase\[0\].typicalMs 400 7/ }),
	).toHaveCount(2);
	await proposal.getByRole('button', { name: 'Keep it in this browser' }).click();
	await expect(proposal).toBeHidden();

	// Its file says 7 ms for each sector; the shipped one makes it several seconds.
	await page.goto('./?board=virtual&transport=dfu');
	await expect(page.getByRole('button', { name: /^(Program|Continue)/ })).toBeEnabled({
		timeout: 20_000,
	});
	await expect(page.getByRole('contentinfo')).toContainText(
		/Erase 3 sectors.*About 1 s|Under a second/s,
	);
	const typical = async (chip: string): Promise<string> => {
		await page.goto(`./#devices/${chip}`);
		return (await page.getByRole('row', { name: /^Erase 16 KiB/ }).textContent()) ?? '';
	};
	expect(await typical('STM32F405RG')).toContain('7 ms');
	await expect(page.getByText('from your device file')).toBeVisible();
	await page.goto('./#devices/STM32F417ZE');
	await expect(page.locator('[data-code="chip.name-unknown"]')).toBeVisible();

	await page.goto('./#devices');
	await page.getByRole('searchbox').fill('STM32F405RG');
	await expect(page.getByRole('main').getByText('yours', { exact: true })).toBeVisible();
	const download = page.waitForEvent('download');
	await page.getByRole('button', { name: 'Save file' }).click();
	const file = await download;
	expect(file.suggestedFilename()).toBe('0x413-stm32f405-407-415-417.json');
	expect(await readFile(await file.path(), 'utf8')).toBe(corrected().buffer.toString());
	await page.getByRole('button', { name: 'Remove 0x413' }).click();
	await expect(page.getByRole('main').getByText('yours', { exact: true })).toBeHidden();
	expect(await typical('STM32F405RG')).toContain('400 ms');
});

test('says when the browser cannot store anything, and goes on without', async ({ page }) => {
	await page.addInitScript(() => {
		Object.defineProperty(IDBFactory.prototype, 'open', {
			value: () => {
				throw new DOMException('The user denied permission.', 'SecurityError');
			},
		});
	});
	await devices(page);
	await expect(page.locator('[data-code="storage.failed"]')).toContainText('denied permission');
	await page.getByRole('searchbox').fill('f103c8');
	await expect(page.getByRole('main').getByRole('listitem').first()).toContainText('STM32F103C8');
	await page.goto('./?board=virtual');
	await expect(page.getByRole('button', { name: /^(Program|Continue)/ })).toBeEnabled({
		timeout: 20_000,
	});
});

test('works without a network', async ({ context, origins }) => {
	const { page, origin } = await visitedOnce(context, origins);
	await page.goto('about:blank');
	await page.goto(`${origin}/#devices/STM32H743ZI`);
	await expect(page.getByRole('heading', { name: 'STM32H743ZI' })).toBeVisible();
	await expect(page.getByRole('row', { name: /^ITCM_RAM/ })).toBeVisible();
});
