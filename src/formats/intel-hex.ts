// Intel HEX (Intel "Hexadecimal Object File Format Specification" Rev A, 1988): record types 00–05.
// A base set by 02 (segment) or 04 (linear) holds until the next record of either type replaces it.
import type { Artifact } from '#core/artifact.ts';
import type { ByteSource } from '#core/source.ts';
import { u8 } from '#core/bytes.ts';
import { diagnostic, Failure, type Diagnostic } from '#core/failure.ts';
import type { Format, Peek } from './format.ts';
import { readWhole } from './reading.ts';
import {
	collectRecords,
	isHexDigit,
	skipLeading,
	walkRecords,
	type Dialect,
	type RecordLine,
} from './records.ts';

const COLON = 0x3a;
const SEGMENT_SIZE = 0x10000;
const FORMAT = 'Intel HEX';
const dialect: Dialect = { format: FORMAT, mark: COLON, typed: false, uncounted: 5, sum: 0 };

/** Record types and the data bytes each must have; data records may have any number. */
const DATA = 0;
const END = 1;
const SEGMENT_BASE = 2;
const SEGMENT_ENTRY = 3;
const LINEAR_BASE = 4;
const LINEAR_ENTRY = 5;
const dataSizes = new Map([
	[END, 0],
	[SEGMENT_BASE, 2],
	[SEGMENT_ENTRY, 4],
	[LINEAR_BASE, 2],
	[LINEAR_ENTRY, 4],
]);

export const intelHex: Format = { name: FORMAT, extensions: ['.hex', '.ihex'], detect, parse };

function detect({ head }: Peek): boolean {
	const at = skipLeading(head);
	return head[at] === COLON && isHexDigit(head[at + 1]) && isHexDigit(head[at + 2]);
}

async function parse(source: ByteSource): Promise<Artifact> {
	const text = await readWhole(source);
	const collected = collectRecords(text.length);
	const diagnostics: Diagnostic[] = [];
	const bases = {
		kind: LINEAR_BASE,
		linear: { value: 0, line: 0 },
		segment: { value: 0, line: 0 },
	};
	let entryPoint = 0;
	let mixed = false;
	let wrapped = false;

	const addData = (line: number, offset: number, data: Uint8Array): void => {
		const { linear, segment } = bases;
		if (!mixed && linear.value !== 0 && segment.value !== 0) {
			mixed = true;
			const places = { line, segmentLine: segment.line, linearLine: linear.line };
			diagnostics.push(diagnostic('warning', 'hex.mixed-bases', places));
		}
		if (bases.kind === LINEAR_BASE) return collected.add(linear.value + offset, data, line);
		// "SBA + ([DRLO + DRI] MOD 64K)": data that passes the end of the segment goes on at its start.
		const fitting = Math.min(data.length, SEGMENT_SIZE - offset);
		collected.add(segment.value + offset, data.subarray(0, fitting), line);
		if (fitting === data.length) return;
		collected.add(segment.value, data.subarray(fitting), line);
		if (wrapped) return;
		wrapped = true;
		diagnostics.push(diagnostic('warning', 'hex.wrapped', { line, address: segment.value }));
	};

	const visit = ({ line, bytes }: RecordLine): 'end' | undefined => {
		const type = u8(bytes, 3);
		const data = bytes.subarray(4, -1);
		if (type === DATA) {
			addData(line, (u8(bytes, 1) << 8) | u8(bytes, 2), data);
			return undefined;
		}
		const expected = dataSizes.get(type);
		if (expected === undefined) throw unknownType(line, type);
		if (data.length !== expected) {
			const lengths = { found: bytes.length, expected: expected + dialect.uncounted };
			throw new Failure('records.length', { line, format: FORMAT, ...lengths });
		}
		if (type === END) return 'end';
		const high = (u8(data, 0) << 8) | u8(data, 1);
		if (type === SEGMENT_BASE) {
			bases.segment = { value: high << 4, line };
			bases.kind = SEGMENT_BASE;
		} else if (type === LINEAR_BASE) {
			bases.linear = { value: high * SEGMENT_SIZE, line };
			bases.kind = LINEAR_BASE;
		} else {
			const low = (u8(data, 2) << 8) | u8(data, 3);
			entryPoint = type === SEGMENT_ENTRY ? (high << 4) + low : high * SEGMENT_SIZE + low;
		}
		return undefined;
	};

	diagnostics.push(...walkRecords(text, dialect, visit));
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

function unknownType(line: number, type: number) {
	const found = type.toString(16).toUpperCase().padStart(2, '0');
	return new Failure('records.type', { line, format: FORMAT, found });
}
