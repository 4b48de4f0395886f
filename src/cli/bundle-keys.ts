// `bundle keygen` and `bundle keys`: a maker's keys, and the signed list that renews and revokes them.
import {
	fingerprint,
	generateKeys,
	readPrivateKey,
	readPublicKey,
	thumbprint,
	writeKeyList,
} from '#bundle/index.ts';
import { Failure } from '#core/failure.ts';
import { json, only, out, readText, whole } from './bundle-io.ts';
import { parse, UsageError, type Answer } from './command.ts';
import type { Io } from './io.ts';

const algorithms = { ed25519: 'EdDSA', p256: 'ES256' } as const;

/** Neither overwrites anything nor shows the private key. */
export async function keygen(io: Io, args: readonly string[]): Promise<Answer> {
	const { values, positionals } = parse(args, { algorithm: { type: 'string' } });
	const file = only(positionals, 'A name for the private key is wanted.');
	const name = values.algorithm ?? 'ed25519';
	if (!Object.hasOwn(algorithms, name))
		throw new UsageError(`--algorithm ${name}: ed25519 or p256.`);
	const pair = await generateKeys(algorithms[name as keyof typeof algorithms]);
	const publicFile = publicName(file);
	// Looked for first: no half of this pair may end up beside a half of another.
	if (await exists(io, publicFile)) throw new Failure('cli.exists', { path: publicFile });
	await io.save(file, json(pair.privateKey), 'secret-key');
	await io.save(publicFile, json(pair.publicKey), 'key');
	const told = {
		privateKey: file,
		publicKey: publicFile,
		algorithm: name,
		kid: pair.kid,
		fingerprint: fingerprint(pair.kid),
	};
	return {
		json: told,
		text: () =>
			[
				`${file}: the private key. Keep it secret, and keep a copy: who has it can publish as you, and without it nobody can.`,
				`${publicFile}: the public key, for your brand file and for everybody.`,
				'Fingerprint, to print where customers can compare it:',
				`  ${told.fingerprint}`,
			].join('\n'),
	};
}

const exists = (io: Io, path: string): Promise<boolean> =>
	io.open(path).then(
		() => true,
		() => false,
	);

/** "acme.jwk" → "acme.pub.jwk" */
const publicName = (file: string): string =>
	/\.jwk$/i.test(file) ? file.replace(/\.jwk$/i, '.pub.jwk') : `${file}.pub`;

export async function keys(io: Io, args: readonly string[]): Promise<Answer> {
	const { values, positionals } = parse(args, {
		number: { type: 'string' },
		public: { type: 'string', multiple: true },
		revoke: { type: 'string', multiple: true },
		needs: { type: 'string' },
		key: { type: 'string', multiple: true },
		out: { type: 'string', short: 'o' },
	});
	if (positionals.length > 0) throw new UsageError(`${positionals[0]}: not expected here.`);
	const file = out(values.out);
	const number = whole('--number', values.number);
	const needs = values.needs === undefined ? undefined : whole('--needs', values.needs);
	const listed = await Promise.all((values.public ?? []).map((path) => readPublic(io, path)));
	if (listed.length === 0) throw new UsageError('Which keys? --public FILE for each that counts.');
	const revoked = values.revoke ?? [];
	const signers = await readSigners(io, values.key);
	const bytes = await writeKeyList(
		{ number, keys: listed, revoked, ...(needs !== undefined && { needs }) },
		signers,
	);
	await io.save(file, bytes);
	const kids = await Promise.all(listed.map(thumbprint));
	return {
		json: { file, number, keys: kids, revoked, needs: needs ?? 1 },
		text: () =>
			[
				`${file}: key list ${number}`,
				...kids.map((kid) => `  counts   ${kid}`),
				...revoked.map((kid) => `  revoked  ${kid}`),
			].join('\n'),
	};
}

/** @throws Failure bundle.key-unreadable, cli.unreadable */
export const readPublic = async (io: Io, path: string): Promise<JsonWebKey> =>
	readPublicKey(await readText(io, path));

/** The keys of --key, or that of SECTORWISE_KEY. @throws Failure publish.no-key, publish.not-private, bundle.key-unreadable */
export async function readSigners(
	io: Io,
	paths: readonly string[] = [],
): Promise<readonly JsonWebKey[]> {
	const variable = io.variable('SECTORWISE_KEY');
	const texts =
		paths.length > 0
			? await Promise.all(
					paths.map(async (path) => ({ name: path, text: await readText(io, path) })),
				)
			: variable === undefined
				? []
				: [{ name: 'SECTORWISE_KEY', text: variable }];
	if (texts.length === 0) throw new Failure('publish.no-key', {});
	return Promise.all(
		texts.map(async ({ name, text }) => {
			if (isPublic(text)) throw new Failure('publish.not-private', { name });
			return (await readPrivateKey(text)).privateKey;
		}),
	);
}

/** The other file of the pair is the likely slip; anything else is for readPrivateKey() to refuse. */
function isPublic(text: string): boolean {
	if (text.includes('-----BEGIN PUBLIC KEY-----')) return true;
	try {
		const key: unknown = JSON.parse(text);
		return typeof key === 'object' && key !== null && 'kty' in key && !('d' in key);
	} catch {
		return false;
	}
}
