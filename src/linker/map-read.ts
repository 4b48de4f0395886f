// A linker map, whoever wrote it: told by its headings, read or refused by name.
import type { LinkMap } from '#core/link.ts';
import { Failure } from '#core/failure.ts';
import { readGnuMap } from './map-gnu.ts';
import { LLD_HEADER, readLldMap } from './map-lld.ts';

/** The largest real maps have some tens of MB. */
const MAX_MAP = 192 * 1024 * 1024;
/** Headings come early; compilers' warnings may precede them. */
const HEAD = 64 * 1024;

const GNU_HEADING =
	/^(?:Archive member included (?:to satisfy|because of)|As-needed library included|Allocating common symbols|Discarded input sections|There are no discarded input sections|Memory Configuration|Linker script and memory map)/m;

/** Maps that are recognised and not read. */
const others: readonly (readonly [RegExp, string])[] = [
	[
		/^Component: (?:Arm|ARM)|^(?:Section Cross References|Image Symbol Table|Memory Map of the image)$/m,
		'Arm armlink (Keil)',
	],
	[
		/IAR ELF Linker|^\*\*\* (?:RUNTIME MODEL ATTRIBUTES|PLACEMENT SUMMARY|MODULE SUMMARY)/m,
		'IAR ILINK',
	],
	[/^ *TI ARM (?:Clang )?Linker/m, 'the TI linker'],
	[/^ *VMA +Size +Align +Out +In +Symbol/m, 'mold'],
	[/^ *Address +Size +Align +Out +In +Symbol/m, 'a version of lld before 7'],
	[/^Memory map$/m, 'GNU gold'],
];

/**
 * Reads a map of GNU ld or LLVM lld, in time proportional to its size. A map that breaks off is read as far as it goes,
 * with the diagnostic map.truncated. @throws Failure map.unknown, map.other-linker or file.too-large.
 */
export function readMap(content: string | Uint8Array, fileName: string): LinkMap {
	if (content.length > MAX_MAP) {
		throw new Failure('file.too-large', { found: content.length, limit: MAX_MAP });
	}
	const text = typeof content === 'string' ? content : new TextDecoder('utf-8').decode(content);
	const head = text.slice(0, HEAD);
	if (head.split('\n', 200).some((line) => LLD_HEADER.test(line))) return readLldMap(text);
	// gold and GNU ld share some headings: only gold says "Memory map".
	const other = others.find(([pattern]) => pattern.test(head));
	if (other && !/^Linker script and memory map/m.test(head)) {
		throw new Failure('map.other-linker', { file: fileName, linker: other[1] });
	}
	if (GNU_HEADING.test(head)) return readGnuMap(text);
	throw new Failure('map.unknown', { file: fileName });
}
