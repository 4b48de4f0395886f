// The element on a maker's own page, at another origin than the app: opens the customer's page, hands it the update,
// tells what happens, and says what it cannot do.
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { accessible } from './screen.ts';
import { dist, serve, type StaticServer } from './servers.ts';

let folder: string;
let server: StaticServer;

test.beforeEach(async ({ baseURL, origins }) => {
	folder = await mkdtemp(join(tmpdir(), 'sectorwise-element-'));
	await copyFile(join(dist, 'sectorwise-update.js'), join(folder, 'sectorwise-update.js'));
	await copyFile(join(dist, 'samples/beacon-2.swupdate'), join(folder, 'beacon-2.swupdate'));
	const app = `${baseURL}?board=virtual&speed=50`;
	await writeFile(
		join(folder, 'index.html'),
		`<!doctype html><html lang="de"><meta charset="utf-8"><title>Acme</title>
		<link rel="icon" href="data:,">
		<script type="module" src="sectorwise-update.js"></script>
		<main aria-label="Acme"><h1>Acme</h1>
		<sectorwise-update bundle="beacon-2.swupdate" app="${app}">
			<button slot="activate">Lampe aktualisieren</button>
		</sectorwise-update></main>`,
	);
	server = await serve(folder);
	origins.add(server.origin);
});
test.afterEach(async () => {
	await server.stop();
	await rm(folder, { recursive: true, force: true });
});

/** The app beside the maker's page pins the key of the demonstration. */
async function pinned(page: Page): Promise<void> {
	const { kty, crv, x } = JSON.parse(
		await readFile('samples/beacon/update/worthless-demo-key.jwk', 'utf8'),
	) as JsonWebKey;
	const makers = [{ name: 'Nordlicht', keys: [{ kty, crv, x }] }];
	await page.route('**/brand.json', (route) => route.fulfill({ json: { schema: 1, makers } }));
}

test('updates a device from a maker’s page, and tells it so', async ({ page }) => {
	await pinned(page);
	await page.goto(server.origin);
	await page.evaluate(() => {
		const seen = ((window as unknown as { seen: unknown[] }).seen = [] as unknown[]);
		for (const type of ['stage', 'done', 'failed', 'close'])
			document.addEventListener(`sectorwise-${type}`, (event) => {
				seen.push([type, (event as CustomEvent).detail]);
			});
	});
	const seen = () => page.evaluate(() => (window as unknown as { seen: unknown[] }).seen);
	await page.getByRole('button', { name: 'Lampe aktualisieren' }).click();
	const frame = page.frameLocator('sectorwise-update iframe');
	await expect(frame.locator('[data-stage=offered]')).toBeVisible();
	await expect(frame.getByRole('link', { name: 'Für Entwickler' })).toHaveCount(0);
	await accessible(page);
	await frame.locator('[data-stage=offered] button.primary').click();
	await frame.locator('[data-stage=waiting] button.primary').click();
	const ready = frame.locator('[data-stage=ready]');
	const asked = frame.locator('[data-stage=ask-product]');
	await expect(ready.or(asked)).toBeVisible();
	if (await asked.isVisible()) await asked.locator('button.primary').click();
	await ready.locator('button.primary').click();
	await expect(frame.locator('[data-stage=done]')).toBeVisible();
	expect(await seen()).toContainEqual(['done', { version: '2.0.0' }]);
	await page.getByRole('button', { name: 'Close' }).click();
	await expect(page.locator('sectorwise-update iframe')).toHaveCount(0);
	expect((await seen()).at(-1)).toEqual(['close', {}]);
});

test('takes no stranger’s word in another site’s frame, where nothing it learned is known', async ({
	page,
}) => {
	await page.goto(server.origin);
	await page.getByRole('button', { name: 'Lampe aktualisieren' }).click();
	const frame = page.frameLocator('sectorwise-update iframe');
	await expect(frame.locator('[data-code="update.in-frame"]')).toBeVisible();
	await expect(frame.getByText('Öffnen Sie sie in einem eigenen Tab')).toBeVisible();
	await accessible(page);
});

test('says that an update cannot be fetched, and what a browser lacks', async ({
	page,
	trouble,
}) => {
	await rm(join(folder, 'beacon-2.swupdate'));
	await page.goto(server.origin);
	await page.getByRole('button', { name: 'Lampe aktualisieren' }).click();
	const frame = page.frameLocator('sectorwise-update iframe');
	await expect(frame.locator('[data-code="link.unreachable"]')).toBeVisible();
	expect(trouble.splice(0).join()).toContain('404');
	await page.addInitScript(() => {
		for (const name of ['usb', 'serial'])
			Reflect.deleteProperty(Object.getPrototypeOf(navigator) as object, name);
	});
	await page.reload();
	await expect(page.getByText('Updating needs Chrome or Edge')).toBeVisible();
	await expect(page.getByRole('button', { name: 'Lampe aktualisieren' })).toBeHidden();
});
