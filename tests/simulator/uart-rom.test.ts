// Conversations typed from AN3155 (Rev 14), byte by byte. Opcodes are written here a third time on purpose.
import { describe, expect, it } from 'vitest';
import { f1, f4, FLASH, g0, h7, l0 } from './sample-device.ts';
import { bench, never, Wire, type Setup } from './talk.ts';

const ACK = 0x79;
const NACK = 0x1f;

async function synchronised(options: Setup) {
	const made = bench(options);
	const wire = await Wire.open(made);
	expect(await wire.ask([0x7f])).toEqual([ACK]);
	return { ...made, wire, board: made.sim.board };
}

/** Most significant byte first, then the XOR of the four. */
const address = (value: number): number[] => {
	const bytes = [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
	return [...bytes, bytes.reduce((sum, byte) => sum ^ byte)];
};

const withSum = (bytes: number[]): number[] => [...bytes, bytes.reduce((sum, byte) => sum ^ byte)];

const image = (start: number, bytes: number[]) => [
	{ address: start, data: Uint8Array.from(bytes) },
];

describe('synchronisation (AN3155 1)', () => {
	it('acknowledges 0x7F', async () => {
		await synchronised({ device: f4 });
	});

	it('takes a second 0x7F as the first byte of a command, and refuses the pair', async () => {
		const { wire } = await synchronised({ device: f4 });
		expect(await wire.ask([0x7f])).toEqual([]);
		expect(await wire.ask([0x7f])).toEqual([NACK]);
		expect(await wire.ask([0x02, 0xfd])).toEqual([ACK, 0x01, 0x04, 0x13, ACK]);
	});

	it('is deaf until a reset when the first byte was another one', async () => {
		const { sim, clock } = bench({ device: f4 });
		const wire = await Wire.open({ sim, clock });
		expect(await wire.ask([0x00])).toEqual([]);
		expect(await wire.ask([0x7f])).toEqual([]);
		sim.reset('bootloader');
		await clock.sleep(10, never);
		expect(await wire.ask([0x7f])).toEqual([ACK]);
	});

	it.each([
		['no parity', { parity: 'none' }],
		['two stop bits', { stopBits: 2 }],
		['a rate below 1200', { baudRate: 600 }],
		['a rate above what the ROM can measure', { baudRate: 921600 }],
	] as const)('stays silent with %s', async (_, options) => {
		const device = { ...f4, bootloader: { ...f4.bootloader, maximumBaud: 460800 } };
		const wire = await Wire.open(bench({ device }), options);
		expect(await wire.ask([0x7f])).toEqual([]);
	});

	it('keeps its rate when the port is opened again at another', async () => {
		const { sim, clock } = bench({ device: f4 });
		const first = await Wire.open({ sim, clock });
		expect(await first.ask([0x7f])).toEqual([ACK]);
		await first.close();
		const faster = await Wire.open({ sim, clock }, { baudRate: 230400 });
		expect(await faster.ask([0x00, 0xff])).toEqual([]);
		await faster.close();
		const again = await Wire.open({ sim, clock });
		expect(await again.ask([0x02, 0xfd])).toEqual([ACK, 0x01, 0x04, 0x13, ACK]);
	});

	it('does not hear what is sent before its USART is on', async () => {
		const { sim, clock } = bench({ device: f4 });
		const wire = await Wire.open({ sim, clock });
		sim.reset('bootloader');
		expect(await wire.ask([0x55], 20)).toEqual([]);
		expect(await wire.ask([0x7f])).toEqual([ACK]);
	});

	it('is not there when the application runs or USB was first', async () => {
		const asleep = await Wire.open(bench({ device: f4, boot0: false }));
		expect(await asleep.ask([0x7f])).toEqual([]);
	});
});

describe('the questions (AN3155 3.1 to 3.3)', () => {
	it('lists its commands, Extended Erase on newer and Erase on older ROMs', async () => {
		const newer = await synchronised({ device: f4 });
		expect(await newer.wire.ask([0x00, 0xff])).toEqual([
			...[ACK, 11, 0x31, 0x00, 0x01, 0x02, 0x11, 0x21, 0x31, 0x44, 0x63, 0x73, 0x82, 0x92, ACK],
		]);
		const older = await synchronised({ device: f1 });
		expect(await older.wire.ask([0x00, 0xff])).toEqual([
			...[ACK, 11, 0x22, 0x00, 0x01, 0x02, 0x11, 0x21, 0x31, 0x43, 0x63, 0x73, 0x82, 0x92, ACK],
		]);
	});

	it('gives version, two option bytes and product ID', async () => {
		const { wire } = await synchronised({ device: f1 });
		expect(await wire.ask([0x01, 0xfe])).toEqual([ACK, 0x22, 0, 0, ACK]);
		expect(await wire.ask([0x02, 0xfd])).toEqual([ACK, 0x01, 0x04, 0x10, ACK]);
	});

	it.each([
		['a wrong complement', [0x00, 0xfe]],
		['an unknown command', [0x99, 0x66]],
		['an I2C command', [0x32, 0xcd]],
		['Extended Erase on a ROM that has Erase', [0x44, 0xbb]],
		['Get Checksum where it is not offered', [0xa1, 0x5e]],
	])('refuses %s', async (_, bytes) => {
		const { wire } = await synchronised({ device: f1 });
		expect(await wire.ask(bytes)).toEqual([NACK]);
		expect(await wire.ask([0x02, 0xfd])).toEqual([ACK, 0x01, 0x04, 0x10, ACK]);
	});
});

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

	it('does not start at level 2', async () => {
		const { sim, clock } = bench({ device: f4 });
		sim.board.readoutProtection = 2;
		sim.reset('bootloader');
		const wire = await Wire.open({ sim, clock });
		expect(await wire.ask([0x7f])).toEqual([]);
		expect(sim.mode).toBe('application');
	});
});

describe('Get Checksum (AN3155 3.14)', () => {
	// Word 0x00000000 with the CRC unit's reset values gives 0xC704DD7B (public vector of the STM32 CRC unit).
	const content = image(FLASH, [0, 0, 0, 0]);
	const sum = [0xc7, 0x04, 0xdd, 0x7b];

	it.each([1, 2] as const)('sums a range, with %i ACKs at the end', async (checksumAcks) => {
		const { wire } = await synchronised({ device: h7, content, quirks: { checksumAcks } });
		expect((await wire.ask([0x00, 0xff])).slice(-2)).toEqual([0xa1, ACK]);
		expect(await wire.ask([0xa1, 0x5e])).toEqual([ACK]);
		expect(await wire.ask(address(FLASH))).toEqual([ACK]);
		expect(await wire.ask(address(4))).toEqual([ACK]);
		expect(await wire.ask(address(0x04c11db7))).toEqual([ACK]);
		const acks = Array<number>(checksumAcks).fill(ACK);
		expect(await wire.ask(address(0xffffffff))).toEqual([...acks, ...withSum(sum)]);
	});

	it('refuses sizes of zero, of part words and past the memory', async () => {
		const { wire } = await synchronised({ device: h7, quirks: { checksumAcks: 2 } });
		for (const size of [0, 2, 0x7fffffff]) {
			await wire.ask([0xa1, 0x5e]);
			await wire.ask(address(FLASH));
			expect(await wire.ask(address(size))).toEqual([NACK]);
		}
	});
});

describe('oddities of real ROMs', () => {
	it('answers 0x7F twice', async () => {
		const wire = await Wire.open(bench({ device: f4, quirks: { twoAcksOnConnect: true } }));
		expect(await wire.ask([0x7f])).toEqual([ACK, ACK]);
	});

	it('refuses a read of a protected chip twice', async () => {
		const { wire, board } = await synchronised({ device: f4, quirks: { doubleNack: true } });
		board.readoutProtection = 1;
		expect(await wire.ask([0x11, 0xee])).toEqual([NACK, NACK]);
		expect(await wire.ask([0x44, 0xbb])).toEqual([NACK]);
	});

	it('says nothing to a bad address and takes what follows as a command', async () => {
		const { wire } = await synchronised({ device: f4, quirks: { silentBadAddress: true } });
		await wire.ask([0x11, 0xee]);
		expect(await wire.ask(address(0x60000000))).toEqual([]);
		expect(await wire.ask([0xff, 0x00])).toEqual([NACK]);
	});

	it('reports flash that did not take the bytes, where it is asked to', async () => {
		const content = image(FLASH, [0, 0]);
		const frame = [0x31, 0xce, ...address(FLASH), ...withSum([3, 1, 2, 3, 4])];
		const loud = await synchronised({ device: f1, content, quirks: { reportsFlashErrors: true } });
		expect(await loud.wire.ask(frame)).toEqual([ACK, ACK, NACK]);
		const quiet = await synchronised({ device: f1, content });
		expect(await quiet.wire.ask(frame)).toEqual([ACK, ACK, ACK]);
	});
});
