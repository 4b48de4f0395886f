// Browser tests: the built app in the system's own Chromium. `npm run setup` finds or installs one.
import { defineConfig } from '@playwright/test';
import { CHROMIUM_ARGUMENTS, findChromium } from './tools/find-chromium.mjs';

const executablePath = findChromium();
if (executablePath === undefined) throw new Error('No Chromium found: run `npm run setup` first.');

/** The tests' own ports lie from 4179 on; `npm start` begins at 4173. */
const ADDRESS = 'http://127.0.0.1:4179/';
const report = process.env['PLAYWRIGHT_JSON_OUTPUT_FILE'];

export default defineConfig({
	testDir: 'tests/e2e',
	testMatch: '**/*.spec.ts',
	forbidOnly: process.env['CI'] !== undefined,
	workers: 2,
	// What passes only the second time is printed as flaky, at the end.
	retries: 1,
	timeout: 90_000,
	// A busy machine draws late; what never comes is found all the same.
	expect: { timeout: 20_000 },
	reporter: [
		['list'],
		...(report === undefined ? [] : [['json', { outputFile: report }] as const]),
	],
	use: {
		baseURL: ADDRESS,
		serviceWorkers: 'allow',
		trace: 'retain-on-failure',
		launchOptions: { executablePath, args: CHROMIUM_ARGUMENTS },
	},
	webServer: {
		command: 'npx vite preview --host 127.0.0.1 --port 4179 --strictPort',
		url: ADDRESS,
		reuseExistingServer: false,
	},
});
