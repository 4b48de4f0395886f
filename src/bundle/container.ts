// The .swupdate file: a zip container (PKWARE APPNOTE 6.3), read strictly and written the same way every time. What the
// format does not need is refused, so that no two readers can see two different bundles in one file.
import { crc32 } from '#core/crc.ts';
import { concat, u16le, u32le } from '#core/bytes.ts';
import { Failure } from '#core/failure.ts';
import { MAX_BUNDLE } from '#core/update-file.ts';
import { Inflate, zipSync, type Zippable } from 'fflate';

const MAX_ENTRIES = 256;
const MAX_PATH = 100;

/** The signed manifest, and the maker's key list where there is one. Every other entry is named by the manifest. */
export const MANIFEST_PATH = 'manifest.jws';
export const KEYS_PATH = 'keys.jws';

export interface ContainerEntry {
	readonly path: string;
	/** Bytes unpacked, as the directory says. */
	readonly size: number;
	/** Bytes as it lies in the file. */
	readonly packed: number;
}

export interface Container {
	/** In the order of the directory. */
	readonly entries: readonly ContainerEntry[];
	/** One entry, at most `limit` bytes. @throws Failure bundle.missing-file, bundle.unpacked-size, bundle.damaged. */
	unpack(path: string, limit: number): Uint8Array<ArrayBuffer>;
}

/** APPNOTE 4.3.7, 4.3.12, 4.3.16: signatures and fixed lengths of local header, directory header, end record. */
const LOCAL = { signature: 0x04034b50, length: 30 };
const DIRECTORY = { signature: 0x02014b50, length: 46 };
const END = { signature: 0x06054b50, length: 22 };
/** 4.4.3: 2.0 is deflate and folders; 4.5 begins zip64. */
const NEWEST_VERSION = 20;
/** 4.4.4: how hard deflate tried (bits 1, 2), names are UTF-8 (bit 11). Not encryption (0), not sizes afterwards (3). */
const HARMLESS_FLAGS = 0x0806;
/** 4.4.5 */
const STORED = 0;
const DEFLATED = 8;
/** RFC 1951: the longest match is 258 bytes and costs at least 2 bits. */
const MOST_PER_BYTE = 1032;
/** How much deflated data is unpacked before the limit is looked at again. */
const SLICE = 16 * 1024;

interface Entry extends ContainerEntry {
	readonly method: number;
	readonly crc: number;
	/** Where the data begins. */
	readonly start: number;
}

const damaged = (reason: string): never => {
	throw new Failure('bundle.damaged', { reason });
};

/** Words of letters, digits, dots, dashes and underscores, with slashes between; none begins or ends with a dot. */
const PATH =
	/^[A-Za-z0-9_-](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?(?:\/[A-Za-z0-9_-](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?)*$/;
/** Names that Windows takes for devices, whatever follows the first dot. */
const DEVICE = /(?:^|\/)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\/|$)/i;

/** True for a name that is the same file on every system and lies inside. */
export const isSafePath = (path: string): boolean =>
	path.length <= MAX_PATH && PATH.test(path) && !DEVICE.test(path);

/** Reads the directory and compares it with the headers before the data; unpacks nothing. @throws Failure bundle.* */
export function readContainer(bytes: Uint8Array): Container {
	if (bytes.length > MAX_BUNDLE)
		throw new Failure('bundle.too-large', { found: bytes.length, limit: MAX_BUNDLE });
	if (bytes.length < END.length || u32le(bytes, 0) !== LOCAL.signature)
		throw new Failure('bundle.not-a-bundle', {});
	const end = readEnd(bytes);
	const entries: Entry[] = [];
	let at = end.directory;
	let data = 0;
	for (let i = 0; i < end.count; i++) {
		const { entry, next } = readDirectoryHeader(bytes, at, end.start);
		entries.push(readLocalHeader(bytes, { ...entry, header: at }, data));
		data = entries.at(-1)!.start + entry.packed;
		if (data > end.directory) damaged('a file reaches into the directory');
		at = next;
	}
	if (at !== end.start) damaged('there is something after the directory');
	if (data !== end.directory) damaged('there is something between the files');
	checkNames(entries);
	const total = entries.reduce((sum, { size }) => sum + size, 0);
	if (total > MAX_BUNDLE)
		throw new Failure('bundle.unpacked-size', { path: 'The whole', limit: MAX_BUNDLE });
	const byPath = new Map(entries.map((entry) => [entry.path, entry]));
	return {
		entries: entries.map(({ path, size, packed }) => ({ path, size, packed })),
		unpack(path, limit) {
			const entry = byPath.get(path);
			if (!entry) throw new Failure('bundle.missing-file', { path });
			if (entry.size > limit) throw new Failure('bundle.unpacked-size', { path, limit });
			return unpack(bytes, entry);
		},
	};
}

/** The end record: the last 22 bytes, one disk, no comment, not zip64. */
function readEnd(bytes: Uint8Array): { start: number; directory: number; count: number } {
	const start = bytes.length - END.length;
	if (u32le(bytes, start) !== END.signature) damaged('it does not end with its directory');
	const count = u16le(bytes, start + 10);
	const length = u32le(bytes, start + 12);
	const directory = u32le(bytes, start + 16);
	if (u32le(bytes, start + 4) !== 0) damaged('it is a part of several');
	if (u16le(bytes, start + 8) !== count) damaged('it is a part of several');
	if (u16le(bytes, start + 20) !== 0) damaged('it has a comment');
	if (count > MAX_ENTRIES) damaged(`it has more than ${MAX_ENTRIES} files`);
	if (directory + length !== start) damaged('the directory is not where it says');
	return { start, directory, count };
}

type Listed = Omit<Entry, 'start'>;

function readDirectoryHeader(
	bytes: Uint8Array,
	at: number,
	limit: number,
): { entry: Listed; next: number } {
	if (at + DIRECTORY.length > limit || u32le(bytes, at) !== DIRECTORY.signature)
		damaged('the directory is cut');
	const nameLength = u16le(bytes, at + 28);
	const next = at + DIRECTORY.length + nameLength;
	if (next > limit) damaged('the directory is cut');
	const version = u16le(bytes, at + 6);
	const flags = u16le(bytes, at + 8);
	const method = u16le(bytes, at + 10);
	if (version > NEWEST_VERSION) damaged('a file needs a newer kind of container');
	if (flags & 1) damaged('a file is encrypted');
	if (flags & ~HARMLESS_FLAGS) damaged('a file has flags that are not allowed');
	if (method !== STORED && method !== DEFLATED) damaged('a file is packed in an unknown way');
	if (u32le(bytes, at + 30) !== 0) damaged('a file has extra fields or a comment');
	if (u16le(bytes, at + 34) !== 0) damaged('it is a part of several');
	checkAttributes(u32le(bytes, at + 38));
	const path = nameAt(bytes, at + DIRECTORY.length, nameLength);
	const packed = u32le(bytes, at + 20);
	const size = u32le(bytes, at + 24);
	if (method === STORED && size !== packed) damaged('a stored file has two sizes');
	if (size > packed * MOST_PER_BYTE)
		throw new Failure('bundle.unpacked-size', { path, limit: packed * MOST_PER_BYTE });
	return { entry: { path, size, packed, method, crc: u32le(bytes, at + 16) }, next };
}

/** MS-DOS attributes below, Unix mode above (APPNOTE 4.4.15): a plain file or nothing said. */
function checkAttributes(attributes: number): void {
	const FOLDER_OR_LABEL = 0x18;
	const UNIX_TYPE = 0xf000;
	const UNIX_FILE = 0x8000;
	const type = (attributes >>> 16) & UNIX_TYPE;
	if (attributes & FOLDER_OR_LABEL || (type !== 0 && type !== UNIX_FILE))
		damaged('an entry is a folder, a link or a device');
}

/** The header before the data must say the same, byte for byte, and begin where the file before it ended. */
function readLocalHeader(
	bytes: Uint8Array,
	listed: Listed & { readonly header: number },
	expected: number,
): Entry {
	const { header, ...entry } = listed;
	if (u32le(bytes, header + 42) !== expected) damaged('files overlap or have gaps between them');
	const nameLength = u16le(bytes, header + 28);
	const start = expected + LOCAL.length + nameLength;
	if (start > header || u32le(bytes, expected) !== LOCAL.signature)
		damaged('a file is not where the directory says');
	// From "version needed" to the length of the name, both headers have the same layout.
	const same = (local: number, central: number, length: number): boolean =>
		bytes
			.subarray(expected + local, expected + local + length)
			.every((byte, i) => byte === bytes[header + central + i]);
	if (!same(4, 6, 24) || !same(LOCAL.length, DIRECTORY.length, nameLength))
		damaged('a file and the directory do not agree');
	if (u16le(bytes, expected + 28) !== 0) damaged('a file has extra fields');
	return { ...entry, start };
}

function nameAt(bytes: Uint8Array, at: number, length: number): string {
	const name = Array.from(bytes.subarray(at, at + Math.min(length, MAX_PATH)), (byte) =>
		byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '?',
	).join('');
	if (length > MAX_PATH || !isSafePath(name)) throw new Failure('bundle.path', { path: name });
	return name;
}

/** Names are ASCII, so lower case is all that systems fold. A file cannot be a folder of another one either. */
function checkNames(entries: readonly Entry[]): void {
	const seen = new Set<string>();
	for (const { path } of entries) {
		const folded = path.toLowerCase();
		if (seen.has(folded)) throw new Failure('bundle.duplicate-file', { path });
		seen.add(folded);
	}
	for (const { path } of entries)
		for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1))
			if (seen.has(path.slice(0, slash).toLowerCase()))
				throw new Failure('bundle.duplicate-file', { path });
}

function unpack(bytes: Uint8Array, entry: Entry): Uint8Array<ArrayBuffer> {
	const packed = bytes.subarray(entry.start, entry.start + entry.packed);
	const data = entry.method === STORED ? new Uint8Array(packed) : inflate(packed, entry);
	if (data.length !== entry.size || crc32(data) !== entry.crc)
		damaged(`${entry.path} is not what the directory says`);
	return data;
}

/** Unpacks by slices and stops when more comes than was said: what is kept is never more than the entry's own size and one slice's worth. */
function inflate(packed: Uint8Array, { path, size }: Entry): Uint8Array<ArrayBuffer> {
	const parts: Uint8Array[] = [];
	let length = 0;
	const stream = new Inflate((part) => {
		parts.push(part);
		length += part.length;
	});
	try {
		for (let at = 0; at < packed.length && length <= size; at += SLICE)
			stream.push(packed.subarray(at, at + SLICE), at + SLICE >= packed.length);
	} catch (cause) {
		throw new Failure('bundle.damaged', { reason: `${path} does not unpack` }, cause);
	}
	if (length > size) throw new Failure('bundle.unpacked-size', { path, limit: size });
	return concat(parts);
}

/** Files that are packed already. */
const PACKED_KINDS = /\.(?:png|jpe?g|webp)$/;

/**
 * A container with these files in this order: no times, no owners, nothing else that differs from run to run. Whether it
 * can be read again is the caller's to see.
 */
export function writeContainer(
	files: readonly (readonly [path: string, data: Uint8Array])[],
): Uint8Array<ArrayBuffer> {
	// The first day a zip can tell; local time, because that is what zip has and fflate writes.
	const mtime = new Date(1980, 0, 1, 12);
	const zippable: Zippable = {};
	for (const [path, data] of files)
		zippable[path] = [data, { level: PACKED_KINDS.test(path) ? 0 : 9 }];
	return zipSync(zippable, { mtime, os: 0, attrs: 0 });
}
