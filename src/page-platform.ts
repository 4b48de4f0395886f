// The browser's side of the screen: clipboard, downloads, what is remembered, and the samples that ship with the app.
import { browserPorts } from '#ports/browser.ts';
import type { Page } from '#ui/page.svelte.ts';
import type { Platform, VirtualPart } from '#ui/platform.ts';

/** The chips that ship with a sample; static/samples/index.json has the same. */
const virtualParts: readonly VirtualPart[] = [
	{ part: 'STM32F405RG', label: 'F405, 1 MiB', dfu: true },
	{ part: 'STM32F103C8', label: 'F103, 64 KiB', dfu: false },
	{ part: 'STM32G474RE', label: 'G474, 512 KiB', dfu: true },
	{ part: 'STM32H743ZI', label: 'H743, 2 MiB', dfu: true },
	{ part: 'STM32L072CZ', label: 'L072, 192 KiB', dfu: true },
	{ part: 'STM32L476RG', label: 'L476, 1 MiB', dfu: true },
];

/** Kept per app, as several may share an origin. */
const keyOf = (key: string): string =>
	`sectorwise:${new URL('./', document.baseURI).pathname}:${key}`;

interface Sample {
	readonly part: string;
	readonly elf: string;
}

export const browserPlatform: Platform = {
	system: browserPorts.system,
	hasSerial: browserPorts.serial !== undefined,
	hasUsb: browserPorts.usb !== undefined,
	version: __APP_VERSION__,
	virtualParts,
	loadSample: async (part) => {
		const samples = (await (await fetch('./samples/index.json')).json()) as readonly Sample[];
		const sample = samples.find((one) => one.part === part);
		if (!sample) return undefined;
		const bytes = await (await fetch(`./samples/${sample.elf}`)).blob();
		return new File([bytes], sample.elf);
	},
	copy: async (text) => {
		try {
			await browserPorts.clipboard?.writeText(text);
			return browserPorts.clipboard !== undefined;
		} catch {
			return false;
		}
	},
	save: (fileName, text) => {
		const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
		const link = document.createElement('a');
		link.href = url;
		link.download = fileName;
		link.click();
		URL.revokeObjectURL(url);
	},
	remember: (key, value) => {
		try {
			localStorage.setItem(keyOf(key), value);
		} catch {
			// A browser that stores nothing still programs boards.
		}
	},
	recall: (key) => {
		try {
			return localStorage.getItem(keyOf(key)) ?? undefined;
		} catch {
			return undefined;
		}
	},
};

/** `?board=virtual&part=STM32F405RG&transport=uart` begins on that board, with its sample. */
export function virtualStart(asked: URLSearchParams): ((page: Page) => void) | undefined {
	if (asked.get('board') !== 'virtual') return undefined;
	return (page) => {
		const part = asked.get('part');
		if (virtualParts.some((one) => one.part === part)) page.virtualPart = part!;
		if (asked.get('transport') === 'uart') page.virtualTransport = 'uart';
		page.tryVirtual();
	};
}
