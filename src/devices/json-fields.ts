// Guards for JSON that anybody may have written: each takes a node (a value and where it stands) and returns what was
// wanted or throws 'device.field' with that place. Knows nothing of devices.
import { Failure } from '#core/failure.ts';

export interface Node {
	readonly path: string;
	readonly value: unknown;
}

/** More of anything in one list than any device file needs. */
const MAX_ITEMS = 256;
const MAX_TEXT = 600;

export function wrong(node: Node, expected: string): never {
	throw new Failure('device.field', { path: node.path || 'the top level', expected });
}

/** The node's own keys, each checked against `known` (any key when undefined). */
export function keysOf(node: Node, known?: readonly string[]): string[] {
	if (typeof node.value !== 'object' || node.value === null || Array.isArray(node.value))
		return wrong(node, 'an object');
	const keys = Object.keys(node.value);
	if (keys.length > MAX_ITEMS) wrong(node, `at most ${MAX_ITEMS} fields`);
	const strange = known && keys.find((key) => !known.includes(key));
	if (strange !== undefined) wrong(at(node, strange.slice(0, 40)), 'no such field');
	return keys;
}

/** A field of an object; its value is undefined when the object does not have it itself. */
export function at(node: Node, key: string): Node {
	const path = node.path ? `${node.path}.${key}` : key;
	const { value } = node;
	if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key))
		return { path, value: undefined };
	return { path, value: (value as Record<string, unknown>)[key] };
}

/** Where a field of a variant is stated: in the variant itself, or else in the file. */
export type Find = (key: string) => Node;

export const inherit =
	(own: Node, common: Node): Find =>
	(key) =>
		at(own, key).value === undefined ? at(common, key) : at(own, key);

/** `read` where the field is there, undefined where it is not; null is not absence but a wrong value. */
export const optional = <T>(node: Node, read: (node: Node) => T): T | undefined =>
	node.value === undefined ? undefined : read(node);

export function list<T>(node: Node, read: (node: Node) => T): T[] {
	if (!Array.isArray(node.value)) return wrong(node, 'a list');
	if (node.value.length > MAX_ITEMS) wrong(node, `at most ${MAX_ITEMS} items`);
	return Array.from<unknown, T>(node.value, (value, i) =>
		read({ path: `${node.path}[${i}]`, value }),
	);
}

export function text(node: Node): string {
	const { value } = node;
	if (typeof value !== 'string' || value === '' || value.length > MAX_TEXT)
		return wrong(node, `a text of at most ${MAX_TEXT} characters`);
	return value;
}

export const textLike = (node: Node, pattern: RegExp, expected: string): string =>
	pattern.test(text(node)) ? (node.value as string) : wrong(node, expected);

export function oneOf<const T extends string>(node: Node, options: readonly T[]): T {
	return options.find((option) => option === node.value) ?? wrong(node, options.join(' or '));
}

export function flag(node: Node): boolean {
	return typeof node.value === 'boolean' ? node.value : wrong(node, 'true or false');
}

/** A finite number from `minimum` to `maximum`. */
export function number(node: Node, minimum: number, maximum: number): number {
	const { value } = node;
	if (typeof value !== 'number' || !(value >= minimum && value <= maximum))
		return wrong(node, `a number from ${minimum} to ${maximum}`);
	return value;
}

export function integer(node: Node, minimum: number, maximum: number): number {
	const value = number(node, minimum, maximum);
	return Number.isInteger(value) ? value : wrong(node, 'a whole number');
}

/** "0x413": hexadecimal text with at most `digits` digits. */
export function hexNumber(node: Node, digits: number): number {
	const { value } = node;
	if (typeof value !== 'string' || !/^0x[0-9a-f]+$/i.test(value) || value.length > digits + 2)
		return wrong(node, `hexadecimal like 0x${'0'.repeat(digits)}`);
	return Number(value);
}
