// Serial adapters that hold short answers back: the work-around is quick, stays out of the way where it cannot help, and
// whatever strikes it, memory ends exactly right or the job ends with a code.
import { describe, expect, it } from 'vitest';
import { firstDifference } from '#core/bytes.ts';
import type { MischiefEntry } from '#simulator/mischief.ts';
import { firmware, hexFile, imageAt, rig, type Rig, type RigOptions } from './rig.ts';

const BASE = 0x08000000;
const KIB = 1024;
const FTDI = { latencyMs: 16 };

const ended = async (options: RigOptions, image: Uint8Array): Promise<Rig> => {
	const made = rig(options);
	await made.programOnce(hexFile(imageAt(BASE, image)));
	return made;
};

/** Milliseconds of a verified job over old content. */
async function timed(options: RigOptions, kib: number): Promise<number> {
	const image = firmware(BASE, kib * KIB);
	const content = imageAt(BASE, firmware(BASE, kib * KIB, 99));
	const { session, simulated } = await ended({ content, ...options }, image);
	const { job } = session.state;
	if (job.status !== 'finished') throw new Error(job.status);
	expect(job.report.result).toBe('verified');
	const range = { start: BASE, end: BASE + image.length };
	expect(firstDifference(simulated.board.peek(range), image)).toBe(-1);
	return job.report.elapsedMs;
}

describe('a job over a slow adapter', () => {
	const options = { part: 'STM32H743ZI', transport: 'uart', baud: 921600, anyBaud: true } as const;

	it('takes far less than a timer for each block', async () => {
		const blocks = (32 * KIB) / 256;
		const slow = await timed({ ...options, adapter: FTDI }, 32);
		const erase = 1000;
		// Written and read back, each block would wait for the timer twice.
		expect(slow - erase).toBeLessThan(blocks * FTDI.latencyMs);
	});

	it('is estimated as it will be', async () => {
		const made = rig({ ...options, adapter: FTDI, content: imageAt(BASE, firmware(BASE, 9, 9)) });
		await made.session.open([hexFile(imageAt(BASE, firmware(BASE, 64 * KIB)))]);
		await made.connect();
		expect(made.session.pace?.timerMs).toBe(FTDI.latencyMs);
		const { estimateMs = 0 } = made.session;
		await made.session.program();
		const { job } = made.session.state;
		if (job.status !== 'finished') throw new Error(job.status);
		expect(job.report.elapsedMs / estimateMs).toBeGreaterThan(0.8);
		expect(job.report.elapsedMs / estimateMs).toBeLessThan(1.2);
	});

	it('waits longer for a flash that is slower than usual, and ends right', async () => {
		for (const part of ['STM32F405RG', 'STM32L476RG', 'STM32F103CB'])
			await timed({ ...options, part, adapter: FTDI, flashTime: 'maximum' }, 4);
	});

	it('ends right over adapters with other timers, at other rates, and with a ROM that thinks slowly', async () => {
		for (const latencyMs of [2, 8, 40])
			for (const baud of [9600, 115200, 2_000_000])
				await timed({ ...options, part: 'STM32L476RG', baud, adapter: { latencyMs } }, 2);
		await timed(
			{ ...options, part: 'STM32L476RG', baud: 115200, processingUs: 300, adapter: FTDI },
			4,
		);
	});

	it('reads no block longer than an L0 takes', async () => {
		const quirks = { largestTransfer: 128, refusesShortReads: true };
		await timed({ ...options, part: 'STM32L072CZ', quirks, adapter: FTDI }, 4);
	});
});

describe('a disturbed job over a slow adapter', () => {
	const image = firmware(BASE, 700);
	const before = firmware(BASE, 6 * KIB, 99);
	const run = (mischief: readonly MischiefEntry[]): Promise<Rig> =>
		ended(
			{
				part: 'STM32L476RG',
				transport: 'uart',
				baud: 460800,
				anyBaud: true,
				adapter: FTDI,
				content: imageAt(BASE, before),
				keeping: { keep: true, compare: true },
				mischief,
			},
			image,
		);

	it('ends right or with a code, whatever strikes', async () => {
		const clean = await run([]);
		const { frames } = clean.simulated;
		expect(clean.session.state.job.status).toBe('finished');
		const kinds = ['drop', 'corrupt', 'nack', 'silence', 'parity-error', 'busy', 'break'] as const;
		const tally = new Map<string, number>();
		for (let at = 20; at < frames; at += 2) {
			const kind = kinds[(at / 2) % kinds.length]!;
			const { session, simulated } = await run([{ at, kind }]);
			const { job } = session.state;
			const how = job.status === 'failed' ? job.failure.code : job.status;
			tally.set(how, (tally.get(how) ?? 0) + 1);
			expect(['job.internal', 'job.mismatch'], `${kind} at frame ${at}`).not.toContain(how);
			if (job.status !== 'finished') continue;
			const held = simulated.board.peek({ start: BASE, end: BASE + before.length });
			const wanted = before.slice();
			wanted.set(image);
			expect(firstDifference(held, wanted), `${kind} at frame ${at}`).toBe(-1);
		}
		if (process.env['MATRIX']) console.log(frames, Object.fromEntries(tally));
		expect(tally.get('finished') ?? 0).toBeGreaterThan(frames / 4);
	}, 120_000);
});
