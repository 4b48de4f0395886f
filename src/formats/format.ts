// What a file format is to Sectorwise: told by its bytes, read into an artifact. It knows no board and no user.
import type { Artifact } from '#core/artifact.ts';
import type { ByteSource } from '#core/source.ts';

/** All that detection may look at. */
export interface Peek {
	/** Bytes in the file. */
	readonly size: number;
	/** The first 4096 bytes, or all when there are fewer. */
	readonly head: Uint8Array;
	/** The last 16 bytes, or all when there are fewer. */
	readonly tail: Uint8Array;
}

export interface Format {
	/** As `Firmware.format` spells it. */
	readonly name: string;
	/** Lower case with the dot, for file pickers; never used to decide what a file is. */
	readonly extensions: readonly string[];
	/** True when the bytes are this format's, be they sound or damaged. */
	detect(peek: Peek): boolean;
	/** Reads the file. @throws Failure when it is damaged; what is merely odd comes back as diagnostics. */
	parse(source: ByteSource): Promise<Artifact>;
}

/** Bytes a firmware may bring: four times the largest external memory ST boards carry a firmware in. */
export const MAX_IMAGE = 64 * 1024 * 1024;

/** Bytes of a file that is read whole; a text format needs up to three characters a byte. */
export const MAX_FILE = 3 * MAX_IMAGE;
