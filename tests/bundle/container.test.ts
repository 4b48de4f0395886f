import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFailure, type FailureCode } from '#core/failure.ts';
import { isSafePath, readContainer, writeContainer } from '#bundle/container.ts';
import { MAX_BUNDLE } from '#core/update-file.ts';
import { code } from './made.ts';
import { zip, type ZipEntry, type ZipLies } from './zip.ts';

const text = (value: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(value);
const good: ZipEntry = { name: 'manifest.jws', data: text('{"payload":"","signatures":[]}') };
const image: ZipEntry = { name: 'images/a.bin', data: code(500, 3) };

/** Reads all of it, as verification does. */
function readAll(bytes: Uint8Array): Map<string, Uint8Array> {
	const container = readContainer(bytes);
	return new Map(container.entries.map(({ path }) => [path, container.unpack(path, 1 << 20)]));
}

function refused(bytes: Uint8Array): FailureCode | 'read' {
	try {
		readAll(bytes);
		return 'read';
	} catch (error) {
		if (!isFailure(error)) throw error;
		return error.code;
	}
}

test('what any zip tool makes of plain files is read', () => {
	const files = readAll(zip([good, image, { ...image, name: 'images/b.bin', stored: true }]));
	expect([...files.keys()]).toEqual(['manifest.jws', 'images/a.bin', 'images/b.bin']);
	expect(files.get('images/a.bin')).toEqual(image.data);
	expect(files.get('images/b.bin')).toEqual(image.data);
	const unix = { 38: [0, 0, 0xa4, 0x81] };
	expect(refused(zip([{ ...good, central: unix }]))).toBe('read');
});

describe('names that could lead out or be read in two ways', () => {
	test.each([
		'../evil',
		'images/../../evil',
		'images/..',
		'./manifest.jws',
		'/etc/passwd',
		'\\evil',
		'images\\a.bin',
		'C:evil',
		'C:/evil',
		'images//a.bin',
		'images/',
		'a\0.bin',
		'a b',
		'.hidden',
		'images/.git',
		'a.',
		'con',
		'images/NUL.bin',
		'aux.txt',
		'com1',
		'x'.repeat(101),
		'',
		'caf\u00e9.bin',
		'cafe\u0301.bin',
		'images\u2215a.bin',
	])('%j', (name) => {
		expect(refused(zip([good, { ...image, name }]))).toBe('bundle.path');
	});

	test('two files with one name, told apart by capitals alone, or one inside the other', () => {
		const twice = (name: string): string => refused(zip([good, image, { ...image, name }]));
		expect(twice('images/a.bin')).toBe('bundle.duplicate-file');
		expect(twice('images/A.BIN')).toBe('bundle.duplicate-file');
		expect(twice('images')).toBe('bundle.duplicate-file');
		expect(refused(zip([good, { ...good, data: text('x') }]))).toBe('bundle.duplicate-file');
	});

	test('a safe name stays below the folder it is put in', () => {
		fc.assert(
			fc.property(fc.string({ unit: fc.constantFrom(...'aZ9._-/\\:') }), (name) => {
				if (!isSafePath(name)) return;
				const url = new URL(name, 'https://here.example/inside/');
				expect(url.href).toBe(`https://here.example/inside/${name}`);
			}),
		);
	});
});

describe('headers that lie', () => {
	const lies: [what: string, entry: Partial<ZipEntry>][] = [
		['encrypted', { local: { 6: [1, 0] }, central: { 8: [1, 0] } }],
		['sizes after the data', { local: { 6: [8, 0] }, central: { 8: [8, 0] } }],
		['a strange flag', { local: { 6: [0, 0x20] }, central: { 8: [0, 0x20] } }],
		['zip64 by version', { local: { 4: [45, 0] }, central: { 6: [45, 0] } }],
		['another way of packing', { local: { 8: [12, 0] }, central: { 10: [12, 0] } }],
		['extra field before the data', { localExtra: text('abcd') }],
		['extra field in the directory', { centralExtra: text('abcd') }],
		['a comment', { centralExtra: text('abcd'), central: { 30: [0, 0], 32: [4, 0] } }],
		['another disk', { central: { 34: [1, 0] } }],
		['a symbolic link', { central: { 38: [0, 0, 0xff, 0xa1] } }],
		['a device', { central: { 38: [0, 0, 0xff, 0x61] } }],
		['a folder', { central: { 38: [0x10, 0, 0, 0] } }],
		['two names', { localName: 'images/b.bin' }],
		['two names of different length', { localName: 'images/bb.bin' }],
		['two sizes', { local: { 22: [1, 0, 0, 0] } }],
		['two packed sizes', { local: { 18: [1, 0, 0, 0] } }],
		['two checksums', { local: { 14: [1, 2, 3, 4] } }],
		['two methods', { local: { 8: [0, 0] } }],
		['a wrong checksum', { local: { 14: [1, 2, 3, 4] }, central: { 16: [1, 2, 3, 4] } }],
		['no signature before the data', { local: { 0: [0] } }],
		['the data of the file before', { central: { 42: [0, 0, 0, 0] } }],
		['data beyond the file', { central: { 42: [0, 0, 0, 0x7f] } }],
		['not deflate at all', { local: { 8: [8, 0] }, central: { 10: [8, 0] }, stored: true }],
	];
	test.each(lies)('%s', (_, lie) => {
		expect(refused(zip([good, { ...image, ...lie }]))).toBe('bundle.damaged');
	});

	const whole: [what: string, lie: ZipLies][] = [
		['something between the files and the directory', { beforeDirectory: text('hidden') }],
		['something after the directory', { afterDirectory: text('hidden') }],
		['something after the end', { suffix: text('hidden') }],
		['a comment', { suffix: text('hidden'), end: { 20: [6, 0] } }],
		['fewer entries than there are', { end: { 8: [1, 0], 10: [1, 0] } }],
		['more entries than there are', { end: { 8: [9, 0], 10: [9, 0] } }],
		['more entries than allowed', { end: { 8: [0, 2], 10: [0, 2] } }],
		['zip64 by the end record', { end: { 8: [255, 255], 10: [255, 255] } }],
		['two disks', { end: { 4: [1, 0] } }],
	];
	test.each(whole)('%s', (_, lie) => {
		expect(refused(zip([good, image], lie))).toBe('bundle.damaged');
	});

	test('something before the first file', () => {
		expect(refused(zip([good], { prefix: text('#!/bin/sh\n') }))).toBe('bundle.not-a-bundle');
		expect(refused(zip([good], { prefix: text('PK\x03\x04') }))).toBe('bundle.damaged');
	});

	test('no zip, an empty zip, and a cut one', () => {
		expect(refused(new Uint8Array(0))).toBe('bundle.not-a-bundle');
		expect(refused(text('MZ this is a program'.repeat(9)))).toBe('bundle.not-a-bundle');
		expect(refused(zip([]))).toBe('bundle.not-a-bundle');
		const bytes = zip([good, image]);
		for (let length = 0; length < bytes.length; length++)
			expect(refused(bytes.subarray(0, length))).toMatch(/^bundle\.(?:damaged|not-a-bundle)$/);
	});
});

describe('what unpacks to more than it may', () => {
	const zeros = new Uint8Array(8 << 20);
	const le32 = (value: number): number[] => [0, 8, 16, 24].map((shift) => (value >>> shift) & 255);

	test('a size that deflate cannot give is refused from the directory alone', () => {
		const size = le32(60 << 20);
		const bytes = zip([good, { ...image, local: { 22: size }, central: { 24: size } }]);
		expect(refused(bytes)).toBe('bundle.unpacked-size');
	});

	test('sizes whose sum is too large', () => {
		const many = Array.from({ length: 9 }, (_, i) => ({ name: `images/${i}`, data: zeros }));
		expect(9 * zeros.length).toBeGreaterThan(MAX_BUNDLE);
		expect(refused(zip([good, ...many]))).toBe('bundle.unpacked-size');
	});

	test('more data than the directory says stops soon after the limit', () => {
		const size = le32(1000);
		const bytes = zip([
			good,
			{ name: 'images/a.bin', data: zeros, local: { 22: size }, central: { 24: size } },
		]);
		expect(refused(bytes)).toBe('bundle.unpacked-size');
	});

	test('a file larger than the caller wants', () => {
		const container = readContainer(zip([good, image]));
		expect(() => container.unpack('images/a.bin', 499)).toThrow(
			expect.objectContaining({ code: 'bundle.unpacked-size' }),
		);
		expect(() => container.unpack('images/none.bin', 499)).toThrow(
			expect.objectContaining({ code: 'bundle.missing-file' }),
		);
	});

	test('a file larger than any bundle is not looked at', () => {
		const bytes = new Uint8Array(MAX_BUNDLE + 1);
		bytes.set(text('PK\x03\x04'));
		expect(refused(bytes)).toBe('bundle.too-large');
	});
});

test('whatever the bytes, it is read or refused with a code', () => {
	const sound = zip([good, image]);
	const bytes = fc.oneof(
		fc.uint8Array({ maxLength: 300 }),
		fc
			.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
			.map((edits) => {
				const copy = sound.slice();
				for (const [at, value] of edits) copy[at] = value;
				return copy;
			}),
	);
	fc.assert(
		fc.property(bytes, (input) => {
			expect(refused(input)).toMatch(/^(?:read|bundle\..+)$/);
		}),
		{ numRuns: 2000 },
	);
});

test('what is written is read again, and the same every time and everywhere', () => {
	const contents = fc.uniqueArray(
		fc.tuple(
			// Four letters and more: "nul" and its like are no names on Windows.
			fc.stringMatching(/^[a-z]{4,8}\/[a-z0-9]{5,8}\.(?:bin|png)$/),
			fc.uint8Array({ maxLength: 400 }),
		),
		{ selector: ([path]) => path, minLength: 1, maxLength: 6 },
	);
	fc.assert(
		fc.property(contents, (given) => {
			const bytes = writeContainer(given);
			expect([...readAll(bytes)]).toEqual(
				given.map(([path, data]) => [path, new Uint8Array(data)]),
			);
			expect(writeContainer(given)).toEqual(bytes);
		}),
		{ numRuns: 100 },
	);
});
