// One devices/options/*.json as a layout. What it may contain is in options.schema.json; what an editor's schema cannot
// say (bits that overlap, names used twice, rules about fields that are not there) is checked here.
import type {
	Commitment,
	Complement,
	OptionField,
	OptionLayout,
	OptionRole,
	OptionWord,
	ProtectionRule,
} from '#core/options.ts';
import * as json from './json-fields.ts';
import { at, list, oneOf, optional, text, wrong, type Node } from './json-fields.ts';

const COMPLEMENTS: readonly Complement[] = ['none', 'bytes', 'half', 'next'];
const ROLES: readonly OptionRole[] = [
	...(['readout', 'boot', 'bank', 'write-protection', 'pcrop', 'secure', 'other'] as const),
];

const hex = (node: Node): number => json.hexNumber(node, 8);

/** @param id name of the file without ".json". @throws Failure device.field */
export function readOptionFile(value: unknown, id: string): OptionLayout {
	const file: Node = { path: '', value };
	json.keysOf(file, [
		...['$schema', 'title', 'products', 'manual', 'confidence', 'complement'],
		...['readout', 'write', 'words', 'protects', 'notes'],
	]);
	const complement = oneOf(at(file, 'complement'), COMPLEMENTS);
	const words = list(at(file, 'words'), (node) => readWord(node, complement));
	const fields = words.flatMap((word) => word.fields);
	const names = new Set(fields.map(({ name }) => name));
	if (names.size !== fields.length) wrong(at(file, 'words'), 'every field once');
	const fieldName = (node: Node): string => {
		const name = text(node);
		return names.has(name) ? name : wrong(node, 'the name of a field');
	};
	const readout = at(file, 'readout');
	json.keysOf(readout, ['field', 'open', 'permanent']);
	const permanent = optional(at(readout, 'permanent'), hex);
	const notWritable = readWrite(at(file, 'write'));
	return {
		id,
		title: text(at(file, 'title')),
		products: list(at(file, 'products'), (node) => json.hexNumber(node, 3)),
		manual: text(at(file, 'manual')),
		confidence: oneOf(at(file, 'confidence'), ['high', 'medium', 'low']),
		complement,
		readout: {
			field: fieldName(at(readout, 'field')),
			open: hex(at(readout, 'open')),
			...(permanent !== undefined && { permanent }),
		},
		...(notWritable !== undefined && { notWritable }),
		words,
		protects: list(at(file, 'protects'), (node) => readRule(node, fieldName)),
		notes: list(at(file, 'notes'), text),
	};
}

/** Undefined where the bootloader writes them; else why not. */
function readWrite(node: Node): string | undefined {
	json.keysOf(node, ['by', 'why']);
	return oneOf(at(node, 'by'), ['memory', 'none']) === 'none' ? text(at(node, 'why')) : undefined;
}

function readWord(node: Node, complement: Complement): OptionWord {
	json.keysOf(node, ['name', 'address', 'fields']);
	const address = hex(at(node, 'address'));
	if (address % 4 !== 0) wrong(at(node, 'address'), 'a multiple of 4');
	const fields = list(at(node, 'fields'), readField);
	// Bits that may hold data; the others hold the complement.
	let free = complement === 'bytes' ? 0x00ff00ff : complement === 'half' ? 0x0000ffff : 0xffffffff;
	for (const { low, width, name } of fields) {
		const mask = (width === 32 ? 0xffffffff : (2 ** width - 1) << low) >>> 0;
		if ((free & mask) >>> 0 !== mask) wrong(at(node, 'fields'), `bits of its own for ${name}`);
		free = (free & ~mask) >>> 0;
	}
	return { name: text(at(node, 'name')), address, fields };
}

function readField(node: Node): OptionField {
	json.keysOf(node, [
		...['name', 'bits', 'role', 'text', 'means', 'others', 'factory', 'readOnly', 'commitment'],
	]);
	const name = json.textLike(at(node, 'name'), /^\w+$/, 'letters, digits and underscores');
	const [high = 0, low = high] = json
		.textLike(at(node, 'bits'), /^\d{1,2}(:\d{1,2})?$/, 'bits like 7:0')
		.split(':')
		.map(Number);
	if (high > 31 || low > high) wrong(at(node, 'bits'), 'bits from 31 to 0, the higher first');
	const width = high - low + 1;
	const fits = (value: number, where: Node): number =>
		value <= 2 ** width - 1 ? value : wrong(where, `at most ${width} bits`);
	const others = optional(at(node, 'others'), text);
	const factory = optional(at(node, 'factory'), (where) => fits(hex(where), where));
	const commitment = optional(at(node, 'commitment'), readCommitment);
	return {
		name,
		low,
		width,
		role: oneOf(at(node, 'role'), ROLES),
		text: text(at(node, 'text')),
		means: optional(at(node, 'means'), (means) => readMeans(means, fits)) ?? new Map(),
		...(others !== undefined && { others }),
		...(factory !== undefined && { factory }),
		readOnly: optional(at(node, 'readOnly'), json.flag) ?? false,
		...(commitment && { commitment }),
	};
}

function readMeans(node: Node, fits: (value: number, where: Node) => number): Map<number, string> {
	return new Map(
		json.keysOf(node).map((key) => {
			const where = at(node, key);
			const value = /^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(key) ? Number(key) : NaN;
			if (Number.isNaN(value)) wrong(where, 'a number as its key');
			return [fits(value, where), text(where)];
		}),
	);
}

function readCommitment(node: Node): Commitment {
	json.keysOf(node, ['values', 'back', 'why']);
	const values = at(node, 'values');
	return {
		values: Array.isArray(values.value) ? list(values, hex) : oneOf(values, ['any', 'nonzero']),
		back: oneOf(at(node, 'back'), ['never', 'mass-erase']),
		why: text(at(node, 'why')),
	};
}

function readRule(node: Node, fieldName: (node: Node) => string): ProtectionRule {
	json.keysOf(node, [
		...['kind', 'field', 'from', 'bytesPerBit', 'sectorsPerBit', 'bank', 'protectedWhen'],
		...['lastTakesRest', 'unless', 'pairsWhen', 'start', 'end'],
	]);
	const bank = optional(at(node, 'bank'), (where) => json.integer(where, 1, 2));
	if (oneOf(at(node, 'kind'), ['bits', 'pages']) === 'pages') {
		return {
			kind: 'pages',
			start: fieldName(at(node, 'start')),
			end: fieldName(at(node, 'end')),
			...(bank !== undefined && { bank }),
		};
	}
	const when = (where: Node) => {
		json.keysOf(where, ['field', 'value']);
		return {
			field: fieldName(at(where, 'field')),
			value: json.integer(at(where, 'value'), 0, 255),
		};
	};
	const bytes = optional(at(node, 'bytesPerBit'), (where) => json.integer(where, 128, 1 << 20));
	const unless = optional(at(node, 'unless'), when);
	const pairsWhen = optional(at(node, 'pairsWhen'), when);
	return {
		kind: 'bits',
		field: fieldName(at(node, 'field')),
		unit:
			bytes !== undefined
				? { bytes, from: json.integer(at(node, 'from'), 0, 1 << 24) }
				: {
						sectors: json.integer(at(node, 'sectorsPerBit'), 1, 64),
						...(bank !== undefined && { bank }),
					},
		protectedWhen: json.integer(at(node, 'protectedWhen'), 0, 1) === 0 ? 0 : 1,
		lastTakesRest: optional(at(node, 'lastTakesRest'), json.flag) ?? false,
		...(unless && { unless }),
		...(pairsWhen && { pairsWhen }),
	};
}
