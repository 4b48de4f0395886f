// One chip by whatever name a person has of it: part, order code, name with a small x, or product ID. A name that
// fits several memories, or none, is told with the names nearest to it.
import type { Device } from '#core/device.ts';
import { Failure } from '#core/failure.ts';
import { findByProductId } from './choose.ts';
import { findByPart } from './part-name.ts';

export interface Found {
	readonly device: Device;
	/** The catalogue's own name of the part; undefined where the name leaves several of one device. */
	readonly part?: string;
}

const NEAREST = 6;

/** "0x413", also without 0x. */
const PRODUCT_ID = /^\s*(?:0x([0-9a-f]{1,4})|([0-9a-f]{3}))\s*$/i;

/** @throws Failure chip.name-unknown, chip.name-ambiguous */
export function lookUp(devices: readonly Device[], name: string): Found {
	const shown = name.trim().slice(0, 40);
	const [, long, short] = PRODUCT_ID.exec(name) ?? [];
	const id = long ?? short;
	const found =
		id === undefined
			? findByPart(devices, withMaker(name))
			: findByProductId(devices, parseInt(id, 16));
	const parts = found.flatMap((device) =>
		id === undefined ? partsFitting(device, name) : device.parts,
	);
	const [device, ...others] = found;
	if (!device)
		throw new Failure('chip.name-unknown', { name: shown, nearest: nearestNames(devices, name) });
	if (others.length > 0) {
		const nearest = (id === undefined ? parts : found.map((one) => one.parts[0] ?? one.name))
			.slice(0, NEAREST)
			.join(', ');
		throw new Failure('chip.name-ambiguous', { name: shown, count: found.length, nearest });
	}
	return { device, ...(parts.length === 1 && { part: parts[0]! }) };
}

/** The parts of a device that a name means. An x that is a letter of one of them is no "any character". */
export function partsFitting(device: Device, name: string): string[] {
	const wanted = withMaker(name).trim();
	const fitting = device.parts.filter(
		(part) => findByPart([{ ...device, parts: [part] }], wanted).length > 0,
	);
	const named = fitting.filter((part) =>
		wanted.toUpperCase().startsWith(part.replace(/-.$/, '').toUpperCase()),
	);
	return named.length > 0 && !/[A-Z].*x|x.*[A-Z]/.test(wanted) ? named : fitting;
}

/** "F405RG" is what most people say. */
const withMaker = (name: string): string =>
	/^\s*[a-z]{1,3}[0-9]/i.test(name) && !/^\s*stm/i.test(name) ? `STM32${name.trim()}` : name;

/** Names in the catalogue that differ least from what was typed, and by `farthest` letters at most, the nearest first. */
export function nearestParts(
	devices: readonly Device[],
	name: string,
	count: number,
	farthest = Infinity,
): string[] {
	const short = name.trim().slice(0, 40);
	const wanted = [short, withMaker(short)].map((one) => one.toUpperCase());
	return devices
		.flatMap(({ parts }) => parts)
		.map((part) => ({
			part,
			distance: Math.min(
				...wanted.map((one) => distance(one.slice(0, part.length), part.toUpperCase())),
			),
		}))
		.filter((one) => one.distance <= farthest)
		.sort(
			(a, b) =>
				a.distance - b.distance ||
				shared(b.part, wanted) - shared(a.part, wanted) ||
				(a.part < b.part ? -1 : 1),
		)
		.slice(0, count)
		.map(({ part }) => part);
}

/** Letters at the beginning that a part has in common with one of the names. */
const shared = (part: string, names: readonly string[]): number =>
	Math.max(
		...names.map((name) => {
			const differs = Array.from(part.toUpperCase()).findIndex((letter, i) => letter !== name[i]);
			return differs < 0 ? part.length : differs;
		}),
	);

const nearestNames = (devices: readonly Device[], name: string): string =>
	nearestParts(devices, name, NEAREST).join(', ') || 'none';

/** Letters to insert, drop or change to get from one text to the other (Levenshtein). */
export function distance(a: string, b: string): number {
	let row = Array.from({ length: b.length + 1 }, (_, i) => i);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
			next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
		}
		row = next;
	}
	return row[b.length]!;
}
