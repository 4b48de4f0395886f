// Project files: what is written is read back, what is wrong is told by place, and nobody's bytes do more than that.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFailure } from '#core/failure.ts';
import { isRangeName } from '#core/protected.ts';
import { bytesSource } from '#core/source.ts';
import { openFile } from '#formats/index.ts';
import { isProjectText, projectText, readProject, type Project } from '#formats/project-file.ts';
import schema from '../../docs/sectorwise.schema.json';

const made = (change: object): string =>
	JSON.stringify({
		sectorwise: 1,
		name: 'Beacon',
		ranges: [{ name: 'Calibration', origin: '0x0800F800', length: '2K' }],
		...change,
	});
const codeOf = (text: string): string => {
	try {
		readProject(text);
		return 'read';
	} catch (error) {
		if (isFailure(error)) return `${error.code} ${JSON.stringify(error.data)}`;
		throw error;
	}
};

describe('a project file', () => {
	it('is read in each notation of a size', () => {
		for (const length of ['2K', '0x800', 2048, '2048'])
			expect(
				readProject(made({ ranges: [{ name: 'Calibration', origin: 0x0800f800, length }] })),
			).toEqual({
				name: 'Beacon',
				ranges: [{ name: 'Calibration', range: { start: 0x0800f800, end: 0x08010000 } }],
			});
		expect(readProject(made({ device: 'STM32F405RG' })).device).toBe('STM32F405RG');
	});

	it('says what is wrong, and where', () => {
		const range = { name: 'A', origin: 0, length: 1 };
		const wrong: readonly (readonly [string, string])[] = [
			['{', 'project.not-json'],
			['[]', '"the top level"'],
			[made({ sectorwise: 2 }), 'project.version'],
			[made({ sectorwise: '1' }), '"sectorwise"'],
			[made({ name: '' }), '"name"'],
			[made({ name: 'two\nlines' }), '"name"'],
			[made({ device: 7 }), '"device"'],
			[made({ rangs: [] }), 'no such field'],
			[made({ ranges: {} }), 'a list'],
			[made({ ranges: Array(101).fill(range) }), 'at most 100'],
			[made({ ranges: [{ ...range, lenght: 2 }] }), 'ranges[0].lenght'],
			[made({ ranges: [{ ...range, length: 0 }] }), 'at least one byte'],
			[made({ ranges: [{ ...range, length: -1 }] }), 'ranges[0].length'],
			[made({ ranges: [{ ...range, origin: 1.5 }] }), 'ranges[0].origin'],
			[made({ ranges: [{ ...range, origin: '0xFFFFFFFF', length: 2 }] }), 'within 4 GiB'],
			[made({ ranges: [range, range] }), 'project.twice'],
			[' '.repeat(70_000), 'larger'],
		];
		for (const [text, told] of wrong) expect(codeOf(text)).toContain(told);
	});

	const text = fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }).filter(isRangeName);
	const projects: fc.Arbitrary<Project> = fc
		.record({
			name: text,
			device: fc.constantFrom(undefined, 'STM32L476RG'),
			ranges: fc.uniqueArray(
				fc.record({
					name: text,
					range: fc
						.tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 1, max: 2 ** 24 }))
						.map(([start, size]) => ({ start, end: Math.min(start + size, 2 ** 32) })),
				}),
				{ selector: ({ name }) => name, maxLength: 8 },
			),
		})
		.map(({ device, ...rest }) => (device === undefined ? rest : { ...rest, device }));

	it('is read back as it was written', () => {
		fc.assert(
			fc.property(projects, (project) => {
				expect(readProject(projectText(project))).toEqual(project);
			}),
		);
	});

	it('of anybody’s making is read or refused by a code', () => {
		const hostile = fc.oneof(
			fc.json(),
			fc.string(),
			fc.tuple(projects, fc.nat(), fc.string({ maxLength: 3 })).map(([project, at, put]) => {
				const whole = projectText(project);
				const cut = at % whole.length;
				return whole.slice(0, cut) + put + whole.slice(cut + put.length);
			}),
		);
		fc.assert(
			fc.property(hostile, (any) => {
				expect(codeOf(any)).toMatch(/^read$|^project\./);
			}),
			{ numRuns: 400 },
		);
	});

	it('is told from a firmware by its content', async () => {
		const source = bytesSource(new TextEncoder().encode(made({})));
		await expect(openFile(source, 'any.name')).rejects.toMatchObject({ code: 'file.project' });
		expect(isProjectText('{"name":"x"}')).toBe(false);
	});

	it('has a schema with the fields that are read', () => {
		expect(Object.keys(schema.properties).sort()).toEqual(
			['$schema', 'sectorwise', 'name', 'device', 'ranges'].sort(),
		);
		const { items, maxItems } = schema.properties.ranges;
		expect([Object.keys(items.properties), maxItems]).toEqual([['name', 'origin', 'length'], 100]);
		for (const [pattern, good, bad] of [
			[items.properties.origin.oneOf[0]!.pattern, ['0x0800F800', '134281216', '2K'], ['0x', 'x']],
			[items.properties.length.oneOf[0]!.pattern, ['2K', '1M', '0x800'], ['2KB', '-1', '']],
		] as const) {
			for (const one of good) {
				expect(one).toMatch(new RegExp(pattern!));
				expect(codeOf(made({ ranges: [{ name: 'A', origin: one, length: 1 }] }))).toBe('read');
			}
			for (const one of bad) expect(one).not.toMatch(new RegExp(pattern!));
		}
	});
});
