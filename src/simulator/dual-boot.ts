// Chips that start from one of two banks. With BFB2 the boot ROM takes bank 2 if its first word is an address in SRAM,
// else bank 1 by the same test, else it goes on as bootloader (AN2606, "Dual bank boot implementation" of F42xxx,
// L47xxx, L49xxx, L4Rxxx, G47xxx); the bank taken is mapped to the start of flash (SYSCFG_MEMRMP, FB_MODE). BFB2 counts
// where flash was to be started, not where the boot pins choose the ROM (RM0351 2.6.1): that sees both banks in place.
import type { Device } from '#core/device.ts';
import type { MemoryMap, Sector } from '#core/memory.ts';

/** The bit in the user option word by product ID: RM0090 3.6.1, RM0351 and RM0432 3.4.1, RM0440 3.4.1. */
const bits: Readonly<Record<number, number>> = {
	0x419: 4,
	0x434: 4,
	0x415: 20,
	0x461: 20,
	0x470: 20,
	0x471: 20,
	0x469: 20,
};

/** `word`: the user option word, or undefined where its complement does not fit: its bits then count as ones (RM0351 3.4.2). */
export function secondBankFirst({ productId }: Device, word: number | undefined): boolean {
	const bit = bits[productId];
	return bit !== undefined && (word === undefined || ((word >>> bit) & 1) === 1);
}

export interface DualBoot {
	readonly memory: MemoryMap;
	readonly sectors: readonly Sector[];
	/** BFB2, as it was loaded. */
	readonly second: boolean;
	readonly firstWord: (address: number) => number;
}

/** Where the program lies that starts from flash; undefined where the ROM goes on instead. */
export function bootBase({ memory, sectors, second, firstWord }: DualBoot): number | undefined {
	const startOf = (bank: number): number | undefined =>
		sectors.find((sector) => sector.bank === bank)?.range.start;
	const first = sectors[0]?.range.start;
	if (!second || startOf(2) === undefined) return first;
	const stackAt = (base: number | undefined): boolean => {
		if (base === undefined) return false;
		const stack = firstWord(base);
		return memory.some(
			({ kind, range }) => kind === 'ram' && range.start < stack && stack <= range.end,
		);
	};
	return [startOf(2), startOf(1)].find(stackAt);
}
