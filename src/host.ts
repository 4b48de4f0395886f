// What the page asks of the browser beside the session's ports: clipboard, downloads, samples, memory of choices.
import { browserPorts } from '#ports/browser.ts';
import type { Host, VirtualPart } from '#ui/host.ts';

const withSample = [
	'STM32F405RG',
	'STM32F103C8',
	'STM32G474RE',
	'STM32L476RG',
	'STM32H743ZI',
	'STM32L072CZ',
];
/** Other arrangements of sectors worth trying with a firmware of one's own. */
const others = [
	'STM32F429ZI',
	'STM32F767ZI',
	'STM32L152RE',
	'STM32G0B1RE',
	'STM32WB55RG',
	'STM32U575ZI',
	'STM32H563ZI',
];
/** Of these, the ROMs without USB. */
const uartOnly = new Set(['STM32F103C8']);

const virtualParts: readonly VirtualPart[] = [
	...withSample.map((part) => ({ part, dfu: !uartOnly.has(part), sample: true })),
	...others.map((part) => ({ part, dfu: true, sample: false })),
];

interface Sample {
	readonly part: string;
	readonly elf: string;
	readonly map: string;
	readonly ld: string;
}

export function browserHost(
	facts: Pick<Host, 'version' | 'speed' | 'hardware' | 'loadDevices'>,
): Host {
	/** Apps below other paths of the same host keep their own. */
	const key = (what: string): string =>
		`sectorwise-${what}:${new URL('./', document.baseURI).pathname}`;
	return {
		...facts,
		system: browserPorts.system,
		serial: browserPorts.serial !== undefined,
		usb: browserPorts.usb !== undefined,
		secure: window.isSecureContext,
		virtualParts,
		loadSample,
		loadSampleLinks,
		openInsightDesk: async () => (await import('#ports/browser-insight.ts')).browserInsightDesk(),
		usbIds: async () =>
			((await browserPorts.usb?.list().catch(() => [])) ?? []).map(({ vendorId, productId }) => ({
				vendorId,
				productId,
			})),
		copy,
		save,
		recall: (what) => kept(() => localStorage.getItem(key(what)) ?? undefined),
		remember: (what, text) =>
			kept(() => {
				localStorage.setItem(key(what), text);
			}),
	};
}

const loadSample = async (part: string): Promise<File> => sampleFile((await sampleOf(part)).elf);

async function loadSampleLinks(part: string): Promise<readonly File[]> {
	const { map, ld } = await sampleOf(part);
	return Promise.all([map, ld].map(sampleFile));
}

async function sampleOf(part: string): Promise<Sample> {
	const samples = (await (await fetch('./samples/index.json')).json()) as readonly Sample[];
	const sample = samples.find((one) => one.part === part);
	if (!sample) throw new Error(`no sample for ${part}`);
	return sample;
}

async function sampleFile(name: string): Promise<File> {
	const answer = await fetch(`./samples/${name}`);
	return new File([await answer.blob()], name);
}

async function copy(text: string): Promise<boolean> {
	try {
		await browserPorts.clipboard?.writeText(text);
		return browserPorts.clipboard !== undefined;
	} catch {
		// Not allowed, or the page has lost the focus: the button keeps its label.
		return false;
	}
}

function save(fileName: string, content: string | Blob): void {
	const blob =
		typeof content === 'string' ? new Blob([content], { type: 'application/json' }) : content;
	const url = URL.createObjectURL(blob);
	const link = document.createElement('a');
	link.href = url;
	link.download = fileName;
	link.click();
	// The download has its own reference once the click was handled.
	setTimeout(() => {
		URL.revokeObjectURL(url);
	}, 10_000);
}

/** Storage may be full, or blocked for the site: then nothing is remembered. */
function kept<T>(work: () => T): T | undefined {
	try {
		return work();
	} catch {
		return undefined;
	}
}
