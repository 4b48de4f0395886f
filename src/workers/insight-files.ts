// Reads each file of a build once, and never fails: what is wrong with a file is its content.
import { Failure, toFailure } from '#core/failure.ts';
import type { ReadFile } from '#core/insight-view.ts';
import { partFormat, readPart, readPartAs, type BuildPart } from '#insight/read-part.ts';
import { blobSource } from '#ports/blob-source.ts';
import type { DeskFile } from './insight-messages.ts';

export type FileContent = BuildPart | { readonly kind: 'refused'; readonly failure: Failure };

export async function readFile({ file, name, script, address }: DeskFile): Promise<FileContent> {
	const source = blobSource(file);
	try {
		return script
			? await readPartAs(source, name, 'script')
			: await readPart(source, name, address);
	} catch (error) {
		return { kind: 'refused', failure: fileFailure(error, file) };
	}
}

/** A file may vanish between its choice and its reading (File API: NotFoundError, NotReadableError). */
export function fileFailure(error: unknown, { size }: Blob): Failure {
	const gone =
		error instanceof DOMException && ['NotFoundError', 'NotReadableError'].includes(error.name);
	return gone
		? new Failure('file.unreadable', { offset: 0, found: 0, expected: size }, error)
		: toFailure(error);
}

/** How a file is told to the page. */
export function told(id: number, content: FileContent): ReadFile {
	if (content.kind !== 'refused') return { id, ...partFormat(content) };
	const { code, data } = content.failure;
	return { id, failure: { code, data } };
}
