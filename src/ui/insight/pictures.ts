// A drawing of the page as a file: the colours it has on the screen written into it, so that it looks the same anywhere.

const KEPT = [
	'fill',
	'stroke',
	'stroke-width',
	'stroke-dasharray',
	'font-size',
	'font-weight',
	'font-family',
	'text-anchor',
] as const;
const SVG = 'http://www.w3.org/2000/svg';
/** Pixels of the picture for one of the screen: sharp in print. */
const SCALE = 2;
const MARGIN = 16;
const HEADING = 30;

export interface Part {
	readonly title: string;
	readonly drawing: SVGSVGElement;
}

/** One SVG of several drawings below each other, each under its title, on the page's background. */
export function pictureOf(parts: readonly Part[]): { text: string; width: number; height: number } {
	const sizes = parts.map(({ drawing }) => drawing.getBoundingClientRect());
	const width = Math.ceil(Math.max(0, ...sizes.map((one) => one.width))) + 2 * MARGIN;
	const picture = document.createElementNS(SVG, 'svg');
	picture.setAttribute('xmlns', SVG);
	const ground = document.createElementNS(SVG, 'rect');
	picture.append(ground);
	const defs = document.createElementNS(SVG, 'defs');
	picture.append(defs);
	for (const pattern of document.querySelectorAll('pattern[id^="tone-"]'))
		defs.append(styled(pattern));
	let y = MARGIN;
	for (const [index, { title, drawing }] of parts.entries()) {
		const size = sizes[index];
		if (!size) continue;
		const text = document.createElementNS(SVG, 'text');
		const { color, fontFamily } = getComputedStyle(drawing);
		text.textContent = title;
		set(text, { x: MARGIN, y: y + 14, fill: color, 'font-family': fontFamily, 'font-size': 15 });
		const group = styled(drawing);
		set(group, { x: MARGIN, y: y + HEADING, width: size.width, height: size.height });
		picture.append(text, group);
		y += HEADING + size.height + MARGIN;
	}
	const height = Math.ceil(y);
	set(picture, { width, height, viewBox: `0 0 ${width} ${height}` });
	const card = parts[0]?.drawing.closest('.card') ?? document.body;
	set(ground, { width, height, fill: getComputedStyle(card).backgroundColor });
	return { text: new XMLSerializer().serializeToString(picture), width, height };
}

const set = (element: Element, values: Readonly<Record<string, string | number>>): void => {
	for (const [name, value] of Object.entries(values)) element.setAttribute(name, String(value));
};

/** A copy with what style sheets say about it as attributes; classes mean nothing elsewhere. */
function styled(element: Element): Element {
	const copy = element.cloneNode(true) as Element;
	const originals = [element, ...element.querySelectorAll('*')];
	const copies = [copy, ...copy.querySelectorAll('*')];
	for (const [index, original] of originals.entries()) {
		const target = copies[index];
		if (!target) continue;
		const style = getComputedStyle(original);
		for (const name of KEPT) target.setAttribute(name, plainColour(style.getPropertyValue(name)));
		for (const name of ['class', 'role', 'tabindex', 'id'])
			if (name !== 'id' || original.tagName !== 'pattern') target.removeAttribute(name);
	}
	return copy;
}

/** Mixed colours are computed as color(srgb r g b), which few drawing programs know. */
export function plainColour(value: string): string {
	const [, r, g, b, alpha = '1'] =
		/^color\(srgb ([\d.e+-]+) ([\d.e+-]+) ([\d.e+-]+)(?: \/ ([\d.e+-]+))?\)$/.exec(value) ?? [];
	if (r === undefined) return value;
	const parts = [r, g, b].map((part) => Math.round(Math.min(1, Math.max(0, Number(part))) * 255));
	return alpha === '1' ? `rgb(${parts.join(', ')})` : `rgba(${parts.join(', ')}, ${alpha})`;
}

/** The same picture as PNG. @throws Error when the browser cannot draw it (too large for a canvas). */
export async function pngOf(picture: {
	text: string;
	width: number;
	height: number;
}): Promise<Blob> {
	const url = URL.createObjectURL(new Blob([picture.text], { type: 'image/svg+xml' }));
	try {
		const image = new Image();
		image.src = url;
		await image.decode();
		const canvas = document.createElement('canvas');
		canvas.width = picture.width * SCALE;
		canvas.height = picture.height * SCALE;
		const context = canvas.getContext('2d');
		if (!context) throw new Error('this browser gives no canvas');
		context.drawImage(image, 0, 0, canvas.width, canvas.height);
		const blob = await new Promise<Blob | null>((done) => {
			canvas.toBlob(done, 'image/png');
		});
		if (!blob) throw new Error('the picture is too large for a PNG');
		return blob;
	} finally {
		URL.revokeObjectURL(url);
	}
}
