#!/usr/bin/env node
// `npx sectorwise …` and `npm run -s cli -- …`: runs src/cli. The sources are built into .cache/cli when they have
// changed; a build is one folder named after what it was made from, so two that run at once do not disturb each other.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const cache = join(root, '.cache/cli');
/** What a build is made of; the rest of src draws the app. */
const sources = ['cli', 'core', 'devices', 'formats', 'bundle', 'linker', 'insight'].map((name) =>
	join('src', name),
);
/** Builds older than this are not in use by anybody who started long ago. */
const KEPT_MS = 60 * 60 * 1000;

/** Names, sizes and times of all sources, as one short word. */
function fingerprint() {
	const hash = createHash('sha256').update(process.version);
	const add = (/** @type {string} */ path) => {
		const { mtimeMs, size } = statSync(path);
		hash.update(`${path}\0${mtimeMs}\0${size}\n`);
	};
	for (const path of ['package-lock.json', 'tools/cli.mjs']) add(join(root, path));
	for (const folder of [...sources, 'devices'].map((path) => join(root, path))) {
		if (!existsSync(folder)) continue;
		const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
		for (const name of names) if (/\.(?:ts|json)$/.test(name)) add(join(folder, name));
	}
	return hash.digest('hex').slice(0, 16);
}

/** @param {string} folder */
async function build(folder) {
	const { build } = await import('vite');
	const unfinished = `${folder}.${process.pid}.tmp`;
	try {
		await build({
			root,
			configFile: false,
			publicDir: false,
			logLevel: 'error',
			ssr: { noExternal: true },
			build: {
				ssr: 'src/cli/main.ts',
				outDir: unfinished,
				emptyOutDir: true,
				target: 'node20',
				minify: false,
				rollupOptions: {
					output: { entryFileNames: 'main.mjs', chunkFileNames: '[name]-[hash].mjs' },
				},
			},
		});
		if (!existsSync(folder)) renameSync(unfinished, folder);
	} catch (error) {
		// Somebody else was faster: theirs is the same.
		if (!existsSync(folder)) throw error;
	} finally {
		rmSync(unfinished, { recursive: true, force: true });
	}
	sweep(folder);
}

/** @param {string} kept */
function sweep(kept) {
	for (const name of readdirSync(cache)) {
		const path = join(cache, name);
		try {
			if (path !== kept && Date.now() - statSync(path).mtimeMs > KEPT_MS)
				rmSync(path, { recursive: true, force: true });
		} catch {
			// Another one sweeps too.
		}
	}
}

const folder = join(cache, fingerprint());
if (!existsSync(folder)) await build(folder);
await import(pathToFileURL(join(folder, 'main.mjs')).href);
