// The search box of the catalogue: every word must fit a part somehow, what fits best comes first. A person may write
// parts with or without STM32 and package, families, product IDs, cores and sizes, in any case.
import type { Device } from '#core/device.ts';
import { ramSize } from '#core/device-json.ts';
import { idText } from './choose.ts';
import { nearestParts, partsFitting } from './look-up.ts';
import { findByPart } from './part-name.ts';

export interface PartRow {
	readonly part: string;
	readonly device: Device;
}

export interface SearchResult {
	/** Best first, then by name. */
	readonly rows: readonly PartRow[];
	/** Nothing fits: the rows are those with the most similar names. */
	readonly nearest: boolean;
}

/** Longer words name nothing. */
const MAX_QUERY = 100;
const NEAREST = 8;
/** What may be missing, too much or wrong in a name that is still taken for it. */
const FARTHEST = 4;

/** Every part once, by name. */
export const partRows = (devices: readonly Device[]): PartRow[] =>
	devices
		.flatMap((device) => device.parts.map((part) => ({ part, device })))
		.sort((a, b) => (a.part < b.part ? -1 : 1));

/** `devices` are those that the rows are of. */
export function searchParts(
	devices: readonly Device[],
	rows: readonly PartRow[],
	query: string,
): SearchResult {
	const words = query
		.slice(0, MAX_QUERY)
		.split(/[\s,;/]+/)
		.filter((word) => word !== '');
	if (words.length === 0) return { rows, nearest: false };
	const scores = words.map((word) => scorer(devices, word));
	const found = rows
		.map((row) => ({ row, marks: scores.map((score) => score(row)) }))
		.filter(({ marks }) => marks.every((mark) => mark > 0))
		.map(({ row, marks }) => ({ row, mark: marks.reduce((sum, mark) => sum + mark, 0) }))
		.sort((a, b) => b.mark - a.mark)
		.map(({ row }) => row);
	if (found.length > 0) return { rows: found, nearest: false };
	const names = nearestParts(devices, words.join(''), NEAREST, FARTHEST);
	const byName = new Map(rows.map((row) => [row.part, row]));
	return { rows: names.flatMap((name) => byName.get(name) ?? []), nearest: true };
}

/** How well one word fits a part: 0 not at all, 100 it is its name. */
function scorer(devices: readonly Device[], word: string): (row: PartRow) => number {
	const upper = word.toUpperCase();
	const whole = upper.startsWith('STM32') ? upper : `STM32${upper}`;
	const exact = exactParts(devices, upper.startsWith('STM32') ? word : `STM32${word}`);
	const tail = upper.replace(/^STM32/, '');
	const size = sizeOf(upper);
	return ({ part, device }) => {
		if (part === whole) return 100;
		if (exact.has(part)) return 95;
		if (upper.startsWith('0X') && idsOf(device).includes(upper)) return 90;
		if (part.startsWith(whole) || device.family === whole) return 80;
		if (device.cores.some((core) => isCore(core, upper))) return 70;
		if (size !== undefined && device.flashSize === size) return 60;
		if (tail.length > 1 && part.slice(5).toUpperCase().includes(tail)) return 50;
		if (idsOf(device).includes(`0X${upper}`)) return 40;
		if (size !== undefined && ramSize(device) === size) return 30;
		if (upper === 'UART') return device.bootloader.uart ? 10 : 0;
		if (upper === 'USB' || upper === 'DFU') return device.bootloader.dfu ? 10 : 0;
		return 0;
	};
}

/** Parts that an order code or a name with a small x means; none for the beginning of a name. */
function exactParts(devices: readonly Device[], name: string): ReadonlySet<string> {
	if (name.length < 11) return new Set();
	return new Set(findByPart(devices, name).flatMap((device) => partsFitting(device, name)));
}

const idsOf = ({ productId, alternateIds }: Device): string[] =>
	[productId, ...alternateIds].map((id) => idText(id).toUpperCase());

/** "M4", "CM4", "CORTEX-M4", "CORTEX" */
function isCore(core: string, word: string): boolean {
	const name = core.toUpperCase();
	return [name, name.replace('CORTEX-', ''), name.replace('ORTEX-', ''), 'CORTEX'].includes(word);
}

/** Bytes of "512K", "1M", "1MIB"; undefined for any other word. */
function sizeOf(word: string): number | undefined {
	const match = /^(\d{1,5})(K|M)(I?B)?$/.exec(word);
	return match ? Number(match[1]) * (match[2] === 'M' ? 1024 ** 2 : 1024) : undefined;
}
