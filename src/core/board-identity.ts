// Whether two boards are one: by what their bootloaders tell, across UART and USB.
import { u32le } from './bytes.ts';

/** What a bootloader told of the board it runs on. */
export interface BoardMarks {
	/** "STM32F405/407/415/417, 1 MiB" */
	readonly name: string;
	readonly productId?: number;
	/** 24 hex digits, its three words in the order of their addresses; read by UART. */
	readonly uniqueId?: string;
	/** Of the USB descriptor. */
	readonly usbSerial?: string;
}

/** 'unsure': of one kind, as far as is known, and nothing that they tell makes them one or two. */
export type Likeness = 'same' | 'unsure' | 'other';

/**
 * Serial numbers that ROMs make of a unique ID, 12 hex digits each. That of F2 and F4, as the ROM's code has it: the sum
 * of the first and last word, then the upper half of the second (with all of them blank, the FFFFFFFEFFFF seen on F042).
 * F3's has the upper half of the last word. One told of F7 adds byte by byte. F76x adds ten.
 * https://github.com/libopencm3/libopencm3/issues/760, https://github.com/libopencm3/libopencm3/pull/961,
 * https://github.com/orgs/micropython/discussions/15948
 */
export function romSerials(
	uniqueId: string,
): Readonly<Record<'f4' | 'f3' | 'bytewise' | 'f76x', string>> {
	const id = Uint8Array.from(uniqueId.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
	const hex = (value: number, digits: number): string =>
		(value >>> 0).toString(16).toUpperCase().padStart(digits, '0');
	const sum = u32le(id, 0) + u32le(id, 8);
	const upper = (at: number): string => hex(u32le(id, at) >>> 16, 4);
	const bytes = [id[11]!, id[10]! + id[2]!, id[9]!, id[8]! + id[0]!];
	return {
		f4: hex(sum, 8) + upper(4),
		f3: hex(sum, 8) + upper(8),
		bytewise: bytes.map((byte) => hex(byte & 0xff, 2)).join('') + upper(4),
		f76x: hex(sum + 10, 8) + upper(4),
	};
}

/** Product IDs of F2 and F405: their ROM is known to make its serial number by the first rule and no other. */
const SETTLED = [0x411, 0x413];
const F76X = 0x451;

/**
 * L496 tells another number each time it is powered (https://community.st.com/s/question/0D53W00000HyEZa/), and USB does
 * not tell it from L47x of the same size.
 */
const CHANGING = /^STM32L4(7[1-6]|8[56]|96|A6)/;

/** The same on every chip, seen on boards: H74x and H72x, and F042 with nothing in the place of its unique ID. */
const PLACEHOLDERS = ['200364500000', '200000500000', 'FFFFFFFEFFFF'];

/**
 * The serial number, where it says which chip this is. Older ROMs and other bootloaders have a word there. Chips of one
 * lot may share it: the number of the wafer is not in it.
 */
const serialOf = ({ usbSerial }: BoardMarks): string | undefined => {
	const serial = usbSerial?.toUpperCase();
	return serial !== undefined && /^[0-9A-F]{12}$/.test(serial) && !PLACEHOLDERS.includes(serial)
		? serial
		: undefined;
};

const idOf = ({ uniqueId }: BoardMarks): string | undefined =>
	uniqueId !== undefined && /^[0-9A-F]{24}$/i.test(uniqueId) && !/^(0+|F+)$/i.test(uniqueId)
		? uniqueId.toUpperCase()
		: undefined;

/** By their numbers where those say anything; else by what kind of chip each is, which never makes two boards one. */
export function likeness(a: BoardMarks, b: BoardMarks): Likeness {
	const byNumber = byUniqueId(a, b) ?? bySerial(a, b) ?? acrossWires(a, b) ?? acrossWires(b, a);
	if (byNumber) return byNumber;
	return sameKind(a, b) ? 'unsure' : 'other';
}

/** USB tells no product ID, and what it is called by then depends on what was chosen among its candidates. */
function sameKind(a: BoardMarks, b: BoardMarks): boolean {
	if (a.productId !== undefined && b.productId !== undefined) return a.productId === b.productId;
	const [one, other] = [familyOf(a), familyOf(b)];
	return one !== undefined && other !== undefined ? one === other : a.name === b.name;
}

const familyOf = ({ name }: BoardMarks): string | undefined => /^STM32[A-Z]+\d/.exec(name)?.[0];

const byUniqueId = (a: BoardMarks, b: BoardMarks): Likeness | undefined =>
	compared(idOf(a), idOf(b));

function bySerial(a: BoardMarks, b: BoardMarks): Likeness | undefined {
	const like = compared(serialOf(a), serialOf(b));
	return like === 'other' && (CHANGING.test(a.name) || CHANGING.test(b.name)) ? undefined : like;
}

const compared = (a: string | undefined, b: string | undefined): Likeness | undefined =>
	a === undefined || b === undefined ? undefined : a === b ? 'same' : 'other';

/** One read by UART and the other by USB: another serial number says something only where the ROM's rule is known. */
function acrossWires(byUart: BoardMarks, byUsb: BoardMarks): Likeness | undefined {
	const [id, serial] = [idOf(byUart), serialOf(byUsb)];
	if (id === undefined || serial === undefined) return undefined;
	const { f76x, ...serials } = romSerials(id);
	const { productId = 0 } = byUart;
	if (SETTLED.includes(productId)) return serials.f4 === serial ? 'same' : 'other';
	// Ten places further on the same wafer lies another chip: that rule counts only where it was seen.
	const expected = productId === F76X ? [f76x] : Object.values(serials);
	return expected.includes(serial) ? 'same' : undefined;
}
