// An address that leads to an update: where it may lie, and how it is fetched.
import '#core/failures/index.ts';
import { hex } from '#core/bytes.ts';
import { Failure, isFailure } from '#core/failure.ts';
import { MAX_BUNDLE, readUpTo } from '#core/update-file.ts';

/** Nobody waits longer for a server. */
const DEADLINE_MS = 120_000;

export interface UpdateLink {
	readonly address: string;
	/** "updates.example.com", as people are told it. */
	readonly host: string;
	/** The last part of its path. */
	readonly name: string;
	/** It lies where this page lies. */
	readonly own: boolean;
	/** Of the file, lower-case hex, where a signed list says it. */
	readonly sha256?: string;
}

/**
 * What `?bundle=` says, relative to `page`. `sources` are the other origins that may be asked.
 * @throws Failure link.not-allowed
 */
export function linkFrom(text: string, page: string, sources: readonly string[]): UpdateLink {
	const address = URL.canParse(text, page) ? new URL(text, page) : undefined;
	if (!address || address.username || address.password)
		throw new Failure('link.not-allowed', { host: text.slice(0, 80) });
	const own = address.origin === new URL(page).origin && address.protocol.startsWith('http');
	if (!own && !(address.protocol === 'https:' && sources.includes(address.origin)))
		throw new Failure('link.not-allowed', { host: address.host || address.protocol });
	address.hash = '';
	const name = address.pathname.split('/').at(-1) ?? '';
	return { address: address.href, host: address.host, name, own };
}

/** @throws Failure link.unreachable, link.too-large or link.other-file; no more is read than an update may have. */
export async function fetchUpdate(
	{ address, host, sha256 }: Pick<UpdateLink, 'address' | 'host' | 'sha256'>,
	fetch: (address: string, signal: AbortSignal) => Promise<Response>,
	limit = MAX_BUNDLE,
): Promise<Uint8Array<ArrayBuffer>> {
	try {
		const answer = await fetch(address, AbortSignal.timeout(DEADLINE_MS));
		if (!answer.ok || !answer.body) throw new Error(`answered ${answer.status}`);
		const bytes = await readUpTo(answer.body, limit);
		if (!bytes) throw new Failure('link.too-large', { host, limit });
		if (sha256 !== undefined && (await digestOf(bytes)) !== sha256)
			throw new Failure('link.other-file', { host });
		return bytes;
	} catch (error) {
		if (isFailure(error)) throw error;
		const reason = error instanceof Error ? error.message : String(error);
		throw new Failure('link.unreachable', { host, reason }, error);
	}
}

const digestOf = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
	hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
