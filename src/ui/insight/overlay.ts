// The overlay in words and fractions: how each linker region lies in the chip's memory.
import type { Overlay, OverlayPart, OverlayRow } from '#core/insight.ts';
import { intersect, size, type Range } from '#core/range.ts';
import { listText, sizeText } from '#ui/text.ts';

export interface Span {
	/** Fractions of the row, 0 to 1. */
	readonly from: number;
	readonly to: number;
}

/** A range's place in a row's memory; undefined where they do not meet. */
export function spanIn(row: OverlayRow, range: Range): Span | undefined {
	const part = intersect(row.range, range);
	if (!part) return undefined;
	const whole = Math.max(1, size(row.range));
	return {
		from: (part.start - row.range.start) / whole,
		to: (part.end - row.range.start) / whole,
	};
}

export const disagrees = ({ agreement }: OverlayPart): boolean =>
	agreement === 'beyond' || agreement === 'before';

const words: Readonly<Record<OverlayPart['agreement'], string>> = {
	same: 'as large as the memory',
	inside: 'a part of it',
	beyond: 'reaches past its end',
	before: 'begins before it',
};

/** "FLASH, as large as the memory; 94.1 KiB of image" */
export function rowText(row: OverlayRow): string {
	const linker = row.linker.map((part) => `${part.name}: ${words[part.agreement]}`);
	const image = row.image.reduce((sum, range) => sum + size(range), 0);
	return [
		linker.length > 0 ? listText(linker) : 'no linker region',
		...(image > 0 ? [`${sizeText(image)} of image`] : []),
	].join('; ');
}

/** The chip's memories that a screen shows: those a build can use, and any that something lies in. */
export const shownRows = (overlay: Overlay): readonly OverlayRow[] =>
	overlay.rows.filter(
		({ role, linker, image }) => role !== 'other' || linker.length > 0 || image.length > 0,
	);

export const fateWords = { keep: 'kept', write: 'written', lose: 'written in part' } as const;
