import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildImage } from '#core/image.ts';
import { plan } from '#core/plan.ts';
import { progressOf, sectorStages, truthOf } from '#core/progress.ts';
import { compile } from '#core/compile.ts';
import { cost, type Step } from '#core/steps.ts';
import { anyImageIn, anyMemory, f405, timings } from './maps.ts';

const limits = {
	transferSize: 256,
	sectorsPerErase: 8,
	massErase: false,
	checksum: false,
	sampleSize: 32,
};
const pace = { timings, transferMs: 2, byteMs: 0.1 };
const order = ['to-erase', 'erased', 'blank', 'writing', 'written', 'verifying', 'verified'];

const anyJob = anyMemory.chain((memory) =>
	anyImageIn(memory).map((segments) => {
		const found = plan(buildImage(segments), memory, { start: false });
		return { found, steps: compile(found, limits, timings) };
	}),
);

describe('sector stages', () => {
	it('only go forward, from to-erase to verified', () => {
		fc.assert(
			fc.property(anyJob, ({ found, steps }) => {
				const rank = new Map<number, number>();
				for (let done = 0; done <= steps.length; done++) {
					for (const [start, stage] of sectorStages(found, steps, done)) {
						const now = order.indexOf(stage);
						expect(now).toBeGreaterThanOrEqual(rank.get(start) ?? 0);
						rank.set(start, now);
					}
				}
				expect([...rank.values()].every((last) => last === order.length - 1)).toBe(true);
				expect(rank.size).toBe(found.erase.length);
				expect([...sectorStages(found, steps, 0).values()].every((s) => s === 'to-erase')).toBe(
					true,
				);
			}),
			{ numRuns: 40 },
		);
	});
});

describe('progress', () => {
	it('rises from 0 to 1 and corrects the time left by what was measured', () => {
		fc.assert(
			fc.property(anyJob, fc.double({ min: 0.2, max: 5, noNaN: true }), ({ steps }, slower) => {
				let before = -1;
				const durations: number[] = [];
				for (let done = 0; done <= steps.length; done++) {
					const { fraction, remainingMs } = progressOf(steps, durations, pace, 0);
					expect(fraction).toBeGreaterThanOrEqual(before);
					expect(remainingMs).toBeGreaterThanOrEqual(0);
					before = fraction;
					if (done < steps.length) durations.push(cost(steps[done]!, pace) * slower);
				}
				expect(before).toBeCloseTo(1);
			}),
			{ numRuns: 40 },
		);
		const write = (address: number): Step => ({
			kind: 'write',
			address,
			data: new Uint8Array(256),
		});
		const steps = [0, 256, 512, 768].map(write);
		const twice = cost(steps[0]!, pace) * 2;
		const { remainingMs, fraction, bytesPerSecond } = progressOf(steps, [twice, twice], pace, 0);
		expect(remainingMs).toBeCloseTo(2 * twice);
		expect(fraction).toBeCloseTo(0.5);
		expect(bytesPerSecond).toBeCloseTo((512 * 1000) / (2 * twice));
	});
});

describe('the truth about the flash', () => {
	it('calls it bootable only once every byte, the vector table last, is written', () => {
		const found = plan(buildImage([{ address: 0x08000000, data: new Uint8Array(1000) }]), f405, {
			start: false,
		});
		const steps = compile(found, limits, timings);
		const lastWrite = steps.findLastIndex(({ kind }) => kind === 'write');
		for (let done = 0; done <= steps.length; done++) {
			expect(truthOf(found, steps, done, true).bootable).toBe(done > lastWrite);
		}
		expect(truthOf(found, steps, 0, false).untouched).toBe(true);
		expect(truthOf(found, steps, 0, true).untouched).toBe(false);
	});
});
