// The map LLVM lld writes with -Map: one table of address, load address, size, alignment and a name, which stands
// under "Out", 8 columns further under "In", or 16 under "Symbol".
import type { InputSection, LinkMap, MapSymbol, OutputSection } from '#core/link.ts';
import { Lines, Origins, References } from './map-lines.ts';
import { mapDiagnostics } from './map-trouble.ts';

export const LLD_HEADER = /^ *VMA +LMA +Size +Align +Out +In +Symbol\s*$/;
const ROW = /^ *([0-9a-f]{1,16}) +([0-9a-f]{1,16}) +([0-9a-f]{1,16}) +(\d{1,20}) ( *)(\S.*)$/;
const IN_COLUMN = 8;
const SYMBOL_COLUMN = 16;
const ASSIGNMENT = /^(?:PROVIDE(?:_HIDDEN)? ?\( ?|HIDDEN ?\( ?)?([^\s=(]+) = (.*)$/;
const DATA = /^(BYTE|SHORT|LONG|QUAD) \(/;

interface OpenSection extends OutputSection {
	readonly inputs: InputSection[];
	readonly symbols: MapSymbol[];
}

const hex = (digits: string): number => Number.parseInt(digits, 16);

/** Reads the whole table; lld writes no regions and no discarded sections into it. */
export function readLldMap(text: string): LinkMap {
	const lines = new Lines(text);
	const table = new Table();
	const references = new References();
	let inReferences = false;
	for (let line = lines.next(); line !== undefined; line = lines.next()) {
		if (line === '' || LLD_HEADER.test(line)) continue;
		if (line === 'Cross Reference Table') inReferences = true;
		else if (!(inReferences ? references.add(line) : table.add(line))) lines.notUnderstood();
	}
	return {
		linker: 'LLVM lld',
		regions: [],
		sections: table.sections,
		discarded: [],
		pulledIn: [],
		references: references.table,
		symbols: table.symbols,
		diagnostics: mapDiagnostics(lines, text !== '' && !text.endsWith('\n')),
	};
}

class Table {
	readonly sections: OutputSection[] = [];
	readonly symbols = new Map<string, number>();
	private readonly origins = new Origins();
	private current: OpenSection | undefined;
	/** Between $t and the next mapping symbol lie Thumb functions: their addresses carry bit 0. */
	private thumb = false;

	add(line: string): boolean {
		const match = ROW.exec(line);
		if (!match) return false;
		const [, vma = '', lma = '', length = '', , indent = '', name = ''] = match;
		const [address, size] = [hex(vma), hex(length)];
		if (indent.length >= SYMBOL_COLUMN) return this.symbol(name, address);
		if (indent.length >= IN_COLUMN) return this.input(name, address, size);
		if (this.assign(name, address)) return true;
		const section = { name, address, loadAddress: hex(lma), size, inputs: [], symbols: [] };
		this.current = section;
		this.sections.push(section);
		return true;
	}

	/** The table shows the location counter, not the value: they are the same only for `name = .`. */
	private assign(text: string, address: number): boolean {
		const [, name, expression] = ASSIGNMENT.exec(text) ?? [];
		if (name === undefined || expression === undefined) return false;
		if (name !== '.' && /^\.(?: ?\))?$/.test(expression.trim())) this.symbols.set(name, address);
		return true;
	}

	private input(text: string, address: number, size: number): boolean {
		this.thumb = false;
		const open = text.lastIndexOf(':(');
		if (open > 0 && text.endsWith(')')) {
			const name = text.slice(open + 2, -1);
			this.current?.inputs.push({ name, address, size, ...this.origins.of(text.slice(0, open)) });
			return true;
		}
		const data = DATA.exec(text)?.[1];
		if (data !== undefined) this.current?.inputs.push({ name: data, address, size, object: '' });
		else if (!this.assign(text, address)) return false;
		else if (size > 0) this.current?.inputs.push({ name: '*fill*', address, size, object: '' });
		return true;
	}

	private symbol(name: string, address: number): boolean {
		const mapping = /^\$([atdx])(?:\.|$)/.exec(name)?.[1];
		if (mapping !== undefined) {
			this.thumb = mapping === 't';
			return true;
		}
		const even = this.thumb && address % 2 === 1 ? address - 1 : address;
		this.current?.symbols.push({ name, address: even });
		return true;
	}
}
