// What an expert would warn of, each code with a build that has the fault and the nearest one that has not.
import { describe, expect, it } from 'vitest';
import { describe as tell } from '#core/failure.ts';
import { makeInsight } from '#insight/insight.ts';
import { build, program, region } from './builds.ts';
import { data, F405, findings, parts, zeros } from './pairs.ts';
import { programPairs } from './pairs-program.ts';
import { regionPairs } from './pairs-regions.ts';
import { sectionPairs } from './pairs-sections.ts';

const pairs = [...regionPairs, ...programPairs, ...sectionPairs];

describe('experts', () => {
	it.each(pairs)('$code: $why', ({ code, wrong, right, severity }) => {
		const found = findings(wrong).filter((each) => each.code === code);
		expect(found.map((each) => each.severity)).toContain(severity);
		for (const each of found) {
			const { text, cause, next } = tell(each);
			for (const sentence of [text, cause, next]) {
				expect(sentence).not.toMatch(/\{|undefined|\?(?!$)|NaN/);
				expect(sentence.length).toBeGreaterThan(10);
			}
		}
		expect(findings(right).map((each) => each.code)).not.toContain(code);
	});

	it('sees a script that is not the map’s', () => {
		const shape = { parts: program(), regions: F405 };
		const made = build(shape);
		const linked = (length: string) => ({
			...made,
			map: {
				linker: 'GNU ld' as const,
				regions: [region(`FLASH 0x08000000 ${length} xr`)],
				sections: [],
				discarded: [],
				pulledIn: [],
				references: new Map<string, string[]>(),
				symbols: new Map<string, number>(),
				diagnostics: [],
			},
		});
		const codes = (length: string) => makeInsight(linked(length)).warnings.map(({ code }) => code);
		expect(codes('512K')).toContain('insight.script-differs');
		expect(codes('1024K')).not.toContain('insight.script-differs');
	});

	it('puts errors first', () => {
		const order = findings({
			shape: { ...parts(data('.tables', 0x20004000, 256), data('.version', 0x080e0000, 16)) },
		}).map(({ severity }) => severity);
		expect(order[0]).toBe('error');
		expect(
			[...order].sort(
				(a, b) => ['error', 'warning', 'note'].indexOf(a) - ['error', 'warning', 'note'].indexOf(b),
			),
		).toEqual(order);
	});

	it('says nothing that needs a chip when none is known', () => {
		const made = build({
			...parts(zeros('.bkp', 0x40024000, 64)),
			regions: F405,
			stack: 0x20020000,
		});
		expect(makeInsight(made).warnings).toEqual([]);
	});
});
