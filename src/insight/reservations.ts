// Heap and stack, as STM32 scripts reserve them: by symbols (_Min_Heap_Size, _Min_Stack_Size), by a section that takes
// the room (._user_heap_stack, .stack, .heap), or both.
import type { Build, Reservation } from '#core/insight.ts';
import type { BuiltSection } from './sections.ts';

const HEAP_SIZE = /^_*(?:min_)?heap_?size_*$/i;
const STACK_SIZE = /^_*(?:min_)?stack_?size_*$/i;
const STACK_TOP = ['_estack', '__stack', '__StackTop', '_stack_top', '__initial_sp', '_stack'];
const HEAP_START = ['_end', 'end', '__end__', '__HeapBase', '_sheap', '__heap_start__'];
const BOTH_SECTION = /^\.?_?(?:user_heap_stack|heap_stack|stack_heap)$/;
const HEAP_SECTION = /^\.heap(?:_section)?$/;
const STACK_SECTION = /^\.(?:c?stack|stack_dummy|stack_section|main_stack)$/;

/** The value of every symbol that needs no section, and the address of every other. */
export function symbolValues({ map, script, elf }: Build): ReadonlyMap<string, number> {
	const values = new Map<string, number>(script?.symbols);
	for (const [name, value] of map?.symbols ?? []) values.set(name, value);
	for (const { name, address, kind } of elf?.symbols ?? [])
		if (kind !== 'file' && kind !== 'section') values.set(name, address);
	return values;
}

/** Reservations in the order heap, stack. Those of size 0 are left out. */
export function reservationsOf(build: Build, sections: readonly BuiltSection[]): Reservation[] {
	const values = symbolValues(build);
	const found = [...values].filter(([, value]) => value > 0 && value < 0x10000000);
	const heap = found.find(([name]) => HEAP_SIZE.test(name));
	const stack = found.find(([name]) => STACK_SIZE.test(name));
	return [
		...ofKind('heap', heap, { sections, values }),
		...ofKind('stack', stack, { sections, values }),
		...(heap || stack ? [] : whole(sections)),
	];
}

interface Known {
	readonly sections: readonly BuiltSection[];
	readonly values: ReadonlyMap<string, number>;
}

function ofKind(
	kind: 'heap' | 'stack',
	symbol: readonly [string, number] | undefined,
	{ sections, values }: Known,
): Reservation[] {
	const own = kind === 'heap' ? HEAP_SECTION : STACK_SECTION;
	const holder = sections.find(({ name }) => own.test(name));
	if (holder) return [bySection(kind, holder)];
	if (!symbol) return [];
	const [by, size] = symbol;
	const shared = sections.find(({ name }) => BOTH_SECTION.test(name));
	if (shared) {
		const range = { start: shared.address, end: shared.address + shared.size };
		return [{ kind, size, by, range, counted: true }];
	}
	const first = (names: readonly string[]): number | undefined =>
		names.map((name) => values.get(name)).find((value) => value !== undefined);
	const start = kind === 'heap' ? first(HEAP_START) : stackStart(first(STACK_TOP), size);
	const range = start === undefined ? undefined : { start, end: start + size };
	return [{ kind, size, by, counted: false, ...(range && { range }) }];
}

const stackStart = (top: number | undefined, size: number): number | undefined =>
	top === undefined || top < size ? undefined : top - size;

/** A section for both whose sizes no symbol tells. */
const whole = (sections: readonly BuiltSection[]): Reservation[] =>
	sections
		.filter(({ name }) => BOTH_SECTION.test(name))
		.map((section) => bySection('heap and stack', section));

function bySection(kind: Reservation['kind'], section: BuiltSection): Reservation {
	const { name, address, size } = section;
	return { kind, size, by: name, range: { start: address, end: address + size }, counted: true };
}
