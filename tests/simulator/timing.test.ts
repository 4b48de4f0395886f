// How long things take: eleven bit times a byte, the adapter's timer, control stages, flash. All on virtual time.
import { describe, expect, it } from 'vitest';
import { DNLOAD } from './dfu-words.ts';
import { f4, FLASH } from './sample-device.ts';
import { bench, little, never, Usb, Wire, type Setup } from './talk.ts';
import { address, withSum } from './uart-words.ts';

/** Milliseconds from the first byte out to the last of `count` bytes in. */
async function answerTime(
	setup: Omit<Setup, 'device'>,
	baudRate: number,
	sent: number[],
	count: number,
) {
	const { sim, clock } = bench({ device: f4, processingUs: 0, ...setup });
	const wire = await Wire.open({ sim, clock }, { baudRate });
	await wire.ask([0x7f]);
	await wire.ask([0x11, 0xee]);
	await wire.ask(address(FLASH));
	// Starts just after a tick of the adapter's timer, so that waiting for it is seen whole.
	await clock.sleep(160 - (clock.now() % 160) + 0.01, never);
	const start = clock.now();
	await wire.send(sent);
	let got = 0;
	while (got < count) got += (await wire.listen(0.01)).length;
	return clock.now() - start;
}

describe('the serial line', () => {
	it('takes 11 bit times a byte each way when nothing adds to it', async () => {
		const ms = await answerTime({ adapter: { latencyMs: 0, outMs: 0 } }, 115200, [0xff, 0x00], 257);
		expect(ms).toBeCloseTo(((2 + 257) * 11 * 1000) / 115200, 1);
	});

	it('adds at most one tick of the adapter to a long answer', async () => {
		const ms = await answerTime(
			{ adapter: { latencyMs: 1, outMs: 0.25 } },
			115200,
			[0xff, 0x00],
			257,
		);
		const bare = ((2 + 257) * 11 * 1000) / 115200;
		expect(ms).toBeGreaterThan(bare);
		expect(ms).toBeLessThan(bare + 1.3);
	});

	it('waits for the 16 ms timer of an FTDI as shipped', async () => {
		const ms = await answerTime({ adapter: { latencyMs: 16, outMs: 0 } }, 921600, [0x00, 0xff], 2);
		expect(ms).toBeCloseTo(16, 0);
	});

	it('passes a full packet on before that timer', async () => {
		const adapter = { latencyMs: 16, outMs: 0 };
		const full = await answerTime({ adapter }, 921600, [0xff, 0x00], 62);
		expect(full).toBeCloseTo(((2 + 62) * 11 * 1000) / 921600, 1);
		const rest = await answerTime({ adapter }, 921600, [0xff, 0x00], 257);
		expect(rest).toBeCloseTo(16, 0);
	});

	it('adds the flash to a write', async () => {
		const { sim, clock } = bench({
			device: f4,
			processingUs: 0,
			adapter: { latencyMs: 0, outMs: 0 },
		});
		const wire = await Wire.open({ sim, clock });
		await wire.ask([0x7f]);
		const data = Array<number>(256).fill(0);
		const start = clock.now();
		await wire.send([0x31, 0xce, ...address(FLASH), ...withSum([255, ...data])]);
		let got = 0;
		while (got < 3) got += (await wire.listen(0.01)).length;
		const line = ((265 + 1) * 11 * 1000) / 115200;
		expect(clock.now() - start).toBeCloseTo(line + 256 * 0.016, 1);
		expect(sim.board.flashMs).toBeCloseTo(256 * 0.016, 6);
	});
});

describe('the USB bus', () => {
	async function blockTime(bus: 'fs1ms' | 'xhci'): Promise<number> {
		const { sim, clock } = bench({ device: f4, bus });
		const usb = await Usb.open(sim);
		const start = clock.now();
		await usb.out(DNLOAD, 2, Array<number>(2048).fill(0xff));
		await usb.status();
		return clock.now() - start;
	}

	it('spends a frame on each control stage, and one for every 13 packets', async () => {
		// DNLOAD: setup, three frames of data, status; GETSTATUS: setup, data, status.
		expect(await blockTime('fs1ms')).toBe(8);
	});

	it('needs 5 ms for a block and its status on a fast host, as a public log shows', async () => {
		expect(Math.abs((await blockTime('xhci')) - 5)).toBeLessThan(0.1);
	});

	it.each([
		['typical', 400],
		['maximum', 800],
	] as const)('holds the status for the %s erase time', async (flashTime, expected) => {
		const { sim, clock } = bench({ device: f4, flashTime });
		const usb = await Usb.open(sim);
		await usb.out(DNLOAD, 0, [0x41, ...little(FLASH)]);
		await usb.status();
		const start = clock.now();
		await usb.status();
		expect(Math.abs(clock.now() - start - expected)).toBeLessThanOrEqual(4);
	});
});
