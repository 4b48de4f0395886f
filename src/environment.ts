// What the session gets from this browser: a clock, ports, guards, and the parts that load when first needed.
import { browserClock } from '#ports/browser-clock.ts';
import { browserPorts } from '#ports/browser.ts';
import { guardOpenBoard } from '#ports/page-guards.ts';
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
			(boards ??= import('./virtual-boards.ts').then(({ virtualBoards }) =>
				virtualBoards(clock, speed),
			)),
		guardBoard: guardOpenBoard,
		openStore: async () => (await import('#ports/origin-store.ts')).openOriginStore(),
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

async function openDeviceBook(): Promise<DeviceBook> {
	const [{ DeviceBook }, { quirksOf }, { browserTextStore }] = await Promise.all([
		import('#session/catalogue.svelte.ts'),
		import('#devices/known-quirks.ts'),
		import('#ports/text-store.ts'),
	]);
	const opened = new DeviceBook(browserTextStore('devices'), quirksOf);
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
