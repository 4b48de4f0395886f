// Gets what the tests need beyond npm packages: a Chromium, and the programs whose own behaviour the simulated boards
// and our parsers are checked against. As root on Debian it installs what is missing; anywhere else it says what to
// install and exits 1.
import { spawnSync } from 'node:child_process';
import { findChromium, onPath } from './find-chromium.mjs';

/** Program → Debian packages that bring it. An optional one only lets more tests run. */
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
	{
		what: 'arm-none-eabi-gcc',
		packages: ['gcc-arm-none-eabi'],
		hint: 'Without it the tests of its files are skipped (Debian, Ubuntu: `apt install gcc-arm-none-eabi`).',
		found: () => onPath(['arm-none-eabi-gcc', 'arm-none-eabi-gcc.exe']),
		optional: true,
	},
	{
		what: 'srec_cat',
		packages: ['srecord'],
		hint: 'Without it the tests of its files are skipped (Debian, Ubuntu: `apt install srecord`).',
		found: () => onPath(['srec_cat', 'srec_cat.exe']),
		optional: true,
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
process.exitCode = still.some(({ optional }) => optional !== true) ? 1 : 0;
