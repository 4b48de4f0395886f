// From a description to what createBundle() takes: the build's files read by their formats and cut by address, pictures
// beside them, and older updates as starting points of deltas. The same for the command line and the page.
import type { Artifact, Firmware } from '#core/artifact.ts';
import { placeBinary } from '#core/artifact.ts';
import { Failure } from '#core/failure.ts';
import type { Segment } from '#core/image.ts';
import type { ByteSource } from '#core/source.ts';
import type { Draft, DraftImage, DraftPicture } from './draft.ts';
import { picturesOf, type DescribedFirmware, type Description } from './description.ts';
import type { Storage } from './manifest.ts';
import { openBundle, inspectBundle } from './open.ts';
import { MAX_PICTURE } from './read-texts.ts';

/** What reads firmware: formats/ has this shape. */
export interface FirmwareReader {
	openFile(source: ByteSource, fileName: string): Promise<Artifact>;
	mergeFirmware(parts: readonly { readonly name: string; readonly firmware: Firmware }[]): Firmware;
}

export interface Ingredients {
	/** A file by the path the description has. @throws Failure for one that is not there */
	readonly open: (path: string) => Promise<ByteSource>;
	readonly reader: FirmwareReader;
	/** Earlier updates of the product, to carry deltas from. */
	readonly older: readonly OlderUpdate[];
}

/** What an earlier update wrote. */
export interface OlderUpdate {
	/** How its maker knows the file. */
	readonly name: string;
	readonly product: string;
	readonly version: string;
	readonly images: readonly Segment[];
}

export interface Built {
	readonly draft: Draft;
	readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Stretches of bytes in one update; a build has a handful. */
const MAX_IMAGES = 32;

/** @throws Failure publish.*, file.*, or what `open` throws */
export async function buildDraft(
	description: Description,
	ingredients: Ingredients,
): Promise<Built> {
	const { firmware, ...rest } = description;
	const files = new Map<string, Uint8Array>();
	const names = await takePictures(description, ingredients, files);
	const images: DraftImage[] = [];
	for (const storage of new Set(firmware.map((file) => file.storage ?? 'internal'))) {
		const parts = firmware.filter((file) => (file.storage ?? 'internal') === storage);
		images.push(...(await takeFirmware(parts, storage, ingredients, files)));
	}
	for (const { name, product, images: before } of ingredients.older) {
		if (product !== description.product.id)
			throw new Failure('publish.other-product', { name, product });
		if (!before.some(({ address }) => images.some((image) => image.address === address)))
			throw new Failure('publish.no-older-bytes', { name });
	}
	return { draft: { ...renamed(rest, names), images }, files };
}

/** What an earlier update carries whole. Its signatures are of no matter here: it only saves bytes. @throws Failure bundle.* */
export async function readOlder(
	name: string,
	bytes: Uint8Array<ArrayBuffer>,
): Promise<OlderUpdate> {
	const { manifest } = await inspectBundle(bytes);
	const { container } = await openBundle(bytes);
	return {
		name,
		product: manifest.product.id,
		version: manifest.version.name,
		images: manifest.images.flatMap(({ address, full }) =>
			full ? [{ address, data: container.unpack(full.path, full.size) }] : [],
		),
	};
}

async function takeFirmware(
	parts: readonly DescribedFirmware[],
	storage: Storage,
	{ open, reader, older }: Ingredients,
	files: Map<string, Uint8Array>,
): Promise<DraftImage[]> {
	const read: { name: string; firmware: Firmware }[] = [];
	for (const { file, address } of parts) {
		const artifact = await reader.openFile(await open(file), file);
		if (artifact.kind === 'firmware') read.push({ name: file, firmware: artifact });
		else if (address === undefined) throw new Failure('publish.needs-address', { name: file });
		else read.push({ name: file, firmware: placeBinary(artifact, address) });
	}
	const { image } = reader.mergeFirmware(read);
	if (image.length === 0) throw new Failure('publish.no-firmware', {});
	if (image.length > MAX_IMAGES) {
		const name = read.map((part) => part.name).join(', ');
		throw new Failure('publish.many-pieces', { name, count: image.length, limit: MAX_IMAGES });
	}
	return image.map(({ address, data }) => {
		const file = `images/${digits(address)}.bin`;
		files.set(file, data);
		const from = older.flatMap(({ version, images }, index) => {
			const before = images.find((one) => one.address === address);
			if (!before) return [];
			const path = `older/${index + 1}/${digits(address)}.bin`;
			files.set(path, before.data);
			return [{ version, file: path }];
		});
		return { address, file, storage, ...(from.length > 0 && { from }) };
	});
}

/** Pictures under names of their own: those of the maker's folders are nobody's business. */
async function takePictures(
	description: Description,
	{ open }: Ingredients,
	files: Map<string, Uint8Array>,
): Promise<ReadonlyMap<string, string>> {
	const names = new Map<string, string>();
	for (const [index, path] of picturesOf(description).entries()) {
		const source = await open(path);
		const extension = /\.(?:png|jpe?g|webp)$/i.exec(path)?.[0].toLowerCase() ?? '';
		const name = `pictures/${index + 1}${extension}`;
		names.set(path, name);
		// One byte more than allowed is enough for the reader to refuse it.
		files.set(name, await source.read(0, Math.min(source.size, MAX_PICTURE + 1)));
	}
	return names;
}

function renamed(
	draft: Omit<Draft, 'images'>,
	names: ReadonlyMap<string, string>,
): Omit<Draft, 'images'> {
	const again = (picture: DraftPicture): DraftPicture => ({
		...picture,
		file: names.get(picture.file) ?? picture.file,
	});
	const { picture, ...product } = draft.product;
	const entry = Object.entries(draft.entry).map(([route, steps]) => [
		route,
		steps.map((step) => (step.picture ? { ...step, picture: again(step.picture) } : step)),
	]);
	return {
		...draft,
		product: { ...product, ...(picture && { picture: again(picture) }) },
		entry: Object.fromEntries(entry) as Draft['entry'],
	};
}

const digits = (address: number): string => address.toString(16).toUpperCase().padStart(8, '0');
