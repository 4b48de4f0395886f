// Languages a text can be written in. English is always there: it stands in for any other.
const OFFERED = [
	'cs',
	'da',
	'de',
	'es',
	'fi',
	'fr',
	'it',
	'ja',
	'ko',
	'nb',
	'nl',
	'pl',
	'pt',
	'sv',
	'tr',
	'uk',
	'zh',
];

const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'code' });

/** "German" for "de"; the tag itself where it has no name. */
export function languageName(tag: string): string {
	try {
		return names.of(tag) ?? tag;
	} catch {
		// Not a language tag: an opened description may hold anything.
		return tag;
	}
}

export const otherLanguages = (used: readonly string[]): readonly string[] =>
	OFFERED.filter((tag) => !used.includes(tag));
