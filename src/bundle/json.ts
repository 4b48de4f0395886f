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
	const { colons, depth } = shapeOf(text);
	if (depth > MAX_DEPTH) throw new Error('it is nested too deeply');
	// JSON.parse keeps the last of two members with one name: then the text has a colon more than the value has members.
	if (colons !== members(value)) throw new Error('an object has the same member twice');
	return value;
}

/** Of sound JSON: how many colons stand outside of strings, and how deep it is nested. */
function shapeOf(text: string): { colons: number; depth: number } {
	let colons = 0;
	let open = 0;
	let depth = 0;
	let inString = false;
	for (let i = 0; i < text.length; i++) {
		const char = text[i];
		if (char === '"') inString = !inString;
		else if (inString) i += char === '\\' ? 1 : 0;
		else if (char === ':') colons++;
		else if (char === '{' || char === '[') depth = Math.max(depth, ++open);
		else if (char === '}' || char === ']') open--;
	}
	return { colons, depth };
}

function members(value: unknown): number {
	if (typeof value !== 'object' || value === null) return 0;
	const inside: unknown[] = Object.values(value);
	const own = Array.isArray(value) ? 0 : inside.length;
	return inside.reduce<number>((sum, item) => sum + members(item), own);
}
