// A user's file made into what the plan needs, and several files made into one image.
import { placeBinary, type Firmware } from '#core/artifact.ts';
import { Failure, isFailure } from '#core/failure.ts';
import { buildImage, type Image } from '#core/image.ts';
import type { ProtectedRange } from '#core/plan.ts';
import { blobSource } from '#ports/blob-source.ts';
import type { Formats } from './environment.ts';
import type { OpenedFile } from './state.ts';
import { BACKUP } from './stored-file.ts';

export async function openFile(file: File, formats: Formats): Promise<OpenedFile['content']> {
	try {
		const artifact = await formats.openFile(blobSource(file), file.name);
		return artifact.kind === 'binary'
			? { status: 'needs-address', artifact }
			: { status: 'loaded', firmware: artifact };
	} catch (error) {
		return { status: 'refused', failure: isFailure(error) ? error : unreadable(error) };
	}
}

/** The file may be gone, changed since it was picked, or on a drive that was pulled. */
function unreadable(error: unknown): Failure {
	const reason = error instanceof Error ? error.message : String(error);
	return new Failure('job.file-gone', { reason }, error);
}

/** The content of a raw binary once the user gave it an address; undefined for any other file. */
export function placeAt(file: OpenedFile, address: number): OpenedFile['content'] | undefined {
	if (file.content.status !== 'needs-address') return undefined;
	return { status: 'loaded', firmware: placeBinary(file.content.artifact, address), address };
}

/** Bytes that belong at one address. @throws DOMException when the blob cannot be read */
export const blobImage = async (blob: Blob, address: number): Promise<Image> =>
	buildImage([{ address, data: new Uint8Array(await blob.arrayBuffer()) }]);

export interface Merged {
	readonly firmware?: Firmware;
	/** Two files claim the same addresses. */
	readonly failure?: Failure;
}

/**
 * All loaded files as one image; nothing while one of them is still read, refused or without address. A backup is put
 * back without what `protect` names: that stays as it is on the board.
 */
export function mergeFiles(
	files: readonly OpenedFile[],
	formats: Formats | undefined,
	protect: readonly ProtectedRange[] = [],
): Merged {
	const kept = protect.map(({ range }) => range);
	const parts = files.flatMap(({ name, content }) => {
		if (content.status !== 'loaded') return [];
		const { firmware } = content;
		return [{ name, firmware, ...(firmware.format === BACKUP && { leaveOut: kept }) }];
	});
	if (!formats || parts.length === 0 || parts.length < files.length) return {};
	try {
		return { firmware: formats.mergeFirmware(parts) };
	} catch (error) {
		if (isFailure(error)) return { failure: error };
		throw error;
	}
}
