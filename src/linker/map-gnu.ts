// The map GNU ld writes with -Map (ld manual 2.1, "-Map=mapfile" and "--cref"): chapters under fixed headings, the
// last of them the memory map, which ends with OUTPUT(…) and the sections without a place.
import type { InputSection, LinkMap, LinkRegion } from '#core/link.ts';
import { Lines, Origins, References } from './map-lines.ts';
import { GnuLayout } from './map-gnu-layout.ts';
import { mapDiagnostics } from './map-trouble.ts';

type Chapter = 'other' | 'archives' | 'discarded' | 'memory' | 'layout' | 'references';

/** Headings at the start of a line. The wording of the first changed with binutils 2.26. */
const headings: readonly (readonly [string, Chapter])[] = [
	['Archive member included', 'archives'],
	['As-needed library included', 'other'],
	['Allocating common symbols', 'other'],
	['Discarded input sections', 'discarded'],
	['There are no discarded input sections', 'other'],
	['Memory Configuration', 'memory'],
	['Linker script and memory map', 'layout'],
	['Cross Reference Table', 'references'],
];

const chapterOf = (line: string): Chapter | undefined =>
	/^[ACDLMT]/.test(line) ? headings.find(([heading]) => line.startsWith(heading))?.[1] : undefined;

/** Reads the whole map; lines that make no sense and a missing end come back as diagnostics. */
export function readGnuMap(text: string): LinkMap {
	const lines = new Lines(text);
	const origins = new Origins();
	const regions: LinkRegion[] = [];
	const layout = new GnuLayout(origins);
	const discarded = new Discarded(origins);
	const archives = new Archives(origins);
	const references = new References();
	let chapter: Chapter = 'other';
	let regionName: string | undefined;
	for (let line = lines.next(); line !== undefined; line = lines.next()) {
		const heading = chapterOf(line);
		if (heading) {
			chapter = heading;
			continue;
		}
		let understood = true;
		if (chapter === 'layout') understood = layout.add(line);
		else if (chapter === 'references') understood = references.add(line);
		else if (chapter === 'archives') understood = archives.add(line);
		else if (chapter === 'discarded') understood = discarded.add(line);
		else if (chapter === 'memory' && line !== '' && !line.startsWith('Name  ')) {
			const [, name, origin, length, attributes] = REGION.exec(line) ?? [];
			const full = name ?? regionName;
			if (origin !== undefined && length !== undefined && full !== undefined) {
				if (full !== '*default*') regions.push(region(full, origin, length, attributes));
				regionName = undefined;
			} else if (/^\S+$/.test(line)) regionName = line;
			else understood = false;
		}
		if (!understood) lines.notUnderstood();
	}
	const { sections, symbols } = layout;
	return {
		linker: 'GNU ld',
		regions,
		sections,
		discarded: discarded.list,
		pulledIn: archives.list,
		references: references.table,
		symbols,
		diagnostics: mapDiagnostics(lines, !layout.ended),
	};
}

/** Names of 16 characters and more stand on a line of their own. */
const REGION = /^(\S+)?\s+0x([0-9a-f]{1,16})\s+0x([0-9a-f]{1,16})(?:\s+(\S+))?\s*$/;

const region = (name: string, start: string, size: string, attributes = ''): LinkRegion => ({
	name,
	origin: Number.parseInt(start, 16),
	length: Number.parseInt(size, 16),
	attributes,
});

/** " .text.unused   0x00000000       0x14 main.o", or the name alone and the rest below. */
class Discarded {
	readonly list: InputSection[] = [];
	private name: string | undefined;
	private readonly origins: Origins;
	constructor(origins: Origins) {
		this.origins = origins;
	}
	add(line: string): boolean {
		if (line === '') return true;
		const [, own, address, size, file] = DISCARDED.exec(line) ?? [];
		const name = own ?? this.name;
		this.name = undefined;
		if (address !== undefined && size !== undefined && name !== undefined) {
			this.list.push({
				name,
				address: Number.parseInt(address, 16),
				size: Number.parseInt(size, 16),
				...this.origins.of(file ?? ''),
			});
			return true;
		}
		if (/^ \S+$/.test(line)) {
			this.name = line.slice(1);
			return true;
		}
		return RELAXED.test(line);
	}
}

const DISCARDED = /^ (\S+)?\s+0x([0-9a-f]{1,16})\s+0x([0-9a-f]{1,16})(?: (.*))?$/;
const RELAXED = /^ +0x[0-9a-f]+ \(size before relaxing\)$/;

const BY_COLUMN = 30;

/** "libc.a(exit.o)       crt0.o (exit)", or the member alone and the rest below. */
class Archives {
	readonly list: LinkMap['pulledIn'][number][] = [];
	private member: string | undefined;
	private readonly origins: Origins;
	constructor(origins: Origins) {
		this.origins = origins;
	}
	add(line: string): boolean {
		if (line === '') return true;
		if (!line.startsWith(' ')) {
			const first = line.slice(0, BY_COLUMN).trimEnd();
			const oneLine = line.length > BY_COLUMN && first.length < BY_COLUMN && first.endsWith(')');
			this.member = oneLine ? first : line;
			if (!oneLine) return true;
			line = line.slice(BY_COLUMN);
		}
		const { archive, object } = this.origins.of(this.member ?? '');
		this.member = undefined;
		// "crt0.o (exit)": both paths and symbols may hold blanks and parentheses.
		const file = line.search(/(?:\.\w{1,8}|\)) \(/);
		const end = file < 0 ? -1 : line.indexOf(' (', file);
		if (archive === undefined || end < 0 || !line.endsWith(')')) return false;
		const [by, symbol] = [line.slice(0, end).trim(), line.slice(end + 2, -1)];
		this.list.push({ archive, member: object, by: this.asker(by), symbol });
		return true;
	}
	private asker(file: string): string {
		const { archive, object } = this.origins.of(file);
		return archive === undefined ? object : `${archive}(${object})`;
	}
}
