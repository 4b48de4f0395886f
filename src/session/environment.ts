// What a session needs from outside: time, ports, the catalogue, the virtual boards. main.ts and tests provide it.
import type { Device } from '#core/device.ts';
import type { EraseDoubt } from '#core/erase-proof.ts';
import type { Diagnostic } from '#core/failure.ts';
import type { Choice, Evidence } from '#devices/choose.ts';
import type { Quirk, QuirkFacts } from '#core/quirk.ts';
import type { MemoryMap } from '#core/memory.ts';
import type { Clock } from '#ports/clock.ts';
import type { Store } from '#ports/store.ts';
import type { SerialPicker, UsbPicker } from '#ports/picker.ts';
import type { SerialPortLike } from '#ports/serial-port.ts';
import type { TextStore } from '#ports/text-store.ts';
import type { UsbDeviceLike } from '#ports/usb-device.ts';
import type { Identity } from '#protocols/programmer.ts';
import type { Artifact, Firmware } from '#core/artifact.ts';
import type { ByteSource } from '#core/source.ts';
import type { NamedFirmware } from '#formats/merge.ts';

/** devices/index.ts has this shape; it is loaded when first needed. */
export interface Catalogue {
	readonly devices: readonly Device[];
	findByProductId(productId: number): readonly Device[];
	findByPart(text: string): readonly Device[];
	chooseDevice(evidence: Evidence): Choice;
	/** The known quirks of a board. */
	quirksOf(facts: QuirkFacts): readonly Quirk[];
	/** Bytes by the 16-bit word of the size register; undefined when it is no size. */
	flashSizeOf(device: Device, word: number): number | undefined;
	effectiveMemory(
		device: Device | undefined,
		layoutId: string | undefined,
		live: { readonly alternates?: Identity['alternates']; readonly flashSize?: number },
	): {
		readonly memory: MemoryMap;
		readonly diagnostics: readonly Diagnostic[];
		readonly doubt?: EraseDoubt;
	};
}

/** formats/index.ts and merge.ts have this shape; loaded when the first file is opened. */
export interface Formats {
	openFile(source: ByteSource, fileName: string): Promise<Artifact>;
	mergeFirmware(parts: readonly NamedFirmware[]): Firmware;
}

export interface VirtualBoard {
	readonly serial: SerialPortLike;
	readonly usb: UsbDeviceLike;
	unplug(): void;
	replug(): void;
	/** Calls back when the cable is pulled. */
	watch(unplugged: () => void): void;
}

export interface VirtualBoards {
	/** Powers a board up in its bootloader. */
	plugIn(part: string, transport: 'uart' | 'dfu'): Promise<VirtualBoard>;
	/** The board as it is; one that was not there yet starts its application. */
	running(part: string): Promise<VirtualBoard>;
}

export interface Environment {
	readonly clock: Clock;
	readonly serial: SerialPicker | undefined;
	readonly usb: UsbPicker | undefined;
	loadCatalogue(): Promise<Catalogue>;
	loadFormats(): Promise<Formats>;
	loadVirtualBoards(): Promise<VirtualBoards>;
	/** What outlives the page. @throws Failure store.refused where the browser stores nothing. */
	openStore(): Promise<Store>;
	/** Protected ranges that outlive the page. @throws Failure storage.failed, as does what it resolves to */
	openRanges(): Promise<TextStore>;
	/** A name that no other job on this machine has. */
	newId(): string;
	/** Holds the locks of an open board and makes its port free; resolves to the way to let go. */
	guardBoard(port: SerialPortLike | UsbDeviceLike): Promise<() => void>;
	/** App version for reports. */
	readonly version: string;
	/** Wall clock, ISO 8601, for reports. */
	today(): string;
}
