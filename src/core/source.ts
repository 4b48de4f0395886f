// Random access to a file's bytes, so that a 100 MB ELF is opened by its headers and loadable bytes alone.

export interface ByteSource {
	readonly size: number;
	/** Bytes [start, end) clipped to the file: shorter than asked where the file ends. */
	read(start: number, end: number): Promise<Uint8Array>;
}

export const bytesSource = (bytes: Uint8Array): ByteSource => ({
	size: bytes.length,
	read: (start, end) => Promise.resolve(bytes.subarray(start, end)),
});
