// Memory outside the chip: which parts of a build are there, how its code runs (AN5188: in place, or copied to RAM by
// a boot program), and whether the connected bootloader reaches them.
import { u32le } from '#core/bytes.ts';
import { diagnostic, type Diagnostic } from '#core/failure.ts';
import type { ExternalPart, ExternalUse } from '#core/insight.ts';
import { readImage, segmentRange, sliceImage, type Image } from '#core/image.ts';
import { includes, intersect, overlaps, size, subtract, type Range } from '#core/range.ts';
import type { Case } from './experts/findings.ts';

interface Window extends Range {
	readonly name: string;
	/** Keeps its content without power: code runs there in place. */
	readonly keeps: boolean;
}

/** Where STM32s with FMC, QUADSPI or OCTOSPI map memory (RM0385 and RM0433 chapter 2; uses by AN5188). */
export const WINDOWS: readonly Window[] = [
	{ start: 0x60000000, end: 0x64000000, name: 'FMC NOR flash', keeps: true },
	{ start: 0x64000000, end: 0x70000000, name: 'external SRAM', keeps: false },
	{ start: 0x70000000, end: 0x80000000, name: 'OSPI RAM', keeps: false },
	{ start: 0x80000000, end: 0x90000000, name: 'FMC NAND flash', keeps: true },
	{ start: 0x90000000, end: 0xa0000000, name: 'QSPI/OSPI flash', keeps: true },
	{ start: 0xc0000000, end: 0xe0000000, name: 'external SDRAM', keeps: false },
];

/** Undefined when the whole build stays inside the chip. */
export function externalUse(about: Case): ExternalUse | undefined {
	const { build, sections } = about;
	const image = build.firmware?.image ?? [];
	const stored = image.flatMap((segment) =>
		WINDOWS.flatMap((window) => partOf(segmentRange(segment), window, true)),
	);
	const reserved = sections
		.filter((section) => !section.stored)
		.map(({ address, size: bytes }) => ({ start: address, end: address + bytes }))
		.flatMap((range) => WINDOWS.flatMap((window) => partOf(range, window, false)));
	const parts = [...stored, ...reserved]
		.sort((a, b) => a.range.start - b.range.start)
		.map((part) => ({ ...part, code: isCode(part, about), ...reach(part, about) }));
	if (parts.length === 0) return undefined;
	const externalBytes = stored.reduce((sum, { range }) => sum + size(range), 0);
	const total = image.reduce((sum, { data }) => sum + data.length, 0);
	const code = parts.find((part) => part.stored && part.code);
	const vectors = code && vectorsAt(image, beginOf(code, parts));
	return {
		internalBytes: total - externalBytes,
		externalBytes,
		parts,
		...(code && { model: windowAt(code.range.start)?.keeps ? 'XiP' : 'BootROM' }),
		...(vectors && { vectors }),
	};
}

/** The vectors may be a part of their own: the program begins with the first bytes in the memory its code is in. */
const beginOf = ({ range, memory }: ExternalPart, parts: readonly ExternalPart[]): number =>
	parts.find((part) => part.stored && part.memory === memory)?.range.start ?? range.start;

const windowAt = (address: number): Window | undefined =>
	WINDOWS.find((window) => includes(window, address));

/** The image's parts by where they lie: in the chip, or in memory outside it. */
export function splitImage(image: Image): Readonly<Record<'internal' | 'external', Image>> {
	const inside = subtract({ start: 0, end: 2 ** 32 }, WINDOWS);
	return {
		internal: inside.flatMap((range) => sliceImage(image, range)),
		external: WINDOWS.flatMap((window) => sliceImage(image, window)),
	};
}

type Part = Pick<ExternalPart, 'range' | 'memory' | 'stored'>;

function partOf(range: Range, window: Window, stored: boolean): Part[] {
	const shared = intersect(range, window);
	return shared ? [{ range: shared, memory: window.name, stored }] : [];
}

/** By its sections; without them, code is what begins with a vector table. */
function isCode({ range, stored }: Part, { build, sections }: Case): boolean {
	if (!stored) return false;
	if (sections.length === 0)
		return vectorsAt(build.firmware?.image ?? [], range.start) !== undefined;
	return sections.some(({ execute, address, size: bytes, loadAddress }) => {
		// Code that is only kept here and runs elsewhere is data of this memory.
		const here = loadAddress === address && { start: address, end: address + bytes };
		return execute && here && overlaps(here, range);
	});
}

function reach({ range, stored }: Part, { target }: Case): Pick<ExternalPart, 'reachable' | 'by'> {
	if (!target?.live || !stored) return {};
	const reaching = target.memory.filter(
		(region) => region.kind === 'external' && overlaps(region.range, range),
	);
	const missing = subtract(
		range,
		reaching.map((region) => region.range),
	);
	const by = reaching[0]?.name;
	return { reachable: missing.length === 0, ...(by !== undefined && { by }) };
}

/** The first two words where they make a vector table: a stack pointer in some RAM, Thumb code in the same image. */
export function vectorsAt(image: Image, address: number): ExternalUse['vectors'] {
	const range = { start: address, end: address + 8 };
	const bytes = sliceImage(image, range).reduce((sum, { data }) => sum + data.length, 0);
	if (bytes !== 8) return undefined;
	const words = readImage(image, range, 0);
	const [stackPointer, resetHandler] = [u32le(words, 0), u32le(words, 4)];
	const code = { start: resetHandler - 1, end: resetHandler };
	const stackFits =
		stackPointer % 4 === 0 &&
		((stackPointer > 0x10000000 && stackPointer <= 0x40000000) ||
			WINDOWS.some(
				({ start, end, keeps }) => !keeps && start < stackPointer && stackPointer <= end,
			));
	const fits = stackFits && resetHandler % 2 === 1 && sliceImage(image, code).length === 1;
	return fits ? { address, stackPointer, resetHandler } : undefined;
}

export function externalFindings(about: Case): Diagnostic[] {
	const use = externalUse(about);
	if (!use) return [];
	const stored = use.parts.filter((part) => part.stored);
	const first = stored.find(({ code }) => code);
	// With a program inside the chip, code outside is called by it and needs no table of its own.
	const alone = use.internalBytes === 0 && first !== undefined && !use.vectors;
	return [
		...stored.flatMap((part) => placeOf(part, about)),
		...(alone
			? [
					diagnostic(
						'warning',
						'external.vectors',
						{ address: beginOf(first, stored) },
						first.range,
					),
				]
			: []),
	];
}

function placeOf({ range, memory, reachable }: ExternalPart, { target }: Case): Diagnostic[] {
	const data = { ...range, size: size(range), memory };
	if (!windowAt(range.start)?.keeps)
		return [diagnostic('warning', 'external.volatile', data, range)];
	if (!target || reachable === true) return [];
	// A ROM is known to reach nothing outside; a loader of one's own may, when it is connected.
	const severity = target.live ? 'warning' : 'note';
	return [diagnostic(severity, 'external.unreachable', data, range)];
}
