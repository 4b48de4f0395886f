// Builds the harness page with the app's own configuration, and new versions of it.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { writeServiceWorker } from '../../tools/vite/offline.ts';

const root = fileURLToPath(new URL('./harness/', import.meta.url));
const configFile = fileURLToPath(new URL('../../vite.config.ts', import.meta.url));

const publicDir = fileURLToPath(new URL('../../static/', import.meta.url));

export interface BuiltHarness {
	readonly folder: string;
	/** Puts another version number into the page and lists the files again, as a new build would. */
	publish(version: string): Promise<void>;
	remove(): Promise<void>;
}

export async function buildHarness(): Promise<BuiltHarness> {
	const folder = await mkdtemp(join(tmpdir(), 'sectorwise-harness-'));
	await build({
		root,
		configFile,
		publicDir,
		logLevel: 'warn',
		build: { outDir: folder, emptyOutDir: true },
	});
	return {
		folder,
		async publish(version) {
			const page = join(folder, 'index.html');
			const html = await readFile(page, 'utf8');
			await writeFile(page, html.replace(/(name="version" content=")\d+/, `$1${version}`));
			await writeServiceWorker(folder);
		},
		remove: () => rm(folder, { recursive: true, force: true }),
	};
}
