// How each family's cells take a write (programming manuals PM0075, PM0081, reference manuals RM0090, RM0351,
// RM0377, RM0433 and kin). Bytes only: it knows nothing of time, sectors or bootloaders.
import type { Region } from '#core/memory.ts';

/** Cells of one smallest programmable unit. */
export interface Cells {
	/** Bytes programmed together; a write that covers less is padded with the erase value. */
	readonly unit: number;
	/** New content of a unit, or undefined when the hardware refuses and leaves it as it is. */
	readonly program: (old: Uint8Array, wanted: Uint8Array) => Uint8Array | undefined;
}

export function cellsOf(family: string, region: Region): Cells {
	switch (family) {
		// PM0075 2.3.3: a half-word that is not erased is refused (PGERR), unless 0x0000 is written.
		case 'STM32F0':
		case 'STM32F1':
		case 'STM32F3':
			return { unit: 2, program: erasedOr(0xff, 0x00) };
		// RM0090 3.6.2: bits go from 1 to 0 only; nothing checks what was there.
		case 'STM32F2':
		case 'STM32F4':
		case 'STM32F7':
			return { unit: 1, program: (old, wanted) => old.map((byte, i) => byte & wanted[i]!) };
		// RM0038 3.3.4: erased is 0, bits go from 0 to 1 only.
		case 'STM32L1':
			return { unit: 4, program: (old, wanted) => old.map((byte, i) => byte | wanted[i]!) };
		// RM0377 3.3.4: a word that is not zero is refused (NOTZEROERR).
		case 'STM32L0':
			return { unit: 4, program: erasedOr(0x00) };
		default:
			return errorCorrected(region);
	}
}

/**
 * Flash with ECC takes a unit once. RM0351 3.3.7: 64-bit families let zeros be written over anything; the wider
 * ones (RM0433 4.3.9, RM0456 7.3.8) do not.
 */
function errorCorrected(region: Region): Cells {
	const unit = Math.max(4, region.writeSize);
	const zerosOver = unit === 8 ? 0x00 : undefined;
	return { unit, program: erasedOr(region.eraseValue, zerosOver) };
}

/** Takes the write where the unit is erased, or where everything written is `always`. */
function erasedOr(erased: number, always?: number): Cells['program'] {
	return (old, wanted) =>
		old.every((byte) => byte === erased) || wanted.every((byte) => byte === always)
			? wanted
			: undefined;
}

/** Where the readout protection byte lies among a family's option bytes, and what it holds unprotected. */
export interface ProtectionByte {
	readonly region: 'first' | 'last';
	readonly offset: number;
	/** RDP level 0. 0xCC is level 2 wherever that exists, anything else is level 1. */
	readonly open: number;
}

/** Undefined where protection is not one of the option bytes (H5 product states) or the byte is not known here. */
export function protectionByteOf(family: string): ProtectionByte | undefined {
	switch (family) {
		case 'STM32F1':
			return { region: 'first', offset: 0, open: 0xa5 }; // PM0075 2.4.1
		case 'STM32F2':
		case 'STM32F4':
			return { region: 'last', offset: 1, open: 0xaa }; // RM0090 table 15
		case 'STM32F7':
		case 'STM32H7':
			return { region: 'first', offset: 1, open: 0xaa };
		case 'STM32H5':
		case 'STM32C5':
			return undefined;
		default:
			return { region: 'first', offset: 0, open: 0xaa };
	}
}
