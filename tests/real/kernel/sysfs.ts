// The little of sysfs that libudev, libusb and Chromium look at: one root hub, USB devices on its ports, and ttys of
// USB-serial adapters. Written as plain files where /sys is ours.
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { UsbIdentity } from '#simulator/options.ts';

const BUS = '/devices/pci0000:00/usb1';
/** Major of usbfs nodes, and of CDC-ACM ttys. */
const MAJOR = { usb: 189, tty: 166 };

/** What udev is told of a device beside where it is. */
export interface Place {
	readonly path: string;
	readonly properties: Record<string, string>;
}

/** Starts /sys anew; only in the namespace is it ours to empty. */
export function makeRootHub(): void {
	for (const folder of ['bus', 'class', 'dev', 'devices']) {
		rmSync(`/sys/${folder}`, { recursive: true, force: true });
	}
	for (const folder of ['bus/usb/devices', 'bus/usb/drivers', 'class/tty', 'dev/char']) {
		mkdirSync(`/sys/${folder}`, { recursive: true });
	}
	put(BUS, {
		busnum: '1',
		devnum: '1',
		speed: '480',
		bConfigurationValue: '1',
		bNumConfigurations: '1',
		idVendor: '1d6b',
		idProduct: '0002',
		bDeviceClass: '09',
		uevent: lines({ DEVTYPE: 'usb_device', BUSNUM: '001', DEVNUM: '001' }),
	});
	symlinkSync('/sys/bus/usb', `/sys${BUS}/subsystem`);
	symlinkSync(`/sys${BUS}`, '/sys/bus/usb/devices/usb1');
}

/** A USB device on this port of the hub, with this address on the bus. */
export function addUsb(port: number, address: number, device: UsbFacts): Place {
	const { identity, descriptors } = device;
	const path = `${BUS}/1-${port}`;
	const number = threeDigits(address);
	const properties = {
		MAJOR: String(MAJOR.usb),
		MINOR: String(address - 1),
		DEVNAME: `/dev/bus/usb/001/${number}`,
		DEVTYPE: 'usb_device',
		BUSNUM: '001',
		DEVNUM: number,
	};
	put(path, {
		busnum: '1',
		devnum: String(address),
		speed: '12',
		bConfigurationValue: '1',
		bNumConfigurations: '1',
		bNumInterfaces: '1',
		idVendor: hex(identity.vendorId),
		idProduct: hex(identity.productId),
		bcdDevice: hex(identity.release),
		bDeviceClass: '00',
		manufacturer: identity.manufacturer,
		product: identity.product,
		serial: identity.serial,
		uevent: lines({ ...properties, ID_BUS: 'usb', ID_VENDOR_ID: hex(identity.vendorId) }),
	});
	writeFileSync(`/sys${path}/descriptors`, descriptors);
	symlinkSync('/sys/bus/usb', `/sys${path}/subsystem`);
	symlinkSync(`/sys${path}`, `/sys/bus/usb/devices/1-${port}`);
	return { path, properties: { SUBSYSTEM: 'usb', ...properties } };
}

export interface UsbFacts {
	readonly identity: UsbIdentity;
	/** Device descriptor and configuration descriptor, one after the other. */
	readonly descriptors: Uint8Array;
}

export function removeUsb(port: number): void {
	rmSync(`/sys/bus/usb/devices/1-${port}`);
	rmSync(`/sys${BUS}/1-${port}`, { recursive: true });
}

/** An adapter on this port of the hub, and its tty. */
export function addTty(port: number, name: string): Place {
	const adapter = `${BUS}/1-${port}`;
	const path = `${adapter}/1-${port}:1.0/tty/${name}`;
	put(adapter, {
		busnum: '1',
		devnum: String(100 + port),
		speed: '12',
		bConfigurationValue: '1',
		bNumConfigurations: '1',
		bNumInterfaces: '2',
		idVendor: '0483',
		idProduct: '5740',
		bDeviceClass: '02',
	});
	put(`${adapter}/1-${port}:1.0`, { uevent: lines({ DEVTYPE: 'usb_interface' }) });
	const properties = {
		MAJOR: String(MAJOR.tty),
		MINOR: String(port),
		DEVNAME: `/dev/bus/usb/${name}`,
	};
	put(path, {
		uevent: lines({
			...properties,
			ID_BUS: 'usb',
			ID_VENDOR_ID: '0483',
			ID_MODEL_ID: '5740',
			ID_MODEL_ENC: `Adapter\\x20${port}`,
			ID_SERIAL_SHORT: `ADAPTER${port}`,
		}),
	});
	symlinkSync('/sys/class/tty', `/sys${path}/subsystem`);
	symlinkSync(`/sys${path}`, `/sys/class/tty/${name}`);
	return { path, properties: { SUBSYSTEM: 'tty', ...properties } };
}

export function removeTty(port: number, name: string): void {
	rmSync(`/sys/class/tty/${name}`);
	rmSync(`/sys${BUS}/1-${port}`, { recursive: true });
}

function put(path: string, files: Record<string, string>): void {
	mkdirSync(`/sys${path}`, { recursive: true });
	for (const [name, text] of Object.entries(files))
		writeFileSync(`/sys${path}/${name}`, text + '\n');
}

/** In `uevent` the node is named from /dev on; in messages of udev it is a whole path. */
const lines = (properties: Record<string, string>): string =>
	Object.entries(properties)
		.map(([key, value]) => `${key}=${key === 'DEVNAME' ? value.replace('/dev/', '') : value}`)
		.join('\n');

export const threeDigits = (value: number): string => String(value).padStart(3, '0');
const hex = (value: number): string => value.toString(16).padStart(4, '0');
