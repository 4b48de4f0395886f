// What an attacker has: the file, any tool, and keys of their own. Takes bundles apart and puts them together as they like.
import { createHash } from 'node:crypto';
import { isFailure, type FailureCode } from '#core/failure.ts';
import { readContainer, writeContainer } from '#bundle/container.ts';
import { verifyBundle } from '#bundle/verify.ts';
import type { Trust } from '#bundle/verified.ts';
import { signPayload, TYPES } from '#bundle/jws.ts';
import type { KeyPair } from '#bundle/keys.ts';
import { edKey, trust as ours } from './made.ts';

export type Signature = Record<string, unknown> & { protected: string; signature: string };
export interface Envelope {
	payload: string;
	signatures: Signature[];
}

/** Files of a bundle by path, in order. */
export function takeApart(bytes: Uint8Array): Map<string, Uint8Array> {
	const container = readContainer(bytes);
	return new Map(container.entries.map(({ path }) => [path, container.unpack(path, 1 << 24)]));
}

export const putTogether = (files: ReadonlyMap<string, Uint8Array>): Uint8Array<ArrayBuffer> =>
	writeContainer([...files]);

/** The bundle with some of its files replaced (undefined: left out). */
export function withFiles(
	bytes: Uint8Array,
	change: Readonly<Record<string, Uint8Array | undefined>>,
): Uint8Array<ArrayBuffer> {
	const files = takeApart(bytes);
	for (const [path, data] of Object.entries(change))
		if (data) files.set(path, data);
		else files.delete(path);
	return putTogether(files);
}

export const envelopeOf = (bytes: Uint8Array, path = 'manifest.jws'): Envelope =>
	JSON.parse(new TextDecoder().decode(takeApart(bytes).get(path))) as Envelope;

const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** The bundle with another signed text in place of its own. */
export const withEnvelope = (bytes: Uint8Array, envelope: unknown): Uint8Array<ArrayBuffer> =>
	withFiles(bytes, {
		'manifest.jws': typeof envelope === 'string' ? Buffer.from(envelope) : json(envelope),
	});

export const encode = (value: unknown): string =>
	Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
export const decode = (text: string): Record<string, unknown> =>
	JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>;

export const sha256 = (bytes: Uint8Array): string =>
	createHash('sha256').update(bytes).digest('hex');

/** The code it is refused with, or "accepted". Anything that is no failure of the house is a fault of ours. */
export async function verdict(
	bytes: Uint8Array,
	trust: Trust = ours(),
): Promise<FailureCode | 'accepted'> {
	try {
		await verifyBundle(bytes, trust);
		return 'accepted';
	} catch (error) {
		if (!isFailure(error)) throw error;
		return error.code;
	}
}

/** Any bytes as a manifest, signed by the maker after all: what a careless or a hostile maker could do. */
export async function signedAs(
	bytes: Uint8Array,
	manifest: unknown,
	signer: KeyPair = edKey,
): Promise<Uint8Array<ArrayBuffer>> {
	const payload = encode(manifest);
	const one = await signPayload(payload, signer.privateKey, TYPES.manifest);
	const { protected: header, signature } = one;
	return withEnvelope(bytes, { payload, signatures: [{ protected: header, signature }] });
}
