// Draws the PNG icons of static/ from the one SVG, with the system's Chromium. Run it after changing icon.svg:
// `node tools/icons.mjs`. Installed apps want pixels (Web App Manifest, W3C), and no image package is worth it.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { CHROMIUM_ARGUMENTS, findChromium } from './find-chromium.mjs';

const folder = fileURLToPath(new URL('../static/', import.meta.url));
const drawing = readFileSync(folder + 'icon.svg', 'utf8');

/** Maskable icons are cut to a circle of 80 % (W3C manifest, icon masks), so the drawing fills less of a plain field. */
const icons = [
	{ name: 'icon-192.png', size: 192, fill: 0.92, field: 'transparent' },
	{ name: 'icon-512.png', size: 512, fill: 0.92, field: 'transparent' },
	{ name: 'icon-maskable-512.png', size: 512, fill: 0.68, field: '#ffffff' },
];

const executablePath = findChromium();
if (executablePath === undefined) {
	console.error('No Chromium found: run `npm run setup`.');
	process.exit(1);
}
const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGUMENTS });
for (const { name, size, fill, field } of icons) {
	const page = await browser.newPage({ viewport: { width: size, height: size } });
	await page.setContent(
		`<style>body { margin: 0; display: grid; place-items: center; height: 100vh; background: ${field} }
		svg { width: ${fill * 100}vw }</style>${drawing}`,
	);
	await page.screenshot({ path: folder + name, omitBackground: true });
	await page.close();
	console.log(`static/${name}`);
}
await browser.close();
