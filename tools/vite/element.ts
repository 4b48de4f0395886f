// Builds the embeddable element as one file with a fixed name beside the app, before the list of offline files is made.
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';

const root = fileURLToPath(new URL('../../', import.meta.url));
export const ELEMENT_FILE = 'sectorwise-update.js';

export function elementPlugin(): Plugin {
	let output = '';
	return {
		name: 'sectorwise:element',
		apply: 'build',
		configResolved(config) {
			output = resolve(config.root, config.build.outDir);
		},
		closeBundle: {
			sequential: true,
			order: 'pre',
			async handler(error?: Error) {
				if (error !== undefined) return;
				await build({
					root,
					configFile: false,
					publicDir: false,
					logLevel: 'warn',
					build: {
						outDir: output,
						emptyOutDir: false,
						copyPublicDir: false,
						target: 'es2023',
						rollupOptions: {
							input: join(root, 'src/element/sectorwise-update.ts'),
							output: { format: 'es', entryFileNames: ELEMENT_FILE },
						},
					},
				});
			},
		},
	};
}
