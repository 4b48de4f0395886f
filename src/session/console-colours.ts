// Colours of the console as the page may show them: every one readable on the page's own ground, in both themes. What
// a program chose for a black terminal is kept in hue and moved in lightness until its contrast is enough. Pure.
import { TRUE_COLOUR, type Colour, type Style } from './console-style.ts';

export type Rgb = readonly [number, number, number];

/** Text and ground as CSS colours; undefined is the page's own. */
export interface Paint {
	readonly fore?: string;
	readonly back?: string;
}

/** The grounds of the two themes; src/ui/theme.css says the same as --well. */
export const grounds = { light: [0xf3, 0xf3, 0xf0], dark: [0x14, 0x15, 0x18] } as const;
const inks = { light: [0x17, 0x18, 0x1a], dark: [0xec, 0xed, 0xee] } as const;
/** WCAG 2.2, 1.4.3, and a little for rounding. */
const ENOUGH = 4.6;

export type Theme = keyof typeof grounds;

/** xterm's sixteen, less their glare. */
const sixteen: readonly Rgb[] = [
	[0x00, 0x00, 0x00],
	[0xcd, 0x31, 0x31],
	[0x0d, 0xa0, 0x4e],
	[0xb5, 0x89, 0x00],
	[0x24, 0x72, 0xc8],
	[0xb0, 0x30, 0xb0],
	[0x11, 0x98, 0xb0],
	[0xcc, 0xcc, 0xcc],
	[0x66, 0x66, 0x66],
	[0xf1, 0x4c, 0x4c],
	[0x23, 0xd1, 0x8b],
	[0xe5, 0xc0, 0x10],
	[0x3b, 0x8e, 0xea],
	[0xd6, 0x70, 0xd6],
	[0x29, 0xb8, 0xdb],
	[0xff, 0xff, 0xff],
];
/** The levels of the cube of 6 × 6 × 6 (xterm's 256colres). */
const levels = [0, 95, 135, 175, 215, 255];

/** What the number stands for: sixteen, the cube from 16, greys from 232, or the colour itself. */
export function rgbOf(colour: Colour): Rgb {
	if (colour >= TRUE_COLOUR) return [(colour >> 16) & 0xff, (colour >> 8) & 0xff, colour & 0xff];
	if (colour < 16) return sixteen[colour] ?? sixteen[7]!;
	if (colour >= 232) {
		const grey = 8 + 10 * (colour - 232);
		return [grey, grey, grey];
	}
	const index = colour - 16;
	return [levels[Math.floor(index / 36)]!, levels[Math.floor(index / 6) % 6]!, levels[index % 6]!];
}

/** How a style is painted in a theme. */
export function paintOf(style: Style, theme: Theme): Paint {
	const { back } = style;
	let { fore } = style;
	if (style.inverse) {
		// The page's own colours change places too.
		const swapped = { fore: back ?? 'ground', back: fore ?? 'ink' } as const;
		const ground = swapped.back === 'ink' ? inks[theme] : rgbOf(swapped.back);
		const text = swapped.fore === 'ground' ? grounds[theme] : rgbOf(swapped.fore);
		return { fore: css(style.hidden ? ground : legible(text, ground)), back: css(ground) };
	}
	// A dim text of no colour of its own is a grey of the page's.
	if (style.dim && fore === undefined) fore = 8;
	const ground = back === undefined ? grounds[theme] : rgbOf(back);
	if (style.hidden) return { fore: css(ground), ...(back !== undefined && { back: css(ground) }) };
	const text = fore === undefined ? inks[theme] : rgbOf(fore);
	return {
		...((fore !== undefined || back !== undefined) && { fore: css(legible(text, ground)) }),
		...(back !== undefined && { back: css(ground) }),
	};
}

/** The colour, moved towards black or white until it can be read on the ground. */
export function legible(text: Rgb, ground: Rgb): Rgb {
	if (contrast(text, ground) >= ENOUGH) return text;
	const white: Rgb = [255, 255, 255];
	const black: Rgb = [0, 0, 0];
	const end = contrast(white, ground) >= contrast(black, ground) ? white : black;
	// Contrast grows along the way to the end: halving finds the least step that is enough.
	let near = 0;
	let far = 1;
	for (let i = 0; i < 8; i++) {
		const middle = (near + far) / 2;
		if (contrast(mix(text, end, middle), ground) >= ENOUGH) far = middle;
		else near = middle;
	}
	return mix(text, end, far);
}

const mix = (from: Rgb, to: Rgb, share: number): Rgb => [
	Math.round(from[0] + (to[0] - from[0]) * share),
	Math.round(from[1] + (to[1] - from[1]) * share),
	Math.round(from[2] + (to[2] - from[2]) * share),
];

/** WCAG 2.2, "contrast ratio": 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
	const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
	return (high + 0.05) / (low + 0.05);
}

/** WCAG 2.2, "relative luminance". */
function luminance([red, green, blue]: Rgb): number {
	const linear = (value: number): number => {
		const part = value / 255;
		return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
	};
	return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

const css = ([red, green, blue]: Rgb): string =>
	`#${((1 << 24) + (red << 16) + (green << 8) + blue).toString(16).slice(1)}`;
