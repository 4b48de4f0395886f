// Comparing images, against a slow oracle that asks for every byte.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	compareImages,
	nextDifference,
	perPart,
	previousDifference,
	type DifferenceKind,
} from '#core/compare.ts';
import { buildImage, type Image } from '#core/image.ts';

const image = (...parts: readonly (readonly [number, readonly number[]])[]): Image =>
	buildImage(parts.map(([address, data]) => ({ address, data: Uint8Array.from(data) })));

/** Few values, short gaps: runs that touch, overlap and agree by chance. */
const images = fc
	.array(fc.tuple(fc.nat(5), fc.array(fc.nat(1), { minLength: 1, maxLength: 50 })), {
		maxLength: 5,
	})
	.map((parts) => {
		let at = 0xffff_ff00 - 400;
		return image(
			...parts.map(([gap, data]) => {
				const address = at + gap;
				at = address + data.length;
				return [address, data] as const;
			}),
		);
	});

function slow(a: Image, b: Image): Map<number, DifferenceKind | 'same'> {
	const bytes = (one: Image): Map<number, number> =>
		new Map(one.flatMap(({ address, data }) => [...data].map((byte, i) => [address + i, byte])));
	const [first, second] = [bytes(a), bytes(b)];
	const found = new Map<number, DifferenceKind | 'same'>();
	for (const address of new Set([...first.keys(), ...second.keys()])) {
		const [x, y] = [first.get(address), second.get(address)];
		const kind = x === undefined ? 'only-b' : y === undefined ? 'only-a' : 'changed';
		found.set(address, x === y ? 'same' : kind);
	}
	return found;
}

describe('compareImages', () => {
	it('finds every byte that differs and none that does not, counted', () => {
		fc.assert(
			fc.property(images, images, (a, b) => {
				const expected = slow(a, b);
				const found = compareImages(a, b);
				const count = (kind: string): number =>
					[...expected.values()].filter((one) => one === kind).length;
				expect(found.same).toBe(count('same'));
				expect(found.changed).toBe(count('changed'));
				expect(found.onlyA).toBe(count('only-a'));
				expect(found.onlyB).toBe(count('only-b'));
				let covered = 0;
				let end = 0;
				for (const { kind, range, bytes } of found.differences) {
					expect(range.start).toBeGreaterThanOrEqual(end);
					end = range.end;
					const kinds = [];
					for (let at = range.start; at < end; at++) kinds.push(expected.get(at));
					expect(kinds.filter((one) => one === kind).length).toBe(bytes);
					expect([kinds[0], kinds.at(-1)]).toEqual([kind, kind]);
					const others = kinds.filter((one) => one !== kind && one !== 'same');
					expect(others).toEqual([]);
					covered += bytes;
				}
				expect(covered).toBe(found.changed + found.onlyA + found.onlyB);
			}),
			{ numRuns: 300 },
		);
	});

	it('the other way round, the same with the sides swapped', () => {
		fc.assert(
			fc.property(images, images, (a, b) => {
				const swapped = { changed: 'changed', 'only-a': 'only-b', 'only-b': 'only-a' } as const;
				const there = compareImages(a, b).differences;
				const back = compareImages(b, a).differences;
				expect(back).toEqual(there.map((one) => ({ ...one, kind: swapped[one.kind] })));
			}),
		);
	});

	it('joins runs over a row of equal bytes, not over more', () => {
		const other = new Array<number>(60).fill(0);
		const zeros = [...other];
		for (const at of [3, 19, 37]) other[at] = 1;
		const ranges = compareImages(image([0, zeros]), image([0, other])).differences;
		expect(ranges).toEqual([
			{ kind: 'changed', range: { start: 3, end: 20 }, bytes: 2 },
			{ kind: 'changed', range: { start: 37, end: 38 }, bytes: 1 },
		]);
	});
});

describe('the way through the differences', () => {
	const a = image([100, [1, 2, 3]], [300, [9]]);
	const b = image([100, [1, 7, 3]], [200, [5, 5]]);
	const comparison = compareImages(a, b);
	const starts = [101, 200, 300];

	it('goes forth and back, and round at the ends', () => {
		expect(comparison.differences.map(({ range }) => range.start)).toEqual(starts);
		const next = (at: number) => nextDifference(comparison, at)?.range.start;
		const previous = (at: number) => previousDifference(comparison, at)?.range.start;
		expect([0, 101, 200, 201, 250, 300].map(next)).toEqual([101, 200, 300, 300, 300, 101]);
		expect([400, 300, 201, 200, 150, 101].map(previous)).toEqual([300, 200, 200, 101, 101, 300]);
		expect(nextDifference(compareImages(a, a), 0)).toBeUndefined();
		expect(previousDifference(compareImages(a, a), 0)).toBeUndefined();
	});

	it('is told by sector, also where a run crosses one', () => {
		const sectors = [0, 100, 201, 400].map((start, number) => ({
			number,
			range: { start, end: [100, 201, 400, 500][number]! },
		}));
		expect(perPart(comparison, sectors).map(({ part, ...rest }) => [part.number, rest])).toEqual([
			[1, { runs: 2, first: 101, kinds: ['changed', 'only-b'] }],
			[2, { runs: 2, first: 201, kinds: ['only-b', 'only-a'] }],
		]);
	});
});
