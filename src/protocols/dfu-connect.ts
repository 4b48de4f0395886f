// From a USB device to a DfuProgrammer: configuration, interface, functional descriptor and the memory strings, read
// by hand because Chromium often leaves `interfaceName` empty (USB 2.0 9.4.3, 9.6; DFU 1.1 4.2).
import { u16le } from '#core/bytes.ts';
import { Failure, isFailure } from '#core/failure.ts';
import { parseMemoryString } from '#core/memory-string.ts';
import { withDeadline, type Clock } from '#ports/clock.ts';
import type { UsbDeviceLike } from '#ports/usb-device.ts';
import {
	DFUSE_VERSION,
	readDfuInterfaces,
	readStringDescriptor,
	type DfuInterface,
} from './dfu-descriptors.ts';
import { PlainDfuProgrammer } from './dfu-plain.ts';
import { Deadline, Request } from './dfu-requests.ts';
import { DfuWire, usbFailure } from './dfu-wire.ts';
import { DfuProgrammer } from './dfu.ts';
import type { Identity, Programmer } from './programmer.ts';

/** A configuration blob or a string that says it is larger is cut there. */
const MAX_CONFIGURATION = 4096;
const MAX_STRING = 255;
/** Just after re-enumeration the interface may still be held: claimed again, at most this often. */
const CLAIM_ATTEMPTS = 6;
const CLAIM_PAUSE_MS = 500;

const Descriptor = { configuration: 2, string: 3 } as const;
const GET_DESCRIPTOR = 6;

/** Thrown as a state, not a failure: the application was told to detach and comes back as another device. */
export class Detached extends Error {
	override name = 'Detached';
}

/**
 * Connects; a bootloader found in dfuERROR (as ROMs are after an abnormal exit) is cleared without a word.
 * @throws Failure dfu.no-interface, dfu.descriptor, wire.permission, wire.busy, wire.lost; Detached.
 */
export async function connectDfu(
	device: UsbDeviceLike,
	clock: Clock,
	signal: AbortSignal,
): Promise<Programmer> {
	try {
		return await connect(device, clock, signal);
	} catch (error) {
		try {
			await device.close();
		} catch {
			// It may be gone already; the first failure is the one worth telling.
		}
		throw error;
	}
}

async function connect(
	device: UsbDeviceLike,
	clock: Clock,
	signal: AbortSignal,
): Promise<Programmer> {
	const once = <T>(what: string, work: () => Promise<T>): Promise<T> =>
		withDeadline(clock, { ms: Deadline.transfer, what }, signal, async () => {
			try {
				return await work();
			} catch (error) {
				throw openFailure(error, what, device);
			}
		});
	// Nothing here changes the device, so a transfer that was dropped is simply asked again.
	const bounded = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
		try {
			return await once(what, work);
		} catch (error) {
			if (!isFailure(error, 'dfu.transfer') || signal.aborted) throw error;
			return await once(what, work);
		}
	};
	if (!device.opened) await bounded('opening the device', () => device.open());
	const first = device.configurations[0]?.configurationValue ?? 1;
	if (!device.configuration)
		await bounded('SET_CONFIGURATION', () => device.selectConfiguration(first));
	const found = await bounded('GET_DESCRIPTOR', () => findInterface(device));
	await claim(device, found, clock, signal);
	const wire = new DfuWire(device, found.number, clock);
	if (found.mode === 'run-time') return await detach(wire, found, signal);
	const strings: (string | undefined)[] = [];
	for (const { setting, stringIndex } of found.alternates) {
		strings[setting] = await bounded('GET_DESCRIPTOR', () => readString(device, stringIndex));
	}
	await bounded('GETSTATUS', () => wire.recover(signal));
	const identity = describe(device, found, strings);
	// Block 0 is data to a plain bootloader and a command to a DfuSe one: never take the one for the other.
	if (!identity.alternates?.length && speaksDfuSe(device, found)) {
		throw new Failure('dfu.descriptor', { found: 'no memory description can be read' });
	}
	return identity.alternates?.length
		? new DfuProgrammer(wire, identity, found.functional.transferSize)
		: new PlainDfuProgrammer(wire, identity, found.functional);
}

async function findInterface(device: UsbDeviceLike): Promise<DfuInterface> {
	const head = await standardIn(device, Descriptor.configuration << 8, 0, 9);
	if (head.length < 9) throw new Failure('dfu.descriptor', { found: `${head.length} bytes` });
	const total = Math.min(u16le(head, 2), MAX_CONFIGURATION);
	const blob = await standardIn(device, Descriptor.configuration << 8, 0, total);
	const all = readDfuInterfaces(blob);
	const found = all.find(({ mode }) => mode === 'dfu') ?? all[0];
	if (!found) throw new Failure('dfu.no-interface', {});
	return found;
}

/** One string; undefined where the device refuses or garbles it, which must not stop the rest. */
async function readString(device: UsbDeviceLike, index: number): Promise<string | undefined> {
	if (index === 0) return undefined;
	try {
		const languages = await standardIn(device, Descriptor.string << 8, 0, MAX_STRING);
		const language = languages.length >= 4 ? u16le(languages, 2) : 0x0409;
		const bytes = await standardIn(device, (Descriptor.string << 8) | index, language, MAX_STRING);
		return readStringDescriptor(bytes);
	} catch (error) {
		if (error instanceof Failure) return undefined;
		throw error;
	}
}

async function standardIn(
	device: UsbDeviceLike,
	value: number,
	index: number,
	length: number,
): Promise<Uint8Array> {
	const setup = { requestType: 'standard', recipient: 'device', request: GET_DESCRIPTOR } as const;
	const result = await device.controlTransferIn({ ...setup, value, index }, length);
	if (result.status !== 'ok' || !result.data)
		throw new Failure('dfu.stall', { command: 'GET_DESCRIPTOR' });
	const { buffer, byteOffset, byteLength } = result.data;
	return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}

async function claim(
	device: UsbDeviceLike,
	found: DfuInterface,
	clock: Clock,
	signal: AbortSignal,
): Promise<void> {
	for (let attempt = 1; ; attempt++) {
		try {
			await withDeadline(clock, { ms: Deadline.transfer, what: 'the interface' }, signal, () =>
				device.claimInterface(found.number),
			);
			break;
		} catch (error) {
			if (isFailure(error) || signal.aborted) throw error;
			if (attempt === CLAIM_ATTEMPTS || !device.opened) {
				const lost = usbFailure(error, 'claiming the interface', device);
				throw lost.code === 'wire.lost' ? lost : new Failure('wire.busy', {}, error);
			}
			await clock.sleep(CLAIM_PAUSE_MS, signal);
		}
	}
	try {
		const wire = new DfuWire(device, found.number, clock);
		await wire.select(found.alternates[0]?.setting ?? 0, signal);
	} catch (error) {
		// A device with a single setting may stall this request, which changes nothing.
		if (signal.aborted || found.alternates.length > 1) throw error;
	}
}

/** UM0424 4.1: bcdDFUVersion 0x011A; ST's ROM by its identity, whatever it says. */
const speaksDfuSe = (device: UsbDeviceLike, { functional }: DfuInterface): boolean =>
	functional.version === DFUSE_VERSION ||
	(device.vendorId === 0x0483 && device.productId === 0xdf11 && functional.version !== 0x0110);

/** Asks a running application to become its bootloader (DFU 1.1 5.1). */
async function detach(wire: DfuWire, found: DfuInterface, signal: AbortSignal): Promise<never> {
	try {
		await wire.out(Request.detach, found.functional.detachTimeoutMs, new Uint8Array(), signal);
		if (!found.functional.willDetach) await wire.reset(signal);
	} catch (error) {
		// The device may be gone before it has answered; that is what was asked for.
		if (signal.aborted) throw error;
	}
	throw new Detached('The application was asked to start its bootloader.');
}

function describe(
	device: UsbDeviceLike,
	found: DfuInterface,
	strings: readonly (string | undefined)[],
): Identity {
	const alternates = strings.flatMap((text, setting) => {
		const memory = text === undefined ? undefined : parseMemoryString(text);
		return memory ? [{ setting, memory }] : [];
	});
	const {
		deviceVersionMajor: major,
		deviceVersionMinor: minor,
		deviceVersionSubminor: sub,
	} = device;
	return {
		transport: 'dfu',
		// bcdDevice: its digits are read as hex, "22.00" for 0x2200.
		bootloaderVersion: `${major.toString(16)}.${minor}${sub}`,
		strings,
		alternates,
		usb: {
			vendorId: device.vendorId,
			productId: device.productId,
			dfuVersion: found.functional.version,
			...(device.productName ? { product: device.productName } : {}),
			...(device.serialNumber ? { serial: device.serialNumber } : {}),
		},
	};
}

/** Opening fails with SecurityError when a driver or a rule is missing, NetworkError when somebody else has it. */
function openFailure(error: unknown, what: string, device: UsbDeviceLike): Failure {
	if (isFailure(error)) return error;
	const kind = error instanceof Error ? error.name : '';
	if (what !== 'opening the device') return usbFailure(error, what, device);
	if (kind === 'SecurityError') return new Failure('wire.permission', {}, error);
	if (kind === 'InvalidStateError') return new Failure('wire.busy', {}, error);
	if (kind === 'NotFoundError') return new Failure('wire.lost', {}, error);
	const reason = error instanceof Error ? error.message : String(error);
	if (kind === 'NetworkError') return new Failure('wire.permission', {}, error);
	return new Failure('wire.open', { reason }, error);
}
