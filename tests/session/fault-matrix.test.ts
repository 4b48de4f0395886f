// For every frame of a job, and every kind of trouble by turns: finished with the memory exactly right, or failed with a known
// code. Never finished and wrong, never hung. Time is virtual, so a hang is a job that outlasts two minutes of it.
import { describe, expect, it } from 'vitest';
import { firstDifference } from '#core/bytes.ts';
import { segmentRange } from '#core/image.ts';
import type { MischiefEntry } from '#simulator/mischief.ts';
import { uartTroubles, usbTroubles } from '#simulator/mischief.ts';
import { kindsAt } from './frames.ts';
import { firmware, hexFile, imageAt, rig, type Rig, type RigOptions } from './rig.ts';

const BASE = 0x08000000;
/** A board that needs longer than this is stuck, whatever it says. */
const HANG_MS = 120_000;

/** Neighbours that no job may touch, and old content where the job will write. */
const before = firmware(BASE, 16 * 1024, 99);

interface Case {
	readonly name: string;
	readonly options: RigOptions;
	readonly image: Uint8Array;
	/** What erased flash reads; 0xFF unless said. */
	readonly blank?: number;
	readonly troubles: readonly MischiefEntry['kind'][];
}

const cases: readonly Case[] = [
	{
		name: 'STM32F103C8 by UART, legacy erase',
		options: { part: 'STM32F103C8', transport: 'uart' },
		image: firmware(BASE, 1500),
		troubles: uartTroubles,
	},
	{
		name: 'STM32L476RG by UART, ECC flash',
		options: { part: 'STM32L476RG', transport: 'uart' },
		image: firmware(BASE, 1100),
		troubles: uartTroubles,
	},
	{
		name: 'STM32L072CZ by UART, pages of 128 bytes that erase to zero',
		options: { part: 'STM32L072CZ', transport: 'uart' },
		image: firmware(BASE, 700),
		blank: 0x00,
		troubles: uartTroubles,
	},
	{
		name: 'STM32U575ZI by UART with Get Checksum',
		options: { part: 'STM32U575ZI', transport: 'uart', quirks: { checksumAcks: 1 } },
		image: firmware(BASE, 900),
		troubles: uartTroubles,
	},
	{
		name: 'STM32H743ZI by DfuSe that clears in dfuERROR only',
		options: { part: 'STM32H743ZI', transport: 'dfu', quirks: { strictClear: true } },
		image: firmware(BASE, 3000),
		troubles: usbTroubles,
	},
	{
		name: 'STM32L476RG by DfuSe, ECC flash',
		options: { part: 'STM32L476RG', transport: 'dfu' },
		image: firmware(BASE, 5000),
		troubles: usbTroubles,
	},
	{
		name: 'STM32F405RG by DfuSe that answers busy',
		options: { part: 'STM32F405RG', transport: 'dfu', quirks: { earlyPoll: 'busy' } },
		image: firmware(BASE, 5000),
		troubles: usbTroubles,
	},
	{
		name: 'STM32F405RG by DfuSe that stalls early questions',
		options: { part: 'STM32F405RG', transport: 'dfu', quirks: { earlyPoll: 'stall' } },
		image: firmware(BASE, 3000),
		troubles: usbTroubles,
	},
];

async function attempt(which: Case, mischief: readonly MischiefEntry[]): Promise<Rig> {
	const content = imageAt(BASE, before);
	const made = rig({ ...which.options, content, mischief });
	const over = new AbortController();
	const hang = made.clock.sleep(HANG_MS, over.signal).then(
		() => 'hung' as const,
		() => 'ended' as const,
	);
	const job = made.programOnce(hexFile(imageAt(BASE, which.image))).then(() => 'ended' as const);
	const outcome = await Promise.race([job, hang]);
	over.abort();
	expect(outcome, JSON.stringify(mischief)).toBe('ended');
	return made;
}

/** "finished", or the code it failed with; throws when it is finished and wrong, or failed without a code. */
function verdict({ session, simulated }: Rig, { image, blank = 0xff }: Case): string {
	const { job, board } = session.state;
	if (job.status === 'failed') return job.failure.code;
	if (job.status === 'idle' && board.status === 'failed') return board.failure.code;
	if (job.status === 'idle' && !session.readiness.ready) {
		const { because, why } = session.readiness;
		return because?.code ?? why;
	}
	expect(job.status).toBe('finished');
	if (job.status !== 'finished') return job.status;
	const held = simulated.board.peek({ start: BASE, end: BASE + image.length });
	expect(firstDifference(held, image)).toBe(-1);
	const erased = job.plan.erase.at(-1)!.range.end;
	for (const range of job.plan.lost) {
		expect(simulated.board.peek(range).every((byte) => byte === blank)).toBe(true);
	}
	if (erased < BASE + before.length) {
		const untouched = simulated.board.peek({ start: erased, end: BASE + before.length });
		expect(firstDifference(untouched, before.subarray(erased - BASE))).toBe(-1);
	}
	expect(job.plan.write.map(segmentRange).every(({ end }) => end <= erased)).toBe(true);
	expect(job.report.result).toBe('verified');
	return 'finished';
}

describe('fault matrix', () => {
	for (const [nth, which] of cases.entries()) {
		it(`${which.name}: trouble at every frame ends right or with a code`, async () => {
			const clean = await attempt(which, []);
			expect(verdict(clean, which)).toBe('finished');
			const frames = clean.simulated.frames;
			expect(frames).toBeGreaterThan(30);
			const tally = new Map<string, number>();
			const struck = new Map<string, number>();
			for (let at = 0; at < frames; at++) {
				for (const kind of kindsAt(which.troubles, at, nth)) {
					struck.set(kind, (struck.get(kind) ?? 0) + 1);
					const made = await attempt(which, [{ at, kind }]);
					const found = verdict(made, which);
					expect(found, `${kind} at frame ${at}`).not.toBe('job.internal');
					const key = `${kind}: ${found}`;
					tally.set(key, (tally.get(key) ?? 0) + 1);
				}
			}
			// A line that loses, changes or refuses one frame is something a job survives.
			for (const kind of ['drop', 'corrupt', 'stall', 'parity-error'] as const) {
				if (which.troubles.includes(kind))
					expect(tally.get(`${kind}: finished`) ?? 0).toBeGreaterThan(0);
			}
			// A cable that is pulled before the job's last word is never a finished job.
			expect(tally.get('unplug: wire.lost') ?? 0).toBeGreaterThan(struck.get('unplug')! / 2);
			if (process.env['MATRIX']) console.log(which.name, frames, Object.fromEntries(tally));
		}, 300_000);
	}
});
