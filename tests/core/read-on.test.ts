import { describe, expect, it } from 'vitest';
import { readsOnTo } from '#core/read-on.ts';
import type { LookStep, Step } from '#core/steps.ts';

const sector = {
	range: { start: 0, end: 2048 },
	number: 0,
	bank: 1,
	access: { read: true, write: true, erase: true },
} as const;
const look = (start: number, more: Partial<LookStep> = {}): Step => ({
	kind: 'look',
	purpose: 'compare',
	range: { start, end: start + 256 },
	sector,
	...more,
});
const verify = (address: number): Step => ({ kind: 'verify', address, data: new Uint8Array(256) });

describe('how far reads go on', () => {
	it('to the last that follows in memory, and no further than anybody fetches', () => {
		expect(readsOnTo([verify(0), verify(256), verify(1024)], 0)).toBe(512);
		expect(readsOnTo([verify(0), verify(256), verify(1024)], 1)).toBe(512);
		const many = Array.from({ length: 40 }, (_, i) => verify(i * 256));
		expect(readsOnTo(many, 0)).toBe(256 + 1024);
	});

	it('a little further inside a sector that is looked at, never beyond it', () => {
		expect(readsOnTo([look(0), look(1024)], 0)).toBe(256 + 64);
		expect(readsOnTo([look(1792)], 0)).toBe(2048);
	});

	it('not over a checksum, a write, or another way round', () => {
		expect(readsOnTo([verify(0), look(256, { sum: true })], 0)).toBe(256);
		const write: Step = { kind: 'write', address: 256, data: new Uint8Array(4) };
		expect(readsOnTo([verify(0), write, verify(256)], 0)).toBe(256);
		expect(readsOnTo([verify(256), verify(0)], 0)).toBe(512);
		expect(readsOnTo([write], 0)).toBe(0);
		expect(readsOnTo([], 0)).toBe(0);
	});
});
