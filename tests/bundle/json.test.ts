import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseStrictJson, parseStrictText } from '#bundle/json.ts';

test('sound JSON is what JSON.parse makes of it', () => {
	fc.assert(
		fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 2), (value, indent) => {
			const text = JSON.stringify(value, null, indent);
			expect(parseStrictText(text)).toEqual(JSON.parse(text));
			expect(parseStrictJson(new TextEncoder().encode(text))).toEqual(JSON.parse(text));
		}),
	);
});

describe('refused', () => {
	test.each([
		['a member twice', '{"a":1,"a":1}'],
		['far inside', '[[{"b":[{"a":1,"c":2,"a":3}]}]]'],
		['written in two ways', '{"a":1,"\\u0061":2}'],
		['with quotes and colons in the name', '{"\\":":1,"\\":":2}'],
		['by its inherited name', '{"__proto__":1,"__proto__":2}'],
	])('%s', (_, text) => {
		expect(() => parseStrictText(text)).toThrow('same member twice');
	});

	test('what is nested deeper than any format needs', () => {
		expect(() => parseStrictText('['.repeat(17) + ']'.repeat(17))).toThrow('nested');
		expect(() => parseStrictText('['.repeat(500_000) + ']'.repeat(500_000))).toThrow();
		expect(parseStrictText('['.repeat(16) + ']'.repeat(16))).toBeDefined();
	});

	test('bytes that are not UTF-8, or begin with a mark', () => {
		for (const bytes of [
			[0x22, 0xff, 0x22],
			[0xef, 0xbb, 0xbf, 0x31],
			[0x22, 0xed, 0xa0, 0x80, 0x22],
		])
			expect(() => parseStrictJson(Uint8Array.from(bytes))).toThrow();
	});
});

test('colons, quotes and brackets in texts are text', () => {
	const value = { 'a:"{[': ':\\"]}', b: ['":"', { c: '\\' }] };
	expect(parseStrictText(JSON.stringify(value))).toEqual(value);
});

test('a text as long as a signed file may be', () => {
	const value = { payload: 'a'.repeat(1 << 20), quotes: '"\\'.repeat(1 << 18) };
	expect(parseStrictText(JSON.stringify(value))).toEqual(value);
});
