// Whatever a maker drops on the Publish page, told apart by its content.
import type { Artifact } from '#core/artifact.ts';
import { Failure, isFailure, toFailure } from '#core/failure.ts';
import { MAX_BUNDLE } from '#core/update-file.ts';
import { MAX_DESCRIPTION, readDescription, type Description } from '#bundle/description.ts';
import type { Storage } from '#bundle/manifest.ts';
import { openFile } from '#formats/index.ts';
import { readPartAs } from '#insight/read-part.ts';
import { readScript } from '#linker/script-read.ts';
import { blobSource } from '#ports/blob-source.ts';
import type { LinkRegion } from '#core/link.ts';

export interface FirmwareFile {
	readonly kind: 'firmware';
	readonly file: File;
	readonly artifact: Artifact;
	/** As typed; for raw binaries only. */
	readonly address: string;
	readonly storage: Storage;
}

export interface PictureFile {
	readonly kind: 'picture';
	readonly file: File;
}

export type GivenFile =
	| FirmwareFile
	| PictureFile
	| { readonly kind: 'script'; readonly file: File; readonly regions: readonly LinkRegion[] }
	| { readonly kind: 'description'; readonly file: File; readonly description: Description }
	| { readonly kind: 'key'; readonly file: File; readonly text: string }
	| { readonly kind: 'update'; readonly file: File; readonly bytes: Uint8Array<ArrayBuffer> }
	| { readonly kind: 'refused'; readonly file: File; readonly failure: Failure };

/** Never rejects: what is wrong is in the answer. */
export async function readGiven(file: File): Promise<GivenFile> {
	try {
		return await read(file);
	} catch (error) {
		return { kind: 'refused', file, failure: toFailure(error) };
	}
}

async function read(file: File): Promise<GivenFile> {
	const head = new Uint8Array(await file.slice(0, 16).arrayBuffer());
	if (isPicture(head)) return { kind: 'picture', file };
	if (startsWith(head, [0x50, 0x4b, 3, 4])) {
		if (file.size > MAX_BUNDLE)
			throw new Failure('file.too-large', { found: file.size, limit: MAX_BUNDLE });
		return { kind: 'update', file, bytes: new Uint8Array(await file.arrayBuffer()) };
	}
	const begin = new TextDecoder('utf-8').decode(head).trimStart();
	if ((begin.startsWith('{') || begin.startsWith('-----')) && file.size <= MAX_DESCRIPTION) {
		const text = await file.text();
		if (begin.startsWith('-----') || isKey(text)) return { kind: 'key', file, text };
		return { kind: 'description', file, description: readDescription(text) };
	}
	return await readBuildFile(file);
}

async function readBuildFile(file: File): Promise<GivenFile> {
	const source = blobSource(file);
	try {
		const artifact = await openFile(source, file.name);
		const proposed = artifact.kind === 'binary' ? artifact.proposedAddress : undefined;
		const address = proposed === undefined ? '' : `0x${proposed.toString(16).toUpperCase()}`;
		return { kind: 'firmware', file, artifact, address, storage: 'internal' };
	} catch (error) {
		if (!isFailure(error, 'file.linker-text') || error.data.kind === 'a linker map') throw error;
		const part = await readPartAs(source, file.name, 'script');
		const text = part.kind === 'script' ? part.text : '';
		const { regions } = readScript([{ name: file.name, text }], {
			defsym: new Map(),
			defines: new Map(),
		});
		return { kind: 'script', file, regions };
	}
}

const startsWith = (bytes: Uint8Array, magic: readonly number[]): boolean =>
	magic.every((value, index) => bytes[index] === value);

/** PNG (W3C PNG 5.2), JPEG (JFIF SOI) and WebP (RFC 9649 2.5). */
const isPicture = (head: Uint8Array): boolean =>
	startsWith(head, [0x89, 0x50, 0x4e, 0x47]) ||
	startsWith(head, [0xff, 0xd8, 0xff]) ||
	(startsWith(head, [0x52, 0x49, 0x46, 0x46]) &&
		startsWith(head.subarray(8), [0x57, 0x45, 0x42, 0x50]));

function isKey(text: string): boolean {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null && 'kty' in value;
	} catch {
		return false;
	}
}
