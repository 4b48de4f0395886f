// Makes the built app work offline: lists every file of the output with its SHA-256 and builds the service worker
// around that list. It has to be the last thing that touches the output, or the list is wrong and nothing installs.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';

const root = fileURLToPath(new URL('../../', import.meta.url));
const WORKER_SOURCE = join(root, 'src/offline/service-worker.ts');
const WORKER_FILE = 'sw.js';
/** Only developer tools read these. A linker map of a sample is another thing. */
const SOURCE_MAP = /\.(?:js|css)\.map$/;

/** What a maker may change after the build: the service worker keeps it by another rule. */
export const BRAND = /^brand(?:\.json$|\/)/;

/** URL relative to the app's root, and the digest in the form `fetch` takes as `integrity`. */
export type PrecacheEntry = readonly [url: string, integrity: string];

/** Every file to keep offline, sorted; index.html is listed as './', which no host redirects. */
export function precacheList(directory: string): PrecacheEntry[] {
	return readdirSync(directory, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
		.filter((path) => path !== WORKER_FILE && !SOURCE_MAP.test(path) && !BRAND.test(path))
		.sort()
		.map((path) => [
			path === 'index.html' ? './' : path.split('/').map(encodeURIComponent).join('/'),
			'sha256-' +
				createHash('sha256')
					.update(readFileSync(join(directory, path)))
					.digest('base64'),
		]);
}

/** Writes sw.js beside the built app. Returns the version it carries: a digest of the whole list. */
export async function writeServiceWorker(directory: string): Promise<string> {
	const files = precacheList(directory);
	const version = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16);
	await build({
		root,
		configFile: false,
		publicDir: false,
		logLevel: 'warn',
		define: { __FILES__: JSON.stringify(files), __VERSION__: JSON.stringify(version) },
		build: {
			outDir: directory,
			emptyOutDir: false,
			copyPublicDir: false,
			rollupOptions: {
				input: WORKER_SOURCE,
				output: { format: 'iife', entryFileNames: WORKER_FILE },
			},
		},
	});
	return version;
}

export function offlinePlugin(): Plugin {
	let output = '';
	return {
		name: 'sectorwise:offline',
		apply: 'build',
		enforce: 'post',
		configResolved(config) {
			output = resolve(config.root, config.build.outDir);
		},
		closeBundle: {
			sequential: true,
			order: 'post',
			async handler(error?: Error) {
				if (error === undefined) await writeServiceWorker(output);
			},
		},
	};
}
