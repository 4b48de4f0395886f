// Gets what the tests need beyond npm packages: a Chromium, and stm32flash and dfu-util, whose own behaviour the
// simulated boards are checked against. As root on Debian it installs what is missing; anywhere else it says what to
// install and exits 1.
import { spawnSync } from 'node:child_process';
import { findChromium, onPath } from './find-chromium.mjs';

/** Needed program → Debian packages that bring it. */
const NEEDS = [
	{
		what: 'Chromium or Chrome',
		packages: ['chromium', 'fonts-liberation'],
		hint: 'Install Chrome or Chromium, or set CHROMIUM_PATH to one, or run `npx playwright install chromium`.',
		found: findChromium,
	},
	{
		what: 'stm32flash',
		packages: ['stm32flash'],
		hint: 'Install stm32flash (Debian, Ubuntu: `apt install stm32flash`; macOS: `brew install stm32flash`).',
		found: () => onPath(['stm32flash', 'stm32flash.exe']),
	},
	{
		what: 'dfu-util',
		packages: ['dfu-util'],
		hint: 'Install dfu-util (Debian, Ubuntu: `apt install dfu-util`; macOS: `brew install dfu-util`).',
		found: () => onPath(['dfu-util', 'dfu-util.exe']),
	},
];

const missing = () => NEEDS.filter(({ found }) => found() === undefined);

/** @param {readonly string[]} packages */
function installByApt(packages) {
	/** @param {readonly string[]} words */
	const apt = (words) =>
		spawnSync('apt-get', [...words], {
			stdio: 'inherit',
			env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
		}).status === 0;
	console.log(`Installing ${packages.join(', ')}`);
	if (!apt(['update', '-qq'])) console.error('apt-get update failed; trying with the old lists.');
	return apt(['install', '-y', '-qq', '--no-install-recommends', ...packages]);
}

const absent = missing();
if (absent.length > 0 && process.getuid?.() === 0 && onPath(['apt-get']) !== undefined)
	installByApt(absent.flatMap(({ packages }) => packages));

const still = missing();
for (const { what, hint } of still) console.error(`${what} is missing. ${hint}`);
for (const { what, found } of NEEDS) {
	const place = found();
	if (place !== undefined) console.log(`${what}: ${place}`);
}
process.exitCode = still.length > 0 ? 1 : 0;
