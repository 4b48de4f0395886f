// What the Devices view says about a chip, as words and rows.
import type { Device, Layout } from '#core/device.ts';
import { isAlias, ramSize, sectorRuns } from '#core/device-json.ts';
import { isFlash, type Region } from '#core/memory.ts';
import type { Range } from '#core/range.ts';
import { durationText, idText, listText, sizeText } from './text.ts';

export interface Filter {
	/** '' for any, as in the others. */
	family: string;
	/** Bytes of flash. */
	size: string;
	wire: '' | 'uart' | 'dfu';
}

export const fits = ({ family, flashSize, bootloader }: Device, filter: Filter): boolean =>
	(filter.family === '' || family === filter.family) &&
	(filter.size === '' || flashSize === Number(filter.size)) &&
	(filter.wire === '' || bootloader[filter.wire]);

/** What there is to filter by, in order. */
export const choicesOf = (devices: readonly Device[]) => ({
	families: [...new Set(devices.map(({ family }) => family))].sort(),
	sizes: [...new Set(devices.map(({ flashSize }) => flashSize))].sort((a, b) => a - b),
});

/** Bytes of main flash; some chips have none of their own. */
export const flashText = (bytes: number): string => (bytes === 0 ? 'none' : sizeText(bytes));

export const wiresText = ({ bootloader: { uart, dfu } }: Device): string =>
	[...(dfu ? ['USB'] : []), ...(uart ? ['UART'] : [])].join(', ') || 'none';

export const chipHref = (part: string): string => `#devices/${encodeURIComponent(part)}`;

/** "Flash", "RAM", …: the lanes of the drawing, and what is in them. */
export function lanesOf(device: Device, layout: Layout): { title: string; regions: Region[] }[] {
	const of = (fit: (region: Region) => boolean): Region[] => device.memory.filter(fit);
	return [
		{ title: 'Flash', regions: [...layout.flash] },
		{ title: 'RAM', regions: of((region) => region.kind === 'ram' && !isAlias(region)) },
		{ title: 'Windows of external memory', regions: windowsOf(device) },
		{
			title: 'ROM, option bytes and the like',
			regions: of((region) => region.kind !== 'ram' && !isFlash(region)),
		},
	].filter(({ regions }) => regions.length > 0);
}

/** Where external memory shows: how much of it there is, is the board's. */
const windowsOf = ({ external }: Device): Region[] =>
	[...external]
		.sort((a, b) => a.range.start - b.range.start)
		.map(({ name, range }) => ({
			name,
			kind: 'external',
			range,
			eraseValue: 0xff,
			writeSize: 1,
			sectors: [],
			access: { read: true, erase: false, write: false },
		}));

export interface MapRow {
	readonly name: string;
	readonly about: string;
	readonly range: Range;
	/** Sectors of one size inside the region above. */
	readonly inner: boolean;
}

const kinds: Readonly<Record<Region['kind'], string>> = {
	flash: 'flash',
	'option-bytes': 'option bytes',
	otp: 'written once, never erased',
	eeprom: 'data EEPROM',
	system: 'the bootloader’s ROM',
	ram: 'RAM',
	'device-feature': 'device feature',
	external: 'external memory shows here; its size is the board’s',
};

/** The whole map in address order; flash regions with their sectors. */
export function mapRows(device: Device, layout: Layout): MapRow[] {
	return [...layout.flash, ...device.memory, ...windowsOf(device)]
		.sort((a, b) => a.range.start - b.range.start)
		.flatMap((region) => [
			{ name: region.name, about: aboutRegion(region), range: region.range, inner: false },
			...sectorRuns(region.sectors).map(({ number, address, count, size: bytes }) => ({
				name: count === 1 ? `sector ${number}` : `sectors ${number} to ${number + count - 1}`,
				about: `${count} × ${sizeText(bytes)}`,
				range: { start: address, end: address + count * bytes },
				inner: true,
			})),
		]);
}

const aboutRegion = (region: Region): string =>
	isAlias(region) ? 'the same bytes at a second address' : kinds[region.kind];

export interface Fact {
	readonly name: string;
	readonly value: string;
}

export function chipFacts(device: Device): Fact[] {
	const [flash] = device.layouts[0].flash;
	const { productId, alternateIds } = device;
	const once = flash?.writeOnce ? ', once between erases' : '';
	return [
		{
			name: 'Product ID',
			value: [productId, ...alternateIds].map((id) => idText(id, 3)).join(' '),
		},
		{ name: 'Core', value: listText(device.cores) },
		{ name: 'Flash', value: flashText(device.flashSize) },
		{ name: 'RAM', value: sizeText(ramSize(device)) },
		...(flash
			? [
					{ name: 'Erased', value: idText(flash.eraseValue, 2) },
					{ name: 'Written in', value: `${sizeText(flash.writeSize)}${once}` },
				]
			: []),
	];
}

const trust = {
	high: 'Two independent sources agree.',
	medium: 'One source, or sources that disagreed and were weighed.',
	low: 'Not confirmed by a second source.',
} as const;
export const trustText = ({ confidence }: Device): string => trust[confidence];

const origins = {
	quoted: 'Quoted from a public document.',
	remembered: 'From memory of the data sheet, not quoted.',
	estimate: 'A cautious estimate: no public figures were found.',
} as const;
export const originText = ({ timings }: Device): string => origins[timings.source];

export interface TimeRow {
	readonly what: string;
	readonly typical: string;
	readonly maximum: string;
}

export function timeRows({ timings }: Device): TimeRow[] {
	const { erase, program, massErase } = timings;
	const ms = (value: number): string =>
		value < 1 ? `${value * 1000} µs` : value < 1000 ? `${value} ms` : durationText(value);
	return [
		...erase.map(({ size: bytes, typicalMs, maximumMs }) => ({
			what: `Erase ${sizeText(bytes)}`,
			typical: ms(typicalMs),
			maximum: ms(maximumMs),
		})),
		{
			what: 'Erase everything',
			typical: ms(massErase.typicalMs),
			maximum: ms(massErase.maximumMs),
		},
		{
			what: `Program ${sizeText(program.bytes)}`,
			typical: `${program.typicalUs} µs`,
			maximum: `${program.maximumUs} µs`,
		},
	];
}

export function uartText({ bootloader }: Device): string {
	const { uart, protocol, commandSet, parity, maximumBaud } = bootloader;
	if (!uart) return 'Not in this ROM';
	const erase = {
		legacy: 'Erase 0x43',
		extended: 'Extended Erase 0x44',
		'extended+special': 'Extended Erase 0x44, Special Commands',
	};
	return [
		protocol === undefined ? 'AN3155' : `AN3155 version ${protocol}`,
		...(commandSet ? [erase[commandSet]] : []),
		`${parity} parity`,
		...(maximumBaud === undefined ? [] : [`up to ${maximumBaud} baud`]),
	].join(' · ');
}
