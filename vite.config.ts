// Build and unit tests. `base: './'` makes every URL relative, so the same output works under any path of a static
// host; the price is that navigation stays at the app's root (hash and query only).
import { readFileSync } from 'node:fs';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { brandPlugin, givenBrand, originsOf } from './tools/vite/brand.ts';
import { contentPolicyPlugin } from './tools/vite/content-policy.ts';
import { elementPlugin } from './tools/vite/element.ts';
import { offlinePlugin } from './tools/vite/offline.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

/** `BRAND=acme/brand.json npm run build` */
const brand = givenBrand(process.env['BRAND']);

export default defineConfig({
	define: { __APP_VERSION__: JSON.stringify(version) },
	base: './',
	publicDir: 'static',
	plugins: [
		svelte(),
		contentPolicyPlugin(brand && originsOf(brand)),
		brandPlugin(brand),
		elementPlugin(),
		offlinePlugin(),
	],
	worker: { format: 'es' },
	build: {
		target: 'es2023',
		modulePreload: { polyfill: false },
		assetsInlineLimit: 0,
		sourcemap: true,
	},
	test: {
		environment: 'node',
		setupFiles: ['src/core/failures/index.ts'],
		include: ['tests/**/*.test.ts'],
		exclude: ['tests/e2e/**'],
		// One for each processor: by default one of them would idle.
		maxWorkers: '100%',
		// A loaded machine is slow; a test that hangs is found all the same.
		testTimeout: 60_000,
	},
});
