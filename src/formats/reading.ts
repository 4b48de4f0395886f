// How formats take bytes from a file: all or a Failure, never a silent short read.
import type { ByteSource } from '#core/source.ts';
import { Failure, isFailure } from '#core/failure.ts';
import { MAX_FILE, type Peek } from './format.ts';

const HEAD = 4096;
const TAIL = 16;

/** What detection may look at; two reads at most. */
export async function peekAt(source: ByteSource): Promise<Peek> {
	const { size } = source;
	const head = await readExactly(source, 0, Math.min(HEAD, size));
	const tailStart = Math.max(0, size - TAIL);
	const tail = size <= HEAD ? head.subarray(tailStart) : await readExactly(source, tailStart, size);
	return { size, head, tail };
}

/** Bytes [start, end). @throws Failure file.unreadable when the file no longer gives them. */
export async function readExactly(
	source: ByteSource,
	start: number,
	end: number,
): Promise<Uint8Array> {
	const expected = end - start;
	if (expected === 0) return new Uint8Array(0);
	const bytes = await source.read(start, end).catch((cause: unknown) => {
		if (isFailure(cause)) throw cause;
		throw new Failure('file.unreadable', { offset: start, expected, found: 0 }, cause);
	});
	if (bytes.length === expected) return bytes;
	throw new Failure('file.unreadable', { offset: start, expected, found: bytes.length });
}

/** The whole file. @throws Failure file.too-large, before reading a byte. */
export async function readWhole(source: ByteSource, limit = MAX_FILE): Promise<Uint8Array> {
	if (source.size > limit) throw new Failure('file.too-large', { found: source.size, limit });
	return readExactly(source, 0, source.size);
}

export const startsWith = (bytes: Uint8Array, magic: ArrayLike<number>, at = 0): boolean => {
	if (bytes.length < at + magic.length) return false;
	for (let i = 0; i < magic.length; i++) if (bytes[at + i] !== magic[i]) return false;
	return true;
};

/** The character codes of an ASCII word, to compare bytes with. */
export const codes = (word: string): number[] => Array.from(word, (char) => char.charCodeAt(0));

/** Text up to the first NUL; what is not printable ASCII becomes a question mark. */
export function printable(bytes: Uint8Array): string {
	const end = bytes.indexOf(0);
	return Array.from(end < 0 ? bytes : bytes.subarray(0, end), (byte) =>
		byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '?',
	).join('');
}
