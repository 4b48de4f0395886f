// sectorwise.json: the memory of a project that no job may change, by name. docs/project-file.md describes it.
import { Failure } from '#core/failure.ts';
import type { ProtectedRange } from '#core/plan.ts';
import { isRangeName, MAX_NAME } from '#core/protected.ts';
import { size } from '#core/range.ts';

export interface Project {
	/** Of the project, as its people call it. */
	readonly name: string;
	/** Part number the project is for: "STM32F405RG". */
	readonly device?: string;
	/** Names are unique. */
	readonly ranges: readonly ProtectedRange[];
}

/** Characters of a file that is read; one with every range it may have takes a tenth. */
export const MAX_PROJECT_SIZE = 64 * 1024;
const MAX_RANGES = 100;
const VERSION = 1;

/** True for text that means to be a project file, be it sound or not. */
export const isProjectText = (text: string): boolean =>
	text.trimStart().startsWith('{') && text.includes('"sectorwise"');

/** @throws Failure project.not-json, project.version, project.field, project.twice */
export function readProject(text: string): Project {
	if (text.length > MAX_PROJECT_SIZE)
		throw new Failure('project.not-json', { reason: 'it is larger than any project file' });
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		throw new Failure('project.not-json', { reason }, error);
	}
	const own = fieldsOf(value, 'the top level', [
		'$schema',
		'sectorwise',
		'name',
		'device',
		'ranges',
	]);
	const { sectorwise: version, name, device, ranges } = own;
	if (typeof version === 'number' && Number.isInteger(version) && version > VERSION)
		throw new Failure('project.version', { version });
	if (version !== VERSION) return wrong('sectorwise', 'the number 1');
	if (device !== undefined && (typeof device !== 'string' || !/^[\w/-]{1,40}$/.test(device)))
		return wrong('device', 'a part number like STM32F405RG');
	const read = { name: nameAt(name, 'name'), ranges: readRanges(ranges, 'ranges') };
	return typeof device === 'string' ? { ...read, device } : read;
}

/** A list of ranges as files and records have it. @throws Failure project.field, project.twice */
export function readRanges(value: unknown, path: string): ProtectedRange[] {
	if (!Array.isArray(value)) return wrong(path, 'a list');
	if (value.length > MAX_RANGES) return wrong(path, `at most ${MAX_RANGES} ranges`);
	const ranges = Array.from<unknown, ProtectedRange>(value, (one, i) => {
		const at = `${path}[${i}]`;
		const { name, origin, length: bytes } = fieldsOf(one, at, ['name', 'origin', 'length']);
		const start = numberAt(origin, `${at}.origin`, 'an address like "0x0800F800"');
		const count = numberAt(bytes, `${at}.length`, 'a size like "2K", "0x800" or 2048');
		if (count === 0) wrong(`${at}.length`, 'at least one byte');
		if (start + count > 2 ** 32) wrong(`${at}.length`, 'an end within 4 GiB');
		return { name: nameAt(name, `${at}.name`), range: { start, end: start + count } };
	});
	const names = new Set<string>();
	for (const { name } of ranges) {
		if (names.has(name)) throw new Failure('project.twice', { name });
		names.add(name);
	}
	return ranges;
}

/** The file, as people edit it; `readProject` reads it back. */
export const projectText = ({ name, device, ranges }: Project): string =>
	JSON.stringify(
		{ sectorwise: VERSION, name, ...(device !== undefined && { device }), ranges: plain(ranges) },
		null,
		'\t',
	) + '\n';

/** Ranges as `readRanges` takes them. */
export const plain = (ranges: readonly ProtectedRange[]): object[] =>
	ranges.map(({ name, range }) => ({
		name,
		origin: `0x${range.start.toString(16).toUpperCase().padStart(8, '0')}`,
		length: sizeOf(size(range)),
	}));

const sizeOf = (bytes: number): string | number => {
	if (bytes % 1024 ** 2 === 0) return `${bytes / 1024 ** 2}M`;
	return bytes % 1024 === 0 ? `${bytes / 1024}K` : bytes;
};

function wrong(path: string, expected: string): never {
	throw new Failure('project.field', { path, expected });
}

/** The object's own fields, all of them known: a misspelt one must not go unnoticed. */
function fieldsOf(value: unknown, path: string, known: readonly string[]): Record<string, unknown> {
	if (typeof value !== 'object' || value === null || Array.isArray(value))
		return wrong(path, 'an object');
	const strange = Object.keys(value).find((key) => !known.includes(key));
	if (strange !== undefined) wrong(`${path}.${strange.slice(0, 40)}`, 'no such field');
	return Object.fromEntries(Object.entries(value));
}

function nameAt(value: unknown, path: string): string {
	return typeof value === 'string' && isRangeName(value)
		? value
		: wrong(path, `a name of one line, at most ${MAX_NAME} characters`);
}

/** A whole number, or a text as linker scripts have it: "0x0800F800", "2048", "2K", "1M". Up to 32 bits. */
function numberAt(value: unknown, path: string, expected: string): number {
	const number = typeof value === 'string' ? numberOf(value) : value;
	return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= 2 ** 32
		? number
		: wrong(path, expected);
}

function numberOf(text: string): number | undefined {
	if (/^0x[0-9a-f]{1,9}$/i.test(text)) return Number(text);
	const [, digits, unit] = /^(\d{1,10})([KM]?)$/i.exec(text) ?? [];
	if (digits === undefined) return undefined;
	return Number(digits) * (unit === '' ? 1 : unit?.toUpperCase() === 'K' ? 1024 : 1024 ** 2);
}
