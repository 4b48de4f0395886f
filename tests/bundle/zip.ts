// A zip writer that lies where it is told to (APPNOTE 6.3). Shares nothing with the one that makes bundles.
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
	readonly name: string | Uint8Array;
	readonly data: Uint8Array;
	readonly stored?: boolean;
	/** Fields of both headers, or of one of them, by their offset in the local (30 bytes) or central (46 bytes) header. */
	readonly local?: Readonly<Record<number, readonly number[]>>;
	readonly central?: Readonly<Record<number, readonly number[]>>;
	readonly localName?: string;
	/** Bytes after the name in the local header, and in the directory. */
	readonly localExtra?: Uint8Array;
	readonly centralExtra?: Uint8Array;
}

export interface ZipLies {
	readonly prefix?: Uint8Array;
	readonly beforeDirectory?: Uint8Array;
	readonly afterDirectory?: Uint8Array;
	readonly suffix?: Uint8Array;
	/** Fields of the end record, by offset. */
	readonly end?: Readonly<Record<number, readonly number[]>>;
}

const le16 = (value: number): number[] => [value & 255, (value >>> 8) & 255];
const le32 = (value: number): number[] => [...le16(value), ...le16(value >>> 16)];

function record(
	size: number,
	fields: Readonly<Record<number, readonly number[]>>,
	lies: Readonly<Record<number, readonly number[]>> = {},
): Buffer {
	const bytes = Buffer.alloc(size);
	for (const [offset, values] of [...Object.entries(fields), ...Object.entries(lies)])
		for (const [i, value] of values.entries()) bytes[Number(offset) + i] = value;
	return bytes;
}

export function zip(entries: readonly ZipEntry[], lies: ZipLies = {}): Uint8Array<ArrayBuffer> {
	const parts: Uint8Array[] = [lies.prefix ?? new Uint8Array(0)];
	const directory: Uint8Array[] = [];
	let at = parts[0]!.length;
	for (const entry of entries) {
		const name = Buffer.from(entry.name);
		const localName = Buffer.from(entry.localName ?? entry.name);
		const packed = entry.stored ? entry.data : deflateRawSync(entry.data);
		const shared = {
			version: le16(20),
			flags: le16(0),
			method: le16(entry.stored ? 0 : 8),
			time: le32(0x00210000),
			crc: le32(crc32(entry.data)),
			packed: le32(packed.length),
			size: le32(entry.data.length),
		};
		const { version, flags, method, time, crc, packed: packedSize, size } = shared;
		const localExtra = entry.localExtra ?? new Uint8Array(0);
		const centralExtra = entry.centralExtra ?? new Uint8Array(0);
		const local = record(
			30,
			{
				0: [0x50, 0x4b, 3, 4],
				4: version,
				6: flags,
				8: method,
				10: time,
				14: crc,
				18: packedSize,
				22: size,
				26: le16(localName.length),
				28: le16(localExtra.length),
			},
			entry.local,
		);
		const central = record(
			46,
			{
				0: [0x50, 0x4b, 1, 2],
				4: version,
				6: version,
				8: flags,
				10: method,
				12: time,
				16: crc,
				20: packedSize,
				24: size,
				28: le16(name.length),
				30: le16(centralExtra.length),
				42: le32(at),
			},
			entry.central,
		);
		parts.push(local, localName, localExtra, packed);
		directory.push(central, name, centralExtra);
		at += local.length + localName.length + localExtra.length + packed.length;
	}
	const between = lies.beforeDirectory ?? new Uint8Array(0);
	const central = Buffer.concat([...directory, lies.afterDirectory ?? new Uint8Array(0)]);
	const end = record(
		22,
		{
			0: [0x50, 0x4b, 5, 6],
			8: le16(entries.length),
			10: le16(entries.length),
			12: le32(central.length),
			16: le32(at + between.length),
		},
		lies.end,
	);
	const suffix = lies.suffix ?? new Uint8Array(0);
	return new Uint8Array(Buffer.concat([...parts, between, central, end, suffix]));
}
