// Descriptors by USB 2.0 chapter 9 and DFU 1.1 chapter 4, and the order of calls that WebUSB demands.
import { describe, expect, it } from 'vitest';
import { claimed } from './dfu-words.ts';
import type { SimulatedBoard } from '#simulator/index.ts';
import { f4, g0 } from './sample-device.ts';
import { bench } from './talk.ts';

async function bytesOf(sim: SimulatedBoard, value: number, length = 255) {
	const { data, status } = await sim.usb.controlTransferIn(
		{ requestType: 'standard', recipient: 'device', request: 6, value, index: 0 },
		length,
	);
	return status === 'ok' && data ? [...new Uint8Array(data.buffer)] : undefined;
}

describe('descriptors', () => {
	it('describes one interface with an alternate setting for each memory', async () => {
		const { sim } = await claimed({ device: f4 });
		const bytes = (await bytesOf(sim, 0x0200))!;
		expect(bytes).toHaveLength(9 + 4 * 9 + 9);
		expect(bytes.slice(0, 5)).toEqual([9, 2, bytes.length, 0, 1]);
		for (const alternate of [0, 1, 2, 3]) {
			const at = 9 + 9 * alternate;
			expect(bytes.slice(at, at + 9)).toEqual([9, 4, 0, alternate, 0, 0xfe, 1, 2, 4 + alternate]);
		}
		// DFU 1.1 table 4.2: attributes 0x0B, detach 255 ms, 2048 bytes, version 1.1a.
		expect(bytes.slice(-9)).toEqual([9, 0x21, 0x0b, 0xff, 0, 0, 8, 0x1a, 1]);
	});

	it('gives the memory strings only when asked for', async () => {
		const { sim } = await claimed({ device: f4 });
		const alternates = sim.usb.configuration!.interfaces[0]!.alternates;
		expect(alternates.map((each) => each.interfaceName)).toEqual([null, null, null, null]);
		const bytes = (await bytesOf(sim, 0x0304))!;
		const text = String.fromCharCode(...bytes.slice(2).filter((_, i) => i % 2 === 0));
		expect(text).toBe('@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg');
		expect(await bytesOf(sim, 0x0300)).toEqual([4, 3, 9, 4]);
		expect(await bytesOf(sim, 0x0309)).toBeUndefined();
	});

	it('composes strings from the layout, and newer ROMs take 1024 bytes', async () => {
		const { sim } = await claimed({ device: g0 });
		const bytes = (await bytesOf(sim, 0x0304))!;
		const text = String.fromCharCode(...bytes.slice(2).filter((_, i) => i % 2 === 0));
		expect(text).toBe('@Internal Flash  /0x08000000/16*002Kg/0x08008000/16*002Kg');
		expect((await bytesOf(sim, 0x0200))!.slice(-4, -2)).toEqual([0, 4]);
	});

	it('cuts a descriptor to the length asked for and stalls on an unknown one', async () => {
		const { sim } = await claimed({ device: f4 });
		expect(await bytesOf(sim, 0x0100, 8)).toEqual([18, 1, 0, 2, 0, 0, 0, 64]);
		expect(await bytesOf(sim, 0x2100)).toBeUndefined();
	});
});

describe('the host has to prepare (WebUSB)', () => {
	it('refuses transfers before open, configuration and claim', async () => {
		const { sim } = bench({ device: f4 });
		const ask = (): Promise<unknown> =>
			sim.usb.controlTransferIn(
				{ requestType: 'class', recipient: 'interface', request: 3, value: 0, index: 0 },
				6,
			);
		await expect(ask()).rejects.toMatchObject({ name: 'InvalidStateError' });
		await expect(sim.usb.selectConfiguration(1)).rejects.toMatchObject({
			name: 'InvalidStateError',
		});
		await sim.usb.open();
		await expect(ask()).rejects.toMatchObject({ name: 'InvalidStateError' });
		await expect(sim.usb.selectConfiguration(2)).rejects.toMatchObject({ name: 'NotFoundError' });
		await sim.usb.selectConfiguration(1);
		await expect(ask()).rejects.toMatchObject({ name: 'InvalidStateError' });
		await expect(sim.usb.claimInterface(1)).rejects.toMatchObject({ name: 'NotFoundError' });
		await sim.usb.claimInterface(0);
		await expect(sim.usb.selectAlternateInterface(0, 4)).rejects.toMatchObject({
			name: 'NotFoundError',
		});
		expect(await ask()).toMatchObject({ status: 'ok' });
	});
});
