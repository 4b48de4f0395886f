// What the page can do beyond its session: the world around it, given by main.ts so that nothing here asks the browser.
import type { DeviceBook } from '#session/catalogue.svelte.ts';
import type { InsightDesk } from '#session/insight.svelte.ts';

export interface UsbIds {
	readonly vendorId: number;
	readonly productId: number;
}

export interface VirtualPart {
	readonly part: string;
	/** False where the chip has no USB bootloader. */
	readonly dfu: boolean;
	/** A sample firmware for it ships with the app. */
	readonly sample: boolean;
}

export type Remembered = 'route' | 'console' | 'keeping' | 'language';

export interface Host {
	readonly version: string;
	/** Whose help on drivers and permissions to show. */
	readonly system: 'windows' | 'macos' | 'linux' | 'chromeos' | 'android' | 'other';
	readonly serial: boolean;
	readonly usb: boolean;
	/** False on plain http, where browsers hide both. */
	readonly secure: boolean;
	/** The page was opened as ?page=hardware, to check a real board step by step. */
	readonly hardware: boolean;
	/** How much faster than life virtual boards run. */
	readonly speed: number;
	readonly virtualParts: readonly VirtualPart[];
	/** The sample firmware for a virtual part. */
	loadSample(part: string): Promise<File>;
	/** The linker's map and script of that sample. */
	loadSampleLinks(part: string): Promise<readonly File[]>;
	/** A desk that reads builds on a thread of its own. */
	openInsightDesk(): Promise<InsightDesk>;
	/** The catalogue with the user's own device files; loaded when first asked for. */
	loadDevices(): Promise<DeviceBook>;
	/** Identifiers of USB devices the user has allowed, for the udev rule. */
	usbIds(): Promise<readonly UsbIds[]>;
	/** True when the text is on the clipboard. */
	copy(text: string): Promise<boolean>;
	/** Text is saved as JSON. */
	save(fileName: string, content: string | Blob): void;
	/** What `remember` kept under this name in an earlier visit. */
	recall(what: Remembered): string | undefined;
	remember(what: Remembered, text: string): void;
}
