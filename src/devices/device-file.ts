// Reads a device file (devices/README.md has the fields): one product ID, one Device per variant. Files are also
// dropped by users, so every field is checked; what is wrong is a typed failure that names the place.
import type { Device, Layout } from '#core/device.ts';
import { sizeText } from '#core/failure.ts';
import { flashSize, type MemoryMap, type Region, type RegionKind } from '#core/memory.ts';
import { size, subtract } from '#core/range.ts';
import { readBootloader } from './bootloader-file.ts';
import * as json from './json-fields.ts';
import { at, inherit, list, optional, text, type Find, type Node } from './json-fields.ts';
import {
	badGeometry,
	byteCount,
	flashRegions,
	plainRegion,
	rangeOf,
	sortedMap,
	type FlashTraits,
} from './notation.ts';

const SHARED = [
	'cores',
	'alternateIds',
	'registers',
	'timings',
	'ram',
	'aliases',
	'optionBytes',
	'otp',
	'eeprom',
	'systemMemory',
	'external',
	'bootloader',
	'notes',
	'confidence',
];
const FILE = ['$schema', 'productId', 'family', 'lines', 'flash', 'variants', 'sources', ...SHARED];
const VARIANT = ['parts', 'size', 'layouts', 'dfuStrings', ...SHARED];
const CORES = [
	...['Cortex-M0', 'Cortex-M0+', 'Cortex-M3', 'Cortex-M4', 'Cortex-M7', 'Cortex-M33', 'Cortex-M55'],
];

/**
 * All devices a file describes, in its order. A variant inherits each field it does not state; `bootloader` and
 * `registers` are inherited field by field. Throws 'device.field' or 'device.geometry'.
 */
export function readDeviceFile(value: unknown): Device[] {
	const file: Node = { path: '', value };
	json.keysOf(file, FILE);
	const variants = list(at(file, 'variants'), (node) => node);
	if (variants.length === 0) json.wrong(at(file, 'variants'), 'at least one variant');
	return variants.map((variant) => readVariant(file, variant));
}

function readVariant(file: Node, variant: Node): Device {
	json.keysOf(variant, VARIANT);
	const find = inherit(variant, file);
	const lines = list(at(file, 'lines'), text);
	const parts = list(at(variant, 'parts'), (node) => readPart(node, lines));
	if (parts.length === 0) json.wrong(at(variant, 'parts'), 'at least one part');
	const memory = sortedMap(at(variant, 'ram'), readMemory(find));
	const flash =
		at(file, 'flash').value === false ? noFlash(variant, find) : readFlash(file, variant, memory);
	return {
		productId: json.hexNumber(at(file, 'productId'), 3),
		alternateIds: optional(find('alternateIds'), (node) => list(node, productId)) ?? [],
		name: `${seriesOf(parts)}, ${flash.flashSize === 0 ? 'no flash' : sizeText(flash.flashSize)}`,
		family: json.textLike(at(file, 'family'), /^STM32[A-Z0-9]{2,4}$/, 'a family like STM32F4'),
		cores: list(find('cores'), (node) => json.oneOf(node, CORES)),
		parts,
		...flash,
		memory,
		external: readExternal(find('external')),
		bootloader: readBootloader(variant, file),
		registers: readRegisters(variant, file),
		dfuStrings: optional(at(variant, 'dfuStrings'), (node) => list(node, readStrings)) ?? [],
		notes: optional(find('notes'), (node) => list(node, text)) ?? [],
		confidence: json.oneOf(find('confidence'), ['high', 'medium', 'low']),
		sources: list(at(file, 'sources'), text),
	};
}

type Flash = Pick<Device, 'flashSize' | 'layouts' | 'timings'>;

function readFlash(file: Node, variant: Node, memory: MemoryMap): Flash {
	const traits = readTraits(at(file, 'flash'));
	const flashSize = byteCount(at(variant, 'size'));
	const layouts = list(at(variant, 'layouts'), (node) =>
		readLayout(node, { traits, flashBytes: flashSize, memory }),
	);
	const [first, ...others] = layouts;
	if (!first) return json.wrong(at(variant, 'layouts'), 'at least one layout');
	if (new Set(layouts.map(({ id }) => id)).size !== layouts.length)
		json.wrong(at(variant, 'layouts'), 'layouts with different ids');
	const timings = readTimings(inherit(variant, file)('timings'), layouts);
	return { flashSize, layouts: [first, ...others], timings };
}

/** Where there is no flash, nothing takes any time. */
const NO_TIMES: Device['timings'] = {
	erase: [],
	program: { bytes: 1, typicalUs: 0, maximumUs: 0 },
	massErase: { typicalMs: 0, maximumMs: 0 },
	source: 'estimate',
};

/** A chip that only has external flash states none of what describes its own. */
function noFlash(variant: Node, find: Find): Flash {
	for (const node of [at(variant, 'size'), at(variant, 'layouts'), find('timings')])
		if (node.value !== undefined) json.wrong(node, 'nothing, as there is no flash');
	return { flashSize: 0, layouts: [{ id: 'none', flash: [] }], timings: NO_TIMES };
}

const productId = (node: Node): number => json.hexNumber(node, 3);
const readStrings = (node: Node): string[] => list(node, text);

function readPart(node: Node, lines: readonly string[]): string {
	const part = json.textLike(node, /^STM32[A-Z0-9x]{5,8}(-[AX])?$/, 'a part like STM32F405RG');
	return lines.some((line) => part.startsWith(line)) ? part : json.wrong(node, lines.join(' or '));
}

/** "STM32F405/407/415/417": what the parts have in common, then how they differ. */
export function seriesOf(parts: readonly string[]): string {
	const series = [...new Set(parts.map((part) => part.slice(0, part.length === 12 ? 10 : 9)))];
	const letters = /^STM32[A-Z]*/.exec(series[0] ?? '')?.[0] ?? '';
	if (!series.every((name) => name.startsWith(letters))) return series.join('/');
	return letters + series.map((name) => name.slice(letters.length)).join('/');
}

function readTraits(node: Node): FlashTraits {
	json.keysOf(node, ['eraseValue', 'writeSize', 'writeOnce']);
	const eraseValue = json.oneOf(at(node, 'eraseValue'), ['0xFF', '0x00']);
	const writeSize = json.integer(at(node, 'writeSize'), 1, 64);
	if ((writeSize & (writeSize - 1)) !== 0) json.wrong(at(node, 'writeSize'), 'a power of two');
	const writeOnce = optional(at(node, 'writeOnce'), json.flag) ?? false;
	return { eraseValue: Number(eraseValue), writeSize, writeOnce };
}

function readMemory(find: Find): Region[] {
	const named = (key: string, suffix: string): Region[] => {
		const node = find(key);
		if (node.value === undefined) return [];
		return json
			.keysOf(node)
			.map((name) => plainRegion(regionName(node, name) + suffix, 'ram', rangeOf(at(node, name))));
	};
	const numbered = (key: string, kind: RegionKind, name: string): Region[] =>
		(optional(find(key), (node) => list(node, rangeOf)) ?? []).map((range, i) =>
			plainRegion(i === 0 ? name : `${name}_${i + 1}`, kind, range),
		);
	const others = [
		...named('ram', ''),
		...named('aliases', '_ALIAS'),
		...numbered('optionBytes', 'option-bytes', 'OPTION_BYTES'),
		...numbered('otp', 'otp', 'OTP'),
		...numbered('eeprom', 'eeprom', 'DATA_EEPROM'),
	];
	// On F72x and F73x the OTP block lies inside the window of the ROM.
	const taken = others.map(({ range }) => range);
	const system = numbered('systemMemory', 'system', 'SYSTEM_MEMORY').flatMap((region) =>
		subtract(region.range, taken).map((range) => ({ ...region, range })),
	);
	return [...others, ...system];
}

function readExternal(node: Node): Device['external'] {
	if (node.value === undefined) return [];
	return json
		.keysOf(node)
		.map((name) => ({ name: regionName(node, name), range: rangeOf(at(node, name)) }));
}

const regionName = (node: Node, name: string): string =>
	/^[A-Z][A-Z0-9_]{2,23}$/.test(name)
		? name
		: json.wrong(at(node, name.slice(0, 40)), 'a region name like SRAM_1');

function readLayout(
	node: Node,
	{ traits, flashBytes, memory }: { traits: FlashTraits; flashBytes: number; memory: MemoryMap },
): Layout {
	json.keysOf(node, ['id', 'when', 'flash', 'firstSector', 'numberingAssumed']);
	const flash = flashRegions(at(node, 'flash'), at(node, 'firstSector'), traits);
	if (flashSize(flash) !== flashBytes)
		badGeometry(at(node, 'flash'), `the banks have ${sizeText(flashSize(flash))}`);
	sortedMap(at(node, 'flash'), [...flash, ...memory]);
	const when = optional(at(node, 'when'), text);
	const bit = /=([01])$/.exec(when ?? '')?.[1];
	const numberingAssumed = optional(at(node, 'numberingAssumed'), json.flag);
	return {
		id: json.textLike(at(node, 'id'), /^[a-z][a-z0-9-]{0,19}$/, 'a short lower-case name'),
		flash,
		...(when !== undefined && { when }),
		...(bit !== undefined && { bit: bit === '1' ? 1 : 0 }),
		...(numberingAssumed && { numberingAssumed }),
	};
}

function readTimings(node: Node, layouts: readonly Layout[]): Device['timings'] {
	json.keysOf(node, ['program', 'erase', 'massErase', 'source', 'note']);
	const program = at(node, 'program');
	json.keysOf(program, ['bytes', 'typicalUs', 'maximumUs']);
	const [typicalUs, maximumUs] = pair(program, 'Us', 1e6);
	const erase = list(at(node, 'erase'), (row) => {
		json.keysOf(row, ['size', 'typicalMs', 'maximumMs']);
		const [typicalMs, maximumMs] = pair(row, 'Ms', 6e4);
		return { size: byteCount(at(row, 'size')), typicalMs, maximumMs };
	}).sort((a, b) => a.size - b.size);
	const mass = at(node, 'massErase');
	json.keysOf(mass, ['typicalMs', 'maximumMs']);
	const [typicalMs, maximumMs] = pair(mass, 'Ms', 6e5);
	for (const sector of layouts.flatMap(({ flash }) => flash).flatMap(({ sectors }) => sectors))
		if (!erase.some((row) => row.size === size(sector.range)))
			json.wrong(at(node, 'erase'), `a row for sectors of ${sizeText(size(sector.range))}`);
	optional(at(node, 'note'), text);
	return {
		erase,
		program: { bytes: json.integer(at(program, 'bytes'), 1, 256), typicalUs, maximumUs },
		massErase: { typicalMs, maximumMs },
		source: json.oneOf(at(node, 'source'), ['quoted', 'remembered', 'estimate']),
	};
}

/** Typical and maximum of one time, both above zero and in that order. */
function pair(node: Node, unit: 'Us' | 'Ms', limit: number): [number, number] {
	const typical = json.number(at(node, `typical${unit}`), 0.001, limit);
	return [typical, json.number(at(node, `maximum${unit}`), typical, limit)];
}

/** "0x1FFFC008.14": a word's address and a bit of it. */
function readBitPlace(node: Node): { address: number; bit: number } {
	const match = /^(0x[0-9A-Fa-f]{7}[048Cc])\.([12]?\d|3[01])$/.exec(text(node));
	if (!match) return json.wrong(node, 'a word address and a bit like 0x1FFFC008.14');
	return { address: Number(match[1]), bit: Number(match[2]) };
}

function readRegisters(variant: Node, file: Node): Device['registers'] {
	const known = [
		...['flashSize', 'flashSizeMask', 'flashSizeCodes', 'uniqueId', 'bootloaderId'],
		'layoutBit',
	];
	const own = at(variant, 'registers');
	const common = at(file, 'registers');
	optional(common, (node) => json.keysOf(node, known));
	optional(own, (node) => json.keysOf(node, known));
	const find = inherit(own, common);
	const address = (key: string): number | undefined =>
		optional(find(key), (node) => json.hexNumber(node, 8));
	const codes = optional(find('flashSizeCodes'), (node) =>
		Object.fromEntries(
			json.keysOf(node).map((key) => [key, json.integer(at(node, key), 1, 65535)]),
		),
	);
	const layoutBit = optional(find('layoutBit'), readBitPlace);
	const [flashSizeAt, mask] = [address('flashSize'), address('flashSizeMask')];
	const [uniqueId, bootloaderId] = [address('uniqueId'), address('bootloaderId')];
	return {
		...(flashSizeAt !== undefined && { flashSize: flashSizeAt }),
		...(mask !== undefined && { flashSizeMask: mask }),
		...(codes && { flashSizeCodes: codes }),
		...(uniqueId !== undefined && { uniqueId }),
		...(bootloaderId !== undefined && { bootloaderId }),
		...(layoutBit && { layoutBit }),
	};
}
