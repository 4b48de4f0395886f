// A new version of the app: offered, refused while any tab has a board open, taken by all tabs together.
import { type Page } from '@playwright/test';
import { appendFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, offlineReady, test as base } from './fixtures.ts';
import { buildHarness, type BuiltHarness } from './harness.ts';
import { serve } from './servers.ts';

const test = base.extend<{ harness: BuiltHarness; address: string }>({
	// eslint-disable-next-line no-empty-pattern -- Playwright demands the pattern
	harness: async ({}, use) => {
		const harness = await buildHarness();
		await use(harness);
		await harness.remove();
	},
	address: async ({ harness, origins }, use) => {
		const server = await serve(harness.folder, '/app/');
		origins.add(server.origin);
		await use(`${server.origin}/app/`);
		await server.stop();
	},
});

const version = (page: Page) => page.evaluate(() => window.harness.version);
const applyIn = (page: Page) => page.evaluate(() => window.harness.apply?.());
const updateOffered = (page: Page) =>
	page.waitForFunction(() => window.harness.apply !== undefined);

/** Versions of the app that are stored; the brand, which is of no version, is kept beside them. */
const keptVersions = (page: Page): Promise<string[]> =>
	page.evaluate(async () => (await caches.keys()).filter((name) => !name.endsWith(':brand')));

/** Two tabs on version 1, both controlled by its service worker. */
async function twoTabs(page: Page, address: string): Promise<Page> {
	await page.goto(address);
	await offlineReady(page);
	await page.reload();
	const other = await page.context().newPage();
	await other.goto(address);
	return other;
}

async function lookForUpdate(page: Page): Promise<void> {
	await page.evaluate(async () => {
		await (await navigator.serviceWorker.ready).update();
	});
}

test('offers a new version in every tab and moves all tabs to it when asked', async ({
	page,
	harness,
	address,
}) => {
	const other = await twoTabs(page, address);
	await harness.publish('2');
	await lookForUpdate(page);
	await updateOffered(page);
	await updateOffered(other);
	expect([await version(page), await version(other)]).toEqual(['1', '1']);

	const moved = Promise.all([page.waitForEvent('load'), other.waitForEvent('load')]);
	expect(await applyIn(page)).toBe('applied');
	await moved;
	expect([await version(page), await version(other)]).toEqual(['2', '2']);
	expect(await keptVersions(page)).toHaveLength(1);
});

test('refuses the new version while another tab has a board open, and takes it afterwards', async ({
	page,
	harness,
	address,
}) => {
	const other = await twoTabs(page, address);
	await other.evaluate(() => window.harness.guard());
	await harness.publish('2');
	await lookForUpdate(page);
	await updateOffered(page);
	const loads: string[] = [];
	for (const tab of [page, other]) tab.on('load', () => loads.push(tab.url()));

	expect(await applyIn(page)).toBe('refused');
	await page.waitForTimeout(500);
	expect(loads).toEqual([]);
	expect([await version(page), await version(other)]).toEqual(['1', '1']);

	await other.evaluate(() => window.harness.release?.());
	await expect.poll(() => applyIn(page)).toBe('applied');
	await expect.poll(() => loads.length).toBe(2);
	expect([await version(page), await version(other)]).toEqual(['2', '2']);
});

test('offers the waiting version again after a reload', async ({ page, harness, address }) => {
	await twoTabs(page, address);
	await harness.publish('2');
	await lookForUpdate(page);
	await updateOffered(page);
	await page.reload();
	await updateOffered(page);
	expect(await version(page)).toBe('1');
});

test('keeps the old version when a file of the new one was altered on its way', async ({
	page,
	harness,
	address,
	trouble,
}) => {
	await page.goto(address);
	await offlineReady(page);
	await page.reload();
	await harness.publish('2');
	const [script] = await readdir(join(harness.folder, 'assets'));
	await appendFile(join(harness.folder, 'assets', script!), '\n');
	const outcome = await page.evaluate(async () => {
		const registration = await navigator.serviceWorker.ready;
		const found = new Promise<ServiceWorker>((resolve) => {
			registration.addEventListener('updatefound', () => {
				resolve(registration.installing!);
			});
		});
		await registration.update();
		const worker = await found;
		while (worker.state === 'installing')
			await new Promise((done) => {
				worker.addEventListener('statechange', done, { once: true });
			});
		return worker.state;
	});
	expect(outcome).toBe('redundant');
	await page.reload();
	expect(await version(page)).toBe('1');
	expect(await keptVersions(page)).toHaveLength(1);
	// Chromium logs the failed integrity check; nothing else may be wrong.
	expect(trouble.filter((line) => !line.includes('integrity'))).toEqual([]);
	trouble.length = 0;
});

test('asks before leaving while a board is open, and not afterwards', async ({ page, address }) => {
	await page.goto(address);
	await page.getByRole('button').click();
	await page.evaluate(() => window.harness.guard());
	const asked: string[] = [];
	page.on('dialog', (dialog) => {
		asked.push(dialog.type());
		void dialog.accept();
	});
	await page.reload();
	expect(asked).toEqual(['beforeunload']);
	await page.getByRole('button').click();
	await page.evaluate(async () => {
		await window.harness.guard();
		window.harness.release?.();
	});
	await page.reload();
	expect(asked).toEqual(['beforeunload']);
});
