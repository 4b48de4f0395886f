// The lists of pages and sectors in AN3155's erase and write-protect commands, read as the ROM reads them.
import type { Sector } from '#core/memory.ts';
import type { Board } from './board.ts';
import type { Quirks } from './options.ts';

/** Sectors to erase one by one, or the number of a bank to erase whole (0: everything). */
export type EraseList = readonly Sector[] | number;

/** Bytes guarded by one write-protection code on F0, F1 and F3 (PM0075 2.4.1); one sector elsewhere. */
const PAGES_CODE_BYTES = 4096;

/** AN3155 3.7: one byte for each page. Undefined when a page does not exist. */
export function legacyEraseList(
	board: Board,
	rest: Uint8Array,
	all: boolean,
): EraseList | undefined {
	if (all) return board.device.bootloader.massErase ? 0 : undefined;
	return numbered(board, [...rest.subarray(0, -1)], 'listed');
}

/** AN3155 3.8: two bytes for each page, most significant first, or a special code instead of the count. */
export function eraseList(
	board: Board,
	count: number,
	rest: Uint8Array,
	counting: Quirks['pageNumbers'],
): EraseList | undefined {
	if (count >= 0xfff0) {
		// 0xFFFF mass, 0xFFFE bank 1, 0xFFFD bank 2; 0xFFF0 to 0xFFFC are reserved and name no bank.
		const bank = 0xffff - count;
		if (!board.device.bootloader.massErase) return undefined;
		return bank === 0 || board.sectors.some((sector) => sector.bank === bank) ? bank : undefined;
	}
	const numbers = Array.from(
		{ length: count + 1 },
		(_, i) => (rest[2 * i]! << 8) | rest[2 * i + 1]!,
	);
	return numbered(board, numbers, counting);
}

/** AN3155 3.9. Undefined when a code guards nothing. */
export function protectionSectors(board: Board, codes: Uint8Array): Sector[] | undefined {
	const { family } = board.device;
	if (!['STM32F0', 'STM32F1', 'STM32F3'].includes(family))
		return numbered(board, [...codes], 'listed');
	const start = board.sectors[0]?.range.start ?? 0;
	const guarded = [...codes].map((code) =>
		board.sectors.filter(
			({ range }) => Math.floor((range.start - start) / PAGES_CODE_BYTES) === code,
		),
	);
	return guarded.every((sectors) => sectors.length > 0) ? guarded.flat() : undefined;
}

function numbered(
	board: Board,
	numbers: readonly number[],
	counting: Quirks['pageNumbers'],
): Sector[] | undefined {
	const sectors = numbers.map((number) => counted(board, number, counting));
	return sectors.every((sector) => sector !== undefined) ? sectors : undefined;
}

function counted(
	{ sectors }: Board,
	number: number,
	counting: Quirks['pageNumbers'],
): Sector | undefined {
	const [first] = sectors;
	switch (counting) {
		case 'listed':
			return sectors.find((sector) => sector.number === number);
		case 'gapless':
			return sectors[number];
		case 'by-address': {
			const page = first ? first.range.end - first.range.start : 0;
			const address = (first?.range.start ?? 0) + number * page;
			return sectors.find(({ range }) => range.start <= address && address < range.end);
		}
		case 'bank-blind': {
			const bank1 = sectors.filter(({ bank }) => bank < 2);
			return bank1[number % bank1.length];
		}
	}
}
