// The device of an update: found among those that were allowed before, chosen by the customer, connected.
import type { UsbDeviceLike } from '#ports/usb-device.ts';
import type { Route } from '#session/state.ts';
import type { UpdateSetup } from './opening.ts';
import type { UsbStrings } from './saying.ts';
import type { Way } from './stage.ts';

/** DFU 1.1 4.2.1: class, subclass, and the protocol of DFU mode. */
const DFU_MODE = { interfaceClass: 0xfe, interfaceSubclass: 1, interfaceProtocol: 2 };

export const inBootloader = ({ configurations }: UsbDeviceLike): boolean =>
	configurations.some(({ interfaces }) =>
		interfaces.some(({ alternates }) =>
			alternates.some(
				(one) =>
					one.interfaceClass === DFU_MODE.interfaceClass &&
					one.interfaceSubclass === DFU_MODE.interfaceSubclass &&
					one.interfaceProtocol === DFU_MODE.interfaceProtocol,
			),
		),
	);

/** What devices that were allowed before say of themselves while their application runs. */
export async function appStrings({ environment, routeOf }: UpdateSetup): Promise<UsbStrings[]> {
	if (routeOf) return [];
	const listed = (await environment.usb?.list()) ?? [];
	return listed
		.filter((device) => !inBootloader(device))
		.map((device) => ({
			kind: 'usb',
			product: device.productName ?? '',
			serial: device.serialNumber ?? '',
			release: [
				device.deviceVersionMajor,
				device.deviceVersionMinor,
				device.deviceVersionSubminor,
			].join('.'),
		}));
}

/** Whether there is exactly one device that was allowed before: only then does the browser ask nothing. */
export async function isRemembered(
	{ environment, routeOf }: UpdateSetup,
	way: Way,
): Promise<boolean> {
	if (routeOf) return true;
	if (way === 'uart') return (await environment.serial?.list())?.length === 1;
	const listed = (await environment.usb?.list()) ?? [];
	return listed.length === 1 && listed.every(inBootloader);
}

/** `lines`: how those of the device's adapter are wired, by their id. */
export const routeFor = ({ routeOf }: UpdateSetup, way: Way, lines: string | undefined): Route =>
	routeOf?.(way) ?? (way === 'dfu' ? { kind: 'dfu' } : { kind: 'uart', baud: 'auto', lines });
