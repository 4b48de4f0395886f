// DFU files: ST's DfuSe container (UM0391 Rev 1, sections 2.1–2.4) and the plain suffix of DFU 1.1 appendix B.
// Alternate settings are read past: an element's address says where its bytes belong.
import type { Artifact } from '#core/artifact.ts';
import type { ByteSource } from '#core/source.ts';
import { u16le, u32le, u8 } from '#core/bytes.ts';
import { dfuSuffixCrc } from '#core/crc.ts';
import { Failure } from '#core/failure.ts';
import { MAX_IMAGE, type Format, type Peek } from './format.ts';
import { layParts, refuseOverlap, type NamedSegment } from './lay.ts';
import { codes, printable, readWhole, startsWith } from './reading.ts';

const PREFIX_MAGIC = codes('DfuSe');
const PREFIX_SIZE = 11;
const PREFIX_VERSION = 1;
const TARGET_MAGIC = codes('Target');
const TARGET_PREFIX_SIZE = 274;
const TARGET_NAME_SIZE = 255;
const ELEMENT_HEADER_SIZE = 8;

/** The suffix reads backwards: from the end CRC (4), length (1), "UFD" (3), bcdDFU, vendor, product, device. */
const SUFFIX_MAGIC = codes('UFD');
const SUFFIX_SIZE = 16;

/** Containers are a little larger than what they carry. */
const LARGEST = MAX_IMAGE + 1024 * 1024;

export const dfuse: Format = {
	name: 'DfuSe',
	extensions: ['.dfu'],
	detect: ({ head }) => startsWith(head, PREFIX_MAGIC),
	parse: parseDfuse,
};

export const dfu: Format = {
	name: 'DFU 1.1',
	extensions: ['.dfu'],
	detect: hasSuffix,
	parse: parsePlain,
};

function hasSuffix({ tail }: Peek): boolean {
	return tail.length === SUFFIX_SIZE && startsWith(tail, SUFFIX_MAGIC, 8);
}

interface Suffix {
	/** Bytes of the file before the suffix. */
	readonly contentSize: number;
	readonly usb: { readonly vendorId: number; readonly productId: number };
}

/** Checks signature, length and CRC. @throws Failure dfu-file.suffix or dfu-file.crc */
function readSuffix(file: Uint8Array): Suffix {
	if (file.length < SUFFIX_SIZE) throw badSuffix('the file size', file.length, SUFFIX_SIZE);
	const at = file.length - SUFFIX_SIZE;
	if (!startsWith(file, SUFFIX_MAGIC, at + 8)) {
		throw badSuffix('the signature', printable(file.subarray(at + 8, at + 11)), 'UFD');
	}
	// Later versions may lengthen the suffix at its front; the file must hold what it claims.
	const size = u8(file, at + 11);
	if (size < SUFFIX_SIZE) throw badSuffix('its length', size, SUFFIX_SIZE);
	if (size > file.length) throw badSuffix('its length', size, `at most ${file.length}`);
	const found = u32le(file, at + 12);
	const expected = dfuSuffixCrc(file.subarray(0, -4));
	if (found !== expected) throw new Failure('dfu-file.crc', { found, expected });
	return {
		contentSize: file.length - size,
		usb: { productId: u16le(file, at + 2), vendorId: u16le(file, at + 4) },
	};
}

const badSuffix = (what: string, found: string | number, expected: string | number) =>
	new Failure('dfu-file.suffix', { what, found, expected });

async function parsePlain(source: ByteSource): Promise<Artifact> {
	const file = await readWhole(source, LARGEST);
	const { contentSize, usb } = readSuffix(file);
	return { kind: 'binary', format: dfu.name, data: file.subarray(0, contentSize), usb };
}

async function parseDfuse(source: ByteSource): Promise<Artifact> {
	const file = await readWhole(source, LARGEST);
	const { contentSize, usb } = readSuffix(file);
	const content = file.subarray(0, contentSize);
	ensureRoom('prefix', 0, { needed: PREFIX_SIZE, left: content.length });
	ensureEqual('prefix version', 5, { found: u8(content, 5), expected: PREFIX_VERSION });
	// UM0391 2.2 means the whole file; ST's own tools leave the suffix out, dfuse-pack counts it.
	const imageSize = u32le(content, 6);
	if (imageSize !== file.length) {
		ensureEqual('image size', 6, { found: imageSize, expected: contentSize });
	}

	const elements: NamedSegment[] = [];
	const targets = u8(content, 10);
	let at = PREFIX_SIZE;
	for (let target = 0; target < targets; target++) {
		at = readTarget(content, at, { target, elements });
	}
	ensureEqual('end of the last target', at, { found: at, expected: contentSize });
	const { image } = layParts(elements, refuseOverlap);
	return { kind: 'firmware', format: dfuse.name, image, sections: [], diagnostics: [], usb };
}

/** Reads one target (UM0391 2.3) into `elements` and returns the offset behind it. */
function readTarget(
	content: Uint8Array,
	at: number,
	{ target, elements }: { target: number; elements: NamedSegment[] },
): number {
	const what = `target ${target}`;
	ensureRoom(what, at, { needed: TARGET_PREFIX_SIZE, left: content.length - at });
	if (!startsWith(content, TARGET_MAGIC, at)) {
		const found = printable(content.subarray(at, at + TARGET_MAGIC.length));
		ensureEqual(`${what} signature`, at, { found, expected: 'Target' });
	}
	const named = u32le(content, at + 7) !== 0;
	const title = named ? printable(content.subarray(at + 11, at + 11 + TARGET_NAME_SIZE)) : '';
	const size = u32le(content, at + 266);
	const count = u32le(content, at + 270);
	const start = at + TARGET_PREFIX_SIZE;
	ensureRoom(`${what} content`, at + 266, { needed: size, left: content.length - start });
	const end = start + size;
	let next = start;
	for (let element = 0; element < count; element++) {
		const name = `${title === '' ? what : `${what} (${title})`} element ${element}`;
		ensureRoom(name, next, { needed: ELEMENT_HEADER_SIZE, left: end - next });
		const address = u32le(content, next);
		const length = u32le(content, next + 4);
		const data = next + ELEMENT_HEADER_SIZE;
		ensureRoom(name, next + 4, { needed: length, left: end - data });
		if (address + length > 2 ** 32) {
			throw new Failure('dfu-file.address', { what: name, address, size: length });
		}
		elements.push({ name, address, data: content.subarray(data, data + length) });
		next = data + length;
	}
	ensureEqual(`${what} size`, at + 266, { found: size, expected: next - start });
	return end;
}

function ensureRoom(what: string, offset: number, room: { needed: number; left: number }): void {
	if (room.needed <= room.left) return;
	const lengths = { found: room.needed, expected: `at most ${room.left}` };
	throw new Failure('dfu-file.damaged', { what: `the length of ${what}`, offset, ...lengths });
}

function ensureEqual(
	what: string,
	offset: number,
	{ found, expected }: { found: number | string; expected: number | string },
): void {
	if (found === expected) return;
	throw new Failure('dfu-file.damaged', { what, offset, found, expected });
}
