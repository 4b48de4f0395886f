// The system's own Chromium, headless, on the built app at the one origin whose permissions come from policies.json.
// Nothing in the page is replaced: navigator.serial and navigator.usb are Chromium's own.
import { chromium, type Browser, type Page } from '@playwright/test';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach } from 'vitest';
import { preview, type PreviewServer } from 'vite';
import { CHROMIUM_ARGUMENTS, findChromium } from '../../../tools/find-chromium.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** tools/real.mjs builds it. */
const APP = root + '.cache/real-app';
/** policies.json names this origin. */
const PORT = 8123;

export interface Chromium {
	/** Opens the app in a browser of its own, closed after the test; or in one more tab, `beside` another. */
	readonly open: (beside?: Page) => Promise<Page>;
}

export function realChromium(): Chromium {
	let server: PreviewServer | undefined;
	const browsers: Browser[] = [];
	afterEach(async () => {
		await Promise.all(browsers.splice(0).map((browser) => browser.close()));
	});
	afterAll(async () => {
		await server?.close();
	});
	return {
		open: async (beside) => {
			server ??= await preview({
				root,
				logLevel: 'error',
				build: { outDir: APP },
				preview: { host: 'localhost', port: PORT, strictPort: true },
			});
			const page = await (beside ? beside.context().newPage() : launch(browsers));
			await page.goto(`http://localhost:${PORT}/`);
			return page;
		},
	};
}

async function launch(browsers: Browser[]): Promise<Page> {
	const browser = await chromium.launch({
		executablePath: findChromium() ?? 'chromium',
		args: ['--headless=new', '--disable-gpu', '--no-first-run', ...CHROMIUM_ARGUMENTS],
	});
	browsers.push(browser);
	const context = await browser.newContext();
	return context.newPage();
}
