// Guards for signed JSON. Each takes a node (a value and where it stands) and returns what was wanted or refuses with
// that place; a field that is not known is refused too, because what is not understood cannot be obeyed.
import { Failure } from '#core/failure.ts';
import { parseStrictJson } from './json.ts';

/** Which failure tells of a wrong field. */
type Told = 'bundle.manifest' | 'bundle.key-list' | 'bundle.channel';

export interface Node {
	readonly path: string;
	readonly value: unknown;
	readonly told: Told;
}

export const root = (value: unknown, told: Told): Node => ({ path: '', value, told });

/** Signed bytes as a value to be read. */
export function parseSigned(bytes: Uint8Array, told: Told): Node {
	try {
		return root(parseStrictJson(bytes), told);
	} catch (error) {
		return wrong(root(undefined, told), (error as Error).message);
	}
}

export function wrong({ path, told }: Node, reason: string): never {
	throw new Failure(told, { field: path || 'the whole', reason });
}

/** The fields of an object, by name: all of `required`, any of `optional`, nothing else. */
export function fields<R extends string, O extends string = never>(
	node: Node,
	required: readonly R[],
	optional: readonly O[] = [],
): Record<R, Node> & Partial<Record<O, Node>> {
	const known: readonly string[] = [...required, ...optional];
	const found = members(node, known.length);
	const strange = found.find(([key]) => !known.includes(key));
	if (strange) throw new Failure('bundle.unknown-field', { field: strange[1].path });
	const missing = required.find((key) => !found.some(([name]) => name === key));
	if (missing !== undefined) wrong(under(node, missing, undefined), 'it is missing');
	return Object.fromEntries(found) as Record<R, Node> & Partial<Record<O, Node>>;
}

/** Every member of an object. One more than `most` is let through, so that the caller can name a strange one. */
export function members(node: Node, most: number): [string, Node][] {
	const { value } = node;
	if (typeof value !== 'object' || value === null || Array.isArray(value))
		return wrong(node, 'it is not an object');
	const entries: [string, unknown][] = Object.entries(value);
	return entries.slice(0, most + 1).map(([key, item]) => [key, under(node, key, item)]);
}

const under = (node: Node, key: string, value: unknown): Node => {
	const shown = /^[\w-]{1,40}$/.test(key) ? key : JSON.stringify(key.slice(0, 40));
	return { ...node, path: node.path ? `${node.path}.${shown}` : shown, value };
};

/** `read` where the field is there, undefined where it is not. */
export const optional = <T>(node: Node | undefined, read: (node: Node) => T): T | undefined =>
	node && read(node);

/** An object without the fields that are undefined. */
export const compact = <T extends object>(value: T): Compact<T> =>
	Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Compact<T>;

type Compact<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
	[K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

interface Bounds {
	readonly least: number;
	readonly most: number;
}

export function list<T>(node: Node, { least, most }: Bounds, read: (node: Node) => T): T[] {
	if (!Array.isArray(node.value)) return wrong(node, 'it is not a list');
	const { length } = node.value;
	if (length < least || length > most)
		wrong(node, `it has ${length} items, from ${least} to ${most} are allowed`);
	return node.value.map((value: unknown, i) =>
		read({ ...node, path: `${node.path}[${i}]`, value }),
	);
}

export function integer(node: Node, { least, most }: Bounds): number {
	const { value } = node;
	if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
		return wrong(node, `it is not a whole number from ${least} to ${most}`);
	return value;
}

/** The values as they were given, none twice. */
export function distinct<T>(node: Node, values: readonly T[]): readonly T[] {
	if (new Set(values).size !== values.length) wrong(node, 'it says the same thing twice');
	return values;
}

export function choice<T extends string>(node: Node, choices: readonly T[]): T {
	const found = choices.find((one) => one === node.value);
	return found ?? wrong(node, `it is not one of ${choices.join(', ')}`);
}

/** Text of a form; `form` says in words what the pattern means. */
export function matching(node: Node, pattern: RegExp, form: string): string {
	const { value } = node;
	if (typeof value !== 'string' || !pattern.test(value)) return wrong(node, `it is not ${form}`);
	return value;
}

// Control characters, halves of surrogate pairs; line and paragraph separators; marks that turn the
// direction of what follows, with which a text can be made to read as another.
const NOT_PLAIN = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/u;
const NOT_PLAIN_LINES = /[^\P{Cc}\n]|[\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/u;

/** Text for people: not blank, at most `most` characters, nothing that is not seen; line feeds where `lines` says so. */
export function plainText(node: Node, most: number, lines = false): string {
	const { value } = node;
	if (typeof value !== 'string' || value.trim() === '') return wrong(node, 'it is not a text');
	if (Array.from(value).length > most) wrong(node, `it is longer than ${most} characters`);
	if ((lines ? NOT_PLAIN_LINES : NOT_PLAIN).test(value))
		wrong(node, 'it contains characters that are not seen or turn the text around');
	return value;
}
