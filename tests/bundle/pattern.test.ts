import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchPattern, MAX_PATTERN, parsePattern } from '#bundle/pattern.ts';

const find = (pattern: string, text: string): string | undefined =>
	matchPattern(parsePattern(pattern), text);

test.each([
	['Lamp 2 v([0-9.]+)', 'Acme Lamp 2 v2.4.1 (C)', '2.4.1'],
	['^v(\\d+\\.\\d+)$', 'v2.4', '2.4'],
	['^v(\\d+\\.\\d+)$', 'v2.4\n', undefined],
	['(\\d{1,2}\\.\\d{2,}\\.?)', 'a1.2 b1.234.', '1.234.'],
	['version[:=] *([\\w.-]+)', 'x\r\nversion: 2.4.1-rc.1\r\n', '2.4.1-rc.1'],
	['([^ ]+) Lamp', '2.4 Lamp', '2.4'],
	['\\(([0-9]+)\\)', 'a (12) b', '12'],
	['(.)', '\n', undefined],
	['(a*)', 'b', ''],
	['x(a{2})', 'xaxaaa', 'aa'],
	['\\$([0-9]+)\\$', 'cost $5$', '5'],
	['\\\\([0-9])$', '\\1', '1'],
])('%j in %j', (pattern, text, expected) => {
	expect(find(pattern, text)).toBe(expected);
});

describe('not a pattern', () => {
	test.each([
		'',
		'abc',
		'(a+)+',
		'((a))',
		'(a)(b)',
		'(a|b)',
		'()',
		'(a',
		'a)',
		'(a)*',
		'(?:a)(b)',
		'(?=a)',
		'(a)\\1',
		'(a*?)',
		'(a**)',
		'(a{2}{3})',
		'(a{2,1})',
		'(a{999})',
		'(a{1,300})',
		'([z-a])',
		'([])',
		'[a',
		'(a]',
		'(\\p{L})',
		'(\\bx)',
		'(\\u0041)',
		'a^(b)',
		'(a$)b',
		'(ä)',
		`(${'a'.repeat(MAX_PATTERN)})`,
	])('%j', (source) => {
		expect(() => parsePattern(source)).toThrow();
	});
});

// The same meaning as JavaScript's own, wherever both have one.
test('agrees with RegExp', () => {
	const one = fc.constantFrom('a', 'b', '.', '\\.', '\\d', '[ab1]', '[^a]', '\\w', '[a-c]', '1');
	const often = fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,2}', '{0,3}', '{2,}');
	const items = (least: number) =>
		fc
			.array(fc.tuple(one, often), { minLength: least, maxLength: 4 })
			.map((all) => all.flat().join(''));
	const source = fc
		.tuple(fc.constantFrom('', '^'), items(0), items(1), items(0), fc.constantFrom('', '$'))
		.map(([start, head, group, tail, end]) => `${start}${head}(${group})${tail}${end}`);
	const text = fc.string({ unit: fc.constantFrom(...'ab1.\nc '), maxLength: 12 });
	fc.assert(
		fc.property(source, text, (pattern, input) => {
			expect(find(pattern, input)).toBe(new RegExp(pattern).exec(input)?.[1]);
		}),
		{ numRuns: 3000 },
	);
});

// What makes backtracking matchers run for years: the number of tries is what is bounded, not the time of a machine.
test('patterns made to run for long end at once', () => {
	const text = 'a'.repeat(256);
	expect(find(`${'a*'.repeat(60)}(b)`, text)).toBeUndefined();
	expect(find(`${'.*'.repeat(60)}(.)x`, text)).toBeUndefined();
	expect(find(`(${'a?'.repeat(60)}a{60})$`, text)).toHaveLength(120);
});

test('any text is a pattern or is refused, and then finds something or nothing', () => {
	const units = fc.constantFrom(...'ab1()[]{}*+?.^$\\|,-dws', 'é');
	fc.assert(
		fc.property(fc.string({ unit: units, maxLength: 30 }), fc.string(), (source, text) => {
			let pattern;
			try {
				pattern = parsePattern(source);
			} catch (error) {
				expect((error as Error).constructor).toBe(Error);
				return;
			}
			const found = matchPattern(pattern, text);
			if (found !== undefined) expect(text).toContain(found);
		}),
		{ numRuns: 3000 },
	);
});
