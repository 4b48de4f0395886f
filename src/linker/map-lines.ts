// Lines of a map one by one, numbered from 1, without copying the text; and the parts both linkers' maps share.
import type { InputSection } from '#core/link.ts';

/** No linker writes a line this long; what is longer is passed over as not understood. */
const MAX_LINE = 64 * 1024;

export class Lines {
	/** Of the line `next` gave last. */
	number = 0;
	/** How many lines made no sense, and the first of them. */
	strange = 0;
	firstStrange = 0;
	private readonly text: string;
	private at = 0;

	constructor(text: string) {
		this.text = text;
	}

	/** The next line without its end (LF or CR LF); undefined after the last. */
	next(): string | undefined {
		const { text, at } = this;
		if (at >= text.length) return undefined;
		let end = text.indexOf('\n', at);
		if (end < 0) end = text.length;
		this.at = end + 1;
		this.number++;
		if (end > at && text.charCodeAt(end - 1) === 0x0d) end--;
		if (end - at <= MAX_LINE) return text.slice(at, end);
		this.notUnderstood();
		return '';
	}

	notUnderstood(): void {
		this.strange++;
		if (this.firstStrange === 0) this.firstStrange = this.number;
	}
}

export type Origin = Pick<InputSection, 'object' | 'archive'>;

/** Names of objects, each made once: a map repeats them for every section. */
export class Origins {
	private readonly known = new Map<string, Origin>();

	/** "folder/libc.a(exit.o)" is exit.o of libc.a; anything else is an object with its path as the linker was given it. */
	of(file: string): Origin {
		let origin = this.known.get(file);
		if (!origin) this.known.set(file, (origin = readOrigin(file)));
		return origin;
	}
}

function readOrigin(file: string): Origin {
	const plain = file.replace(/ \(symbol from plugin\)$/, '');
	if (!plain.endsWith(')')) return { object: plain };
	const open = plain.lastIndexOf('(');
	if (open < 1) return { object: plain };
	return { object: plain.slice(open + 1, -1), archive: withoutFolders(plain.slice(0, open)) };
}

const withoutFolders = (path: string): string => path.replace(/^.*[/\\]/, '');

const FILE_COLUMN = 50;

/**
 * One line of the cross-reference table: a symbol and its definition, or blanks and a user. Short symbols are padded
 * to column 50; a longer one is followed by one blank.
 */
export function readReference(line: string): { symbol: string; file: string } | undefined {
	if (line.startsWith(' ')) return { symbol: '', file: line.trim() };
	const padded = line.charCodeAt(FILE_COLUMN - 1) === 0x20 && line.charCodeAt(FILE_COLUMN) !== 0x20;
	const column = padded ? FILE_COLUMN : line.lastIndexOf(' ') + 1;
	const symbol = line.slice(0, column).trimEnd();
	const file = line.slice(column);
	return symbol === '' || file === '' ? undefined : { symbol, file };
}

/** Collects the table line by line. */
export class References {
	readonly table = new Map<string, string[]>();
	private current: string[] | undefined;

	/** False when the line is not of the table. */
	add(line: string): boolean {
		if (line === '' || /^Symbol +File$/.test(line)) return true;
		const found = readReference(line);
		if (!found || found.file === '') return false;
		if (found.symbol !== '') {
			this.current = this.table.get(found.symbol) ?? [];
			this.table.set(found.symbol, this.current);
		}
		this.current?.push(found.file);
		return this.current !== undefined;
	}
}
