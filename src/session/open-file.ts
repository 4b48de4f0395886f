// A user's file made into what the plan needs, and several files made into one image.
import { placeBinary, type Firmware } from '#core/artifact.ts';
import { Failure, isFailure, toFailure } from '#core/failure.ts';
import { buildImage, imageSize, type Image } from '#core/image.ts';
import { blobSource } from '#ports/blob-source.ts';
import type { Formats } from './environment.ts';
import type { OpenedFile } from './state.ts';

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

/** An image that is no file of the user's: a backup, or what an interrupted job was writing. */
export function storedFile(id: number, name: string, format: string, image: Image): OpenedFile {
	const firmware = { kind: 'firmware', format, image, sections: [], diagnostics: [] } as const;
	return { id, name, size: imageSize(image), content: { status: 'loaded', firmware } };
}

/** One that could not be read from where it is stored. */
export const brokenFile = (id: number, name: string, error: unknown): OpenedFile => ({
	id,
	name,
	size: 0,
	content: { status: 'refused', failure: toFailure(error) },
});

export interface Merged {
	readonly firmware?: Firmware;
	/** Two files claim the same addresses. */
	readonly failure?: Failure;
}

/** All loaded files as one image; nothing while one of them is still read, refused or without address. */
export function mergeFiles(files: readonly OpenedFile[], formats: Formats | undefined): Merged {
	const parts = files.flatMap(({ name, content }) =>
		content.status === 'loaded' ? [{ name, firmware: content.firmware }] : [],
	);
	if (!formats || parts.length === 0 || parts.length < files.length) return {};
	try {
		return { firmware: formats.mergeFirmware(parts) };
	} catch (error) {
		if (isFailure(error)) return { failure: error };
		throw error;
	}
}
