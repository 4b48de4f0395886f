import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkVersions, compareVersions, VERSION, versionFrom } from '#bundle/version.ts';
import { inspectBundle } from '#bundle/open.ts';
import { make } from './made.ts';

const { manifest } = await inspectBundle(await make());
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the version an answer tells', () => {
	const text = { kind: 'memory', address: 0, length: 8, as: 'text' } as const;
	const number = { kind: 'memory', address: 0, length: 2, as: 'number' } as const;
	const usb = { kind: 'usb', field: 'product', pattern: 'v([0-9.]+)' } as const;

	test.each([
		['text up to a NUL', text, ascii('2.4.1\0xx'), '2.4.1'],
		['text that fills it', text, ascii('2.4.1-rc'), '2.4.1-rc'],
		['text padded with spaces', text, ascii('2.4.1   '), '2.4.1'],
		['more than was asked for', text, ascii('2.4.1.0012'), '2.4.1.00'],
		['blank flash', text, new Uint8Array(8).fill(0xff), undefined],
		['nothing', text, new Uint8Array(8), undefined],
		['too few bytes', text, ascii('2.4'), undefined],
		['text that is no version', text, ascii('release2'), undefined],
		['a number, least byte first', number, Uint8Array.of(0x2c, 1), '300'],
		['a blank number', number, Uint8Array.of(0xff, 0xff), undefined],
		['zero', number, Uint8Array.of(0, 0), '0'],
		['a USB string', usb, 'Lamp v2.4', '2.4'],
		['a USB string as bytes', usb, ascii('Lamp v2.4'), '2.4'],
		['a USB string without one', usb, 'Lamp', undefined],
		['what is no version', usb, 'Lamp v..', undefined],
		['beyond what is looked at', usb, `${' '.repeat(256)}v2.4`, undefined],
	])('%s', (_, source, answer, expected) => {
		expect(versionFrom(source, answer)).toBe(expected);
	});
});

test('versions in their order', () => {
	const sorted = [
		'0',
		'1-a',
		'1-b',
		'1-rc',
		'1-rc.2',
		'1-rc.10',
		'1',
		'1.0.1',
		'1.9',
		'1.10',
		'2.0-1',
	];
	for (const [i, a] of sorted.entries())
		for (const [j, b] of sorted.entries())
			expect(Math.sign(compareVersions(a, b)), `${a} ${b}`).toBe(Math.sign(i - j));
	expect(compareVersions('1', '1.0.0.0')).toBe(0);
	expect(compareVersions('01.2', '1.02')).toBe(0);
});

test('an order: turned around, transitive, and no difference is equality', () => {
	const version = fc.stringMatching(new RegExp(VERSION.source.replaceAll('10}', '2}')));
	fc.assert(
		fc.property(version, version, version, (a, b, c) => {
			expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
			expect(compareVersions(a, a)).toBe(0);
			if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
				expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
		}),
		{ numRuns: 2000 },
	);
});

describe('what may be replaced', () => {
	// The update is 2.4.1, needs 2.0 and cannot follow 2.3.9.
	test.each([
		['2.3', 'newer'],
		['2.0', 'newer'],
		['2.4.1', 'same'],
		['2.4.1.0', 'same'],
		['2.5', 'older'],
		[undefined, 'unknown'],
	])('%s: %s', (installed, relation) => {
		expect(checkVersions(manifest, installed)).toBe(relation);
	});

	test.each([
		['1.9.9', 'bundle.previous-too-old'],
		['2.0-rc.1', 'bundle.previous-too-old'],
		['2.3.9', 'bundle.previous-forbidden'],
		['2.3.9.0', 'bundle.previous-forbidden'],
	])('%s: %s', (installed, code) => {
		expect(() => checkVersions(manifest, installed)).toThrow(expect.objectContaining({ code }));
	});

	test('without rules, anything', () => {
		const { previous: _, ...free } = manifest;
		expect(checkVersions(free, '0.1')).toBe('newer');
		expect(checkVersions(free, '9')).toBe('older');
	});
});
