// The memory map of GNU ld, line by line: output sections at the margin, input sections behind one blank, symbols and
// assignments far to the right. Names of 16 characters and more push the rest of their line to the next.
import type { InputSection, MapSymbol, OutputSection } from '#core/link.ts';
import type { Origins } from './map-lines.ts';

interface OpenSection extends OutputSection {
	readonly inputs: InputSection[];
	readonly symbols: MapSymbol[];
}

const OUTPUT =
	/^(\S+)\s+0x([0-9a-f]{1,16})\s+0x([0-9a-f]{1,16})(?: load address 0x([0-9a-f]{1,16}))?\s*$/;
const INPUT = /^ (\S+)\s+0x([0-9a-f]{1,16})\s+0x([0-9a-f]{1,16})(?: (.*))?$/;
// These two see their line without its indentation; each runs in time proportional to the line.
const REST = /^0x([0-9a-f]{1,16})\s+0x([0-9a-f]{1,16})(?: (.*))?$/;
const LOAD_ADDRESS = /^load address 0x([0-9a-f]{1,16})/;
const DATA = /^(BYTE|SHORT|LONG|QUAD|SQUAD|ASCIZ)\b/;
const VALUE =
	/^(0x[0-9a-f]{1,16}|\[0x[0-9a-f]{1,16}\]|\[!provide\]|\[unresolved\]|\*undef\*)\s+(\S.*)$/;
const ASSIGNMENT = /^(?:(?:PROVIDE|HIDDEN|PROVIDE_HIDDEN) \()?([^\s=(]+) = /;
const RELAXED = /^ +0x[0-9a-f]+ \(size before relaxing\)$/;
/** Statements of the script that stand at the margin and are no sections. */
const STATEMENT =
	/^(?:LOAD |START GROUP|END GROUP|OUTPUT\(|TARGET\(|INSERT |Address of section |CONSTRUCTORS|FORCE_COMMON_ALLOCATION|\/DISCARD\/)/;

const hex = (digits: string): number => Number.parseInt(digits, 16);

export class GnuLayout {
	readonly sections: OutputSection[] = [];
	/** Assignments with a value: name → the last one. */
	readonly symbols = new Map<string, number>();
	/** OUTPUT(…) was seen: everything with a place came before, the map is whole. */
	ended = false;
	private current: OpenSection | undefined;
	/** A name that waits for the rest of its line. */
	private waiting: { readonly name: string; readonly output: boolean } | undefined;
	private readonly origins: Origins;

	constructor(origins: Origins) {
		this.origins = origins;
	}

	/** False when the line makes no sense. */
	add(line: string): boolean {
		if (line === '') {
			this.waiting = undefined;
			return true;
		}
		if (line.charCodeAt(0) !== 0x20) return this.margin(line);
		if (line.charCodeAt(1) !== 0x20) return this.indented(line);
		return this.right(line);
	}

	private margin(line: string): boolean {
		this.waiting = undefined;
		if (STATEMENT.test(line)) {
			if (line.startsWith('OUTPUT(')) this.ended = true;
			if (line.startsWith('/DISCARD/')) this.current = undefined;
			return true;
		}
		const match = OUTPUT.exec(line);
		if (match) return this.open(match[1]!, match[2]!, match[3]!, match[4]);
		// An empty output section has no address; then nothing below belongs to the one before.
		this.current = undefined;
		if (!/^\S+$/.test(line)) return false;
		this.waiting = { name: line, output: true };
		return true;
	}

	private open(name: string, address: string, size: string, load = address): boolean {
		this.current = {
			name,
			address: hex(address),
			loadAddress: hex(load),
			size: hex(size),
			inputs: [],
			symbols: [],
		};
		this.sections.push(this.current);
		return true;
	}

	/** An input section, padding, or a pattern of the script such as " *(.text*)", which says nothing more. */
	private indented(line: string): boolean {
		this.waiting = undefined;
		const match = INPUT.exec(line);
		if (match) return this.input(match[1]!, match[2]!, match[3]!, match[4]);
		if (/^ [^\s(]+$/.test(line)) this.waiting = { name: line.slice(1), output: false };
		return true;
	}

	private input(name: string, address: string, size: string, file = ''): boolean {
		const ours = name === '*fill*';
		const origin = ours ? { object: '' } : this.origins.of(file);
		this.current?.inputs.push({ name, address: hex(address), size: hex(size), ...origin });
		return true;
	}

	/** The rest of a long name's line, data of the script, a symbol or an assignment. */
	private right(line: string): boolean {
		const inner = line.trimStart();
		const rest = REST.exec(inner);
		if (rest) {
			const [, address = '', size = '', more = ''] = rest;
			const { waiting } = this;
			this.waiting = undefined;
			if (waiting?.output)
				return this.open(waiting.name, address, size, LOAD_ADDRESS.exec(more)?.[1]);
			if (waiting) return this.input(waiting.name, address, size, more);
			const data = DATA.exec(more)?.[1];
			return data !== undefined && this.input(data, address, size);
		}
		if (RELAXED.test(line)) return true;
		const [, value, text] = VALUE.exec(inner) ?? [];
		if (text === undefined) return inner === '' || ASSIGNMENT.test(inner);
		const name = ASSIGNMENT.exec(text)?.[1];
		if (!value?.startsWith('0x')) return true;
		if (name === undefined) {
			if (!text.startsWith('ASSERT ('))
				this.current?.symbols.push({ name: text, address: hex(value.slice(2)) });
		} else if (name !== '.') this.symbols.set(name, hex(value.slice(2)));
		return true;
	}
}
