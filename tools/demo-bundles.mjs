// Makes the demonstration updates static/samples/beacon-*.swupdate with the command line, as a maker would. The same
// input gives the same bytes; tests/cli/bundle-demo.test.ts makes them again and compares.
// `node tools/demo-bundles.mjs --pictures` draws their pictures anew first, with the system's Chromium.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CHROMIUM_ARGUMENTS, findChromium } from './find-chromium.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const pictures = root + 'samples/beacon/update/pictures/';

/** Pixels of a picture: sharp on a phone, small in the bundle. */
const SIZE = { width: 640, height: 400 };

async function draw() {
	const { chromium } = await import('@playwright/test');
	const executablePath = findChromium();
	if (executablePath === undefined) throw new Error('No Chromium found: run `npm run setup`.');
	const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGUMENTS });
	for (const name of readdirSync(pictures).filter((each) => each.endsWith('.svg'))) {
		const page = await browser.newPage({ viewport: SIZE });
		await page.setContent(
			`<style>body { margin: 0 }</style>${readFileSync(pictures + name, 'utf8')}`,
		);
		await page.screenshot({ path: pictures + name.replace(/\.svg$/, '.png') });
		await page.close();
	}
	await browser.close();
}

if (process.argv.includes('--pictures')) await draw();
for (const version of [1, 2]) {
	const words = [
		'bundle',
		'create',
		`samples/beacon/update/beacon-${version}.json`,
		'--key',
		'samples/beacon/update/worthless-demo-key.jwk',
		'--out',
		`static/samples/beacon-${version}.swupdate`,
		...(version === 1 ? [] : ['--previous', 'static/samples/beacon-1.swupdate']),
	];
	execFileSync(process.execPath, ['tools/cli.mjs', ...words], { cwd: root, stdio: 'inherit' });
}
