// Pictures of the built page: for the manifest (static/screenshots) and for the README (docs/screenshot.png). Run it
// after `npm run build`, and again whenever the page has changed.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { preview } from 'vite';
import { CHROMIUM_ARGUMENTS, findChromium } from './find-chromium.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));

/** The page on a virtual board, ready to program or done; `size` is the picture's, in pixels. */
const PICTURES = [
	{ file: 'docs/screenshot.png', width: 1280, height: 900, state: 'ready' },
	{ file: 'static/screenshots/wide.png', width: 1280, height: 800, state: 'ready' },
	{ file: 'static/screenshots/narrow.png', width: 390, height: 844, state: 'done' },
];

const executablePath = findChromium();
if (executablePath === undefined) throw new Error('No Chromium found: run `npm run setup` first.');
mkdirSync(`${root}static/screenshots`, { recursive: true });
mkdirSync(`${root}docs`, { recursive: true });
const server = await preview({ root, preview: { host: '127.0.0.1', port: 4178 } });
const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGUMENTS });
try {
	for (const { file, width, height, state } of PICTURES) {
		const page = await browser.newPage({ viewport: { width, height }, colorScheme: 'light' });
		await page.goto('http://127.0.0.1:4178/');
		// The picture shows what every later visit shows.
		await page.getByText('Works offline').waitFor();
		await page.goto('http://127.0.0.1:4178/?board=virtual');
		const program = page.getByRole('button', { name: /^Program/ });
		await page.getByText(/^Erase \d+ sectors/).waitFor();
		if (state === 'done') {
			await program.click();
			await page.getByRole('heading', { name: 'Programmed and verified' }).waitFor();
		}
		await page.getByText('Works offline').waitFor();
		await page.evaluate(() => {
			scrollTo(0, 0);
		});
		await page.waitForTimeout(300);
		await page.screenshot({ path: root + file });
		await page.close();
		console.log(file);
	}
} finally {
	await browser.close();
	await server.close();
}
