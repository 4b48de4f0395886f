// .ARM.attributes (Addenda to the ABI for the Arm Architecture, 3.2 "Representing build attributes in ELF files"):
// 'A', then vendors' sections, in them the attributes of the file. Told as GNU readelf -A tells them.
import { u32le } from '#core/bytes.ts';
import { diagnostic, type Diagnostic } from '#core/failure.ts';
import { numbered, profiles, worded } from './elf-attribute-names.ts';
import { codes, printable, startsWith } from './reading.ts';

const FORMAT_VERSION = 0x41;
const TAG_FILE = 1;
const VENDOR = codes('aeabi\0');
const TAG_CPU_ARCH_PROFILE = 7;
const TAG_ALIGN_NEEDED = 24;
const TAG_ALIGN_PRESERVED = 25;
const TAG_COMPATIBILITY = 32;
const TAG_NODEFAULTS = 64;
const TAG_ALSO_COMPATIBLE = 65;
const TAG_CPU_ARCH = 6;

export interface Attributes {
	/** Name without "Tag_" → value as readelf -A prints it, texts without their quotes. */
	readonly attributes: ReadonlyMap<string, string>;
	readonly diagnostics: readonly Diagnostic[];
}

/** The file attributes of vendor "aeabi"; reading stops, and says so, where a length does not fit. */
export function readAttributes(bytes: Uint8Array): Attributes {
	const attributes = new Map<string, string>();
	const damaged = (offset: number): Attributes => ({
		attributes,
		diagnostics: [diagnostic('warning', 'elf.attributes', { offset })],
	});
	if (bytes.length === 0) return { attributes, diagnostics: [] };
	if (bytes[0] !== FORMAT_VERSION) return damaged(0);
	for (let at = 1; at < bytes.length;) {
		const size = at + 4 <= bytes.length ? u32le(bytes, at) : 0;
		if (size < 4 || at + size > bytes.length) return damaged(at);
		if (startsWith(bytes, VENDOR, at + 4)) {
			const stopped = readVendor(bytes.subarray(0, at + size), at + 4 + VENDOR.length, attributes);
			if (stopped !== undefined) return damaged(stopped);
		}
		at += size;
	}
	return { attributes, diagnostics: [] };
}

/** Subsections from `at` to the end; returns where one does not fit. */
function readVendor(bytes: Uint8Array, at: number, out: Map<string, string>): number | undefined {
	while (at < bytes.length) {
		const size = at + 5 <= bytes.length ? u32le(bytes, at + 1) : 0;
		if (size < 5 || at + size > bytes.length) return at;
		if (bytes[at] === TAG_FILE) {
			const reader = new Reader(bytes.subarray(0, at + size), at + 5);
			while (!reader.done) {
				const start = reader.at;
				const entry = readAttribute(reader);
				if (reader.overrun) return start;
				out.set(...entry);
			}
		}
		at += size;
	}
	return undefined;
}

/** ULEB128 numbers and NUL-terminated texts; running off the end is remembered, not thrown. */
class Reader {
	overrun = false;
	private readonly bytes: Uint8Array;
	at: number;
	constructor(bytes: Uint8Array, at: number) {
		this.bytes = bytes;
		this.at = at;
	}
	get done(): boolean {
		return this.at >= this.bytes.length;
	}
	number(): number {
		let value = 0;
		for (let scale = 1; ; scale *= 128) {
			const byte = this.bytes[this.at++];
			if (byte === undefined || scale > 2 ** 28) {
				this.overrun = true;
				return 0;
			}
			value += (byte & 0x7f) * scale;
			if (byte < 0x80) return value;
		}
	}
	text(): string {
		const end = this.bytes.indexOf(0, this.at);
		if (end < 0) {
			this.overrun = true;
			return '';
		}
		const text = printable(this.bytes.subarray(this.at, end));
		this.at = end + 1;
		return text;
	}
}

function readAttribute(reader: Reader): [string, string] {
	const tag = reader.number();
	const words = numbered.get(tag);
	if (words) {
		const [name, ...values] = words;
		const value = reader.number();
		return [name, values[value] ?? unknown(value)];
	}
	const name = worded.get(tag);
	if (name !== undefined) return [name, reader.text()];
	switch (tag) {
		case TAG_CPU_ARCH_PROFILE: {
			const value = reader.number();
			return ['CPU_arch_profile', profiles.get(value) ?? `??? (${String.fromCharCode(value)})`];
		}
		case TAG_ALIGN_NEEDED:
			return ['ABI_align_needed', alignment(reader.number(), ['None', '8-byte', '4-byte'])];
		case TAG_ALIGN_PRESERVED:
			return [
				'ABI_align_preserved',
				alignment(reader.number(), ['None', '8-byte, except leaf SP', '8-byte']),
			];
		case TAG_COMPATIBILITY:
			return ['compatibility', `flag = ${reader.number()}, vendor = ${reader.text()}`];
		case TAG_NODEFAULTS:
			reader.number();
			return ['nodefaults', 'True'];
		case TAG_ALSO_COMPATIBLE:
			return ['also_compatible_with', alsoCompatible(reader)];
	}
	// Above 32 the lowest bit says what the value is, so that tags of later editions can be passed over.
	if (tag > 32 && tag % 2 === 1) return [`unknown_${tag}`, reader.text()];
	const value = reader.number();
	return [`unknown_${tag}`, `${value} (0x${value.toString(16)})`];
}

const unknown = (value: number): string => `??? (${value})`;

function alignment(value: number, words: readonly string[]): string {
	if (value === 3) return '??? 3';
	if (value > 3 && value <= 12) return `8-byte and up to ${2 ** value}-byte extended`;
	return words[value] ?? unknown(value);
}

/** An attribute in the text of another: in practice an architecture. */
function alsoCompatible(reader: Reader): string {
	const tag = reader.number();
	const value = reader.number();
	const text = reader.text();
	if (tag !== TAG_CPU_ARCH || text !== '') return `tag ${tag}`;
	return numbered.get(TAG_CPU_ARCH)?.[value + 1] ?? unknown(value);
}
