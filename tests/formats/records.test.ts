// How long record files take: linear in their size, whatever the order and the repetition of their records.
import { describe, expect, it } from 'vitest';
import { extent } from '#core/image.ts';
import { ascii, encodeHex, HEX_END, hexRecord } from './encode.ts';
import { open } from './open.ts';

describe('record files', () => {
	const timed = async (content: Uint8Array) => {
		const before = performance.now();
		const artifact = await open(content);
		return { artifact, ms: performance.now() - before };
	};

	it('reads 8 MB of Intel HEX in well under a second', async () => {
		const data = new Uint8Array(3 * 1024 * 1024).map((_, index) => index * 7);
		const content = ascii(encodeHex([{ address: 0x08000000, data }]));
		expect(content.length).toBeGreaterThan(8_000_000);
		const { artifact, ms } = await timed(content);
		expect(artifact.kind === 'firmware' && extent(artifact.image)).toEqual({
			start: 0x08000000,
			end: 0x08300000,
		});
		expect(ms).toBeLessThan(900);
	});

	it('does not slow down quadratically on scattered, shuffled, repeated records', async () => {
		const scattered = (count: number) => {
			const record = (index: number) => hexRecord(0, ((index * 7919) % 8192) * 8, [1, 2, 3]);
			const all = Array.from({ length: count }, (_, index) => record(index));
			return ascii([...all, HEX_END].join('\n'));
		};
		const small = scattered(20_000);
		const large = scattered(160_000);
		await timed(small);
		const one = await timed(small);
		const eight = await timed(large);
		expect(eight.artifact.kind).toBe('firmware');
		expect(eight.ms).toBeLessThan(Math.max(40, one.ms) * 32);
	});
});
