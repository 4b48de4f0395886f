// Reads what a device file says about the bootloader in the ROM: wires, commands, how to enter it, known versions.
import type { BootloaderFacts, RomVersion } from '#core/device.ts';
import * as json from './json-fields.ts';
import { at, inherit, list, optional, text, type Node } from './json-fields.ts';
import { rangeOf } from './notation.ts';

/** What a variant says of its ROM, field by field, and else what the file says. Throws 'device.field'. */
export function readBootloader(variant: Node, file: Node): BootloaderFacts {
	const own = at(variant, 'bootloader');
	const common = at(file, 'bootloader');
	const known = [
		'uart',
		'dfu',
		'massErase',
		'bank2EraseByUsb',
		'hostRam',
		'entry',
		'notes',
		'versions',
	];
	json.keysOf(common, known);
	optional(own, (node) => json.keysOf(node, known));
	const find = inherit(own, common);
	const dfuClock = readDfu(find('dfu'));
	const bank2EraseByUsb = optional(at(common, 'bank2EraseByUsb'), (node) =>
		json.oneOf(node, ['wrong-sector', 'nothing']),
	);
	return {
		...readUart(find('uart')),
		dfu: find('dfu').value !== false,
		massErase: json.flag(find('massErase')),
		hostRam: list(find('hostRam'), rangeOf),
		entry: text(find('entry')),
		notes: list(find('notes'), text),
		versions: list(find('versions'), readVersion),
		...(dfuClock !== undefined && { dfuClock }),
		...(bank2EraseByUsb !== undefined && { bank2EraseByUsb }),
	};
}

type Uart = Pick<
	BootloaderFacts,
	'uart' | 'parity' | 'ports' | 'protocol' | 'commandSet' | 'maximumBaud'
>;

function readUart(uart: Node): Uart {
	// Parity means nothing without a UART; even is what AN3155 says.
	if (uart.value === false) return { uart: false, parity: 'even', ports: [] };
	json.keysOf(uart, [
		'protocol',
		'protocolAssumed',
		'commandSet',
		'parity',
		'ports',
		'maximumBaud',
	]);
	optional(at(uart, 'protocolAssumed'), json.flag);
	const protocol = optional(at(uart, 'protocol'), (node) =>
		json.textLike(node, /^\d\.\d$/, 'a version like 3.1'),
	);
	const commandSet = optional(at(uart, 'commandSet'), (node) =>
		json.oneOf(node, ['legacy', 'extended', 'extended+special']),
	);
	const maximumBaud = optional(at(uart, 'maximumBaud'), (node) => json.integer(node, 1200, 4e6));
	return {
		uart: true,
		parity: json.oneOf(at(uart, 'parity'), ['even', 'none']),
		ports: list(at(uart, 'ports'), text),
		...(protocol !== undefined && { protocol }),
		...(commandSet !== undefined && { commandSet }),
		...(maximumBaud !== undefined && { maximumBaud }),
	};
}

/** The clock USB runs from, where there is DFU and a source says. */
function readDfu(node: Node): string | undefined {
	if (node.value === false) return undefined;
	json.keysOf(node, ['protocol', 'clock']);
	optional(at(node, 'protocol'), text);
	return optional(at(node, 'clock'), text);
}

function readVersion(node: Node): RomVersion {
	json.keysOf(node, ['id', 'version', 'notes']);
	const id = optional(at(node, 'id'), (place) => json.hexNumber(place, 3));
	return {
		...(id !== undefined && { id }),
		version: text(at(node, 'version')),
		notes: optional(at(node, 'notes'), (place) => list(place, text)) ?? [],
	};
}
