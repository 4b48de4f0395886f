// Every stage of an update, made by hand: accessible, and as wide as a phone, in both languages and themes.
import AxeBuilder from '@axe-core/playwright';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer, type ViteDevServer } from 'vite';
import { expect, test } from './fixtures.ts';

const root = fileURLToPath(new URL('./stories/', import.meta.url));
const project = fileURLToPath(new URL('../../', import.meta.url));
let server: ViteDevServer;
let cache: string;
let address: string;

test.beforeAll(async () => {
	cache = await mkdtemp(join(tmpdir(), 'sectorwise-stories-'));
	server = await createServer({
		root,
		configFile: join(project, 'vite.config.ts'),
		publicDir: join(project, 'static'),
		cacheDir: cache,
		logLevel: 'error',
		server: { host: '127.0.0.1', port: 4190, hmr: false, watch: null, fs: { allow: [project] } },
	});
	await server.listen();
	address = server.resolvedUrls?.local[0] ?? '';
});
test.afterAll(async () => {
	await server.close();
	await rm(cache, { recursive: true, force: true });
});

/** A maker's own colours are as hard to read as colours get: yellow on light, purple on dark. */
const looks = [
	{ language: 'en', colorScheme: 'light', brand: 'maker' },
	{ language: 'de', colorScheme: 'dark', brand: 'maker' },
] as const;

for (const [turn, { language, colorScheme, brand }] of looks.entries()) {
	test(`draws every stage well, ${language} and ${colorScheme}`, async ({ page, origins }) => {
		origins.add(new URL(address).origin);
		await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
		await page.setViewportSize({ width: 390, height: 844 });
		await page.goto(`${address}?brand=${brand}&language=${language}`);
		await page.waitForFunction(() => 'stories' in window);
		const names = await page.evaluate(() => window.stories.names);
		expect(names.length).toBeGreaterThan(20);
		for (const [i, name] of names.entries()) {
			await page.evaluate(
				([story, tag]) => window.stories.show(story!, { language: tag! }),
				[name, language],
			);
			const overhang = await page.evaluate(
				() => document.documentElement.scrollWidth - document.documentElement.clientWidth,
			);
			expect(overhang, `${name} has no sideways scrolling at 390 px`).toBe(0);
			// Each stage is looked at by axe in one of the looks: colours and structure are the same in the other.
			if (i % looks.length !== turn) continue;
			const { violations } = await new AxeBuilder({ page })
				.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
				.analyze();
			const told = violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)]);
			expect(told, name).toEqual([]);
		}
	});
}

test('has one action for each stage, and it is called', async ({ page, origins }) => {
	origins.add(new URL(address).origin);
	await page.goto(address);
	await page.waitForFunction(() => 'stories' in window);
	const press = async (story: string, name: RegExp): Promise<string | undefined> => {
		await page.evaluate((one) => window.stories.show(one, { language: 'en', bare: true }), story);
		await page.getByRole('button', { name }).click();
		return page.evaluate(() => window.stories.called.at(-1));
	};
	expect(await press('unknown-maker', /^It is the same/)).toBe('acceptMaker');
	expect(await press('unknown-maker', /^It is not/)).toBe('close');
	expect(await press('offered', /^Start/)).toBe('connect dfu remembered');
	expect(await page.evaluate(() => window.stories.called.at(-2))).toBe('prepare dfu');
	expect(await press('waiting', /^Select/)).toBe('connect dfu ask');
	expect(await press('waiting', /^Not now/)).toBe('cancel');
	expect(await press('examining', /^Cancel/)).toBe('cancel');
	expect(await press('whole-elsewhere', /^Get the full update/)).toBe('fetchWhole');
	expect(await press('fetching', /^Cancel/)).toBe('cancel');
	expect(await press('ask-product', /^Yes/)).toBe('confirmProduct');
	expect(await press('ask-product', /^No/)).toBe('close');
	expect(await press('ask-device', /^Yes/)).toBe('confirmDevice true');
	expect(await press('ask-device', /^No/)).toBe('confirmDevice false');
	expect(await press('ready', /^Update now/)).toBe('update');
	expect(await press('same', /^Done/)).toBe('close');
	expect(await press('done', /^Done/)).toBe('close');
	expect(await press('failed', /^Continue/)).toBe('continueInterrupted');
	expect(await press('failed-old', /^Try again/)).toBe('again');
	expect(await press('earlier', /^Continue/)).toBe('openUnfinished 0');
	expect(await press('done', /^Go back/)).toBe('openUnfinished 0');
	await page.getByRole('dialog').getByRole('button', { name: 'Go back' }).click();
	expect(await page.evaluate(() => window.stories.called.at(-1))).toBe('goBack');
});

for (const barred of ['embedded', 'insecure', 'browser'])
	test(`says why no device can be reached: ${barred}`, async ({ page, origins }) => {
		origins.add(new URL(address).origin);
		await page.goto(`${address}?barred=${barred}`);
		await expect(page.getByRole('heading', { name: /may not use your devices/ })).toBeVisible();
	});
