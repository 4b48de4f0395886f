// What follows from a script that has been read, for those who join it with a chip.
import type { LinkRegion, LinkScript } from '#core/link.ts';

/** What ld knows of an output section when it looks for a region by attributes. */
export interface SectionTraits {
	/** Holds instructions. */
	readonly code: boolean;
	/** May be written at run time. */
	readonly writable: boolean;
	/** Has bytes in the file: not .bss. */
	readonly loaded: boolean;
}

/**
 * The region ld puts an allocated section in that names none: the first whose attributes have one of the section's and
 * whose inverted attributes have none. Undefined where none fits; ld then starts at address 0. (ld manual 3.7)
 */
export function defaultRegion(script: LinkScript, section: SectionTraits): LinkRegion | undefined {
	const flags = new Set(['a']);
	if (section.loaded) flags.add('l');
	if (section.code) flags.add('x');
	if (!section.writable) flags.add('r');
	// W is ld's flag for data, and constants are data, too (tried with ld 2.40).
	if (!section.code) flags.add('w');
	const has = (letters: string): boolean => [...letters].some((letter) => flags.has(letter));
	return script.regions.find(({ attributes }) => {
		const [wanted = '', unwanted = ''] = attributes.split('!');
		return has(wanted) && !has(unwanted);
	});
}

/** Pairs of regions that share addresses, in order of their origins. ld says nothing of them, and many scripts mean it. */
export function overlaps({ regions }: LinkScript): (readonly [LinkRegion, LinkRegion])[] {
	const sorted = regions.filter(({ length: size }) => size > 0).sort((a, b) => a.origin - b.origin);
	const pairs: (readonly [LinkRegion, LinkRegion])[] = [];
	for (const [i, first] of sorted.entries()) {
		for (const second of sorted.slice(i + 1)) {
			if (second.origin >= first.origin + first.length || pairs.length >= MAX_PAIRS) break;
			pairs.push([first, second]);
		}
	}
	return pairs;
}

/** Nobody reads more; a script of a million regions must not cost the square of that. */
const MAX_PAIRS = 1000;

export interface NamedValue {
	readonly name: string;
	readonly value: number;
}

/** What a script sets aside by the names that vendors, runtimes and libraries use; absent where it names none. */
export interface Reservations {
	/** The address just above the stack. */
	readonly stackTop?: NamedValue;
	/** In bytes. */
	readonly stackSize?: NamedValue;
	/** In bytes. */
	readonly heapSize?: NamedValue;
}

const STACK_TOPS = ['_estack', '__StackTop', '_stack_start', '__stack', '_stack', '__initial_sp'];
const STACK_SIZES = [
	'_Min_Stack_Size',
	'_min_stack_size',
	'__stack_size__',
	'__main_stack_size__',
	'__STACK_SIZE',
	'__stack_size',
	'STACK_SIZE',
	'_stack_size',
];
const HEAP_SIZES = [
	'_Min_Heap_Size',
	'_min_heap_size',
	'__heap_size__',
	'__HEAP_SIZE',
	'__heap_size',
	'HEAP_SIZE',
	'_heap_size',
];

export function reservations({ symbols }: LinkScript): Reservations {
	const find = (names: readonly string[]): NamedValue | undefined => {
		const name = names.find((each) => symbols.has(each));
		return name === undefined ? undefined : { name, value: symbols.get(name)! };
	};
	const [stackTop, stackSize, heapSize] = [STACK_TOPS, STACK_SIZES, HEAP_SIZES].map(find);
	return {
		...(stackTop && { stackTop }),
		...(stackSize && { stackSize }),
		...(heapSize && { heapSize }),
	};
}
