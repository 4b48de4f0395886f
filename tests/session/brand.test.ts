// The brand file: everything it may say, and everything hostile it may be.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { Failure } from '#core/failure.ts';
import { MAX_BRAND, neutral, readBrand } from '#session/brand.ts';

const key = { kty: 'OKP', crv: 'Ed25519', x: 'a'.repeat(43) };
const p256 = { kty: 'EC', crv: 'P-256', x: 'b'.repeat(43), y: 'c'.repeat(43) };
const full = {
	$schema: './schema/brand-1.json',
	schema: 1,
	name: 'Nordlicht',
	logo: 'brand/logo.svg',
	colours: { light: '#ffc400', dark: '#7A1F5C' },
	makers: [
		{ name: 'Nordlicht', keys: [key, { ...p256, kid: 'x', use: 'sig' }] },
		{ name: 'Südlicht', keys: [key], products: ['sued.lamp'] },
	],
	products: ['nordlicht.beacon-2'],
	start: 'update',
	engineer: 'hidden',
	texts: { de: { 'nothing.title': 'Bake aktualisieren' }, 'pt-BR': { 'failure.wire.lost': 'x' } },
	channel: 'https://updates.example.com/channel.jws',
	sources: ['https://updates.example.com'],
	links: [{ text: { en: 'Imprint', de: 'Impressum' }, url: 'mailto:help@example.com' }],
};

const codeOf = (value: unknown): string => {
	try {
		readBrand(typeof value === 'string' ? value : JSON.stringify(value));
		return 'taken';
	} catch (error) {
		if (error instanceof Failure)
			return `${error.code} ${(error.data as { path?: string }).path ?? ''}`.trim();
		throw error;
	}
};

describe('the brand file', () => {
	it('says everything it may say', () => {
		const brand = readBrand(JSON.stringify(full));
		expect(brand).toMatchObject({
			name: 'Nordlicht',
			logo: 'brand/logo.svg',
			colours: full.colours,
			start: 'update',
			engineer: 'hidden',
			others: 'refuse',
			texts: full.texts,
			sources: ['https://updates.example.com'],
			channel: full.channel,
		});
		expect(brand.makers).toEqual([
			{
				name: 'Nordlicht',
				keys: [key, p256],
				revoked: [],
				listed: 0,
				products: ['nordlicht.beacon-2'],
				from: 'brand',
			},
			{
				name: 'Südlicht',
				keys: [key],
				revoked: [],
				listed: 0,
				products: ['sued.lamp'],
				from: 'brand',
			},
		]);
	});

	it('is neutral as shipped, and asks about makers nobody pinned', () => {
		expect(readBrand(readFileSync('static/brand.json', 'utf8'))).toEqual(neutral);
		expect(neutral.others).toBe('ask');
	});

	it.each<[string, unknown, string]>([
		['no JSON', '{"schema": 1,}', 'brand.not-json'],
		['a web page', '<!doctype html>', 'brand.not-json'],
		['no object', 'null', 'brand.field the top level'],
		['a list', [], 'brand.field the top level'],
		['no version', {}, 'brand.field schema'],
		['another version', { schema: 2 }, 'brand.field schema'],
		['an unknown field', { schema: 1, color: 'red' }, 'brand.field color'],
		['a name with a line feed', { schema: 1, name: 'a\nb' }, 'brand.field name'],
		[
			'a colour by name',
			{ schema: 1, colours: { light: 'red', dark: '#000000' } },
			'brand.field colours.light',
		],
		['one colour only', { schema: 1, colours: { light: '#123456' } }, 'brand.field colours.dark'],
		['a logo of another host', { schema: 1, logo: 'https://x.example/l.png' }, 'brand.field logo'],
		['a logo beside the folder', { schema: 1, logo: 'brand/../sw.js' }, 'brand.field logo'],
		['a page as logo', { schema: 1, logo: 'data:text/html;base64,AAAA' }, 'brand.field logo'],
		[
			'a maker without keys',
			{ schema: 1, makers: [{ name: 'x', keys: [] }] },
			'brand.field makers[0].keys',
		],
		[
			'a short key',
			{ schema: 1, makers: [{ name: 'x', keys: [{ ...key, x: 'aa' }] }] },
			'brand.field makers[0].keys[0].x',
		],
		[
			'a symmetric key',
			{ schema: 1, makers: [{ name: 'x', keys: [{ kty: 'oct', k: 'AA' }] }] },
			'brand.field makers[0].keys[0].kty',
		],
		[
			'curves confused',
			{ schema: 1, makers: [{ name: 'x', keys: [{ ...p256, crv: 'Ed25519' }] }] },
			'brand.field makers[0].keys[0].crv',
		],
		[
			'a private key',
			{ schema: 1, makers: [{ name: 'x', keys: [{ ...key, d: 'a'.repeat(43) }] }] },
			'brand.private-key makers[0].keys[0]',
		],
		['a product in capitals', { schema: 1, products: ['Lamp'] }, 'brand.field products[0]'],
		['an unsafe channel', { schema: 1, channel: 'http://x.example/c.jws' }, 'brand.field channel'],
		[
			'a source with a path',
			{ schema: 1, sources: ['https://x.example/a'] },
			'brand.field sources[0]',
		],
		[
			'a link that runs',
			{ schema: 1, links: [{ text: { en: 'x' }, url: 'javascript:alert(1)' }] },
			'brand.field links[0].url',
		],
		[
			'a link with a password',
			{ schema: 1, links: [{ text: { en: 'x' }, url: 'https://a:b@x.example' }] },
			'brand.field links[0].url',
		],
		[
			'a link without English',
			{ schema: 1, links: [{ text: { de: 'x' }, url: 'https://x.example' }] },
			'brand.field links[0].text.en',
		],
		['a text for no language', { schema: 1, texts: { '12': { a: 'x' } } }, 'brand.field texts.12'],
		['a text for no key', { schema: 1, texts: { de: { 'a b': 'x' } } }, 'brand.field texts.de.a b'],
		['a prototype', '{"schema": 1, "__proto__": {"name": "x"}}', 'brand.field __proto__'],
		['too much', ' '.repeat(MAX_BRAND + 1), 'brand.too-large'],
	])('is refused with %s', (_, value, code) => {
		expect(codeOf(value)).toBe(code);
	});

	it('ends in a brand or a failure of its own, whatever it holds', () => {
		const keys = fc.constantFrom(...Object.keys(full), 'x');
		const values = fc.oneof(fc.jsonValue(), fc.constantFrom<unknown>(...Object.values(full)));
		fc.assert(
			fc.property(fc.dictionary(keys, values), (fields) => {
				expect(codeOf({ schema: 1, ...fields })).toMatch(/^(?:taken|brand\.)/);
			}),
		);
		fc.assert(
			fc.property(
				fc.nat(JSON.stringify(full).length - 1),
				fc.string({ minLength: 1, maxLength: 1 }),
				(at, letter) => {
					const text = JSON.stringify(full);
					expect(codeOf(text.slice(0, at) + letter + text.slice(at + 1))).toMatch(
						/^(?:taken|brand\.)/,
					);
				},
			),
		);
	});
});
