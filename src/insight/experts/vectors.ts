// The vector table: is it there, does its stack pointer lie in RAM of this chip, is its reset handler code of this
// build, and may it stand where it does (ARMv6-M B1.5, ARMv7-M B1.5.2 and B3.2.5).
import { u32le } from '#core/bytes.ts';
import { diagnostic, type Diagnostic } from '#core/failure.ts';
import { readImage, segmentRange, sliceImage } from '#core/image.ts';
import { includes, overlaps, type Range } from '#core/range.ts';
import { chipRole, roleAt } from '#insight/roles.ts';
import type { Case, Expert } from './findings.ts';

const TABLE = /^\.?(?:isr_?vectors?|vectors?|vector_?table|intvecs?|interrupt_vectors?|boot_hdr)$/i;
const HOLDS_STACK = /stack|heap/i;
/** VTOR takes 128 bytes at least and the whole table at most: 16 system vectors and 240 interrupts. */
const SMALLEST_TABLE = 128;
const LARGEST_TABLE = 1024;
/** Where a stack may lie on a chip we know nothing of. */
const ANY_RAM: readonly Range[] = [
	{ start: 0x10000000, end: 0x10100000 },
	{ start: 0x20000000, end: 0x40000000 },
];

interface Table {
	/** Where its bytes are stored. */
	readonly address: number;
	/** Where the core reads it. */
	readonly runs: number;
	/** Undefined when only its place is known. */
	readonly size?: number;
}

/** The table of the program in internal flash: the section with its name, else the first bytes of the image there. */
function tableOf({ build, sections, chip }: Case): Table | undefined {
	const inFlash = (address: number): boolean => roleAt(address, '', chip) === 'flash';
	const section = sections.find(
		({ name, loadAddress }) =>
			TABLE.test(name) && loadAddress !== undefined && inFlash(loadAddress),
	);
	if (section?.loadAddress !== undefined)
		return { address: section.loadAddress, runs: section.address, size: section.size };
	const first = build.firmware?.image.find(({ address }) => inFlash(address));
	return first && { address: first.address, runs: first.address };
}

/** Images that another program starts may begin with its header: 0x200 bytes for MCUboot, padded by the linker. */
const HEADERS = [0x100, 0x200, 0x400, 0x800];

export const vectorTable: Expert = (about) => {
	const image = about.build.firmware?.image ?? [];
	const first = image.length > 0 ? tableOf(about) : undefined;
	if (!first) return [];
	const found = judge(first, about);
	if (!found.some(({ code }) => code === 'insight.no-vectors')) return found;
	const behind = HEADERS.map((header) => {
		const { address, runs } = first;
		return judge({ address: address + header, runs: runs + header }, about);
	});
	return behind.find((each) => each.every(({ severity }) => severity === 'note')) ?? found;
};

function judge(table: Table, about: Case): Diagnostic[] {
	const image = about.build.firmware?.image ?? [];
	const { address } = table;
	const range = { start: address, end: address + 8 };
	const words = readImage(image, range, 0);
	const whole = sliceImage(image, range).reduce((sum, { data }) => sum + data.length, 0) === 8;
	const [stack, reset] = [u32le(words, 0), u32le(words, 4)];
	const stackFits = isInRam(stack, about);
	const trouble = resetTrouble(reset, about);
	if (!whole || (!stackFits && trouble !== undefined))
		return [diagnostic('warning', 'insight.no-vectors', { address }, range)];
	return [
		...(stackFits ? [] : [diagnostic('error', 'insight.stack-pointer', { stack }, range)]),
		...(stack % 8 === 0
			? []
			: [diagnostic('warning', 'insight.stack-alignment', { stack }, range)]),
		...(trouble === undefined
			? []
			: [diagnostic('error', 'insight.reset-handler', { reset, address, reason: trouble }, range)]),
		...alignment(table),
		...fixedTable(table, about),
		...collision(stack, about),
	];
}

function isInRam(stack: number, { chip, target }: Case): boolean {
	const memory = target?.memory.filter((region) => chipRole(region) === 'ram') ?? [];
	const ranges = memory.length > 0 ? memory.map(({ range }) => range) : ANY_RAM;
	// The stack begins below its pointer: the end of a memory is the usual place.
	return [stack - 1, chip.addressOf(stack - 1)].some((at) => ranges.some((r) => includes(r, at)));
}

/** What is wrong with a reset handler; undefined when nothing is. */
function resetTrouble(reset: number, about: Case): string | undefined {
	const { build, sections } = about;
	if (reset % 2 === 0) return 'no Thumb code: its lowest bit is clear';
	const code = reset - 1;
	const image = (build.firmware?.image ?? []).map(segmentRange);
	const inImage = viewsOf(code, about).some((at) => image.some((range) => includes(range, at)));
	const inSection = sections.some(({ address, size, stored }) => {
		return stored && includes({ start: address, end: address + size }, code);
	});
	return inImage || inSection ? undefined : 'outside the build';
}

const FLASH = 0x08000000;
const BOOT_VIEW = { start: 0, end: 0x00200000 };
const ITCM_VIEW = { start: 0x00200000, end: 0x00400000 };

/** Where the bytes of an address may be stored: there, or in the flash that address 0 (and ITCM of an F7) shows. */
function viewsOf(address: number, { chip, target }: Case): number[] {
	const boot = includes(BOOT_VIEW, address) ? [address + FLASH] : [];
	const itcm =
		!target?.device && includes(ITCM_VIEW, address) ? [address - ITCM_VIEW.start + FLASH] : [];
	return [chip.addressOf(address), ...boot, ...itcm];
}

function alignment({ runs, size = SMALLEST_TABLE }: Table): Diagnostic[] {
	let needed = SMALLEST_TABLE;
	while (needed < Math.min(size, LARGEST_TABLE)) needed *= 2;
	if (runs % needed === 0) return [];
	const range = { start: runs, end: runs + needed };
	const data = { address: runs, alignment: needed };
	return [diagnostic('warning', 'insight.vector-alignment', data, range)];
}

/** Cortex-M0 (F0) always takes its vectors from address 0; Cortex-M0+ of STM32s have VTOR. */
function fixedTable({ address }: Table, { target, chip }: Case): Diagnostic[] {
	const cores = target?.device?.cores ?? [];
	const flash = chip.regions.find(({ kind }) => kind === 'flash');
	const fixed = cores.length === 1 && cores[0] === 'Cortex-M0';
	if (!fixed || !flash || address === flash.range.start) return [];
	const data = { core: 'Cortex-M0', start: address };
	return [diagnostic('note', 'insight.no-vtor', data, { start: address, end: address + 8 })];
}

/** Something else stands in the room that was reserved below the stack pointer. */
function collision(stack: number, { sections, reservations, chip }: Case): Diagnostic[] {
	const wanted = reservations.find(({ kind }) => kind === 'stack')?.size;
	if (wanted === undefined || wanted > stack) return [];
	const top = chip.addressOf(stack - 1) + 1;
	const room = { start: top - wanted, end: top };
	const blocking = sections
		.filter(({ name }) => !HOLDS_STACK.test(name))
		.map((section) => ({ section, start: chip.addressOf(section.address) }))
		.filter(({ section, start }) => overlaps({ start, end: start + section.size }, room))
		.sort((a, b) => b.start - a.start)[0];
	if (!blocking) return [];
	const { section, start } = blocking;
	const left = Math.max(0, top - start - section.size);
	const data = { stack, section: section.name, room: left, wanted };
	return [diagnostic('warning', 'insight.stack-collision', data, room)];
}
