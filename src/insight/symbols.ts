// The symbols of a build: sizes from the ELF, the object of each from the map. A map alone names addresses only; then
// a symbol reaches to the next one or to the end of its object's part.
import type { Build, SymbolRow } from '#core/insight.ts';
import type { ElfSymbol, InputSection, LinkMap, OutputSection } from '#core/link.ts';
import { builtSections } from './sections.ts';
import { linkerRegions } from './regions.ts';

/** In address order; functions, objects, and whatever else takes room. */
export function listSymbols(build: Build): SymbolRow[] {
	const { elf, map } = build;
	const rows = elf
		? elf.symbols.filter(isPlaced).map((symbol) => ofElf(symbol))
		: (map?.sections ?? []).flatMap(ofMap);
	const inputs = elf && map ? inputFinder(map) : undefined;
	const { regions } = linkerRegions(build);
	const sections = builtSections(build, regions);
	const regionBySection = new Map(sections.map(({ name, region }) => [name, region]));
	return rows
		.map((row) => {
			const from = inputs?.(row.address);
			const region = row.section === undefined ? undefined : regionBySection.get(row.section);
			return {
				...row,
				...(region !== undefined && { region }),
				...(from && objectOf(from)),
			};
		})
		.sort((a, b) => a.address - b.address || b.size - a.size);
}

/** What `listSymbols` gives, counted without making it. */
export function countSymbols({ elf, map }: Build): number {
	if (elf) return elf.symbols.reduce((count, symbol) => count + (isPlaced(symbol) ? 1 : 0), 0);
	return (map?.sections ?? []).reduce((count, section) => count + ofMap(section).length, 0);
}

const isPlaced = ({ kind, section, size }: ElfSymbol): boolean =>
	section !== undefined && size > 0 && kind !== 'section' && kind !== 'file';

function ofElf(symbol: ElfSymbol): SymbolRow {
	const { name, readable, address, size, kind, binding, section, file } = symbol;
	return {
		name,
		address,
		size,
		estimated: false,
		kind: kind === 'function' || kind === 'object' ? kind : 'other',
		binding,
		...(readable !== undefined && { readable }),
		...(section !== undefined && { section }),
		...(file !== undefined && { file }),
	};
}

const objectOf = ({ object, archive }: InputSection): Pick<SymbolRow, 'object' | 'archive'> => ({
	...(object !== '' && { object }),
	...(archive !== undefined && { archive }),
});

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

function ofMap(section: OutputSection): SymbolRow[] {
	const symbols = [...section.symbols].sort((a, b) => a.address - b.address);
	let next = 0;
	const rows: SymbolRow[] = [];
	const inputs = section.inputs.filter(({ name, size }) => name !== '*fill*' && size > 0);
	for (const input of [...inputs].sort((a, b) => a.address - b.address)) {
		const end = input.address + input.size;
		while (next < symbols.length && symbols[next]!.address < input.address) next++;
		const first = next;
		while (next < symbols.length && symbols[next]!.address < end) next++;
		const own = symbols.slice(first, next);
		const kind = kindOf(input.name);
		const common = { estimated: true, kind, section: section.name, ...objectOf(input) };
		const name = own.length === 0 ? OWN_SECTION.exec(input.name)?.[2] : undefined;
		if (name !== undefined) {
			const { address, size } = input;
			rows.push({ ...common, name, address, size, binding: 'local' });
		}
		for (const [i, symbol] of own.entries()) {
			const size = (own[i + 1]?.address ?? end) - symbol.address;
			rows.push({ ...common, ...symbol, size, binding: 'unknown' });
		}
	}
	return rows;
}

const kindOf = (input: string): SymbolRow['kind'] =>
	input.startsWith('.text')
		? 'function'
		: /^\.(?:ro)?data|^\.bss|^COMMON/.test(input)
			? 'object'
			: 'other';
