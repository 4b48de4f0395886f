// What the session gets from this browser: a clock, ports, guards, and the parts that load when first needed.
import { browserClock } from '#ports/browser-clock.ts';
import { browserPorts } from '#ports/browser.ts';
import { guardOpenBoard } from '#ports/page-guards.ts';
import type { DeviceFile } from '#devices/shipped.ts';
import type { DeviceBook } from '#session/catalogue.svelte.ts';
import type { Catalogue, Environment, Formats, VirtualBoards } from '#session/environment.ts';

/** `speed`: how many times faster than life the virtual boards run. */
export function browserEnvironment(speed: number): Environment {
	const clock = browserClock();
	let boards: Promise<VirtualBoards> | undefined;
	return {
		clock,
		serial: browserPorts.serial,
		usb: browserPorts.usb,
		loadCatalogue,
		loadFormats,
		loadVirtualBoards: () =>
			(boards ??= Promise.all([import('./virtual-boards.ts'), shippedDevices()]).then(
				([{ virtualBoards }, files]) =>
					virtualBoards(
						clock,
						speed,
						files.flatMap(({ devices }) => devices),
					),
			)),
		guardBoard: guardOpenBoard,
		openStore: async () => {
			const [{ openOriginStore }, { openPatiently }] = await Promise.all([
				import('#ports/origin-store.ts'),
				import('#ports/patient-store.ts'),
			]);
			return openPatiently(openOriginStore, clock);
		},
		openRanges: async () => (await import('#ports/text-store.ts')).browserTextStore('ranges'),
		newId: () => crypto.randomUUID(),
		version: __APP_VERSION__,
		today: () => new Date().toISOString(),
	};
}

let book: Promise<DeviceBook> | undefined;

/** The shipped devices and the user's own, the same for the view that shows them and for every connection. */
export const loadDeviceBook = (): Promise<DeviceBook> =>
	(book ??= openDeviceBook().catch((error: unknown) => {
		// Not loaded without a network: the next one who asks tries again.
		book = undefined;
		throw error;
	}));

let shipped: Promise<readonly DeviceFile[]> | undefined;

/** Read a few milliseconds at a time: the page may be opening something. */
const shippedDevices = (): Promise<readonly DeviceFile[]> =>
	(shipped ??= readShipped().catch((error: unknown) => {
		shipped = undefined;
		throw error;
	}));

const SLICE = 12;

async function readShipped(): Promise<DeviceFile[]> {
	const { readFiles } = await import('#devices/shipped.ts');
	const read: DeviceFile[] = [];
	for (const file of readFiles()) {
		read.push(file);
		if (read.length % SLICE === 0) await new Promise((resume) => setTimeout(resume));
	}
	return read;
}

async function openDeviceBook(): Promise<DeviceBook> {
	const [files, { DeviceBook }, { quirksOf }, { browserTextStore }] = await Promise.all([
		shippedDevices(),
		import('#session/catalogue.svelte.ts'),
		import('#devices/known-quirks.ts'),
		import('#ports/text-store.ts'),
	]);
	const opened = new DeviceBook(files, browserTextStore('devices'), quirksOf);
	await opened.load();
	return opened;
}

const loadCatalogue = async (): Promise<Catalogue> => (await loadDeviceBook()).catalogue;

async function loadFormats(): Promise<Formats> {
	const [{ openFile }, { mergeFirmware }] = await Promise.all([
		import('#formats/index.ts'),
		import('#formats/merge.ts'),
	]);
	return { openFile, mergeFirmware };
}

/** Fetches what is loaded on demand. */
export const warmUp = async (): Promise<void> => {
	await Promise.all([loadFormats(), loadCatalogue(), import('#session/talking.ts')]);
};
