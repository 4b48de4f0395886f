// The tests against programs that are not ours; `npm run test:real` runs them where enter.sh has been.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
	root: fileURLToPath(new URL('../..', import.meta.url)),
	plugins: [svelte()],
	test: {
		environment: 'node',
		setupFiles: ['src/core/failures/index.ts'],
		include: ['tests/real/*.real.ts'],
		// One namespace holds one bus; a process of its own gives each file a bus of its own.
		pool: 'forks',
		fileParallelism: false,
		testTimeout: 60_000,
		hookTimeout: 30_000,
	},
});
