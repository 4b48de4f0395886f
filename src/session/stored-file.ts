// Images that are no files of the user's, shown as if they were: a backup, or what an interrupted job was writing.
import { diagnostic, toFailure } from '#core/failure.ts';
import { imageSize, type Image } from '#core/image.ts';
import { size, type Range } from '#core/range.ts';
import type { OpenedFile } from './state.ts';

export interface Stored {
	readonly name: string;
	readonly format: string;
	/** What it was to hold and does not. */
	readonly missing?: readonly Range[] | undefined;
}

/** The format of backups: protected ranges are left out when they are put back. */
export const BACKUP = 'backup';

export function storedFile(
	id: number,
	{ name, format, missing = [] }: Stored,
	image: Image,
): OpenedFile {
	const diagnostics = missing.map((range) =>
		diagnostic('warning', 'store.backup-lacks', { ...range, size: size(range) }, range),
	);
	const firmware = { kind: 'firmware', format, image, sections: [], diagnostics } as const;
	return { id, name, size: imageSize(image), content: { status: 'loaded', firmware } };
}

/** One that could not be read from where it is stored. */
export const brokenFile = (id: number, name: string, error: unknown): OpenedFile => ({
	id,
	name,
	size: 0,
	content: { status: 'refused', failure: toFailure(error) },
});

/** Never rejects: an image that cannot be read shows as a refused file. */
export async function openStored(
	id: number,
	about: Stored,
	image: () => Promise<Image>,
): Promise<OpenedFile> {
	try {
		return storedFile(id, about, await image());
	} catch (error) {
		return brokenFile(id, about.name, error);
	}
}
