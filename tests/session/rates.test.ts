// Which rate a serial connection takes: the highest that proves clean, what an adapter is remembered for, and what a
// job over a bad line says and leaves behind.
import { describe, expect, it } from 'vitest';
import { encodeRecord } from '#session/keep/records.ts';
import type { ProvenRate } from '#session/rate-memory.ts';
import type { MischiefEntry } from '#simulator/mischief.ts';
import { memoryStore } from './memory-store.ts';
import { firmware, hexFile, imageAt, rig, type RigOptions } from './rig.ts';

const BASE = 0x08000000;
const LINES = 'rts-reset-dtr-boot';
const wiring = {
	nrst: { line: 'rts', when: true },
	boot0: { line: 'dtr', when: false },
} as const;
const climbing = { transport: 'uart', autoBaud: true, lines: LINES, wiring } as const;
const file = hexFile(imageAt(BASE, firmware(BASE, 3000)));
const PATH = 'serial/rates';
/** The simulated adapter's. */
const ADAPTER = '0403:6001';

const remembering = (
	baud: number,
	productId: number,
	more: Partial<ProvenRate> = {},
): ReturnType<typeof memoryStore> =>
	memoryStore(new Map([[PATH, encodeRecord({ [ADAPTER]: { baud, productId, ...more } })]]));

const remembered = (store: ReturnType<typeof memoryStore>): unknown =>
	JSON.parse(new TextDecoder().decode(store.files.get(PATH)?.subarray(9)));

async function connected(options: RigOptions): Promise<{ baud: number | undefined; ms: number }> {
	const { session, connect, clock } = rig(options);
	await connect();
	const { board } = session.state;
	if (board.status === 'failed') throw board.failure;
	const ms = clock.now();
	await session.disconnect();
	return { baud: board.status === 'ready' ? board.board.identity.baud : undefined, ms };
}

describe('the rate of a serial line with reset lines', () => {
	it('is the highest this ROM locks on, and remembered for the adapter with the chip', async () => {
		const store = memoryStore();
		const fast = await connected({ ...climbing, part: 'STM32H743ZI', store });
		expect(fast.baud).toBe(921600);
		expect(remembered(store)).toEqual({ [ADAPTER]: { baud: 921600, productId: 0x450 } });
	});

	it('is found at once where it is remembered, and proved all the same', async () => {
		const limited = { ...climbing, part: 'STM32F405RG' };
		const first = await connected({ ...limited, store: memoryStore() });
		const again = await connected({ ...limited, store: remembering(115200, 0x413) });
		expect([first.baud, again.baud]).toEqual([115200, 115200]);
		expect(again.ms).toBeLessThan(first.ms / 2);
		// Remembered, but not so with this ROM.
		const wrong = await connected({ ...limited, store: remembering(460800, 0x413) });
		expect(wrong.baud).toBe(115200);
	});

	it('is tried from the top again with another chip', async () => {
		const store = remembering(115200, 0x413);
		expect((await connected({ ...climbing, part: 'STM32H743ZI', store })).baud).toBe(921600);
		expect(remembered(store)).toEqual({ [ADAPTER]: { baud: 921600, productId: 0x450 } });
	});

	for (const [name, bytes] of [
		['nonsense', Uint8Array.of(1, 2, 3)],
		['a rate that is none', encodeRecord({ [ADAPTER]: { baud: 'fast', productId: 1 } })],
		[
			'a count that is none',
			encodeRecord({ [ADAPTER]: { baud: 57600, productId: 0x450, wait: 1e9 } }),
		],
		['a rate below all', encodeRecord({ [ADAPTER]: { baud: -5, productId: 0x450 } })],
	] as const) {
		it(`does not depend on a store that holds ${name}`, async () => {
			const store = memoryStore(new Map([[PATH, bytes]]));
			const { baud } = await connected({ ...climbing, part: 'STM32H743ZI', store });
			expect(baud).toBe(921600);
		});
	}

	it('goes one step down where a frame is disturbed while it is proved', async () => {
		const clean = rig({ ...climbing, part: 'STM32H743ZI' });
		await clean.connect();
		const frames = clean.simulated.frames;
		const rates: (number | undefined)[] = [];
		for (let at = 2; at < 40; at += 2) {
			const mischief: MischiefEntry[] = [{ at, kind: 'corrupt' }];
			const { baud } = await connected({ ...climbing, part: 'STM32H743ZI', mischief });
			rates.push(baud);
		}
		expect(frames).toBeGreaterThan(40);
		// One changed frame while a rate is proved costs a step, never the connection.
		expect(new Set(rates)).toEqual(new Set([921600, 460800]));
		expect(rates.filter((rate) => rate === 460800).length).toBeGreaterThan(10);
	});
});

/** Frames lost here and there, from one on. */
const troubles = (from: number): MischiefEntry[] =>
	Array.from({ length: 3 }, (_, i) => ({ at: from + 40 * i, kind: 'drop' }));

describe('a rate that a job finds unstable', () => {
	it('is told with the result, and begun one step lower next time', async () => {
		const clean = rig({ ...climbing, part: 'STM32H743ZI' });
		await clean.connect();
		const { frames } = clean.simulated;
		const store = memoryStore();
		const mischief = troubles(frames + 8);
		const made = rig({ ...climbing, part: 'STM32H743ZI', store, mischief });
		await made.programOnce(file);
		const { job } = made.session.state;
		if (job.status !== 'finished') throw new Error(job.status);
		expect(job.report).toMatchObject({ result: 'verified', board: { baud: 921600 } });
		expect(job.report.disturbances).toBeGreaterThanOrEqual(3);
		expect(remembered(store)).toEqual({ [ADAPTER]: { baud: 460800, productId: 0x450 } });
		const next = await connected({ ...climbing, part: 'STM32H743ZI', store });
		expect(next.baud).toBe(460800);
	});

	it('is told and kept to where the user chose it; a clean job says nothing', async () => {
		const options = { part: 'STM32F405RG', transport: 'uart' } as const;
		const clean = rig(options);
		await clean.connect();
		const { frames } = clean.simulated;
		const store = memoryStore();
		const made = rig({ ...options, store, mischief: troubles(frames + 8) });
		await made.programOnce(file);
		const { job } = made.session.state;
		if (job.status !== 'finished') throw new Error(job.status);
		expect(job.report.disturbances).toBeGreaterThanOrEqual(3);
		expect(store.files.has(PATH)).toBe(false);
		await clean.session.disconnect();
		await clean.programOnce(file);
		const undisturbed = clean.session.state.job;
		if (undisturbed.status !== 'finished') throw new Error(undisturbed.status);
		expect(undisturbed.report.disturbances).toBeUndefined();
	});
});

describe('a rate that was lowered once', () => {
	const h743 = { ...climbing, part: 'STM32H743ZI' };

	it('is tried one step higher after some clean jobs, and kept where that proves clean', async () => {
		const store = remembering(230400, 0x450, { clean: 4 });
		const made = rig({ ...h743, store });
		await made.programOnce(file);
		expect(made.session.state.job).toMatchObject({ report: { board: { baud: 230400 } } });
		expect(remembered(store)).toEqual({ [ADAPTER]: { baud: 230400, productId: 0x450, clean: 5 } });
		expect((await connected({ ...h743, store })).baud).toBe(460800);
		expect(remembered(store)).toEqual({ [ADAPTER]: { baud: 460800, productId: 0x450, wait: 5 } });
		expect((await connected({ ...h743, store })).baud).toBe(460800);
	});

	it('stays where the next one does not prove clean, and is not tried again so soon', async () => {
		const store = remembering(460800, 0x450, { clean: 5 });
		const mischief: MischiefEntry[] = [{ at: 10, kind: 'corrupt' }];
		expect((await connected({ ...h743, store, mischief })).baud).toBe(460800);
		const waits = { baud: 460800, productId: 0x450, clean: 0, wait: 10 };
		expect(remembered(store)).toEqual({ [ADAPTER]: waits });
		await rig({ ...h743, store }).programOnce(file);
		expect(remembered(store)).toEqual({ [ADAPTER]: { ...waits, clean: 1 } });
		const later = remembering(460800, 0x450, { clean: 10, wait: 10 });
		expect((await connected({ ...h743, store: later })).baud).toBe(921600);
	});

	it('is waited for twice as long when a job over it was disturbed', async () => {
		const clean = rig(h743);
		await clean.connect();
		const mischief = troubles(clean.simulated.frames + 8);
		const store = remembering(460800, 0x450, { clean: 5 });
		await rig({ ...h743, store, mischief }).programOnce(file);
		expect(remembered(store)).toEqual({
			[ADAPTER]: { baud: 460800, productId: 0x450, clean: 0, wait: 10 },
		});
	});

	it('is not tried above what the chip is documented to take', async () => {
		const store = remembering(57600, 0x413, { clean: 80, wait: 80 });
		expect((await connected({ ...climbing, part: 'STM32F405RG', store })).baud).toBe(115200);
		const kept = { baud: 57600, productId: 0x449, clean: 80, wait: 80 };
		const slow = remembering(kept.baud, kept.productId, kept);
		expect((await connected({ ...climbing, part: 'STM32F746ZG', store: slow })).baud).toBe(57600);
		expect(remembered(slow)).toEqual({ [ADAPTER]: kept });
	});
});

describe('what the board card says of the speed', () => {
	const notes = async (options: Partial<RigOptions> & { part: string }): Promise<string[]> => {
		const { session, connect } = rig({ transport: 'uart', ...options });
		await connect();
		return session.board!.diagnostics.map(({ code }) => code);
	};

	it('names a slow latency timer, and no quick one', async () => {
		const slow = rig({ part: 'STM32F405RG', transport: 'uart', adapter: { latencyMs: 16 } });
		await slow.connect();
		const [note] = slow.session.board!.diagnostics;
		expect(note).toMatchObject({ severity: 'note', code: 'uart.slow-adapter', data: { ms: 16 } });
		expect(await notes({ part: 'STM32F405RG' })).toEqual([]);
	});

	it('tells of the reset by hand only where the chip would take more and no line resets it', async () => {
		expect(await notes({ part: 'STM32H743ZI' })).toEqual(['uart.faster-by-hand']);
		expect(await notes({ part: 'STM32F405RG' })).toEqual([]);
		expect(await notes({ part: 'STM32H743ZI', lines: LINES, wiring })).toEqual([]);
		expect(await notes({ part: 'STM32H743ZI', baud: 460800 })).toEqual([]);
	});
});
