// Conversations typed from AN3155 (Rev 14), byte by byte. Opcodes are written here a third time on purpose.
import { describe, expect, it } from 'vitest';
import { f4, FLASH } from './sample-device.ts';
import { bench, Wire } from './talk.ts';
import { ACK, NACK, address, image, synchronised, withSum } from './uart-words.ts';

describe('Read Memory (AN3155 3.4)', () => {
	it('gives N+1 bytes', async () => {
		const content = image(FLASH + 8, [1, 2, 3, 4]);
		const { wire } = await synchronised({ device: f4, content });
		expect(await wire.ask([0x11, 0xee])).toEqual([ACK]);
		expect(await wire.ask(address(FLASH + 8))).toEqual([ACK]);
		expect(await wire.ask([0x04, 0xfb])).toEqual([ACK, 1, 2, 3, 4, 0xff]);
	});

	it('gives the flash size in KiB and the unique ID at their registers', async () => {
		const { wire } = await synchronised({ device: f4, uniqueId: new Uint8Array(12).fill(7) });
		await wire.ask([0x11, 0xee]);
		await wire.ask(address(0x1fff7a22));
		expect(await wire.ask([0x01, 0xfe])).toEqual([ACK, 0x00, 0x04]);
		await wire.ask([0x11, 0xee]);
		await wire.ask(address(0x1fff7a10));
		expect(await wire.ask([0x0b, 0xf4])).toEqual([ACK, ...Array<number>(12).fill(7)]);
	});

	it.each([
		['outside any memory', 0x60000000],
		['in the RAM the ROM works in', 0x20000000],
		['past the end of flash', FLASH + 0x100000],
	])('refuses an address %s', async (_, at) => {
		const { wire } = await synchronised({ device: f4 });
		await wire.ask([0x11, 0xee]);
		expect(await wire.ask(address(at))).toEqual([NACK]);
		expect(await wire.ask([0x11, 0xee])).toEqual([ACK]);
	});

	it('refuses a wrong XOR, a wrong complement and a length that runs out of memory', async () => {
		const { wire } = await synchronised({ device: f4 });
		await wire.ask([0x11, 0xee]);
		expect(await wire.ask([0x08, 0, 0, 0, 0x09])).toEqual([NACK]);
		await wire.ask([0x11, 0xee]);
		await wire.ask(address(FLASH));
		expect(await wire.ask([0x04, 0x04])).toEqual([NACK]);
		await wire.ask([0x11, 0xee]);
		await wire.ask(address(FLASH + 0x0ffff0));
		expect(await wire.ask([0xff, 0x00])).toEqual([NACK]);
	});
});

describe('Write Memory (AN3155 3.6)', () => {
	it('programs after a right checksum', async () => {
		const { wire, board } = await synchronised({ device: f4 });
		expect(await wire.ask([0x31, 0xce])).toEqual([ACK]);
		expect(await wire.ask(address(FLASH))).toEqual([ACK]);
		expect(await wire.ask(withSum([3, 1, 2, 3, 4]))).toEqual([ACK]);
		expect([...board.peek({ start: FLASH, end: FLASH + 5 })]).toEqual([1, 2, 3, 4, 0xff]);
	});

	it('takes command, address and data in one go', async () => {
		const { wire, board, sim } = await synchronised({ device: f4 });
		const data = Array.from({ length: 256 }, (_, i) => i);
		const frame = [0x31, 0xce, ...address(FLASH), ...withSum([255, ...data])];
		expect(await wire.ask(frame)).toEqual([ACK, ACK, ACK]);
		expect([...board.peek({ start: FLASH, end: FLASH + 256 })]).toEqual(data);
		expect(sim.overruns).toBe(0);
	});

	it('loses bytes of one go when the ROM is slower than the line', async () => {
		const { sim, clock } = bench({ device: f4, processingUs: 200 });
		const wire = await Wire.open({ sim, clock });
		await wire.ask([0x7f]);
		const frame = [0x31, 0xce, ...address(FLASH), ...withSum([3, 1, 2, 3, 4])];
		expect(await wire.ask(frame)).not.toEqual([ACK, ACK, ACK]);
		expect(sim.overruns).toBeGreaterThan(0);
		expect(sim.board.events).toEqual([]);
	});

	it('refuses a wrong checksum without touching the flash', async () => {
		const { wire, board } = await synchronised({ device: f4 });
		await wire.ask([0x31, 0xce]);
		await wire.ask(address(FLASH));
		expect(await wire.ask([3, 1, 2, 3, 4, 0])).toEqual([NACK]);
		expect(board.events).toEqual([]);
	});

	it('refuses a length that is not a multiple of 4', async () => {
		const { wire, board } = await synchronised({ device: f4 });
		await wire.ask([0x31, 0xce]);
		await wire.ask(address(FLASH));
		expect(await wire.ask(withSum([1, 1, 2]))).toEqual([NACK]);
		expect(board.events).toEqual([]);
	});

	it.each([
		['not word aligned', FLASH + 2],
		['in system memory', 0x1fff0000],
		['in the RAM the ROM works in', 0x20000000],
		['outside any memory', 0xe000e000],
	])('refuses an address %s', async (_, at) => {
		const { wire } = await synchronised({ device: f4 });
		await wire.ask([0x31, 0xce]);
		expect(await wire.ask(address(at))).toEqual([NACK]);
	});

	it('refuses data that run past the end of the flash', async () => {
		const { wire, board } = await synchronised({ device: f4 });
		await wire.ask([0x31, 0xce]);
		expect(await wire.ask(address(FLASH + 0xffffc))).toEqual([ACK]);
		expect(await wire.ask(withSum([7, 1, 2, 3, 4, 5, 6, 7, 8]))).toEqual([NACK]);
		expect(board.events).toEqual([]);
	});

	it('writes the RAM that is left to the host', async () => {
		const { wire, board } = await synchronised({ device: f4 });
		const frame = [0x31, 0xce, ...address(0x20003000), ...withSum([3, 9, 8, 7, 6])];
		expect(await wire.ask(frame)).toEqual([ACK, ACK, ACK]);
		expect([...board.peek({ start: 0x20003000, end: 0x20003004 })]).toEqual([9, 8, 7, 6]);
	});

	it('resets after option bytes were written', async () => {
		const { wire, board } = await synchronised({ device: f4 });
		// Byte 1 of the F4 option bytes is RDP (RM0090 table 15); 0x55 is level 1.
		const options = [0xef, 0x55, 0, 0];
		const frame = [0x31, 0xce, ...address(0x1fffc000), ...withSum([3, ...options])];
		expect(await wire.ask(frame)).toEqual([ACK, ACK, ACK]);
		expect(board.readoutProtection).toBe(1);
		expect(await wire.ask([0x7f])).toEqual([ACK]);
	});
});

describe('Go (AN3155 3.5)', () => {
	it('starts the program and falls silent', async () => {
		const { wire, sim } = await synchronised({ device: f4 });
		expect(await wire.ask([0x21, 0xde])).toEqual([ACK]);
		expect(await wire.ask(address(FLASH))).toEqual([ACK]);
		expect(sim.mode).toBe('application');
		expect(sim.board.executed).toBe(FLASH);
		expect(await wire.ask([0x7f])).toEqual([]);
	});

	it.each([0x40000000, 0x20000000, 0x1fff0000])('refuses address %i', async (at) => {
		const { wire, sim } = await synchronised({ device: f4 });
		await wire.ask([0x21, 0xde]);
		expect(await wire.ask(address(at))).toEqual([NACK]);
		expect(sim.board.executed).toBeUndefined();
	});

	it('lets the program print its banner', async () => {
		const { sim, clock } = bench({ device: f4, banner: 'hello' });
		const wire = await Wire.open({ sim, clock });
		await wire.ask([0x7f]);
		await wire.ask([0x21, 0xde]);
		const heard = await wire.ask(address(FLASH));
		expect(String.fromCharCode(...heard.slice(1))).toBe('hello');
	});
});
