// A region's bar in fractions of its length: what fills it, section by section, and what is kept for stack and heap.
import type { RegionUsage } from '#core/insight.ts';
import { ownTone, toneWords, type SectionTypes, type Tone } from './tones.ts';
import { percentText, sizeText } from '#ui/text.ts';

export interface Piece {
	readonly name: string;
	readonly size: number;
	readonly tone: Tone;
	/** Fractions of the bar, 0 to 1. */
	readonly from: number;
	readonly to: number;
	readonly said: string;
}

export interface Bar {
	readonly pieces: readonly Piece[];
	/** Reserved for stack and heap without a section of their own. */
	readonly reserved: readonly Piece[];
	/** Where the region ends, as a fraction of the bar: below 1 when more is in it than fits. */
	readonly end: number;
}

const partWords = { run: '', load: ', stored here', both: '' };

/** What is drawn in address order, gaps included; an over-full region is drawn beyond its end. */
export function barOf({ length, content, reservations }: RegionUsage, types: SectionTypes): Bar {
	const whole = Math.max(length, content.size, 1);
	let at = 0;
	const pieces = content.children.map((node): Piece => {
		const from = at / whole;
		at += node.size;
		const part = node.part ? partWords[node.part] : '';
		const tone = ownTone(node, types) ?? 'other';
		const said = `${node.name}, ${sizeText(node.size)}${part}`;
		return { name: node.name, size: node.size, tone, from, to: at / whole, said };
	});
	let end = Math.min(1, length / whole);
	const reserved = reservations
		.filter(({ counted }) => !counted)
		.map(({ kind, size, by }): Piece => {
			const to = end;
			end = Math.max(at / whole, end - size / whole);
			const said = `${kind}, ${sizeText(size)} reserved by ${by}`;
			return { name: kind, size, tone: 'reserved', from: end, to, said };
		});
	return { pieces, reserved, end: Math.min(1, length / whole) };
}

/** "94.1 KiB of 1 MiB, 9 %", "over by 2 KiB" */
export function usageText({ used, length, free, fraction }: RegionUsage): string {
	if (used === undefined) return sizeText(length);
	if (free !== undefined && free < 0)
		return `${sizeText(used)} of ${sizeText(length)}, over by ${sizeText(-free)}`;
	const share = fraction === undefined ? '' : `, ${shareText(fraction)}`;
	return `${sizeText(used)} of ${sizeText(length)}${share}`;
}

/** "0.4 %", "9 %": small shares are not nothing. */
export function shareText(fraction: number): string {
	if (fraction > 0 && fraction < 0.0995) return `${Math.max(0.1, fraction * 100).toFixed(1)} %`;
	return percentText(fraction);
}

/** Tones in the bars, in a fixed order, with their words. */
export function legendOf(bars: readonly Bar[]): readonly { tone: Tone; word: string }[] {
	const seen = new Set(
		bars.flatMap(({ pieces, reserved }) => [...pieces, ...reserved].map(({ tone }) => tone)),
	);
	return (Object.keys(toneWords) as Tone[])
		.filter((tone) => seen.has(tone))
		.map((tone) => ({ tone, word: toneWords[tone] }));
}
