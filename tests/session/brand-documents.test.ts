// The brand file in its other places: the JSON Schema, the documentation, and a build in a maker's name.
import Ajv from 'ajv';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readBrand } from '#session/brand.ts';
import { givenBrand, originsOf, writeBrand } from '../../tools/vite/brand.ts';

const valid = new Ajv().compile(
	JSON.parse(readFileSync('docs/brand.schema.json', 'utf8')) as object,
);
const key = { kty: 'OKP', crv: 'Ed25519', x: 'a'.repeat(43) };
const p256 = { kty: 'EC', crv: 'P-256', x: 'b'.repeat(43), y: 'c'.repeat(43) };
const maker = (...keys: unknown[]): unknown => ({ schema: 1, makers: [{ name: 'x', keys }] });
const taken = (value: unknown): boolean => {
	try {
		return Boolean(readBrand(JSON.stringify(value)));
	} catch {
		return false;
	}
};

describe('schema and reader', () => {
	it.each<unknown>([
		{ schema: 1 },
		{ schema: 2 },
		{},
		[],
		null,
		{ schema: 1, nmae: 'x' },
		{ schema: 1, name: '' },
		{ schema: 1, name: 'x'.repeat(61) },
		{ schema: 1, logo: 'brand/a.svg' },
		{ schema: 1, logo: 'brand/../a.svg' },
		{ schema: 1, logo: 'data:image/png;base64,AAAA' },
		{ schema: 1, colours: { light: '#012345', dark: '#abcdef' } },
		{ schema: 1, colours: { light: '#012345' } },
		{ schema: 1, colours: { light: '#0123456', dark: '#abcdef' } },
		maker(key, p256),
		maker(),
		maker({ ...key, d: 'x' }),
		maker({ ...key, kid: 'x' }),
		maker({ ...p256, y: undefined }),
		maker({ ...p256, crv: 'Ed25519' }),
		{ schema: 1, products: ['a.b-2'], others: 'ask', start: 'update', engineer: 'hidden' },
		{ schema: 1, products: ['A'] },
		{ schema: 1, others: 'no' },
		{ schema: 1, texts: { 'pt-BR': { 'nothing.title': 'x' } } },
		{ schema: 1, texts: { 'pt-BR': { 'nothing.title': '' } } },
		{ schema: 1, texts: { Deutsch: {} } },
		{ schema: 1, channel: 'https://x.example/c' },
		{ schema: 1, channel: 'http://x.example/c' },
		{ schema: 1, sources: ['https://x.example'] },
		{ schema: 1, sources: ['https://x.example/a'] },
		{ schema: 1, links: [{ text: { en: 'x' }, url: 'mailto:a@x.example' }] },
		{ schema: 1, links: [{ text: { de: 'x' }, url: 'mailto:a@x.example' }] },
	])('agree about %j', (value) => {
		expect(valid(value), JSON.stringify(valid.errors)).toBe(taken(value));
	});

	it('take what the documentation shows', () => {
		const [, example = ''] =
			/```json\n([^]*?)```/.exec(readFileSync('docs/branding.md', 'utf8')) ?? [];
		const value: unknown = JSON.parse(example.replace('…43 characters…', key.x));
		expect(taken(value)).toBe(true);
		expect(valid(value)).toBe(true);
	});
});

describe('a build in a maker’s name', () => {
	const folder = mkdtempSync(join(tmpdir(), 'sectorwise-brand-'));
	afterAll(() => {
		rmSync(folder, { recursive: true });
	});
	const file = join(folder, 'brand.json');

	it('takes the file and its logo along, under its name', () => {
		mkdirSync(join(folder, 'brand'));
		mkdirSync(join(folder, 'dist'));
		writeFileSync(join(folder, 'brand/logo.svg'), '<svg/>');
		writeFileSync(join(folder, 'dist/manifest.webmanifest'), '{"name":"x","lang":"en"}');
		const brand = {
			schema: 1,
			name: 'Nordlicht',
			logo: 'brand/logo.svg',
			channel: 'https://list.example/c.jws',
			sources: ['https://files.example'],
		};
		writeFileSync(file, JSON.stringify(brand));
		const given = givenBrand(file)!;
		expect(originsOf(given)).toEqual(['https://files.example', 'https://list.example']);
		writeBrand(given, join(folder, 'dist'));
		const built = (name: string): string => readFileSync(join(folder, 'dist', name), 'utf8');
		expect(JSON.parse(built('brand.json'))).toEqual(brand);
		expect(built('brand/logo.svg')).toBe('<svg/>');
		expect(JSON.parse(built('manifest.webmanifest'))).toEqual({
			name: 'Nordlicht',
			short_name: 'Nordlicht',
			lang: 'en',
		});
	});

	it('is not begun with a broken file, and is neutral without one', () => {
		writeFileSync(file, '{"schema": 1, "nmae": "x"}');
		expect(() => givenBrand(file)).toThrow(/nmae/);
		expect(givenBrand(undefined)).toBeUndefined();
		expect(givenBrand('')).toBeUndefined();
	});
});
