// `npm start`: builds the app and serves it on this machine until Ctrl+C.
// `-- --open` opens a browser, `-- --no-open` does not; without either one is opened where there is a display.
import { spawn } from 'node:child_process';
import { build, preview } from 'vite';

const FIRST_PORT = 4173;

const hasDisplay =
	process.platform === 'win32' ||
	process.platform === 'darwin' ||
	Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
const open =
	process.argv.includes('--open') ||
	(hasDisplay && process.env.CI === undefined && !process.argv.includes('--no-open'));

/** @param {string} address */
function openBrowser(address) {
	/** @type {Partial<Record<NodeJS.Platform, [string, string[]]>>} */
	const openers = { win32: ['cmd', ['/c', 'start', '', address]], darwin: ['open', [address]] };
	const [command, words] = openers[process.platform] ?? ['xdg-open', [address]];
	const opener = spawn(command, words, { stdio: 'ignore', detached: true });
	// The address is printed anyway.
	opener.on('error', () => undefined);
	opener.unref();
}

await build({ logLevel: 'warn' });
const server = await preview({
	logLevel: 'warn',
	preview: { host: '127.0.0.1', port: FIRST_PORT, strictPort: false },
});
const address = server.httpServer.address();
if (address === null || typeof address === 'string') throw new Error('The server has no port.');
const app = `http://127.0.0.1:${address.port}/`;
const virtual = `${app}?board=virtual`;
console.log(`Sectorwise is at ${app}`);
console.log(`Begin with a virtual board, no hardware needed: ${virtual}`);
console.log('Stop with Ctrl+C.');
if (open) openBrowser(virtual);
