// Conversations typed from AN3156 and USB DFU 1.1, request by request. Numbers are written here a third time on purpose.
import { describe, expect, it } from 'vitest';
import { CLRSTATUS, DNLOAD, DONE, IDLE, claimed } from './dfu-words.ts';
import { f4, FLASH, g0, h7 } from './sample-device.ts';
import { bench, little, never, Usb } from './talk.ts';
import { image } from './uart-words.ts';

describe('protection', () => {
	it('answers errVENDOR to everything that touches memory', async () => {
		const { usb, board } = await claimed({ device: f4, content: image(FLASH, [1]) });
		board.readoutProtection = 1;
		for (const command of [[0x21, ...little(FLASH)], [0x41, ...little(FLASH)], [0x41]]) {
			expect(await usb.obey(0, command)).toEqual({ status: 11, state: 10 });
			await usb.out(CLRSTATUS);
		}
		expect(await usb.in(2, 2, 4)).toBeUndefined();
		expect(await usb.status()).toMatchObject({ status: 11, state: 10 });
		expect(board.peek({ start: FLASH, end: FLASH + 1 })).toEqual(Uint8Array.of(1));
	});

	it('erases everything and resets for Read Unprotect', async () => {
		const { usb, board, sim, clock } = await claimed({ device: f4, content: image(FLASH, [1]) });
		board.readoutProtection = 1;
		const before = sim.usb;
		await usb.out(DNLOAD, 0, [0x92]);
		expect(await usb.status()).toMatchObject({ state: 4 });
		await expect(usb.status()).rejects.toMatchObject({ name: 'NetworkError' });
		await clock.sleep(1, never);
		expect(sim.usb).not.toBe(before);
		expect(board.readoutProtection).toBe(0);
		expect(board.peek({ start: FLASH, end: FLASH + 1 })).toEqual(Uint8Array.of(0xff));
	});

	it('says OK for a write-protected sector and leaves it (AN2662 4.5)', async () => {
		const { usb, board } = await claimed({ device: f4, content: image(FLASH, [1]) });
		board.writeProtected.add(board.sectors[0]!);
		expect(await usb.erase(FLASH)).toEqual(DONE);
		expect(board.peek({ start: FLASH, end: FLASH + 1 })).toEqual(Uint8Array.of(1));
	});

	it('reports flash errors where it is asked to', async () => {
		const { usb, board } = await claimed({ device: h7, quirks: { reportsFlashErrors: true } });
		board.writeProtected.add(board.sectors[0]!);
		expect(await usb.erase(FLASH)).toEqual({ status: 4, state: 10 });
		await usb.out(CLRSTATUS);
		await usb.setAddress(FLASH);
		expect(await usb.obey(2, [1])).toEqual({ status: 3, state: 10 });
	});
});

describe('a status request before the work is over', () => {
	it('is held until it is', async () => {
		const { usb, clock } = await claimed({ device: f4 });
		await usb.out(DNLOAD, 0, [0x41, ...little(FLASH)]);
		expect(await usb.status()).toMatchObject({ poll: 100, state: 4 });
		const asked = clock.now();
		expect(await usb.status()).toMatchObject({ state: 5 });
		expect(clock.now() - asked).toBeGreaterThan(390);
	});

	it('is answered busy again', async () => {
		const { usb, clock } = await claimed({ device: f4, quirks: { earlyPoll: 'busy' } });
		await usb.out(DNLOAD, 0, [0x41, ...little(FLASH)]);
		await usb.status();
		expect(await usb.status()).toMatchObject({ poll: 100, state: 4 });
		await clock.sleep(400, never);
		expect(await usb.status()).toMatchObject({ state: 5 });
	});

	it('is stalled before the poll timeout, but not after it', async () => {
		const strict = { device: f4, quirks: { earlyPoll: 'stall' } } as const;
		const { usb, clock } = await claimed(strict);
		await usb.out(DNLOAD, 0, [0x41, ...little(FLASH)]);
		await usb.status();
		expect(await usb.status()).toBeUndefined();
		expect(await usb.out(CLRSTATUS)).toBe(true);
		expect(await usb.status()).toEqual(IDLE);
		await usb.out(DNLOAD, 0, [0x41, ...little(FLASH)]);
		await usb.status();
		await clock.sleep(100, never);
		expect(await usb.status()).toMatchObject({ state: 5 });
	});

	it('never ends on a bank that gets stuck, until CLRSTATUS was sent twice', async () => {
		const { usb, board } = await claimed({ device: h7, quirks: { stuckAfterBank: 2 } });
		expect(await usb.erase(FLASH)).toEqual(DONE);
		await usb.out(DNLOAD, 0, [0x41, ...little(FLASH + 0x40000)]);
		for (let i = 0; i < 3; i++) expect(await usb.status()).toMatchObject({ state: 4 });
		await usb.out(CLRSTATUS);
		expect(await usb.status()).toMatchObject({ status: 14, state: 10 });
		await usb.out(CLRSTATUS);
		expect(await usb.status()).toEqual(IDLE);
		expect(board.wear.get(FLASH + 0x40000)).toBe(1);
	});
});

describe('devices that are not ST ROMs', () => {
	it('takes a whole file by plain DFU 1.1 and gives it back', async () => {
		const { usb, board } = await claimed({ device: g0, quirks: { usb: 'dfu11' } });
		const file = Array.from({ length: 3000 }, (_, i) => i & 0xff);
		expect(await usb.obey(0, file.slice(0, 1024))).toEqual(DONE);
		expect(await usb.obey(1, file.slice(1024, 2048))).toEqual(DONE);
		expect(await usb.obey(2, file.slice(2048))).toEqual(DONE);
		await usb.out(DNLOAD, 3, []);
		expect(await usb.status()).toEqual(IDLE);
		expect([...board.peek({ start: FLASH, end: FLASH + 3000 })]).toEqual(file);
		const back = [
			...(await usb.in(2, 0, 1024))!,
			...(await usb.in(2, 1, 1024))!,
			...(await usb.in(2, 2, 1024))!,
		];
		expect(back).toEqual(file);
	});

	it('refuses an empty file by plain DFU 1.1', async () => {
		const { usb } = await claimed({ device: g0, quirks: { usb: 'dfu11' } });
		expect(await usb.out(DNLOAD, 0, [])).toBe(false);
		expect(await usb.status()).toMatchObject({ status: 15, state: 10 });
	});

	it('detaches from an application into the ROM', async () => {
		const { sim, clock } = bench({ device: f4, boot0: false, quirks: { usb: 'runtime' } });
		const application = await Usb.open(sim);
		expect(sim.usb.configuration!.interfaces[0]!.alternate.interfaceProtocol).toBe(1);
		expect(await application.status()).toMatchObject({ state: 0 });
		expect(await application.out(DNLOAD, 2, [1])).toBe(false);
		expect(await application.out(0, 1000)).toBe(true);
		await clock.sleep(50, never);
		await expect(application.status()).rejects.toMatchObject({ name: 'NotFoundError' });
		expect(await (await Usb.open(sim)).status()).toEqual(IDLE);
		expect(sim.usb.productId).toBe(0xdf11);
	});
});
