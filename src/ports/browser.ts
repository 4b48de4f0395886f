// The one file that says `navigator`: what this browser offers, as values. Web Serial and WebUSB (WICG), Web Locks,
// Screen Wake Lock, Battery Status (W3C). Whatever is missing is undefined.
import { Failure } from '#core/failure.ts';
import type { Picker, PortChange, SerialPicker, UsbPicker } from './picker.ts';
import { readPowerBy, type GetBattery, type ReadPower } from './power.ts';

export type System = 'windows' | 'macos' | 'linux' | 'chromeos' | 'android' | 'other';

export interface BrowserPorts {
	readonly serial: SerialPicker | undefined;
	readonly usb: UsbPicker | undefined;
	readonly locks: LockManager | undefined;
	readonly wakeLock: WakeLock | undefined;
	readonly serviceWorker: ServiceWorkerContainer | undefined;
	readonly clipboard: Clipboard | undefined;
	readonly storage: StorageManager | undefined;
	readonly readPower: ReadPower;
	/** The reader's, BCP 47, best first. */
	readonly languages: readonly string[];
	/** Whose help on drivers and permissions to show. */
	readonly system: System;
}

/** What TypeScript's page types promise and an old browser or an insecure page may lack. */
type Offered = Partial<
	Pick<
		Navigator,
		'serial' | 'usb' | 'locks' | 'wakeLock' | 'serviceWorker' | 'clipboard' | 'storage'
	>
> & { readonly userAgentData?: { readonly platform: string }; readonly getBattery?: GetBattery };

const offered: Offered = navigator;

export const browserPorts: BrowserPorts = {
	serial: offered.serial && serialPicker(offered.serial),
	usb: offered.usb && usbPicker(offered.usb),
	locks: offered.locks,
	wakeLock: offered.wakeLock,
	serviceWorker: offered.serviceWorker,
	clipboard: offered.clipboard,
	storage: offered.storage,
	readPower: readPowerBy(offered.getBattery?.bind(navigator)),
	languages: navigator.languages,
	system: systemOf(offered.userAgentData?.platform ?? navigator.userAgent),
};

function serialPicker(serial: Serial): SerialPicker {
	return {
		request: (filters) => chosen(() => serial.requestPort({ filters: [...filters] })),
		list: () => listed(() => serial.getPorts()),
		watch: (listener) => watch(serial, listener, (event) => event.target as SerialPort),
	};
}

function usbPicker(usb: USB): UsbPicker {
	return {
		request: (filters) => chosen(() => usb.requestDevice({ filters: [...filters] })),
		list: () => listed(() => usb.getDevices()),
		watch: (listener) => watch(usb, listener, (event) => (event as USBConnectionEvent).device),
	};
}

/** A chooser closed without a choice is an answer; anything else it throws is a failure. */
async function chosen<Port>(ask: () => Promise<Port>): Promise<Port | undefined> {
	try {
		return await ask();
	} catch (error) {
		if (error instanceof DOMException && error.name === 'NotFoundError') return undefined;
		throw refused(error);
	}
}

async function listed<Port>(ask: () => Promise<Port[]>): Promise<readonly Port[]> {
	try {
		return await ask();
	} catch (error) {
		throw refused(error);
	}
}

/** SecurityError: a Permissions-Policy forbids the API, or no click came before. */
function refused(error: unknown): Failure {
	const reason = error instanceof Error ? error.message : String(error);
	return new Failure('wire.open', { reason }, error);
}

function watch<Port>(
	source: EventTarget,
	listener: (change: PortChange<Port>) => void,
	portOf: (event: Event) => Port,
): ReturnType<Picker<Port, never>['watch']> {
	const connected = (event: Event): void => {
		listener({ kind: 'connected', port: portOf(event) });
	};
	const disconnected = (event: Event): void => {
		listener({ kind: 'disconnected', port: portOf(event) });
	};
	source.addEventListener('connect', connected);
	source.addEventListener('disconnect', disconnected);
	return () => {
		source.removeEventListener('connect', connected);
		source.removeEventListener('disconnect', disconnected);
	};
}

/** From the platform hint (User-Agent Client Hints) or the user agent's text. Android before Linux: it says both. */
function systemOf(text: string): System {
	if (/android/i.test(text)) return 'android';
	if (/\bcros\b|chrome ?os/i.test(text)) return 'chromeos';
	if (/windows/i.test(text)) return 'windows';
	if (/mac/i.test(text)) return 'macos';
	if (/linux/i.test(text)) return 'linux';
	return 'other';
}
