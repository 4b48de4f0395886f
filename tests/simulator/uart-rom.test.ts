// Conversations typed from AN3155 (Rev 14), byte by byte. Opcodes are written here a third time on purpose.
import { describe, expect, it } from 'vitest';
import { f1, f4, FLASH, h7 } from './sample-device.ts';
import { bench, never, Wire } from './talk.ts';
import { ACK, NACK, address, image, synchronised, withSum } from './uart-words.ts';

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

describe('Get Checksum (AN3155 3.13)', () => {
	// Word 0x00000000 with the CRC unit's reset values gives 0xC704DD7B (public vector of the STM32 CRC unit).
	const content = image(FLASH, [0, 0, 0, 0]);
	const sum = [0xc7, 0x04, 0xdd, 0x7b];

	it.each([1, 2] as const)('sums a range, with %i ACKs at the end', async (checksumAcks) => {
		const { wire } = await synchronised({ device: h7, content, quirks: { checksumAcks } });
		expect((await wire.ask([0x00, 0xff])).slice(-2)).toEqual([0xa1, ACK]);
		expect(await wire.ask([0xa1, 0x5e])).toEqual([ACK]);
		expect(await wire.ask(address(FLASH))).toEqual([ACK]);
		expect(await wire.ask(address(1))).toEqual([ACK]);
		expect(await wire.ask(address(0x04c11db7))).toEqual([ACK]);
		const acks = Array<number>(checksumAcks).fill(ACK);
		expect(await wire.ask(address(0xffffffff))).toEqual([...acks, ...withSum(sum)]);
	});

	it('takes the size in words, and refuses none and what leaves the memory', async () => {
		const { wire } = await synchronised({ device: h7, quirks: { checksumAcks: 2 } });
		const flash = h7.flashSize / 4;
		for (const [size, answer] of [
			[0, NACK],
			[0x40000000, NACK],
			[0x7fffffff, NACK],
			[flash + 1, NACK],
			[flash, ACK],
		] as const) {
			await wire.ask([0xa1, 0x5e]);
			await wire.ask(address(FLASH));
			expect(await wire.ask(address(size))).toEqual([answer]);
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
