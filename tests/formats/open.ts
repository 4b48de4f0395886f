// What the tests of formats share: opening bytes, expecting a failure, random images.
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Artifact, Firmware } from '#core/artifact.ts';
import { Failure, type FailureCode } from '#core/failure.ts';
import { buildImage, type Image } from '#core/image.ts';
import { bytesSource, type ByteSource } from '#core/source.ts';
import { openFile } from '#formats/index.ts';
import { ascii } from './encode.ts';

export const open = (content: Uint8Array | string, name = 'file'): Promise<Artifact> =>
	openFile(bytesSource(typeof content === 'string' ? ascii(content) : content), name);

export async function openFirmware(content: Uint8Array | string): Promise<Firmware> {
	const artifact = await open(content);
	if (artifact.kind !== 'firmware') throw new Error(`${artifact.kind} instead of firmware`);
	return artifact;
}

/** The code and data of the Failure that opening ends with. */
export async function refusal(
	content: Uint8Array | string,
	name?: string,
): Promise<{ code: FailureCode; data: object }> {
	const error: unknown = await open(content, name).then(
		() => undefined,
		(cause: unknown) => cause,
	);
	expect(error).toBeInstanceOf(Failure);
	const { code, data } = error as Failure;
	return { code, data };
}

export const codesOf = ({ diagnostics }: Firmware): string[] => diagnostics.map(({ code }) => code);

/** Addresses and plain arrays, so that a difference is readable. */
export const plain = (image: Image) =>
	image.map(({ address, data }) => ({ address, data: [...data] }));

/** Images of a few segments with gaps, anywhere in the address space. */
export const images: fc.Arbitrary<Image> = fc
	.tuple(
		fc.constantFrom(0, 0x0800_0000, 0x0800_fff0, 0x2000_0000, 0x9000_0000, 0xffff_0000),
		fc.array(
			fc.record({
				gap: fc.nat(0x300),
				data: fc.uint8Array({ minLength: 1, maxLength: 300 }),
			}),
			{ minLength: 1, maxLength: 5 },
		),
	)
	.map(([base, parts]) => {
		let at = base;
		return buildImage(
			parts.map(({ gap, data }) => {
				const address = at + gap;
				at = address + data.length;
				return { address, data };
			}),
		);
	});

/** A source that counts what is read of it. */
export function countingSource(bytes: Uint8Array, size = bytes.length) {
	const reads: { start: number; end: number }[] = [];
	const source: ByteSource = {
		size,
		read(start, end) {
			reads.push({ start, end });
			const out = new Uint8Array(Math.max(0, Math.min(end, size) - start));
			out.set(bytes.subarray(start, Math.min(end, bytes.length)));
			return Promise.resolve(out);
		},
	};
	return {
		source,
		reads,
		total: () => reads.reduce((sum, { start, end }) => sum + end - start, 0),
	};
}
