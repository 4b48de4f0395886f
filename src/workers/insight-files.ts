// Reads each file of a build once: firmware with what its ELF says beside the bytes, a map, or a script's text.
import { placeBinary, type Firmware } from '#core/artifact.ts';
import { Failure, isFailure, toFailure } from '#core/failure.ts';
import type { ReadFile } from '#core/insight-view.ts';
import type { ElfView, LinkMap } from '#core/link.ts';
import type { ByteSource } from '#core/source.ts';
import { readElfView } from '#formats/elf-view.ts';
import { openFile } from '#formats/index.ts';
import { readMap } from '#linker/map-read.ts';
import type { DeskFile } from './insight-messages.ts';

export type FileContent =
	/** `elf` reads the tables when it is first called: a large symbol table takes longer than all the rest. */
	| {
			readonly kind: 'firmware';
			readonly firmware: Firmware;
			readonly elf?: () => Promise<ElfView>;
	  }
	| { readonly kind: 'map'; readonly map: LinkMap }
	/** Read anew when what the user says about it changes. */
	| { readonly kind: 'script'; readonly text: string }
	| { readonly kind: 'refused'; readonly failure: Failure };

/** Scripts are written by hand: a larger text is something else. */
const MAX_SCRIPT = 4 * 1024 * 1024;

const SCRIPT_NAME = /\.(?:ld|lds|ldi|x|icf|sct)(?:\.[sS])?$|\.ld\.in$/i;

/** Never rejects: what is wrong with a file is its content. */
export async function readFile(given: DeskFile): Promise<FileContent> {
	try {
		if (given.script) return await readScriptText(given);
		return await readFirmware(given);
	} catch (error) {
		return { kind: 'refused', failure: fileFailure(error, given.file) };
	}
}

async function readFirmware(given: DeskFile): Promise<FileContent> {
	const source = blobSource(given.file);
	try {
		const artifact = await openFile(source, given.name);
		if (artifact.kind === 'firmware') {
			if (artifact.format !== 'ELF') return { kind: 'firmware', firmware: artifact };
			let view: Promise<ElfView> | undefined;
			const elf = (): Promise<ElfView> => (view ??= readElfView(source));
			return { kind: 'firmware', firmware: artifact, elf };
		}
		const address = given.address ?? artifact.proposedAddress;
		if (address === undefined) throw new Failure('insight.needs-address', { name: given.name });
		return { kind: 'firmware', firmware: placeBinary(artifact, address) };
	} catch (error) {
		if (isFailure(error, 'file.linker-text'))
			return readLinkText(given, String(error.data['kind']));
		if (isFailure(error, 'file.not-firmware') && SCRIPT_NAME.test(given.name))
			return readScriptText(given);
		throw error;
	}
}

async function readLinkText(given: DeskFile, kind: string): Promise<FileContent> {
	if (kind !== 'a linker map') return readScriptText(given);
	const bytes = new Uint8Array(await given.file.arrayBuffer());
	return { kind: 'map', map: readMap(bytes, given.name) };
}

async function readScriptText({ file }: DeskFile): Promise<FileContent> {
	if (file.size > MAX_SCRIPT)
		throw new Failure('file.too-large', { found: file.size, limit: MAX_SCRIPT });
	return { kind: 'script', text: await file.text() };
}

/** Only the ranges asked for are read, so that a debug ELF is never whole in memory. */
const blobSource = (blob: Blob): ByteSource => ({
	size: blob.size,
	read: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
});

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
	switch (content.kind) {
		case 'firmware': {
			const { format } = content.firmware;
			return { id, kind: format === 'ELF' ? 'ELF' : 'image', format };
		}
		case 'map':
			return { id, kind: 'map', format: `${content.map.linker} map` };
		case 'script':
			return { id, kind: 'script', format: 'linker script' };
		case 'refused': {
			const { code, data } = content.failure;
			return { id, failure: { code, data } };
		}
	}
}
