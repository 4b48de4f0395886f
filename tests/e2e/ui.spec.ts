// The screen: every main state is accessible in both themes and fits a phone; all of it works by keyboard alone.
import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeServiceWorker } from '../../tools/vite/offline.ts';
import { expect, offlineReady, test } from './fixtures.ts';
import { accessible, fitsPhone } from './screen.ts';
import { copyOf, dist, serve } from './servers.ts';

const sample = (name: string): { name: string; mimeType: string; buffer: Buffer } => ({
	name,
	mimeType: 'application/octet-stream',
	buffer: readFileSync(fileURLToPath(new URL(`../../static/samples/${name}`, import.meta.url))),
});

const programButton = (page: Page): Locator =>
	page.getByRole('button', { name: /^(Program|Continue)/ });
const files = (page: Page): Locator => page.locator('input[type=file]');

async function virtual(page: Page, query = ''): Promise<void> {
	await page.goto(`./?board=virtual&${query}`);
	await expect(page.getByRole('button', { name: 'Disconnect' })).toBeVisible({ timeout: 20_000 });
}

/** A program's first words with a stack in RAM; `reset` decides which address is proposed. */
function binary(reset: number): Buffer {
	const bytes = Buffer.alloc(4096, 0x5a);
	bytes.writeUInt32LE(0x20001000, 0);
	bytes.writeUInt32LE(reset, 4);
	return bytes;
}

/** Every state a user meets without hardware. */
const states: Readonly<Record<string, (page: Page) => Promise<void>>> = {
	'nothing yet': async (page) => {
		await page.goto('./');
		await expect(page.getByRole('heading', { name: /Program an STM32/ })).toBeVisible();
	},
	'a file only': async (page) => {
		await page.goto('./');
		await files(page).setInputFiles(sample('beacon-f405rg.elf'));
		await expect(page.getByRole('heading', { name: 'beacon-f405rg.elf' })).toBeVisible();
		await expect(page.getByText('.vectors')).toBeVisible();
	},
	'a wrong file': async (page) => {
		await page.goto('./');
		await files(page).setInputFiles({
			name: 'firmware.elf',
			mimeType: 'text/html',
			buffer: Buffer.from('<!doctype html><html></html>'),
		});
		await expect(page.locator('[data-code="file.web-page"]')).toBeVisible();
	},
	'a binary without address': async (page) => {
		await page.goto('./');
		await files(page).setInputFiles({
			name: 'app.bin',
			mimeType: 'application/octet-stream',
			buffer: binary(0x08008101),
		});
		await expect(page.getByLabel(/Program it at/)).toHaveValue('0x08008000');
	},
	'a plan': async (page) => {
		await virtual(page, 'part=STM32L476RG');
		await expect(programButton(page)).toBeEnabled();
		await page.getByText('As a table').click();
		await page.getByRole('slider', { name: 'Memory strip' }).press('ArrowRight');
	},
	'a plan refused': async (page) => {
		await virtual(page, 'part=STM32F103C8&speed=10');
		await files(page).setInputFiles(sample('beacon-h743zi.elf'));
		await expect(page.locator('[data-code="plan.outside-memory"]')).toBeVisible();
		await expect(programButton(page)).toBeDisabled();
	},
	running: async (page) => {
		await virtual(page, 'transport=uart');
		await programButton(page).click();
		await expect(page.getByRole('progressbar', { name: 'Programming' })).toBeVisible();
	},
	cancelled: async (page) => {
		await virtual(page, 'transport=uart');
		await programButton(page).click();
		await expect(page.getByRole('contentinfo').getByText('Writing')).toBeVisible();
		await page.keyboard.press('Escape');
		await expect(page.getByRole('heading', { name: 'Cancelled' })).toBeVisible();
		await expect(programButton(page)).toBeEnabled({ timeout: 10_000 });
	},
	unplugged: async (page) => {
		await virtual(page, 'transport=uart');
		await programButton(page).click();
		await expect(page.getByRole('contentinfo').getByText('Writing')).toBeVisible();
		await page.getByRole('button', { name: 'Unplug' }).click();
		await expect(page.getByRole('heading', { name: /Unplugged/ })).toBeVisible();
	},
	done: async (page) => {
		await virtual(page, 'part=STM32L072CZ&speed=20');
		await programButton(page).click();
		await expect(page.getByRole('heading', { name: 'Programmed and verified' })).toBeVisible({
			timeout: 30_000,
		});
	},
};

for (const [name, reach] of Object.entries(states)) {
	test(`is accessible in both themes, and as wide as a phone: ${name}`, async ({ page }) => {
		await reach(page);
		await accessible(page);
		await fitsPhone(page);
	});
}

test('is accessible with each help and the keys open', async ({ page }) => {
	await page.goto('./');
	await page.keyboard.press('?');
	await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
	const keys = await new AxeBuilder({ page }).analyze();
	expect(keys.violations.map(({ id }) => id)).toEqual([]);
	await page.keyboard.press('Escape');
	await page.getByText('UART', { exact: true }).click();
	for (const question of [/enter the bootloader/, /wire the serial adapter/]) {
		await page.getByRole('button', { name: question }).click();
		await expect(page.getByRole('dialog', { name: question })).toBeVisible();
		const { violations } = await new AxeBuilder({ page }).analyze();
		expect(violations.map(({ id }) => id)).toEqual([]);
		await page.keyboard.press('Escape');
	}
});

test('runs a whole job by keyboard alone', async ({ page }) => {
	await page.goto('./');
	const button = page.getByRole('main').getByRole('button', { name: 'Try a virtual board' });
	for (let i = 0; i < 20 && !(await button.evaluate((one) => one === document.activeElement)); i++)
		await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await expect(programButton(page)).toBeEnabled({ timeout: 20_000 });
	const strip = page.getByRole('slider', { name: 'Memory strip' });
	await strip.focus();
	await expect(strip).toHaveAttribute('aria-valuetext', /^Use the arrow keys/);
	await page.keyboard.press('Home');
	await expect(strip).toHaveAttribute('aria-valuetext', /^Sector 0, 16 KiB.*Erase, then write/);
	await page.keyboard.press('ArrowRight');
	await expect(strip).toHaveAttribute('aria-valuenow', '1');
	await page.keyboard.press('End');
	await expect(strip).toHaveAttribute('aria-valuetext', /^Sector 11.*Not touched/);
	await page.keyboard.press('p');
	await expect(page.getByRole('status')).toHaveText(/Programmed and verified/, { timeout: 20_000 });
	await page.keyboard.press('c');
	await expect(programButton(page)).toBeEnabled({ timeout: 20_000 });
});

test('leaves letters alone while something is typed', async ({ page }) => {
	await page.goto('./');
	await files(page).setInputFiles({
		name: 'app.bin',
		mimeType: 'application/octet-stream',
		buffer: binary(0x08008101),
	});
	const field = page.getByLabel(/Program it at/);
	await field.fill('');
	await field.pressSequentially('0800c?000');
	await expect(page.getByRole('dialog')).toBeHidden();
	await expect(field).toHaveAttribute('aria-invalid', 'true');
	await expect(page.getByRole('button', { name: 'Use this address' })).toBeDisabled();
	await field.fill('0x0800_c000');
	await field.press('Enter');
	await expect(page.getByRole('region', { name: 'Firmware' })).toContainText('0x0800C000');
});

test('copies addresses as plain hex, and a report without names', async ({ page, context }) => {
	await context.grantPermissions(['clipboard-read', 'clipboard-write']);
	await virtual(page, 'transport=uart');
	const shown = page.getByRole('region', { name: 'Firmware' }).locator('dd').nth(1);
	const copied = await shown.evaluate((element) => {
		getSelection()?.selectAllChildren(element);
		return getSelection()?.toString();
	});
	expect(copied).toBe('0x08000000');
	await programButton(page).click();
	await expect(page.getByRole('contentinfo').getByText('Writing')).toBeVisible();
	await page.keyboard.press('Escape');
	await page.getByRole('button', { name: 'Copy report' }).click();
	await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
	const text = await page.evaluate(() => navigator.clipboard.readText());
	const report = JSON.parse(text) as { result: string; files: { name: string }[] };
	expect(report.result).toBe('cancelled');
	expect(text).not.toContain('beacon');
	expect(report.files.map(({ name }) => name)).toEqual(['file-1.elf']);
});

test('says what is missing where a browser has neither WebUSB nor Web Serial', async ({ page }) => {
	await page.addInitScript(() => {
		for (const api of ['serial', 'usb'])
			Object.defineProperty(Navigator.prototype, api, { get: () => undefined });
	});
	await page.goto('./');
	await expect(page.getByText(/no WebUSB and no Web Serial/)).toBeVisible();
	await expect(page.getByRole('radio', { name: 'USB' })).toBeDisabled();
	const form = page.getByRole('region', { name: 'Board' });
	await form.getByRole('button', { name: 'Try a virtual board' }).click();
	await expect(programButton(page)).toBeEnabled({ timeout: 20_000 });
});

test('offers an update, but not while a board is open', async ({ context, origins }) => {
	const copy = await copyOf(dist);
	const server = await serve(copy.folder);
	origins.add(server.origin);
	try {
		const page = await context.newPage();
		await page.goto(server.origin);
		await offlineReady(page);
		await page.reload();
		await page.getByRole('main').getByRole('button', { name: 'Try a virtual board' }).click();
		await expect(programButton(page)).toBeEnabled({ timeout: 20_000 });
		const html = join(copy.folder, 'index.html');
		const old = await readFile(html, 'utf8');
		await writeFile(html, old.replace('<title>', '<meta name="published" content="2" /><title>'));
		await writeServiceWorker(copy.folder);
		await page.evaluate(async () => {
			await (await navigator.serviceWorker.ready).update();
		});
		const update = page.getByRole('button', { name: 'Update' });
		await expect(update).toBeDisabled();
		await expect(update).toHaveAccessibleDescription(/waits until the board is disconnected/);
		await page.getByRole('button', { name: 'Disconnect' }).click();
		await expect(update).toBeEnabled();
		const reloaded = page.waitForEvent('load');
		await update.click();
		await reloaded;
		await expect(page.locator('meta[name=published]')).toBeAttached();
		await page.close();
	} finally {
		await server.stop();
		await copy.remove();
	}
});

test('opens its own help with the rule for the very device', async ({ page }) => {
	await page.addInitScript(() => {
		const device = {
			vendorId: 0x28e9,
			productId: 0x0189,
			configurations: [],
			opened: false,
			open: () => Promise.reject(new DOMException('Access denied.', 'SecurityError')),
			close: () => Promise.resolve(),
		};
		const usb = Object.assign(new EventTarget(), {
			requestDevice: () => Promise.resolve(device),
			getDevices: () => Promise.resolve([device]),
		});
		Object.defineProperty(Navigator.prototype, 'usb', { get: () => usb });
	});
	await page.goto('./');
	await page.getByRole('button', { name: /^Connect/ }).click();
	await expect(page.locator('[data-code="wire.permission"]')).toBeVisible();
	await page.getByRole('button', { name: /^Linux/ }).click();
	const help = page.getByRole('dialog', { name: /^Linux/ });
	await expect(help).toContainText('ATTR{idVendor}=="28e9", ATTR{idProduct}=="0189"');
	await expect(help).toContainText('snap connect chromium:raw-usb');
});

test('shows the tab of the view whole on a phone', async ({ page }) => {
	await page.setViewportSize({ width: 390, height: 844 });
	for (const view of ['devices', 'program', 'history']) {
		await page.goto(`./#${view}`);
		const tab = page.getByRole('navigation', { name: 'Views' }).locator('[aria-current]');
		await expect(tab).toHaveAttribute('href', `#${view}`);
		await expect(tab).toBeInViewport({ ratio: 0.98 });
	}
});
