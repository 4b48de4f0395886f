// What people read and see: texts by language, pictures, steps into the bootloader.
import { MAX_BUNDLE } from '#core/update-file.ts';
import { isSafePath, KEYS_PATH, MANIFEST_PATH } from './container.ts';
import { compact, fields, integer, list, matching, members, optional, wrong } from './fields.ts';
import { plainText, type Node } from './fields.ts';
import type { EntryStep, FileRef, Manifest, Picture, Texts } from './manifest.ts';

/** Longest texts, in characters. */
export const MAX_NAME = 80;
const MAX_ALT = 300;
const MAX_STEP = 600;
const MAX_NOTES = 10_000;
const MAX_LANGUAGES = 40;
const MAX_STEPS = 12;
/** Bytes of a picture. */
export const MAX_PICTURE = 2 * 1024 * 1024;

export const SHA256 = /^[0-9a-f]{64}$/;

/** Language, script and region of BCP 47 as it recommends to write them: "de", "pt-BR", "zh-Hant-TW". */
const LANGUAGE = /^[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|\d{3}))?$/;

function texts(node: Node, most: number, lines = false): Texts {
	const all = members(node, MAX_LANGUAGES);
	if (all.length > MAX_LANGUAGES) wrong(node, `it has more than ${MAX_LANGUAGES} languages`);
	const strange = all.find(([language]) => !LANGUAGE.test(language));
	if (strange) wrong(strange[1], 'its name is not a language tag like "de" or "pt-BR"');
	if (!all.some(([language]) => language === 'en'))
		wrong(node, 'the English text ("en") is missing');
	return Object.fromEntries(
		all.map(([language, text]) => [language, plainText(text, most, lines)]),
	);
}

export const nameTexts = (node: Node): Texts => texts(node, MAX_NAME);
export const noteTexts = (node: Node): Texts => texts(node, MAX_NOTES, true);

/** A file of the container, any size up to `most` bytes. */
export function fileRef(node: Node, most = MAX_BUNDLE): FileRef {
	const own = fields(node, ['path', 'size', 'sha256']);
	const path = matching(own.path, /^[ -~]*$/, 'a path in ASCII');
	if (!isSafePath(path) || path.toLowerCase() === MANIFEST_PATH || path.toLowerCase() === KEYS_PATH)
		wrong(own.path, 'it is not a name that a file may have here');
	return {
		path,
		size: integer(own.size, { least: 1, most }),
		sha256: matching(own.sha256, SHA256, '64 lower-case hex digits'),
	};
}

export function picture(node: Node): Picture {
	const own = fields(node, ['file', 'alt']);
	const file = fileRef(own.file, MAX_PICTURE);
	if (!/\.(?:png|jpe?g|webp)$/.test(file.path))
		wrong(own.file, 'its name does not end in .png, .jpg, .jpeg or .webp');
	return { file, alt: texts(own.alt, MAX_ALT) };
}

const step = (node: Node): EntryStep => {
	const own = fields(node, ['text'], ['picture']);
	return compact({ text: texts(own.text, MAX_STEP), picture: optional(own.picture, picture) });
};

/** Steps for exactly the ways in that the hardware has. */
export function entry(node: Node, routes: readonly ('dfu' | 'uart')[]): Manifest['entry'] {
	const own = fields(node, routes);
	return Object.fromEntries(
		routes.map((route) => [route, list(own[route], { least: 1, most: MAX_STEPS }, step)]),
	);
}

/** The kind of a picture by its first bytes; undefined for any other file. */
export function pictureType(bytes: Uint8Array): string | undefined {
	const begins = (magic: readonly number[], at = 0): boolean =>
		bytes.length >= at + magic.length && magic.every((byte, i) => bytes[at + i] === byte);
	if (begins([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'image/png';
	if (begins([0xff, 0xd8, 0xff])) return 'image/jpeg';
	if (begins([0x52, 0x49, 0x46, 0x46]) && begins([0x57, 0x45, 0x42, 0x50], 8)) return 'image/webp';
	return undefined;
}

/** A name ends as the kind of its picture wants it. */
export function isPicture(path: string, bytes: Uint8Array): boolean {
	const type = pictureType(bytes);
	const ending = path.slice(path.lastIndexOf('.') + 1);
	return type !== undefined && type === `image/${ending === 'jpg' ? 'jpeg' : ending}`;
}
