// Option bytes as pure data: where they lie, what their bits are called, and how words become fields and fields words
// again, complements included. Layouts come from devices/options/*.json.
import { u32le } from './bytes.ts';
import { Failure } from './failure.ts';
import type { Range } from './range.ts';

/**
 * How a word guards itself. 'bytes': each odd byte is the complement of the one before (F0, F1, F3). 'half': the upper
 * half is the complement of the lower (L0, L1). 'next': the following word is the complement (L4, G0, G4, WB, WL, C0).
 */
export type Complement = 'none' | 'bytes' | 'half' | 'next';

export type OptionRole =
	'readout' | 'boot' | 'bank' | 'write-protection' | 'pcrop' | 'secure' | 'other';

/** A change that is not taken back by writing the old value. */
export interface Commitment {
	/** The new values it is about; 'any' other one; 'nonzero' for all but 0. */
	readonly values: readonly number[] | 'any' | 'nonzero';
	readonly back: 'never' | 'mass-erase';
	readonly why: string;
}

export interface OptionField {
	/** As the reference manual names it; unique in a layout. */
	readonly name: string;
	/** Lowest bit, and number of bits. */
	readonly low: number;
	readonly width: number;
	readonly role: OptionRole;
	readonly text: string;
	/** Meaning by value. */
	readonly means: ReadonlyMap<number, string>;
	/** What every other value means. */
	readonly others?: string;
	readonly factory?: number;
	/** Shown only: the bootloader does not write it, or nobody should. */
	readonly readOnly: boolean;
	readonly commitment?: Commitment;
}

export interface OptionWord {
	readonly name: string;
	readonly address: number;
	readonly fields: readonly OptionField[];
}

/** Which sectors a field protects. */
export type ProtectionRule =
	| {
			readonly kind: 'bits';
			readonly field: string;
			/** One bit for so many bytes from an offset into flash, or for so many sectors of a bank (of all flash: no bank). */
			readonly unit:
				| { readonly bytes: number; readonly from: number }
				| { readonly sectors: number; readonly bank?: number };
			readonly protectedWhen: 0 | 1;
			/** The highest bit stands for everything behind it, too. */
			readonly lastTakesRest: boolean;
			/** The rule is off while another field has this value (PCROP mode). */
			readonly unless?: { readonly field: string; readonly value: number };
			/** Each bit stands for twice as many sectors while another field has this value (F76x with two banks). */
			readonly pairsWhen?: { readonly field: string; readonly value: number };
	  }
	| {
			readonly kind: 'pages';
			/** Fields with the first and last page, counted from the start of the bank. */
			readonly start: string;
			readonly end: string;
			readonly bank?: number;
	  };

export interface OptionLayout {
	/** Name of its file without ".json". */
	readonly id: string;
	readonly title: string;
	readonly products: readonly number[];
	readonly manual: string;
	readonly confidence: 'high' | 'medium' | 'low';
	readonly complement: Complement;
	/** The field that holds the level: open, closed for good, anything else closed. */
	readonly readout: {
		readonly field: string;
		readonly open: number;
		readonly permanent?: number;
	};
	/** Why they are not written by the bootloader; undefined where they are. */
	readonly notWritable?: string;
	readonly words: readonly OptionWord[];
	readonly protects: readonly ProtectionRule[];
	readonly notes: readonly string[];
}

/** Bytes of one stretch of the option area as the bootloader reads and writes it. */
export interface OptionBlock {
	readonly address: number;
	readonly bytes: Uint8Array;
}

export interface ReadWord {
	readonly word: OptionWord;
	/** 32 bits, little endian; undefined where no block reaches it. */
	readonly raw: number | undefined;
	/** False where the complement does not fit: the chip then uses a default. Undefined where there is none to see. */
	readonly consistent: boolean | undefined;
}

export interface FieldChange {
	readonly word: OptionWord;
	readonly field: OptionField;
	readonly from: number;
	readonly to: number;
}

export const blockRange = ({ address, bytes }: OptionBlock): Range => ({
	start: address,
	end: address + bytes.length,
});

/** The 32 bits at an address, or undefined outside the blocks. */
export function wordAt(blocks: readonly OptionBlock[], address: number): number | undefined {
	const block = blockWith(blocks, address);
	return block && u32le(block.bytes, address - block.address) >>> 0;
}

/** The block that holds all four bytes at an address. */
const blockWith = (blocks: readonly OptionBlock[], address: number): OptionBlock | undefined =>
	blocks.find((one) => address >= one.address && address + 4 <= one.address + one.bytes.length);

/** Every described word with what stands there. */
export function readWords(layout: OptionLayout, blocks: readonly OptionBlock[]): ReadWord[] {
	return layout.words.map((word) => {
		const raw = wordAt(blocks, word.address);
		return { word, raw, consistent: consistency(layout.complement, blocks, word.address) };
	});
}

/** The value of a field by its name; undefined where the layout has none or the bootloader does not show it. */
export function fieldValue(
	layout: OptionLayout,
	blocks: readonly OptionBlock[],
	name: string,
): number | undefined {
	const found = findField(layout, name);
	const raw = found && wordAt(blocks, found.word.address);
	return found && raw !== undefined ? bitsOf(found.field, raw) : undefined;
}

export function findField(
	layout: OptionLayout,
	name: string,
): { readonly word: OptionWord; readonly field: OptionField } | undefined {
	for (const word of layout.words) {
		const field = word.fields.find((one) => one.name === name);
		if (field) return { word, field };
	}
	return undefined;
}

/**
 * True where the bootloader writes the field: it takes the block that holds the readout level in one write. What ROMs
 * do with a write to a second block (bank 2, BOOT_LOCK of G0) no document tells, so those are shown only.
 */
export function isWritable(
	layout: OptionLayout,
	blocks: readonly OptionBlock[],
	name: string,
): boolean {
	const found = findField(layout, name);
	const main = mainBlock(layout, blocks);
	return (
		layout.notWritable === undefined &&
		found !== undefined &&
		!found.field.readOnly &&
		main !== undefined &&
		blockWith([main], found.word.address) !== undefined
	);
}

/** The block that is written: the one with the readout level. */
export function mainBlock(
	layout: OptionLayout,
	blocks: readonly OptionBlock[],
): OptionBlock | undefined {
	const found = findField(layout, layout.readout.field);
	return found && blockWith(blocks, found.word.address);
}

export const bitsOf = ({ low, width }: OptionField, raw: number): number =>
	width === 32 ? raw >>> 0 : (raw >>> low) & (2 ** width - 1);

/** "0xAA level 0: open", as far as the layout knows. */
export const meaning = (field: OptionField, value: number): string | undefined =>
	field.means.get(value) ?? field.others;

/**
 * The blocks with other values in some fields, complements set anew in each word that changes; everything else stays
 * as it was read, reserved bits too.
 * @throws Failure option.field, option.not-writable
 */
export function edit(
	layout: OptionLayout,
	blocks: readonly OptionBlock[],
	values: Readonly<Record<string, number>>,
): OptionBlock[] {
	if (layout.notWritable !== undefined)
		throw new Failure('option.not-writable', { why: layout.notWritable });
	const edited = blocks.map(({ address, bytes }) => ({ address, bytes: bytes.slice() }));
	for (const [name, value] of Object.entries(values)) {
		const found = findField(layout, name);
		const raw = found && wordAt(edited, found.word.address);
		const fits =
			found && Number.isInteger(value) && value >= 0 && value <= 2 ** found.field.width - 1;
		if (!fits || !isWritable(layout, blocks, name) || raw === undefined)
			throw new Failure('option.field', { field: name, value });
		const { low, width } = found.field;
		const mask = width === 32 ? 0xffffffff : ((2 ** width - 1) << low) >>> 0;
		const next = ((raw & ~mask) | ((value << low) & mask)) >>> 0;
		if (next !== raw) put(edited, found.word.address, next, layout.complement);
	}
	return edited;
}

/** Fields whose values differ. */
export function changes(
	layout: OptionLayout,
	before: readonly OptionBlock[],
	after: readonly OptionBlock[],
): FieldChange[] {
	return layout.words.flatMap((word) => {
		const [old, now] = [wordAt(before, word.address), wordAt(after, word.address)];
		if (old === undefined || now === undefined || old === now) return [];
		return word.fields
			.map((field) => ({ word, field, from: bitsOf(field, old), to: bitsOf(field, now) }))
			.filter(({ from, to }) => from !== to);
	});
}

/** Names of the described words whose fields differ. */
export const differingWords = (
	layout: OptionLayout,
	a: readonly OptionBlock[],
	b: readonly OptionBlock[],
): string[] => [...new Set(changes(layout, a, b).map(({ word }) => word.name))];

export type ReadoutLevel = 'open' | 'closed' | 'permanent';

/** Undefined where the field cannot be seen. */
export function readoutLevel(
	layout: OptionLayout,
	blocks: readonly OptionBlock[],
): ReadoutLevel | undefined {
	const { field, open, permanent } = layout.readout;
	const value = fieldValue(layout, blocks, field);
	if (value === undefined) return undefined;
	return value === open ? 'open' : value === permanent ? 'permanent' : 'closed';
}

function consistency(
	complement: Complement,
	blocks: readonly OptionBlock[],
	address: number,
): boolean | undefined {
	const raw = wordAt(blocks, address);
	if (raw === undefined || complement === 'none') return undefined;
	if (complement === 'next') {
		const next = wordAt(blocks, address + 4);
		return next === undefined ? undefined : ~raw >>> 0 === next;
	}
	const whole = withComplement(complement, raw);
	// PM0075 2.5: a byte and its complement that are both blank are no error.
	return complement === 'half' ? whole === raw : [0, 16].every((low) => fits(raw, whole, low));
}

const fits = (raw: number, whole: number, low: number): boolean =>
	((raw >>> low) & 0xffff) === 0xffff || ((raw ^ whole) >>> low) % 0x10000 === 0;

/** The word with its own complement part set to what its data part asks for. */
function withComplement(complement: 'bytes' | 'half', raw: number): number {
	const mask = complement === 'half' ? 0x0000ffff : 0x00ff00ff;
	const data = raw & mask;
	return (data | ((~data & mask) << (complement === 'half' ? 16 : 8))) >>> 0;
}

function put(
	blocks: readonly OptionBlock[],
	address: number,
	value: number,
	complement: Complement,
): void {
	if (complement === 'next') {
		store(blocks, address, value);
		store(blocks, address + 4, ~value >>> 0);
	} else store(blocks, address, complement === 'none' ? value : withComplement(complement, value));
}

/** Writes a word where a block reaches it whole. */
function store(blocks: readonly OptionBlock[], address: number, value: number): void {
	const block = blockWith(blocks, address);
	if (!block) return;
	const { buffer, byteOffset, byteLength } = block.bytes;
	new DataView(buffer, byteOffset, byteLength).setUint32(address - block.address, value, true);
}
