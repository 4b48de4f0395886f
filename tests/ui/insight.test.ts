// The drawings of the Insight view as pure functions: the treemap's boxes, the bars, the overlay's words.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TreeBox } from '#core/insight-view.ts';
import type { RegionUsage } from '#core/insight.ts';
import { barOf, shareText, usageText } from '#ui/insight/region-bars.ts';
import { squarify, type Box } from '#ui/insight/squarify.ts';
import { toneOf } from '#ui/insight/tones.ts';
import { layTreemap, neighbour } from '#ui/insight/treemap.ts';

const room: Box = { x: 10, y: 20, width: 600, height: 400 };
const area = ({ width, height }: Box): number => width * height;
const inside = (inner: Box, outer: Box, slack = 1e-6): boolean =>
	inner.x >= outer.x - slack &&
	inner.y >= outer.y - slack &&
	inner.x + inner.width <= outer.x + outer.width + slack &&
	inner.y + inner.height <= outer.y + outer.height + slack;
const overlap = (a: Box, b: Box): number =>
	Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)) *
	Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y));

describe('squarified boxes', () => {
	test('have areas in proportion, lie in the room, and do not overlap', () => {
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 0, max: 1 << 20 }), { maxLength: 40 }), (values) => {
				const sorted = values.sort((a, b) => b - a);
				const boxes = squarify(sorted, room);
				const total = sorted.reduce((sum, value) => sum + value, 0);
				expect(boxes).toHaveLength(sorted.length);
				for (const [i, box] of boxes.entries()) {
					expect(inside(box, room)).toBe(true);
					const due = total > 0 ? (sorted[i]! / total) * area(room) : 0;
					expect(Math.abs(area(box) - due)).toBeLessThan(1e-4 * area(room));
					for (const other of boxes.slice(0, i)) expect(overlap(box, other)).toBeLessThan(1e-3);
				}
			}),
		);
	});

	test('are nearly square: the example of the paper', () => {
		const boxes = squarify([6, 6, 4, 3, 2, 2, 1], { x: 0, y: 0, width: 6, height: 4 });
		const ratios = boxes.map(({ width, height }) => Math.max(width / height, height / width));
		expect(Math.max(...ratios)).toBeLessThan(2.8);
		expect(boxes[0]).toEqual({ x: 0, y: 0, width: 3, height: 2 });
	});

	test('of nothing, and in no room, are empty', () => {
		expect(squarify([], room)).toEqual([]);
		expect(squarify([0, 0], room).map(area)).toEqual([0, 0]);
		expect(squarify([1, 2], { x: 0, y: 0, width: 0, height: 9 }).map(area)).toEqual([0, 0]);
	});
});

const box = (
	name: string,
	size: number,
	children: TreeBox[] = [],
	kind: TreeBox['kind'] = 'object',
) => ({ name, size, kind, opens: children.length > 0, children }) satisfies TreeBox;

describe('the treemap', () => {
	const tree = box(
		'FLASH',
		1000,
		[
			box('.text', 900, [box('a.o', 600), box('b.o', 300)], 'section'),
			box('.rodata', 60, [box('c.o', 60)], 'section'),
			box('gap', 40, [], 'gap'),
		],
		'region',
	);
	const options = { tone: undefined, types: { '.rodata': 'constants' as const }, sizeText: String };
	const cells = layTreemap(tree, room, options);

	test('draws children inside their parent, below its heading', () => {
		for (const cell of cells) {
			const parent = cells.find(({ path }) => path.join() === cell.path.slice(0, -1).join());
			if (parent) expect(inside(cell.box, parent.box)).toBe(true);
			if (parent) expect(cell.box.y).toBeGreaterThanOrEqual(parent.box.y + 15);
		}
		expect(cells.filter(({ level }) => level === 1).map(({ node }) => node.name)).toEqual([
			'.text',
			'.rodata',
			'gap',
		]);
	});

	test('gives objects the tone of their section, and gaps one of their own', () => {
		const tones = Object.fromEntries(cells.map(({ node, tone }) => [node.name, tone]));
		expect(tones).toMatchObject({ '.text': 'code', 'a.o': 'code', 'c.o': 'constants', gap: 'gap' });
	});

	test('writes no text wider than its box', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 400 }), fc.string({ maxLength: 60 }), (width, name) => {
				const [cell] = layTreemap(box('root', 1, [box(name, 1)]), { ...room, width }, options);
				expect(cell!.label.length * 6.7).toBeLessThanOrEqual(Math.max(0, width - 10) + 1e-9);
			}),
		);
	});

	test('moves by arrow keys to the next box in that direction', () => {
		const grid = [
			[0, 0],
			[10, 0],
			[0, 10],
			[10, 10],
		].map(([x = 0, y = 0]) => ({ x, y, width: 10, height: 10 }));
		expect(neighbour(grid, 0, 'ArrowRight')).toBe(1);
		expect(neighbour(grid, 0, 'ArrowDown')).toBe(2);
		expect(neighbour(grid, 3, 'ArrowUp')).toBe(1);
		expect(neighbour(grid, 3, 'ArrowLeft')).toBe(2);
		expect(neighbour(grid, 0, 'ArrowLeft')).toBeUndefined();
	});
});

const region = (values: Partial<RegionUsage>): RegionUsage => ({
	name: 'FLASH',
	role: 'flash',
	origin: 0x08000000,
	length: 1000,
	attributes: 'xr',
	source: 'map',
	hidden: 0,
	content: box('FLASH', 0, [], 'region') as unknown as RegionUsage['content'],
	reservations: [],
	...values,
});

describe('region bars', () => {
	const filled = (sizes: number[]): RegionUsage['content'] =>
		box(
			'FLASH',
			sizes.reduce((sum, size) => sum + size, 0),
			sizes.map((size, i) => box(`.s${i}`, size, [], 'section')),
			'region',
		) as unknown as RegionUsage['content'];

	test('pieces follow each other and end where the used bytes do', () => {
		const { pieces, end } = barOf(region({ content: filled([100, 300]) }), {});
		expect(pieces.map(({ from, to }) => [from, to])).toEqual([
			[0, 0.1],
			[0.1, 0.4],
		]);
		expect(end).toBe(1);
	});

	test('an over-full region is drawn beyond its end', () => {
		const { pieces, end } = barOf(region({ content: filled([1500, 500]) }), {});
		expect(end).toBe(0.5);
		expect(pieces.at(-1)?.to).toBe(1);
	});

	test('stack and heap stand at the end, and only those that no section holds', () => {
		const reservations = [
			{ kind: 'stack', size: 200, by: '_Min_Stack_Size', counted: false },
			{ kind: 'heap', size: 100, by: '.heap', counted: true },
		] as const;
		const { reserved } = barOf(region({ content: filled([100]), reservations }), {});
		expect(reserved.map(({ from, to }) => [from, to])).toEqual([[0.8, 1]]);
	});

	test('say how much of how much', () => {
		expect(usageText(region({ used: 500, free: 500, fraction: 0.5 }))).toBe(
			'500 bytes of 1000 bytes, 50 %',
		);
		expect(usageText(region({ used: 1024, free: -24 }))).toBe(
			'1 KiB of 1000 bytes, over by 24 bytes',
		);
		expect(usageText(region({}))).toBe('1000 bytes');
		expect(shareText(0.00001)).toBe('0.1 %');
		expect(shareText(0)).toBe('0 %');
	});
});

test('tones: by flags where there are any, by name where only a map tells', () => {
	expect(toneOf('.wave', { '.wave': 'constants' })).toBe('constants');
	expect(toneOf('.text', {})).toBe('code');
	expect(toneOf('._user_heap_stack', { '._user_heap_stack': 'zeroed' })).toBe('reserved');
	expect(toneOf('.mine', {})).toBe('other');
});
