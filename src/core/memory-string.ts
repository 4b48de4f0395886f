// DfuSe sector notation (UM0424 4.3.2, as real ROMs print it): "@Name/0x08000000/04*016Kg,01*064Kg,07*128Kg".
// One reader for live USB descriptors and for device files; it does not know what a name means.
import type { Access, Sector } from './memory.ts';

export interface MemoryString {
	/** Text between @ and the first slash, trimmed. */
	readonly name: string;
	/** One group per "/address/list" pair. */
	readonly groups: readonly SectorGroup[];
}

export interface SectorGroup {
	readonly address: number;
	readonly runs: readonly { count: number; size: number; access: Access }[];
}

/** More than any STM32 has; a hostile string cannot make us build more. */
const MAX_SECTORS = 65536;

/**
 * Reads one interface string. Returns undefined for a string that is not in the notation: a bad string is
 * skipped, never fatal (real ROMs print odd ones). Letters a–g: bit 0 readable, 1 erasable, 2 writable.
 * A blank or missing unit means bytes; spaces may stand anywhere between the parts.
 */
export function parseMemoryString(text: string): MemoryString | undefined {
	const [head = '', ...rest] = text.replace(/\0.*$/s, '').trim().split('/');
	if (!head.startsWith('@') || rest.length < 2 || rest.length % 2 !== 0) return undefined;
	const groups: SectorGroup[] = [];
	let sectors = 0;
	for (let i = 0; i < rest.length; i += 2) {
		const address = /^\s*(0x[0-9a-f]{1,8})\s*$/i.exec(rest[i]!)?.[1];
		const runs = rest[i + 1]!.split(',').map(parseRun);
		if (address === undefined || runs.some((run) => run === undefined)) return undefined;
		const group = { address: Number(address), runs: runs.filter((run) => run !== undefined) };
		sectors += group.runs.reduce((total, run) => total + run.count, 0);
		const end = group.address + group.runs.reduce((sum, run) => sum + run.count * run.size, 0);
		if (sectors > MAX_SECTORS || end > 2 ** 32) return undefined;
		groups.push(group);
	}
	return { name: head.slice(1).trim(), groups };
}

function parseRun(text: string): { count: number; size: number; access: Access } | undefined {
	const match = /^\s*(\d{1,5})\s*\*\s*(\d{1,6})\s*([BKM]?)\s*([a-g])\s*$/.exec(text);
	if (!match) return undefined;
	const [, count, size, unit, letter] = match;
	const scale = unit === 'K' ? 1024 : unit === 'M' ? 1024 * 1024 : 1;
	const bits = letter!.charCodeAt(0) & 7;
	const run = {
		count: Number(count),
		size: Number(size) * scale,
		access: { read: (bits & 1) !== 0, erase: (bits & 2) !== 0, write: (bits & 4) !== 0 },
	};
	return run.count > 0 && run.size > 0 ? run : undefined;
}

/** The group's sectors in address order, counted from `firstNumber`. */
export function sectorsOf(group: SectorGroup, bank: number, firstNumber: number): Sector[] {
	const sectors: Sector[] = [];
	let start = group.address;
	for (const { count, size, access } of group.runs) {
		for (let i = 0; i < count; i++, start += size) {
			const number = firstNumber + sectors.length;
			sectors.push({ number, bank, range: { start, end: start + size }, access });
		}
	}
	return sectors;
}

/** The notation of a group without its name: "/0x08000000/04*016Kg,01*064Kg". */
export function formatGroup({ address, runs }: SectorGroup): string {
	const list = runs.map(({ count, size, access }) => {
		const letter = String.fromCharCode(
			0x60 + (access.read ? 1 : 0) + (access.erase ? 2 : 0) + (access.write ? 4 : 0),
		);
		const [amount, unit] =
			size % 1048576 === 0
				? [size / 1048576, 'M']
				: size % 1024 === 0
					? [size / 1024, 'K']
					: [size, ' '];
		return `${String(count).padStart(2, '0')}*${String(amount).padStart(3, '0')}${unit}${letter}`;
	});
	return `/0x${address.toString(16).toUpperCase().padStart(8, '0')}/${list.join(',')}`;
}
