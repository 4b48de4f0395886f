// An update that finds what changed by checksums, over a line that loses, changes or refuses one frame of it.
import { describe, expect, it } from 'vitest';
import { firstDifference } from '#core/bytes.ts';
import type { MischiefEntry } from '#simulator/mischief.ts';
import { firmware, hexFile, imageAt, rig, type Rig } from './rig.ts';

const BASE = 0x08000000;
/** Pages of 1 KiB: the first stays, the second differs, of the third the image has a part and nothing differs. */
const image = firmware(BASE, 2500);
const before = firmware(BASE, 4096, 9);
before.set(image);
before[1500]! ^= 0x40;
const wanted = before.slice();
wanted.set(image);

async function update(mischief: readonly MischiefEntry[]): Promise<{ made: Rig; first: number }> {
	const made = rig({
		part: 'STM32F103C8',
		transport: 'uart',
		quirks: { checksumAcks: 2 },
		keeping: { keep: true, compare: true },
		content: imageAt(BASE, before),
		mischief,
	});
	await made.session.open([hexFile(imageAt(BASE, image))]);
	await made.connect();
	const first = made.simulated.frames;
	await made.session.program();
	return { made, first };
}

describe('a look by checksums', () => {
	it('changes the same page whichever frame is disturbed, and is right in the end', async () => {
		const clean = await update([]);
		const { frames } = clean.made.simulated;
		const verdicts = new Map<string, number>();
		for (const kind of ['drop', 'corrupt'] as const) {
			for (let at = clean.first; at < frames; at++) {
				const { made } = await update([{ at, kind }]);
				const { job } = made.session.state;
				const found = job.status === 'failed' ? job.failure.code : job.status;
				verdicts.set(found, (verdicts.get(found) ?? 0) + 1);
				const { board } = made.simulated;
				expect([...board.wear.keys()].every((page) => page === BASE + 1024)).toBe(true);
				if (job.status !== 'finished') continue;
				expect(job.report.result).toBe('verified');
				expect(job.plan.same.length, `${kind} at ${at}`).toBe(2);
				const held = board.peek({ start: BASE, end: BASE + wanted.length });
				expect(firstDifference(held, wanted), `${kind} at ${at}`).toBe(-1);
			}
		}
		console.log(
			'look by checksums:',
			frames - clean.first,
			'frames,',
			Object.fromEntries(verdicts),
		);
		expect(verdicts.get('finished')).toBeGreaterThan(1.8 * (frames - clean.first));
		expect(verdicts.has('job.internal')).toBe(false);
	}, 120_000);
});
