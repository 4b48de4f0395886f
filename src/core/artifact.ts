// What a file turns out to be.
import type { Diagnostic } from './failure.ts';
import { buildImage, type Image } from './image.ts';

/** A named part of a link (.text); informative, never programmed as such. Addresses in bytes. */
export interface Section {
	readonly name: string;
	/** Where it runs (VMA). */
	readonly runAddress: number;
	/** Where its bytes are stored (LMA); undefined when it stores none (.bss). */
	readonly loadAddress?: number;
	readonly size: number;
	readonly access: { readonly write: boolean; readonly execute: boolean };
}

export interface Firmware {
	readonly kind: 'firmware';
	/** "ELF", "Intel HEX", "Motorola S-record", "DfuSe", "UF2", "raw binary". */
	readonly format: string;
	readonly image: Image;
	readonly entryPoint?: number;
	readonly sections: readonly Section[];
	readonly diagnostics: readonly Diagnostic[];
	/** USB identity a DFU suffix asks for; 0xFFFF means any. */
	readonly usb?: { readonly vendorId: number; readonly productId: number };
	/** STM32 families the file is for, where it says so (UF2 family ID). */
	readonly families?: readonly string[];
}

/** Bytes without an address: a raw binary or a plain DFU 1.1 file. The user gives the address. */
export interface RawBinary {
	readonly kind: 'binary';
	readonly format: string;
	readonly data: Uint8Array;
	/** From the vector table's reset handler; undefined when the first words are not a vector table. */
	readonly proposedAddress?: number;
	readonly usb?: { readonly vendorId: number; readonly productId: number };
}

export type Artifact = Firmware | RawBinary;

/** A raw binary at the address the user confirmed. */
export function placeBinary(binary: RawBinary, address: number): Firmware {
	return {
		kind: 'firmware',
		format: binary.format,
		image: buildImage([{ address, data: binary.data }]),
		sections: [],
		diagnostics: [],
		...(binary.usb && { usb: binary.usb }),
	};
}
