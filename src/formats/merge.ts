// Several files as one firmware: a bootloader and its application, code and data for external memory.
import type { Firmware } from '#core/artifact.ts';
import { diagnostic, type Diagnostic } from '#core/failure.ts';
import { segmentRange, without } from '#core/image.ts';
import { contains, intersect, type Range } from '#core/range.ts';
import { layParts, overlapOf, refuseOverlap, type NamedSegment } from './lay.ts';

export interface NamedFirmware {
	/** How the user knows the file. */
	readonly name: string;
	readonly firmware: Firmware;
	/** What stands there is not taken. */
	readonly leaveOut?: readonly Range[];
}

/**
 * One firmware from several. The entry point is that of the part with the lowest address: it is what boots.
 * Two files may bring the same bytes only when a whole segment of one lies inside a segment of the other with equal
 * content (a bootloader opened beside a file that already holds it); that is noted. Every other overlap is refused,
 * even where the shared bytes happen to be equal, since two links that run into each other are a mistake.
 * @throws Failure file.overlap with both names and both ranges; RangeError without parts.
 */
export function mergeFirmware(given: readonly NamedFirmware[]): Firmware {
	const parts = given.map(({ name, firmware, leaveOut = [] }) => {
		const cut = leaveOut.length > 0 && { image: without(firmware.image, leaveOut) };
		return { name, firmware: cut ? { ...firmware, ...cut } : firmware };
	});
	const first = parts[0];
	if (!first) throw new RangeError('nothing to merge');
	if (parts.length === 1) return first.firmware;
	const segments = parts.flatMap(({ name, firmware }) =>
		firmware.image.map((segment) => ({ ...segment, name })),
	);
	const repeated = repetitions(segments);
	const { image } = layParts<NamedSegment>(segments, refuseOverlap);

	const firmwares = parts.map(({ firmware }) => firmware);
	const lowest = [...firmwares].sort(byStart)[0]!;
	const families = [...new Set(firmwares.flatMap((firmware) => firmware.families ?? []))];
	const usb = agreedUsb(firmwares);
	return {
		kind: 'firmware',
		format: [...new Set(firmwares.map(({ format }) => format))].join(' + '),
		image,
		sections: firmwares.flatMap(({ sections }) => sections),
		diagnostics: [...firmwares.flatMap(({ diagnostics }) => diagnostics), ...repeated],
		...(lowest.entryPoint !== undefined && { entryPoint: lowest.entryPoint }),
		...(usb && { usb }),
		...(families.length > 0 && { families }),
	};
}

const byStart = (a: Firmware, b: Firmware): number =>
	(a.image[0]?.address ?? Infinity) - (b.image[0]?.address ?? Infinity);

/** Refuses partial overlaps and notes contained ones, once a pair of files; whether their bytes agree is for `layParts` to find. */
function repetitions(segments: readonly NamedSegment[]): Diagnostic[] {
	const sorted = [...segments].sort((a, b) => a.address - b.address);
	const notes: Diagnostic[] = [];
	const told = new Set<string>();
	let widest: NamedSegment | undefined;
	for (const segment of sorted) {
		const range = segmentRange(segment);
		const shared = widest && intersect(segmentRange(widest), range);
		if (widest && shared) {
			const outer = segmentRange(widest);
			if (!contains(outer, range) && !contains(range, outer)) throw overlapOf(widest, segment);
			const names = { first: widest.name, second: segment.name };
			const pair = JSON.stringify(names);
			if (!told.has(pair)) {
				notes.push(diagnostic('note', 'file.duplicate', { ...names, ...shared }, shared));
			}
			told.add(pair);
		}
		if (!widest || range.end > segmentRange(widest).end) widest = segment;
	}
	return notes;
}

/** The USB identity all parts that name one agree on. */
function agreedUsb(firmwares: readonly Firmware[]): Firmware['usb'] {
	const [first, ...rest] = firmwares.flatMap(({ usb }) => usb ?? []);
	const agree = rest.every(
		({ vendorId, productId }) => vendorId === first?.vendorId && productId === first.productId,
	);
	return agree ? first : undefined;
}
