// S-records: every record type, counts, damage with its line.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageSize } from '#core/image.ts';
import { ascii, encodeSrec, srecRecord } from './encode.ts';
import { codesOf, images, openFirmware, plain, refusal } from './open.ts';

const lines = (...records: string[]): string => [...records, ''].join('\n');

describe('Motorola S-records', () => {
	it('reads two-, three- and four-byte addresses, header and entry point', async () => {
		const firmware = await openFirmware(
			lines(
				srecRecord(0, 0, ascii('hello\0\0')),
				srecRecord(1, 0x1234, [1]),
				srecRecord(2, 0x123456, [2]),
				srecRecord(3, 0xfffffffe, [3, 4]),
				srecRecord(5, 3, []),
				srecRecord(7, 0x08000101, []),
			),
		);
		expect(firmware.format).toBe('Motorola S-record');
		expect(plain(firmware.image)).toEqual([
			{ address: 0x1234, data: [1] },
			{ address: 0x123456, data: [2] },
			{ address: 0xfffffffe, data: [3, 4] },
		]);
		expect(firmware.entryPoint).toBe(0x08000101);
		expect(firmware.diagnostics).toMatchObject([
			{ severity: 'note', code: 'srec.header', data: { header: 'hello' } },
		]);
	});

	it('reads the entry points of S8 and S9, and zero as none', async () => {
		const start = srecRecord(1, 0, [1]);
		expect((await openFirmware(lines(start, srecRecord(8, 0x20001, [])))).entryPoint).toBe(0x20001);
		expect((await openFirmware(lines(start, srecRecord(9, 0x401, [])))).entryPoint).toBe(0x401);
		expect((await openFirmware(lines(start, srecRecord(9, 0, [])))).entryPoint).toBeUndefined();
	});

	const data = srecRecord(3, 0x08000000, [1, 2]);
	const end = srecRecord(7, 0, []);

	it('refuses a file with fewer records than its count says', async () => {
		for (const type of [5, 6]) {
			expect(await refusal(lines(data, srecRecord(type, 3, []), end))).toEqual({
				code: 'srec.count',
				data: { line: 2, expected: 3, found: 1 },
			});
		}
	});

	it('warns of more records than the count says', async () => {
		const more = srecRecord(3, 0x08000002, [3]);
		const firmware = await openFirmware(lines(data, more, srecRecord(5, 1, []), end));
		expect(firmware.diagnostics).toMatchObject([
			{ severity: 'warning', code: 'srec.count', data: { line: 3, expected: 1, found: 2 } },
		]);
	});

	it('misses the end record only where no count proves the file whole', async () => {
		expect(codesOf(await openFirmware(lines(data)))).toEqual(['records.no-end']);
		expect(codesOf(await openFirmware(lines(data, srecRecord(5, 1, []))))).toEqual([]);
	});

	it('leaves reserved S4 records out, and warns once', async () => {
		const reserved = srecRecord(4, 0, [1, 2, 3]);
		const firmware = await openFirmware(lines(data, reserved, reserved, end));
		expect(imageSize(firmware.image)).toBe(2);
		expect(codesOf(firmware)).toEqual(['srec.reserved']);
	});

	it('ignores what follows the end record, and warns', async () => {
		const firmware = await openFirmware(lines(data, end, srecRecord(3, 0x09000000, [9])));
		expect(imageSize(firmware.image)).toBe(2);
		expect(codesOf(firmware)).toEqual(['records.after-end']);
	});

	const refused: readonly [string, string, string, object][] = [
		[
			'a wrong checksum',
			data.slice(0, -2) + '00',
			'records.checksum',
			{ found: 0, expected: 0xed },
		],
		['a missing byte', data.slice(0, -2), 'records.length', { found: 7, expected: 8 }],
		['a type above 9', 'SA' + data.slice(2), 'records.type', { found: 'SA' }],
		['an address too short', 'S30301' + '00FB', 'records.length', { found: 4 }],
		['a count with data', srecRecord(5, 1, [1]), 'records.length', { found: 5, expected: 4 }],
		['another line', 'hello', 'records.syntax', { found: '“h”' }],
		['data beyond the end', srecRecord(3, 0xffffffff, [1, 2]), 'records.address', { size: 2 }],
	];
	for (const [name, record, code, expected] of refused) {
		it(`refuses ${name}, with the line`, async () => {
			expect(await refusal(lines(data, record, end))).toMatchObject({
				code,
				data: { line: 2, ...expected },
			});
		});
	}

	it('refuses two values for one address, naming both lines', async () => {
		const other = srecRecord(3, 0x08000001, [7]);
		expect(await refusal(lines(data, other, end))).toMatchObject({
			code: 'records.conflict',
			data: { address: 0x08000001, firstLine: 1, secondLine: 2 },
		});
	});

	it('reads back every image', async () => {
		await fc.assert(
			fc.asyncProperty(images, fc.integer({ min: 1, max: 250 }), async (image, width) => {
				const firmware = await openFirmware(encodeSrec(image, width, 0x08000001));
				expect(plain(firmware.image)).toEqual(plain(image));
				expect(codesOf(firmware)).toEqual(['srec.header']);
			}),
			{ numRuns: 60 },
		);
	});
});
