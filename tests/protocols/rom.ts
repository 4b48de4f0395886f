// A programmer talking straight to a simulated ROM, without a session: for the conversations of the protocols.
import type { Device } from '#core/device.ts';
import * as catalogue from '#devices/index.ts';
import { quirksOf } from '#devices/known-quirks.ts';
import { effectiveMemory } from '#devices/memory-map.ts';
import { connectDfu } from '#protocols/dfu-connect.ts';
import type { Programmer } from '#protocols/programmer.ts';
import { connectUart, type UartOptions } from '#protocols/uart-connect.ts';
import type { UartProgrammer } from '#protocols/uart.ts';
import { simulate, type SimulatedBoard } from '#simulator/index.ts';
import type { SimulateOptions } from '#simulator/options.ts';
import { VirtualClock } from '#simulator/virtual-clock.ts';

export const never = new AbortController().signal;

export interface Rom {
	readonly device: Device;
	readonly clock: VirtualClock;
	readonly simulated: SimulatedBoard;
	readonly uart: (options?: Partial<UartOptions>) => Promise<UartProgrammer>;
	readonly dfu: () => Promise<Programmer>;
}

type Options = Partial<Omit<SimulateOptions, 'device' | 'clock'>> & { readonly anyBaud?: boolean };

export function rom(part: string, { anyBaud, ...options }: Options = {}): Rom {
	const found = catalogue.findByPart(part)[0];
	if (!found) throw new Error(`no ${part}`);
	const { maximumBaud: _, ...unlimited } = found.bootloader;
	const device = anyBaud ? { ...found, bootloader: unlimited } : found;
	const clock = new VirtualClock();
	const simulated = simulate({ device, clock, ...options });
	const { memory } = effectiveMemory(device, undefined, {});
	const ready = <P extends Programmer>(programmer: P): P => {
		const facts = { productIds: [], families: [], parts: [], strings: [] };
		const { transport } = programmer.identity;
		const rows = quirksOf({ ...facts, transport });
		programmer.useQuirks(rows.map(({ effect }) => effect));
		programmer.useTimings(device.timings);
		programmer.useMemory(memory);
		return programmer;
	};
	return {
		device,
		clock,
		simulated,
		uart: async (wanted) =>
			ready(await connectUart(simulated.serial, clock, { baud: 115200, ...wanted }, never)),
		dfu: async () => ready(await connectDfu(simulated.usb, clock, never)),
	};
}
