// Conversations typed from AN3156 and USB DFU 1.1, request by request. Numbers are written here a third time on purpose.
import { describe, expect, it } from 'vitest';
import { ABORT, CLRSTATUS, DNLOAD, DONE, GETSTATE, IDLE, claimed } from './dfu-words.ts';
import { f4, FLASH, l0 } from './sample-device.ts';
import { bench, little, never, Usb } from './talk.ts';
import { image } from './uart-words.ts';

describe('the state machine (DFU 1.1 A.2)', () => {
	it('goes through SYNC, BUSY and IDLE for a command', async () => {
		const { usb } = await claimed({ device: f4 });
		expect(await usb.in(GETSTATE, 0, 1)).toEqual([2]);
		expect(await usb.out(DNLOAD, 0, [0x21, ...little(FLASH)])).toBe(true);
		expect(await usb.in(GETSTATE, 0, 1)).toEqual([3]);
		expect(await usb.status()).toMatchObject({ status: 0, state: 4 });
		expect(await usb.status()).toEqual({ status: 0, poll: 0, state: 5 });
		expect(await usb.out(ABORT)).toBe(true);
		expect(await usb.status()).toEqual(IDLE);
	});

	it.each([
		[
			'a download before the status of the last one',
			async (usb: Usb) => {
				await usb.out(DNLOAD, 0, [0x21, ...little(FLASH)]);
				return usb.out(DNLOAD, 2, [1, 2, 3, 4]);
			},
		],
		[
			'an upload after a download without abort',
			async (usb: Usb) => {
				await usb.setAddress(FLASH);
				return (await usb.in(2, 2, 4)) !== undefined;
			},
		],
		[
			'a download after an upload without abort',
			async (usb: Usb) => {
				await usb.in(2, 2, 4);
				return usb.out(DNLOAD, 2, [1, 2, 3, 4]);
			},
		],
		['the reserved block 1', (usb: Usb) => usb.out(DNLOAD, 1, [1, 2, 3, 4])],
		['more than wTransferSize', (usb: Usb) => usb.out(DNLOAD, 2, Array<number>(2049).fill(0))],
		[
			'an upload of more than wTransferSize',
			async (usb: Usb) => (await usb.in(2, 2, 2049)) !== undefined,
		],
		['DETACH in DFU mode', (usb: Usb) => usb.out(0, 1000)],
		['an unknown request', (usb: Usb) => usb.out(9)],
	])('stalls %s and goes to dfuERROR', async (_, act) => {
		const { usb, board } = await claimed({ device: f4 });
		expect(await act(usb)).toBe(false);
		expect(await usb.status()).toEqual({ status: 15, poll: 0, state: 10 });
		expect(await usb.out(DNLOAD, 0, [0x21, ...little(FLASH)])).toBe(false);
		expect(await usb.out(CLRSTATUS)).toBe(true);
		expect(await usb.status()).toEqual(IDLE);
		expect(board.events).toEqual([]);
	});

	it('answers CLRSTATUS outside dfuERROR with errUNKNOWN, or stalls it when strict', async () => {
		const { usb } = await claimed({ device: f4 });
		expect(await usb.out(CLRSTATUS)).toBe(true);
		expect(await usb.status()).toEqual({ status: 14, poll: 0, state: 10 });
		const strict = await claimed({ device: f4, quirks: { strictClear: true } });
		expect(await strict.usb.out(CLRSTATUS)).toBe(false);
	});

	it('can start in dfuERROR', async () => {
		const { usb } = await claimed({ device: f4, quirks: { startInError: true } });
		expect(await usb.status()).toEqual({ status: 10, poll: 0, state: 10 });
		await usb.out(CLRSTATUS);
		expect(await usb.status()).toEqual(IDLE);
	});
});

describe('DfuSe commands (AN3156 4 and 5)', () => {
	it('lists them as block 0 of an upload', async () => {
		const { usb } = await claimed({ device: f4 });
		expect(await usb.in(2, 0, 64)).toEqual([0x00, 0x21, 0x41, 0x92]);
		expect(await usb.status()).toEqual(IDLE);
		expect(await usb.in(2, 0, 2)).toEqual([0x00, 0x21]);
		expect(await usb.status()).toMatchObject({ state: 9 });
	});

	it('erases the sector that holds the address', async () => {
		const { usb, board } = await claimed({ device: f4 });
		expect(await usb.erase(FLASH + 0x10123)).toEqual(DONE);
		expect([...board.wear.keys()]).toEqual([FLASH + 0x10000]);
	});

	it('erases everything without an address, and refuses where the ROM cannot', async () => {
		const { usb, board } = await claimed({ device: f4 });
		expect(await usb.obey(0, [0x41])).toEqual(DONE);
		expect(board.wear.size).toBe(12);
		const small = await claimed({ device: l0 });
		expect(await small.usb.obey(0, [0x41])).toEqual({ status: 4, state: 10 });
	});

	it('writes block n at pointer + (n - 2) * transfer size', async () => {
		const { usb, board } = await claimed({ device: f4 });
		await usb.setAddress(FLASH + 0x100);
		expect(await usb.obey(2, [1, 2, 3, 4])).toEqual(DONE);
		expect(await usb.obey(4, [5, 6])).toEqual(DONE);
		expect([...board.peek({ start: FLASH + 0x100, end: FLASH + 0x104 })]).toEqual([1, 2, 3, 4]);
		expect([...board.peek({ start: FLASH + 0x1100, end: FLASH + 0x1103 })]).toEqual([5, 6, 0xff]);
	});

	it('reads in the same blocks', async () => {
		const content = image(FLASH + 2048, [9, 8, 7]);
		const { usb } = await claimed({ device: f4, content });
		expect(await usb.in(2, 3, 4)).toEqual([9, 8, 7, 0xff]);
		expect(await usb.in(2, 2, 2)).toEqual([0xff, 0xff]);
	});

	it.each([
		['outside any memory', [0x21, ...little(0x60000000)], 1],
		['of another alternate setting', [0x21, ...little(0x1fffc000)], 1],
		['in the RAM the ROM works in', [0x21, ...little(0x20000000)], 1],
		['to erase past the flash', [0x41, ...little(FLASH + 0x100000)], 1],
		['to erase in RAM', [0x41, ...little(0x20003000)], 1],
		['behind a command that is too short', [0x21, 0, 0], 15],
		['behind an unknown command', [0x55], 15],
	])('refuses an address %s', async (_, command, status) => {
		const { usb, board } = await claimed({ device: f4 });
		expect(await usb.obey(0, command)).toEqual({ status, state: 10 });
		expect(board.events).toEqual([]);
	});

	it('reaches option bytes through their own alternate setting', async () => {
		const { usb, sim } = await claimed({ device: f4 });
		await sim.usb.selectAlternateInterface(0, 1);
		expect(await usb.setAddress(0x1fffc000)).toEqual(DONE);
		await usb.out(ABORT);
		expect((await usb.in(2, 2, 2))?.[1]).toBe(0xaa);
		await usb.out(ABORT);
		expect(await usb.erase(FLASH)).toEqual({ status: 1, state: 10 });
		await usb.out(CLRSTATUS);
		for (const elsewhere of [FLASH, 0x1fff7a22, 0x20003000]) {
			expect((await usb.obey(0, [0x21, ...little(elsewhere)])).state).toBe(10);
			await usb.out(CLRSTATUS);
		}
	});

	it('reads the identity registers through alternate setting 0', async () => {
		const { usb } = await claimed({ device: f4 });
		await usb.setAddress(0x1fff7a22);
		await usb.out(ABORT);
		expect(await usb.in(2, 2, 2)).toEqual([0x00, 0x04]);
	});

	it('refuses a block that runs past the end of the flash with errADDRESS', async () => {
		const { usb, board } = await claimed({ device: f4 });
		await usb.setAddress(FLASH + 0xffffe);
		expect(await usb.obey(2, [1, 2, 3, 4])).toEqual({ status: 8, state: 10 });
		expect(board.events).toEqual([]);
	});

	it('stalls an upload that runs out of memory with errADDRESS', async () => {
		const { usb } = await claimed({ device: f4 });
		await usb.setAddress(FLASH + 0xffff0);
		await usb.out(ABORT);
		expect(await usb.in(2, 2, 64)).toBeUndefined();
		expect(await usb.status()).toMatchObject({ status: 8, state: 10 });
	});

	it('leaves for the pointer after a status, and is gone', async () => {
		const { usb, sim, clock, board } = await claimed({ device: f4 });
		const gone: string[] = [];
		sim.usbBus.addEventListener('disconnect', (event) => gone.push(event.type));
		await usb.setAddress(FLASH + 0x4000);
		await usb.out(DNLOAD, 0, []);
		expect(await usb.status()).toMatchObject({ status: 0, state: 7 });
		await clock.sleep(50, never);
		expect(gone).toEqual(['disconnect']);
		expect(board.executed).toBe(FLASH + 0x4000);
		await expect(usb.status()).rejects.toMatchObject({ name: 'NotFoundError' });
	});

	it('comes back as a new device after a reset', async () => {
		const { sim } = await claimed({ device: f4 });
		const before = sim.usb;
		sim.reset('bootloader');
		expect(sim.usb).not.toBe(before);
		expect(await (await Usb.open(sim)).status()).toEqual(IDLE);
	});

	it('does not show USB where the part has none', async () => {
		const { sim } = bench({ device: { ...f4, bootloader: { ...f4.bootloader, dfu: false } } });
		await expect(sim.usb.open()).rejects.toMatchObject({ name: 'NotFoundError' });
	});
});
