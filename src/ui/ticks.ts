// Which addresses are written below the strip: those that matter most, as many as have room.
import { extent } from '#core/image.ts';
import type { Image } from '#core/image.ts';
import { xOf, type Axis } from './strip-axis.ts';

export interface Tick {
	readonly address: number;
	/** Where the address is, and where its text is centred. Pixels. */
	readonly x: number;
	readonly textX: number;
}

/** Width of "0x0800_0000" at 11 px, and the space left between two. */
const TEXT = 74;
const SPACE = 12;

export function ticksOf(axis: Axis, image: Image): Tick[] {
	const starts = axis.blocks.map(({ block }) => block.range.start);
	const last = axis.blocks.at(-1)?.block.range.end;
	const whole = extent(image);
	const wanted = [
		...starts.slice(0, 1),
		...(last === undefined ? [] : [last]),
		...starts.slice(1),
		...(whole ? [whole.end, whole.start] : []),
		...axis.cells.map(({ range }) => range.start),
	];
	const ticks: Tick[] = [];
	for (const address of wanted) {
		const x = address === last ? axis.width : xOf(axis, address);
		const textX = Math.min(Math.max(x, TEXT / 2), axis.width - TEXT / 2);
		if (
			ticks.some((tick) => tick.address === address || Math.abs(tick.textX - textX) < TEXT + SPACE)
		)
			continue;
		ticks.push({ address, x, textX });
	}
	return ticks;
}
