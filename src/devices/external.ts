// The boards of AN5188, from devices/external/*.json.
import type { BoardMemory, ExternalBoard, ExternalMemory } from '#core/external.ts';
import * as json from './json-fields.ts';
import { at, list, optional, text, type Node } from './json-fields.ts';
import { byteCount } from './notation.ts';

const MEMORIES = [
	'qspiFlash',
	'norFlash',
	'spiNor',
	'sdCard',
	'internalSram',
	'externalSram',
	'externalSdram',
	'externalPsram',
	'externalRam',
] as const satisfies readonly ExternalMemory[];

/** @throws Failure device.field */
export function readExternalBoard(value: unknown): ExternalBoard {
	const file: Node = { path: '', value };
	json.keysOf(file, [
		...['$schema', 'board', 'aliases', 'line', 'mounted', 'internalFlash', 'sectors'],
		...['cache', 'memories', 'coremark', 'sources'],
	]);
	const cache = at(file, 'cache');
	json.keysOf(cache, ['instruction', 'data']);
	return {
		board: text(at(file, 'board')),
		aliases: list(at(file, 'aliases'), text),
		line: text(at(file, 'line')),
		mounted: text(at(file, 'mounted')),
		internalFlash: byteCount(at(file, 'internalFlash')),
		sectors: text(at(file, 'sectors')),
		cache: {
			instruction: json.integer(at(cache, 'instruction'), 0, 65536),
			data: json.integer(at(cache, 'data'), 0, 65536),
		},
		memories: list(at(file, 'memories'), readMemory),
		coremark: list(at(file, 'coremark'), (node) => {
			json.keysOf(node, ['code', 'data', 'score']);
			return {
				code: json.oneOf(at(node, 'code'), [...MEMORIES, 'internalFlash']),
				data: json.oneOf(at(node, 'data'), MEMORIES),
				score: json.integer(at(node, 'score'), 1, 100000),
			};
		}),
		sources: list(at(file, 'sources'), text),
	};
}

function readMemory(node: Node): BoardMemory {
	json.keysOf(node, [
		...['memory', 'address', 'parts', 'alternative', 'chips', 'bus', 'transceiver'],
		...['peripheral', 'excludes', 'restriction', 'maximumMHz', 'pins', 'note'],
	]);
	const texts = (key: string): string[] =>
		optional(at(node, key), (each) => list(each, text)) ?? [];
	const address = optional(at(node, 'address'), (each) => json.hexNumber(each, 8));
	const chips = optional(at(node, 'chips'), (each) => json.integer(each, 1, 8));
	const maximumMHz = optional(at(node, 'maximumMHz'), (each) => json.integer(each, 1, 1000));
	const words = ['alternative', 'bus', 'transceiver', 'peripheral', 'restriction', 'note'] as const;
	return {
		memory: json.oneOf(at(node, 'memory'), MEMORIES),
		parts: texts('parts'),
		excludes: texts('excludes'),
		pins: optional(at(node, 'pins'), readPins) ?? {},
		...(address !== undefined && { address }),
		...(chips !== undefined && { chips }),
		...(maximumMHz !== undefined && { maximumMHz }),
		...Object.fromEntries(
			words.flatMap((key) => {
				const word = optional(at(node, key), text);
				return word === undefined ? [] : [[key, word] as const];
			}),
		),
	};
}

const readPins = (node: Node): Record<string, number[]> =>
	Object.fromEntries(
		json.keysOf(node).map((port) => {
			const pins = at(node, port);
			if (!/^P[A-K]$/.test(port)) json.wrong(pins, 'a port like PB');
			return [port, list(pins, (pin) => json.integer(pin, 0, 15))];
		}),
	);

const files = import.meta.glob<unknown>('/devices/external/*.json', {
	eager: true,
	import: 'default',
});

/** In order of name. */
export const externalBoards: readonly ExternalBoard[] = Object.values(files)
	.map(readExternalBoard)
	.sort((a, b) => (a.board < b.board ? -1 : 1));
