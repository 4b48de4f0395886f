// What an update says of itself, as text and as JSON.
import { fingerprint, type Inspection, type SignatureView } from '#bundle/index.ts';
import type { BundleImage, ExpectedBytes, Manifest, VersionSource } from '#bundle/manifest.ts';
import { hex32 } from '#core/bytes.ts';
import { sizeText } from '#core/failure.ts';
import { table } from './table.ts';

/** The manifest stands as it was signed: its numbers are numbers. */
export const inspectionJson = ({
	size,
	sha256,
	entries,
	manifest,
	signatures,
	keyList,
}: Inspection) => ({
	size,
	sha256,
	product: manifest.product.id,
	version: manifest.version.name,
	images: manifest.images.map(imageJson),
	signatures: signatures.map(signatureJson),
	keyList: keyList
		? { number: keyList.number, signatures: keyList.signatures.map(signatureJson) }
		: null,
	entries,
	manifest,
});

const imageJson = ({ address, size, sha256, storage, full, deltas = [] }: BundleImage) => ({
	address: hex32(address),
	size,
	sha256,
	storage,
	full: full !== undefined,
	deltas: deltas.map(({ from, patch }) => ({ from: from.version, size: patch.size })),
});

const signatureJson = ({ kid, alg, holds }: SignatureView) => ({
	kid,
	fingerprint: fingerprint(kid),
	alg,
	holds: holds ?? null,
});

export function madeText(file: string, made: Inspection): string {
	const { size, sha256, manifest, signatures } = made;
	return [
		`${file}: ${nameOf(manifest)}, ${sizeText(size)}`,
		`SHA-256 ${sha256}`,
		...manifest.images.map(imageText),
		...signatures.map(signatureText),
		...(signatures.length === 0 ? ['Not signed yet: nobody accepts it.'] : []),
	].join('\n');
}

export function inspectionText(file: string, found: Inspection): string {
	const { manifest, entries, keyList } = found;
	const { hardware, keep, previous, valid, notes } = manifest;
	const facts: readonly (readonly [string, string | undefined])[] = [
		['maker', manifest.maker.name],
		['product', `${manifest.product.id} (${Object.keys(manifest.product.name).join(', ')})`],
		['version', `${manifest.version.name}, counter ${manifest.version.counter}`],
		['chips', hardware.productIds.map((id) => `0x${id.toString(16).toUpperCase()}`).join(', ')],
		['flash', hardware.flashSize && span(hardware.flashSize)],
		['board', hardware.boardId?.map(markText).join(', ')],
		['serials', hardware.serials && `${hardware.serials.first} to ${hardware.serials.last}`],
		['ways in', hardware.routes.join(', ')],
		['lines', hardware.lines],
		[
			'kept',
			keep
				.map(({ name, origin, length }) => `${name} ${hex32(origin)} ${sizeText(length)}`)
				.join(', '),
		],
		['two banks', manifest.dualBank],
		['version at', manifest.installed?.map(sourceText).join(', then ')],
		['from version', previous?.minimum],
		['not from', previous?.forbidden?.join(', ')],
		['valid', valid && `${valid.from ?? 'any day'} to ${valid.until ?? 'any day'}`],
		['key list', keyList && `number ${keyList.number}`],
	];
	const width = Math.max(...facts.map(([name]) => name.length));
	return [
		madeText(file, found),
		'',
		...facts.flatMap(([name, value]) => (value ? [`${name.padEnd(width)}  ${value}`] : [])),
		'',
		table(
			[{ title: 'file' }, { title: 'bytes', right: true }, { title: 'packed', right: true }],
			entries.map(({ path, size, packed }) => [path, String(size), String(packed)]),
		),
		'',
		notes['en'] ?? '',
		'',
		'Whether its maker is trusted is not said here: see `sectorwise bundle verify`.',
	].join('\n');
}

const markText = ({ address, bytes, mask }: ExpectedBytes): string =>
	`${bytes} at ${hex32(address)}${mask === undefined ? '' : ` under ${mask}`}`;

function sourceText(source: VersionSource): string {
	switch (source.kind) {
		case 'memory':
			return `${hex32(source.address)} (${source.as}, ${sizeText(source.length)})`;
		case 'usb':
			return `USB ${source.field} by ${source.pattern}`;
		case 'serial':
			return `serial port at ${source.baud} baud by ${source.pattern}`;
	}
}

const nameOf = ({ product, version }: Manifest): string =>
	`${product.name['en'] ?? product.id} ${version.name}`;

const span = ({ minimum, maximum }: { minimum: number; maximum: number }): string =>
	minimum === maximum ? sizeText(minimum) : `${sizeText(minimum)} to ${sizeText(maximum)}`;

function imageText({ address, size, full, deltas = [] }: BundleImage): string {
	const parts = [
		...(full ? ['whole'] : []),
		...deltas.map(({ from, patch }) => `from ${from.version} in ${sizeText(patch.size)}`),
	];
	return `  ${hex32(address)}  ${sizeText(size)}, ${parts.join(', ')}`;
}

const signatureText = ({ kid, alg, holds }: SignatureView): string =>
	`${alg} by ${kid}${holds === false ? ': WRONG' : holds ? '' : ': not checked, its key is not there'}\n  ${fingerprint(kid)}`;
