// Reading a range of simulated boards, on both wires: whole, with places the ROM refuses, cancelled, unplugged,
// protected; and what the Memory view then shows, compares, finds and saves.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFailure } from '#core/failure.ts';
import { buildImage, readImage, type Image } from '#core/image.ts';
import { writers } from '#formats/writers.ts';
import { findPlaces } from '#session/memory-places.ts';
import { bytesAt, Rows } from '#session/memory-rows.ts';
import { byteSpoken, copyText, findPattern, hexPattern, marks } from '#session/memory-text.ts';
import { MemoryView } from '#session/memory-view.svelte.ts';
import { firmware, hexFile, imageAt, rig, type Rig, type RigOptions } from './rig.ts';

const BASE = 0x0800_0000;
const BYTES = firmware(BASE, 70_000, 5);

interface Made extends Rig {
	readonly view: MemoryView;
}
async function connected(options: RigOptions): Promise<Made> {
	const made = rig({ content: imageAt(BASE, BYTES), ...options });
	await made.connect();
	return { ...made, view: new MemoryView(made.session, () => undefined) };
}
const range = (start: number, length: number) => ({ start, end: start + length });
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

describe('a range of the board', () => {
	it.each([
		['STM32F405RG', 'uart'],
		['STM32F405RG', 'dfu'],
		['STM32L476RG', 'dfu'],
		['STM32L053R8', 'uart'],
	] as const)('of %s by %s is read byte for byte', async (part, transport) => {
		const { view, session, simulated } = await connected({ part, transport });
		expect(view.whyNot).toBeUndefined();
		expect(view.once).toBe(transport === 'dfu');
		const asked = range(BASE + 3, 4099);
		await view.read(asked);
		expect(view.content).toMatchObject({ ended: 'done', holes: [], bytes: 4099 });
		expect(same(readImage(view.content!.image, asked, 0), simulated.board.peek(asked))).toBe(true);
		expect(session.state.board.status).toBe('ready');
		expect(simulated.board.events).toEqual([]);
	});

	it.each(['uart', 'dfu'] as const)(
		'by %s with places that are refused: the rest is there, the hole is told',
		async (transport) => {
			const { view, session } = await connected({ part: 'STM32F405RG', transport });
			const flash = view.board!.memory.find(({ kind }) => kind === 'flash')!.range;
			await view.read({ start: flash.end - 1000, end: flash.end + 100_000 });
			const { image, holes, ended } = view.content!;
			expect(ended).toBe('done');
			expect(image.map(({ address, data }) => [address, data.length])).toEqual([
				[flash.end - 1000, 1000],
			]);
			expect(holes.map(({ failure }) => failure.code)).toEqual([
				'memory.not-read',
				'memory.not-asked',
			]);
			expect(holes[0]?.range.start).toBe(flash.end);
			expect(holes[1]?.range.end).toBe(flash.end + 100_000);
			// The board is usable, and a second reading adds to the first.
			await view.read(range(BASE, 64));
			expect(view.content!.image).toHaveLength(2);
			expect(view.content!.holes).toHaveLength(2);
			expect(session.state.board.status).toBe('ready');
		},
	);

	it('over a slow adapter does not wait for its timer at every block', async () => {
		const timed = async (latencyMs: number): Promise<number> => {
			const board = { part: 'STM32L476RG', transport: 'uart', adapter: { latencyMs } } as const;
			const { view, clock, simulated } = await connected(board);
			const asked = range(BASE + 3, 20_000);
			const began = clock.now();
			const estimate = view.estimateMs(asked)!;
			await view.read(asked);
			const ms = clock.now() - began;
			expect(same(readImage(view.content!.image, asked, 0), simulated.board.peek(asked))).toBe(
				true,
			);
			expect(ms / estimate).toBeGreaterThan(0.8);
			expect(ms / estimate).toBeLessThan(1.25);
			return ms;
		};
		expect((await timed(16)) / (await timed(1))).toBeLessThan(1.15);
	});

	it('over a slow adapter is right however a run of bytes is disturbed', async () => {
		const board = { part: 'STM32L476RG', transport: 'uart', adapter: { latencyMs: 16 } } as const;
		const asked = range(BASE, 9000);
		const { simulated: clean } = await connected(board);
		for (const kind of ['corrupt', 'drop', 'nack'] as const)
			for (let after = 0; after < 60; after += 13) {
				const mischief = [{ at: clean.frames + after, kind }];
				const { view, simulated } = await connected({ ...board, mischief });
				await view.read(asked);
				expect(view.content, `${kind} ${after}`).toMatchObject({ ended: 'done', holes: [] });
				const bytes = readImage(view.content!.image, asked, 0);
				expect(same(bytes, simulated.board.peek(asked)), `${kind} ${after}`).toBe(true);
			}
	});

	it.each(['uart', 'dfu'] as const)('by %s cancelled keeps what was read', async (transport) => {
		const { view, session } = await connected({ part: 'STM32F405RG', transport });
		const reading = view.read(range(BASE, 60_000));
		while ((view.reading?.bytes ?? 60_000) < 8000) await new Promise((done) => setImmediate(done));
		view.cancel();
		await reading;
		const { ended, bytes, image } = view.content!;
		expect(ended).toBe('cancelled');
		expect(bytes).toBeGreaterThanOrEqual(8000);
		expect(bytes).toBeLessThan(60_000);
		expect(same(image[0]!.data, BYTES.subarray(0, bytes))).toBe(true);
		expect(session.state.board.status).toBe('ready');
		await view.read(range(BASE, 16));
		expect(view.content!.ended).toBe('done');
	});

	it.each(['uart', 'dfu'] as const)('by %s unplugged keeps what was read', async (transport) => {
		const { view, session, simulated } = await connected({ part: 'STM32F405RG', transport });
		const reading = view.read(range(BASE, 60_000));
		while ((view.reading?.bytes ?? 60_000) < 8000) await new Promise((done) => setImmediate(done));
		simulated.unplug();
		await reading;
		const { ended, bytes, image } = view.content!;
		expect(isFailure(ended, 'wire.lost')).toBe(true);
		expect(same(image[0]!.data, BYTES.subarray(0, bytes))).toBe(true);
		expect(session.state.board.status).toBe('failed');
		expect(view.whyNot).toBe('no-board');
	});

	it.each(['uart', 'dfu'] as const)(
		'by %s of a protected board is not begun',
		async (transport) => {
			const made = rig({ part: 'STM32F405RG', transport });
			made.simulated.board.readoutProtection = 1;
			await made.connect();
			const view = new MemoryView(made.session, () => undefined);
			expect(view.whyNot).toMatchObject({ code: 'memory.protected' });
			await view.read(range(BASE, 16));
			expect(view.content).toBeUndefined();
		},
	);

	it('a byte changed on the serial line is not believed, whichever it is', async () => {
		const setup = { part: 'STM32F405RG', transport: 'uart' } as const;
		const { simulated: first } = await connected(setup);
		const asked = range(BASE, 600);
		let whole = 0;
		for (let frame = 0; frame < 24; frame++) {
			const mischief = [{ at: first.frames + frame, kind: 'corrupt' }] as const;
			const { view, simulated } = await connected({ ...setup, mischief });
			await view.read(asked);
			for (const { address, data } of view.content!.image) {
				expect(same(data, simulated.board.peek(range(address, data.length)))).toBe(true);
			}
			if (view.content!.holes.length === 0) whole++;
		}
		expect(whole).toBe(24);
	});
});

describe('what is shown', () => {
	it('without board and firmware: a file, with no symbols, sectors or comparison', async () => {
		const { session } = rig({ part: 'STM32F405RG', transport: 'dfu' });
		const view = new MemoryView(session, () => undefined);
		expect([view.shown, view.whyNot]).toEqual([undefined, 'no-board']);
		await view.open([hexFile(imageAt(BASE, BYTES.subarray(0, 64)), 'alone.hex')]);
		await view.loadSymbols();
		expect(view.shown?.name).toBe('alone.hex');
		expect([view.symbols, view.sectors, view.comparison]).toEqual([[], [], undefined]);
	});

	it('is the firmware, then the board; compared on request, and by sector', async () => {
		const { view, session } = await connected({ part: 'STM32F405RG', transport: 'dfu' });
		const changed = BYTES.slice(0, 40_000);
		changed[20_000]! ^= 1;
		await session.open([hexFile(imageAt(BASE, changed), 'new.hex')]);
		expect(view.shown?.name).toBe('new.hex');
		await view.read(range(BASE, 0x1_0000));
		expect(view.shown?.id).toBe('board');
		view.other = 'firmware';
		expect(view.comparison).toMatchObject({ changed: 1, onlyA: 0x1_0000 - 40_000, onlyB: 0 });
		expect(view.changedSectors.map(({ part, kinds }) => [part.name, kinds])).toEqual([
			['Sector 1', ['changed']],
			['Sector 2', ['only-a']],
			['Sector 3', ['only-a']],
		]);
		await view.open([hexFile(imageAt(BASE, BYTES), 'old.hex')]);
		expect(view.against?.name).toBe('old.hex');
		expect(view.comparison).toMatchObject({ changed: 0, onlyA: 0 });
	});

	it('is saved in every format, and a file that is none is refused', async () => {
		const { view } = await connected({ part: 'STM32F405RG', transport: 'dfu' });
		await view.read(range(BASE, 300));
		for (const writer of writers) {
			const file = view.file(writer, range(BASE + 100, 50));
			if (isFailure(file)) throw file;
			expect(file.name).toBe(`STM32F405-08000064${writer.extension}`);
			await view.open([new File([file.bytes.slice()], file.name)]);
			expect(view.refused).toBeUndefined();
			const { image } = view.sources.find(({ name }) => name === file.name)!;
			expect(image).toEqual(imageAt(BASE + 100, BYTES.slice(100, 150)));
		}
		expect(view.file(writers[0]!, range(0, 4))).toMatchObject({ code: 'write.empty' });
		await view.open([new File([BYTES.slice(100, 150)], 'x.bin')]);
		expect(view.sources.at(-1)?.name).toBe('x.bin, taken as from 0x08000000');
		await view.open([new File(['<!doctype html>'], 'x.bin')]);
		expect(view.refused?.failure.code).toBe('file.web-page');
	});

	it('names places: exact first, then beginnings', () => {
		const places = ['main_loop', 'domain', 'main'].map((name) => {
			return { name, kind: 'symbol', range: range(0, 1) } as const;
		});
		const found = (typed: string) => findPlaces(places, typed, 2).map(({ name }) => name);
		expect(found('MAIN')).toEqual(['main', 'main_loop']);
		expect(found(' ')).toEqual([]);
	});
});

describe('rows', () => {
	const far: Image = buildImage([
		{ address: 5, data: new Uint8Array(20).fill(1) },
		{ address: 0x0800_0000, data: new Uint8Array(3).fill(2) },
		{ address: 0xffff_fff8, data: new Uint8Array(8).fill(3) },
	]);

	it('has the whole address space in six rows', () => {
		const rows = new Rows([far], 16);
		expect(rows.count).toBe(6);
		expect(Array.from({ length: 6 }, (_, i) => rows.at(i))).toEqual([
			{ kind: 'bytes', address: 0 },
			{ kind: 'bytes', address: 16 },
			{ kind: 'gap', range: { start: 32, end: 0x0800_0000 } },
			{ kind: 'bytes', address: 0x0800_0000 },
			{ kind: 'gap', range: { start: 0x0800_0010, end: 0xffff_fff0 } },
			{ kind: 'bytes', address: 0xffff_fff0 },
		]);
		expect(rows.rowOf(40)).toBeUndefined();
		expect(rows.nearest(40)).toBe(0x0800_0000);
		expect(rows.step(31, 1)).toBe(0x0800_0000);
		expect(rows.step(0x0800_0003, -16)).toBe(19);
		expect(rows.step(0, -1)).toBe(0);
		expect(rows.step(0xffff_ffff, 1)).toBe(0xffff_ffff);
		expect(rows.step(3, 160)).toBe(0xffff_fff3);
		expect(new Rows([[]], 16).count).toBe(0);
	});

	it('finds the row of every address of every row', () => {
		fc.assert(
			fc.property(
				fc.array(fc.tuple(fc.nat(200), fc.integer({ min: 1, max: 50 })), { maxLength: 5 }),
				(parts) => {
					let at = 0;
					const image = parts.map(([gap, length]) => {
						const address = at + gap + 1;
						at = address + length;
						return { address, data: new Uint8Array(length) };
					});
					const rows = new Rows([buildImage(image)], 8);
					for (let row = 0; row < rows.count; row++) {
						const found = rows.at(row);
						if (found.kind === 'bytes') expect(rows.rowOf(found.address + 7)).toBe(row);
						else expect(rows.rowOf(found.range.start)).toBeUndefined();
					}
				},
			),
		);
	});

	it('say what differs, what is copied, and where a pattern stands', () => {
		const a = imageAt(0x10, Uint8Array.of(0x41, 0, 0x42));
		const b = imageAt(0x11, Uint8Array.of(1, 0x42, 0x43));
		expect(bytesAt(a, 0x0f, 5)).toEqual([undefined, 0x41, 0, 0x42, undefined]);
		expect(marks(bytesAt(a, 0x10, 4), bytesAt(b, 0x10, 4))).toEqual([
			'only-a',
			'changed',
			'',
			'only-b',
		]);
		expect([0x10, 0x11, 0x12, 0x13].map((at) => byteSpoken(a, b, at))).toEqual([
			'0x00000010, 41, A, only here',
			'0x00000011, 00, differs: 01 on the other side',
			'0x00000012, 42, B',
			'0x00000013, no byte, 43 on the other side',
		]);
		expect(copyText(a, range(0, 100), 'hex')).toBe('41 00 42');
		expect(copyText(a, range(0, 100), 'text')).toBe('A.B');
		expect(copyText(a, range(0x10, 2), 'c')).toContain(
			'const uint8_t memory_00000010[2] = {\n\t0x41, 0x00,\n};',
		);
		expect(hexPattern('0xDE ad,be')).toEqual(Uint8Array.of(0xde, 0xad, 0xbe));
		expect(hexPattern('dea')).toBeUndefined();
		const text = imageAt(0, Uint8Array.from([1, 2, 1, 1, 2]));
		const step = (from: number, by: 1 | -1) => findPattern(text, Uint8Array.of(1, 2), from, by);
		expect([-1, 0, 3].map((from) => step(from, 1))).toEqual([0, 3, 0]);
		expect([5, 3, 0].map((from) => step(from, -1))).toEqual([3, 0, 3]);
		expect(findPattern(text, Uint8Array.of(9), 0, 1)).toBeUndefined();
	});
});
