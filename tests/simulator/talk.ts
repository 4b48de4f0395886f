// A host without a protocol client: bytes to a simulated board and bytes back, and bare control transfers.
import { simulate, type SimulatedBoard } from '#simulator/index.ts';
import type { SimulateOptions } from '#simulator/options.ts';
import { VirtualClock } from '#simulator/virtual-clock.ts';

export const never = new AbortController().signal;

export type Setup = Omit<SimulateOptions, 'clock'>;

export function bench(options: Setup): { sim: SimulatedBoard; clock: VirtualClock } {
	const clock = new VirtualClock();
	return { sim: simulate({ ...options, clock }), clock };
}

/** Everything on the wire, collected; line errors are noted and survived. */
export class Wire {
	readonly errors: string[] = [];
	readonly #sim: SimulatedBoard;
	readonly #clock: VirtualClock;
	#received: number[] = [];
	#reader: ReadableStreamDefaultReader<Uint8Array> | undefined;

	private constructor(sim: SimulatedBoard, clock: VirtualClock) {
		this.#sim = sim;
		this.#clock = clock;
	}

	static async open(
		{ sim, clock }: { sim: SimulatedBoard; clock: VirtualClock },
		options: Partial<SerialOptions> = {},
	): Promise<Wire> {
		await sim.serial.open({ baudRate: 115200, parity: 'even', bufferSize: 4096, ...options });
		// The ROM needs its start-up time before it listens.
		await clock.sleep(10, never);
		const wire = new Wire(sim, clock);
		void wire.#collect();
		return wire;
	}

	async #collect(): Promise<void> {
		for (;;) {
			const reader = this.#sim.serial.readable?.getReader();
			if (!reader) return;
			this.#reader = reader;
			try {
				for (;;) {
					const { value, done } = await reader.read();
					if (done) return;
					this.#received.push(...value);
				}
			} catch (error) {
				this.errors.push((error as DOMException).name);
			} finally {
				reader.releaseLock();
			}
		}
	}

	async close(): Promise<void> {
		await this.#reader?.cancel();
		await this.#sim.serial.close();
	}

	async send(bytes: readonly number[]): Promise<void> {
		const writer = this.#sim.serial.writable!.getWriter();
		try {
			await writer.write(Uint8Array.from(bytes));
		} finally {
			writer.releaseLock();
		}
	}

	/** What has come once `ms` have passed. */
	async listen(ms: number): Promise<number[]> {
		await this.#clock.sleep(ms, never);
		const bytes = this.#received;
		this.#received = [];
		return bytes;
	}

	/** Sends, and returns what comes within `ms`. */
	async ask(bytes: readonly number[], ms = 100): Promise<number[]> {
		await this.send(bytes);
		return this.listen(ms);
	}
}

/** Bare DFU requests on a device that was opened, configured and claimed. */
export class Usb {
	readonly #device: SimulatedBoard['usb'];

	private constructor(device: SimulatedBoard['usb']) {
		this.#device = device;
	}

	static async open(sim: SimulatedBoard): Promise<Usb> {
		await sim.usb.open();
		await sim.usb.selectConfiguration(1);
		await sim.usb.claimInterface(0);
		return new Usb(sim.usb);
	}

	/** True when the device took it, false when it stalled. */
	async out(request: number, value = 0, data: readonly number[] = []): Promise<boolean> {
		const setup = {
			requestType: 'class',
			recipient: 'interface',
			request,
			value,
			index: 0,
		} as const;
		const result = await this.#device.controlTransferOut(setup, Uint8Array.from(data));
		return result.status === 'ok';
	}

	/** The bytes, or undefined when the device stalled. */
	async in(request: number, value: number, length: number): Promise<number[] | undefined> {
		const setup = {
			requestType: 'class',
			recipient: 'interface',
			request,
			value,
			index: 0,
		} as const;
		const { status, data } = await this.#device.controlTransferIn(setup, length);
		return status === 'ok' && data ? [...new Uint8Array(data.buffer)] : undefined;
	}

	/** bStatus, bwPollTimeout and bState of GETSTATUS (DFU 1.1 6.1.2). */
	async status(): Promise<{ status: number; poll: number; state: number } | undefined> {
		const bytes = await this.in(3, 0, 6);
		if (!bytes) return undefined;
		const [status = -1, low = 0, middle = 0, high = 0, state = -1] = bytes;
		return { status, poll: low | (middle << 8) | (high << 16), state };
	}

	/** Downloads, has it carried out, and returns the second status. */
	async obey(block: number, data: readonly number[]): Promise<{ status: number; state: number }> {
		if (!(await this.out(1, block, data))) throw new Error('stalled');
		const busy = await this.status();
		if (busy?.state !== 4) throw new Error(`state ${busy?.state} instead of dfuDNBUSY`);
		const { status, state } = (await this.status())!;
		return { status, state };
	}

	setAddress(address: number): Promise<{ status: number; state: number }> {
		return this.obey(0, [0x21, ...little(address)]);
	}

	erase(address: number): Promise<{ status: number; state: number }> {
		return this.obey(0, [0x41, ...little(address)]);
	}
}

export const little = (value: number): number[] => [
	value & 0xff,
	(value >>> 8) & 0xff,
	(value >>> 16) & 0xff,
	value >>> 24,
];
