// Which region each part of an image falls into, and what is wrong with the parts that cannot be programmed.
import { diagnostic, type Diagnostic } from './failure.ts';
import { segmentRange, sliceImage, type Image, type Segment } from './image.ts';
import { isFlash, type MemoryMap, type Region } from './memory.ts';
import { intersect, size, subtract, type Range } from './range.ts';

export interface Placement {
	/** Segments cut at region boundaries, only those that can be written, in address order. */
	readonly parts: readonly (Segment & { readonly region: Region })[];
	readonly diagnostics: readonly Diagnostic[];
}

export function placeSegments(image: Image, memory: MemoryMap): Placement {
	const parts: (Segment & { region: Region })[] = [];
	const diagnostics: Diagnostic[] = [];
	for (const segment of image) {
		for (const region of memory) {
			const range = intersect(segmentRange(segment), region.range);
			if (!range) continue;
			const refusal = refuse(range, region);
			if (refusal) diagnostics.push(refusal);
			else parts.push({ ...sliceImage([segment], range)[0]!, region });
		}
		const known = memory.map((region) => region.range);
		for (const range of subtract(segmentRange(segment), known)) {
			diagnostics.push(outside(range, memory));
		}
	}
	return { parts, diagnostics };
}

function refuse(range: Range, region: Region): Diagnostic | undefined {
	const data = { ...range, size: size(range), region: region.name };
	switch (region.kind) {
		case 'flash':
		case 'external':
		case 'eeprom':
			return undefined;
		case 'ram':
			return diagnostic('error', 'plan.into-ram', data, range);
		case 'option-bytes':
			return diagnostic('error', 'plan.option-bytes', range, range);
		default:
			return diagnostic('error', 'plan.not-writable', data, range);
	}
}

function outside(range: Range, memory: MemoryMap): Diagnostic {
	const banks = memory.filter(isFlash).map((region) => region.range);
	const inGap =
		banks.some((bank) => bank.end <= range.start) && banks.some((bank) => bank.start >= range.end);
	return inGap
		? diagnostic('error', 'plan.hole', range, range)
		: diagnostic('error', 'plan.outside-memory', { ...range, size: size(range) }, range);
}
