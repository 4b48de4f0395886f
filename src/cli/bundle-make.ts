// `bundle create`, `sign` and `signing-input`.
import { buildDraft, readOlder } from '#bundle/build.ts';
import { readDescription } from '#bundle/description.ts';
import {
	attachSignature,
	createBundle,
	inspectBundle,
	signBundle,
	signingInput as inputOf,
	type Draft,
} from '#bundle/index.ts';
import { openFile } from '#formats/index.ts';
import { mergeFirmware } from '#formats/merge.ts';
import { out, only, readText, readWhole } from './bundle-io.ts';
import { readPublic, readSigners } from './bundle-keys.ts';
import { inspectionJson, madeText } from './bundle-text.ts';
import { parse, UsageError, type Answer } from './command.ts';
import type { Io } from './io.ts';

export async function create(io: Io, args: readonly string[]): Promise<Answer> {
	const { values, positionals } = parse(args, {
		out: { type: 'string', short: 'o' },
		key: { type: 'string', multiple: true },
		unsigned: { type: 'boolean' },
		previous: { type: 'string', multiple: true },
		'delta-only': { type: 'boolean' },
		keys: { type: 'string' },
	});
	const path = only(positionals, 'Which description?');
	const file = out(values.out);
	if (values.unsigned && values.key) throw new UsageError('--unsigned or --key, not both.');
	const signers = values.unsigned ? [] : await readSigners(io, values.key);
	const description = readDescription(await readText(io, path));
	const folder = path.slice(0, path.search(/[^/\\]*$/));
	const older = await Promise.all(
		(values.previous ?? []).map(async (name) => readOlder(name, await readWhole(io, name))),
	);
	const { draft, files } = await buildDraft(description, {
		open: (name) => io.open(/^(?:[/\\]|[a-z]:)/i.test(name) ? name : folder + name),
		reader: { openFile, mergeFirmware },
		older,
	});
	const list = values.keys === undefined ? undefined : await readWhole(io, values.keys);
	const wanted = values['delta-only'] ? deltaOnly(draft) : draft;
	return save(io, file, await createBundle(wanted, files, signers, list));
}

const deltaOnly = (draft: Draft): Draft => ({
	...draft,
	images: draft.images.map((image) => (image.from ? { ...image, full: false } : image)),
});

export async function sign(io: Io, args: readonly string[]): Promise<Answer> {
	const { values, positionals } = parse(args, {
		out: { type: 'string', short: 'o' },
		key: { type: 'string', multiple: true },
		public: { type: 'string' },
		detached: { type: 'string' },
	});
	const path = only(positionals, 'Which update?');
	const file = out(values.out);
	if ((values.public === undefined) !== (values.detached === undefined))
		throw new UsageError('--public FILE and --detached SIGNATURE belong together.');
	let bytes = await readWhole(io, path);
	if (values.public !== undefined && values.detached !== undefined) {
		if (values.key) throw new UsageError('--key or --detached, not both.');
		const key = await readPublic(io, values.public);
		bytes = await attachSignature(bytes, key, await readWhole(io, values.detached, 1024));
	} else
		for (const signer of await readSigners(io, values.key)) bytes = await signBundle(bytes, signer);
	return save(io, file, bytes);
}

export async function signingInput(io: Io, args: readonly string[]): Promise<Answer> {
	const { values, positionals } = parse(args, {
		out: { type: 'string', short: 'o' },
		public: { type: 'string' },
	});
	const path = only(positionals, 'Which update?');
	const file = out(values.out);
	if (values.public === undefined) throw new UsageError('For which key? --public FILE is needed.');
	const key = await readPublic(io, values.public);
	const bytes = await inputOf(await readWhole(io, path), key);
	await io.save(file, bytes);
	const how =
		key.kty === 'EC' ? 'ECDSA with P-256 over its SHA-256' : 'Ed25519 over the bytes as they are';
	return {
		json: { file, size: bytes.length, algorithm: key.kty === 'EC' ? 'ES256' : 'EdDSA' },
		text: () => `${file}: ${bytes.length} bytes to sign, ${how}.`,
	};
}

async function save(io: Io, file: string, bytes: Uint8Array<ArrayBuffer>): Promise<Answer> {
	const made = await inspectBundle(bytes);
	await io.save(file, bytes);
	return { json: { file, ...inspectionJson(made) }, text: () => madeText(file, made) };
}
