// From evidence to the devices it leaves: each piece narrows, none is believed against all the others, and nothing is
// guessed. AN3155 gives the product ID; size and ROM ID are read from the chip; DfuSe gives the strings.
import type { Device } from '#core/device.ts';
import { diagnostic, type Diagnostic } from '#core/failure.ts';
import {
	alternatesOf,
	findByMemoryString,
	geometryOf,
	layoutGeometry,
	liveSectors,
	wasObserved,
} from './geometry.ts';
import { findByPart } from './part-name.ts';

export interface Evidence {
	/** AN3155 Get ID. */
	readonly productId?: number;
	/** Bytes, from the chip's size register (`flashSizeOf`). */
	readonly flashSize?: number;
	/** DfuSe interface strings by alternate setting. */
	readonly strings?: readonly (string | undefined)[];
	/** The byte at `registers.bootloaderId`. */
	readonly bootloaderId?: number;
	/** The option bit at `registers.layoutBit`. */
	readonly layoutBit?: 0 | 1;
	/** What the user chose or read from the chip. */
	readonly part?: string;
}

export interface Choice {
	/** Every device that is left, the likeliest first; those that differ only in name are one. */
	readonly candidates: Device[];
	/** The arrangement all candidates agree on; undefined when the evidence leaves several. */
	readonly layout?: string;
	readonly diagnostics: Diagnostic[];
}

/** Narrows `devices` by the evidence. Contradictions are diagnostics and leave the candidates as they were. */
export function chooseDevice(devices: readonly Device[], evidence: Evidence): Choice {
	const { productId, strings, flashSize, part, bootloaderId } = evidence;
	const diagnostics: Diagnostic[] = [];
	let left = [...devices];
	const narrow = (fitting: readonly Device[]): boolean => {
		if (fitting.length > 0) left = [...fitting];
		return fitting.length > 0;
	};
	if (productId !== undefined && !narrow(findByProductId(left, productId)))
		return nothing(diagnostic('warning', 'chip.unknown', { productId: idText(productId) }));
	if (part !== undefined && !narrow(findByPart(left, part))) {
		if (productId === undefined && strings === undefined)
			return nothing(diagnostic('warning', 'chip.not-found', { evidence: part }));
		diagnostics.push(diagnostic('warning', 'chip.part-differs', { part }));
	}
	if (flashSize !== undefined && !narrow(left.filter((device) => device.flashSize === flashSize))) {
		const expected = Math.max(...left.map((device) => device.flashSize));
		diagnostics.push(diagnostic('warning', 'chip.size-differs', { found: flashSize, expected }));
	}
	if (strings !== undefined && !narrow(findByMemoryString(left, strings))) {
		if (productId === undefined && part === undefined)
			return nothing(diagnostic('note', 'chip.not-found', { evidence: 'this memory map' }));
	}
	if (bootloaderId !== undefined) {
		const revision = left.filter(({ bootloader }) =>
			bootloader.versions.some(({ id }) => id === bootloaderId),
		);
		if (!narrow(revision))
			diagnostics.push(diagnostic('note', 'chip.rom-unknown', { id: bootloaderId }));
	}
	const candidates = merge(strings ? likeliestFirst(left, strings) : left);
	const layout = agreedLayout(candidates, evidence);
	return { candidates, diagnostics, ...(layout !== undefined && { layout }) };
}

/** All devices that answer Get ID with `id`, also as a clone or by its debug ID. */
export const findByProductId = (devices: readonly Device[], id: number): Device[] =>
	devices.filter((device) => device.productId === id || device.alternateIds.includes(id));

/**
 * Bytes of flash by the 16-bit word at `registers.flashSize`; undefined when the word is no size (erased, protected,
 * or not a code the device knows).
 */
export function flashSizeOf(device: Device, word: number): number | undefined {
	const { flashSizeMask = 0xffff, flashSizeCodes: codes } = device.registers;
	const value = word & flashSizeMask;
	if (codes) return Object.hasOwn(codes, value) ? codes[value]! * 1024 : undefined;
	// 8 KiB is the smallest part there is, 16 MiB far above the largest.
	return value >= 8 && value <= 16384 ? value * 1024 : undefined;
}

const nothing = (why: Diagnostic): Choice => ({ candidates: [], diagnostics: [why] });

/** "0x413" */
export const idText = (id: number): string => '0x' + id.toString(16).toUpperCase().padStart(3, '0');

/** Order only: boards seen printing these strings, then parts whose ROM has DFU at all. */
function likeliestFirst(
	devices: readonly Device[],
	strings: readonly (string | undefined)[],
): Device[] {
	const rank = (device: Device): number =>
		(wasObserved(device, strings) ? 2 : 0) + (device.bootloader.dfu ? 1 : 0);
	return devices
		.map((device) => ({ device, rank: rank(device) }))
		.sort((a, b) => b.rank - a.rank)
		.map(({ device }) => device);
}

/** Joins devices that no plan can tell apart: same flash, memory, times and bootloader. */
function merge(devices: readonly Device[]): Device[] {
	const merged = new Map<string, Device>();
	for (const device of devices) {
		const key = planKey(device);
		const other = merged.get(key);
		merged.set(key, other ? both(other, device) : device);
	}
	return [...merged.values()];
}

function planKey({ layouts, memory, timings, bootloader, registers, ...device }: Device): string {
	const flash = layouts.map((layout) => [
		layout.id,
		layoutGeometry(layout),
		layout.flash.map(({ range, eraseValue, writeSize }) => [range, eraseValue, writeSize]),
	]);
	const places = memory.map(({ name, range }) => [name, range]);
	return JSON.stringify([device.productId, flash, places, timings, bootloader, registers]);
}

function both(a: Device, b: Device): Device {
	const join = <T>(one: readonly T[], two: readonly T[]): T[] => [...new Set([...one, ...two])];
	const series = (name: string): string => name.slice(0, name.lastIndexOf(', '));
	const size = a.name.slice(a.name.lastIndexOf(', '));
	return {
		...a,
		name:
			series(a.name) === series(b.name) ? a.name : `${series(a.name)}, ${series(b.name)}${size}`,
		cores: join(a.cores, b.cores),
		parts: join(a.parts, b.parts),
		dfuStrings: [...a.dfuStrings, ...b.dfuStrings],
		notes: join(a.notes, b.notes),
	};
}

function agreedLayout(
	candidates: readonly Device[],
	{ strings, layoutBit }: Evidence,
): string | undefined {
	const live = strings && liveSectors(alternatesOf(strings), 'flash');
	const geometry = live && geometryOf(live);
	const ids = new Set<string>();
	for (const { layouts } of candidates) {
		const fitting = layouts.filter((layout) => layoutGeometry(layout) === geometry);
		const told = layouts.filter(({ bit }) => bit !== undefined && bit === layoutBit);
		const open = [fitting, told].find(({ length }) => length > 0) ?? layouts;
		for (const { id } of open) ids.add(id);
	}
	return ids.size === 1 ? [...ids][0] : undefined;
}
