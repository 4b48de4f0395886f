// What `inspect` prints for people: the same numbers as its JSON, in tables.
import { hex32 } from '#core/bytes.ts';
import { describe, sizeText, type Diagnostic } from '#core/failure.ts';
import type { Change, Comparison, Insight, SymbolRow } from '#core/insight.ts';
import { segmentsJson, type Inspected } from './inspect-json.ts';
import { table } from './table.ts';

/** Symbols that changed least are left to the JSON. */
const MOST_CHANGES = 20;

export function inspectText({ insight, image, symbols, comparison }: Inspected): string {
	return [
		insight.files
			.map(({ name, format, size }) => `${name}: ${format}, ${sizeText(size)}`)
			.join('\n'),
		identityText(insight),
		regionsText(insight),
		sectionsText(insight),
		segmentsText(image),
		symbols ? symbolsText(symbols) : '',
		comparison ? comparisonText(comparison) : '',
		missingText(insight),
		findingsText(insight.warnings),
	]
		.filter((part) => part !== '')
		.join('\n\n');
}

const amount = (value: number | undefined): string => (value === undefined ? '–' : String(value));

function regionsText({ regions }: Insight): string {
	if (regions.length === 0) return '';
	const columns = [
		{ title: 'REGION' },
		{ title: 'ORIGIN' },
		{ title: 'LENGTH', right: true },
		{ title: 'USED', right: true },
		{ title: 'FREE', right: true },
		{ title: '%USED', right: true },
		{ title: 'ACCESS' },
	];
	const rows = regions.map(({ name, origin, length, used, free, fraction, attributes }) => [
		...[name, hex32(origin), String(length), amount(used), amount(free)],
		...[fraction === undefined ? '–' : `${(fraction * 100).toFixed(2)}%`, attributes],
	]);
	const reserved = regions.flatMap(({ name, reservations }) =>
		reservations.map(
			({ kind, size, by, counted }) =>
				`${sizeText(size)} of ${name} for the ${kind} (${by}${counted ? ', counted above' : ''})`,
		),
	);
	return [table(columns, rows), ...reserved].join('\n');
}

function sectionsText({ sections }: Insight): string {
	if (sections.length === 0) return '';
	const columns = [
		{ title: 'SECTION' },
		{ title: 'SIZE', right: true },
		{ title: 'RUNS AT' },
		{ title: 'IN' },
		{ title: 'STORED AT' },
		{ title: 'IN' },
	];
	return table(
		columns,
		sections.map(({ name, size, address, region = '–', loadAddress, loadRegion = '–' }) => [
			...[name, String(size), hex32(address), region],
			...(loadAddress === undefined ? [] : [hex32(loadAddress), loadRegion]),
		]),
	);
}

export function segmentsText(image: Inspected['image']): string {
	if (image.length === 0) return '';
	const columns = [
		{ title: 'SEGMENT' },
		{ title: 'SIZE', right: true },
		{ title: 'CRC-32' },
		{ title: 'SHA-256' },
	];
	return table(
		columns,
		segmentsJson(image).map(({ address, size, crc32, sha256 }) => [
			...[address, String(size), crc32, sha256],
		]),
	);
}

function symbolsText(symbols: readonly SymbolRow[]): string {
	const columns = [
		{ title: 'SIZE', right: true },
		{ title: 'ADDRESS' },
		{ title: 'SECTION' },
		{ title: 'OBJECT' },
		{ title: 'SYMBOL' },
	];
	const rows = [...symbols]
		.sort((a, b) => b.size - a.size)
		.map(({ name, readable, size, address, section = '', object = '', archive }) => [
			...[String(size), hex32(address), section],
			...[archive === undefined ? object : `${archive}(${object})`, readable ?? name],
		]);
	return table(columns, rows);
}

function identityText({ identity }: Insight): string {
	const { cpu, architecture, fpu, floatAbi, buildId, compilers, linker } = identity;
	return [
		[cpu, architecture, fpu, floatAbi && `${floatAbi} float`].filter(Boolean).join(', '),
		[...compilers, ...(linker ? [linker] : [])].join(', '),
		buildId === undefined ? '' : `build ID ${buildId}`,
	]
		.filter((line) => line !== '')
		.join('\n');
}

const signed = (value: number): string => (value > 0 ? `+${value}` : String(value));

function comparisonText(comparison: Comparison): string {
	const { before, after, regions, sections, symbols, sectors, update } = comparison;
	const columns = [
		{ title: 'CHANGED' },
		{ title: 'BY', right: true },
		{ title: 'BEFORE', right: true },
		{ title: 'AFTER', right: true },
		{ title: 'WHAT' },
	];
	const row = ({ name, delta, before: old, after: now, kind }: Change) => [
		...[name, signed(delta), amount(old?.size), amount(now?.size), kind],
	];
	const shown = [...regions, ...sections, ...symbols.slice(0, MOST_CHANGES)].filter(
		({ kind }) => kind !== 'same',
	);
	const cost =
		update &&
		`The update rewrites ${sectors.length} sectors (${sizeText(update.eraseBytes)}) and writes ${sizeText(update.writeBytes)}: about ${update.seconds.toFixed(1)} s by ${update.wire}, ${update.wholeSeconds.toFixed(1)} s for everything.`;
	return [
		`${after} against ${before}`,
		shown.length > 0 ? table(columns, shown.map(row)) : 'Nothing changed.',
		...(cost === undefined ? [] : [cost]),
	].join('\n');
}

const missingText = ({ missing }: Insight): string =>
	missing
		.map(({ kind, name, file, line }) =>
			kind === 'include'
				? `${file}:${line} includes ${name}: give its folder with --include.`
				: `${file}:${line} needs ${name}: give it with ${kind === 'define' ? '--define' : '--defsym'} ${name}=…`,
		)
		.join('\n');

export const findingsText = (found: readonly Diagnostic[]): string =>
	found
		.map((each) => {
			const { text, next } = describe(each);
			return `${each.severity}: ${text} [${each.code}]\n  ${next}`;
		})
		.join('\n');
