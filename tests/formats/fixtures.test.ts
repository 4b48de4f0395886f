// Files that real tools made, against what other tools say of them; fixtures/formats/README.md has the commands.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { extent, readImage } from '#core/image.ts';
import { isFailure } from '#core/failure.ts';
import { bytesSource } from '#core/source.ts';
import { openFile } from '#formats/index.ts';
import { codesOf } from './open.ts';

const root = join(import.meta.dirname, '../fixtures/formats');
const bytesOf = (path: string): Uint8Array => new Uint8Array(readFileSync(path));

interface Expected {
	kind?: string;
	format?: string;
	segments?: [number, number][];
	entryPoint?: number;
	sections?: string[];
	diagnostics?: string[];
	usb?: object;
	size?: number;
	failure?: string;
	data?: object;
}

const cases = readdirSync(root)
	.map((name) => join(root, name))
	.filter((folder) => existsSync(join(folder, 'expected.json')));

describe('files made by real tools', () => {
	it('are all there', () => expect(cases.length).toBe(23));

	for (const folder of cases) {
		it(`reads ${folder.slice(root.length + 1)} as the tools do`, async () => {
			const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Expected;
			const file = readdirSync(folder).find((name) => name.startsWith('app.'))!;
			// A misleading name: only the content may count.
			const opening = openFile(bytesSource(bytesOf(join(folder, file))), 'holiday.jpg');
			const flat = join(folder, 'expected.bin');
			if (expected.failure !== undefined) {
				const error: unknown = await opening.catch((cause: unknown) => cause);
				expect(isFailure(error) && { code: error.code, data: error.data }).toEqual({
					code: expected.failure,
					data: expected.data,
				});
				return;
			}
			const artifact = await opening;
			expect(artifact.kind).toBe(expected.kind);
			expect(artifact.format).toBe(expected.format);
			expect(artifact.usb).toEqual(expected.usb);
			if (artifact.kind === 'binary') {
				expect(artifact.data.length).toBe(expected.size);
				expect(artifact.data).toEqual(bytesOf(flat));
				return;
			}
			const { image } = artifact;
			expect(image.map(({ address, data }) => [address, data.length])).toEqual(expected.segments);
			expect(artifact.entryPoint).toBe(expected.entryPoint);
			if (expected.sections) {
				expect(artifact.sections.map(({ name }) => name)).toEqual(expected.sections);
			}
			expect(codesOf(artifact)).toEqual(expected.diagnostics);
			const sparse = join(folder, 'expected.hex');
			if (existsSync(sparse)) {
				const hex = await openFile(bytesSource(bytesOf(sparse)), 'expected.hex');
				expect(hex).toMatchObject({ format: 'Intel HEX', image });
			}
			expect(existsSync(flat) || existsSync(sparse) || artifact.format === 'DfuSe').toBe(true);
			if (existsSync(flat)) expect(readImage(image, extent(image)!, 0)).toEqual(bytesOf(flat));
		});
	}
});

describe('raw binaries made by objcopy', () => {
	const folder = join(root, 'binaries');
	for (const name of readdirSync(folder)) {
		it(`proposes the address that ${name} was linked for`, async () => {
			const artifact = await openFile(bytesSource(bytesOf(join(folder, name))), 'download');
			expect(artifact).toMatchObject({
				kind: 'binary',
				proposedAddress: Number.parseInt(name, 16),
			});
		});
	}
});
