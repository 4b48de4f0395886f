// The app as a thing on a host: it loads clean, installs, starts without network, and lives under any path.
import { chromium } from '@playwright/test';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentPolicy } from '../../tools/vite/content-policy.ts';
import { expect, offlineReady, test, watchTrouble } from './fixtures.ts';
import { dist, serve, visitedOnce } from './servers.ts';

test('loads without a console message, a policy breach or a foreign request', async ({ page }) => {
	await page.goto('./');
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	await offlineReady(page);
	const policy = page.locator('meta[http-equiv="Content-Security-Policy"]');
	await expect(policy).toHaveAttribute('content', contentPolicy);
});

test('refuses inline script and foreign worker scripts', async ({ page, trouble }) => {
	await page.goto('./');
	const inline = await page.evaluate(() => {
		const script = document.createElement('script');
		try {
			script.text = 'window.injected = true';
			document.head.append(script);
		} catch (error) {
			return (error as Error).name;
		}
		return String('injected' in window);
	});
	expect(inline).toBe('TypeError');
	const worker = await page.evaluate(() => {
		try {
			new Worker('./sw.js');
			return 'started';
		} catch (error) {
			return (error as Error).name;
		}
	});
	expect(worker).toBe('TypeError');
	expect(trouble.some((line) => line.startsWith('policy: require-trusted-types-for'))).toBe(true);
	trouble.length = 0;
});

test('is installable', async ({ page, context }) => {
	await page.goto('./');
	const session = await context.newCDPSession(page);
	const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
	// A private profile is never installable; nothing else may be wrong.
	expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(['in-incognito']);
	const { errors, data } = await session.send('Page.getAppManifest');
	expect(errors).toEqual([]);
	const manifest = JSON.parse(data ?? '') as { icons: { src: string }[] };
	for (const { src } of manifest.icons) {
		const answer = await page.request.get(src);
		expect(answer.ok(), src).toBe(true);
	}
});

test('keeps every file offline except source maps and the worker itself', async ({ page }) => {
	await page.goto('./');
	await offlineReady(page);
	const cached = await page.evaluate(async () => {
		const names = await caches.keys();
		const lists = names.map(async (name) => (await caches.open(name)).keys());
		const requests = (await Promise.all(lists)).flat();
		return requests.map(({ url }) => new URL(url).pathname.slice(1)).sort();
	});
	const files = (await readdir(dist, { recursive: true, withFileTypes: true }))
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name).slice(dist.length))
		.filter((path) => path !== 'sw.js' && !/\.(?:js|css)\.map$/.test(path))
		.map((path) => (path === 'index.html' ? '' : path));
	expect(cached).toEqual(files.sort());
	expect(cached).toContain('samples/beacon-f405rg.map');
});

test('starts a second time with the server stopped, also in a new tab', async ({
	context,
	origins,
}) => {
	const { page, origin } = await visitedOnce(context, origins);
	await page.reload();
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	const second = await context.newPage();
	await second.goto(`${origin}/index.html?board=virtual`);
	await expect(second.getByRole('heading', { level: 1 })).toBeVisible();
	const sample = await second.evaluate(async () => {
		const answer = await fetch('./samples/index.json');
		const [first] = (await answer.json()) as { elf: string }[];
		return (await (await fetch(`./samples/${first!.elf}`)).arrayBuffer()).byteLength;
	});
	expect(sample).toBeGreaterThan(10_000);
});

test('starts in a new browser without server, below a path of a shared host', async ({
	launchOptions,
}) => {
	const profile = await mkdtemp(join(tmpdir(), 'sectorwise-profile-'));
	const server = await serve(dist, '/maker/app/');
	const address = `${server.origin}/maker/app/`;
	try {
		const first = await chromium.launchPersistentContext(profile, launchOptions);
		const page = await first.newPage();
		await page.goto(address);
		await offlineReady(page);
		const scope = await page.evaluate(async () => (await navigator.serviceWorker.ready).scope);
		expect(scope).toBe(address);
		expect(server.asked.filter((path) => !path.startsWith('/maker/app/'))).toEqual([]);
		await first.close();
		await server.stop();

		const second = await chromium.launchPersistentContext(profile, launchOptions);
		const trouble = await watchTrouble(second, new Set([server.origin]));
		const again = await second.newPage();
		await again.goto(address);
		await expect(again.getByRole('heading', { level: 1 })).toBeVisible();
		expect(trouble).toEqual([]);
		await second.close();
	} finally {
		await rm(profile, { recursive: true, force: true });
	}
});

test('links only files that exist, by relative addresses', async () => {
	const html = await readFile(join(dist, 'index.html'), 'utf8');
	const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link!);
	expect(links.length).toBeGreaterThan(3);
	for (const link of links) {
		expect(link).toMatch(/^\.\//);
		await readFile(join(dist, link));
	}
});
