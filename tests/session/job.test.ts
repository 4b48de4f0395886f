import { describe, expect, it } from 'vitest';
import { segmentRange } from '#core/image.ts';
import { firmware, hexFile, imageAt, rig } from './rig.ts';

const parts = [
	['STM32F103C8', 'uart'],
	['STM32F072RB', 'uart'],
	['STM32F405RG', 'uart'],
	['STM32L476RG', 'uart'],
	['STM32L072CZ', 'uart'],
	['STM32G071RB', 'uart'],
	['STM32H743ZI', 'uart'],
	['STM32F072RB', 'dfu'],
	['STM32F405RG', 'dfu'],
	['STM32F746ZG', 'dfu'],
	['STM32F767ZI', 'dfu'],
	['STM32L476RG', 'dfu'],
	['STM32G474RE', 'dfu'],
	['STM32H743ZI', 'dfu'],
	['STM32U575ZI', 'dfu'],
] as const;

describe('a job on a simulated board', () => {
	for (const [part, transport] of parts) {
		it(`programs, verifies and starts ${part} by ${transport}`, async () => {
			const { session, simulated, clock, programOnce } = rig({ part, transport });
			const data = firmware(0x08000000, 9000);
			await programOnce(hexFile(imageAt(0x08000000, data)));
			const { job } = session.state;
			expect(session.readiness).not.toMatchObject({ why: 'board-failed' });
			expect(job.status === 'failed' ? job.failure.message : job.status).toBe('finished');
			expect(simulated.board.peek({ start: 0x08000000, end: 0x08000000 + data.length })).toEqual(
				data,
			);
			// The ROM leaves the bus some milliseconds after its last answer.
			await clock.sleep(100, new AbortController().signal);
			expect(simulated.board.executed).toBe(0x08000000);
			if (job.status !== 'finished') throw new Error(job.status);
			expect(job.report.result).toBe('verified');
			for (const run of job.plan.write) {
				expect(simulated.board.peek(segmentRange(run))).toEqual(run.data);
			}
		});
	}
});
