// The customer's texts: complete in every language, free of an engineer's words, with every failure that can be shown.
import { describe, expect, it } from 'vitest';
import { Failure, type FailureCode } from '#core/failure.ts';
import { failures } from '#core/failures/index.ts';
import { accent, contrast, LEAST } from '#ui/update/colours.ts';
import { bestLanguage, shipped, unknownKeys, Words } from '#ui/update/words/words.ts';
import fc from 'fast-check';

const { en, de } = shipped as Record<'en' | 'de', Record<string, string>>;
const places = (text: string): string[] =>
	[...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).sort();

describe('the texts of the customer’s page', () => {
	it('are the same keys with the same values in every language', () => {
		expect(Object.keys(de).sort()).toEqual(Object.keys(en).sort());
		for (const [key, text] of Object.entries(en)) {
			const unsaid = key.startsWith('failure.') || key.startsWith('ask.') ? [] : places(text);
			// A German sentence may say "your device" where the English one names it.
			expect(
				places(de[key]!).filter((name) => !places(text).includes(name)),
				key,
			).toEqual([]);
			if (!de[key]!.includes('Gerät'))
				expect(places(de[key]!), key).toEqual(expect.arrayContaining(unsaid));
		}
	});

	it('leave no English in German', () => {
		const english = /\b(?:the|your|this|is|not|and|with|device|version it|maker|again|file)\b/i;
		for (const [key, text] of Object.entries(de)) {
			expect(text.replace(/\{\w+\}/g, ''), key).not.toMatch(english);
			// "Version" is a word of both languages, and values are of none.
			const said = text.replace(/\{\w+\}|Version/g, '').trim();
			if (said !== '') expect(text, key).not.toBe(en[key]);
		}
	});

	it('never speak of addresses, rates, sectors, file types or chips', () => {
		const jargon =
			/\b0x|\bhex|baud|sector|Sektor|flash|bootloader|\bDFU\b|\bUART\b|\.swupdate|\bzip\b|\bJSON\b|STM32|manifest|\bSHA\b|bytes?\b/i;
		for (const table of [en, de])
			for (const [key, text] of Object.entries(table)) expect(text, key).not.toMatch(jargon);
	});

	it('have a sentence for every refusal of an update, and one for whatever else fails', () => {
		const words = new Words('de');
		for (const code of Object.keys(failures) as FailureCode[]) {
			const own = /^(?:bundle|update|link)\./.test(code);
			if (own) expect(en, code).toHaveProperty([`failure.${code}`]);
			const said = words.failure(new Failure(code, {}));
			expect(said.length, code).toBeGreaterThan(10);
		}
	});

	it('fill in values, with dates as the language writes them', () => {
		const expired = new Failure('bundle.expired', { until: '2027-03-12' });
		expect(new Words('de').failure(expired)).toContain('12. März 2027');
		expect(new Words('en').failure(expired)).toContain('March 12, 2027');
		const odd = new Failure('bundle.expired', { until: 'soon' });
		expect(new Words('en').failure(odd)).toContain('until soon');
	});

	it('write times and shares as the language does', () => {
		const german = new Words('de');
		expect(german.time(38_200)).toBe('40 Sekunden');
		expect(german.time(100)).toBe('1 Sekunde');
		expect(german.time(150_000)).toBe('3 Minuten');
		expect(new Words('en').time(7_100)).toBe('8 seconds');
		expect(german.percent(0.429)).toMatch(/^42\s%$/);
		expect(new Words('en').percent(0.9999)).toBe('99%');
	});

	it('speak the reader’s language where there is one', () => {
		expect(bestLanguage(['fr-FR', 'de-AT', 'en'], ['en', 'de'])).toBe('de');
		expect(bestLanguage(['pt'], ['en', 'de', 'pt-BR'])).toBe('pt-BR');
		expect(bestLanguage(['ja'], ['en', 'de'])).toBe('en');
		expect(bestLanguage([], ['en', 'de'])).toBe('en');
	});

	it('give way to the brand’s, key by key', () => {
		const brand = { de: { 'nothing.title': 'Bake' }, fr: { 'nothing.title': 'Balise' } };
		expect(new Words('de', brand).text('nothing.title')).toBe('Bake');
		expect(new Words('fr', brand).text('nothing.title')).toBe('Balise');
		expect(new Words('fr', brand).text('nothing.open')).toBe(en['nothing.open']);
		expect(unknownKeys(brand)).toEqual([]);
		expect(unknownKeys({ de: { 'nothing.titel': 'x' } })).toEqual(['nothing.titel']);
	});

	it('take a value for what it is, whatever it looks like', () => {
		expect(new Words('en').text('unknown.title', { maker: '{product} $&' })).toContain(
			'{product} $&',
		);
		expect(new Words('en').text('unknown.title')).toBe('Do you trust ?');
	});
});

describe('the maker’s colour', () => {
	it('can be read in both themes, whatever it is', () => {
		const grounds = {
			light: ['#ffffff', '#f5f5f2', '#f3f3f0'],
			dark: ['#1a1c1f', '#121315', '#141518'],
		};
		const channel = fc.integer({ min: 0, max: 255 });
		fc.assert(
			fc.property(channel, channel, channel, fc.constantFrom('light', 'dark'), (r, g, b, theme) => {
				const colour = '#' + [r, g, b].map((one) => one.toString(16).padStart(2, '0')).join('');
				const { fill, onFill, text } = accent(colour, theme);
				expect(fill).toBe(colour);
				expect(contrast(fill, onFill)).toBeGreaterThanOrEqual(LEAST);
				for (const ground of grounds[theme])
					expect(contrast(text, ground)).toBeGreaterThanOrEqual(LEAST);
			}),
		);
	});

	it('stays as it is where it can be read', () => {
		expect(accent('#1d5fd6', 'light').text).toBe('#1d5fd6');
		// WCAG 2.2: black on white is 21 to 1.
		expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
	});
});
