// The customer's page: an update from its file to the tick and back again, without a network, in the maker's dress and
// the reader's language.
import type { Locator, Page } from '@playwright/test';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { expect, offlineReady, test } from './fixtures.ts';
import { accessible, fitsPhone } from './screen.ts';
import { copyOf, dist, serve } from './servers.ts';

const sample = (name: string): string =>
	fileURLToPath(new URL(`../../static/samples/${name}`, import.meta.url));
const stage = (page: Page, status: string): Locator => page.locator(`[data-stage="${status}"]`);
const button = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name });
const chooser = (page: Page): Locator => page.locator('input[type=file]');

/** From an opened update to the device: connects the virtual board and says that it is the product, if asked. */
async function connect(page: Page): Promise<void> {
	await button(page, 'Start').click();
	await button(page, 'Select device').click();
	const ready = stage(page, 'ready');
	await expect(ready.or(stage(page, 'ask-product'))).toBeVisible();
	if (!(await ready.isVisible())) await button(page, /^Yes/).click();
	await expect(ready).toBeVisible();
}

test('updates a device and goes back, without a network', async ({ page, context }) => {
	await page.goto('./?board=virtual&speed=4#update');
	await expect(stage(page, 'nothing')).toBeVisible();
	await offlineReady(page);
	await context.setOffline(true);
	await page.reload();
	await chooser(page).setInputFiles(sample('beacon-1.swupdate'));
	await expect(page.getByRole('heading', { name: /^Do you trust/ })).toBeFocused();
	await button(page, /^It is the same/).click();
	await connect(page);
	await button(page, 'Update now').click();
	await expect(page.getByRole('heading', { name: 'Beacon is up to date' })).toBeVisible();
	await button(page, 'Done').click();

	await chooser(page).setInputFiles(sample('beacon-2.swupdate'));
	await connect(page);
	await expect(stage(page, 'ready')).toContainText(/Now\s*1\.0\.0\s*New\s*2\.0\.0/);
	await button(page, 'Update now').click();
	await expect(stage(page, 'updating')).toContainText('Do not unplug or switch off.');
	await expect(page.getByRole('heading', { name: 'Beacon is up to date' })).toBeVisible();
	await expect(stage(page, 'done')).toContainText('Version 2.0.0');

	// Going back also works later: what was replaced is kept on this computer.
	await button(page, 'Done').click();
	await page.getByText('Installed from this computer').click();
	await accessible(page);
	await fitsPhone(page);
	await button(page, 'Go back to version 1.0.0').click();
	await expect(stage(page, 'offered')).toContainText('Version 1.0.0');
	await connect(page);
	await expect(stage(page, 'ready')).toContainText(/Now\s*2\.0\.0\s*New\s*1\.0\.0/);
	await button(page, 'Go back').click();
	await expect(page.getByRole('heading', { name: /previous version again/ })).toBeVisible();
	await expect(stage(page, 'done')).toContainText('Version 1.0.0');
});

test('refuses what is no update in one sentence, and saves details on request', async ({
	page,
}) => {
	await page.goto('./#update');
	await chooser(page).setInputFiles(sample('beacon-f405rg.elf'));
	const refused = stage(page, 'refused');
	await expect(refused.locator('[data-code="bundle.not-a-bundle"]')).toBeVisible();
	await expect(refused).toContainText('Nothing on your device was changed.');
	const download = page.waitForEvent('download');
	await button(page, 'Save details for support').click();
	const saved = await (await download).path();
	const details = JSON.parse(await readFile(saved, 'utf8')) as Record<string, unknown>;
	expect(details).toMatchObject({
		format: 'sectorwise-update-details/1',
		stage: 'refused',
		failure: { code: 'bundle.not-a-bundle' },
	});
	await button(page, 'Choose another update file').isEnabled();
});

test('is reached from the engineer’s page with a file, and leads back', async ({ page }) => {
	await page.goto('./');
	await chooser(page).first().setInputFiles(sample('beacon-2.swupdate'));
	await expect(page.getByRole('heading', { name: /^Do you trust/ })).toBeVisible();
	expect(new URL(page.url()).hash).toBe('#update');
	await page.getByRole('link', { name: 'For engineers' }).click();
	await expect(page.getByRole('heading', { name: /Program an STM32/ })).toBeVisible();
	await page.keyboard.press('?');
	await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
});

test.describe('in German', () => {
	test.use({ locale: 'de-AT' });

	test('speaks the reader’s language, or the one chosen', async ({ page }) => {
		await page.goto('./?bundle=samples/beacon-2.swupdate');
		await expect(page.getByRole('heading', { name: /^Vertrauen Sie/ })).toBeVisible();
		await expect(page.locator('html')).toHaveAttribute('lang', 'de');
		await button(page, /^Sie stimmt überein/).click();
		await expect(stage(page, 'offered')).toContainText('Was ist neu');
		await accessible(page);
		await page.getByRole('combobox', { name: 'Sprache' }).selectOption('English');
		await expect(page.locator('html')).toHaveAttribute('lang', 'en');
		await expect(stage(page, 'offered')).toContainText('What is new');
		await page.goto('./#update');
		await expect(page.getByRole('heading', { name: 'Update your device' })).toBeVisible();
	});
});

test('wears the maker’s brand, also offline, and works without a broken one', async ({
	context,
	origins,
	page,
}) => {
	const key = JSON.parse(
		await readFile(join(dist, '../samples/beacon/update/worthless-demo-key.jwk'), 'utf8'),
	) as JsonWebKey;
	const { kty, crv, x } = key;
	const brand = {
		schema: 1,
		name: 'Nordlicht',
		logo: 'brand/logo.svg',
		colours: { light: '#ffc400', dark: '#7a1f5c' },
		makers: [{ name: 'Nordlicht', keys: [{ kty, crv, x }] }],
		start: 'update',
		engineer: 'hidden',
		texts: { en: { 'nothing.title': 'Update your beacon' } },
		links: [{ text: { en: 'Imprint' }, url: 'https://example.com/imprint' }],
	};
	const copy = await copyOf(dist);
	const server = await serve(copy.folder, '/maker/');
	origins.add(server.origin);
	const file = join(copy.folder, 'brand.json');
	try {
		await writeFile(file, JSON.stringify(brand));
		await mkdir(join(copy.folder, 'brand'));
		await writeFile(
			join(copy.folder, 'brand/logo.svg'),
			'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><path d="M5 5h80v20H5z"/></svg>',
		);
		await page.goto(`${server.origin}/maker/`);
		const title = page.getByRole('heading', { name: 'Update your beacon' });
		await expect(title).toBeVisible();
		await expect(page.getByRole('link', { name: 'For engineers' })).toBeHidden();
		await expect(button(page, 'Choose update file')).toHaveCSS(
			'background-color',
			'rgb(255, 196, 0)',
		);
		await accessible(page);
		await offlineReady(page);
		await chooser(page).setInputFiles(sample('beacon-1.swupdate'));
		await expect(stage(page, 'offered')).toContainText('unchanged');

		await context.setOffline(true);
		await page.goto(`${server.origin}/maker/?again`);
		await expect(title).toBeVisible();
		const logo = page.locator('header img');
		await expect.poll(() => logo.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBe(90);
		await context.setOffline(false);

		await writeFile(file, '{"schema": 1, "makers": [{"name": "x", "keys": [{"d": "x"}]}]}');
		await page.goto(`${server.origin}/maker/#update`);
		await page.reload();
		await expect(page.locator('[data-code="brand.private-key"]')).toBeVisible();
		await expect(button(page, 'Choose update file')).toBeVisible();

		await writeFile(file, '{"schema": 1,}');
		await page.goto(`${server.origin}/maker/?broken`);
		await expect(page.locator('[data-code="brand.not-json"]')).toBeVisible();

		await page.goto(`${server.origin}/maker/?bundle=https://elsewhere.example/a.swupdate`);
		await expect(page.locator('[data-code="link.not-allowed"]')).toBeVisible();
	} finally {
		await server.stop();
		await copy.remove();
	}
});

test('says so where a page around it keeps devices away', async ({
	baseURL,
	origins,
	page,
	trouble,
}) => {
	const around = await mkdtemp(join(tmpdir(), 'sectorwise-around-'));
	const server = await serve(around);
	origins.add(server.origin);
	try {
		const frame = (allow: string): string =>
			`<!doctype html><title>x</title><link rel="icon" href="data:,"><iframe ${allow} src="${baseURL}#update"></iframe>`;
		await writeFile(join(around, 'index.html'), frame(''));
		await page.goto(server.origin);
		const app = page.frameLocator('iframe');
		await expect(app.getByRole('heading', { name: /may not use your devices/ })).toBeVisible();
		// Chromium logs that the frame looked for devices; nothing else may be wrong.
		expect(trouble.filter((line) => !line.includes('Permissions policy violation'))).toEqual([]);
		trouble.length = 0;
		await writeFile(join(around, 'index.html'), frame('allow="usb; serial"'));
		await page.reload();
		await expect(app.getByRole('heading', { name: 'Update your device' })).toBeVisible();
	} finally {
		await server.stop();
		await rm(around, { recursive: true });
	}
});
