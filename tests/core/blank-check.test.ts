// Where a job looks after an erase when nothing is known, and where something was seen to stand.
import { describe, expect, it } from 'vitest';
import { buildImage, type Image } from '#core/image.ts';
import { plan } from '#core/plan.ts';
import { compile } from '#core/compile.ts';
import type { StepLimits } from '#core/steps.ts';
import { h743Small, timings } from './maps.ts';

const bytes = (length: number, value = 0xa5): Uint8Array => new Uint8Array(length).fill(value);

describe('the blank check', () => {
	const base = 0x08000000;
	const limits: StepLimits = {
		transferSize: 1024,
		sectorsPerErase: 1,
		massErase: true,
		checksum: false,
		sampleSize: 128,
		sampleGrid: 1024,
	};
	const image = buildImage([{ address: base, data: bytes(256 * 1024) }]);
	const checked = (held: Image): number[] => {
		const found = plan(image, h743Small, { start: false, known: { keep: true, found: held } });
		return compile(found, limits, timings).flatMap((step) =>
			step.kind === 'blank-check' ? [step.range.start - base] : [],
		);
	};
	/** As a look leaves it: some transfers, the last of them blank. */
	const held = [
		{ address: base + 0x8000, data: bytes(2048, 7) },
		{ address: base + 0x10000, data: bytes(1024, 0xff) },
	];

	it('looks at the ends and every 32 KiB where nothing is known', () => {
		expect(checked([]).slice(0, 5)).toEqual([0, 0x7c00, 0xfc00, 0x17c00, 0x1fc00]);
		expect(checked([])).toHaveLength(10);
	});

	it('looks where something is known to have stood, last in its sector', () => {
		expect(checked(held)).toEqual([0x8400, 0x20000, 0x27c00, 0x2fc00, 0x37c00, 0x3fc00]);
	});

	it('learns nothing from what was blank before', () => {
		expect(checked(held.slice(1))).toEqual(checked([]));
	});
});
