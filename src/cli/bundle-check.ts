// `bundle verify`, `inspect` and `diff`.
import {
	diffBundles,
	inspectBundle,
	readKeyList,
	verifyBundle,
	type BundleDiff,
} from '#bundle/index.ts';
import type { Maker } from '#bundle/verified.ts';
import { hex32 } from '#core/bytes.ts';
import { sizeText } from '#core/failure.ts';
import { day, only, readWhole, whole } from './bundle-io.ts';
import { readPublic } from './bundle-keys.ts';
import { inspectionJson, inspectionText } from './bundle-text.ts';
import { parse, UsageError, type Answer } from './command.ts';
import type { Io } from './io.ts';
import { table } from './table.ts';

export async function verify(io: Io, args: readonly string[]): Promise<Answer> {
	const { values, positionals } = parse(args, {
		key: { type: 'string', multiple: true },
		keys: { type: 'string' },
		date: { type: 'string' },
		counter: { type: 'string' },
	});
	const path = only(positionals, 'Which update?');
	const now = values.date === undefined ? new Date() : new Date(day('--date', values.date));
	const counter = values.counter === undefined ? undefined : whole('--counter', values.counter);
	const trusted = await Promise.all((values.key ?? []).map((file) => readPublic(io, file)));
	if (trusted.length === 0) throw new UsageError('Whom to trust? --key FILE with a public key.');
	const first: Maker = { name: path, keys: trusted, revoked: [], listed: 0, from: 'accepted' };
	const maker =
		values.keys === undefined ? first : await readKeyList(await readWhole(io, values.keys), first);
	const { manifest, signedBy, sha256 } = await verifyBundle(await readWhole(io, path), {
		makers: [maker],
		now,
		counter: () => counter,
	});
	const { product, version } = manifest;
	return {
		json: { verified: true, product: product.id, version: version.name, signedBy, sha256 },
		text: () =>
			`${path}: ${product.name['en'] ?? product.id} ${version.name}, signed by ${signedBy.join(' and ')}. Good.`,
	};
}

export async function inspect(io: Io, args: readonly string[]): Promise<Answer> {
	const { positionals } = parse(args, {});
	const path = only(positionals, 'Which update?');
	const found = await inspectBundle(await readWhole(io, path));
	return { json: inspectionJson(found), text: () => inspectionText(path, found) };
}

export async function diff(io: Io, args: readonly string[]): Promise<Answer> {
	const { positionals } = parse(args, {});
	const [before, after, more] = positionals;
	if (before === undefined || after === undefined || more !== undefined)
		throw new UsageError('Two updates are wanted: the earlier and the later one.');
	const found = await diffBundles(await readWhole(io, before), await readWhole(io, after));
	return { json: diffJson(found), text: () => diffText(found) };
}

const diffJson = ({ fields, images, signers }: BundleDiff) => ({
	fields: fields.map(({ path, before, after }) => ({
		path,
		before: before ?? null,
		after: after ?? null,
	})),
	images: images.map(({ address, before, after, changed }) => ({
		address: hex32(address),
		before: before ?? null,
		after: after ?? null,
		changed: changed ?? null,
	})),
	signers,
});

function diffText({ fields, images, signers }: BundleDiff): string {
	const bytes = (size: number | undefined): string => (size === undefined ? '–' : sizeText(size));
	const said = fields.map(({ path, before = '–', after = '–' }) => [path, before, after]);
	const same = signers.before.join() === signers.after.join();
	return [
		said.length === 0
			? 'They say the same.'
			: table([{ title: 'field' }, { title: 'before' }, { title: 'after' }], said),
		'',
		table(
			[
				{ title: 'image' },
				{ title: 'before', right: true },
				{ title: 'after', right: true },
				{ title: 'changed', right: true },
			],
			images.map(({ address, before, after, changed }) => [
				hex32(address),
				bytes(before),
				bytes(after),
				bytes(changed),
			]),
		),
		'',
		same
			? 'Signed by the same keys.'
			: `Signed by ${list(signers.after)}; before: ${list(signers.before)}.`,
	].join('\n');
}

const list = (kids: readonly string[]): string => kids.join(', ') || 'nobody';
