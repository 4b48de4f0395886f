// A USB hub that simulated boards are plugged into: unmodified programs in the same namespaces find them under
// /dev/bus/usb, in /sys and by udev's messages. It may be used only where enter.sh has been.
import type { Device } from '#core/device.ts';
import * as catalogue from '#devices/index.ts';
import type { Clock } from '#ports/clock.ts';
import { simulate, type SimulatedBoard } from '#simulator/index.ts';
import type { SimulateOptions } from '#simulator/options.ts';
import { SimulatedSerialPort } from '#simulator/serial-port.ts';
import { SimulatedUsbDevice } from '#simulator/usb-device.ts';
import { descriptor, type DfuDescription } from '#simulator/usb-descriptors.ts';
import { VirtualClock } from '#simulator/virtual-clock.ts';
import { FuseMount } from './kernel/fuse.ts';
import { addTty, addUsb, makeRootHub, removeTty, removeUsb, threeDigits } from './kernel/sysfs.ts';
import type { Place } from './kernel/sysfs.ts';
import { Tty, type Lines } from './kernel/tty.ts';
import { Udev } from './kernel/udev.ts';
import { UsbfsNode } from './kernel/usbfs.ts';

const NODES = '/dev/bus/usb';
/** The root hub has address 1. */
const FIRST_ADDRESS = 2;
const DEFAULT_SPEED = 20;
/** More than the ROM takes; a board that runs fast may be ahead of the time outside by more than that. */
const START_UP_MS = 10;

export type BoardOptions = Partial<Omit<SimulateOptions, 'device' | 'clock'>> & {
	readonly part: string;
	readonly cable: 'serial' | 'usb';
	/** Simulated milliseconds for each real one; the clients' own timeouts stay real. */
	readonly speed?: number;
};

export interface PluggedBoard {
	readonly simulated: SimulatedBoard;
	readonly device: Device;
	/** Path of the tty, for a board on a serial cable. */
	readonly tty: string;
	/** Bus and port, as libusb writes them. */
	readonly usbPath: string;
	/** Every change of DTR and RTS, oldest first. */
	readonly lines: readonly Lines[];
	/** The part's memory as it is, past all protection. */
	peek(address: number, length: number): Uint8Array;
	/** Resets the chip and waits until its ROM listens. */
	restart(): Promise<void>;
	/** Takes the board away for good. */
	remove(): void;
}

/** Time as it passes outside. */
const realClock: Clock = {
	now: () => performance.now(),
	sleep: (ms, signal) =>
		new Promise((resolve, reject) => {
			const stop = (): void => {
				clearTimeout(timer);
				reject(signal.reason as Error);
			};
			const timer = setTimeout(() => {
				signal.removeEventListener('abort', stop);
				resolve();
			}, ms);
			signal.addEventListener('abort', stop, { once: true });
		}),
};

export class Hub {
	readonly #mount = new FuseMount(NODES);
	readonly #udev = new Udev();
	readonly #boards = new Set<PluggedBoard>();
	#ports = 0;
	#addresses = FIRST_ADDRESS;

	constructor() {
		if (process.env['SECTORWISE_INSIDE'] === undefined) throw new Error('enter.sh was not there');
		makeRootHub();
	}

	plugIn({ part, cable, speed = DEFAULT_SPEED, ...options }: BoardOptions): PluggedBoard {
		const device = catalogue.findByPart(part)[0];
		if (!device) throw new Error(`no ${part} in the catalogue`);
		const clock = new VirtualClock({ clock: realClock, speed });
		const simulated = simulate({ device, clock, ...options });
		const port = ++this.#ports;
		const lines: Lines[] = [];
		const unplug =
			cable === 'usb' ? this.#onUsb(simulated, port) : this.#onSerial(simulated, { port, lines });
		const board: PluggedBoard = {
			simulated,
			device,
			tty: `${NODES}/${ttyName(port)}`,
			usbPath: `1-${port}`,
			lines,
			peek: (start, length) => simulated.board.peek({ start, end: start + length }),
			restart: () => {
				simulated.reset('bootloader');
				return clock.sleep(START_UP_MS, new AbortController().signal);
			},
			remove: () => {
				simulated.unplug();
				unplug();
				this.#boards.delete(board);
			},
		};
		this.#boards.add(board);
		return board;
	}

	removeAll(): void {
		for (const board of this.#boards) board.remove();
	}

	close(): void {
		this.removeAll();
		this.#udev.close();
		this.#mount.close(NODES);
	}

	/** Each enumeration is a new node with a new address, as on a real bus. */
	#onUsb(simulated: SimulatedBoard, port: number): () => void {
		let shown: { node: UsbfsNode; place: Place } | undefined;
		const appear = (): void => {
			const { usb } = simulated;
			if (!(usb instanceof SimulatedUsbDevice)) throw new Error('not a simulated device');
			if (!usb.connected) return;
			const { description } = usb;
			const descriptors = rawDescriptors(description);
			const address = this.#addresses++;
			const node = new UsbfsNode(usb, descriptors);
			this.#mount.add(`001/${threeDigits(address)}`, node);
			const place = addUsb(port, address, { identity: description.identity, descriptors });
			shown = { node, place };
			this.#udev.announce('add', place.path, place.properties);
		};
		const leave = (): void => {
			if (!shown) return;
			const { node, place } = shown;
			shown = undefined;
			removeUsb(port);
			node.leave();
			this.#udev.announce('remove', place.path, place.properties);
		};
		const events = { connect: appear, disconnect: leave };
		for (const [kind, listener] of Object.entries(events)) {
			simulated.usbBus.addEventListener(kind, listener);
		}
		appear();
		return () => {
			for (const [kind, listener] of Object.entries(events)) {
				simulated.usbBus.removeEventListener(kind, listener);
			}
		};
	}

	#onSerial(
		{ serial }: SimulatedBoard,
		{ port, lines }: { port: number; lines: Lines[] },
	): () => void {
		if (!(serial instanceof SimulatedSerialPort)) throw new Error('not a simulated port');
		const name = ttyName(port);
		let place: Place | undefined;
		const appear = (): void => {
			this.#mount.add(name, new Tty(serial, lines));
			place = addTty(port, name);
			this.#udev.announce('add', place.path, place.properties);
		};
		const leave = (): void => {
			if (!place) return;
			removeTty(port, name);
			this.#udev.announce('remove', place.path, place.properties);
			place = undefined;
		};
		serial.addEventListener('connect', appear);
		serial.addEventListener('disconnect', leave);
		appear();
		return () => {
			serial.removeEventListener('connect', appear);
			serial.removeEventListener('disconnect', leave);
		};
	}
}

const ttyName = (port: number): string => `ttyACM${port - 1}`;

function rawDescriptors(description: DfuDescription): Uint8Array {
	const [device, configuration] = [descriptor(description, 1, 0), descriptor(description, 2, 0)];
	return Buffer.concat([device ?? [], configuration ?? []].map((part) => Uint8Array.from(part)));
}
