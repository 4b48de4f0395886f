// The shape of Web Serial's SerialPort: states, stream lifetimes, line errors, buffer size, modem lines and the plug.
import { describe, expect, it } from 'vitest';
import { f4, FLASH } from './sample-device.ts';
import { bench, never, Wire } from './talk.ts';
import { ACK, address } from './uart-words.ts';

const options = { baudRate: 115200, parity: 'even' } as const;

describe('the simulated serial port', () => {
	it('has streams only while it is open', async () => {
		const { sim } = bench({ device: f4 });
		expect([sim.serial.readable, sim.serial.writable]).toEqual([null, null]);
		await expect(sim.serial.close()).rejects.toMatchObject({ name: 'InvalidStateError' });
		await expect(sim.serial.setSignals({})).rejects.toMatchObject({ name: 'InvalidStateError' });
		await sim.serial.open(options);
		await expect(sim.serial.open(options)).rejects.toMatchObject({ name: 'InvalidStateError' });
		expect(sim.serial.readable).toBe(sim.serial.readable);
		await sim.serial.close();
		expect([sim.serial.readable, sim.serial.writable]).toEqual([null, null]);
	});

	it('refuses to open without a rate or a buffer', async () => {
		const { sim } = bench({ device: f4 });
		await expect(sim.serial.open({ baudRate: 0 })).rejects.toThrow(TypeError);
		await expect(sim.serial.open({ ...options, bufferSize: 0 })).rejects.toThrow(TypeError);
	});

	it('does not close while a stream is locked, and goes on working', async () => {
		const { sim, clock } = bench({ device: f4 });
		const wire = await Wire.open({ sim, clock });
		await expect(sim.serial.close()).rejects.toThrow(TypeError);
		expect(await wire.ask([0x7f])).toEqual([ACK]);
		await wire.close();
		await sim.serial.open(options);
		const writer = sim.serial.writable!.getWriter();
		await expect(sim.serial.close()).rejects.toThrow(TypeError);
		writer.releaseLock();
		await sim.serial.close();
	});

	it('gives a new stream after the old one was cancelled', async () => {
		const { sim } = bench({ device: f4 });
		await sim.serial.open(options);
		const first = sim.serial.readable!;
		await first.cancel();
		expect(sim.serial.readable).not.toBe(first);
	});

	it('overruns a small buffer that nobody reads, and goes on with a new stream', async () => {
		const { sim, clock } = bench({ device: f4 });
		await sim.serial.open(options);
		const reader = sim.serial.readable!.getReader();
		const writer = sim.serial.writable!.getWriter();
		await clock.sleep(10, never);
		const say = async (bytes: number[]): Promise<void> => {
			await writer.write(Uint8Array.from(bytes));
			await clock.sleep(50, never);
		};
		for (const bytes of [[0x7f], [0x11, 0xee], address(FLASH), [0xff, 0x00]]) await say(bytes);
		await expect(reader.read()).rejects.toMatchObject({ name: 'BufferOverrunError' });
		reader.releaseLock();
		const next = sim.serial.readable!.getReader();
		await say([0x02, 0xfd]);
		expect((await next.read()).value![0]).toBe(ACK);
	});

	it('keeps what came before anybody read', async () => {
		const { sim, clock } = bench({ device: f4, banner: 'up', boot0: false });
		await sim.serial.open({ baudRate: 115200 });
		sim.reset('application');
		await clock.sleep(50, never);
		const { value } = await sim.serial.readable!.getReader().read();
		expect(String.fromCharCode(...value!)).toBe('up');
	});

	it('ends everything with NetworkError when it is unplugged, and says so', async () => {
		const { sim } = bench({ device: f4 });
		const said: string[] = [];
		for (const type of ['connect', 'disconnect']) {
			sim.serial.addEventListener(type, (event) => said.push(event.type));
		}
		await sim.serial.open(options);
		const reading = sim.serial.readable!.getReader().read();
		const writer = sim.serial.writable!.getWriter();
		sim.unplug();
		await expect(reading).rejects.toMatchObject({ name: 'NetworkError' });
		await expect(writer.write(Uint8Array.of(1))).rejects.toMatchObject({ name: 'NetworkError' });
		expect([sim.serial.readable, sim.serial.writable]).toEqual([null, null]);
		await expect(sim.serial.open(options)).rejects.toMatchObject({ name: 'NetworkError' });
		sim.replug();
		await sim.serial.open(options);
		expect(said).toEqual(['disconnect', 'connect']);
	});
});

describe('reset by modem lines', () => {
	const wiring = {
		nrst: { line: 'dtr', when: true },
		boot0: { line: 'rts', when: true },
	} as const;

	it('holds the chip from the moment of opening until the line is let go', async () => {
		const { sim, clock } = bench({ device: f4, wiring });
		expect(sim.mode).toBe('application');
		const wire = await Wire.open({ sim, clock });
		expect(sim.mode).toBe('reset');
		await sim.serial.setSignals({ dataTerminalReady: false, requestToSend: true });
		expect(sim.mode).toBe('bootloader');
		await clock.sleep(10, never);
		expect(await wire.ask([0x7f])).toEqual([ACK]);
	});

	it('starts the application when BOOT0 is low', async () => {
		const { sim, clock } = bench({ device: f4, wiring });
		await Wire.open({ sim, clock });
		await sim.serial.setSignals({ dataTerminalReady: true, requestToSend: false });
		await sim.serial.setSignals({ dataTerminalReady: false });
		expect(sim.mode).toBe('application');
	});

	it('does nothing without wires', async () => {
		const { sim, clock } = bench({ device: f4 });
		const wire = await Wire.open({ sim, clock });
		await wire.ask([0x7f]);
		await sim.serial.setSignals({ dataTerminalReady: false, requestToSend: false });
		expect(await wire.ask([0x02, 0xfd])).toHaveLength(5);
	});
});
