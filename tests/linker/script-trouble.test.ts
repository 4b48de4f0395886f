// Scripts that are hostile, cut off or absurd: a typed failure or a result, in time proportional to their length.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFailure, type FailureCode } from '#core/failure.ts';
import { readScript, type ScriptFile } from '#linker/index.ts';
import { accepted, included, refused } from '../fixtures/linker/constructs.ts';
import { preprocessed } from '../fixtures/linker/preprocessed.ts';
import { shapes } from '../fixtures/linker/shapes.ts';

const read = (text: string) => readScript([{ name: 'a.ld', text }]);

/** The failure, with where it is; undefined when the script can be read. */
function failure(
	...texts: readonly [string, ...string[]]
): { code: FailureCode; data: object } | undefined {
	const files = texts.map((text, i) => ({ name: i === 0 ? 'a.ld' : `f${i}.x`, text }));
	try {
		readScript(files as [ScriptFile, ...ScriptFile[]]);
		return undefined;
	} catch (error) {
		if (!isFailure(error)) throw error;
		return { code: error.code, data: error.data };
	}
}

const long = (count: number, part: string): string => part.repeat(count);

describe('where it went wrong', () => {
	it('tells the file, line and column, what was expected and what is there', () => {
		expect(failure('MEMORY\n{\n\tA (rx) : ORIGIN = 0, LENGTH=64K\n}')).toEqual({
			code: 'script.syntax',
			data: {
				file: 'a.ld',
				line: 3,
				column: 23,
				expected: '“LENGTH”',
				found: '“LENGTH=64K”',
			},
		});
	});

	it('names the included file', () => {
		expect(failure('MEMORY { INCLUDE f1.x }', '\n A = 5')?.data).toMatchObject({
			file: 'f1.x',
			line: 2,
			column: 4,
		});
	});

	it('tells where an unclosed comment begins', () => {
		expect(failure('MEMORY { }\n  /* a\nb')).toEqual({
			code: 'script.comment',
			data: { file: 'a.ld', line: 2, column: 3 },
		});
		expect(failure('#define A 1\nMEMORY { }\n  /* a\nb')).toEqual({
			code: 'script.comment',
			data: { file: 'a.ld', line: 3, column: 3 },
		});
	});

	it('shows no control characters of a binary file', () => {
		expect(failure('\u0000\u0001MEMORY { \u0007"\u0007\u0000')?.data).toMatchObject({
			found: expect.stringMatching(/^[\x20-\x7e“”]*$/) as string,
		});
	});
});

describe('absurd scripts', () => {
	it.each<readonly [string, FailureCode | undefined, string]>([
		['parentheses', 'script.depth', `x = ${long(50_000, '(')}`],
		['signs', 'script.depth', `x = ${long(50_000, '-')}1;`],
		['conditions', 'script.depth', `x = ${long(50_000, '1 ? ')}1`],
		['conditions on the right', 'script.depth', `x = ${long(50_000, 'a ? 1 : ')}1;`],
		['functions', 'script.depth', `x = ${long(50_000, 'MAX(1, ')}`],
		['AS_NEEDED', 'script.depth', `INPUT(${long(50_000, 'AS_NEEDED(')}`],
		['sorting', 'script.depth', `SECTIONS { .t : { *(${long(50_000, 'SORT(')}`],
		['groups', 'script.depth', `SECTIONS { ${long(50_000, 'GROUP : { ')}`],
		['braces of VERSION', 'script.syntax', `VERSION ${long(50_000, '{')}`],
		['an opening quote', 'script.syntax', `x = "${long(50_000, 'y')}`],
		['a long sum', undefined, `a = 1; x = a${long(100_000, ' + a')};`],
		['a long sum of nothing', undefined, `x = a${long(100_000, ' + b')};`],
		['a long name', undefined, `${long(1_000_000, 'a')} = 5;`],
		['a long number', undefined, `x = ${long(1_000_000, '9')};`],
		['a long hexadecimal name', undefined, `x = ${long(1_000_000, 'A')};`],
		['many regions', undefined, `MEMORY { ${long(20_000, 'A1 : ORIGIN = 0, LENGTH = 1 ')} }`],
		['many symbols that wait for each other', undefined, chain(5_000)],
		['many stray characters', undefined, long(300_000, '@')],
		['many sections', undefined, `SECTIONS { ${long(20_000, '.t : { *(.t) } ')} }`],
		['many comments', undefined, long(100_000, '/**/')],
		['many comments for the preprocessor', undefined, `#define A 1\n${long(100_000, '/**/')}`],
		['many quotes for the preprocessor', undefined, `#define A 1\n#${long(100_000, '""')}`],
		['many conditions', 'script.depth', long(50_000, '#if 1\n') + '#endif'],
		['a nested #if', 'script.directive', `#if ${long(50_000, '(')}\n#endif`],
		['signs in #if', 'script.directive', `#if ${long(50_000, '!')}1\n#endif`],
		['macros in a row', 'script.depth', macros(5_000, (next) => next)],
		['macros that double', 'script.swells', macros(60, (next) => `${next} ${next}`)],
		['a macro of itself', undefined, '#define A A B\n#define B A\nx = A;'.replace(' B\n', '\n')],
		['#endif alone', 'script.directive', '#define A 1\n#endif'],
		['#if alone', 'script.directive', '#define A 1\n#if A'],
	])('%s: %s', (_what, code, text) => {
		expect(failure(text)?.code).toBe(code);
	});

	it('refuses files that include themselves or each other', () => {
		expect(failure('INCLUDE a.ld')?.code).toBe('script.depth');
		expect(failure('INCLUDE f1.x', 'INCLUDE f2.x', 'INCLUDE f1.x')?.code).toBe('script.depth');
		expect(failure('#include "f1.x"\n', '#include "f2.x"\n', '#include "f1.x"\n')?.code).toBe(
			'script.depth',
		);
	});

	it('refuses files that multiply by including each other', () => {
		const files = Array.from({ length: 9 }, (_, i) => long(40, `INCLUDE f${i + 1}.x\n`));
		expect(failure(files[0]!, ...files.slice(1), long(20_000, '/**/'))?.code).toBe('script.swells');
		const headers = files.map((text) => text.replace(/INCLUDE (\S+)/g, '#include "$1"'));
		expect(failure(headers[0]!, ...headers.slice(1), long(20_000, '//\n'))?.code).toBe(
			'script.swells',
		);
	});
});

function chain(count: number): string {
	return Array.from({ length: count }, (_, i) => `s${i} = s${i + 1};`).join('') + `s${count} = 1;`;
}

function macros(count: number, body: (next: string) => string): string {
	const lines = Array.from({ length: count }, (_, i) => `#define M${i} ${body(`M${i + 1}`)}`);
	return lines.join('\n') + '\nx = M0;';
}

/** Every fixture as one list of files. */
const corpus: readonly (readonly ScriptFile[])[] = [
	...[...accepted, ...refused].map(({ script }) => [{ name: 'a.ld', text: script }]),
	...included.map(({ files }) => files),
	...shapes.map(({ files }) => files),
	...preprocessed.map(({ files }) => files),
];

const SPICE = [
	'/*',
	'*/',
	'(',
	')',
	'{',
	'}',
	'"',
	'#if ',
	'#define ',
	'\n',
	'\0',
	';',
	'=',
	',',
	'..',
	'>',
	'9',
];

describe('mutated scripts', () => {
	it('are read, or refused with a code', () => {
		const mutation = fc.record({
			which: fc.nat({ max: corpus.length - 1 }),
			edits: fc.array(
				fc.record({
					at: fc.double({ min: 0, max: 1, noNaN: true }),
					cut: fc.nat({ max: 12 }),
					text: fc.oneof(fc.constantFrom(...SPICE), fc.string({ maxLength: 6 })),
				}),
				{ minLength: 1, maxLength: 4 },
			),
		});
		fc.assert(
			fc.property(mutation, ({ which, edits }) => {
				const [main, ...others] = corpus[which]!;
				let { text } = main!;
				for (const { at, cut, text: spice } of edits) {
					const from = Math.floor(at * text.length);
					text = text.slice(0, from) + spice + text.slice(from + cut);
				}
				try {
					readScript([{ name: main!.name, text }, ...others]);
				} catch (error) {
					if (!isFailure(error)) throw error;
					expect(error.code).toMatch(/^script\./);
				}
			}),
			{ numRuns: 3000 },
		);
	});

	it('cut off anywhere, are read, or refused with a code', () => {
		for (const [main, ...others] of corpus) {
			const step = Math.max(1, Math.floor(main!.text.length / 60));
			for (let end = 0; end < main!.text.length; end += step) {
				try {
					readScript([{ name: main!.name, text: main!.text.slice(0, end) }, ...others]);
				} catch (error) {
					if (!isFailure(error)) throw error;
				}
			}
		}
		expect(read('').regions).toEqual([]);
	});
});
