// The structures of linux/fuse.h that this server reads and writes. Offsets are those of a 64-bit little-endian
// kernel, protocol 7.31.
import type { Entry } from './tree.ts';

export const OP = {
	lookup: 1,
	forget: 2,
	getAttributes: 3,
	setAttributes: 4,
	open: 14,
	read: 15,
	write: 16,
	release: 18,
	sync: 20,
	flush: 25,
	init: 26,
	openFolder: 27,
	readFolder: 28,
	releaseFolder: 29,
	interrupt: 36,
	ioctl: 39,
	poll: 40,
	batchForget: 42,
} as const;

const IN_HEADER_BYTES = 40;
const VERSION = [7, 31] as const;
const MAX_WRITE_BYTES = 131072;
const S_IFDIR_755 = 0o40755;
const S_IFREG_666 = 0o100666;
const [DT_DIR, DT_REG] = [4, 8];
/** FOPEN_DIRECT_IO: no page cache. */
export const DEVICE = 1;
/** FOPEN_DIRECT_IO, FOPEN_NONSEEKABLE and FOPEN_STREAM. */
export const STREAM = 1 | 4 | 16;

export interface FuseRequest {
	readonly op: number;
	readonly unique: bigint;
	readonly inode: number;
	readonly pid: number;
	readonly body: Buffer;
}

export const parse = (bytes: Buffer): FuseRequest => ({
	op: bytes.readUInt32LE(4),
	unique: bytes.readBigUInt64LE(8),
	inode: Number(bytes.readBigUInt64LE(16)) || 1,
	pid: bytes.readUInt32LE(32),
	body: bytes.subarray(IN_HEADER_BYTES),
});

export function words(...values: number[]): Buffer {
	const bytes = Buffer.alloc(4 * values.length);
	for (const [i, value] of values.entries()) bytes.writeUInt32LE(value, 4 * i);
	return bytes;
}

export function initOut(): Buffer {
	const bytes = Buffer.alloc(64);
	bytes.writeUInt32LE(VERSION[0], 0);
	bytes.writeUInt32LE(VERSION[1], 4);
	bytes.writeUInt16LE(16, 16); // max_background
	bytes.writeUInt16LE(12, 18); // congestion_threshold
	bytes.writeUInt32LE(MAX_WRITE_BYTES, 20);
	bytes.writeUInt32LE(1, 24); // time_gran
	return bytes;
}

export function attributes({ inode, children }: Entry): Buffer {
	const bytes = Buffer.alloc(88);
	bytes.writeBigUInt64LE(BigInt(inode), 0);
	bytes.writeUInt32LE(children ? S_IFDIR_755 : S_IFREG_666, 60);
	bytes.writeUInt32LE(1, 64); // nlink
	bytes.writeUInt32LE(4096, 80); // blksize
	return bytes;
}

/** Nothing may be cached: devices come and go. */
export function entryOut(entry: Entry): Buffer {
	const bytes = Buffer.alloc(40);
	bytes.writeBigUInt64LE(BigInt(entry.inode), 0);
	return Buffer.concat([bytes, attributes(entry)]);
}

export function openOut(handle: number, flags: number): Buffer {
	const bytes = Buffer.alloc(16);
	bytes.writeBigUInt64LE(BigInt(handle), 0);
	bytes.writeUInt32LE(flags, 8);
	return bytes;
}

export function ioctlOut(result: number): Buffer {
	const bytes = Buffer.alloc(16);
	bytes.writeInt32LE(result, 0);
	return bytes;
}

export function directoryEntry([name, entry]: [string, Entry], index: number): Buffer {
	const text = Buffer.from(name);
	const bytes = Buffer.alloc(24 + Math.ceil(text.length / 8) * 8);
	bytes.writeBigUInt64LE(BigInt(entry.inode), 0);
	bytes.writeBigUInt64LE(BigInt(index + 1), 8);
	bytes.writeUInt32LE(text.length, 16);
	bytes.writeUInt32LE(entry.children ? DT_DIR : DT_REG, 20);
	text.copy(bytes, 24);
	return bytes;
}
