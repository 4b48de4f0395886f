// A build against what a simulated board holds: read over both wires, compared, and let go when it may be wrong. And
// an image that was moved to external flash, opened to be programmed.
import { describe, expect, it } from 'vitest';
import { isFailure } from '#core/failure.ts';
import type { Image } from '#core/image.ts';
import type { InsightDesk } from '#ports/insight-desk.ts';
import { BoardSide } from '#session/insight-board.svelte.ts';
import { InsightModel } from '#session/insight.svelte.ts';
import { blobImage } from '#session/open-file.ts';
import type { DeskRequest } from '#workers/insight-messages.ts';
import { InsightWork } from '#workers/insight-work.ts';
import { QSPI, withExternal } from '../insight/external-chip.ts';
import { firmware, hexFile, imageAt, rig, type Rig, type RigOptions } from './rig.ts';

const BASE = 0x0800_0000;
const BYTES = firmware(BASE, 40_000, 5);
const F405 = { part: 'STM32F405RG', transport: 'dfu' } as const;

/** The worker's answers without a worker, and without its copies. */
function desk(): InsightDesk {
	const work = new InsightWork();
	const ask = (name: DeskRequest['ask'], question: unknown) =>
		work.answer({ id: 0, ask: name, question } as DeskRequest);
	return { ask, stop: () => undefined } as InsightDesk;
}

interface Made extends Rig {
	readonly model: InsightModel;
	readonly side: BoardSide;
}

/** A build of `image`, laid over the board as the view does it. */
async function laid(options: RigOptions, image: Image = imageAt(BASE, BYTES)): Promise<Made> {
	const made = rig(options);
	const model = new InsightModel(desk());
	const side = new BoardSide(made.session, model);
	model.setFiles([{ file: hexFile(image, 'app.hex') }]);
	await made.connect();
	const { board } = made.session;
	const { memory = [], device } = board ?? {};
	model.setTarget({ name: 'the board', memory, live: true, ...(device && { device }) });
	await done(model);
	return { ...made, model, side };
}
async function done(model: InsightModel): Promise<void> {
	for (let turn = 0; turn < 1000; turn++) {
		await new Promise((next) => setImmediate(next));
		if (model.status.is === 'done') return;
	}
	throw new Error(model.status.is);
}
const changedAt = (...places: readonly number[]): Uint8Array => {
	const bytes = BYTES.slice();
	for (const at of places) bytes[at]! ^= 1;
	return bytes;
};

describe('what a board holds', () => {
	it.each(['uart', 'dfu'] as const)('by %s is compared sector by sector', async (transport) => {
		// F405: sectors of 16 KiB. Two bytes in the first, one in the third; what lies behind is not the build's.
		const held = new Uint8Array([...changedAt(5, 600, 33_000), 1, 2, 3]);
		const { model, side, session } = await laid({
			...{ part: 'STM32F405RG', transport, content: imageAt(BASE, held) },
		});
		expect([side.whyNot, side.bytes]).toEqual([undefined, BYTES.length]);
		await side.read();
		await done(model);
		expect(side.last).toMatchObject({ bytes: BYTES.length, ended: 'done', holes: [] });
		const { comparison } = model.brief!;
		expect(comparison).toMatchObject({ before: 'the board', after: 'app.hex', regions: [] });
		expect(
			comparison!.sectors.map(({ number, differing, first }) => [number, differing, first]),
		).toEqual([
			[0, 2, BASE + 5],
			[2, 1, BASE + 33_000],
		]);
		expect(comparison!.update).toMatchObject({
			...{ sectors: 2, wire: transport === 'uart' ? 'UART' : 'USB' },
			eraseBytes: 32 * 1024,
			writeBytes: 16 * 1024 + (BYTES.length - 32 * 1024),
		});
		expect(comparison!.update!.seconds).toBeGreaterThan(0);
		expect(comparison!.update!.seconds).toBeLessThan(comparison!.update!.wholeSeconds);
		expect(session.state.board.status).toBe('ready');
	});

	it('costs nothing where it is the build itself, and all where the chip is blank', async () => {
		const same = await laid({ ...F405, content: imageAt(BASE, BYTES) });
		await same.side.read();
		await done(same.model);
		expect(same.model.brief?.comparison?.sectors).toEqual([]);
		expect(same.model.brief?.comparison?.update).toMatchObject({ sectors: 0, seconds: 0 });
		const blank = await laid(F405);
		await blank.side.read();
		await done(blank.model);
		expect(blank.model.brief?.comparison?.sectors.map(({ number }) => number)).toEqual([0, 1, 2]);
	});

	it('is read only where the build has bytes, and counts them through', async () => {
		const parts: Image = [
			{ address: BASE, data: BYTES.subarray(0, 10_000) },
			{ address: BASE + 0x10000, data: BYTES.subarray(0, 20_000) },
		];
		const { model, side } = await laid({ ...F405, content: parts }, parts);
		const seen: number[] = [];
		const reading = side.read();
		while (side.reading) {
			seen.push(side.reading.bytes);
			await new Promise((next) => setImmediate(next));
		}
		await reading;
		await done(model);
		expect(seen).toEqual([...seen].sort((a, b) => a - b));
		expect(seen.at(-1)).toBeGreaterThan(20_000);
		expect(model.content?.map(({ address, data }) => [address, data.length])).toEqual(
			parts.map(({ address, data }) => [address, data.length]),
		);
		expect(model.brief?.comparison?.sectors).toEqual([]);
	});

	it('is not read where the chip is protected, where nothing is there, and without a board', async () => {
		const { side, simulated, session, connect, model } = await laid(F405);
		await session.disconnect();
		expect(side.whyNot).toBe('no-board');
		simulated.board.readoutProtection = 1;
		await connect();
		expect(side.whyNot).toMatchObject({ code: 'memory.protected' });
		await side.read();
		expect([side.last, model.brief?.comparison]).toEqual([undefined, undefined]);
		const ram = await laid(F405, imageAt(0x2000_0000, firmware(0x2000_0000, 64)));
		expect(ram.side.whyNot).toBe('nothing');
	});

	it('compares nothing when the reading is cancelled, or the cable pulled', async () => {
		for (const pulled of [false, true]) {
			const { model, side, session, simulated } = await laid(F405);
			const reading = side.read();
			while ((side.reading?.bytes ?? 40_000) < 8000)
				await new Promise((next) => setImmediate(next));
			if (pulled) simulated.unplug();
			else side.cancel();
			await reading;
			const ended = side.last?.ended;
			expect(isFailure(ended) ? ended.code : ended).toBe(pulled ? 'wire.lost' : 'cancelled');
			expect(side.last?.bytes).toBeGreaterThanOrEqual(8000);
			expect(model.content).toBeUndefined();
			expect(session.state.board.status).toBe(pulled ? 'failed' : 'ready');
		}
	});

	it('is let go for an older build to compare with, for another build, and when asked', async () => {
		const { model, side } = await laid({ ...F405, content: imageAt(BASE, BYTES) });
		const read = async (): Promise<void> => {
			await side.read();
			await done(model);
			expect(model.brief?.comparison?.parts).toBeDefined();
		};
		await read();
		model.addBefore([{ file: hexFile(imageAt(BASE, changedAt(7)), 'old.hex') }]);
		await done(model);
		expect(model.brief?.comparison).toMatchObject({ before: 'old.hex' });
		expect(model.brief?.comparison?.parts).toBeUndefined();
		await read();
		expect(model.before).toEqual([]);
		model.setFiles([{ file: hexFile(imageAt(BASE + 0x4000, BYTES), 'next.hex') }]);
		await done(model);
		expect([model.brief?.comparison, side.last]).toEqual([undefined, undefined]);
		await read();
		side.forget();
		await done(model);
		expect([model.brief?.comparison, side.last]).toEqual([undefined, undefined]);
	});
});

describe('an image moved to external flash', () => {
	const data = new Uint8Array(firmware(0xc000_0000, 9000));
	const opened = async (strings: readonly string[]) => {
		const made = rig({
			...{ part: 'STM32H743ZI', transport: 'dfu', device: withExternal(), quirks: { strings } },
		});
		await made.connect();
		const { session } = made;
		await session.open([hexFile(imageAt(BASE, BYTES), 'other.hex')]);
		await session.openImage({ name: 'app, moved', format: 'relocated' }, () =>
			blobImage(new Blob([data]), QSPI),
		);
		expect(session.state.files.map(({ name, size }) => [name, size])).toEqual([
			['app, moved', data.length],
		]);
		return made;
	};
	const own = '@Internal Flash   /0x08000000/16*128Kg';

	it('is programmed and verified by a bootloader that reaches it', async () => {
		const { session, simulated } = await opened([own, '@External Flash   /0x90000000/08*064Kg']);
		await session.program();
		const { job } = session.state;
		expect(job.status === 'finished' && job.report.result).toBe('verified');
		expect(simulated.board.peek({ start: QSPI, end: QSPI + data.length })).toEqual(data);
	});

	it('is refused with a reason by one that does not', async () => {
		const { session } = await opened([own]);
		expect(session.readiness).toMatchObject({ why: 'plan-refuses' });
	});

	it('that cannot be read any more shows as a refused file', async () => {
		const { session } = rig(F405);
		await session.openImage({ name: 'gone', format: 'relocated' }, () =>
			Promise.reject(new Error('gone')),
		);
		expect(session.state.files[0]?.content.status).toBe('refused');
	});
});
