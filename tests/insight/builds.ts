// Builds by hand: sections at addresses, an image with a vector table, the ELF view and the script that go with them.
import { buildImage, type Image } from '#core/image.ts';
import type { Build, Target } from '#core/insight.ts';
import type { ElfSymbol, ElfView, LinkRegion, LinkScript, Placement } from '#core/link.ts';
import { devices, findByPart } from '#devices/index.ts';
import { effectiveMemory } from '#devices/memory-map.ts';

export const K = 1024;

export interface Part {
	readonly name: string;
	readonly at: number;
	readonly size: number;
	/** Where its bytes are stored; `at` when left out, nowhere for zeros. */
	readonly load?: number;
	readonly kind?: 'code' | 'data' | 'zeros';
	readonly region?: string;
	readonly loadRegion?: string;
	readonly bytes?: Uint8Array;
}

export interface Shape {
	readonly name?: string;
	readonly parts: readonly Part[];
	/** "FLASH 0x08000000 1024K xr" */
	readonly regions?: readonly string[];
	readonly stack?: number;
	readonly reset?: number;
	readonly symbols?: readonly Partial<ElfSymbol>[];
	readonly values?: Readonly<Record<string, number>>;
	readonly attributes?: Readonly<Record<string, string>>;
	/** Leaves the ELF or the script out. */
	readonly without?: 'elf' | 'script';
}

const number = (text: string): number =>
	text.endsWith('K') ? Number(text.slice(0, -1)) * K : Number(text);

export function region(line: string): LinkRegion {
	const [name = '', origin = '0', length = '0', attributes = ''] = line.split(' ');
	return { name, origin: number(origin), length: number(length), attributes };
}

const regionAt = (regions: readonly LinkRegion[], address: number): string | undefined =>
	regions.find(({ origin, length }) => origin <= address && address < origin + length)?.name;

const little = (words: readonly number[]): Uint8Array =>
	new Uint8Array(Uint32Array.from(words).buffer);

/** Bytes that are no zeros, no blank flash, and differ from place to place. */
export function fill(size: number, seed = 1): Uint8Array {
	const bytes = new Uint8Array(size);
	for (let i = 0; i < size; i++) bytes[i] = ((seed * 31 + i * 7) % 250) + 1;
	return bytes;
}

/** The first stored part of a build begins with its vectors. */
function bytesOf(
	part: Part,
	index: number,
	{ stack = 0x20001000, reset, parts }: Shape,
): Uint8Array {
	if (part.bytes) return part.bytes;
	const data = fill(part.size, part.at + index);
	if (index > 0 || part.size < 8) return data;
	const code = parts.find(({ kind }) => kind === 'code') ?? part;
	data.set(little([stack, reset ?? code.at + (code === part ? 8 : 0) + 1]));
	return data;
}

const isStored = ({ kind }: Part): boolean => kind !== 'zeros';
const loadOf = ({ load, at }: Part): number => load ?? at;

export function elfOf({ parts, symbols = [], attributes = {} }: Shape): ElfView {
	return {
		entry: 0,
		flags: 0x05000000,
		sections: parts.map((part, index) => ({
			index: index + 1,
			name: part.name,
			type: isStored(part) ? 1 : 8,
			flags: 2 | (part.kind === 'code' ? 4 : 1),
			address: part.at,
			...(isStored(part) && { loadAddress: loadOf(part) }),
			offset: 0,
			size: part.size,
			alignment: 4,
		})),
		segments: [],
		symbols: symbols.map((symbol) => ({
			name: 'symbol',
			address: 0,
			size: 4,
			kind: 'object',
			binding: 'global',
			...symbol,
		})),
		attributes: new Map(Object.entries(attributes)),
		notes: [],
		compilers: [],
		versions: [],
		diagnostics: [],
	};
}

export function scriptOf({ parts, regions = [], values = {} }: Shape): LinkScript {
	const read = regions.map(region);
	return {
		fileName: 'app.ld',
		regions: read,
		aliases: [],
		placements: parts.map((part, line): Placement => {
			const runs = part.region ?? regionAt(read, part.at);
			const loads = part.loadRegion ?? regionAt(read, loadOf(part));
			return {
				section: part.name,
				noLoad: false,
				line,
				...(runs !== undefined && { region: runs }),
				...(loads !== undefined && loads !== runs && isStored(part) && { loadRegion: loads }),
			};
		}),
		symbols: new Map(Object.entries(values)),
		missing: [],
		diagnostics: [],
	};
}

export const imageOf = (shape: Shape): Image =>
	buildImage(
		shape.parts
			.filter(isStored)
			.map((part, index) => ({ address: loadOf(part), data: bytesOf(part, index, shape) })),
	);

export function build(shape: Shape): Build {
	const { name = 'app.elf', regions = [], without } = shape;
	return {
		name,
		files: [{ name, kind: 'ELF', format: 'ELF', size: 1000 }],
		firmware: {
			kind: 'firmware',
			format: 'ELF',
			image: imageOf(shape),
			sections: [],
			diagnostics: [],
		},
		...(without !== 'elf' && { elf: elfOf(shape) }),
		...(without !== 'script' && regions.length > 0 && { script: scriptOf(shape) }),
	};
}

/** A chip of the catalogue with its factory layout. */
export function chip(part: string, layout?: string): Target {
	const [device] = findByPart(part);
	if (!device) throw new Error(`no ${part} among ${devices.length} devices`);
	return { name: part, device, live: false, memory: effectiveMemory(device, layout, {}).memory };
}

/** Addresses that everybody uses. */
export const FLASH = 0x08000000;
export const RAM = 0x20000000;

/** The parts of a plain CubeMX program: vectors, code, constants, data, zeros, heap and stack. */
export function program(
	at: { readonly flash?: number; readonly ram?: number; readonly code?: number } = {},
): Part[] {
	const { flash = FLASH, ram = RAM, code = 20 * K } = at;
	const data = flash + 0x200 + code + 2000;
	return [
		{ name: '.isr_vector', at: flash, size: 0x188, kind: 'data' },
		{ name: '.text', at: flash + 0x200, size: code, kind: 'code' },
		{ name: '.rodata', at: flash + 0x200 + code, size: 2000, kind: 'data' },
		{ name: '.data', at: ram, size: 116, load: data, kind: 'data' },
		{ name: '.bss', at: ram + 116, size: 3004, kind: 'zeros' },
		{ name: '._user_heap_stack', at: ram + 3120, size: 0x600, kind: 'zeros' },
	];
}

export const reserved = { _Min_Heap_Size: 0x200, _Min_Stack_Size: 0x400 };
