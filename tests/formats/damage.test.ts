// Whatever is cut off or changed, opening ends: with a Failure, or with an artifact whose promises hold.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Artifact } from '#core/artifact.ts';
import { describe as words, Failure } from '#core/failure.ts';
import { failures } from '#core/failures/index.ts';
import { findOverlap, imageSize } from '#core/image.ts';
import { MAX_IMAGE } from '#formats/format.ts';
import {
	ascii,
	encodeDfuse,
	encodeElf,
	encodeHex,
	encodeSrec,
	encodeUf2,
	joinBytes,
	little,
	slowDfuCrc,
	withSuffix,
} from './encode.ts';
import { open, openFirmware } from './open.ts';

const image = [
	{ address: 0x08000000, data: Uint8Array.from({ length: 90 }, (_, index) => index) },
	{ address: 0x0800fff8, data: new Uint8Array(40).fill(0x11) },
];
const parts = image.map((segment, index) => ({ name: `.part${index}`, ...segment }));
const fixture = (path: string): Uint8Array =>
	new Uint8Array(readFileSync(join(import.meta.dirname, '../fixtures/formats', path)));

const samples: readonly [string, Uint8Array][] = [
	['ELF', encodeElf(parts, { entry: 0x08000001 })],
	['ELF without sections', encodeElf(parts, { sections: false })],
	['Intel HEX', ascii(encodeHex(image, 16, 0x08000001))],
	['segmented Intel HEX', fixture('hex-segment/app.hex')],
	['S-records', ascii(encodeSrec(image, 16, 0x08000001))],
	['DfuSe', encodeDfuse([{ alternateSetting: 0, name: 'x', elements: image }])],
	['DFU 1.1', withSuffix(image[0]!.data)],
	['UF2', encodeUf2(image, { family: 0x57755a57, payload: 32 })],
	['raw binary', fixture('binaries/0x08004000.bin')],
];

/** Every sentence of a failure or diagnostic has its values. */
function expectWorded(entry: { code: keyof typeof failures; data: object }): void {
	expect(Object.keys(failures)).toContain(entry.code);
	for (const key of JSON.stringify(failures[entry.code]).matchAll(/\{(\w+)[:}]/g)) {
		expect(entry.data).toHaveProperty(key[1]!);
	}
	expect(words(entry).text).not.toMatch(/undefined|NaN/);
}

function expectSound(artifact: Artifact): void {
	if (artifact.kind === 'binary') {
		expect(artifact.data.length).toBeLessThanOrEqual(MAX_IMAGE);
		return;
	}
	expect(findOverlap(artifact.image)).toBeUndefined();
	expect(imageSize(artifact.image)).toBeLessThanOrEqual(MAX_IMAGE);
	for (const [index, { address, data }] of artifact.image.entries()) {
		expect(data.length).toBeGreaterThan(0);
		expect(address).toBeGreaterThanOrEqual(0);
		expect(address + data.length).toBeLessThanOrEqual(2 ** 32);
		const next = artifact.image[index + 1];
		if (next) expect(address + data.length).toBeLessThan(next.address);
	}
	artifact.diagnostics.forEach(expectWorded);
}

/** Opens the bytes; anything but a Failure or a sound artifact fails the test. */
async function survives(content: Uint8Array): Promise<'read' | 'refused'> {
	try {
		expectSound(await open(content, 'damaged.bin'));
		return 'read';
	} catch (error) {
		if (!(error instanceof Failure)) throw error;
		expectWorded(error);
		return 'refused';
	}
}

for (const [name, sample] of samples) {
	describe(`damaged ${name}`, () => {
		it('was sound before', async () => expect(await survives(sample)).toBe('read'));

		it('survives being cut anywhere', async () => {
			for (let size = 0; size < sample.length; size++) await survives(sample.subarray(0, size));
		});

		it('survives one changed byte anywhere', async () => {
			for (let at = 0; at < sample.length; at++) {
				for (const value of [0x00, 0xff, sample[at]! ^ 0x80, sample[at]! ^ 0x01]) {
					const copy = Uint8Array.from(sample);
					copy[at] = value;
					await survives(copy);
				}
			}
		});

		it('survives words written anywhere', async () => {
			const word = fc.oneof(
				fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff),
				fc.nat(0xffffffff),
			);
			const writes = fc.array(fc.tuple(fc.nat(sample.length - 1), word), { maxLength: 6 });
			await fc.assert(
				fc.asyncProperty(writes, async (all) => {
					const copy = Uint8Array.from(sample);
					for (const [at, value] of all) copy.set(little(value, 4).slice(0, copy.length - at), at);
					await survives(copy);
				}),
				{ numRuns: 200 },
			);
		});

		it('survives being followed by anything', async () => {
			await fc.assert(
				fc.asyncProperty(fc.uint8Array({ maxLength: 700 }), async (more) => {
					await survives(joinBytes([sample, more]));
				}),
				{ numRuns: 50 },
			);
		});
	});
}

describe('damage that a checksum hides', () => {
	it('in a DfuSe file survives with the CRC made right', async () => {
		const sample = encodeDfuse([{ alternateSetting: 0, name: 'x', elements: image }]);
		for (let at = 0; at < sample.length - 16; at++) {
			for (const value of [0x00, 0xff, sample[at]! ^ 0x80]) {
				const copy = Uint8Array.from(sample);
				copy[at] = value;
				copy.set(little(slowDfuCrc(copy.subarray(0, -4)), 4), copy.length - 4);
				await survives(copy);
			}
		}
	});

	it('in a record file never changes a byte of the image', async () => {
		for (const sample of [encodeHex(image), encodeSrec(image)].map(ascii)) {
			const wanted = await openFirmware(sample);
			for (let at = 0; at < sample.length; at++) {
				// The type of an S-record is the one character its checksum does not cover.
				if (sample[at - 1] === 'S'.charCodeAt(0)) continue;
				const copy = Uint8Array.from(sample);
				copy[at]! ^= 0x01;
				const read = await openFirmware(copy).catch((error: unknown) => error);
				if (!(read instanceof Failure)) expect(read).toMatchObject({ image: wanted.image });
			}
		}
	});
});

describe('random bytes', () => {
	const starts = [
		[],
		[0x7f, ...ascii('ELF'), 1, 1, 1],
		[...ascii('DfuSe'), 1],
		[...ascii('UF2\n'), 0x57, 0x51, 0x5d, 0x9e],
		[...ascii(':10000000')],
		[...ascii('S315080000')],
		little(0x20001000, 4),
	];
	it('behind any beginning are survived', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.constantFrom(...starts),
				fc.uint8Array({ maxLength: 2000 }),
				async (start, rest) => {
					await survives(joinBytes([Uint8Array.from(start), rest]));
				},
			),
			{ numRuns: 400 },
		);
	});
});
