// The wall: which folder may import which. The rest is the recommended typed rules and a few habits.
import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** Folder → folders it may import. A missing name is a wall. docs/architecture.md draws the same table. */
const mayImport = {
	core: [],
	// What runs beside the page and the messages a port has with it; nothing else lives in those folders.
	ports: ['core', 'workers', 'offline', 'element'],
	devices: ['core'],
	linker: ['core'],
	formats: ['core'],
	bundle: ['core'],
	protocols: ['core', 'ports'],
	simulator: ['core', 'ports'],
	insight: ['core', 'devices', 'formats', 'linker'],
	session: ['core', 'ports', 'devices', 'formats', 'bundle', 'linker', 'insight', 'protocols'],
	ui: ['core', 'session'],
	cli: ['core', 'devices', 'formats', 'bundle', 'linker', 'insight'],
	element: ['core'],
};
const folders = [...Object.keys(mayImport), 'offline', 'workers'];

const wall = Object.entries(mayImport).map(([folder, allowed]) => ({
	files: [`src/${folder}/**/*.{ts,svelte}`],
	rules: {
		'no-restricted-imports': [
			'error',
			{
				patterns: [
					{
						group: folders
							.filter((other) => other !== folder && !allowed.includes(other))
							.flatMap((other) => [`#${other}/**`, `**/src/${other}/**`]),
						message: `src/${folder} may import only: ${allowed.join(', ') || 'nothing'}.`,
					},
					{ group: ['../*'], message: 'Cross a folder with #folder/file.ts.' },
				],
			},
		],
	},
}));

/** Globals that are taken for a variable somebody forgot to declare. */
const mistakable = ['closed', 'name', 'status', 'event', 'length', 'origin'];
const noPage = [
	'window',
	'document',
	'navigator',
	'self',
	'localStorage',
	'setTimeout',
	'setInterval',
];

export default ts.config(
	{ ignores: ['dist', 'coverage', 'test-results', 'playwright-report', '.cache'] },
	js.configs.recommended,
	...ts.configs.recommendedTypeChecked,
	...svelte.configs.recommended,
	{
		languageOptions: {
			globals: { ...globals.browser },
			parserOptions: {
				projectService: { allowDefaultProject: ['*.js', 'src/text-codec.d.ts'] },
				extraFileExtensions: ['.svelte'],
			},
		},
		rules: {
			'no-undef': 'off',
			'no-console': 'error',
			'max-lines': ['error', { max: 300, skipBlankLines: true }],
			'max-params': ['error', 4],
			eqeqeq: 'error',
			'no-restricted-globals': ['error', ...mistakable],
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
			'@typescript-eslint/no-unused-vars': [
				'error',
				{ argsIgnorePattern: '^_', ignoreRestSiblings: true },
			],
			'@typescript-eslint/consistent-type-imports': 'error',
		},
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
	},
	{
		files: ['**/*.svelte'],
		rules: {
			'max-lines': ['error', { max: 200, skipBlankLines: true }],
			'svelte/no-at-html-tags': 'error',
			'@typescript-eslint/no-unsafe-assignment': 'off',
			'@typescript-eslint/no-unsafe-member-access': 'off',
			'@typescript-eslint/no-unsafe-argument': 'off',
			'@typescript-eslint/no-unsafe-call': 'off',
			'@typescript-eslint/no-unsafe-return': 'off',
		},
	},
	{
		files: ['src/{core,formats,bundle,linker,insight,devices,protocols,simulator,session}/**/*.ts'],
		rules: {
			'no-restricted-globals': ['error', ...noPage, ...mistakable],
		},
	},
	{
		files: ['src/ports/**/*.ts', 'src/ui/**', 'src/main.ts', 'src/App.svelte'],
		ignores: ['src/ports/browser.ts'],
		rules: {
			'no-restricted-globals': [
				'error',
				{
					name: 'navigator',
					message: 'Only src/ports/browser.ts asks the browser what it offers.',
				},
				...mistakable,
			],
		},
	},
	...wall,
	{
		files: ['tools/**', 'tests/**', '*.js', '*.config.ts'],
		languageOptions: { globals: { ...globals.node } },
		rules: {
			'no-console': 'off',
			'@typescript-eslint/no-unsafe-assignment': 'off',
			'@typescript-eslint/no-unsafe-member-access': 'off',
			'@typescript-eslint/no-unsafe-argument': 'off',
			'@typescript-eslint/no-unsafe-call': 'off',
			'@typescript-eslint/no-unsafe-return': 'off',
			'@typescript-eslint/no-non-null-assertion': 'off',
		},
	},
);
