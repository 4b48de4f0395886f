// Weighs the built app: the script that index.html loads before anything is asked for must stay small.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** Bytes of gzipped script; kB as the tools print it, 1000 bytes. */
const ENTRY_LIMIT = 60_000;
/** The catalogue: every device file and the view that shows them, beyond what the first page has loaded. */
const CATALOGUE_LIMIT = 60_000;
/** Where its lazily loaded scripts begin, as the build names them. */
const CATALOGUE = /^assets\/(?:shipped|catalogue\.svelte|CatalogueView)-[^/]*\.js$/;

const dist = fileURLToPath(new URL('../dist/', import.meta.url));

/** @param {string} path */
const weigh = (path) => gzipSync(readFileSync(join(dist, path)), { level: 9 }).length;

/** @param {number} bytes */
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(9);

/**
 * The scripts a page starts with: those its HTML names and every one they import statically, and so on.
 * @param {string} html
 */
function entryScripts(html) {
	const found = new Set(
		[...html.matchAll(/(?:src|href)="\.\/([^"]+\.js)"/g)].map(([, path]) => path ?? ''),
	);
	return withImports(found);
}

/**
 * Scripts with everything they import statically.
 * @param {Set<string>} found
 */
function withImports(found) {
	for (const path of found) {
		const code = readFileSync(join(dist, path), 'utf8');
		// Static forms only: `import"./x.js"`, `import{a}from"./x.js"`, `export*from"./x.js"`; not `import("./x.js")`.
		const imports = code.matchAll(/(?:\bimport|\bfrom)\s*["']\.\/([^"']+\.js)["']/g);
		for (const [, name] of imports) found.add(join(path, '..', name ?? ''));
	}
	return found;
}

const entry = entryScripts(readFileSync(join(dist, 'index.html'), 'utf8'));
const files = readdirSync(dist, { recursive: true, encoding: 'utf8' })
	.map((path) => path.replaceAll('\\', '/'))
	.filter((path) => /\.(?:js|css|html)$/.test(path))
	.map((path) => ({ path, size: weigh(path), first: entry.has(path) }))
	.sort((a, b) => Number(b.first) - Number(a.first) || b.size - a.size);

console.log('  gzipped  file');
for (const { path, size, first } of files)
	console.log(`${kilobytes(size)}  ${path}${first ? '  (first page)' : ''}`);
const total = files.filter(({ first }) => first).reduce((sum, { size }) => sum + size, 0);
console.log(
	`${kilobytes(total)}  script of the first page, at most ${kilobytes(ENTRY_LIMIT).trim()}`,
);
const begins = files.map(({ path }) => path).filter((path) => CATALOGUE.test(path));
const catalogue = [...withImports(new Set(begins))].filter((path) => !entry.has(path));
const catalogueTotal = catalogue.reduce((sum, path) => sum + weigh(path), 0);
console.log(
	`${kilobytes(catalogueTotal)}  script of the catalogue, at most ${kilobytes(CATALOGUE_LIMIT).trim()}`,
);
const lazy = begins.length >= 3 && begins.every((path) => !entry.has(path));
if (!lazy)
	console.error('The catalogue is not loaded lazily, or its scripts have other names now.');
if (catalogueTotal > CATALOGUE_LIMIT) console.error('The catalogue weighs too much.');
if (entry.size === 0) console.error('index.html loads no script: nothing was measured.');
else if (total > ENTRY_LIMIT) console.error('The first page loads too much script.');
const fits = entry.size > 0 && total <= ENTRY_LIMIT && lazy && catalogueTotal <= CATALOGUE_LIMIT;
process.exitCode = fits ? 0 : 1;
