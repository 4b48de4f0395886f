import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stm32Crc } from '#core/crc.ts';
import { isFailure } from '#core/failure.ts';
import { resetLinePresets } from '#protocols/reset-lines.ts';
import * as frames from '#protocols/uart-frames.ts';
import { never, rom } from './rom.ts';

const codeOf = async (work: Promise<unknown>): Promise<string> => {
	try {
		await work;
		return 'done';
	} catch (error) {
		return isFailure(error) ? error.code : String(error);
	}
};

describe('AN3155 frames, typed from the note', () => {
	it('are what the figures show', () => {
		expect(frames.command(0x11)).toEqual([0x11, 0xee]);
		expect(frames.address(0x08004000)).toEqual([0x08, 0x00, 0x40, 0x00, 0x48]);
		expect(frames.readCount(256)).toEqual([0xff, 0x00]);
		expect(frames.writeData(Uint8Array.of(1, 2, 3, 4))).toEqual([3, 1, 2, 3, 4, 3 ^ 1 ^ 2 ^ 3 ^ 4]);
		expect(frames.pageList([0, 5])).toEqual([1, 0, 5, 1 ^ 5]);
		expect(frames.allPages()).toEqual([0xff, 0x00]);
		expect(frames.extendedPageList([1, 0x102])).toEqual([0, 1, 0, 1, 1, 2, 1 ^ 1 ^ 1 ^ 2]);
		expect(frames.extendedSpecial(frames.Extended.massErase)).toEqual([0xff, 0xff, 0x00]);
		expect(frames.extendedSpecial(frames.Extended.bank2)).toEqual([0xff, 0xfd, 0x02]);
	});

	it('are seen to hold a harmful command wherever one begins', () => {
		const whole = (data: number[]): number[] => [
			...frames.command(0x31),
			...frames.address(0x08000000),
			...frames.writeData(Uint8Array.from(data)),
		];
		expect(frames.containsHarmfulCommand(whole([0, 0xff, 0, 0xff]))).toBe(false);
		for (const code of [0x21, 0x31, 0x43, 0x44, 0x63, 0x73, 0x82, 0x92]) {
			expect(frames.containsHarmfulCommand(whole([9, code, code ^ 0xff, 9]))).toBe(true);
		}
		fc.assert(
			fc.property(fc.uint8Array({ minLength: 4, maxLength: 256 }), (data) => {
				const frame = whole([...data]);
				const harmful = [0x21, 0x31, 0x43, 0x44, 0x50, 0x51, 0x63, 0x73, 0x82, 0x92];
				const found = frame.some(
					(byte, i) => i >= 2 && harmful.includes(byte) && frame[i + 1] === (byte ^ 0xff),
				);
				expect(frames.containsHarmfulCommand(frame)).toBe(found);
			}),
		);
	});
});

describe('the UART bootloader', () => {
	it('tells who it is', async () => {
		const { uart } = rom('STM32F405RG');
		const { identity, limits } = await uart();
		expect(identity).toMatchObject({ productId: 0x413, bootloaderVersion: '3.1', baud: 115200 });
		expect(identity.commands).toContain(0x44);
		expect(limits).toMatchObject({ transferSize: 256, massErase: true, checksum: false });
	});

	it('reads, erases by sector, writes and starts', async () => {
		const { uart, simulated } = rom('STM32F405RG', {
			content: [{ address: 0x08000000, data: new Uint8Array(40000).fill(7) }],
		});
		const programmer = await uart();
		const sectors = simulated.board.sectors.slice(0, 2);
		expect(await programmer.read({ start: 0x08003ffe, end: 0x08004002 }, never)).toEqual(
			Uint8Array.of(7, 7, 7, 7),
		);
		await programmer.erase(sectors, never);
		expect(
			simulated.board.peek({ start: 0x08000000, end: 0x08008000 }).every((b) => b === 0xff),
		).toBe(true);
		expect(simulated.board.peek({ start: 0x08008000, end: 0x08008001 })[0]).toBe(7);
		await programmer.write(0x08000000, Uint8Array.of(1, 2, 3, 4), never);
		await programmer.leave(0x08000000, never);
		expect(simulated.board.executed).toBe(0x08000000);
	});

	it('sums whole words where Get lists the command, as the CRC unit does', async () => {
		const data = Uint8Array.from({ length: 4096 }, (_, i) => (i * 7) ^ (i >> 5));
		for (const checksumAcks of [1, 2] as const) {
			const content = [{ address: 0x08000000, data }];
			const programmer = await rom('STM32U575ZI', { content, quirks: { checksumAcks } }).uart();
			expect(programmer.limits.checksum).toBe(true);
			for (const [from, to] of [
				[0, 4],
				[256, 4096],
				[4092, 4100],
			] as const) {
				const range = { start: 0x08000000 + from, end: 0x08000000 + to };
				const held = new Uint8Array(to - from).fill(0xff);
				held.set(data.subarray(from, to));
				expect(await programmer.checksum(range, never)).toBe(stm32Crc(held));
			}
		}
	});

	it('erases one bank by its special code', async () => {
		const content = [0x08000000, 0x08100000].map((address) => ({
			address,
			data: new Uint8Array(16).fill(3),
		}));
		const { uart, simulated } = rom('STM32F429ZI', { content });
		await (await uart()).eraseBank(2, never);
		expect(simulated.board.peek({ start: 0x08000000, end: 0x08000001 })[0]).toBe(3);
		expect(simulated.board.peek({ start: 0x08100000, end: 0x08100001 })[0]).toBe(0xff);
	});

	it('protects and unprotects sectors and readout; each resets the chip', async () => {
		const { uart, simulated } = rom('STM32F405RG', {
			content: [{ address: 0x08000000, data: new Uint8Array(16).fill(3) }],
		});
		const reconnect = async (): ReturnType<typeof uart> => {
			await simulated.serial.close().catch(() => undefined);
			return await uart();
		};
		let programmer = await uart();
		await programmer.writeProtect([0, 1], never);
		expect([...simulated.board.writeProtected].map(({ number }) => number)).toEqual([0, 1]);
		await programmer.close();
		programmer = await reconnect();
		await programmer.writeUnprotect(never);
		expect(simulated.board.writeProtected.size).toBe(0);
		await programmer.close();
		programmer = await reconnect();
		await programmer.readoutProtect(never);
		await programmer.close();
		programmer = await reconnect();
		expect(await programmer.readoutProtected(never)).toBe(true);
		expect(await codeOf(programmer.read({ start: 0x08000000, end: 0x08000004 }, never))).toBe(
			'uart.nack',
		);
		await programmer.readoutUnprotect(never);
		await programmer.close();
		programmer = await reconnect();
		expect(await programmer.readoutProtected(never)).toBe(false);
		expect(simulated.board.peek({ start: 0x08000000, end: 0x08000001 })[0]).toBe(0xff);
	});

	it('answers Get Version with the version of Get', async () => {
		const programmer = await rom('STM32F405RG').uart();
		expect(await programmer.version(never)).toBe(0x31);
	});

	it('refuses what is outside its memory, by name and address', async () => {
		const programmer = await rom('STM32F405RG').uart();
		expect(await codeOf(programmer.read({ start: 0x90000000, end: 0x90000004 }, never))).toBe(
			'uart.nack',
		);
	});

	it('is found again when it is too slow for frames in one go', async () => {
		// More than one byte time at this rate, so that the byte behind a command is lost.
		const made = rom('STM32F405RG', { processingUs: 300 });
		const programmer = await made.uart();
		const data = Uint8Array.from({ length: 256 }, (_, i) => i ^ 0x55);
		await programmer.write(0x08000000, data, never);
		expect(await programmer.read({ start: 0x08000000, end: 0x08000100 }, never)).toEqual(data);
	});
});

describe('connecting a serial port', () => {
	for (const [id, wiring] of [
		[
			'rts-reset-dtr-boot',
			{ nrst: { line: 'rts', when: true }, boot0: { line: 'dtr', when: false } },
		],
		[
			'dtr-reset-rts-boot-transistor',
			{ nrst: { line: 'dtr', when: true }, boot0: { line: 'rts', when: true } },
		],
	] as const) {
		it(`drives NRST and BOOT0 by ${id}`, async () => {
			const lines = resetLinePresets.find((preset) => preset.id === id)!;
			const made = rom('STM32F405RG', { wiring });
			const programmer = await made.uart({ lines });
			expect(programmer.identity.productId).toBe(0x413);
			await programmer.leave(0x08000000, never);
			expect(made.simulated.mode).toBe('application');
		});
	}

	it('climbs down to the rate the ROM locks on, where it can reset the board', async () => {
		const lines = resetLinePresets.find(({ id }) => id === 'rts-reset-dtr-boot')!;
		const wiring = {
			nrst: { line: 'rts', when: true },
			boot0: { line: 'dtr', when: false },
		} as const;
		const limited = await rom('STM32F405RG', { wiring }).uart({ baud: 'auto', lines });
		expect(limited.identity.baud).toBe(115200);
		const free = await rom('STM32F405RG', { wiring, anyBaud: true }).uart({ baud: 'auto', lines });
		expect(free.identity.baud).toBe(921600);
	});

	it('says that nobody answers, and gives the port back', async () => {
		const made = rom('STM32F405RG', { boot0: false });
		expect(await codeOf(made.uart())).toBe('uart.no-bootloader');
		expect(made.simulated.serial.readable).toBeNull();
	});
});
