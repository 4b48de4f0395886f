// Numbers of a GNU ld script (ld manual 3.10.1, and tries with ld 2.40).
const MASK = (1n << 64n) - 1n;
/** More digits than any base needs for 64 bits. */
const MANY_DIGITS = 66;

const HEXADECIMAL: ReadonlySet<string> = new Set('0123456789ABCDEFabcdef$');
const SUFFIXED = /[0-9A-Fa-f]+[HhXxBbOoDd]/y;
const PLAIN = /(?:(?:\$|0[xX])[0-9A-Fa-f]+|[0-9]+)[MKmk]?/y;
const DOLLAR = /\$[0-9A-Fa-f]+/y;
const SUFFIX_BASES: Readonly<Record<string, number>> = { h: 16, x: 16, b: 2, o: 8, d: 10 };

export interface Numeral {
	readonly value: bigint;
	/** Where the next word begins. */
	readonly end: number;
}

/** The longest number at `at`, or undefined. Only expressions know the forms 10h, 101b, 17o and 64d. */
export function readNumber(
	text: string,
	at: number,
	state: 'expression' | 'script',
): Numeral | undefined {
	if (!HEXADECIMAL.has(text[at]!)) return undefined;
	const suffixed = state === 'expression' ? match(SUFFIXED, text, at) : '';
	const dollar = state === 'expression' ? match(DOLLAR, text, at) : '';
	const plain = match(PLAIN, text, at);
	if (suffixed !== '' && suffixed.length >= Math.max(plain.length, dollar.length)) {
		const base = SUFFIX_BASES[suffixed.slice(-1).toLowerCase()] ?? 10;
		return { value: digits(suffixed, base), end: at + suffixed.length };
	}
	if (plain === '') return undefined;
	return { value: plainValue(plain), end: at + plain.length };
}

function plainValue(word: string): bigint {
	const unit = /[Mm]$/.test(word) ? 1024n * 1024n : /[Kk]$/.test(word) ? 1024n : 1n;
	const value = word.startsWith('$')
		? digits(word.slice(1), 16)
		: /^0[xX]/.test(word)
			? digits(word.slice(2), 16)
			: digits(word, word.startsWith('0') ? 8 : 10);
	return (value * unit) & MASK;
}

/** As strtoull: up to the first digit the base does not have, and no more than 64 bits hold. */
function digits(word: string, base: number): bigint {
	const clean = word.replace(/^0+/, '').slice(0, MANY_DIGITS);
	let value = 0n;
	for (const char of clean) {
		const digit = parseInt(char, base);
		if (Number.isNaN(digit)) break;
		value = value * BigInt(base) + BigInt(digit);
		if (value > MASK) return MASK;
	}
	return value;
}

function match(pattern: RegExp, text: string, at: number): string {
	pattern.lastIndex = at;
	return pattern.test(text) ? text.slice(at, pattern.lastIndex) : '';
}
