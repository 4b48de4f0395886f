// Good layouts stay without a word of warning, and the numbers of each agree to the byte.
import { describe, expect, it } from 'vitest';
import type { ContentNode } from '#core/insight.ts';
import { makeInsight } from '#insight/insight.ts';
import { build, chip } from './builds.ts';
import { corpus } from './corpus.ts';

/** Every node is the sum of its children. */
function sums(node: ContentNode, path = node.name): string[] {
	const total = node.children.reduce((sum, { size }) => sum + size, 0);
	return [
		...(node.children.length > 0 && total !== node.size
			? [`${path}: ${total} of ${node.size}`]
			: []),
		...node.children.flatMap((child) => sums(child, `${path}/${child.name}`)),
	];
}

describe('a clean corpus', () => {
	it.each(corpus)('$title: nothing to warn of', ({ part, shape, notes = [] }) => {
		const { warnings } = makeInsight(build(shape), chip(part));
		expect(warnings.map(({ severity, code }) => `${severity} ${code}`)).toEqual(
			notes.map((code) => `note ${code}`),
		);
	});

	it.each(corpus)('$title: sums agree', ({ part, shape }) => {
		for (const target of [undefined, chip(part)]) {
			for (const without of [undefined, 'script'] as const) {
				const { regions } = makeInsight(build({ ...shape, ...(without && { without }) }), target);
				for (const { content, used = 0, hidden } of regions) {
					expect(sums(content)).toEqual([]);
					expect(content.size).toBe(used + hidden);
				}
			}
		}
	});

	it('warns of nothing without a chip either, nor with an ELF or an image alone', () => {
		for (const { shape } of corpus) {
			for (const without of [undefined, 'elf', 'script'] as const) {
				const { warnings } = makeInsight(build({ ...shape, ...(without && { without }) }));
				expect(warnings.filter(({ severity }) => severity !== 'note')).toEqual([]);
			}
		}
	});
});
