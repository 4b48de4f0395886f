// What the board has: regions of its address space, cut into the sectors the chip can erase.
import { includes, overlaps, type Range } from './range.ts';

export type RegionKind =
	'flash' | 'option-bytes' | 'otp' | 'eeprom' | 'system' | 'ram' | 'device-feature' | 'external';

/** What the bootloader lets a host do there (UM0424 4.3: readable, erasable, writable). */
export interface Access {
	readonly read: boolean;
	readonly erase: boolean;
	readonly write: boolean;
}

/** The smallest unit the chip can erase. `number` is how AN3155 3.8 and the reference manual count it. */
export interface Sector {
	readonly number: number;
	/** 1 or 2; 0 where the memory has no banks. */
	readonly bank: number;
	readonly range: Range;
	readonly access: Access;
}

export interface Region {
	/** As STM32 linker scripts name it: FLASH_BANK_1, SRAM_1, CCM_SRAM, … */
	readonly name: string;
	readonly kind: RegionKind;
	readonly range: Range;
	/** What every byte reads after an erase: 0xFF, or 0x00 on L0 and L1. */
	readonly eraseValue: number;
	/** Smallest write in bytes; every write is aligned to it and padded with the erase value. */
	readonly writeSize: number;
	/** Empty for memory that is not erased by sector (RAM, OTP, option bytes). */
	readonly sectors: readonly Sector[];
	readonly access: Access;
	/** DfuSe alternate setting that reaches it, where the board told one. */
	readonly alternateSetting?: number;
	/** True where the hardware forbids a second write to a unit before its erase (ECC flash). */
	readonly writeOnce?: boolean;
}

/** Sorted by address; regions do not overlap. */
export type MemoryMap = readonly Region[];

export const regionAt = (memory: MemoryMap, address: number): Region | undefined =>
	memory.find((region) => includes(region.range, address));

export const sectorAt = (memory: MemoryMap, address: number): Sector | undefined =>
	regionAt(memory, address)?.sectors.find((sector) => includes(sector.range, address));

/** Sectors of all flash regions that share a byte with any of the ranges, in address order. */
export function sectorsTouching(memory: MemoryMap, ranges: readonly Range[]): Sector[] {
	return flashSectors(memory).filter((sector) =>
		ranges.some((range) => overlaps(range, sector.range)),
	);
}

/** Every erasable sector of internal and external flash, in address order. */
export const flashSectors = (memory: MemoryMap): Sector[] =>
	memory.filter(isFlash).flatMap((region) => region.sectors);

/** Those inside the chip. */
export const ownFlash = (memory: MemoryMap): Sector[] =>
	flashSectors(memory.filter(({ kind }) => kind === 'flash'));

export const isFlash = (region: Region): boolean =>
	region.kind === 'flash' || region.kind === 'external';

export const flashSize = (memory: MemoryMap): number =>
	memory
		.filter((region) => region.kind === 'flash')
		.reduce((total, { range }) => total + range.end - range.start, 0);
