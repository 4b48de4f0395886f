// Input section descriptions (ld manual 3.6.4), read over as ld reads them.
import type { Token } from './script-lexer.ts';
import { isName, isWord, type Words } from './script-words.ts';

const SORTS = [
	'SORT_BY_NAME',
	'SORT_BY_ALIGNMENT',
	'SORT_BY_INIT_PRIORITY',
	'SORT_NONE',
	'REVERSE',
	'EXCLUDE_FILE',
];

/** One input section description (ld manual 3.6.4), its first word taken. */
export function inputSection(words: Words, first: Token): void {
	let token = first;
	if (isWord(token, 'INPUT_SECTION_FLAGS')) {
		words.expect('wild', '(');
		do words.name('wild', 'the name of a flag');
		while (words.accept('wild', '&'));
		words.expect('wild', ')');
		token = words.take('wild');
	}
	if (isWord(token, '[')) {
		while (!words.accept('wild', ']')) pattern(words, words.take('wild'));
		return;
	}
	const plain = isName(token);
	if (pattern(words, token)) return;
	if (plain && !isWord(words.peek('wild'), '(')) return;
	sectionList(words);
}

export function sectionList(words: Words): void {
	words.expect('wild', '(');
	do pattern(words, words.take('wild'));
	while (!words.accept('wild', ')'));
}

/** A name with its sorting and exclusions. True for SORT(CONSTRUCTORS), which needs no section list. */
function pattern(words: Words, token: Token): boolean {
	if (isName(token)) return false;
	if (token.kind !== 'keyword' || !SORTS.includes(token.text)) {
		throw words.lexer.unexpected(token, 'the name of a section or file');
	}
	words.expect('wild', '(');
	if (token.text === 'EXCLUDE_FILE') {
		do words.name('wild', 'the name of a file');
		while (!words.accept('wild', ')'));
		words.name('wild', 'the name of a section or file');
		return false;
	}
	const inner = words.take('wild');
	const constructors = isWord(inner, 'CONSTRUCTORS');
	if (!constructors) words.deeper(inner.place, () => pattern(words, inner));
	words.expect('wild', ')');
	return constructors;
}
