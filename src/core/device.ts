// A chip as the catalogue knows it: pure data made from devices/*.json by devices/index.ts.
import type { MemoryMap } from './memory.ts';
import type { Range } from './range.ts';

/** Flash times in milliseconds (program: microseconds), from data sheets; the source is in the device file. */
export interface FlashTimings {
	/** One row per sector size in bytes, ascending. */
	readonly erase: readonly {
		readonly size: number;
		readonly typicalMs: number;
		readonly maximumMs: number;
	}[];
	/** Time to program one unit of `bytes` bytes as the ROM does it. */
	readonly program: {
		readonly bytes: number;
		readonly typicalUs: number;
		readonly maximumUs: number;
	};
	readonly massErase: { readonly typicalMs: number; readonly maximumMs: number };
}

/** One arrangement of banks and sectors; several when an option byte decides. */
export interface Layout {
	readonly id: string;
	/** The option bit that selects it ("DB1M=1"); undefined when the arrangement is fixed. */
	readonly when?: string;
	/** Value of the bit at `registers.layoutBit` that selects it. */
	readonly bit?: 0 | 1;
	/** Flash regions only, with their sectors. */
	readonly flash: MemoryMap;
	/** No public document says how UART erase counts the sectors of bank 2 here. */
	readonly numberingAssumed?: boolean;
}

/** One revision of the ROM, told apart by the byte at `registers.bootloaderId`. */
export interface RomVersion {
	readonly id?: number;
	/** "V3.1", as AN2606 prints it. */
	readonly version: string;
	readonly notes: readonly string[];
}

export interface BootloaderFacts {
	/** AN3155 Get ID answers it. */
	readonly uart: boolean;
	readonly dfu: boolean;
	/** AN3155 version that Get answers ("3.1"); undefined where none is known. */
	readonly protocol?: string;
	/** Erase 0x43 (legacy), Extended Erase 0x44, or that and Special Commands 0x50/0x51. */
	readonly commandSet?: 'legacy' | 'extended' | 'extended+special';
	readonly parity: 'even' | 'none';
	/** What USB runs from ("HSI48 with CRS", "HSE 8/16/25 MHz"). */
	readonly dfuClock?: string;
	/** "USART1: TX PA9, RX PA10" */
	readonly ports: readonly string[];
	/** Extended Erase with the mass code works; false on L0 and L1 and where a ROM is known to fail. */
	readonly massErase: boolean;
	/** What this ROM does when USB erases a sector of bank 2: another sector goes ('wrong-sector'), or none ('nothing'). */
	readonly bank2EraseByUsb?: 'wrong-sector' | 'nothing';
	/** Highest baud rate known to lock reliably; undefined where no source says. */
	readonly maximumBaud?: number;
	/** RAM the ROM leaves to the host, as [start, end) pairs. */
	readonly hostRam: readonly { readonly start: number; readonly end: number }[];
	/** How the ROM is entered, in words (AN2606 pattern). */
	readonly entry: string;
	/** Known limitations of this ROM, in words. */
	readonly notes: readonly string[];
	readonly versions: readonly RomVersion[];
}

/** One memory size of one product ID: what a plan needs. */
export interface Device {
	/** AN3155 Get ID, 12 bits. */
	readonly productId: number;
	/** Other identifiers that mean the same chip: clones, debug IDs. */
	readonly alternateIds: readonly number[];
	/** "STM32F405/407/415/417, 1 MiB" */
	readonly name: string;
	/** "STM32F4" */
	readonly family: string;
	/** "Cortex-M4" */
	readonly cores: readonly string[];
	/** Part names without package: "STM32F405RG". */
	readonly parts: readonly string[];
	/** Bytes of main flash; 0 on chips that have none of their own. */
	readonly flashSize: number;
	/** The factory arrangement first; one without banks where there is no flash. */
	readonly layouts: readonly [Layout, ...Layout[]];
	/** RAM, option bytes, OTP, system memory, EEPROM, backup SRAM. */
	readonly memory: MemoryMap;
	/** Where external memory shows in the address space, by the name linker scripts use; its size is the board's. */
	readonly external: readonly { readonly name: string; readonly range: Range }[];
	/** With where they come from: a public document, memory of a data sheet, or a cautious guess. */
	readonly timings: FlashTimings & { readonly source: 'quoted' | 'remembered' | 'estimate' };
	readonly bootloader: BootloaderFacts;
	/** Address of the 16-bit flash size in KiB; of the 96-bit unique ID; of the one-byte bootloader ID. */
	readonly registers: {
		readonly flashSize?: number;
		/** Which bits of that word count, where not all do. */
		readonly flashSizeMask?: number;
		/** KiB by register value, where it holds a code (L1 category 4). */
		readonly flashSizeCodes?: Readonly<Record<string, number>>;
		readonly uniqueId?: number;
		readonly bootloaderId?: number;
		/** Where the option bit that selects the layout is read: a 32-bit little-endian word and the bit in it. */
		readonly layoutBit?: { readonly address: number; readonly bit: number };
	};
	/** DfuSe interface strings that real ROMs of this part print for their alternate settings. */
	readonly dfuStrings: readonly (readonly string[])[];
	readonly notes: readonly string[];
	readonly confidence: 'high' | 'medium' | 'low';
	readonly sources: readonly string[];
}
