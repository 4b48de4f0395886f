// What a simulated board shows of itself beside its two ports.
import type { SerialPortLike } from '#ports/serial-port.ts';
import type { UsbDeviceLike } from '#ports/usb-device.ts';
import type { Board } from './board.ts';
import type { Oddities } from './options.ts';

export interface SimulatedBoard {
	/** One object for the life of the board. It dispatches 'disconnect' and 'connect', as SerialPort does. */
	readonly serial: SerialPortLike & EventTarget;
	/** The device now on the bus, or the last one; each enumeration makes a new one, as in a browser. */
	readonly usb: UsbDeviceLike;
	/** Dispatches `UsbEvent`s 'connect' and 'disconnect', as navigator.usb does. */
	readonly usbBus: EventTarget;
	/** Memory, protection, wear and the log of what was done. */
	readonly board: Board;
	readonly mode: 'bootloader' | 'application' | 'reset' | 'off';
	/** Where the program lies that runs now, as the bootloader counts addresses; undefined while none does. */
	readonly runs: number | undefined;
	/** Serial runs and control transfers so far: what `Mischief` counts. */
	readonly frames: number;
	/** Which oddities have shown so far. */
	readonly oddities: Oddities;
	/** Serial bytes lost because the ROM was busy, since its last reset. */
	readonly overruns: number;
	/** Takes the supply and every cable away at once. */
	unplug(): void;
	/** Powers up again where BOOT0 says. */
	replug(): void;
	reset(into: 'bootloader' | 'application'): void;
}

export class UsbEvent extends Event {
	readonly device: UsbDeviceLike;

	constructor(type: 'connect' | 'disconnect', device: UsbDeviceLike) {
		super(type);
		this.device = device;
	}
}
