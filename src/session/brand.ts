// How a maker dresses the app: brand.json next to index.html (docs/branding.md). Anything may stand in it.
import '#core/failures/index.ts';
import { Failure, isFailure } from '#core/failure.ts';
import type { Texts } from '#bundle/manifest.ts';
import type { Maker } from '#bundle/verified.ts';
import * as json from '#devices/json-fields.ts';

export interface Brand {
	/** Of the app, as the maker wants it called. */
	readonly name: string;
	/** A file below brand/, or a data: URL of a picture. */
	readonly logo?: string;
	/** "#1d5fd6": the maker's colour on light and on dark ground, as given. */
	readonly colours?: { readonly light: string; readonly dark: string };
	/** Pinned: their updates are trusted without a question. */
	readonly makers: readonly Maker[];
	/** Ids of the products this app is for; undefined means any. */
	readonly products?: readonly string[];
	/** Updates by makers that are not pinned. */
	readonly others: 'ask' | 'refuse';
	/** Which page the app opens with. */
	readonly start: 'program' | 'update';
	/** Whether the customer's page has a link to the engineer's. */
	readonly engineer: 'link' | 'hidden';
	/** Sentences of the customer's page to replace, by language tag and key. */
	readonly texts: Readonly<Record<string, Readonly<Record<string, string>>>>;
	/** https address of the maker's signed list of updates. */
	readonly channel?: string;
	/** Origins other than the app's own that updates may be fetched from. */
	readonly sources: readonly string[];
	/** At the foot of the page: imprint, privacy, help. */
	readonly links: readonly { readonly text: Texts; readonly url: string }[];
}

/** What stands without a brand file. */
export const neutral: Brand = {
	name: 'Sectorwise',
	makers: [],
	others: 'ask',
	start: 'program',
	engineer: 'link',
	texts: {},
	sources: [],
	links: [],
};

/** Characters of the whole file; a logo in it takes most. */
export const MAX_BRAND = 1_000_000;
const MAX_LOGO = 800_000;
const COLOUR = /^#[0-9a-f]{6}$/i;
/** As in the manifest (docs/bundle-format.md). */
const PRODUCT = /^[a-z0-9]+(?:[.-][a-z0-9]+)*$/;
const LANGUAGE = /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$/;
const WORD = /^[a-z]+(?:[.-][a-z0-9]+)*$/;
const LOGO_FILE = /^brand\/[\w-]+(?:\.[\w-]+)*\.(?:png|jpe?g|webp|svg)$/;
const LOGO_DATA = /^data:image\/(?:png|jpeg|webp|svg\+xml);base64,[A-Za-z0-9+/]+={0,2}$/;
const fields = [
	'$schema',
	'schema',
	'name',
	'logo',
	'colours',
	'makers',
	'products',
	'others',
	'start',
	'engineer',
	'texts',
	'channel',
	'sources',
	'links',
] as const;

/** @throws Failure brand.* saying what is wrong and where */
export function readBrand(text: string): Brand {
	if (text.length > MAX_BRAND)
		throw new Failure('brand.too-large', { found: text.length, limit: MAX_BRAND });
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		throw new Failure('brand.not-json', { reason: (error as Error).message }, error);
	}
	try {
		return brandOf({ path: '', value });
	} catch (error) {
		// The guards are those of device files; the place and what was expected are all the same.
		if (isFailure(error, 'device.field')) throw new Failure('brand.field', error.data);
		throw error;
	}
}

function brandOf(root: json.Node): Brand {
	json.keysOf(root, fields);
	const field = (key: (typeof fields)[number]): json.Node => json.at(root, key);
	json.integer(field('schema'), 1, 1);
	const logo = json.optional(field('logo'), logoOf);
	const colours = json.optional(field('colours'), coloursOf);
	const products = json.optional(field('products'), (node) => json.list(node, productOf));
	const channel = json.optional(field('channel'), (node) => addressOf(node, ['https:']));
	const makers =
		json.optional(field('makers'), (node) => json.list(node, (one) => makerOf(one, products))) ??
		[];
	return {
		name: json.optional(field('name'), nameOf) ?? neutral.name,
		...(logo !== undefined && { logo }),
		...(colours && { colours }),
		makers,
		...(products && { products }),
		others:
			json.optional(field('others'), (node) => json.oneOf(node, ['ask', 'refuse'])) ??
			(makers.length > 0 ? 'refuse' : 'ask'),
		start:
			json.optional(field('start'), (node) => json.oneOf(node, ['program', 'update'])) ??
			neutral.start,
		engineer:
			json.optional(field('engineer'), (node) => json.oneOf(node, ['link', 'hidden'])) ??
			neutral.engineer,
		texts: json.optional(field('texts'), wordsOf) ?? {},
		...(channel !== undefined && { channel }),
		sources: json.optional(field('sources'), (node) => json.list(node, originOf)) ?? [],
		links: json.optional(field('links'), (node) => json.list(node, linkOf)) ?? [],
	};
}

const nameOf = (node: json.Node): string =>
	json.textLike(node, /^[^\p{Cc}]{1,60}$/u, 'a name of at most 60 characters');

const productOf = (node: json.Node): string =>
	json.textLike(node, PRODUCT, 'lower-case words and dots, like acme.lamp-2');

function logoOf(node: json.Node): string {
	const { value } = node;
	if (typeof value !== 'string' || value.length > MAX_LOGO)
		return json.wrong(node, `a text of at most ${MAX_LOGO} characters`);
	if (LOGO_FILE.test(value) || LOGO_DATA.test(value)) return value;
	return json.wrong(node, 'a picture below brand/, or data:image/…;base64');
}

function coloursOf(node: json.Node): { readonly light: string; readonly dark: string } {
	json.keysOf(node, ['light', 'dark']);
	const colour = (key: string): string =>
		json.textLike(json.at(node, key), COLOUR, 'a colour like #1d5fd6');
	return { light: colour('light'), dark: colour('dark') };
}

function makerOf(node: json.Node, all: readonly string[] | undefined): Maker {
	json.keysOf(node, ['name', 'keys', 'products', 'needs']);
	const keys = json.list(json.at(node, 'keys'), keyOf);
	if (keys.length === 0) json.wrong(json.at(node, 'keys'), 'at least one key');
	const products =
		json.optional(json.at(node, 'products'), (list) => json.list(list, productOf)) ?? all;
	const needs = json.optional(json.at(node, 'needs'), (count) =>
		json.integer(count, 1, keys.length),
	);
	return {
		name: nameOf(json.at(node, 'name')),
		keys,
		revoked: [],
		listed: 0,
		...(products && { products }),
		...(needs !== undefined && { needs }),
		from: 'brand',
	};
}

/** Public keys as RFC 7517 and RFC 8037 write them; only what a verification needs of them is taken. */
function keyOf(node: json.Node): JsonWebKey {
	json.keysOf(node);
	if (json.at(node, 'd').value !== undefined)
		throw new Failure('brand.private-key', { path: node.path });
	const kty = json.oneOf(json.at(node, 'kty'), ['OKP', 'EC']);
	// 32 bytes as base64url (RFC 4648 section 5), without padding.
	const part = (name: string): string =>
		json.textLike(json.at(node, name), /^[A-Za-z0-9_-]{43}$/, '43 characters of base64url');
	const crv = json.oneOf(json.at(node, 'crv'), [kty === 'OKP' ? 'Ed25519' : 'P-256']);
	return { kty, crv, x: part('x'), ...(kty === 'EC' && { y: part('y') }) };
}

function wordsOf(node: json.Node): Brand['texts'] {
	const tables = json.keysOf(node).map((tag) => {
		const table = json.at(node, tag);
		if (!LANGUAGE.test(tag)) json.wrong(table, 'a language tag like "de"');
		const words = json.keysOf(table).map((key) => {
			const word = json.at(table, key);
			if (!WORD.test(key)) json.wrong(word, 'the key of a text');
			return [key, json.text(word)] as const;
		});
		return [tag, Object.fromEntries(words)] as const;
	});
	return Object.fromEntries(tables);
}

function linkOf(node: json.Node): Brand['links'][number] {
	json.keysOf(node, ['text', 'url']);
	const texts = json.at(node, 'text');
	const text = Object.fromEntries(
		json.keysOf(texts).map((tag) => [tag, json.text(json.at(texts, tag))]),
	);
	json.text(json.at(texts, 'en'));
	return { text, url: addressOf(json.at(node, 'url'), ['https:', 'mailto:']) };
}

function originOf(node: json.Node): string {
	const address = new URL(addressOf(node, ['https:']));
	if (address.href !== `${address.origin}/`)
		return json.wrong(node, 'an origin like https://updates.example.com');
	return address.origin;
}

function addressOf(node: json.Node, schemes: readonly string[]): string {
	const text = json.text(node);
	const address = URL.canParse(text) ? new URL(text) : undefined;
	if (!address || !schemes.includes(address.protocol) || address.username || address.password)
		return json.wrong(node, `an address that begins with ${schemes.join(' or ')}`);
	return address.href;
}
