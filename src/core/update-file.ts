// How large an update may be, and a stream of bytes read no further than that: the same for the file's reader, for the
// page that fetches one, and for the element on a maker's page.
import { concat } from './bytes.ts';

/** Bytes of a whole update, and of all its files unpacked (docs/bundle-format.md). */
export const MAX_BUNDLE = 64 * 1024 * 1024;

/** The part of ReadableStream (WHATWG Streams) that is used. */
export interface ByteStream {
	getReader(): {
		/** No value: the end. */
		read(): Promise<{ readonly value?: Uint8Array | undefined }>;
		cancel(): Promise<void>;
	};
}

/** All of its bytes; undefined, with the stream cancelled, once there are more than `limit`. @throws what it throws */
export async function readUpTo(
	stream: ByteStream,
	limit: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	const reader = stream.getReader();
	for (let next = await reader.read(); next.value; next = await reader.read()) {
		size += next.value.length;
		if (size > limit) {
			await reader.cancel();
			return undefined;
		}
		chunks.push(next.value);
	}
	return concat(chunks);
}
