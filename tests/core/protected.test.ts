// What a plan does to named ranges, and how lists of them are joined.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plan } from '#core/plan.ts';
import { isSame, joinRanges, protectedStates } from '#core/protected.ts';
import { f405 } from './maps.ts';

const BASE = 0x0800_0000;

const range = (name: string, start: number, size: number) => ({
	name,
	range: { start: BASE + start, end: BASE + start + size },
});

describe('the fate of a protected range', () => {
	const image = [{ address: BASE, data: new Uint8Array(3000).fill(1) }];
	const ranges = [
		range('Vectors', 0, 512),
		range('Calibration', 8192, 1024),
		range('Files', 64 * 1024, 4096),
	];
	const fates = (keep: boolean, givenUp: readonly string[] = []) => {
		const protect = ranges.filter(({ name }) => !givenUp.includes(name));
		const laid = plan(image, f405, { start: false, known: { keep }, protect });
		return {
			runnable: laid.runnable,
			fates: protectedStates(laid, image, ranges, givenUp).map(({ fate }) => fate),
		};
	};

	it('is told by what is erased and written', () => {
		expect(fates(true)).toEqual({ runnable: false, fates: ['refused', 'merged', 'untouched'] });
		expect(fates(false)).toEqual({ runnable: false, fates: ['refused', 'refused', 'untouched'] });
		expect(fates(true, ['Vectors'])).toEqual({
			runnable: true,
			fates: ['given-up', 'merged', 'untouched'],
		});
		expect(fates(false, ['Vectors', 'Calibration'])).toEqual({
			runnable: true,
			fates: ['given-up', 'given-up', 'untouched'],
		});
	});

	it('is never another than the planner’s verdict', () => {
		const byte = fc.nat(128 * 1024);
		fc.assert(
			fc.property(
				byte,
				byte,
				fc.integer({ min: 1, max: 40_000 }),
				fc.boolean(),
				(a, b, size, keep) => {
					const written = [{ address: BASE + a, data: new Uint8Array(size) }];
					const protect = [range('X', b, 700)];
					const laid = plan(written, f405, { start: false, known: { keep }, protect });
					const refused = laid.diagnostics.some(({ code }) => code.startsWith('plan.protected'));
					const [state] = protectedStates(laid, written, protect, []);
					expect(state?.fate === 'refused').toBe(refused);
				},
			),
		);
	});
});

describe('lists of ranges', () => {
	it('are joined: one entry for the same stretch, one name for each', () => {
		const project = [range('Calibration', 0, 16), range('Files', 64, 16)];
		const board = [range('Calibration', 0, 16), range('Calibration', 32, 16)];
		expect(joinRanges([project, board]).map(({ name }) => name)).toEqual([
			'Calibration',
			'Files',
			'Calibration 2',
		]);
	});

	it('cover as much as before, under names that are unique', () => {
		const one = fc
			.tuple(fc.constantFrom('A', 'A 2', 'B'), fc.nat(3), fc.integer({ min: 1, max: 3 }))
			.map(([name, start, size]) => range(name, start, size));
		fc.assert(
			fc.property(fc.array(fc.array(one, { maxLength: 6 }), { maxLength: 3 }), (lists) => {
				const joined = joinRanges(lists);
				const names = joined.map(({ name }) => name);
				expect(new Set(names).size).toBe(names.length);
				for (const given of lists.flat())
					expect(joined.some((kept) => isSame(kept, { ...given, name: kept.name }))).toBe(true);
			}),
		);
	});
});
