// Option bytes of simulated boards: what is delivered, what a write makes of them, what a cut leaves, what a load does.
import { describe, expect, it } from 'vitest';
import type { Device } from '#core/device.ts';
import { findByPart } from '#devices/index.ts';
import { Board } from '#simulator/board.ts';
import { VirtualClock } from '#simulator/virtual-clock.ts';

const never = new AbortController().signal;

interface Made {
	readonly board: Board;
	readonly clock: VirtualClock;
}

function boardOf(part: string): Made {
	const device: Device = findByPart(part)[0]!;
	const clock = new VirtualClock();
	const board = new Board({
		device,
		layout: device.layouts[0],
		clock,
		content: [{ address: 0x08000000, data: Uint8Array.of(1, 2, 3, 4) }],
		flashTime: 'typical',
		bootloaderId: 0x91,
		uniqueId: new Uint8Array(12),
	});
	return { board, clock };
}

const bytes = ({ board }: Made, start: number, count: number): number[] => [
	...board.peek({ start, end: start + count }),
];
const guarded = ({ board }: Made): number[] =>
	[...board.writeProtected].map(({ number }) => number).sort((a, b) => a - b);

describe('as delivered', () => {
	it.each([
		['STM32F103C8', 0x1ffff800, [0xa5, 0x5a, 0xff]],
		['STM32F072CB', 0x1ffff800, [0xaa, 0x55, 0xff]],
		['STM32F405RG', 0x1fffc001, [0xaa]],
		['STM32F746ZG', 0x1fff0001, [0xaa]],
		['STM32L053R8', 0x1ff80000, [0xaa, 0x00, 0x55, 0xff, 0x70, 0x80, 0x8f, 0x7f]],
		['STM32L476RG', 0x1fff7800, [0xaa]],
		['STM32G071RB', 0x1fff7800, [0xaa]],
	])('%s is open and guards nothing', (part, address, expected) => {
		const made = boardOf(part);
		expect(bytes(made, address, expected.length)).toEqual(expected);
		expect(made.board.readoutProtection).toBe(0);
		expect(guarded(made)).toEqual([]);
	});
});

describe('a write', () => {
	it('of an F1 erases all of them, and makes the complements itself (PM0075 2.4)', async () => {
		const made = boardOf('STM32F103C8');
		await made.board.write(0x1ffff800, Uint8Array.of(0xa5, 0x00, 0xfe, 0x00), never);
		expect(bytes(made, 0x1ffff800, 6)).toEqual([0xa5, 0x5a, 0xfe, 0x01, 0xff, 0x00]);
		expect(bytes(made, 0x1ffff808, 2)).toEqual([0xff, 0x00]);
	});

	it('without RDP leaves an F1 locked', async () => {
		const made = boardOf('STM32F103C8');
		await made.board.write(0x1ffff808, Uint8Array.of(0xff, 0x00, 0xff, 0x00), never);
		await made.board.loadOptionBytes(never);
		expect(made.board.readoutProtection).toBe(1);
	});

	it('of an L0 keeps the complement as it was sent: a wrong one locks (RM0377 3.8)', async () => {
		const made = boardOf('STM32L053R8');
		await made.board.write(0x1ff80000, Uint8Array.of(0xaa, 0x00, 0x54, 0xff), never);
		await made.board.loadOptionBytes(never);
		expect(made.board.readoutProtection).toBe(1);
	});

	it('guards sectors from the next load on', async () => {
		const f4 = boardOf('STM32F405RG');
		await f4.board.write(0x1fffc008, Uint8Array.of(0xfc, 0x0f, 0xff, 0xff), never);
		expect(guarded(f4)).toEqual([]);
		await f4.board.loadOptionBytes(never);
		expect(guarded(f4)).toEqual([0, 1]);
		const l4 = boardOf('STM32L476RG');
		await l4.board.write(0x1fff7818, Uint8Array.of(2, 0xff, 4, 0xff), never);
		await l4.board.loadOptionBytes(never);
		expect(guarded(l4)).toEqual([2, 3, 4]);
	});

	it('that opens a closed chip erases it, and level 2 is left by nothing', async () => {
		const made = boardOf('STM32F405RG');
		made.board.readoutProtection = 1;
		await made.board.write(0x1fffc000, Uint8Array.of(0xff, 0xaa), never);
		await made.board.loadOptionBytes(never);
		expect(made.board.readoutProtection).toBe(0);
		expect(bytes(made, 0x08000000, 4)).toEqual([0xff, 0xff, 0xff, 0xff]);
		await made.board.write(0x1fffc000, Uint8Array.of(0xff, 0xcc), never);
		await made.board.loadOptionBytes(never);
		expect(made.board.readoutProtection).toBe(2);
		await made.board.write(0x1fffc000, Uint8Array.of(0xff, 0xaa), never);
		await made.board.loadOptionBytes(never);
		expect(made.board.readoutProtection).toBe(2);
	});

	it.each(['STM32F103C8', 'STM32F405RG', 'STM32L476RG'])(
		'of %s that is cut after the erase locks the chip at its next power-up',
		async (part) => {
			const made = boardOf(part);
			const { board, clock } = made;
			const address = board.memory.find(({ kind }) => kind === 'option-bytes')!.range.start;
			const life = new AbortController();
			const write = board.write(address, new Uint8Array(16).fill(0xff), life.signal);
			void clock.sleep(5, never).then(() => {
				life.abort(new DOMException('cut', 'AbortError'));
			});
			await expect(write).rejects.toThrow();
			board.reloadOptionBytes();
			expect(board.readoutProtection).toBe(1);
		},
	);
});

describe('the ROM’s commands', () => {
	it.each(['STM32F405RG', 'STM32F103C8', 'STM32L053R8', 'STM32L476RG', 'STM32G071RB'])(
		'change the words of %s, so that a reset keeps them',
		(part) => {
			const made = boardOf(part);
			const { board } = made;
			board.writeProtected.add(board.sectors[1]!);
			board.reloadOptionBytes();
			expect(guarded(made)).toContain(1);
			board.writeProtected.clear();
			board.reloadOptionBytes();
			expect(guarded(made)).toEqual([]);
			expect(board.readoutProtection).toBe(0);
		},
	);
});
