// Chips with two banks of which an option bit chooses the one that runs: L4, G4 and F42x/F43x/F469 (RM0351 2.6.1, RM0440
// 2.6.1, RM0090 2.4). With BFB2 the boot ROM runs bank 2, if that begins with a stack pointer in SRAM, else bank 1
// (AN2606, dual bank boot), and maps the bank that runs to where bank 1 is. A program is therefore linked for bank 1,
// whichever it runs from; the bootloader, entered by the boot pins, sees both where they are.
import { u32le } from '#core/bytes.ts';
import { buildImage, extent, readImage, sliceImage, type Image } from '#core/image.ts';
import type { MemoryMap } from '#core/memory.ts';
import { edit, fieldValue, isWritable, type OptionBlock } from '#core/options.ts';
import { contains, includes, join, overlaps, size, type Range } from '#core/range.ts';
import type { OptionChange } from '#session/option-job.ts';
import type { Board } from '#session/state.ts';

export type BankNumber = 1 | 2;

/** Two equal banks, and what the option bit says. */
export interface BankPair {
	readonly ranges: Readonly<Record<BankNumber, Range>>;
	readonly secondFirst: boolean;
}

export interface Banks extends BankPair {
	/** The one that runs when the chip starts. */
	readonly active: BankNumber;
	readonly inactive: BankNumber;
}

const FAMILIES: ReadonlySet<string> = new Set(['STM32L4', 'STM32G4', 'STM32F4']);
const FIELD = 'BFB2';
/** A stack pointer is enough for the ROM; 8 bytes are the first two vectors. */
const HEAD = 8;
/** Where the ROM looks for a stack: SRAM1 and SRAM2, not their aliases (ES0335 2.2.9). */
const STACKS = [0x20000000, 0x10000000];

/** Undefined where the chip has no such banks, or its option bytes cannot be written from here. */
export function bankPair({ device, memory, options }: Board): BankPair | undefined {
	const { layout, blocks = [] } = options ?? {};
	if (!device || !FAMILIES.has(device.family) || !layout) return undefined;
	if (!isWritable(layout, blocks, FIELD)) return undefined;
	const [first, second] = [bankRange(memory, 1), bankRange(memory, 2)];
	if (!first || !second || shapeOf(memory, first) !== shapeOf(memory, second)) return undefined;
	return {
		ranges: { 1: first, 2: second },
		secondFirst: fieldValue(layout, blocks, FIELD) === 1,
	};
}

function bankRange(memory: MemoryMap, bank: BankNumber): Range | undefined {
	const sectors = memory
		.filter(({ kind }) => kind === 'flash')
		.flatMap((region) => region.sectors.filter((sector) => sector.bank === bank));
	const [first, last] = [sectors[0], sectors.at(-1)];
	return first && last && { start: first.range.start, end: last.range.end };
}

/** How a bank is cut, from its own start. */
const shapeOf = (memory: MemoryMap, bank: Range): string =>
	memory
		.flatMap(({ sectors }) => sectors)
		.filter(({ range }) => contains(bank, range))
		.map(({ range }) => `${range.start - bank.start}+${size(range)}`)
		.join(' ');

/** What has to be read to tell which bank runs. */
export const headsOf = ({ ranges }: BankPair): readonly Range[] =>
	[ranges[1], ranges[2]].map(({ start }) => ({ start, end: start + HEAD }));

/** `found` holds the heads of both banks. */
export function banksOf(pair: BankPair, memory: MemoryMap, found: Image): Banks {
	const second = pair.secondFirst && isStartable(found, pair.ranges[2].start, memory);
	return { ...pair, active: second ? 2 : 1, inactive: second ? 1 : 2 };
}

/** True where the ROM takes what begins there for a program. */
export function isStartable(image: Image, address: number, memory: MemoryMap): boolean {
	const word = { start: address, end: address + 4 };
	if (sliceImage(image, word)[0]?.data.length !== 4) return false;
	const stack = u32le(readImage(image, word, 0), 0) >>> 0;
	return memory.some(
		({ kind, range }) =>
			kind === 'ram' && STACKS.includes(range.start) && range.start < stack && stack <= range.end,
	);
}

/** Where the bootloader finds what the running program has at `address`. */
export function placed(banks: Banks | undefined, address: number): number {
	if (!banks || banks.active === 1) return address;
	const { 1: first, 2: second } = banks.ranges;
	if (includes(first, address)) return address - first.start + second.start;
	return includes(second, address) ? address - second.start + first.start : address;
}

export const placedRange = (banks: Banks | undefined, { start, end }: Range): Range => {
	const at = placed(banks, start);
	return { start: at, end: at + (end - start) };
};

export const placedImage = (banks: Banks | undefined, image: Image): Image =>
	buildImage(image.map(({ address, data }) => ({ address: placed(banks, address), data })));

export interface OtherBank {
	readonly image: Image;
	/** Bytes of the running bank that go along, as addresses of the bootloader. */
	readonly copied: readonly Range[];
}

/**
 * Which bytes of the running bank must go along, so that what is to be kept is there after the switch. Undefined where
 * something is in the way: an image or a kept stretch outside the first bank would be swapped away.
 */
export function rangesToCopy(
	banks: Banks,
	image: Image,
	keep: readonly Range[],
): readonly Range[] | undefined {
	const { 1: first, 2: second } = banks.ranges;
	const whole = extent(image);
	if (!whole || !contains(first, whole)) return undefined;
	const inside = keep.filter((range) => overlaps(range, first) || overlaps(range, second));
	if (!inside.every((range) => contains(first, range))) return undefined;
	return join(inside).map((range) => placedRange(banks, range));
}

/**
 * The image, linked for bank 1, as it has to be written into the bank that does not run, with what was read of the
 * stretches to copy. Undefined where the ROM would not start it.
 */
export function forOtherBank(
	banks: Banks,
	image: Image,
	kept: Image,
	memory: MemoryMap,
): Image | undefined {
	const from = banks.ranges[banks.active].start;
	const to = banks.ranges[banks.inactive].start;
	const moved = buildImage([
		...image.map(({ address, data }) => ({ address: address - banks.ranges[1].start + to, data })),
		...kept.map(({ address, data }) => ({ address: address - from + to, data })),
	]);
	return isStartable(moved, to, memory) ? moved : undefined;
}

/**
 * False where the bit names the other bank, and this one runs only because that holds no program: what is written there
 * would run before it is proven.
 */
export const isNamed = (bank: BankNumber, board: Board): boolean =>
	bankPair(board)?.secondFirst === (bank === 2);

/** The option bytes that make a bank run. */
export function switchTo(bank: BankNumber, { options }: Board): OptionChange | undefined {
	const { layout, blocks = [] } = options ?? {};
	if (!layout || !isWritable(layout, blocks, FIELD)) return undefined;
	const after: readonly OptionBlock[] = edit(layout, blocks, { [FIELD]: bank === 2 ? 1 : 0 });
	return { layout, before: blocks, after, typed: '' };
}
