// The symbols of a build: sizes from the ELF, the object of each from the map. A map alone names addresses only; then
// a symbol reaches to the next one or to the end of its object's part.
import type { Build, SymbolRow } from '#core/insight.ts';
import type { ElfSymbol, InputSection, LinkMap, MapSymbol, OutputSection } from '#core/link.ts';
import { builtSections } from './sections.ts';
import { linkerRegions } from './regions.ts';

/** A row while it is made: there are a hundred thousand of them, so none is copied. */
type Draft = { -readonly [K in keyof SymbolRow]: SymbolRow[K] };

/** In address order; functions, objects, and whatever else takes room. */
export function listSymbols(build: Build): SymbolRow[] {
	const { elf, map } = build;
	const rows: Draft[] = [];
	if (elf) for (const symbol of elf.symbols) if (isPlaced(symbol)) rows.push(ofElf(symbol));
	if (!elf) for (const section of map?.sections ?? []) draftsOf(section, rows);
	const inputs = elf && map ? inputFinder(map) : undefined;
	const sections = builtSections(build, linkerRegions(build).regions);
	const regionBySection = new Map(sections.map(({ name, region }) => [name, region]));
	for (const row of rows) {
		const region = row.section === undefined ? undefined : regionBySection.get(row.section);
		if (region !== undefined) row.region = region;
		const from = inputs?.(row.address);
		if (from) nameObject(row, from);
	}
	return rows.sort((a, b) => a.address - b.address || b.size - a.size);
}

/** What `listSymbols` gives, counted without making it. */
export function countSymbols({ elf, map }: Build): number {
	let count = 0;
	if (elf) for (const symbol of elf.symbols) count += isPlaced(symbol) ? 1 : 0;
	if (!elf) for (const section of map?.sections ?? []) walk(section, () => count++);
	return count;
}

const isPlaced = ({ kind, section, size }: ElfSymbol): boolean =>
	section !== undefined && size > 0 && kind !== 'section' && kind !== 'file';

function ofElf(symbol: ElfSymbol): Draft {
	const { name, readable, address, size, kind, binding, section, file } = symbol;
	const row: Draft = {
		...{ name, address, size, binding },
		estimated: false,
		kind: kind === 'function' || kind === 'object' ? kind : 'other',
	};
	if (readable !== undefined) row.readable = readable;
	if (section !== undefined) row.section = section;
	if (file !== undefined) row.file = file;
	return row;
}

function nameObject(row: Draft, { object, archive }: InputSection): void {
	if (object !== '') row.object = object;
	if (archive !== undefined) row.archive = archive;
}

/** Finds the input section around an address by halving. */
function inputFinder(map: LinkMap): (address: number) => InputSection | undefined {
	const inputs = map.sections
		.flatMap((section) => section.inputs.filter(({ size, name }) => size > 0 && name !== '*fill*'))
		.sort((a, b) => a.address - b.address);
	return (address) => {
		let low = 0;
		let high = inputs.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (inputs[middle]!.address <= address) low = middle + 1;
			else high = middle;
		}
		const found = inputs[low - 1];
		return found && address < found.address + found.size ? found : undefined;
	};
}

/** -ffunction-sections and -fdata-sections name a section after its one symbol. */
const OWN_SECTION = /^\.(text|rodata|data|bss)\.(?:startup\.|unlikely\.|hot\.|exit\.)?([^.]\S*)$/;

type Visit = (input: InputSection, symbol: MapSymbol, size: number, own: boolean) => void;

/** Each symbol with the part it is in and the size it is taken to have; `own` when the part's name is all there is. */
function walk(section: OutputSection, visit: Visit): void {
	const symbols = [...section.symbols].sort((a, b) => a.address - b.address);
	const inputs = section.inputs.filter(({ name, size }) => name !== '*fill*' && size > 0);
	let next = 0;
	for (const input of inputs.sort((a, b) => a.address - b.address)) {
		const end = input.address + input.size;
		while (next < symbols.length && symbols[next]!.address < input.address) next++;
		const first = next;
		for (; next < symbols.length && symbols[next]!.address < end; next++) {
			const symbol = symbols[next]!;
			const after = Math.min(symbols[next + 1]?.address ?? end, end);
			visit(input, symbol, after - symbol.address, false);
		}
		if (next > first) continue;
		const name = OWN_SECTION.exec(input.name)?.[2];
		if (name !== undefined) visit(input, { name, address: input.address }, input.size, true);
	}
}

function draftsOf(section: OutputSection, rows: Draft[]): void {
	walk(section, (input, { name, address }, size, own) => {
		const row: Draft = {
			...{ name, address, size },
			estimated: true,
			kind: kindOf(input.name),
			binding: own ? 'local' : 'unknown',
			section: section.name,
		};
		nameObject(row, input);
		rows.push(row);
	});
}

const kindOf = (input: string): SymbolRow['kind'] =>
	input.startsWith('.text')
		? 'function'
		: /^\.(?:ro)?data|^\.bss|^COMMON/.test(input)
			? 'object'
			: 'other';
