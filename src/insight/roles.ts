// What a region is for, and which addresses are the same bytes: by the chip where one is known, else by the address
// map that all STM32 share (RM memory maps, AN5188 for external memory).
import type { Target, RegionRole } from '#core/insight.ts';
import type { MemoryMap, Region } from '#core/memory.ts';
import { includes, intersect, size, subtract, type Range } from '#core/range.ts';
import { factsOf } from '#devices/facts.ts';

const ALIAS = '_ALIAS';

export function chipRole(region: Region): RegionRole {
	switch (region.kind) {
		case 'flash':
			return 'flash';
		case 'external':
			return 'external';
		case 'ram':
			return region.name.startsWith('BKP_SRAM') ? 'backup' : 'ram';
		default:
			return 'other';
	}
}

/** Backup SRAM: F2, F4, F7, U5 and H5, H7. */
export const BACKUP_WINDOWS: readonly Range[] = [
	{ start: 0x40024000, end: 0x40025000 },
	{ start: 0x40036400, end: 0x40037400 },
	{ start: 0x38800000, end: 0x38802000 },
];

const WINDOWS: readonly (Range & { readonly role: RegionRole })[] = [
	...BACKUP_WINDOWS.map((range) => ({ ...range, role: 'backup' as const })),
	{ start: 0x00200000, end: 0x00400000, role: 'flash' }, // the F7's flash over the ITCM bus
	{ start: 0x08000000, end: 0x10000000, role: 'flash' },
	{ start: 0x10000000, end: 0x10100000, role: 'ram' }, // CCM of F3 and F4, SRAM2 of L4
	{ start: 0x20000000, end: 0x40000000, role: 'ram' },
	{ start: 0x60000000, end: 0xa0000000, role: 'external' },
	{ start: 0xc0000000, end: 0xe0000000, role: 'external' },
];

/** The role of memory at an address where no chip is known. `name` settles what stands at address 0. */
function roleByAddress(address: number, name: string): RegionRole {
	const window = WINDOWS.find((range) => includes(range, address));
	if (window) return window.role;
	if (address >= 0x00100000) return 'other';
	if (/itcm|ram/i.test(name)) return 'ram';
	return /flash|rom/i.test(name) ? 'flash' : 'other';
}

/** A part of a range at the address of the memory itself. */
export interface Followed extends Range {
	/** Where it began in the range that was followed. */
	readonly from: number;
}

/** Memory as the chip sees it: regions without second views, and the way from any address to the first view. */
export interface Physical {
	readonly regions: MemoryMap;
	/** The same byte's address in `regions`; the address itself where it has only one. */
	readonly addressOf: (address: number) => number;
	/** The same bytes' ranges in `regions`: a range may run from a memory into a second view of another. */
	readonly follow: (range: Range) => Followed[];
	/** The second view an address lies in. */
	readonly aliasAt: (address: number) => Alias | undefined;
	/** Regions and the second views that the chip lists as memory (SRAM_2 behind SRAM_1). */
	readonly views: MemoryMap;
}

export interface Alias {
	readonly name: string;
	readonly range: Range;
	readonly of: number;
	readonly writable: boolean;
}

export function physical(target: Target | undefined): Physical {
	const memory = target?.memory ?? [];
	const regions = memory.filter((region) => !region.name.endsWith(ALIAS));
	const own = memory.flatMap((region): Alias[] => {
		if (!region.name.endsWith(ALIAS)) return [];
		const base = regions.find(({ name }) => name + ALIAS === region.name);
		if (!base || size(base.range) !== size(region.range)) return [];
		const { name, range } = region;
		return [{ name, range, of: base.range.start, writable: true }];
	});
	// What the chip lists itself counts before the general facts.
	const aliases = [...own, ...factsOf(target?.device).aliases];
	const aliasAt = (address: number): Alias | undefined => {
		if (regions.some(({ range }) => includes(range, address))) return undefined;
		return aliases.find(({ range }) => includes(range, address));
	};
	const real = regions.map(({ range }) => range);
	return {
		regions,
		views: memory,
		aliasAt,
		follow: (range) => {
			const seconds = aliases.flatMap((alias) => {
				const shared = intersect(range, alias.range);
				return shared ? subtract(shared, real).map((part) => ({ part, alias })) : [];
			});
			const rest = subtract(
				range,
				seconds.map(({ part }) => part),
			);
			const moved = seconds.map(({ part, alias }) => {
				const by = alias.of - alias.range.start;
				return { start: part.start + by, end: part.end + by, from: part.start };
			});
			return [...rest.map((part) => ({ ...part, from: part.start })), ...moved];
		},
		addressOf: (address) => {
			const alias = aliasAt(address);
			return alias ? address - alias.range.start + alias.of : address;
		},
	};
}

/** The role of a linker region or section that begins at `address`. */
export function roleAt(address: number, name: string, chip: Physical): RegionRole {
	const region = chip.regions.find(({ range }) => includes(range, chip.addressOf(address)));
	return region ? chipRole(region) : roleByAddress(address, name);
}
