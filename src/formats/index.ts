// The formats, in the order they are asked: the first that knows the bytes reads them. To add one, write its file
// and put its line here.
import '#core/failures/index.ts';
import type { Artifact } from '#core/artifact.ts';
import type { ByteSource } from '#core/source.ts';
import { Failure } from '#core/failure.ts';
import { binary } from './binary.ts';
import { dfu, dfuse } from './dfuse.ts';
import { elf } from './elf.ts';
import type { Format } from './format.ts';
import { intelHex } from './intel-hex.ts';
import { peekAt } from './reading.ts';
import { srec } from './srec.ts';
import { uf2 } from './uf2.ts';
import { unknownFile, wrongKind } from './wrong-kind.ts';

export const formats: readonly Format[] = [
	elf,
	dfuse,
	uf2,
	intelHex,
	srec,
	dfu,
	wrongKind, // before raw binaries, which could be anything
	binary,
];

/**
 * Reads a file as what its bytes say it is. The name decides only whether bytes that say nothing are a raw binary.
 * @throws Failure file.* for a file that is no firmware, or the format's own failure for a damaged one.
 */
export async function openFile(source: ByteSource, fileName: string): Promise<Artifact> {
	if (source.size === 0) throw new Failure('file.empty', {});
	const peek = await peekAt(source);
	const format = formats.find((candidate) => candidate.detect(peek));
	if (format) return format.parse(source);
	const lower = fileName.toLowerCase();
	if (binary.extensions.some((extension) => lower.endsWith(extension))) return binary.parse(source);
	throw unknownFile(peek);
}
