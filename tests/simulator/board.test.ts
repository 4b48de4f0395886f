// Flash physics, by the programming and reference manuals of each family; and an erase or write cut short.
import { describe, expect, it } from 'vitest';
import type { Device } from '#core/device.ts';
import { f1, f4, FLASH, g0, h7, l0 } from './sample-device.ts';
import { bench, never } from './talk.ts';
import { image } from './uart-words.ts';

const boardOf = (device: Device, bytes: number[] = []) =>
	bench({ device, content: image(FLASH, bytes) }).sim.board;
const first = (board: ReturnType<typeof boardOf>, count: number): number[] => [
	...board.peek({ start: FLASH, end: FLASH + count }),
];

describe('a write', () => {
	it('only clears bits on F2, F4 and F7 (RM0090 3.6.2)', async () => {
		const board = boardOf(f4, [0b1100, 0xff, 0, 0xff]);
		await board.write(FLASH, Uint8Array.of(0b1010, 1, 2, 3), never);
		expect(first(board, 4)).toEqual([0b1000, 1, 0, 3]);
	});

	it('is refused by an F1 half-word that is not erased, unless it is zero (PM0075 2.3.3)', async () => {
		const board = boardOf(f1, [0xfe, 0xff]);
		expect(await board.write(FLASH, Uint8Array.of(0xf0, 0xff, 1, 2), never)).toBe(false);
		expect(first(board, 4)).toEqual([0xfe, 0xff, 1, 2]);
		expect(await board.write(FLASH, Uint8Array.of(0, 0), never)).toBe(true);
		expect(first(board, 2)).toEqual([0, 0]);
	});

	it('is taken once by a 64-bit word with ECC, zeros excepted (RM0351 3.3.7)', async () => {
		const board = boardOf(g0);
		expect(await board.write(FLASH, Uint8Array.of(1, 2, 3, 4), never)).toBe(true);
		expect(first(board, 8)).toEqual([1, 2, 3, 4, 0xff, 0xff, 0xff, 0xff]);
		expect(await board.write(FLASH + 4, Uint8Array.of(5, 6, 7, 8), never)).toBe(false);
		expect(first(board, 8)).toEqual([1, 2, 3, 4, 0xff, 0xff, 0xff, 0xff]);
		expect(await board.write(FLASH, new Uint8Array(8), never)).toBe(true);
		expect(first(board, 8)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
	});

	it('is padded to the 256-bit word of an H7, which then takes nothing more', async () => {
		const board = boardOf(h7);
		expect(await board.write(FLASH + 4, Uint8Array.of(1, 2, 3, 4), never)).toBe(true);
		expect(first(board, 8)).toEqual([0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4]);
		expect(await board.write(FLASH + 28, Uint8Array.of(0, 0, 0, 0), never)).toBe(false);
		expect(first(board, 32).at(-1)).toBe(0xff);
		expect(await board.write(FLASH, new Uint8Array(32), never)).toBe(false);
	});

	it('starts from zero on L0 and L1, where an L0 word that is not zero is refused', async () => {
		const board = boardOf(l0);
		expect(first(board, 4)).toEqual([0, 0, 0, 0]);
		expect(await board.write(FLASH, Uint8Array.of(1, 2, 3, 4), never)).toBe(true);
		expect(await board.write(FLASH, Uint8Array.of(0xff, 0xff, 0xff, 0xff), never)).toBe(false);
		expect(first(board, 4)).toEqual([1, 2, 3, 4]);
		const l1 = boardOf({ ...l0, family: 'STM32L1' }, [0b1100]);
		await l1.write(FLASH, Uint8Array.of(0b1010, 0, 0, 0), never);
		expect(first(l1, 1)).toEqual([0b1110]);
	});

	it('goes from one bank into the other', async () => {
		const board = boardOf(g0);
		const border = FLASH + 16 * 2048;
		expect(await board.write(border - 8, new Uint8Array(16).fill(7), never)).toBe(true);
		expect([...board.peek({ start: border - 8, end: border + 8 })]).toEqual(Array(16).fill(7));
	});

	it('sets OTP bits once and EEPROM bytes as often as wanted', async () => {
		const otp = boardOf(f4);
		await otp.write(0x1fff7800, Uint8Array.of(0xf0), never);
		await otp.write(0x1fff7800, Uint8Array.of(0x0f), never);
		expect([...otp.peek({ start: 0x1fff7800, end: 0x1fff7801 })]).toEqual([0]);
		const eeprom = boardOf(l0);
		await eeprom.write(0x08080000, Uint8Array.of(0xf0), never);
		await eeprom.write(0x08080000, Uint8Array.of(0x0f), never);
		expect([...eeprom.peek({ start: 0x08080000, end: 0x08080001 })]).toEqual([0x0f]);
	});

	it.each([
		['system memory', 0x1fff0000],
		['the RAM of the ROM', 0x20000000],
		['nothing', 0x70000000],
		['the end of flash', FLASH + 0x100000 - 2],
	])('does not reach %s', async (_, address) => {
		const board = boardOf(f4);
		expect(await board.write(address, new Uint8Array(4), never)).toBe(false);
		expect(board.events).toEqual([]);
	});
});

describe('an erase', () => {
	it('gives 0xFF, or 0x00 on L0, in its sector alone, and counts', async () => {
		const f4Board = boardOf(f4, Array(0x8000).fill(0x55));
		await f4Board.erase(f4Board.sectors[0]!, never);
		expect(first(f4Board, 0x4000).every((byte) => byte === 0xff)).toBe(true);
		expect(f4Board.peek({ start: FLASH + 0x4000, end: FLASH + 0x4001 })[0]).toBe(0x55);
		expect(f4Board.wear.get(FLASH)).toBe(1);
		const l0Board = boardOf(l0, Array(256).fill(0x55));
		await l0Board.erase(l0Board.sectors[0]!, never);
		expect(first(l0Board, 129)).toEqual([...Array<number>(128).fill(0), 0x55]);
	});

	it('lets a written ECC word be written again', async () => {
		const board = boardOf(g0, [1, 2, 3, 4, 5, 6, 7, 8]);
		await board.erase(board.sectors[0]!, never);
		expect(await board.write(FLASH, new Uint8Array(8).fill(9), never)).toBe(true);
	});

	it('of a bank spares the other bank and protected sectors', async () => {
		const board = boardOf(g0, Array(64 * 1024).fill(0));
		board.writeProtected.add(board.sectors[0]!);
		expect(await board.massErase(1, never)).toBe(false);
		expect(board.peek({ start: FLASH, end: FLASH + 2048 }).every((byte) => byte === 0)).toBe(true);
		expect(board.peek({ start: FLASH + 2048, end: FLASH + 2049 })[0]).toBe(0xff);
		expect(board.peek({ start: FLASH + 0x8000, end: FLASH + 0x8001 })[0]).toBe(0);
	});
});

describe('a read', () => {
	const external = {
		name: 'QSPI',
		kind: 'external',
		range: { start: 0x90000000, end: 0x90001000 },
		eraseValue: 0xff,
		writeSize: 1,
		sectors: [],
		access: { read: true, erase: true, write: true },
	} as const;
	const closed = { ...external.access, read: false };
	const secret = {
		...external,
		kind: 'otp',
		range: { start: 0x91000000, end: 0x91000010 },
	} as const;
	const device = { ...f4, memory: [...f4.memory, external, { ...secret, access: closed }] };

	it('does not reach external memory, or what the ROM does not show', () => {
		const board = boardOf(device);
		expect(board.read({ start: 0x90000000, end: 0x90000001 })).toBeUndefined();
		expect(board.read({ start: 0x91000000, end: 0x91000001 })).toBeUndefined();
		expect(() => board.peek({ start: 0x91000000, end: 0x91000001 })).toThrow(RangeError);
		expect(board.writable({ start: 0x90000000, end: 0x90000001 })).toBe(false);
	});
});

describe('a lost supply', () => {
	it('leaves a write half done and an erase half done', async () => {
		const { sim, clock } = bench({ device: f4, content: image(FLASH, Array(0x4000).fill(0)) });
		const off = new AbortController();
		const erase = sim.board.erase(sim.board.sectors[0]!, off.signal);
		await clock.sleep(100, never);
		off.abort(new Error('no supply'));
		await expect(erase).rejects.toThrow('no supply');
		expect(first(sim.board, 0x4000).filter((byte) => byte === 0xff)).toHaveLength(0x1000);
		expect(sim.board.events).toMatchObject([{ kind: 'erase', done: false }]);

		const again = new AbortController();
		const at = FLASH + 0x4000;
		const write = sim.board.write(at, new Uint8Array(256), again.signal);
		await clock.sleep((256 * 0.016) / 4, never);
		again.abort(new Error('no supply'));
		await expect(write).rejects.toThrow('no supply');
		const half = sim.board.peek({ start: at, end: at + 256 });
		expect(half.filter((byte) => byte === 0).length).toBe(64);
	});
});

describe('option bytes', () => {
	it('show the readout level and take it on when loaded', async () => {
		const board = boardOf(f4, [1]);
		const rdp = { start: 0x1fffc001, end: 0x1fffc002 };
		expect(board.peek(rdp)[0]).toBe(0xaa);
		await board.write(rdp.start, Uint8Array.of(0x00), never);
		await board.loadOptionBytes(never);
		expect(board.readoutProtection).toBe(1);
		await board.write(rdp.start, Uint8Array.of(0xaa), never);
		await board.loadOptionBytes(never);
		expect(board.readoutProtection).toBe(0);
		expect(first(board, 1)).toEqual([0xff]);
	});

	it('never leave level 2', async () => {
		const board = boardOf(f4);
		board.readoutProtection = 2;
		await board.write(0x1fffc001, Uint8Array.of(0xaa), never);
		await board.loadOptionBytes(never);
		expect(board.readoutProtection).toBe(2);
	});
});
