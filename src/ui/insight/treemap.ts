// A treemap laid out for drawing: nested boxes with room for a heading each, in drawing order. Pure.
import type { NodePath, TreeBox } from '#core/insight-view.ts';
import { squarify, type Box } from './squarify.ts';
import { ownTone, type SectionTypes, type Tone } from './tones.ts';

export interface MapCell {
	readonly node: TreeBox;
	/** From the node the map shows, without that node itself. */
	readonly path: NodePath;
	/** 1 for the children of the node shown. */
	readonly level: number;
	/** Among its siblings. */
	readonly index: number;
	readonly box: Box;
	readonly tone: Tone;
	/** Text that fits the box, and where; '' where none does. */
	readonly label: string;
	readonly side: string;
	/** True when the label is a heading over smaller boxes. */
	readonly heading: boolean;
}

const HEADING = 18;
const PAD = 2;
/** Pixels of a letter at 12 px, on average. */
const LETTER = 6.7;
/** Boxes below this many pixels in one direction get nothing drawn inside. */
const LEAST_INSIDE = 14;

/** `tone` is that of the section the node stands in, if it does. */
export function layTreemap(
	root: TreeBox,
	room: Box,
	options: {
		readonly tone: Tone | undefined;
		readonly types: SectionTypes;
		readonly sizeText: (bytes: number) => string;
	},
): MapCell[] {
	const cells: MapCell[] = [];
	const place = (node: TreeBox, inside: Box, at: Omit<Spot, 'index'>): void => {
		const children = [...node.children].sort((a, b) => b.size - a.size);
		const boxes = squarify(
			children.map(({ size }) => size),
			inside,
		);
		for (const [index, child] of children.entries()) {
			const box = boxes[index];
			if (!box) continue;
			const tone = ownTone(child, options.types) ?? at.tone;
			const path = [...at.path, child.name];
			const inner = innerRoom(child, box);
			const spot = { level: at.level, path, tone, index, heading: inner !== undefined };
			cells.push(cellOf(child, box, { ...spot, sizeText: options.sizeText }));
			if (inner) place(child, inner, { level: at.level + 1, path, tone });
		}
	};
	place(root, room, { level: 1, path: [], tone: options.tone ?? 'other' });
	return cells;
}

interface Spot {
	readonly level: number;
	readonly path: NodePath;
	readonly tone: Tone;
	readonly index: number;
}

/** Below the heading; undefined where nothing would be seen. */
function innerRoom(node: TreeBox, { x, y, width, height }: Box): Box | undefined {
	if (node.children.length === 0) return undefined;
	const inner = {
		x: x + PAD,
		y: y + HEADING,
		width: width - 2 * PAD,
		height: height - HEADING - PAD,
	};
	return inner.width >= LEAST_INSIDE && inner.height >= LEAST_INSIDE ? inner : undefined;
}

function cellOf(
	node: TreeBox,
	box: Box,
	{
		heading,
		sizeText,
		...spot
	}: Spot & { readonly heading: boolean; readonly sizeText: (bytes: number) => string },
): MapCell {
	const letters = Math.floor((box.width - 10) / LETTER);
	const tall = box.height >= (heading ? HEADING : 15);
	const label = tall ? fitting(node.name, letters) : '';
	const size = sizeText(node.size);
	const wide = label.length + size.length + 2 <= letters;
	const roomy = heading ? wide : box.height >= 30 && size.length <= letters;
	return { node, box, ...spot, heading, label, side: label !== '' && roomy ? size : '' };
}

/** The name, or the start of it with a mark; nothing when less than three letters would be left. */
function fitting(name: string, letters: number): string {
	if (name.length <= letters) return name;
	return letters >= 4 ? `${name.slice(0, letters - 1)}…` : '';
}

/** The nearest of the boxes in the direction of an arrow key, among those of one level; undefined where none is. */
export function neighbour(
	boxes: readonly Box[],
	from: number,
	key: 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown',
): number | undefined {
	const here = boxes[from];
	if (!here) return undefined;
	const [cx, cy] = centre(here);
	let best: number | undefined;
	let least = Infinity;
	for (const [index, box] of boxes.entries()) {
		if (index === from) continue;
		const [x, y] = centre(box);
		const [along, across] =
			key === 'ArrowRight'
				? [x - cx, y - cy]
				: key === 'ArrowLeft'
					? [cx - x, y - cy]
					: key === 'ArrowDown'
						? [y - cy, x - cx]
						: [cy - y, x - cx];
		if (along <= 0) continue;
		const distance = along + 3 * Math.abs(across);
		if (distance < least) [best, least] = [index, distance];
	}
	return best;
}

const centre = ({ x, y, width, height }: Box): [number, number] => [x + width / 2, y + height / 2];
