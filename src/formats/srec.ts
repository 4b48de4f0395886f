// Motorola S-records (M68000 Family Programmer's Reference Manual, appendix C): S0 header, S1–S3 data,
// S5/S6 counts, S7–S9 end and entry point; S4 is reserved.
import type { Artifact } from '#core/artifact.ts';
import type { ByteSource } from '#core/source.ts';
import { diagnostic, Failure, type Diagnostic } from '#core/failure.ts';
import type { Format, Peek } from './format.ts';
import { printable, readWhole } from './reading.ts';
import {
	collectRecords,
	isHexDigit,
	skipLeading,
	walkRecords,
	type Dialect,
	type RecordLine,
} from './records.ts';

const LETTER_S = 0x53;
const DIGIT_0 = 0x30;
const FORMAT = 'Motorola S-record';
const dialect: Dialect = { format: FORMAT, mark: LETTER_S, typed: true, uncounted: 1, sum: 0xff };

/** Bytes of the address (or count) field by record type S0–S9. */
const addressSizes = [2, 2, 3, 4, 2, 2, 3, 4, 3, 2];
const RESERVED = 4;
const COUNT_16 = 5;
const COUNT_24 = 6;

export const srec: Format = {
	name: FORMAT,
	extensions: ['.srec', '.s19', '.s28', '.s37', '.s', '.mot'],
	detect,
	parse,
};

function detect({ head }: Peek): boolean {
	const at = skipLeading(head);
	const digits = [...head.subarray(at + 1, at + 8)];
	return head[at] === LETTER_S && isDecimal(digits[0]) && digits.every(isHexDigit);
}

const isDecimal = (code: number | undefined): boolean =>
	code !== undefined && code >= DIGIT_0 && code <= DIGIT_0 + 9;

async function parse(source: ByteSource): Promise<Artifact> {
	const text = await readWhole(source);
	const collected = collectRecords(text.length);
	const diagnostics: Diagnostic[] = [];
	let dataRecords = 0;
	let entryPoint = 0;
	let reserved = false;
	let counted = false;

	const visit = ({ line, type: code, bytes }: RecordLine): 'end' | undefined => {
		const type = code - DIGIT_0;
		const addressSize = addressSizes[type];
		if (addressSize === undefined) {
			const found = `S${String.fromCharCode(code)}`;
			throw new Failure('records.type', { line, format: FORMAT, found });
		}
		const needed = 1 + addressSize + 1;
		const exact = type >= COUNT_16;
		if (bytes.length < needed || (exact && bytes.length > needed)) {
			const lengths = { found: bytes.length, expected: exact ? needed : `at least ${needed}` };
			throw new Failure('records.length', { line, format: FORMAT, ...lengths });
		}
		let address = 0;
		for (const byte of bytes.subarray(1, 1 + addressSize)) address = address * 256 + byte;
		const data = bytes.subarray(1 + addressSize, -1);
		if (type === 0) {
			const header = printable(data).trim();
			if (header !== '') diagnostics.push(diagnostic('note', 'srec.header', { header }));
		} else if (type < RESERVED) {
			dataRecords++;
			collected.add(address, data, line);
		} else if (type === RESERVED) {
			if (!reserved) diagnostics.push(diagnostic('warning', 'srec.reserved', { line }));
			reserved = true;
		} else if (type === COUNT_16 || type === COUNT_24) {
			const doubts = checkCount(line, address, { type, dataRecords });
			diagnostics.push(...doubts);
			counted = doubts.length === 0;
		} else {
			entryPoint = address;
			return 'end';
		}
		return undefined;
	};

	// srec_cat ends a file without entry point in its count record; a right count proves the file whole.
	const ending = walkRecords(text, dialect, visit);
	diagnostics.push(...ending.filter(({ code }) => !counted || code !== 'records.no-end'));
	const { image, diagnostics: repeats } = collected.finish();
	return {
		kind: 'firmware',
		format: FORMAT,
		image,
		sections: [],
		diagnostics: [...diagnostics, ...repeats],
		...(entryPoint !== 0 && { entryPoint }),
	};
}

/** Missing records are lost bytes, so the file is refused; surplus ones only make the count doubtful. */
function checkCount(
	line: number,
	expected: number,
	{ type, dataRecords }: { type: number; dataRecords: number },
): Diagnostic[] {
	// Tools that write S5 for long files let it wrap.
	const found = type === COUNT_16 ? dataRecords % 0x10000 : dataRecords;
	if (found === expected) return [];
	if (found < expected) throw new Failure('srec.count', { line, expected, found });
	return [diagnostic('warning', 'srec.count', { line, expected, found })];
}
