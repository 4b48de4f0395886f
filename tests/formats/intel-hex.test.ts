// Intel HEX: every record type, both bases, damage with its line.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeHex, HEX_END, hexRecord } from './encode.ts';
import { codesOf, images, openFirmware, plain, refusal } from './open.ts';

const lines = (...records: string[]): string => [...records, ''].join('\n');
const BASE = hexRecord(4, 0, [0x08, 0x00]);

describe('Intel HEX', () => {
	it('reads data below a linear base', async () => {
		const firmware = await openFirmware(lines(BASE, hexRecord(0, 0x10, [1, 2, 3]), HEX_END));
		expect(firmware.format).toBe('Intel HEX');
		expect(plain(firmware.image)).toEqual([{ address: 0x08000010, data: [1, 2, 3] }]);
		expect(firmware.diagnostics).toEqual([]);
		expect(firmware.entryPoint).toBeUndefined();
	});

	it('reads data below a segment base', async () => {
		const { image } = await openFirmware(
			lines(hexRecord(2, 0, [0x12, 0x34]), hexRecord(0, 2, [7]), HEX_END),
		);
		expect(plain(image)).toEqual([{ address: 0x12342, data: [7] }]);
	});

	it('wraps at the end of a 64 KiB segment, and says so', async () => {
		const firmware = await openFirmware(
			lines(hexRecord(2, 0, [0x10, 0x00]), hexRecord(0, 0xfffe, [1, 2, 3, 4]), HEX_END),
		);
		expect(plain(firmware.image)).toEqual([
			{ address: 0x10000, data: [3, 4] },
			{ address: 0x1fffe, data: [1, 2] },
		]);
		expect(firmware.diagnostics).toMatchObject([
			{ severity: 'warning', code: 'hex.wrapped', data: { line: 2, address: 0x10000 } },
		]);
	});

	it('goes on past 64 KiB below a linear base', async () => {
		const firmware = await openFirmware(lines(BASE, hexRecord(0, 0xfffe, [1, 2, 3, 4]), HEX_END));
		expect(plain(firmware.image)).toEqual([{ address: 0x0800fffe, data: [1, 2, 3, 4] }]);
		expect(firmware.diagnostics).toEqual([]);
	});

	it('lets the later base replace the earlier one, and warns where readers disagree', async () => {
		const firmware = await openFirmware(
			lines(
				hexRecord(2, 0, [0x10, 0x00]),
				hexRecord(0, 0, [1]),
				BASE,
				hexRecord(0, 0, [2]),
				hexRecord(2, 0, [0x20, 0x00]),
				hexRecord(0, 0, [3]),
				HEX_END,
			),
		);
		expect(plain(firmware.image)).toEqual([
			{ address: 0x10000, data: [1] },
			{ address: 0x20000, data: [3] },
			{ address: 0x08000000, data: [2] },
		]);
		expect(firmware.diagnostics).toMatchObject([
			{ code: 'hex.mixed-bases', data: { line: 4, segmentLine: 1, linearLine: 3 } },
		]);
	});

	it('does not warn when one of the two bases is zero', async () => {
		const zero = hexRecord(2, 0, [0, 0]);
		expect(codesOf(await openFirmware(lines(zero, BASE, hexRecord(0, 0, [1]), HEX_END)))).toEqual(
			[],
		);
	});

	it('reads both kinds of entry point', async () => {
		const linear = await openFirmware(lines(hexRecord(5, 0, [8, 0, 1, 5]), HEX_END));
		expect(linear.entryPoint).toBe(0x08000105);
		const segment = await openFirmware(lines(hexRecord(3, 0, [0x10, 0, 0, 4]), HEX_END));
		expect(segment.entryPoint).toBe(0x10004);
	});

	for (const [name, end] of [
		['LF', '\n'],
		['CR LF', '\r\n'],
		['CR', '\r'],
	] as const) {
		it(`reads lines that end in ${name} and counts them right`, async () => {
			const good = [BASE, hexRecord(0, 0, [1]), '', hexRecord(0, 1, [2]), HEX_END].join(end);
			expect(plain((await openFirmware(good)).image)).toEqual([
				{ address: 0x08000000, data: [1, 2] },
			]);
			const bad = [BASE, '', ':00000000FF', HEX_END].join(end);
			expect(await refusal(bad)).toMatchObject({ code: 'records.checksum', data: { line: 3 } });
		});
	}

	it('reads lower case, blanks around records, a byte order mark and a final Ctrl-Z', async () => {
		const record = hexRecord(0, 0, [0xab, 0xcd]).toLowerCase();
		const { image, diagnostics } = await openFirmware(`\uFEFF\n \t${record} \t\n${HEX_END}\n\x1a`);
		expect(plain(image)).toEqual([{ address: 0, data: [0xab, 0xcd] }]);
		expect(diagnostics).toEqual([]);
	});

	const good = hexRecord(0, 0, [1, 2, 3, 4]);
	const refused: readonly [string, string, string, object][] = [
		[
			'a wrong checksum',
			good.slice(0, -2) + '00',
			'records.checksum',
			{ expected: 0xf2, found: 0 },
		],
		['a missing digit', good.slice(0, -1), 'records.syntax', { found: 'end of line' }],
		['a missing byte', good.slice(0, -2), 'records.length', { found: 8, expected: 9 }],
		['a surplus byte', good + '00', 'records.length', { found: 10, expected: 9 }],
		['a letter that is no digit', good.replace('01020304', '0102x304'), 'records.syntax', {}],
		['a line without its colon', good.slice(1), 'records.syntax', { found: '“0”' }],
		['an unknown type', hexRecord(6, 0, []), 'records.type', { found: '06' }],
		['a base of three bytes', hexRecord(4, 0, [0, 0, 0]), 'records.length', { found: 8 }],
		['an empty entry point', hexRecord(5, 0, []), 'records.length', { found: 5, expected: 9 }],
		['an end record with data', hexRecord(1, 0, [1]), 'records.length', { found: 6 }],
		['a lone colon', ':', 'records.length', { found: 0 }],
		['an endless line', ':' + 'A'.repeat(5000), 'records.length', { found: 2500 }],
	];
	for (const [name, record, code, data] of refused) {
		it(`refuses ${name}, with the line`, async () => {
			expect(await refusal(lines(BASE, good, record, HEX_END))).toMatchObject({
				code,
				data: { line: 3, ...data },
			});
		});
	}

	it('refuses data beyond the end of the address space', async () => {
		const top = hexRecord(4, 0, [0xff, 0xff]);
		expect(await refusal(lines(top, hexRecord(0, 0xffff, [1, 2]), HEX_END))).toEqual({
			code: 'records.address',
			data: { line: 2, size: 2, address: 0xffffffff },
		});
	});

	it('refuses two values for one address, naming both lines', async () => {
		const file = lines(
			BASE,
			hexRecord(0, 0, [1, 2, 3, 4]),
			hexRecord(0, 4, [5]),
			hexRecord(0, 2, [3, 9]),
			HEX_END,
		);
		expect(await refusal(file)).toEqual({
			code: 'records.conflict',
			data: { address: 0x08000003, firstLine: 2, first: 4, secondLine: 4, second: 9 },
		});
	});

	it('takes equal bytes given twice, and notes the range', async () => {
		const firmware = await openFirmware(
			lines(hexRecord(0, 0, [1, 2, 3, 4]), hexRecord(0, 2, [3, 4, 5]), HEX_END),
		);
		expect(plain(firmware.image)).toEqual([{ address: 0, data: [1, 2, 3, 4, 5] }]);
		expect(firmware.diagnostics).toMatchObject([
			{ severity: 'note', code: 'records.duplicate', data: { start: 2, end: 4 } },
		]);
	});

	it('warns when the end record is missing', async () => {
		expect((await openFirmware(lines(BASE, good))).diagnostics).toMatchObject([
			{ severity: 'warning', code: 'records.no-end', data: { line: 2 } },
		]);
	});

	it('ignores what follows the end record, and warns', async () => {
		const firmware = await openFirmware(lines(good, HEX_END, hexRecord(0, 64, [9]), HEX_END));
		expect(plain(firmware.image)).toEqual([{ address: 0, data: [1, 2, 3, 4] }]);
		expect(firmware.diagnostics).toMatchObject([
			{ severity: 'warning', code: 'records.after-end', data: { line: 2 } },
		]);
	});

	it('reads back every image, in any order of its records', async () => {
		await fc.assert(
			fc.asyncProperty(
				images,
				fc.integer({ min: 1, max: 255 }),
				fc.boolean(),
				async (image, width, backwards) => {
					const segments = backwards ? [...image].reverse() : image;
					const firmware = await openFirmware(encodeHex(segments, width, 0x08000001));
					expect(plain(firmware.image)).toEqual(plain(image));
					expect(firmware.entryPoint).toBe(0x08000001);
					expect(firmware.diagnostics).toEqual([]);
				},
			),
			{ numRuns: 60 },
		);
	});
});
