// Reads devices/quirks/quirks.json and finds the rows that hold for a board.
import { effects, type Effect, type Quirk, type QuirkFacts, type QuirkWhen } from '#core/quirk.ts';
import * as json from './json-fields.ts';
import { at, list, optional, text, type Node } from './json-fields.ts';

/** What else an effect of a kind states, beside its kind. */
const DETAILS: Partial<Record<Effect['kind'], readonly string[]>> = {
	'stalls-while-busy': ['times'],
	'largest-transfer': ['bytes'],
	'pages-per-erase': ['pages'],
	'wait-after-erase': ['msPerPage'],
	'protection-by-option-byte': ['address', 'open'],
	'size-by-serial': ['pattern', 'kib', 'sectorSize'],
};

/** All rows, in their order. @throws Failure device.field */
export function readQuirks(value: unknown): Quirk[] {
	const file: Node = { path: '', value };
	json.keysOf(file, ['$schema', 'quirks']);
	const quirks = list(at(file, 'quirks'), readQuirk);
	if (new Set(quirks.map(({ id }) => id)).size !== quirks.length)
		json.wrong(at(file, 'quirks'), 'rows with different ids');
	return quirks;
}

function readQuirk(node: Node): Quirk {
	json.keysOf(node, [
		...['id', 'seen', 'text', 'when', 'effect', 'maker', 'simulator', 'sources', 'confidence'],
	]);
	const effect = readEffect(at(node, 'effect'));
	const simulator = optional(at(node, 'simulator'), text);
	if (effect.kind !== 'note' && simulator === undefined)
		json.wrong(at(node, 'simulator'), 'the behaviour that reproduces it');
	const maker = optional(at(node, 'maker'), text);
	return {
		id: json.textLike(at(node, 'id'), /^[a-z0-9]+(-[a-z0-9]+)*$/, 'an id like l4-stalls'),
		seen: text(at(node, 'seen')),
		text: text(at(node, 'text')),
		when: readWhen(at(node, 'when')),
		effect,
		sources: list(at(node, 'sources'), text),
		confidence: json.oneOf(at(node, 'confidence'), ['A', 'B', 'C']),
		...(maker !== undefined && { maker }),
		...(simulator !== undefined && { simulator }),
	};
}

function readWhen(node: Node): QuirkWhen {
	json.keysOf(node, [
		...['transport', 'usb', 'productIds', 'families', 'parts', 'bootloaderIds', 'protocols'],
		'string',
	]);
	const texts = (key: string, pattern: RegExp, like: string): readonly string[] | undefined =>
		optional(at(node, key), (place) => list(place, (item) => json.textLike(item, pattern, like)));
	const numbers = (key: string): readonly number[] | undefined =>
		optional(at(node, key), (place) => list(place, (item) => json.hexNumber(item, 3)));
	return defined({
		transport: optional(at(node, 'transport'), (place) => json.oneOf(place, ['uart', 'dfu'])),
		usb: texts('usb', /^[0-9A-F]{4}:([0-9A-F]{4}|\*)$/, 'IDs like 0483:DF11 or 28E9:*'),
		productIds: numbers('productIds'),
		families: texts('families', /^STM32[A-Z0-9]+$/, 'a family like STM32F4'),
		parts: texts('parts', /^STM32[A-Z0-9]+$/, 'the beginning of a part name'),
		bootloaderIds: numbers('bootloaderIds'),
		protocols: texts('protocols', /^\d\.\d$/, 'a version like 3.1'),
		string: optional(at(node, 'string'), pattern),
	});
}

function readEffect(node: Node): Effect {
	const kind = json.oneOf(at(node, 'kind'), Object.keys(effects) as Effect['kind'][]);
	json.keysOf(node, ['kind', ...(DETAILS[kind] ?? [])]);
	const count = (key: string): number | undefined =>
		optional(at(node, key), (place) => json.integer(place, 1, 0xffff));
	return {
		kind,
		...defined({
			times: count('times'),
			bytes: count('bytes'),
			pages: count('pages'),
			msPerPage: count('msPerPage'),
			sectorSize: count('sectorSize'),
			address: optional(at(node, 'address'), (place) => json.hexNumber(place, 8)),
			open: optional(at(node, 'open'), (place) => json.hexNumber(place, 2)),
			pattern: optional(at(node, 'pattern'), pattern),
			kib: optional(at(node, 'kib'), (place) =>
				Object.fromEntries(
					json.keysOf(place).map((key) => [key, json.integer(at(place, key), 1, 65536)]),
				),
			),
		}),
	};
}

function pattern(node: Node): string {
	const source = text(node);
	try {
		new RegExp(source, 'u');
	} catch {
		json.wrong(node, 'a regular expression');
	}
	return source;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

const defined = <T extends object>(all: T): Defined<T> =>
	Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Defined<T>;

/** The rows that hold for a board, in the order of the table. */
export const quirksOf = (quirks: readonly Quirk[], facts: QuirkFacts): Quirk[] =>
	quirks.filter(({ when }) => holds(when, facts));

function holds(when: QuirkWhen, facts: QuirkFacts): boolean {
	const { usb = '', bootloaderId, protocol, strings } = facts;
	const maker = `${usb.split(':')[0]}:*`;
	const { string } = when;
	return (
		(when.transport === undefined || when.transport === facts.transport) &&
		(when.usb === undefined || when.usb.some((one) => one === usb || one === maker)) &&
		all(facts.productIds, when.productIds) &&
		all(facts.families, when.families) &&
		(when.parts === undefined ||
			(facts.parts.length > 0 &&
				facts.parts.every((part) => when.parts!.some((start) => part.startsWith(start))))) &&
		(when.bootloaderIds === undefined ||
			(bootloaderId !== undefined && when.bootloaderIds.includes(bootloaderId))) &&
		(when.protocols === undefined ||
			(protocol !== undefined && when.protocols.includes(protocol))) &&
		(string === undefined ||
			strings.some((text) => text !== undefined && new RegExp(string, 'u').test(text)))
	);
}

/** True where everything the board may be is among what the row names. */
const all = <T>(known: readonly T[], wanted: readonly T[] | undefined): boolean =>
	wanted === undefined || (known.length > 0 && known.every((one) => wanted.includes(one)));

/** Rows that go by more than the wire: those are worth telling of a board. */
export const isParticular = ({ when }: Quirk): boolean =>
	Object.keys(when).some((key) => key !== 'transport');
