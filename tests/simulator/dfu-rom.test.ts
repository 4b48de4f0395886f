import { describe, expect, it } from 'vitest';
import { f4, FLASH } from './sample-device.ts';
import { bench, Usb } from './talk.ts';

const idle = { status: 0, state: 5 };

describe('the DfuSe ROM', () => {
	it('erases, writes, reads back and leaves', async () => {
		const { sim, clock } = bench({ device: f4 });
		const usb = await Usb.open(sim);
		expect(await usb.status()).toEqual({ status: 0, poll: 0, state: 2 });
		expect(await usb.erase(FLASH)).toEqual(idle);
		expect(await usb.setAddress(FLASH)).toEqual(idle);
		expect(await usb.obey(2, [1, 2, 3, 4])).toEqual(idle);
		expect(await usb.out(6)).toBe(true);
		expect(await usb.in(2, 2, 4)).toEqual([1, 2, 3, 4]);
		expect(await usb.out(6)).toBe(true);
		expect(await usb.setAddress(FLASH)).toEqual(idle);
		expect(await usb.out(1, 0, [])).toBe(true);
		expect((await usb.status())?.state).toBe(7);
		await clock.sleep(20, new AbortController().signal);
		expect(sim.mode).toBe('application');
		expect(sim.board.executed).toBe(FLASH);
		await expect(usb.status()).rejects.toMatchObject({ name: 'NotFoundError' });
	});
});
