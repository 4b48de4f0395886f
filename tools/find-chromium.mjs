// Finds a Chromium to test with: what the user names, then what is installed, then Playwright's own.
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';

const NAMES = [
	'chromium',
	'chromium-browser',
	'google-chrome-stable',
	'google-chrome',
	'microsoft-edge-stable',
];

const PLACES = {
	darwin: [
		'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
		'/Applications/Chromium.app/Contents/MacOS/Chromium',
		'/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
	],
	win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((variable) => {
		const folder = process.env[variable];
		return folder === undefined
			? []
			: [
					join(folder, 'Google/Chrome/Application/chrome.exe'),
					join(folder, 'Microsoft/Edge/Application/msedge.exe'),
				];
	}),
};

/** @param {string} file */
function runs(file) {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

/**
 * The first of these programs on PATH, or undefined.
 * @param {readonly string[]} names
 */
export function onPath(names) {
	const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
	return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(runs);
}

/**
 * Path of a Chromium, or undefined when there is none. CHROMIUM_PATH and CHROME_PATH go first.
 * @returns {string | undefined}
 */
export function findChromium() {
	const named = process.env.CHROMIUM_PATH ?? process.env.CHROME_PATH;
	if (named !== undefined && named !== '') return named;
	const places = process.platform === 'darwin' ? PLACES.darwin : PLACES.win32;
	return onPath(NAMES) ?? places.find(existsSync) ?? [chromium.executablePath()].find(existsSync);
}

/** What a closed network and a superuser need; harmless elsewhere. */
export const CHROMIUM_ARGUMENTS = [
	'--no-sandbox',
	'--disable-quic',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];
