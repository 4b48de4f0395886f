// What looking costs, counted where it crosses the wire.
import { describe, expect, it } from 'vitest';
import { firstDifference } from '#core/bytes.ts';
import { WireCount } from '../bench/wire-count.ts';
import { firmware, hexFile, imageAt, rig, type Rig, type RigOptions } from './rig.ts';

const BASE = 0x08000000;
const KIB = 1024;
const everything = { keep: true, backup: true, compare: true };

interface Job {
	readonly made: Rig;
	/** Bytes the board told during the job. */
	readonly told: number;
}

/** Programs `image` over a board that holds `before`, and checks that it is right. */
async function update(options: RigOptions, before: Uint8Array, image: Uint8Array): Promise<Job> {
	const wire = new WireCount();
	const made = rig({
		keeping: everything,
		...options,
		content: imageAt(BASE, before),
		tap: wire.tap,
	});
	await made.session.open([hexFile(imageAt(BASE, image))]);
	await made.connect();
	const connected = wire.told;
	await made.session.program();
	expect(made.session.state.job).toMatchObject({
		status: 'finished',
		report: { result: 'verified' },
	});
	const wanted = before.slice();
	wanted.set(image);
	const held = made.simulated.board.peek({ start: BASE, end: BASE + wanted.length });
	expect(firstDifference(held, wanted)).toBe(-1);
	return { made, told: wire.told - connected };
}

const changed = (bytes: Uint8Array, ...at: number[]): Uint8Array => {
	const copy = bytes.slice();
	for (const one of at) copy[one]! ^= 0xff;
	return copy;
};

describe('the bytes of a backup', () => {
	const f405: RigOptions = { part: 'STM32F405RG', transport: 'dfu' };
	/** Blank check: one place, as something was read in the sector before it was erased. */
	const samples = 128;

	it('are read once, and serve the comparison', async () => {
		const image = firmware(BASE, 64 * KIB);
		const { made, told } = await update(f405, changed(image, 20_000), image);
		// Four sectors looked at, one of them backed up, erased and read back.
		expect(told).toBe(64 * KIB + samples + 16 * KIB);
		expect(made.session.keeper.backups[0]!.segments).toMatchObject([
			{ address: BASE + 16 * KIB, size: 16 * KIB },
		]);
	});

	it('are read once more where they are kept, and not at all where the sector stays', async () => {
		const image = firmware(BASE, 48 * KIB + 2 * KIB);
		const before = new Uint8Array(64 * KIB);
		before.set(firmware(BASE, 64 * KIB, 5));
		before.set(image);
		// The last sector differs: 14 KiB beside the image are kept, so read again before the erase.
		const last = await update(f405, changed(before, 49 * KIB), image);
		expect(last.told).toBe(64 * KIB + 14 * KIB + samples + 16 * KIB);
		// It is the same: what lies beside the image in it is nobody's business.
		const first = await update(f405, changed(before, 5), image);
		expect(first.told).toBe(50 * KIB + samples + 16 * KIB);
	});
});

describe('a look by Get Checksum', () => {
	const u575: RigOptions = {
		part: 'STM32U575ZI',
		transport: 'uart',
		quirks: { checksumAcks: 2 },
	};
	const image = firmware(BASE, 64 * KIB);

	it('reads nothing of what is the same', async () => {
		const { made, told } = await update(u575, image, image);
		expect(made.session.state.job).toMatchObject({ report: { sectorsUnchanged: 8 } });
		// Six acknowledgements and five bytes of sum for each of eight pages, and two acknowledgements of Go.
		expect(told).toBe(8 * 11 + 2);
	});

	it('reads the changed page once for its backup, and proves it by checksum again', async () => {
		const { told } = await update(u575, changed(image, 20_000), image);
		expect(told).toBeGreaterThan(8 * KIB);
		expect(told).toBeLessThan(8 * KIB + 2 * KIB);
	});

	it('needs a fraction of the bytes that reading takes', async () => {
		const keeping = { keep: true, compare: true, backup: false };
		const before = changed(image, 20_000);
		const bySum = await update({ ...u575, keeping }, before, image);
		const byRead = await update({ ...u575, keeping, quirks: {} }, before, image);
		expect(bySum.told * 10).toBeLessThan(byRead.told);
	});
});

describe('what a look promises', () => {
	const image = firmware(BASE, 64 * KIB);
	// In three places: of pages of 2 KiB as of sectors of 16 KiB.
	const before = changed(image, 20_000, 40_000, 60_000, 60_001);

	for (const [options, differ] of [
		[{ part: 'STM32L476RE', transport: 'dfu' }, 3],
		[{ part: 'STM32L476RE', transport: 'uart' }, 3],
		[{ part: 'STM32F405RG', transport: 'dfu' }, 3],
	] as const) {
		it(`is what ${options.part} by ${options.transport} takes, and less than the whole`, async () => {
			const keeping = { keep: true, compare: true };
			const { made } = await update({ ...options, keeping }, before, image);
			const { job } = made.session.state;
			if (job.status !== 'finished') throw new Error(job.status);
			const { exact, plan, report } = job;
			expect(plan.touched.length - plan.same.length).toBe(differ);
			expect(exact!.complete).toBe(true);
			expect(report.elapsedMs / exact!.ms).toBeGreaterThan(0.85);
			expect(report.elapsedMs / exact!.ms).toBeLessThan(1.15);
			const whole = await update({ ...options, keeping: {} }, before, image);
			const full = whole.made.session.state.job;
			if (full.status !== 'finished') throw new Error(full.status);
			expect(full.report.elapsedMs / exact!.wholeMs).toBeGreaterThan(0.85);
			expect(full.report.elapsedMs / exact!.wholeMs).toBeLessThan(1.15);
			expect(report.elapsedMs).toBeLessThan(full.report.elapsedMs);
		});
	}
});

describe('one erase of everything', () => {
	it('is sent where the rest of the flash is blank, and takes nothing else', async () => {
		// 30 of 32 pages of 1 KiB: the last two are proved blank, or hold somebody's bytes.
		const image = firmware(BASE, 30 * KIB);
		const other = firmware(BASE, 32 * KIB, 7);
		const options: RigOptions = {
			part: 'STM32F103C6',
			transport: 'uart',
			keeping: { keep: true, compare: true },
		};
		const kinds = ({ made }: Job): Set<string> =>
			new Set(made.simulated.board.events.map(({ kind }) => kind));
		const blankRest = await update(options, other.subarray(0, 30 * KIB), image);
		expect(kinds(blankRest)).toContain('mass-erase');
		const heldRest = await update(options, other, image);
		expect(kinds(heldRest)).not.toContain('mass-erase');
	});

	it('is not sent where the die may have flash that nothing describes', async () => {
		// Sold with 16 KiB, on the die of those with 32.
		const options: RigOptions = {
			part: 'STM32F103C4',
			transport: 'uart',
			keeping: { keep: true, compare: true },
		};
		const content = firmware(BASE, 14 * KIB, 7);
		const { made } = await update(options, content, firmware(BASE, 14 * KIB));
		expect(made.simulated.board.events.map(({ kind }) => kind)).not.toContain('mass-erase');
		// Nor is what it would bring looked for.
		const { job } = made.session.state;
		if (job.status !== 'finished') throw new Error(job.status);
		expect(job.steps.some((step) => step.kind === 'look' && step.purpose === 'blank')).toBe(false);
	});
});
