// The maker's colour made readable. Contrast as WCAG 2.2 defines it (relative luminance, sRGB).
export type Rgb = readonly [red: number, green: number, blue: number];

/** Least contrast of text, WCAG 2.2 success criterion 1.4.3. */
export const LEAST = 4.5;

/** Grounds on which links and small marks stand in the accent colour; theme.css has the same. */
const grounds = {
	light: ['#ffffff', '#f5f5f2', '#f3f3f0'],
	dark: ['#1a1c1f', '#121315', '#141518'],
} as const;
const ends = { light: '#000000', dark: '#ffffff' } as const;
/** Text on a filled button: whichever is read better. */
const inks = ['#ffffff', '#000000'] as const;

export type Theme = keyof typeof grounds;

export interface Accent {
	/** Fills the main button: the maker's colour as it is. */
	readonly fill: string;
	/** Text on it. */
	readonly onFill: string;
	/** Links and small marks: the maker's colour, darkened or lightened until it can be read. */
	readonly text: string;
}

/** From "#1d5fd6". */
export const rgb = (hex: string): Rgb => [part(hex, 1), part(hex, 3), part(hex, 5)];
const part = (hex: string, at: number): number => Number.parseInt(hex.slice(at, at + 2), 16);

/** 1 to 21. */
export function contrast(one: string, other: string): number {
	const [a, b] = [luminance(rgb(one)), luminance(rgb(other))];
	return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance(colour: Rgb): number {
	const [red, green, blue] = colour.map((value) => {
		const share = value / 255;
		return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
	}) as [number, number, number];
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** How a colour ("#rrggbb") is used in a theme so that everything in it can be read. */
export function accent(colour: string, theme: Theme): Accent {
	const onFill = [...inks].sort((a, b) => contrast(b, colour) - contrast(a, colour))[0] ?? inks[0];
	return { fill: colour, onFill, text: readable(colour, theme) };
}

/** Goes towards black or white in steps of a fiftieth until every ground carries it. */
function readable(colour: string, theme: Theme): string {
	const fits = (one: string): boolean => grounds[theme].every((g) => contrast(one, g) >= LEAST);
	for (let step = 0; step < 50; step++) {
		const mixed = mix(colour, ends[theme], step / 50);
		if (fits(mixed)) return mixed;
	}
	return ends[theme];
}

function mix(one: string, other: string, share: number): string {
	const [a, b] = [rgb(one), rgb(other)];
	const parts = a.map((value, i) => Math.round(value + ((b[i] ?? 0) - value) * share));
	return '#' + parts.map((value) => value.toString(16).padStart(2, '0')).join('');
}
