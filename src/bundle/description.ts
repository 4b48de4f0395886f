// What a maker writes down of an update: the draft with the build's own files in place of raw images. One JSON object,
// written by hand, by a script or by the Publish page (docs/making-updates.md).
import { Failure } from '#core/failure.ts';
import type { Draft } from './draft.ts';
import type { Storage } from './manifest.ts';

/** A file of the build: any format the app reads. */
export interface DescribedFirmware {
	/** Path, beside the description. */
	readonly file: string;
	/** Where a raw binary belongs. */
	readonly address?: number;
	/** "internal" where it says nothing. */
	readonly storage?: Storage;
}

/** Paths of pictures and firmware are taken from the description's folder. */
export interface Description extends Omit<Draft, 'images'> {
	readonly firmware: readonly DescribedFirmware[];
}

/** Bytes of a description: more is no text a maker wrote. */
export const MAX_DESCRIPTION = 4 * 1024 * 1024;

type Json = Readonly<Record<string, unknown>>;

/** Numbers that may be written as text: "0x08000000", "128K". */
const NUMBERS =
	/^(?:version\.counter|start|hardware\.productIds\.\d+|hardware\.flashSize\.(?:minimum|maximum)|hardware\.boardId\.\d+\.address|firmware\.\d+\.address|keep\.\d+\.(?:origin|length)|installed\.\d+\.(?:address|length|baud))$/;
/** An object in an object in …: deeper than a description goes. */
const MAX_DEPTH = 12;
const FIRMWARE_FIELDS = new Set(['file', 'address', 'storage']);

/** A description from its text. @throws Failure publish.* */
export function readDescription(text: string): Description {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		throw notDescription(`it is not JSON (${(error as Error).message})`, error);
	}
	return toDescription(value);
}

/**
 * A description from a JSON value. Only what the files are is checked here; createBundle() checks the rest as strictly
 * as every reader of the bundle will. @throws Failure publish.*
 */
export function toDescription(value: unknown): Description {
	const all = withNumbers(value, '', 0);
	if (!isObject(all)) throw notDescription('it is no object');
	for (const name of ['maker', 'product', 'version', 'notes', 'entry', 'hardware'])
		if (!isObject(all[name])) throw notDescription(`"${name}" is missing, or no object`);
	for (const [route, steps] of Object.entries(all['entry'] as Json)) {
		if (!Array.isArray(steps)) throw notDescription(`entry.${route} is no list`);
		for (const [index, step] of steps.entries()) {
			const path = `entry.${route}.${index}`;
			if (!isObject(step)) throw notDescription(`${path} is no object`);
			checkPicture(step['picture'], `${path}.picture`);
		}
	}
	checkPicture((all['product'] as Json)['picture'], 'product.picture');
	for (const name of ['keep', 'installed'])
		if (all[name] !== undefined && !Array.isArray(all[name]))
			throw notDescription(`"${name}" is no list`);
	checkFirmware(all['firmware']);
	return all as unknown as Description;
}

/** Paths of all pictures, each once. */
export function picturesOf({ product, entry }: Description): string[] {
	const steps = Object.values(entry).flat();
	const pictures = [product.picture, ...steps.map(({ picture }) => picture)];
	return [...new Set(pictures.flatMap((picture) => picture?.file ?? []))];
}

function checkFirmware(firmware: unknown): void {
	if (firmware === undefined || (Array.isArray(firmware) && firmware.length === 0))
		throw new Failure('publish.no-firmware', {});
	if (!Array.isArray(firmware)) throw notDescription('"firmware" is no list');
	for (const [index, file] of (firmware as unknown[]).entries()) {
		const path = `firmware.${index}`;
		if (!isObject(file) || typeof file['file'] !== 'string')
			throw notDescription(`${path} has no "file"`);
		const strange = Object.keys(file).find((name) => !FIRMWARE_FIELDS.has(name));
		if (strange !== undefined) throw notDescription(`${path} has a "${strange}"`);
	}
}

function checkPicture(picture: unknown, path: string): void {
	if (picture === undefined) return;
	if (!isObject(picture) || typeof picture['file'] !== 'string' || !isObject(picture['alt']))
		throw notDescription(`${path} needs a "file" and an "alt" text by language`);
}

/** The same value, with the numbers that were written as text. */
function withNumbers(value: unknown, path: string, depth: number): unknown {
	if (depth > MAX_DEPTH) throw notDescription(`${path} is nested too deeply`);
	const below = (name: string | number, each: unknown): unknown =>
		withNumbers(each, path === '' ? String(name) : `${path}.${name}`, depth + 1);
	if (Array.isArray(value)) return value.map((each, index) => below(index, each));
	if (isObject(value))
		return Object.fromEntries(
			Object.entries(value).map(([name, each]) => [name, below(name, each)]),
		);
	return typeof value === 'string' && NUMBERS.test(path) ? numberOf(value, path) : value;
}

/** Decimal, or hexadecimal with 0x; with K or M also 1024 and 1024² times that; `_` between digits. */
function numberOf(text: string, path: string): number {
	const match = /^(0x[0-9a-f_]{1,12}|[0-9_]{1,16})([KM]?)$/i.exec(text.trim());
	const number = Number(match?.[1]?.replaceAll('_', '') ?? Number.NaN);
	if (!match || Number.isNaN(number) || match[1]?.replaceAll('_', '') === '')
		throw new Failure('publish.number', { path, found: JSON.stringify(text.slice(0, 40)) });
	const unit = match[2]?.toUpperCase();
	return number * (unit === 'M' ? 1024 ** 2 : unit === 'K' ? 1024 : 1);
}

const isObject = (value: unknown): value is Json =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const notDescription = (reason: string, cause?: unknown): Failure =>
	new Failure('publish.not-description', { reason }, cause);
