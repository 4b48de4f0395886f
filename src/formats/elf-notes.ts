// What an ELF says of its making: notes with the build ID (gABI chapter 5, "Note Section"), the compilers of .comment,
// and version-like strings in the constants of the program.
import type { ElfView } from '#core/link.ts';
import { hex, u32le } from '#core/bytes.ts';
import { alignUp } from '#core/range.ts';
import { printable } from './reading.ts';

const NT_GNU_BUILD_ID = 3;
const MAX_OWNER = 64;
const MAX_COMPILERS = 64;
const MAX_VERSIONS = 64;
const MIN_TEXT = 4;
const MAX_TEXT = 100;

interface Notes {
	readonly notes: ElfView['notes'];
	readonly buildId?: string;
}

/** The notes of a note section or segment up to where it stops making sense. */
export function readNotes(bytes: Uint8Array): Notes {
	const notes: ElfView['notes'][number][] = [];
	let buildId: string | undefined;
	for (let at = 0; at + 12 <= bytes.length;) {
		const [nameSize, size, type] = [u32le(bytes, at), u32le(bytes, at + 4), u32le(bytes, at + 8)];
		const start = at + 12 + alignUp(nameSize, 4);
		if (start + size > bytes.length) break;
		const owner = printable(bytes.subarray(at + 12, at + 12 + Math.min(nameSize, MAX_OWNER)));
		notes.push({ owner, type, size });
		if (owner === 'GNU' && type === NT_GNU_BUILD_ID) {
			buildId ??= hex(bytes.subarray(start, start + size));
		}
		at = start + alignUp(size, 4);
	}
	return { notes, ...(buildId !== undefined && { buildId }) };
}

/** The strings of .comment, each once. */
export function readCompilers(bytes: Uint8Array): string[] {
	const found = new Set<string>();
	for (let at = 0; at < bytes.length && found.size < MAX_COMPILERS;) {
		const nul = bytes.indexOf(0, at);
		const end = nul < 0 ? bytes.length : nul;
		if (end > at) found.add(printable(bytes.subarray(at, Math.min(end, at + MAX_TEXT))));
		at = end + 1;
	}
	return [...found];
}

/**
 * Version-like strings of a section at `address`: NUL-terminated, printable, and either nothing but a version
 * ("v1.2", "1.2.3-rc1"), a name with one ("FreeRTOS V10.3.1"), or words that say so ("FW_VERSION: 1.4").
 */
export function findVersions(bytes: Uint8Array, address: number): ElfView['versions'] {
	const found: { text: string; address: number }[] = [];
	let start = 0;
	for (let at = 0; at < bytes.length && found.length < MAX_VERSIONS; at++) {
		const byte = bytes[at]!;
		if (byte >= 0x20 && byte < 0x7f) continue;
		if (byte === 0 && at - start >= MIN_TEXT && at - start <= MAX_TEXT) {
			const text = printable(bytes.subarray(start, at));
			if (isVersion(text)) found.push({ text, address: address + start });
		}
		start = at + 1;
	}
	return found;
}

const ALONE =
	/^(?:[vV]\d{1,4}\.\d{1,5}(?:\.\d{1,6})?|\d{1,4}\.\d{1,5}\.\d{1,6})(?:[-+_.~]?[a-zA-Z][\w.+~-]*|[-+]\d[\w.+-]*)?$/;
const NAMED = /(?:^|[\s_(-])[vV]\d{1,4}\.\d{1,5}(?:\.\d{1,6})?(?![\d.])/;
const SAID =
	/(?:^|[^a-z])(?:version|firmware|fw|ver|release|revision|rev)[\s:=_"'.v-]{1,8}\d{1,4}\.\d{1,5}(?![\d.]*[%@])/i;

/** A printf format is the shape of a version, not one. */
const isVersion = (text: string): boolean =>
	!text.includes('%') && (ALONE.test(text) || NAMED.test(text) || SAID.test(text));
