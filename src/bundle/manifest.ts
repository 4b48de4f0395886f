// What a maker says of an update. All of it is signed, and the client acts on nothing else (docs/bundle-format.md).

/** Version of the format this file describes. */
export const SCHEMA = 1;

/** Text by BCP 47 language tag; "en" is always there. */
export type Texts = Readonly<Record<string, string>>;

/** A file of the container, by its path there and its content. */
export interface FileRef {
	readonly path: string;
	/** Bytes, unpacked. */
	readonly size: number;
	/** 64 lower-case hex digits. */
	readonly sha256: string;
}

export interface Picture {
	readonly file: FileRef;
	/** What it shows, for who cannot see it. */
	readonly alt: Texts;
}

/** One thing the customer does to bring the device into its bootloader. */
export interface EntryStep {
	readonly text: Texts;
	readonly picture?: Picture;
}

/** Bytes that must stand at an address; `mask` (as long) says which bits count. Hex digits. */
export interface ExpectedBytes {
	readonly address: number;
	readonly bytes: string;
	readonly mask?: string;
}

/** How an adapter's DTR and RTS reach NRST and BOOT0 (docs/bundle-format.md, Hardware). */
export const WIRINGS = [
	'rts-reset-dtr-boot',
	'rts-reset-dtr-boot-inverted',
	'dtr-reset-rts-boot',
	'dtr-reset-rts-boot-transistor',
] as const;

/** Which devices the update is for. Every line that is there must hold. */
export interface HardwareMatch {
	/** STM32 product IDs (AN3155 Get ID, DBGMCU_IDCODE DEV_ID). */
	readonly productIds: readonly number[];
	/** Flash of the chip, bytes. */
	readonly flashSize?: { readonly minimum: number; readonly maximum: number };
	/** What tells this board from others with the same chip. */
	readonly boardId?: readonly ExpectedBytes[];
	/** Serial numbers (USB descriptor, or the unique ID as 24 hex digits), both ends included, compared as text of one length. */
	readonly serials?: { readonly first: string; readonly last: string };
	/** Ways in that this product has, the best first. */
	readonly routes: readonly ('dfu' | 'uart')[];
	/** By UART: the lines of the product's own adapter bring it into its bootloader and out again. */
	readonly lines?: (typeof WIRINGS)[number];
}

/** Where an image lives (AN5188 calls the ways XiP and BootROM). */
export type Storage = 'internal' | 'xip' | 'bootrom';

/** A stretch of memory the update writes. */
export interface BundleImage {
	/** First byte on the chip, as the bootloader addresses it. */
	readonly address: number;
	/** The bytes to be there afterwards: bytes, and their SHA-256. */
	readonly size: number;
	readonly sha256: string;
	readonly storage: Storage;
	/** The bytes themselves, used wherever they are there. Undefined in a bundle that carries only deltas. */
	readonly full?: FileRef;
	/** What changes from a known content; used where the board holds exactly that and there is no `full`. */
	readonly deltas?: readonly Delta[];
}

/** A patch in fossil-delta's form. */
export interface Delta {
	/** The content it starts from, at the image's address. */
	readonly from: { readonly version: string; readonly size: number; readonly sha256: string };
	readonly patch: FileRef;
}

/** A named stretch that stays as it is, bit for bit. */
export interface KeptRange {
	readonly name: string;
	readonly origin: number;
	/** Bytes. */
	readonly length: number;
}

/** Where the version on the device can be read; the first that answers counts. */
export type VersionSource =
	/** In memory: text up to a NUL or the length, or an unsigned little-endian number, which is then the whole version name ("204"). */
	| {
			readonly kind: 'memory';
			readonly address: number;
			readonly length: number;
			readonly as: 'text' | 'number';
	  }
	/** A string of the USB device while its application runs: the pattern's first group is the version. */
	| {
			readonly kind: 'usb';
			readonly field: 'product' | 'serial' | 'release';
			readonly pattern: string;
	  }
	/** What the application says on its serial port, after `ask` was sent: before the bootloader is entered, or after a start by `lines`. */
	| {
			readonly kind: 'serial';
			readonly baud: number;
			readonly ask?: string;
			readonly pattern: string;
	  };

export interface Manifest {
	readonly schema: typeof SCHEMA;
	readonly maker: {
		readonly name: string;
		/** Where a customer finds help: an https or mailto address. */
		readonly support?: string;
	};
	readonly product: {
		/** Lower-case words and dots: "acme.lamp-2". Updates of one product share it. */
		readonly id: string;
		readonly name: Texts;
		readonly picture?: Picture;
	};
	readonly version: {
		/** "2.4.1" */
		readonly name: string;
		/** Rises when older versions must not come back (anti-rollback). */
		readonly counter: number;
	};
	readonly notes: Texts;
	readonly entry: Readonly<Partial<Record<'dfu' | 'uart', readonly EntryStep[]>>>;
	readonly hardware: HardwareMatch;
	readonly images: readonly BundleImage[];
	/** Bootloader, configuration, calibration. */
	readonly keep: readonly KeptRange[];
	/** Which installed versions it may replace; compared number by number. */
	readonly previous?: { readonly minimum?: string; readonly forbidden?: readonly string[] };
	/** ISO 8601 dates (UTC): the first and the last day it may be installed. */
	readonly valid?: { readonly from?: string; readonly until?: string };
	readonly installed?: readonly VersionSource[];
	/** Where the application starts, if not at the first image's vector table. */
	readonly start?: number;
	/** On chips with two banks: into the inactive one and switched over after verification, or where it stands. */
	readonly dualBank?: 'inactive-bank' | 'in-place';
}
