// `fragments: 'tree'` builds templates without innerHTML, so that the page runs under Trusted Types.
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

export default {
	preprocess: vitePreprocess(),
	compilerOptions: { runes: true, fragments: 'tree' },
};
