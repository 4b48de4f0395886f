// SHA-256, by the platform.
import { hex } from '#core/bytes.ts';

/** 64 lower-case hex digits. */
export async function sha256(bytes: Uint8Array): Promise<string> {
	const own = bytes as Uint8Array<ArrayBuffer>;
	return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', own)));
}
