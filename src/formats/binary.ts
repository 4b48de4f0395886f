// Raw binaries: bytes without an address. Where they belong is guessed from the vector table (ARMv7-M ARM B1.5.3)
// and from the code its handlers point to; the user confirms. It knows address windows, not chips.
import type { Artifact, RawBinary } from '#core/artifact.ts';
import type { ByteSource } from '#core/source.ts';
import { firstOtherThan, u16le, u32le } from '#core/bytes.ts';
import { Failure } from '#core/failure.ts';
import { includes, type Range } from '#core/range.ts';
import { MAX_IMAGE, type Format, type Peek } from './format.ts';
import { readWhole } from './reading.ts';

/** Where STM32s have RAM that can hold a stack (RM memory maps); the end counts, it is where stacks begin. */
const ramWindows: readonly Range[] = [
	{ start: 0x1000_0000, end: 0x1010_0000 }, // CCM of F3 and F4, SRAM2 of L4
	{ start: 0x2000_0000, end: 0x2100_0000 }, // SRAM, DTCM
	{ start: 0x2400_0000, end: 0x2420_0000 }, // AXI SRAM of H7
	{ start: 0x3000_0000, end: 0x3100_0000 }, // SRAM of H7 domain 2; secure alias on L5, U5, H5
	{ start: 0x3400_0000, end: 0x3500_0000 }, // secure alias of AXI SRAM
	{ start: 0x3800_0000, end: 0x3801_0000 }, // SRAM4 of H7
];

/** Where code may run in place, and the address its bytes are programmed at. */
const codeWindows: readonly (Range & { readonly load: number })[] = [
	{ start: 0x0800_0000, end: 0x0900_0000, load: 0x0800_0000 },
	{ start: 0x0c00_0000, end: 0x0d00_0000, load: 0x0c00_0000 }, // secure alias on L5, U5, H5
	{ start: 0x0020_0000, end: 0x0040_0000, load: 0x0800_0000 }, // ITCM view of the F7's flash (RM0385 2.3.1)
	{ start: 0x0000_0000, end: 0x0020_0000, load: 0x0800_0000 }, // boot view of the flash (RM0090 2.4)
	{ start: 0x6000_0000, end: 0x6400_0000, load: 0x6000_0000 }, // FMC bank 1
	{ start: 0x7000_0000, end: 0x8000_0000, load: 0x7000_0000 }, // OCTOSPI2
	{ start: 0x9000_0000, end: 0xa000_0000, load: 0x9000_0000 }, // QUADSPI, OCTOSPI1
];

/** 16 system vectors and up to 240 interrupts (ARMv7-M ARM B1.5.2). */
const MAX_VECTORS = 256;
/** Stack pointer, reset, NMI, HardFault: no code begins before the end of these. */
const FIRST_VECTORS = 16;
/** VTOR takes multiples of the table's size, at most 1 KiB; smaller sectors exist but nobody starts off this grid. */
const STEP = 1024;

export const binary: Format = {
	name: 'raw binary',
	extensions: ['.bin', '.img'],
	detect: ({ head, size }: Peek) => vectorsOf(head, size) !== undefined || isErased(head),
	parse,
};

const isErased = (bytes: Uint8Array): boolean => firstOtherThan(bytes, 0xff) < 0;

async function parse(source: ByteSource): Promise<Artifact> {
	const data = await readWhole(source, MAX_IMAGE);
	const value = data[0] ?? 0;
	if ((value === 0 || value === 0xff) && firstOtherThan(data, value) < 0) {
		throw new Failure('file.blank', { size: data.length, value });
	}
	const proposedAddress = proposeAddress(data);
	const artifact: RawBinary = { kind: 'binary', format: binary.name, data };
	return proposedAddress === undefined ? artifact : { ...artifact, proposedAddress };
}

interface Vectors {
	/** Without the Thumb bit, as are the handlers. */
	readonly reset: number;
	/** Distinct handlers in the window of the reset handler, itself among them. */
	readonly handlers: readonly number[];
	readonly window: Range & { readonly load: number };
}

/**
 * The address a binary was linked for, or undefined when its first words are no vector table.
 * Candidates are the multiples of 1 KiB that put the reset handler inside the file and behind the first vectors. The
 * one whose handlers land on code most convincingly wins; between equals the start of flash, then the roundest.
 */
export function proposeAddress(data: Uint8Array): number | undefined {
	const vectors = vectorsOf(data, data.length);
	if (!vectors) return undefined;
	const { reset, window } = vectors;
	const highest = reset - FIRST_VECTORS;
	const lowest = Math.max(window.start, reset + 2 - data.length);
	let best: { base: number; score: number } | undefined;
	for (let base = highest - (highest % STEP); base >= lowest; base -= STEP) {
		const score = scoreOf(data, base, vectors);
		const better = !best || score > best.score;
		if (better || (score === best?.score && isRounder(base, best.base, window))) {
			best = { base, score };
		}
	}
	return best && best.base - window.start + window.load;
}

function vectorsOf(data: Uint8Array, fileSize: number): Vectors | undefined {
	if (data.length < FIRST_VECTORS) return undefined;
	const stack = u32le(data, 0);
	const reset = u32le(data, 4);
	const inRam = ramWindows.some(({ start, end }) => stack > start && stack <= end);
	if (!inRam || stack % 4 !== 0 || reset % 2 === 0) return undefined;
	const window = codeWindows.find((candidate) => includes(candidate, reset));
	if (!window || (window.start === 0 && reset >= fileSize)) return undefined;
	const handlers = new Set([reset - 1]);
	for (let at = 8; at + 4 <= data.length && at < MAX_VECTORS * 4; at += 4) {
		const word = u32le(data, at);
		if (word === 0) continue;
		const isOdd = word % 2 === 1;
		if (isOdd && includes(window, word)) handlers.add(word - 1);
		else if (!isOdd || !ramWindows.some((ram) => includes(ram, word))) break;
	}
	return { reset: reset - 1, handlers: [...handlers], window };
}

/** How convincingly the handlers land on code if the file begins at `base`. */
function scoreOf(data: Uint8Array, base: number, { handlers }: Vectors): number {
	let score = 0;
	for (const handler of handlers) {
		const offset = handler - base;
		if (offset < FIRST_VECTORS || offset + 2 > data.length) score -= 3;
		else score += opening(u16le(data, offset));
	}
	return score;
}

/** How likely a function begins with this Thumb instruction (ARMv7-M ARM A5). */
function opening(instruction: number): number {
	if (instruction === 0x0000 || instruction === 0xffff) return -3;
	if (instruction === 0xe7fe) return 4; // b . : the default handler of nearly every start-up file
	const high = instruction >> 8;
	if (high === 0xb4 || high === 0xb5 || instruction === 0xe92d) return 3; // push
	if (instruction === 0x4770) return 3; // bx lr
	if (high >= 0x48 && high <= 0x4f) return 2; // ldr rN, [pc, …]
	if (instruction === 0xf8df || instruction === 0xf3ef || high === 0xb6) return 2; // ldr.w, mrs, cps
	if (high >= 0x20 && high <= 0x27) return 1; // movs rN, #…
	if (high === 0xe7 || high === 0xbf || (high & 0xf8) === 0xf0) return 1; // b, nop, bl and b.w
	return 0;
}

function isRounder(base: number, than: number, window: Range): boolean {
	if (base === window.start) return true;
	const lowestBit = (value: number) => value & -value;
	return than !== window.start && lowestBit(base) > lowestBit(than);
}
