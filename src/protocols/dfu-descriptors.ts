// What a USB device tells about its DFU interface: USB 2.0 chapter 9 descriptors, DFU 1.1 4.2. Pure; every length
// and offset may be a lie. The functional descriptor is taken from the configuration blob only: the STM32C5 ROM
// never answers a request for it alone, and type 0x21 outside a DFU interface is HID.
import { u16le, u8 } from '#core/bytes.ts';

export interface DfuInterface {
	readonly configurationValue: number;
	readonly number: number;
	/** DFU 1.1 4.2.3: an application that can detach, or the bootloader itself. */
	readonly mode: 'run-time' | 'dfu';
	/** String index of each alternate setting's name; 0 where it has none. */
	readonly alternates: readonly { readonly setting: number; readonly stringIndex: number }[];
	readonly functional: FunctionalDescriptor;
}

/** DFU 1.1 table 4.2. */
export interface FunctionalDescriptor {
	readonly canDownload: boolean;
	readonly canUpload: boolean;
	readonly manifestationTolerant: boolean;
	readonly willDetach: boolean;
	readonly detachTimeoutMs: number;
	/** Bytes a control transfer may carry. */
	readonly transferSize: number;
	/** 0x0110 for DFU 1.1, 0x011A for DfuSe. */
	readonly version: number;
}

const Type = { configuration: 2, interface: 4, dfuFunctional: 0x21 } as const;
/** DFU 1.1 4.2.1: class, subclass. */
const APPLICATION_SPECIFIC = 0xfe;
const DFU_SUBCLASS = 1;
/** Real bootloaders use 1024 to 4096; anything else is clamped. */
const TRANSFER_SIZE = { least: 8, most: 4096, usual: 2048 } as const;
export const DFUSE_VERSION = 0x011a;

const missing: FunctionalDescriptor = {
	canDownload: true,
	canUpload: true,
	manifestationTolerant: false,
	willDetach: false,
	detachTimeoutMs: 255,
	transferSize: TRANSFER_SIZE.usual,
	version: 0x0110,
};

/** Every DFU interface of a configuration blob; an empty list when there is none or the blob is broken. */
export function readDfuInterfaces(blob: Uint8Array): DfuInterface[] {
	const found = new Map<number, Building>();
	let configurationValue = 1;
	let current: Building | undefined;
	for (const descriptor of split(blob)) {
		const type = u8(descriptor, 1);
		if (type === Type.configuration && descriptor.length >= 6)
			configurationValue = u8(descriptor, 5);
		else if (type === Type.interface && descriptor.length >= 9) {
			current = dfuInterface(descriptor, found, configurationValue);
		} else if (type === Type.dfuFunctional && current && descriptor.length >= 7) {
			current.functional = functional(descriptor);
		}
	}
	return [...found.values()];
}

type Building = {
	-readonly [K in keyof DfuInterface]: DfuInterface[K];
} & { alternates: { setting: number; stringIndex: number }[] };

/** Descriptors one after the other; stops at the first whose length cannot be. */
function split(blob: Uint8Array): Uint8Array[] {
	const parts: Uint8Array[] = [];
	for (let offset = 0; offset + 2 <= blob.length;) {
		const length = u8(blob, offset);
		if (length < 2 || offset + length > blob.length) break;
		parts.push(blob.subarray(offset, offset + length));
		offset += length;
	}
	return parts;
}

function dfuInterface(
	descriptor: Uint8Array,
	found: Map<number, Building>,
	configurationValue: number,
): Building | undefined {
	const isDfu = u8(descriptor, 5) === APPLICATION_SPECIFIC && u8(descriptor, 6) === DFU_SUBCLASS;
	if (!isDfu) return undefined;
	const number = u8(descriptor, 2);
	const known = found.get(number) ?? {
		configurationValue,
		number,
		mode: u8(descriptor, 7) === 1 ? 'run-time' : 'dfu',
		alternates: [],
		functional: missing,
	};
	known.alternates.push({ setting: u8(descriptor, 3), stringIndex: u8(descriptor, 8) });
	found.set(number, known);
	return known;
}

/** A size of zero or beyond what a ROM buffers would only stall; a DFU 1.0 descriptor has no version. */
function functional(descriptor: Uint8Array): FunctionalDescriptor {
	const attributes = u8(descriptor, 2);
	const stated = u16le(descriptor, 5);
	return {
		canDownload: (attributes & 1) !== 0,
		canUpload: (attributes & 2) !== 0,
		manifestationTolerant: (attributes & 4) !== 0,
		willDetach: (attributes & 8) !== 0,
		detachTimeoutMs: u16le(descriptor, 3),
		transferSize:
			stated < TRANSFER_SIZE.least ? TRANSFER_SIZE.usual : Math.min(stated, TRANSFER_SIZE.most),
		version: descriptor.length >= 9 ? u16le(descriptor, 7) : 0x0100,
	};
}

/** A string descriptor's text (UTF-16LE); undefined when it is not one. */
export function readStringDescriptor(bytes: Uint8Array): string | undefined {
	if (bytes.length < 2 || bytes[1] !== 3) return undefined;
	const end = Math.min(u8(bytes, 0), bytes.length) & ~1;
	let text = '';
	for (let offset = 2; offset + 1 < end; offset += 2)
		text += String.fromCharCode(u16le(bytes, offset));
	return text;
}
