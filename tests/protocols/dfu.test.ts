import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFailure } from '#core/failure.ts';
import { connectDfu, Detached } from '#protocols/dfu-connect.ts';
import { readDfuInterfaces, readStringDescriptor } from '#protocols/dfu-descriptors.ts';
import type { Programmer } from '#protocols/programmer.ts';
import { never, rom } from './rom.ts';

/** A configuration blob typed from DFU 1.1 4.2 and USB 2.0 9.6. */
const blob = Uint8Array.from([
	...[9, 2, 36, 0, 1, 1, 0, 0xc0, 50],
	...[9, 4, 0, 0, 0, 0xfe, 1, 2, 4],
	...[9, 4, 0, 1, 0, 0xfe, 1, 2, 5],
	...[9, 0x21, 0x0b, 0xff, 0x00, 0x00, 0x08, 0x1a, 0x01],
]);

describe('DFU descriptors', () => {
	it('give the interface, its alternate settings and the functional descriptor', () => {
		expect(readDfuInterfaces(blob)).toEqual([
			{
				configurationValue: 1,
				number: 0,
				mode: 'dfu',
				alternates: [
					{ setting: 0, stringIndex: 4 },
					{ setting: 1, stringIndex: 5 },
				],
				functional: {
					canDownload: true,
					canUpload: true,
					manifestationTolerant: false,
					willDetach: true,
					detachTimeoutMs: 255,
					transferSize: 2048,
					version: 0x011a,
				},
			},
		]);
	});

	it('do not take a HID descriptor for a functional one', () => {
		const hid = [
			9, 2, 27, 0, 1, 1, 0, 0xc0, 50, 9, 4, 0, 0, 1, 3, 0, 0, 0, 9, 0x21, 0x11, 1, 0, 1, 0x22, 9, 0,
		];
		expect(readDfuInterfaces(Uint8Array.from(hid))).toEqual([]);
	});

	it('bound a transfer size that cannot be', () => {
		const sized = (low: number, high: number): number | undefined => {
			const copy = blob.slice();
			copy[32] = low;
			copy[33] = high;
			return readDfuInterfaces(copy)[0]?.functional.transferSize;
		};
		expect([sized(0, 0), sized(0xff, 0xff), sized(0, 4)]).toEqual([2048, 4096, 1024]);
	});

	it('never crash on any bytes, cut anywhere', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void readDfuInterfaces(bytes)),
		);
		for (let end = 0; end < blob.length; end++) readDfuInterfaces(blob.subarray(0, end));
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => void readStringDescriptor(bytes)),
		);
	});
});

describe('the DfuSe bootloader', () => {
	it('tells its memory by every alternate setting', async () => {
		const { identity, limits } = await rom('STM32F405RG').dfu();
		expect(identity.alternates?.map(({ memory }) => memory.name)).toEqual([
			'Internal Flash',
			'Option Bytes',
			'OTP Memory',
			'Device Feature',
		]);
		expect(identity.usb).toMatchObject({ vendorId: 0x0483, productId: 0xdf11, dfuVersion: 0x011a });
		expect(identity.bootloaderVersion).toBe('22.00');
		expect(limits.transferSize).toBe(2048);
	});

	it('erases, writes consecutive blocks, reads them in any order, and starts', async () => {
		const made = rom('STM32F405RG');
		const programmer = await made.dfu();
		const blocks = [0, 1, 2, 3].map((n) => new Uint8Array(2048).fill(n + 1));
		await programmer.erase(made.simulated.board.sectors.slice(0, 1), never);
		const before = made.simulated.frames;
		for (const [n, data] of blocks.entries()) {
			await programmer.write(0x08000000 + n * 2048, data, never);
		}
		// One Set Address (three transfers), then three for each block.
		expect(made.simulated.frames - before).toBe(3 + 4 * 3);
		for (const n of [3, 0, 2, 1]) {
			const start = 0x08000000 + n * 2048;
			expect(await programmer.read({ start, end: start + 2048 }, never)).toEqual(blocks[n]);
		}
		await programmer.leave(0x08000000, never);
		await made.clock.sleep(100, never);
		expect(made.simulated.board.executed).toBe(0x08000000);
	});

	it('mass-erases', async () => {
		const made = rom('STM32F405RG', {
			content: [{ address: 0x080c0000, data: Uint8Array.of(1, 2) }],
		});
		await (await made.dfu()).massErase(never);
		expect(made.simulated.board.peek({ start: 0x080c0000, end: 0x080c0002 })).toEqual(
			Uint8Array.of(0xff, 0xff),
		);
	});

	it('removes readout protection, which erases everything and resets', async () => {
		const made = rom('STM32F405RG', {
			content: [{ address: 0x08000000, data: Uint8Array.of(1, 2) }],
		});
		made.simulated.board.readoutProtection = 1;
		const programmer = await made.dfu();
		expect(await programmer.readoutProtected(never)).toBe(true);
		await programmer.readoutUnprotect(never);
		expect(made.simulated.board.readoutProtection).toBe(0);
		expect(made.simulated.board.peek({ start: 0x08000000, end: 0x08000001 })[0]).toBe(0xff);
	});

	it('of another alternate setting is reached by address: option bytes are read', async () => {
		const made = rom('STM32F405RG');
		const programmer = await made.dfu();
		const { effectiveMemory } = await import('#devices/memory-map.ts');
		programmer.useMemory(effectiveMemory(made.device, undefined, programmer.identity).memory);
		const options = { start: 0x1fffc000, end: 0x1fffc010 };
		expect(await programmer.read(options, never)).toEqual(made.simulated.board.peek(options));
		expect(await programmer.read({ start: 0x08000000, end: 0x08000004 }, never)).toHaveLength(4);
	});
});

describe('the wait that a device announces', () => {
	const BLOCK = 2048;

	/** A F405, whose ROM announces 104 ms for a block that takes 33, and the moments of its answers to GETSTATUS. */
	function watched(earlyPoll: 'held' | 'stall') {
		const made = rom('STM32F405RG', { quirks: { earlyPoll } });
		const { usb } = made.simulated;
		const ask = usb.controlTransferIn.bind(usb);
		let stalls = 0;
		usb.controlTransferIn = async (setup, length) => {
			const result = await ask(setup, length);
			if (setup.request === 3 && result.status === 'stall') stalls++;
			return result;
		};
		const write = async (programmer: Programmer, block: number): Promise<number> => {
			const begun = made.clock.now();
			const at = 0x08000000 + block * BLOCK;
			await programmer.write(at, new Uint8Array(BLOCK).fill(block), never);
			return made.clock.now() - begun;
		};
		return { made, write, stalls: () => stalls };
	}

	it('is kept to once, and not any more when the device did as it said', async () => {
		const { made, write, stalls } = watched('held');
		const programmer = await made.dfu();
		await write(programmer, 0);
		expect(await write(programmer, 1)).toBeLessThan(60);
		expect(stalls()).toBe(0);
	});

	it('is kept to for good by one that refused once, also when it is connected again', async () => {
		const { made, write, stalls } = watched('stall');
		const first = await made.dfu();
		await write(first, 0);
		for (let block = 1; block < 4; block++)
			expect(await write(first, block)).toBeGreaterThanOrEqual(104);
		expect(stalls()).toBe(1);
		await first.close();
		const second = await made.dfu();
		for (let block = 4; block < 7; block++)
			expect(await write(second, block)).toBeGreaterThanOrEqual(104);
		expect(stalls()).toBe(1);
		const held = made.simulated.board.peek({ start: 0x08000000, end: 0x08000000 + 7 * BLOCK });
		expect(held.every((byte, i) => byte === Math.floor(i / BLOCK))).toBe(true);
	});
});

describe('other DFU devices', () => {
	it('of plain DFU 1.1 take a whole file in order', async () => {
		const made = rom('STM32F405RG', { quirks: { usb: 'dfu11', transferSize: 1024 } });
		const programmer = await made.dfu();
		expect(programmer.limits.addressed).toBe(false);
		const file = Uint8Array.from({ length: 2500 }, (_, i) => i & 0xff);
		for (let at = 0; at < file.length; at += 1024) {
			await programmer.write(at, file.subarray(at, at + 1024), never);
		}
		await programmer.leave(0, never);
		expect(made.simulated.board.peek({ start: 0x08000000, end: 0x08000000 + file.length })).toEqual(
			file,
		);
	});

	it('at run time are asked to detach', async () => {
		const made = rom('STM32F405RG', { quirks: { usb: 'runtime' }, boot0: false });
		await expect(connectDfu(made.simulated.usb, made.clock, never)).rejects.toBeInstanceOf(
			Detached,
		);
	});

	it('without a DFU interface are named as such', async () => {
		const made = rom('STM32F405RG');
		const { usb } = made.simulated;
		const other = new Proxy(usb, {
			get: (target, key) => {
				const value: unknown = Reflect.get(target, key, target);
				if (key === 'controlTransferIn') {
					const reply = Uint8Array.from([
						9, 2, 18, 0, 1, 1, 0, 0xc0, 50, 9, 4, 0, 0, 0, 8, 6, 80, 0,
					]);
					return () => Promise.resolve({ status: 'ok', data: new DataView(reply.buffer) });
				}
				return typeof value === 'function' ? (value.bind(target) as unknown) : value;
			},
		});
		const error: unknown = await connectDfu(other, made.clock, never).catch(
			(thrown: unknown) => thrown,
		);
		expect(isFailure(error) && error.code).toBe('dfu.no-interface');
	});
});
