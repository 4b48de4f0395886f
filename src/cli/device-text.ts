// A device for reading in a terminal: the same facts as its JSON.
import type { Device, Layout } from '#core/device.ts';
import { deviceJson, sectorRuns } from '#core/device-json.ts';
import { hex32 } from '#core/bytes.ts';
import { sizeText } from '#core/failure.ts';
import type { Region } from '#core/memory.ts';
import { size } from '#core/range.ts';
import { table } from './table.ts';

export function deviceText(device: Device, part: string | undefined): string {
	const { productId, alternateIds, registers } = deviceJson(device);
	const { bootloader } = device;
	const ids = [productId, ...alternateIds.map((id) => `${id} (the same chip by another name)`)];
	return [
		part === undefined ? device.name : `${part} (${device.name})`,
		...facts([
			['product ID', ids.join(', ')],
			['family', `${device.family}, ${device.cores.join(' and ')}`],
			['parts', device.parts.join(' ')],
			['flash', flashText(device)],
		]),
		...device.layouts
			.filter(({ flash }) => flash.length > 0)
			.flatMap((layout) => ['', layoutTitle(layout, device), ...banks(layout)]),
		'',
		'Memory',
		indent(
			table(
				[{ title: 'name' }, { title: 'first' }, { title: 'last' }, { title: 'size', right: true }],
				[...device.memory, ...device.external].map(regionRow),
			),
		),
		'',
		'Registers',
		...facts([
			['flash size', registers.flashSize ?? 'not known'],
			['unique ID', registers.uniqueId ?? 'not known'],
			['bootloader ID', registers.bootloaderId ?? 'not known'],
		]),
		'',
		'Bootloader',
		...facts([
			['entry', bootloader.entry],
			['UART', uartText(device)],
			...bootloader.ports.map((port): [string, string] => ['', port]),
			['USB', bootloader.dfu ? `DfuSe, ${bootloader.dfuClock ?? 'clock not known'}` : 'no'],
			['mass erase', bootloader.massErase ? 'yes' : 'no'],
			[
				'RAM for the host',
				bootloader.hostRam.map(({ start, end }) => `${hex32(start)}–${hex32(end - 1)}`).join(', '),
			],
			...bootloader.versions.map(({ id, version, notes }): [string, string] => [
				version,
				[
					`${id === undefined ? 'no ID known' : `ID 0x${id.toString(16).toUpperCase()}`}.`,
					...notes,
				].join(' '),
			]),
			...bootloader.notes.map((note): [string, string] => ['note', note]),
		]),
		'',
		...(device.flashSize > 0 ? [...times(device), ''] : []),
		...facts([
			...device.notes.map((note): [string, string] => ['note', note]),
			['confidence', device.confidence],
			['sources', device.sources.join('; ')],
		]),
	].join('\n');
}

function flashText(device: Device): string {
	const [flash] = device.layouts[0].flash;
	if (!flash) return 'none of its own';
	const { eraseValue } = deviceJson(device);
	const once = flash.writeOnce ? ', once between erases' : '';
	return `${sizeText(device.flashSize)}, erased to ${eraseValue}, written in units of ${sizeText(flash.writeSize)}${once}`;
}

const times = ({ timings }: Device): string[] => [
	`Times (${timings.source})`,
	...facts([
		...timings.erase.map((row): [string, string] => [
			`erase ${sizeText(row.size)}`,
			`${row.typicalMs} ms, at most ${row.maximumMs} ms`,
		]),
		[
			`program ${sizeText(timings.program.bytes)}`,
			`${timings.program.typicalUs} µs, at most ${timings.program.maximumUs} µs`,
		],
		['mass erase', `${timings.massErase.typicalMs} ms, at most ${timings.massErase.maximumMs} ms`],
	]),
];

const layoutTitle = ({ id, when, numberingAssumed }: Layout, { layouts }: Device): string =>
	[
		layouts.length > 1 ? `Sectors, ${id}` : 'Sectors',
		...(when === undefined ? [] : [`(when ${when})`]),
		...(numberingAssumed ? ['– how UART erase counts bank 2 is not documented'] : []),
	].join(' ');

const banks = ({ flash }: Layout): string[] =>
	flash.flatMap(({ name, range, sectors }) => [
		`  ${name}  ${hex32(range.start)}–${hex32(range.end - 1)}  ${sizeText(size(range))}`,
		...sectorRuns(sectors).map(
			(run) =>
				`    ${hex32(run.address)}  ${run.count} × ${sizeText(run.size)}  ${run.count === 1 ? `sector ${run.number}` : `sectors ${run.number}–${run.number + run.count - 1}`}`,
		),
	]);

const regionRow = ({ name, range }: Pick<Region, 'name' | 'range'>): string[] => [
	name,
	hex32(range.start),
	hex32(range.end - 1),
	sizeText(size(range)),
];

function uartText({ bootloader }: Device): string {
	const { uart, protocol, commandSet, parity } = bootloader;
	if (!uart) return 'no';
	const version = protocol === undefined ? 'AN3155' : `AN3155 version ${protocol}`;
	return [version, ...(commandSet ? [`${commandSet} erase`] : []), `${parity} parity`].join(', ');
}

function facts(rows: readonly (readonly [string, string])[]): string[] {
	const width = Math.max(...rows.map(([name]) => name.length));
	return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`.trimEnd());
}

const indent = (text: string): string => text.replaceAll(/^/gm, '  ');
