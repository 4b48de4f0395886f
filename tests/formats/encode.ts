// Writers of every format, for the tests alone: written from the format documents, sharing nothing with the readers.
import type { Segment } from '#core/image.ts';

export const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A plain Uint8Array, as a browser's file gives it; never a Buffer. */
export const joinBytes = (parts: readonly Uint8Array[]): Uint8Array =>
	new Uint8Array(Buffer.concat(parts));

export const little = (value: number, size: number): number[] =>
	Array.from({ length: size }, (_, index) => Math.floor(value / 256 ** index) % 256);

const big = (value: number, size: number): number[] => little(value, size).reverse();

const digits = (bytes: readonly number[]): string =>
	Buffer.from(bytes).toString('hex').toUpperCase();

const total = (bytes: readonly number[]): number => bytes.reduce((sum, byte) => sum + byte, 0);

/** Pieces of at most `size` bytes that do not cross a 64 KiB line. */
function pieces({ address, data }: Segment, size: number): Segment[] {
	const out: Segment[] = [];
	for (let at = 0; at < data.length;) {
		const room = 0x10000 - ((address + at) % 0x10000);
		const end = Math.min(data.length, at + Math.min(size, room));
		out.push({ address: address + at, data: data.subarray(at, end) });
		at = end;
	}
	return out;
}

/** One Intel HEX record with its checksum. */
export function hexRecord(type: number, offset: number, data: Iterable<number>): string {
	const body = [[...data].length, ...big(offset, 2), type, ...data];
	return `:${digits([...body, (0x10000 - total(body)) & 0xff])}`;
}

export const HEX_END = hexRecord(1, 0, []);

/** Intel HEX with linear bases, `width` bytes a record. */
export function encodeHex(segments: readonly Segment[], width = 16, entry?: number): string {
	const lines = segments.flatMap((segment) =>
		pieces(segment, width).flatMap(({ address, data }) => [
			hexRecord(4, 0, big(Math.floor(address / 0x10000), 2)),
			hexRecord(0, address % 0x10000, data),
		]),
	);
	if (entry !== undefined) lines.push(hexRecord(5, 0, big(entry, 4)));
	return [...lines, HEX_END, ''].join('\n');
}

/** One S-record; the address field has the size the type asks for. */
export function srecRecord(type: number, address: number, data: Iterable<number>): string {
	const size = [2, 2, 3, 4, 2, 2, 3, 4, 3, 2][type]!;
	const body = [size + [...data].length + 1, ...big(address, size), ...data];
	return `S${type}${digits([...body, 0xff - (total(body) % 256)])}`;
}

/** S3 records with header, count and S7. */
export function encodeSrec(segments: readonly Segment[], width = 16, entry = 0): string {
	const data = segments.flatMap((segment) =>
		pieces(segment, width).map(({ address, data: bytes }) => srecRecord(3, address, bytes)),
	);
	const count = srecRecord(data.length > 0xffff ? 6 : 5, data.length, []);
	return [srecRecord(0, 0, ascii('test')), ...data, count, srecRecord(7, entry, []), ''].join('\n');
}

export interface Uf2Options {
	family?: number;
	flags?: number;
	/** Payload bytes of each block. */
	payload?: number;
}

/** UF2 blocks, in order. */
export function uf2Blocks(segments: readonly Segment[], options: Uf2Options = {}): Uint8Array[] {
	const { family, flags = 0, payload = 256 } = options;
	const parts = segments.flatMap((segment) => pieces(segment, payload));
	return parts.map(({ address, data }, index) => {
		const block = new Uint8Array(512);
		block.set(ascii('UF2\n'));
		block.set([0x57, 0x51, 0x5d, 0x9e], 4);
		const allFlags = flags | (family === undefined ? 0 : 0x2000);
		const words = [allFlags, address, data.length, index, parts.length, family ?? 0];
		block.set(
			words.flatMap((word) => little(word, 4)),
			8,
		);
		block.set(data, 32);
		block.set([0x30, 0x6f, 0xb1, 0x0a], 508);
		return block;
	});
}

export const encodeUf2 = (segments: readonly Segment[], options?: Uf2Options): Uint8Array =>
	joinBytes(uf2Blocks(segments, options));

/** CRC-32 bit by bit, without the final inversion (DFU 1.1 appendix B). */
export function slowDfuCrc(bytes: Uint8Array): number {
	let sum = 0xffffffff;
	for (const byte of bytes) {
		sum ^= byte;
		for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
	}
	return sum >>> 0;
}

/** Appends a DFU suffix with a right CRC. */
export function withSuffix(content: Uint8Array, vendorId = 0x0483, productId = 0xdf11): Uint8Array {
	const fields = [0xffff, productId, vendorId, 0x011a].flatMap((field) => little(field, 2));
	const body = joinBytes([content, Uint8Array.from([...fields, ...ascii('UFD'), 16])]);
	return joinBytes([body, Uint8Array.from(little(slowDfuCrc(body), 4))]);
}

export interface DfuseTarget {
	readonly alternateSetting: number;
	readonly name?: string;
	readonly elements: readonly Segment[];
}

export function encodeTarget({ alternateSetting, name, elements }: DfuseTarget): Uint8Array {
	const content = joinBytes(
		elements.flatMap(({ address, data }) => [
			Uint8Array.from([...little(address, 4), ...little(data.length, 4)]),
			data,
		]),
	);
	const title = new Uint8Array(255);
	title.set(ascii(name ?? ''));
	const named = name === undefined ? 0 : 1;
	return joinBytes([
		ascii('Target'),
		Uint8Array.from([alternateSetting, ...little(named, 4)]),
		title,
		Uint8Array.from([...little(content.length, 4), ...little(elements.length, 4)]),
		content,
	]);
}

export function encodeDfuse(targets: readonly DfuseTarget[]): Uint8Array {
	const body = joinBytes(targets.map(encodeTarget));
	const prefix = [...ascii('DfuSe'), 1, ...little(body.length + 11, 4), targets.length];
	return withSuffix(joinBytes([Uint8Array.from(prefix), body]));
}

export interface ElfPart {
	readonly name: string;
	/** Load address; the run address is the same. */
	readonly address: number;
	readonly data: Uint8Array;
	readonly type?: number;
	readonly flags?: number;
	/** Size of a NOBITS section. */
	readonly size?: number;
}

export interface ElfOptions {
	readonly entry?: number;
	readonly machine?: number;
	readonly type?: number;
	/** False leaves out the section table. */
	readonly sections?: boolean;
	/** Extra program headers as [type, offset, vaddr, paddr, filesz, memsz, flags, align]. */
	readonly extra?: readonly (readonly number[])[];
}

const PROGBITS = 1;
const NOBITS = 8;

/** An ELF32 file with one PT_LOAD a part, and a section for each. */
export function encodeElf(parts: readonly ElfPart[], options: ElfOptions = {}): Uint8Array {
	const { entry = 0, machine = 40, type = 2, sections = true, extra = [] } = options;
	const loads = parts.filter((part) => part.type !== NOBITS);
	const phnum = loads.length + extra.length;
	let at = 52 + 32 * phnum;
	const offsets = new Map(parts.map((part) => [part, (at += part.data.length) - part.data.length]));
	const names = ascii(['', ...parts.map(({ name }) => name), '.shstrtab', ''].join('\0'));
	const shoff = at + names.length;
	const programHeaders = [
		...loads.map(({ address, data }, index) => {
			const offset = offsets.get(loads[index]!)!;
			return [1, offset, address, address, data.length, data.length, 5, 1];
		}),
		...extra,
	];
	let nameAt = 1;
	const rows = parts.map((part) => {
		const row = [nameAt, part.type ?? PROGBITS, part.flags ?? 2, part.address];
		nameAt += part.name.length + 1;
		return [...row, offsets.get(part)!, part.size ?? part.data.length, 0, 0, 1, 0];
	});
	const table = [
		Array<number>(10).fill(0),
		...rows,
		[nameAt, 3, 0, 0, at, names.length, 0, 0, 1, 0],
	];
	const header = [
		...[0x7f, ...ascii('ELF'), 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
		...[type, machine].flatMap((half) => little(half, 2)),
		...[1, entry, 52, sections ? shoff : 0, 0x05000000].flatMap((word) => little(word, 4)),
		...[52, 32, phnum, 40, sections ? table.length : 0, sections ? table.length - 1 : 0].flatMap(
			(half) => little(half, 2),
		),
	];
	return joinBytes([
		Uint8Array.from(header),
		Uint8Array.from(programHeaders.flat().flatMap((word) => little(word, 4))),
		...parts.map(({ data }) => data),
		names,
		Uint8Array.from(sections ? table.flat().flatMap((word) => little(word, 4)) : []),
	]);
}
