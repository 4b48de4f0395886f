// Tells texts apart that are opened in place of a firmware: download pages, maps, scripts, pointers. It sees the
// first 4096 bytes only, and its patterns take time in proportion to them.
import { Failure } from '#core/failure.ts';
import { isProjectText } from './project-file.ts';
import { startsWith } from './reading.ts';

/** Names the text, or returns undefined when the bytes are not text. */
export function nameText(head: Uint8Array): Failure | undefined {
	if (isUtf16(head)) return new Failure('file.utf16', {});
	if (!isText(head)) return undefined;
	const text = new TextDecoder('utf-8').decode(head).trimStart();
	if (/^(?:<!--[^>]*-->\s*)?<(?:!doctype\s+html|html|head|body|script|meta|title)\b/i.test(text)) {
		return new Failure('file.web-page', {});
	}
	if (text.startsWith('version https://git-lfs.github.com/spec/')) {
		return new Failure('file.git-lfs', { size: Number(/^size (\d{1,15})$/m.exec(text)?.[1] ?? 0) });
	}
	if (isProjectText(text)) return new Failure('file.project', {});
	const linker = linkerTexts.find(([pattern]) => pattern.test(text));
	if (linker) return new Failure('file.linker-text', { kind: linker[1] });
	const other = otherTexts.find(([pattern]) => pattern.test(text));
	return new Failure('file.not-firmware', { kind: other?.[1] ?? 'a text file' });
}

const linkerTexts: readonly (readonly [RegExp, string])[] = [
	[
		/^Archive member included|^Memory Configuration$|^Linker script and memory map$/m,
		'a linker map',
	],
	[
		/^(?:There are no discarded|Discarded) input sections|^Allocating common symbols/m,
		'a linker map',
	],
	[/^ *VMA +LMA +Size +Align +Out +In +Symbol/m, 'a linker map'],
	[/^Component: Arm Compiler|^# +IAR ELF Linker/im, 'a linker map'],
	[/\b(?:MEMORY|SECTIONS)\s*\{|^\s*(?:ENTRY|OUTPUT_FORMAT)\s*\(/m, 'a linker script'],
	[/^\s*LR_\w+ +0x/m, 'a scatter file for armlink'],
	[/^define (?:symbol|memory|region|block) /m, 'a linker configuration of IAR'],
];

const otherTexts: readonly (readonly [RegExp, string])[] = [
	[/^<svg\b|^<\?xml[^>]*\?>\s*<svg\b/, 'an SVG picture'],
	[/^<[?!a-z]/i, 'an XML file'],
	[/^[[{]\s*(?:["[{\]}\d-]|true|false|null)/, 'a JSON file'],
	[/file format elf32-/, 'a disassembly'],
	[/^\s*#\s*(?:include|define|pragma)\b/m, 'C source code'],
	[/^-----BEGIN /, 'a key or certificate (PEM)'],
	[/^#!/, 'a script'],
];

/** A byte order mark, or every other byte zero: FF FE 3A 00 is ":" as PowerShell writes it. */
function isUtf16(head: Uint8Array): boolean {
	if (startsWith(head, [0xff, 0xfe])) return head[3] === 0;
	return startsWith(head, [0xfe, 0xff, 0]);
}

/** No control characters; bytes above 0x7F must be UTF-8, or few (an old code page). */
function isText(head: Uint8Array): boolean {
	let high = 0;
	for (const byte of head) {
		if (byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d) && byte !== 0x1b) return false;
		if (byte === 0x7f) return false;
		if (byte >= 0x80) high++;
	}
	return high * 10 <= head.length || isUtf8(head);
}

function isUtf8(head: Uint8Array): boolean {
	try {
		// A character may be cut where the head ends.
		new TextDecoder('utf-8', { fatal: true }).decode(head.subarray(0, wholeCharacters(head)));
		return true;
	} catch {
		return false;
	}
}

function wholeCharacters(head: Uint8Array): number {
	let end = head.length;
	while (end > 0 && head.length - end < 3 && (head[end - 1]! & 0xc0) === 0x80) end--;
	return end > 0 && head[end - 1]! >= 0xc0 ? end - 1 : end;
}
