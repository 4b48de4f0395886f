// Rust's first mangling: an Itanium nested name whose last part is a hash (rustc's symbol_names/legacy.rs).

const HASH = /^h[0-9a-f]{16}$/;
const ESCAPES: Readonly<Record<string, string>> = {
	SP: '@',
	BP: '*',
	RF: '&',
	LT: '<',
	GT: '>',
	LP: '(',
	RP: ')',
	C: ',',
};

/** The path without its hash, or undefined when the name is not Rust's. */
export function readRustLegacy(name: string): string | undefined {
	const start = /^_?_ZN/.exec(name)?.[0].length;
	if (start === undefined) return undefined;
	const parts: string[] = [];
	let at = start;
	while (name[at] !== 'E') {
		const digits = /^[1-9]\d{0,4}/.exec(name.slice(at, at + 5))?.[0];
		if (digits === undefined) return undefined;
		at += digits.length + Number(digits);
		if (at >= name.length) return undefined;
		parts.push(name.slice(at - Number(digits), at));
	}
	if (name.length > at + 1 && !/^[.@]/.test(name.slice(at + 1))) return undefined;
	const hash = parts.pop();
	if (hash === undefined || !HASH.test(hash) || new Set(hash.slice(1)).size < 5) return undefined;
	return parts.length === 0 ? undefined : parts.map(unescape).join('::');
}

/** "$LT$" stands for "<", "$u7b$" for U+007B, ".." for "::"; a leading "_" keeps an identifier's shape. */
function unescape(part: string): string {
	const shaped = part.startsWith('_$') ? part.slice(1) : part;
	return shaped
		.replaceAll('..', '::')
		.replace(/\$(?:([A-Z]{1,2})|u([0-9a-f]{1,6}))\$/g, (all, word?: string, code?: string) => {
			if (word !== undefined) return ESCAPES[word] ?? all;
			const point = Number.parseInt(code ?? '', 16);
			return point >= 0x20 && point < 0x110000 ? String.fromCodePoint(point) : all;
		});
}
