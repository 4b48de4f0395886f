// One file of a build, told apart by its content: firmware with what its ELF says beside the bytes, a linker map, or a
// linker script's text.
import { placeBinary, type Firmware } from '#core/artifact.ts';
import { Failure, isFailure } from '#core/failure.ts';
import type { InsightFile } from '#core/insight.ts';
import type { ElfView, LinkMap } from '#core/link.ts';
import type { ByteSource } from '#core/source.ts';
import { readElfView } from '#formats/elf-view.ts';
import { openFile } from '#formats/index.ts';
import { readMap } from '#linker/map-read.ts';

export type BuildPart =
	/** `elf` reads the tables when it is first called: a large symbol table takes longer than all the rest. */
	| {
			readonly kind: 'firmware';
			readonly firmware: Firmware;
			readonly elf?: () => Promise<ElfView>;
	  }
	| { readonly kind: 'map'; readonly map: LinkMap }
	/** Read anew when what the user says about it changes. */
	| { readonly kind: 'script'; readonly text: string };

/** Scripts are written by hand; a larger text is something else. Bytes. */
export const MAX_SCRIPT = 4 * 1024 * 1024;

/** A script of MEMORY alone, or one that begins with a long licence, is still a script by name. */
const SCRIPT_NAME = /\.(?:ld|lds|ldi|x|icf|sct)(?:\.[sS])?$|\.ld\.in$/i;

/**
 * `address` is where a raw binary belongs.
 * @throws Failure file.* for what is none of these, map.*, insight.needs-address.
 */
export async function readPart(
	source: ByteSource,
	name: string,
	address: number | undefined,
): Promise<BuildPart> {
	try {
		const artifact = await openFile(source, name);
		if (artifact.kind === 'firmware') {
			if (artifact.format !== 'ELF') return { kind: 'firmware', firmware: artifact };
			let view: Promise<ElfView> | undefined;
			const elf = (): Promise<ElfView> => (view ??= readElfView(source));
			return { kind: 'firmware', firmware: artifact, elf };
		}
		const at = address ?? artifact.proposedAddress;
		if (at === undefined) throw new Failure('insight.needs-address', { name });
		return { kind: 'firmware', firmware: placeBinary(artifact, at) };
	} catch (error) {
		if (isFailure(error, 'file.linker-text')) {
			const kind = error.data['kind'] === 'a linker map' ? 'map' : 'script';
			return await readPartAs(source, name, kind);
		}
		if (isFailure(error, 'file.not-firmware') && SCRIPT_NAME.test(name))
			return await readPartAs(source, name, 'script');
		throw error;
	}
}

/** A map or a script whatever it looks like. @throws Failure map.*, file.too-large */
export async function readPartAs(
	source: ByteSource,
	name: string,
	kind: 'map' | 'script',
): Promise<BuildPart> {
	const { size } = source;
	if (kind === 'script' && size > MAX_SCRIPT)
		throw new Failure('file.too-large', { found: size, limit: MAX_SCRIPT });
	const bytes = await source.read(0, size);
	return kind === 'map'
		? { kind, map: readMap(bytes, name) }
		: { kind, text: new TextDecoder('utf-8').decode(bytes) };
}

/** How it is told to people. */
export function partFormat(part: BuildPart): Pick<InsightFile, 'kind' | 'format'> {
	switch (part.kind) {
		case 'firmware': {
			const { format } = part.firmware;
			return { kind: format === 'ELF' ? 'ELF' : 'image', format };
		}
		case 'map':
			return { kind: 'map', format: `${part.map.linker} map` };
		case 'script':
			return { kind: 'script', format: 'linker script' };
	}
}
