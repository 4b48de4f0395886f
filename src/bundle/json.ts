// JSON that has to be read the same way by everybody: UTF-8, bounded, no member twice.

/** Open objects and lists at one place; the formats need seven. */
const MAX_DEPTH = 16;

/** The value and nothing else. @throws Error with the reason, in words. */
export function parseStrictJson(bytes: Uint8Array): unknown {
	let text: string;
	try {
		text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
	} catch {
		throw new Error('it is not UTF-8');
	}
	return parseStrictText(text);
}

/** @throws Error with the reason, in words. */
export function parseStrictText(text: string): unknown {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		throw new Error('it is not JSON', { cause: error });
	}
	if (deepest(text) > MAX_DEPTH) throw new Error('it is nested too deeply');
	// JSON.parse keeps the last of two members with one name: then the text has a colon more than the value has members.
	if (colons(text) !== members(value)) throw new Error('an object has the same member twice');
	return value;
}

/** Sound JSON with every string emptied, so that what is left is structure. */
const structure = (text: string): string => text.replace(/"(?:[^"\\]|\\.)*"/gs, '""');

const colons = (text: string): number => structure(text).split(':').length - 1;

function deepest(text: string): number {
	let depth = 0;
	let most = 0;
	for (const char of structure(text)) {
		if (char === '{' || char === '[') most = Math.max(most, ++depth);
		else if (char === '}' || char === ']') depth--;
	}
	return most;
}

function members(value: unknown): number {
	if (typeof value !== 'object' || value === null) return 0;
	const inside: unknown[] = Object.values(value);
	const own = Array.isArray(value) ? 0 : inside.length;
	return inside.reduce<number>((sum, item) => sum + members(item), own);
}
