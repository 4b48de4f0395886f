// Scripted trouble: frames are counted, and each kind does what it says. Also: the plug, and one interface at a time.
import { describe, expect, it } from 'vitest';
import type { MischiefEntry } from '#simulator/mischief.ts';
import { DNLOAD, IDLE } from './dfu-words.ts';
import { f4, FLASH } from './sample-device.ts';
import { bench, little, never, Usb, Wire } from './talk.ts';
import { ACK, address, NACK, withSum } from './uart-words.ts';

describe('serial frames', () => {
	it('counts every chunk of the host and every answer of the ROM', async () => {
		const { sim, clock } = bench({ device: f4 });
		const wire = await Wire.open({ sim, clock });
		await wire.ask([0x7f]);
		expect(sim.frames).toBe(2);
		// Command out; ACK, data and ACK back.
		await wire.ask([0x02, 0xfd]);
		expect(sim.frames).toBe(6);
	});

	/** Frames: 0 sync, 1 ACK, 2 Get ID, 3 ACK, 4 data, 5 ACK. */
	async function getId(...mischief: MischiefEntry[]) {
		const { sim, clock } = bench({ device: f4, mischief });
		const wire = await Wire.open({ sim, clock });
		await wire.ask([0x7f]);
		return { sim, clock, wire, answer: await wire.ask([0x02, 0xfd]) };
	}
	const whole = [ACK, 0x01, 0x04, 0x13, ACK];

	it.each<[MischiefEntry, number[]]>([
		[{ at: 2, kind: 'drop' }, []],
		[{ at: 4, kind: 'drop' }, [ACK, ACK]],
		[{ at: 2, kind: 'corrupt' }, [NACK]],
		[{ at: 4, kind: 'corrupt' }, [ACK, 0x01, 0x04 ^ 0x24, 0x13, ACK]],
		[{ at: 2, kind: 'nack' }, [NACK]],
		[{ at: 5, kind: 'nack' }, [ACK, 0x01, 0x04, 0x13, NACK]],
		[{ at: 2, kind: 'busy' }, []],
		[{ at: 2, kind: 'busy', ms: 20 }, whole],
		[{ at: 4, kind: 'busy' }, [ACK]],
		[{ at: 4, kind: 'busy', ms: 20 }, whole],
		[{ at: 2, kind: 'silence' }, []],
		[{ at: 4, kind: 'silence' }, [ACK]],
		[{ at: 2, kind: 'parity-error' }, []],
		[{ at: 4, kind: 'parity-error' }, [ACK, 0x01, 0x13, ACK]],
		[{ at: 2, kind: 'stall' }, whole],
	])('%o', async (entry, expected) => {
		const { answer } = await getId(entry);
		expect(answer).toEqual(expected);
	});

	it.each([
		['parity-error', 'ParityError'],
		['framing-error', 'FramingError'],
		['break', 'BreakError'],
	] as const)(
		'ends the stream with the error of %s, and the next stream works',
		async (kind, name) => {
			const { wire } = await getId({ at: 4, kind });
			expect(wire.errors).toEqual([name]);
			expect(await wire.ask([0x02, 0xfd])).toEqual(whole);
		},
	);

	it('recovers after one trouble, and hangs after silence until a reset', async () => {
		const nacked = await getId({ at: 3, kind: 'nack' });
		expect(await nacked.wire.ask([0x02, 0xfd])).toEqual(whole);
		const silent = await getId({ at: 3, kind: 'silence' });
		expect(await silent.wire.ask([0x02, 0xfd])).toEqual([]);
		silent.sim.reset('bootloader');
		await silent.clock.sleep(10, never);
		expect(await silent.wire.ask([0x7f])).toEqual([ACK]);
	});

	it('is unplugged at a frame of either side', async () => {
		const reply = await getId({ at: 4, kind: 'unplug' });
		expect(reply.wire.errors).toEqual(['NetworkError']);
		expect(reply.sim.mode).toBe('off');
		await expect(getId({ at: 2, kind: 'unplug' })).rejects.toMatchObject({ name: 'NetworkError' });
	});
});

describe('USB frames', () => {
	/** Frame 0 Set Address, 1 and 2 its status, 3 a block, 4 and 5 its status. */
	async function write(entry: MischiefEntry) {
		const made = bench({ device: f4, mischief: [entry] });
		const usb = await Usb.open(made.sim);
		const address = await usb.setAddress(FLASH);
		return { ...made, usb, address, block: () => usb.out(DNLOAD, 2, [1, 2, 3, 4]) };
	}
	const flash = (sim: ReturnType<typeof bench>['sim']) => [
		...sim.board.peek({ start: FLASH, end: FLASH + 4 }),
	];

	it('drops a request, or only its answer', async () => {
		const request = await write({ at: 3, kind: 'drop' });
		await expect(request.block()).rejects.toMatchObject({ name: 'NetworkError' });
		expect(await request.usb.in(5, 0, 1)).toEqual([5]);
		const answer = await write({ at: 3, kind: 'drop-answer' });
		await expect(answer.block()).rejects.toMatchObject({ name: 'NetworkError' });
		expect(await answer.usb.in(5, 0, 1)).toEqual([3]);
	});

	it('corrupts a block and an answer, never a command', async () => {
		const block = await write({ at: 3, kind: 'corrupt' });
		await block.block();
		await block.usb.status();
		await block.usb.status();
		expect(flash(block.sim)).toEqual([1, 2, 3 ^ 0x24, 4]);
		const command = await write({ at: 0, kind: 'corrupt' });
		expect(command.address).toEqual({ status: 0, state: 5 });
		const answer = await write({ at: 3, kind: 'corrupt' });
		expect(await answer.usb.in(5, 0, 1)).toEqual([5 ^ 0x24]);
	});

	it('stalls without a change of state, or goes to dfuERROR', async () => {
		const stall = await write({ at: 3, kind: 'stall' });
		expect(await stall.block()).toBe(false);
		expect(await stall.usb.in(5, 0, 1)).toEqual([5]);
		const error = await write({ at: 3, kind: 'error' });
		expect(await error.usb.status()).toMatchObject({ status: 14, state: 10 });
	});

	it('stays busy for a while', async () => {
		const busy = await write({ at: 4, kind: 'busy', ms: 500 });
		await busy.block();
		for (let i = 0; i < 5; i++) expect(await busy.usb.status()).toMatchObject({ state: 4 });
		await busy.clock.sleep(500, never);
		expect(await busy.usb.status()).toMatchObject({ state: 5 });
		expect(flash(busy.sim)).toEqual([1, 2, 3, 4]);
	});

	it('says nothing more until a reset', async () => {
		const silent = await write({ at: 3, kind: 'silence' });
		const asked = silent.usb.status();
		await silent.clock.sleep(60_000, never);
		silent.sim.reset('bootloader');
		await expect(asked).rejects.toMatchObject({ name: 'NetworkError' });
		expect(await (await Usb.open(silent.sim)).status()).toEqual(IDLE);
	});

	it('is unplugged, and what is under way fails', async () => {
		const gone = await write({ at: 3, kind: 'unplug' });
		await expect(gone.block()).rejects.toMatchObject({ name: 'NetworkError' });
		await expect(gone.usb.status()).rejects.toMatchObject({ name: 'NotFoundError' });
		gone.sim.replug();
		expect(await (await Usb.open(gone.sim)).status()).toEqual(IDLE);
		expect(flash(gone.sim)).toEqual([0xff, 0xff, 0xff, 0xff]);
	});
});

describe('the board', () => {
	it('keeps to the interface that spoke first', async () => {
		const uart = bench({ device: f4 });
		const wire = await Wire.open(uart);
		await wire.ask([0x7f]);
		const usb = await Usb.open(uart.sim);
		let answered = false;
		void usb.status().then(
			() => (answered = true),
			() => undefined,
		);
		await uart.clock.sleep(10_000, never);
		expect(answered).toBe(false);

		const other = bench({ device: f4 });
		await (await Usb.open(other.sim)).status();
		expect(await (await Wire.open(other)).ask([0x7f])).toEqual([]);
	});

	it('stops a write where the plug was pulled', async () => {
		const { sim, clock } = bench({ device: f4 });
		const wire = await Wire.open({ sim, clock });
		await wire.ask([0x7f]);
		const frame = [0x31, 0xce, ...address(FLASH), ...withSum([255, ...Array<number>(256).fill(0)])];
		await wire.send(frame);
		const line = 0.25 + (frame.length * 11 * 1000) / 115200;
		await clock.sleep(line + (256 * 0.016) / 2, never);
		sim.unplug();
		await clock.sleep(100, never);
		const half = sim.board.peek({ start: FLASH, end: FLASH + 256 });
		expect(half.filter((byte) => byte === 0).length).toBe(128);
		expect(sim.board.events).toMatchObject([{ kind: 'write', done: false }]);
	});

	it('resets in the middle of an erase and starts afresh', async () => {
		const { sim } = bench({ device: f4 });
		const usb = await Usb.open(sim);
		await usb.out(DNLOAD, 0, [0x41, ...little(FLASH)]);
		await usb.status();
		sim.reset('bootloader');
		expect(await (await Usb.open(sim)).status()).toEqual(IDLE);
		expect(sim.board.events).toMatchObject([{ kind: 'erase', done: false }]);
	});

	it('refuses a layout that the device does not have', () => {
		expect(() => bench({ device: f4, layout: 'dual' })).toThrow(RangeError);
	});
});
