// A verified update as a customer is shown it: in one language, with pictures instead of paths.
import type { EntryStep, Manifest, Picture, Texts } from '#bundle/manifest.ts';
import type { VerifiedBundle } from '#bundle/verified.ts';
import type { Offer, PictureView, StepView, Way } from './stage.ts';

/** The text for a BCP 47 tag: of that tag, else of its language, else English. */
export function textIn(texts: Texts, language: string): string {
	const wanted = language.toLowerCase();
	const primary = wanted.split('-')[0]!;
	const tags = Object.keys(texts);
	const tag =
		tags.find((one) => one.toLowerCase() === wanted) ??
		tags.find((one) => one.toLowerCase() === primary) ??
		tags.find((one) => one.toLowerCase().split('-')[0] === primary) ??
		'en';
	return texts[tag] ?? '';
}

/** Ways into the product that `here` has, too; in the maker's order. */
export const commonWays = ({ hardware }: Manifest, here: readonly Way[]): readonly Way[] =>
	hardware.routes.filter((way) => here.includes(way));

/** `here`: the ways this browser has. */
export function offerOf(
	{ manifest, files, maker }: VerifiedBundle,
	language: string,
	here: readonly Way[],
): Offer {
	const picture = (one: Picture | undefined): PictureView | undefined => {
		const bytes = one && files.get(one.file.path);
		return bytes && { type: typeOf(one.file.path), bytes, alt: textIn(one.alt, language) };
	};
	const step = (one: EntryStep): StepView => {
		const shown = picture(one.picture);
		return { text: textIn(one.text, language), ...(shown && { picture: shown }) };
	};
	const shown = picture(manifest.product.picture);
	const { support } = manifest.maker;
	return {
		maker: manifest.maker.name,
		...(support !== undefined && { support }),
		product: textIn(manifest.product.name, language),
		...(shown && { picture: shown }),
		version: manifest.version.name,
		notes: textIn(manifest.notes, language),
		ways: commonWays(manifest, here),
		entry: {
			dfu: (manifest.entry.dfu ?? []).map(step),
			uart: (manifest.entry.uart ?? []).map(step),
		},
		...(manifest.hardware.lines && { alone: 'uart' as const }),
		trust: maker.from,
	};
}

/** By the ending, which verification has compared with the content. */
function typeOf(path: string): string {
	const ending = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase();
	if (ending === 'jpg' || ending === 'jpeg') return 'image/jpeg';
	return ending === 'webp' ? 'image/webp' : 'image/png';
}
