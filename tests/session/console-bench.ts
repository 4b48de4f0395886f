// A console and a session on one simulated board, as with a single UART: what the tests of the console stand on.
import { mergeFirmware } from '#formats/merge.ts';
import { openFile } from '#formats/index.ts';
import type { Picker } from '#ports/picker.ts';
import type { SerialPortLike } from '#ports/serial-port.ts';
import { Console } from '#session/console.svelte.ts';
import type { Environment } from '#session/environment.ts';
import { Session } from '#session/session.svelte.ts';
// Loaded here: virtual time does not wait for a module.
import '#session/talking.ts';
import type { ApplicationOptions } from '#simulator/application.ts';
import { simulate, type SimulatedBoard } from '#simulator/index.ts';
import { VirtualClock } from '#simulator/virtual-clock.ts';
import { memoryStore, memoryTexts } from './memory-store.ts';
import { firmware, imageAt, theCatalogue } from './rig.ts';

export const BASE = 0x08000000;
const never = new AbortController().signal;
export const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

export interface Bench {
	readonly clock: VirtualClock;
	readonly simulated: SimulatedBoard;
	readonly console: Console;
	readonly session: Session;
	readonly texts: () => string[];
	readonly wait: (ms: number) => Promise<void>;
}

interface BenchOptions {
	readonly boot0?: boolean;
	readonly application?: ApplicationOptions;
	readonly port?: (port: SerialPortLike) => SerialPortLike;
	/** What the browser lists; the board's own port unless told otherwise. */
	readonly listed?: () => readonly SerialPortLike[];
}

/** One adapter for the bootloader and the console, as on a board with a single UART. */
export function bench(options: BenchOptions = {}): Bench {
	const { boot0 = false, application = {}, port = (one) => one } = options;
	const clock = new VirtualClock();
	const device = theCatalogue.findByPart('STM32F103C8')[0]!;
	const content = imageAt(BASE, firmware(BASE, 2048));
	const simulated = simulate({ device, clock, content, boot0, application });
	const picker = <P>(one: () => P): Picker<P, never> => ({
		request: () => Promise.resolve(one()),
		list: () => Promise.resolve([one()]),
		watch: () => () => undefined,
	});
	const shared = port(simulated.serial);
	const environment: Environment = {
		clock,
		serial: {
			...picker(() => shared),
			list: () => Promise.resolve(options.listed?.() ?? [shared]),
		},
		usb: undefined,
		loadCatalogue: () => Promise.resolve(theCatalogue),
		loadFormats: () => Promise.resolve({ openFile, mergeFirmware }),
		loadVirtualBoards: () => Promise.reject(new Error('the port is virtual already')),
		guardBoard: async (taken) => {
			await console.lend(taken);
			return () => void console.takeBack(taken);
		},
		openStore: () => Promise.resolve(memoryStore()),
		openRanges: () => Promise.resolve(memoryTexts()),
		newId: () => 'job',
		version: 'test',
		today: () => new Date(Date.UTC(2026, 0, 1) + clock.now()).toISOString(),
	};
	const console = new Console(environment);
	return {
		clock,
		simulated,
		console,
		session: new Session(environment),
		texts: () => [...console.log.lines()].map(({ text }) => text),
		wait: (ms) => clock.sleep(ms, never),
	};
}

/** The port with some of its methods replaced. */
export const changed =
	(methods: Readonly<Record<string, (...args: unknown[]) => unknown>>) =>
	(port: SerialPortLike): SerialPortLike =>
		new Proxy(port, {
			get: (target, key) => {
				if (typeof key === 'string' && methods[key]) return methods[key];
				const value: unknown = Reflect.get(target, key, target);
				return typeof value === 'function' ? (value.bind(target) as unknown) : value;
			},
		});
