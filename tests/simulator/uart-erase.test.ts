// Conversations typed from AN3155 (Rev 14), byte by byte. Opcodes are written here a third time on purpose.
import { describe, expect, it } from 'vitest';
import { f1, f4, FLASH, g0, l0 } from './sample-device.ts';
import { bench, Wire } from './talk.ts';
import { ACK, NACK, address, image, synchronised, withSum } from './uart-words.ts';

describe('Erase (AN3155 3.7)', () => {
	const content = image(FLASH, Array<number>(4096).fill(0));

	it('erases the listed pages and no other', async () => {
		const { wire, board } = await synchronised({ device: f1, content });
		expect(await wire.ask([0x43, 0xbc])).toEqual([ACK]);
		expect(await wire.ask(withSum([1, 0, 2]), 200)).toEqual([ACK]);
		const first = board.peek({ start: FLASH, end: FLASH + 4096 });
		expect(first.subarray(0, 1024).every((byte) => byte === 0xff)).toBe(true);
		expect(first.subarray(1024, 2048).every((byte) => byte === 0)).toBe(true);
		expect(first.subarray(2048, 3072).every((byte) => byte === 0xff)).toBe(true);
		expect(board.events).toHaveLength(2);
	});

	it('erases everything for 0xFF 0x00 only', async () => {
		const { wire, board } = await synchronised({ device: f1, content });
		await wire.ask([0x43, 0xbc]);
		expect(await wire.ask([0xff, 0xff])).toEqual([NACK]);
		await wire.ask([0x43, 0xbc]);
		expect(await wire.ask([0xff, 0x00])).toEqual([ACK]);
		expect(board.peek({ start: FLASH, end: FLASH + 4096 }).every((byte) => byte === 0xff)).toBe(
			true,
		);
	});

	it('refuses a page that does not exist, and a wrong checksum', async () => {
		const { wire, board } = await synchronised({ device: f1, content });
		await wire.ask([0x43, 0xbc]);
		expect(await wire.ask(withSum([0, 128]))).toEqual([NACK]);
		await wire.ask([0x43, 0xbc]);
		expect(await wire.ask([0, 5, 4])).toEqual([NACK]);
		expect(board.events).toEqual([]);
	});
});

describe('Extended Erase (AN3155 3.8)', () => {
	it('erases the listed sectors', async () => {
		const { wire, board } = await synchronised({ device: f4 });
		await wire.ask([0x44, 0xbb]);
		expect(await wire.ask(withSum([0, 1, 0, 0, 0, 4]), 1500)).toEqual([]);
		expect(await wire.listen(150)).toEqual([ACK]);
		expect([...board.wear.keys()]).toEqual([FLASH, FLASH + 0x10000]);
	});

	it.each([
		['0xFFFF everything', 0xff, 32],
		['0xFFFE bank 1', 0xfe, 16],
		['0xFFFD bank 2', 0xfd, 16],
	])('erases by %s', async (_, code, sectors) => {
		const { wire, board } = await synchronised({ device: g0 });
		await wire.ask([0x44, 0xbb]);
		expect(await wire.ask([0xff, code, 0xff ^ code])).toEqual([ACK]);
		expect(board.wear.size).toBe(sectors);
	});

	it.each([
		['a reserved code', f4, [0xff, 0xf0, 0x0f]],
		['a bank that does not exist', f4, [0xff, 0xfd, 0x02]],
		['mass erase where the ROM has none', l0, [0xff, 0xff, 0x00]],
		['a wrong checksum', f4, [0x00, 0x00, 0x00, 0x01, 0x00]],
		['a sector that does not exist', f4, [0x00, 0x00, 0x00, 0x0c, 0x0c]],
	])('refuses %s', async (_, device, bytes) => {
		const { wire, board } = await synchronised({ device });
		await wire.ask([0x44, 0xbb]);
		expect(await wire.ask(bytes)).toEqual([NACK]);
		expect(board.events).toEqual([]);
	});

	it('hears nothing while it erases', async () => {
		const { wire, sim } = await synchronised({ device: f4 });
		await wire.ask([0x44, 0xbb]);
		await wire.ask(withSum([0, 0, 0, 0]), 50);
		await wire.send([0x02, 0xfd, 0x02, 0xfd]);
		// The ACK of the erase; then the one byte left in the register waits for its complement.
		expect(await wire.listen(500)).toEqual([ACK]);
		expect(sim.overruns).toBe(3);
		expect(await wire.ask([0xfd])).toEqual([ACK, 0x01, 0x04, 0x13, ACK]);
	});
});

describe('protection (AN3155 3.9 to 3.12)', () => {
	it('write-protects sectors, which then ignore erases and writes without an error', async () => {
		const content = image(FLASH + 0x4000, [1, 2, 3, 4]);
		const { wire, board } = await synchronised({ device: f4, content });
		await wire.ask([0x63, 0x9c]);
		expect(await wire.ask(withSum([0, 1]))).toEqual([ACK]);
		expect(await wire.ask([0x7f])).toEqual([ACK]);
		await wire.ask([0x44, 0xbb]);
		expect(await wire.ask(withSum([0, 0, 0, 1]), 500)).toEqual([ACK]);
		const frame = [0x31, 0xce, ...address(FLASH + 0x4004), ...withSum([3, 5, 5, 5, 5])];
		expect(await wire.ask(frame)).toEqual([ACK, ACK, ACK]);
		expect([...board.peek({ start: FLASH + 0x4000, end: FLASH + 0x4008 })]).toEqual([
			...[1, 2, 3, 4, 0xff, 0xff, 0xff, 0xff],
		]);
	});

	it('write-unprotects with two ACKs and a reset', async () => {
		const { wire, board } = await synchronised({ device: f4 });
		board.writeProtected.add(board.sectors[0]!);
		expect(await wire.ask([0x73, 0x8c])).toEqual([ACK, ACK]);
		expect(board.writeProtected.size).toBe(0);
		expect(await wire.ask([0x7f])).toEqual([ACK]);
	});

	it('guards four pages of an F1 with one code', async () => {
		const { wire, board } = await synchronised({ device: f1 });
		await wire.ask([0x63, 0x9c]);
		await wire.ask(withSum([0, 1]));
		expect([...board.writeProtected].map((sector) => sector.number)).toEqual([4, 5, 6, 7]);
	});

	it('refuses everything but the questions and Readout Unprotect at level 1', async () => {
		const content = image(FLASH, [1, 2, 3, 4]);
		const { wire, board } = await synchronised({ device: f4, content });
		expect(await wire.ask([0x82, 0x7d])).toEqual([ACK, ACK]);
		expect(await wire.ask([0x7f])).toEqual([ACK]);
		for (const code of [0x11, 0x21, 0x31, 0x44, 0x63, 0x73, 0x82]) {
			expect(await wire.ask([code, 0xff ^ code])).toEqual([NACK]);
		}
		expect(await wire.ask([0x00, 0xff])).toHaveLength(15);
		expect(await wire.ask([0x01, 0xfe])).toHaveLength(5);
		expect(await wire.ask([0x02, 0xfd])).toHaveLength(5);
		expect(await wire.ask([0x92, 0x6d], 1000)).toEqual([ACK]);
		expect(await wire.listen(16000)).toEqual([ACK]);
		expect(board.readoutProtection).toBe(0);
		expect(board.peek({ start: FLASH, end: FLASH + 4 }).every((byte) => byte === 0xff)).toBe(true);
		expect(await wire.ask([0x7f])).toEqual([ACK]);
		expect(await wire.ask([0x11, 0xee])).toEqual([ACK]);
	});

	it('erases write-protected sectors too when the readout protection goes', async () => {
		const { wire, board } = await synchronised({ device: f1, content: image(FLASH, [1]) });
		board.writeProtected.add(board.sectors[0]!);
		board.readoutProtection = 1;
		expect(await wire.ask([0x92, 0x6d])).toEqual([ACK, ACK]);
		expect(board.peek({ start: FLASH, end: FLASH + 1 })[0]).toBe(0xff);
		expect(board.writeProtected.size).toBe(0);
	});

	it('does not start at level 2', async () => {
		const { sim, clock } = bench({ device: f4 });
		sim.board.readoutProtection = 2;
		sim.reset('bootloader');
		const wire = await Wire.open({ sim, clock });
		expect(await wire.ask([0x7f])).toEqual([]);
		expect(sim.mode).toBe('application');
	});
});
