// How a port is come by: the browser's chooser, the ones allowed before, and their coming and going. The browser's
// and the simulated boards' pickers have this one shape.
import type { SerialPortLike } from './serial-port.ts';
import type { UsbDeviceLike } from './usb-device.ts';

export interface PortChange<Port> {
	readonly kind: 'connected' | 'disconnected';
	readonly port: Port;
}

export interface Picker<Port, Filter> {
	/**
	 * Lets the user choose; undefined when they close the chooser. Call it straight from a click.
	 * @throws Failure wire.open when the browser refuses to show the chooser.
	 */
	request(filters: readonly Filter[]): Promise<Port | undefined>;
	/** Ports the user allowed earlier and that are plugged in. @throws Failure wire.open */
	list(): Promise<readonly Port[]>;
	/** Tells of allowed ports plugged in and out. Returns the way to stop. */
	watch(listener: (change: PortChange<Port>) => void): () => void;
}

export type SerialPicker = Picker<SerialPortLike, SerialPortFilter>;
export type UsbPicker = Picker<UsbDeviceLike, USBDeviceFilter>;
