// Bytes in and out, unsigned and bounds-checked by the caller's slice; nothing else in the house does this by hand.

/** One byte. @throws RangeError outside the data, so a truncated record can never read as zero. */
export function u8(bytes: Uint8Array, offset: number): number {
	const value = bytes[offset];
	if (value === undefined) throw new RangeError(`offset ${offset} outside ${bytes.length} bytes`);
	return value;
}

/** Unsigned little-endian 16-bit value at a byte offset. */
export function u16le(bytes: Uint8Array, offset: number): number {
	return u8(bytes, offset) | (u8(bytes, offset + 1) << 8);
}

/** Unsigned little-endian 32-bit value at a byte offset. */
export function u32le(bytes: Uint8Array, offset: number): number {
	return (u16le(bytes, offset) | (u16le(bytes, offset + 2) << 16)) >>> 0;
}

/** Four bytes, least significant first. */
export function le32(value: number): [number, number, number, number] {
	return [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff];
}

/** Four bytes, most significant first. */
export function be32(value: number): [number, number, number, number] {
	return [(value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

/** Two bytes, most significant first. */
export function be16(value: number): [number, number] {
	return [(value >>> 8) & 0xff, value & 0xff];
}

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
	const out = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
	let offset = 0;
	for (const part of parts) {
		out.set(part, offset);
		offset += part.length;
	}
	return out;
}

/** Index of the first byte that differs (also where the shorter one ends), or -1 when both are the same. */
export function firstDifference(a: Uint8Array, b: Uint8Array): number {
	const shared = Math.min(a.length, b.length);
	for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return i;
	return a.length === b.length ? -1 : shared;
}

/** Index of the first byte that is not `value`, or -1. */
export function firstOtherThan(bytes: Uint8Array, value: number): number {
	for (let i = 0; i < bytes.length; i++) if (bytes[i] !== value) return i;
	return -1;
}

/** Exclusive-or of all bytes: the AN3155 checksum. */
export function xor(bytes: Iterable<number>): number {
	let sum = 0;
	for (const byte of bytes) sum ^= byte;
	return sum;
}

/** Lower-case hex of the bytes, two digits each, with an optional separator. */
export function hex(bytes: Uint8Array, separator = ''): string {
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(separator);
}

/** `0x` and eight upper-case digits: how an address is written everywhere. */
export function hex32(value: number): string {
	return '0x' + (value >>> 0).toString(16).toUpperCase().padStart(8, '0');
}
