// What several chips have in common and no single device file says: which DMA reaches which memory, and which
// addresses show the same bytes twice. From devices/facts/*.json; every entry there names its document.
import type { Device } from '#core/device.ts';
import type { Range } from '#core/range.ts';
import * as json from './json-fields.ts';
import { at, list, optional, text, type Node } from './json-fields.ts';
import { byteCount } from './notation.ts';

/** One fact about masters that cannot reach a memory. */
export interface DmaRule {
	readonly families: readonly string[];
	/** Undefined: every chip of the families. */
	readonly productIds?: readonly number[];
	/** Catalogue names of the memories that are out of reach. */
	readonly memories: readonly string[];
	/** Who cannot reach them, for a sentence: "no DMA but MDMA". */
	readonly masters: string;
	/** Buffers whose name has this word use a master that does reach them ("mdma"). */
	readonly allowed?: string;
	/** The rule is only for buffers whose name has this word ("bdma"). */
	readonly only?: string;
}

/** A second address of memory that the device file lists once. */
export interface AddressAlias {
	readonly name: string;
	readonly families: readonly string[];
	/** The second view. */
	readonly range: Range;
	/** Where the memory itself begins. */
	readonly of: number;
	readonly writable: boolean;
}

export interface ChipFacts {
	readonly dma: readonly DmaRule[];
	readonly aliases: readonly AddressAlias[];
}

const family = (node: Node): string =>
	json.textLike(node, /^STM32[A-Z0-9]{2,4}$/, 'a family like STM32F4');

/** @throws Failure device.field */
export function readDmaRules(value: unknown): DmaRule[] {
	const file: Node = { path: '', value };
	json.keysOf(file, ['$schema', 'rules']);
	return list(at(file, 'rules'), (node) => {
		json.keysOf(node, [
			...['families', 'productIds', 'memories', 'masters', 'allowed', 'only', 'sources'],
		]);
		list(at(node, 'sources'), text);
		const productIds = optional(at(node, 'productIds'), (ids) =>
			list(ids, (id) => json.hexNumber(id, 3)),
		);
		const [allowed, only] = [optional(at(node, 'allowed'), text), optional(at(node, 'only'), text)];
		return {
			families: list(at(node, 'families'), family),
			memories: list(at(node, 'memories'), text),
			masters: text(at(node, 'masters')),
			...(productIds && { productIds }),
			...(allowed !== undefined && { allowed }),
			...(only !== undefined && { only }),
		};
	});
}

/** @throws Failure device.field */
export function readAliases(value: unknown): AddressAlias[] {
	const file: Node = { path: '', value };
	json.keysOf(file, ['$schema', 'aliases']);
	return list(at(file, 'aliases'), (node) => {
		json.keysOf(node, ['name', 'families', 'address', 'of', 'size', 'writable', 'sources']);
		list(at(node, 'sources'), text);
		const start = json.hexNumber(at(node, 'address'), 8);
		return {
			name: text(at(node, 'name')),
			families: list(at(node, 'families'), family),
			range: { start, end: start + byteCount(at(node, 'size')) },
			of: json.hexNumber(at(node, 'of'), 8),
			writable: json.flag(at(node, 'writable')),
		};
	});
}

const files = import.meta.glob<unknown>('/devices/facts/*.json', {
	eager: true,
	import: 'default',
});
const dma = readDmaRules(files['/devices/facts/dma-reach.json']);
const aliases = readAliases(files['/devices/facts/address-aliases.json']);

/** What of it is true for this chip; nothing is claimed about a chip nobody named. */
export function factsOf(device: Device | undefined): ChipFacts {
	if (!device) return { dma: [], aliases: [] };
	return {
		dma: dma.filter(
			({ families, productIds }) =>
				families.includes(device.family) &&
				(productIds === undefined || productIds.includes(device.productId)),
		),
		aliases: aliases.filter(({ families }) => families.includes(device.family)),
	};
}
