// `BRAND=acme/brand.json npm run build` builds the app in a maker's name: the brand file is checked and goes along, its
// origins into the content policy, its name into the title and the manifest (docs/branding.md).
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Plugin } from 'vite';
import { readBrand, type Brand } from '../../src/session/brand.ts';

export interface GivenBrand {
	readonly file: string;
	readonly text: string;
	readonly brand: Brand;
}

/** The brand file that is asked for. @throws Failure brand.*, or what reading the file throws: then nothing is built. */
export function givenBrand(file: string | undefined): GivenBrand | undefined {
	if (file === undefined || file === '') return undefined;
	const text = readFileSync(file, 'utf8');
	return { file, text, brand: readBrand(text) };
}

/** Origins other than its own that the page may ask: those of the sources and of the channel. */
export const originsOf = ({ brand }: GivenBrand): readonly string[] => [
	...new Set([
		...brand.sources,
		...(brand.channel === undefined ? [] : [new URL(brand.channel).origin]),
	]),
];

export function brandPlugin(given: GivenBrand | undefined): Plugin {
	let output = '';
	return {
		name: 'sectorwise:brand',
		apply: 'build',
		configResolved(config) {
			output = resolve(config.root, config.build.outDir);
		},
		transformIndexHtml(html) {
			return (
				given &&
				html.replace(/<title>.*?<\/title>/, () => `<title>${escaped(given.brand.name)}</title>`)
			);
		},
		writeBundle() {
			if (given) writeBrand(given, output);
		},
	};
}

/** Into the built app, over the neutral files that were copied there. */
export function writeBrand({ file, text, brand }: GivenBrand, output: string): void {
	writeFileSync(join(output, 'brand.json'), text);
	if (brand.logo?.startsWith('brand/')) {
		mkdirSync(join(output, 'brand'), { recursive: true });
		copyFileSync(join(dirname(file), brand.logo), join(output, brand.logo));
	}
	const manifest = join(output, 'manifest.webmanifest');
	const fields = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, unknown>;
	const named = { ...fields, name: brand.name, short_name: brand.name };
	writeFileSync(manifest, JSON.stringify(named, null, '\t'));
}

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
