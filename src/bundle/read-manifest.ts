// Signed bytes → Manifest, or a refusal that names the field. Reads all of it before anything is acted on.
import { hex32 } from '#core/bytes.ts';
import { Failure } from '#core/failure.ts';
import { overlaps, type Range } from '#core/range.ts';
import { MAX_BUNDLE } from '#core/update-file.ts';
import { choice, compact, fields, integer, list, matching } from './fields.ts';
import { optional, parseSigned, plainText, wrong, type Node } from './fields.ts';
import { SCHEMA, type BundleImage, type FileRef, type KeptRange } from './manifest.ts';
import type { Manifest } from './manifest.ts';
import { hardware, image, kept, version, versionSource } from './read-hardware.ts';
import { entry, MAX_NAME, nameTexts, noteTexts, picture } from './read-texts.ts';
import { MAX_COUNT } from './key-list.ts';
import { compareVersions } from './version.ts';

/** Lower-case words with dots and dashes between: "acme.lamp-2". */
export const PRODUCT_ID = /^(?=.{1,64}$)[a-z0-9]+(?:[.-][a-z0-9]+)*$/;

/** @throws Failure bundle.newer-format, bundle.unknown-field, bundle.manifest, bundle.pattern, bundle.overlap */
export function readManifest(bytes: Uint8Array): Manifest {
	return readManifestNode(parseSigned(bytes, 'bundle.manifest'));
}

/** The same for a value that has not been through JSON yet. */
export function readManifestNode(node: Node): Manifest {
	checkSchema(node);
	const own = fields(
		node,
		['schema', 'maker', 'product', 'version', 'notes', 'entry', 'hardware', 'images', 'keep'],
		['previous', 'valid', 'installed', 'start', 'dualBank'],
	);
	const match = hardware(own.hardware);
	const rest = compact({
		maker: maker(own.maker),
		product: product(own.product),
		version: newVersion(own.version),
		notes: noteTexts(own.notes),
		entry: entry(own.entry, match.routes),
		hardware: match,
		images: list(own.images, { least: 1, most: 32 }, image),
		keep: list(own.keep, { least: 0, most: 32 }, kept),
		previous: optional(own.previous, previous),
		valid: optional(own.valid, validity),
		installed: optional(own.installed, (all) => list(all, { least: 1, most: 8 }, versionSource)),
		start: optional(own.start, (one) => integer(one, { least: 0, most: 2 ** 32 - 1 })),
		dualBank: optional(own.dualBank, dualBank),
	});
	const manifest: Manifest = { schema: SCHEMA, ...rest };
	checkRanges(manifest.images, manifest.keep);
	if (own.start) checkStart(own.start, manifest);
	filesOf(manifest);
	return manifest;
}

/** A manifest of a later format says so before it says anything this reader would take for wrong. */
function checkSchema(node: Node): void {
	const { value } = node;
	const found = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : 0;
	if (typeof found === 'number' && Number.isInteger(found) && found > SCHEMA)
		throw new Failure('bundle.newer-format', { found, known: SCHEMA });
	if (found !== SCHEMA) wrong({ ...node, path: 'schema' }, `it is not the number ${SCHEMA}`);
}

function maker(node: Node): Manifest['maker'] {
	const own = fields(node, ['name'], ['support']);
	return compact({ name: plainText(own.name, MAX_NAME), support: optional(own.support, support) });
}

/** https with a host and nothing before it, or a plain mail address: nothing a link could hide behind. */
const support = (node: Node): string =>
	matching(
		node,
		/^(?=.{1,300}$)(?:https:\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?(?:\/[\w.~%!$&'()*+,;=:@/?#-]*)?|mailto:[\w.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+)$/,
		'an https or mailto address',
	);

function product(node: Node): Manifest['product'] {
	const own = fields(node, ['id', 'name'], ['picture']);
	return compact({
		id: productId(own.id),
		name: nameTexts(own.name),
		picture: optional(own.picture, picture),
	});
}

export const productId = (node: Node): string =>
	matching(node, PRODUCT_ID, 'lower-case words with dots or dashes between');

export const counter = (node: Node): number => integer(node, { least: 0, most: MAX_COUNT });

const dualBank = (node: Node): NonNullable<Manifest['dualBank']> =>
	choice(node, ['inactive-bank', 'in-place']);

function newVersion(node: Node): Manifest['version'] {
	const own = fields(node, ['name', 'counter']);
	return { name: version(own.name), counter: counter(own.counter) };
}

function previous(node: Node): NonNullable<Manifest['previous']> {
	const own = fields(node, [], ['minimum', 'forbidden']);
	const forbidden = optional(own.forbidden, (all) => list(all, { least: 1, most: 64 }, version));
	if (own.forbidden && forbidden) {
		const same = forbidden.some((one, i) =>
			forbidden.slice(0, i).some((other) => compareVersions(one, other) === 0),
		);
		if (same) wrong(own.forbidden, 'it says the same version twice');
	}
	return compact({ minimum: optional(own.minimum, version), forbidden });
}

function validity(node: Node): NonNullable<Manifest['valid']> {
	const own = fields(node, [], ['from', 'until']);
	const read = compact({ from: optional(own.from, day), until: optional(own.until, day) });
	if (read.from !== undefined && read.until !== undefined && read.from > read.until)
		wrong(node, 'it ends before it begins');
	return read;
}

/** A day of the calendar, "2027-02-28". */
export function day(node: Node): string {
	const text = matching(node, /^\d{4}-\d{2}-\d{2}$/, 'a day like "2027-02-28"');
	const at = new Date(`${text}T00:00:00Z`);
	if (Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== text)
		wrong(node, 'it is not a day of the calendar');
	return text;
}

interface Named {
	readonly name: string;
	readonly range: Range;
}

/** No image meets another one, and none a range that is kept; neither do two of these. */
function checkRanges(images: readonly BundleImage[], keep: readonly KeptRange[]): void {
	const all: Named[] = [
		...images.map(({ address, size }) => ({
			name: `the image at ${hex32(address)}`,
			range: { start: address, end: address + size },
		})),
		...keep.map(({ name, origin, length }) => ({
			name: `"${name}"`,
			range: { start: origin, end: origin + length },
		})),
	];
	for (const [i, one] of all.entries())
		for (const other of all.slice(i + 1))
			if (overlaps(one.range, other.range)) {
				const address = Math.max(one.range.start, other.range.start);
				throw new Failure('bundle.overlap', { first: one.name, second: other.name, address });
			}
}

function checkStart(node: Node, { start = 0, images }: Manifest): void {
	if (!images.some(({ address, size }) => address <= start && start < address + size))
		wrong(node, 'it is in none of the images');
}

/** Every file the manifest names, by path. @throws Failure bundle.manifest when a path is given two contents, or all of them are too large. */
export function filesOf(manifest: Manifest): ReadonlyMap<string, FileRef> {
	const files = new Map<string, FileRef>();
	const folded = new Map<string, string>();
	const refuse = (path: string, reason: string): never => {
		throw new Failure('bundle.manifest', { field: path, reason });
	};
	for (const file of [...picturesOf(manifest), ...manifest.images.flatMap(filesOfImage)]) {
		const known = files.get(file.path);
		if (known && (known.size !== file.size || known.sha256 !== file.sha256))
			refuse(file.path, 'it is named with two sizes or SHA-256');
		const lower = file.path.toLowerCase();
		if ((folded.get(lower) ?? file.path) !== file.path)
			refuse(file.path, 'another name differs only in capital letters');
		files.set(file.path, file);
		folded.set(lower, file.path);
	}
	const total = [...files.values()].reduce((sum, { size }) => sum + size, 0);
	if (total > MAX_BUNDLE) refuse('the whole', `its files have more than ${MAX_BUNDLE} bytes`);
	return files;
}

/** The files of all pictures, in reading order, with repetitions. */
export function picturesOf({ product: { picture: own }, entry: steps }: Manifest): FileRef[] {
	const inSteps = [...(steps.dfu ?? []), ...(steps.uart ?? [])].map(({ picture: one }) => one);
	return [own, ...inSteps].flatMap((one) => (one ? [one.file] : []));
}

const filesOfImage = ({ full, deltas = [] }: BundleImage): FileRef[] => [
	...(full ? [full] : []),
	...deltas.map(({ patch }) => patch),
];
