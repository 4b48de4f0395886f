// A bundle opened and not trusted: what its container holds and who says to have signed it.
import { Failure } from '#core/failure.ts';
import { KEYS_PATH, MANIFEST_PATH, readContainer, type Container } from './container.ts';
import { sha256 } from './digest.ts';
import { checkSignature, MAX_JWS, payloadOf, readJws, TYPES } from './jws.ts';
import type { Jws, JwsSignature } from './jws.ts';
import type { Manifest } from './manifest.ts';
import { filesOf, picturesOf, readManifest } from './read-manifest.ts';
import { isPicture } from './read-texts.ts';
import { listOf, type KeyList } from './key-list.ts';

/** Container and signatures are well formed; nothing is known to be true. Only verifyBundle() makes it more. */
export interface UncheckedBundle {
	readonly container: Container;
	readonly manifest: Jws;
	/** The maker's key list that travels along. */
	readonly keys?: Jws;
	/** SHA-256 of the whole file, lower-case hex. */
	readonly sha256: string;
}

/** Reads container and signature syntax. @throws Failure bundle.* */
export async function openBundle(bytes: Uint8Array): Promise<UncheckedBundle> {
	const container = readContainer(bytes);
	const has = (path: string): boolean => container.entries.some((entry) => entry.path === path);
	if (!has(MANIFEST_PATH)) throw new Failure('bundle.not-a-bundle', {});
	const digest = await sha256(bytes);
	const manifest = await readJws(container.unpack(MANIFEST_PATH, MAX_JWS), TYPES.manifest);
	const opened = { container, manifest, sha256: digest };
	if (!has(KEYS_PATH)) return opened;
	return { ...opened, keys: await readJws(container.unpack(KEYS_PATH, MAX_JWS), TYPES.keys) };
}

export interface Contents {
	readonly manifest: Manifest;
	/** Every file the manifest names, by path. */
	readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/**
 * The manifest, and its files as it says they are; no other file may be there. Whose word it is has to be settled first.
 * @throws Failure bundle.manifest …, bundle.unlisted-file, bundle.missing-file, bundle.file-changed, bundle.picture
 */
export async function readContents({
	container,
	manifest: jws,
}: UncheckedBundle): Promise<Contents> {
	const manifest = readManifest(payloadOf(jws));
	const named = filesOf(manifest);
	for (const { path } of container.entries)
		if (path !== MANIFEST_PATH && path !== KEYS_PATH && !named.has(path))
			throw new Failure('bundle.unlisted-file', { path });
	const sizes = new Map(container.entries.map(({ path, size }) => [path, size]));
	const files = new Map<string, Uint8Array<ArrayBuffer>>();
	for (const { path, size, sha256: expected } of named.values()) {
		// Not unpacked when it cannot be right.
		if ((sizes.get(path) ?? size) !== size) throw new Failure('bundle.file-changed', { path });
		const data = container.unpack(path, size);
		if ((await sha256(data)) !== expected) throw new Failure('bundle.file-changed', { path });
		files.set(path, data);
	}
	for (const { path } of picturesOf(manifest))
		if (!isPicture(path, files.get(path)!)) throw new Failure('bundle.picture', { path });
	return { manifest, files };
}

/** What a bundle says of itself, for its maker. */
export interface Inspection {
	/** Bytes and SHA-256 of the whole file. */
	readonly size: number;
	readonly sha256: string;
	readonly entries: Container['entries'];
	readonly manifest: Manifest;
	readonly signatures: readonly SignatureView[];
	readonly keyList?: KeyList & { readonly signatures: readonly SignatureView[] };
}

export interface SignatureView {
	/** RFC 7638 thumbprint of the key. */
	readonly kid: string;
	readonly alg: string;
	/** The signature is right by the public key it carries; undefined where it carries none. */
	readonly holds: boolean | undefined;
}

/** Everything a bundle says, read strictly, its files compared with their hashes; no trust in anybody. @throws Failure bundle.* */
export async function inspectBundle(bytes: Uint8Array): Promise<Inspection> {
	const opened = await openBundle(bytes);
	const { container, manifest: jws, keys, sha256: own } = opened;
	const { manifest } = await readContents(opened);
	const seen = {
		size: bytes.length,
		sha256: own,
		entries: container.entries,
		manifest,
		signatures: await viewsOf(jws),
	};
	if (!keys) return seen;
	return { ...seen, keyList: { ...(await listOf(keys)), signatures: await viewsOf(keys) } };
}

const viewsOf = (jws: Jws): Promise<SignatureView[]> =>
	Promise.all(
		jws.signatures.map(async (one) => ({
			kid: one.kid,
			alg: one.alg,
			holds: await holdsByItself(jws, one),
		})),
	);

async function holdsByItself(jws: Jws, one: JwsSignature): Promise<boolean | undefined> {
	if (!one.jwk) return undefined;
	const checked = checkSignature(jws, one, one.jwk);
	return checked.then(
		() => true,
		() => false,
	);
}
