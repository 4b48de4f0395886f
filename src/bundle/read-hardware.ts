// Which devices are meant, what is written, what stays, and how a device tells its version.
import { MAX_BUNDLE } from '#core/update-file.ts';
import { choice, compact, distinct, fields, integer, list, matching } from './fields.ts';
import { optional, plainText, wrong, type Node } from './fields.ts';
import type { BundleImage, Delta, ExpectedBytes, HardwareMatch, KeptRange } from './manifest.ts';
import { WIRINGS, type VersionSource } from './manifest.ts';
import { Failure } from '#core/failure.ts';
import { parsePattern, MAX_PATTERN } from './pattern.ts';
import { fileRef, MAX_NAME, SHA256 } from './read-texts.ts';
import { VERSION } from './version.ts';

const ADDRESSES = 2 ** 32;
/** A patch is applied in memory, several times the size of what it makes. */
export const MAX_DELTA = 16 * 1024 * 1024;
/** Hex digits of the bytes that tell a board: 64 bytes. */
const HEX = /^(?:[0-9a-f]{2}){1,64}$/;

export const version = (node: Node): string =>
	matching(node, VERSION, 'a version like "2.4.1" or "2.4.1-rc.1"');

const address = (node: Node): number => integer(node, { least: 0, most: ADDRESSES - 1 });

function inside(node: Node, start: number, length: number): void {
	if (start + length > ADDRESSES) wrong(node, 'it reaches beyond the last address');
}

export function hardware(node: Node): HardwareMatch {
	const own = fields(node, ['productIds', 'routes'], ['flashSize', 'boardId', 'serials', 'lines']);
	const ids = list(own.productIds, { least: 1, most: 16 }, (id) =>
		integer(id, { least: 0, most: 0xffff }),
	);
	const routes = list(own.routes, { least: 1, most: 2 }, route);
	if (own.lines && !routes.includes('uart')) wrong(own.lines, 'uart is none of the routes');
	return compact({
		productIds: distinct(own.productIds, ids),
		flashSize: optional(own.flashSize, flashSize),
		boardId: optional(own.boardId, (all) => list(all, { least: 1, most: 8 }, expectedBytes)),
		serials: optional(own.serials, serials),
		routes: distinct(own.routes, routes),
		lines: optional(own.lines, (one) => choice(one, WIRINGS)),
	});
}

const route = (node: Node): HardwareMatch['routes'][number] => choice(node, ['dfu', 'uart']);

function flashSize(node: Node): NonNullable<HardwareMatch['flashSize']> {
	const own = fields(node, ['minimum', 'maximum']);
	const minimum = integer(own.minimum, { least: 1, most: MAX_BUNDLE });
	return { minimum, maximum: integer(own.maximum, { least: minimum, most: MAX_BUNDLE }) };
}

function expectedBytes(node: Node): ExpectedBytes {
	const own = fields(node, ['address', 'bytes'], ['mask']);
	const hex = (digits: Node): string => matching(digits, HEX, '1 to 64 bytes in lower-case hex');
	const read = {
		address: address(own.address),
		bytes: hex(own.bytes),
		mask: optional(own.mask, hex),
	};
	inside(node, read.address, read.bytes.length / 2);
	if (own.mask && read.mask?.length !== read.bytes.length)
		wrong(own.mask, 'it is not as long as the bytes');
	if (own.mask && /^0*$/.test(read.mask ?? '')) wrong(own.mask, 'no bit of it counts');
	return compact(read);
}

function serials(node: Node): NonNullable<HardwareMatch['serials']> {
	const own = fields(node, ['first', 'last']);
	const serial = (one: Node): string =>
		matching(one, /^[!-~]{1,64}$/, 'a serial number of 1 to 64 printable characters');
	const read = { first: serial(own.first), last: serial(own.last) };
	if (read.first.length !== read.last.length) wrong(node, 'its ends have different lengths');
	if (read.first > read.last) wrong(node, 'the last comes before the first');
	return read;
}

export function image(node: Node): BundleImage {
	const own = fields(node, ['address', 'size', 'sha256', 'storage'], ['full', 'deltas']);
	const size = integer(own.size, { least: 1, most: MAX_BUNDLE });
	const read = compact({
		address: address(own.address),
		size,
		sha256: matching(own.sha256, SHA256, '64 lower-case hex digits'),
		storage: choice(own.storage, ['internal', 'xip', 'bootrom']),
		full: optional(own.full, (file) => fileRef(file)),
		deltas: optional(own.deltas, (all) => list(all, { least: 1, most: 8 }, delta)),
	});
	inside(node, read.address, size);
	const { full, deltas } = read;
	if (!full && !deltas) wrong(node, 'it has neither its bytes nor a delta');
	if (own.full && full && (full.size !== size || full.sha256 !== read.sha256))
		wrong(own.full, 'its size or SHA-256 is not the image’s');
	if (own.deltas && deltas) {
		if (size > MAX_DELTA) wrong(own.deltas, `the image is larger than ${MAX_DELTA} bytes`);
		for (const { from } of deltas) inside(own.deltas, read.address, from.size);
		distinct(
			own.deltas,
			deltas.map(({ from }) => from.sha256),
		);
	}
	return read;
}

function delta(node: Node): Delta {
	const own = fields(node, ['from', 'patch']);
	const from = fields(own.from, ['version', 'size', 'sha256']);
	return {
		from: {
			version: version(from.version),
			size: integer(from.size, { least: 1, most: MAX_DELTA }),
			sha256: matching(from.sha256, SHA256, '64 lower-case hex digits'),
		},
		patch: fileRef(own.patch, MAX_DELTA),
	};
}

export function kept(node: Node): KeptRange {
	const own = fields(node, ['name', 'origin', 'length']);
	const origin = address(own.origin);
	const length = integer(own.length, { least: 1, most: ADDRESSES });
	inside(node, origin, length);
	return { name: plainText(own.name, MAX_NAME), origin, length };
}

export function versionSource(node: Node): VersionSource {
	const kinds = { memory: memorySource, usb: usbSource, serial: serialSource };
	const { value } = node;
	const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : '';
	return kinds[choice({ ...node, path: `${node.path}.kind`, value: kind }, KINDS)](node);
}

const KINDS = ['memory', 'usb', 'serial'] as const;

function memorySource(node: Node): VersionSource {
	const own = fields(node, ['kind', 'address', 'length', 'as']);
	const as = choice(own.as, ['text', 'number']);
	const length = integer(own.length, { least: 1, most: as === 'text' ? 64 : 4 });
	const start = address(own.address);
	inside(node, start, length);
	return { kind: 'memory', address: start, length, as };
}

function usbSource(node: Node): VersionSource {
	const own = fields(node, ['kind', 'field', 'pattern']);
	const field = choice(own.field, ['product', 'serial', 'release']);
	return { kind: 'usb', field, pattern: pattern(own.pattern) };
}

function serialSource(node: Node): VersionSource {
	const own = fields(node, ['kind', 'baud', 'pattern'], ['ask']);
	const ask = optional(own.ask, (text) =>
		matching(text, /^[\r\n\t -~]{1,64}$/, '1 to 64 ASCII characters'),
	);
	const baud = integer(own.baud, { least: 300, most: 4_000_000 });
	return compact({ kind: 'serial' as const, baud, ask, pattern: pattern(own.pattern) });
}

function pattern(node: Node): string {
	const source = matching(node, /^.+$/s, `a pattern of 1 to ${MAX_PATTERN} characters`);
	try {
		parsePattern(source);
	} catch (error) {
		const reason = (error as Error).message;
		throw new Failure('bundle.pattern', { field: node.path, reason }, error);
	}
	return source;
}
