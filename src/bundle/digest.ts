// SHA-256, by the platform.
import { hex } from '#core/bytes.ts';
import { Failure } from '#core/failure.ts';

/** 64 lower-case hex digits. @throws Failure bundle.no-crypto on a page that the platform does not give it to */
export async function sha256(bytes: Uint8Array): Promise<string> {
	const { subtle } = crypto as { subtle?: SubtleCrypto };
	if (!subtle) throw new Failure('bundle.no-crypto', { reason: 'it is not a secure page' });
	const own = bytes as Uint8Array<ArrayBuffer>;
	return hex(new Uint8Array(await subtle.digest('SHA-256', own)));
}
