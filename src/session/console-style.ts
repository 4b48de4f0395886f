// Select Graphic Rendition: the one escape sequence of ECMA-48 (8.3.117) the console obeys, with the 256 and the true
// colours of ITU-T T.416 as terminals write them. Pure; a parameter it does not know changes nothing.

/** A colour of the palette of 256 by its number, or one of its own: 0x1000000 + RRGGBB. */
export type Colour = number;
export const TRUE_COLOUR = 0x1000000;

export interface Style {
	readonly fore?: Colour;
	readonly back?: Colour;
	readonly bold?: true;
	readonly dim?: true;
	readonly italic?: true;
	readonly underline?: true;
	readonly inverse?: true;
	readonly strike?: true;
	/** Conceal: drawn in the colour of the ground, still selected and copied. */
	readonly hidden?: true;
}

export const plainStyle: Style = {};

type Flag = 'bold' | 'dim' | 'italic' | 'underline' | 'inverse' | 'strike' | 'hidden';
const on: Readonly<Record<number, Flag>> = {
	1: 'bold',
	2: 'dim',
	3: 'italic',
	4: 'underline',
	7: 'inverse',
	8: 'hidden',
	9: 'strike',
	21: 'underline',
};
const off: Readonly<Record<number, readonly (Flag | 'fore' | 'back')[]>> = {
	22: ['bold', 'dim'],
	23: ['italic'],
	24: ['underline'],
	27: ['inverse'],
	28: ['hidden'],
	29: ['strike'],
	39: ['fore'],
	49: ['back'],
};

/** The style after `ESC [ parameters m`. */
export function styleAfter(style: Style, parameters: string): Style {
	let now = style;
	// A parameter with colons carries its own sub-parameters (T.416); with semicolons they follow it (xterm).
	const list = parameters.split(';');
	for (let i = 0; i < list.length; i++) {
		const [head = '', ...sub] = list[i]!.split(':');
		const code = numberOf(head);
		if (code !== 38 && code !== 48) {
			// "4:0" is no underline, "4:3" a curly one.
			now =
				sub.length > 0 && numberOf(sub[0]!) === 0 ? without(now, [on[code]]) : simple(now, code);
			continue;
		}
		const rest = sub.length > 0 ? sub : list.slice(i + 1, i + 5);
		const found = colourOf(rest, sub.length > 0);
		if (sub.length === 0) i += found.used;
		if (found.colour === undefined) continue;
		now = { ...now, [code === 38 ? 'fore' : 'back']: found.colour };
	}
	return now;
}

function simple(style: Style, code: number): Style {
	if (code === 0) return plainStyle;
	if (on[code]) return { ...style, [on[code]]: true };
	if (off[code]) return without(style, off[code]);
	if (code >= 30 && code <= 37) return { ...style, fore: code - 30 };
	if (code >= 90 && code <= 97) return { ...style, fore: code - 90 + 8 };
	if (code >= 40 && code <= 47) return { ...style, back: code - 40 };
	if (code >= 100 && code <= 107) return { ...style, back: code - 100 + 8 };
	return style;
}

/** After 38 or 48: "5" and a number of the palette, or "2" and three values; `used` is how many were taken. */
function colourOf(
	rest: readonly string[],
	colons: boolean,
): { readonly colour?: Colour; readonly used: number } {
	const kind = numberOf(rest[0] ?? '');
	if (kind === 5) {
		const index = numberOf(rest[1] ?? '');
		return { used: 2, ...(index <= 255 && { colour: index }) };
	}
	if (kind !== 2) return { used: 1 };
	// T.416 has a colour space between the kind and the values; what terminals write mostly leaves it out.
	const from = colons && rest.length > 4 ? 2 : 1;
	const [red = 256, green = 256, blue = 256] = rest.slice(from, from + 3).map(numberOf);
	const valid = red <= 255 && green <= 255 && blue <= 255;
	return { used: 4, ...(valid && { colour: TRUE_COLOUR + (red << 16) + (green << 8) + blue }) };
}

/** An empty parameter is 0 (ECMA-48 5.4.2). What is no small number matches nothing. */
const numberOf = (text: string): number =>
	text === '' ? 0 : /^\d{1,3}$/.test(text) ? Number(text) : 999;

function without(style: Style, keys: readonly (keyof Style | undefined)[]): Style {
	return Object.fromEntries(
		Object.entries(style).filter(([key]) => !keys.includes(key as keyof Style)),
	);
}
