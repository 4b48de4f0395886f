// A File or Blob (File API) as a ByteSource.
import type { ByteSource } from '#core/source.ts';

/** Reads only the asked ranges, so that a large debug ELF is never whole in memory. */
export const blobSource = (blob: Blob): ByteSource => ({
	size: blob.size,
	read: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
});
