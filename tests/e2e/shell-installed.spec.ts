// The installed app: a window of its own, and firmware files opened from the desktop.
import { chromium } from '@playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import { buildHarness } from './harness.ts';
import { dist, serve } from './servers.ts';

const DISPLAY = { displayMode: 'standalone' } as const;

test('installs and opens firmware files from the desktop', async ({ launchOptions }) => {
	const harness = await buildHarness();
	const profile = await mkdtemp(join(tmpdir(), 'sectorwise-profile-'));
	const server = await serve(harness.folder);
	const context = await chromium.launchPersistentContext(profile, launchOptions);
	try {
		const manifestId = `${server.origin}/`;
		const [page] = context.pages();
		await page!.goto(manifestId);
		const session = await context.browser()!.newBrowserCDPSession();
		await session.send('PWA.install', { manifestId, installUrlOrBundleUrl: manifestId });
		await session.send('PWA.changeAppUserSettings', { manifestId, ...DISPLAY });
		const { fileHandlers } = await session.send('PWA.getOsAppState', { manifestId });
		const extensions = fileHandlers.flatMap(({ accepts }) =>
			accepts.flatMap(({ fileExtensions }) => fileExtensions),
		);
		expect(extensions.sort().join(' ')).toBe(
			'.axf .bin .dfu .elf .hex .ihex .ld .lds .map .mot .out .s19 .srec .swupdate .uf2',
		);

		const opened = context.waitForEvent('page');
		const file = join(dist, 'samples/beacon-f405rg.elf');
		await session.send('PWA.launchFilesInApp', { manifestId, files: [file] });
		const app = await opened;
		await app.waitForFunction(() => window.harness.launched.length > 0);
		const [launched] = await app.evaluate(() => window.harness.launched);
		expect(launched?.name).toBe('beacon-f405rg.elf');
		expect(launched?.size).toBeGreaterThan(10_000);
		expect(await app.evaluate(() => matchMedia('(display-mode: standalone)').matches)).toBe(true);
	} finally {
		await context.close();
		await server.stop();
		await rm(profile, { recursive: true, force: true, maxRetries: 5 });
		await harness.remove();
	}
});

test('opens an update from the desktop on the customer’s page', async ({ launchOptions }) => {
	const profile = await mkdtemp(join(tmpdir(), 'sectorwise-profile-'));
	const server = await serve(dist);
	const context = await chromium.launchPersistentContext(profile, launchOptions);
	try {
		const manifestId = `${server.origin}/`;
		const [page] = context.pages();
		await page!.goto(manifestId);
		const session = await context.browser()!.newBrowserCDPSession();
		await session.send('PWA.install', { manifestId, installUrlOrBundleUrl: manifestId });
		await session.send('PWA.changeAppUserSettings', { manifestId, ...DISPLAY });
		const opened = context.waitForEvent('page');
		const file = join(dist, 'samples/beacon-2.swupdate');
		await session.send('PWA.launchFilesInApp', { manifestId, files: [file] });
		const app = await opened;
		await expect(app.getByRole('heading', { name: /^Do you trust/ })).toBeVisible();
		expect(new URL(app.url()).hash).toBe('#update');
	} finally {
		await context.close();
		await server.stop();
		await rm(profile, { recursive: true, force: true, maxRetries: 5 });
	}
});
