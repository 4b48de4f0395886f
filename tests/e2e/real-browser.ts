// A browser whose background tabs are really in the background. Playwright's own pages always count as visible and
// focused, so nothing about hidden tabs can be seen in them.
import { chromium, type BrowserContext } from '@playwright/test';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHROMIUM_ARGUMENTS, findChromium } from '../../tools/find-chromium.mjs';

export interface RealBrowser {
	/** Tabs of one window: a new tab hides the one before. */
	readonly context: BrowserContext;
	close(): Promise<void>;
}

const START_TRIES = 200;
const TRY_EVERY_MS = 50;

export async function startRealBrowser(): Promise<RealBrowser> {
	const profile = await mkdtemp(join(tmpdir(), 'sectorwise-profile-'));
	const options = ['--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`];
	const browser = spawn(
		findChromium() ?? 'chromium',
		[...options, '--no-first-run', ...CHROMIUM_ARGUMENTS, 'about:blank'],
		{ stdio: 'ignore' },
	);
	const ended = once(browser, 'exit');
	const stop = async (): Promise<void> => {
		browser.kill();
		await ended;
		await rm(profile, { recursive: true, force: true, maxRetries: 5 });
	};
	try {
		const port = await debuggingPort(profile);
		const connection = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, {
			noDefaults: true,
		});
		const [context] = connection.contexts();
		return {
			context: context!,
			close: async () => {
				await connection.close();
				await stop();
			},
		};
	} catch (error) {
		await stop();
		throw error;
	}
}

/** Chromium writes the port it chose into its profile. */
async function debuggingPort(profile: string): Promise<string> {
	for (let tries = 0; tries < START_TRIES; tries++) {
		const text = await readFile(join(profile, 'DevToolsActivePort'), 'utf8').catch(() => '');
		const [port] = text.split('\n');
		if (port) return port;
		await new Promise((again) => setTimeout(again, TRY_EVERY_MS));
	}
	throw new Error('Chromium did not open its debugging port');
}
