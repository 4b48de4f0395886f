// A squarified treemap (Bruls, Huizing and van Wijk 2000): rectangles with areas in proportion to their values, in the
// order given, and as square as that allows. Pure; any unit.

export interface Box {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

/**
 * One rectangle for each value, in its order; together they fill `room`. Best for values in descending order. Values
 * that are not above zero, and all of them in an empty room, get an empty one.
 */
export function squarify(values: readonly number[], room: Box): Box[] {
	const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
	const scale = total > 0 ? (room.width * room.height) / total : 0;
	const areas = values.map((value) => Math.max(0, value) * scale);
	const boxes: Box[] = [];
	let left = room;
	let start = 0;
	while (start < areas.length) {
		const side = Math.min(left.width, left.height);
		let end = start + 1;
		let worst = worstRatio(areas.slice(start, end), side);
		while (end < areas.length) {
			const next = worstRatio(areas.slice(start, end + 1), side);
			if (next > worst) break;
			worst = next;
			end++;
		}
		const row = areas.slice(start, end);
		boxes.push(...layRow(row, left));
		left = without(left, sum(row));
		start = end;
	}
	return boxes;
}

const sum = (areas: readonly number[]): number => areas.reduce((total, area) => total + area, 0);

/** Of a row along `side`: how far its worst rectangle is from a square; 1 is a square. */
function worstRatio(areas: readonly number[], side: number): number {
	const total = sum(areas);
	if (total === 0 || side === 0) return Infinity;
	const depth = total / side;
	return Math.max(...areas.map((area) => (area > 0 ? ratio(area / depth, depth) : 1)));
}

const ratio = (a: number, b: number): number => Math.max(a / b, b / a);

/** A row along the shorter side of the room, from its start. */
function layRow(areas: readonly number[], { x, y, width, height }: Box): Box[] {
	const total = sum(areas);
	const side = Math.min(width, height);
	const depth = side > 0 ? total / side : 0;
	let at = 0;
	return areas.map((area) => {
		const length = depth > 0 ? area / depth : 0;
		const box =
			width >= height
				? { x, y: y + at, width: depth, height: length }
				: { x: x + at, y, width: length, height: depth };
		at += length;
		return box;
	});
}

function without({ x, y, width, height }: Box, area: number): Box {
	if (width >= height) {
		const depth = height > 0 ? Math.min(width, area / height) : 0;
		return { x: x + depth, y, width: width - depth, height };
	}
	const depth = width > 0 ? Math.min(height, area / width) : 0;
	return { x, y: y + depth, width, height: height - depth };
}
