import fc from 'fast-check';
import { createDelta } from 'fossil-delta';
import { expect, test } from 'vitest';
import { apply, imageOf, rangesToRead } from '#bundle/delta.ts';
import { inspectBundle } from '#bundle/open.ts';
import { verifyBundle } from '#bundle/verify.ts';
import { isFailure } from '#core/failure.ts';
import type { Range } from '#core/range.ts';
import { decode, envelopeOf, sha256, signedAs, takeApart, withFiles } from './attack.ts';
import { after, before, code, make, trust } from './made.ts';

const at = 0x0800_4000;
const from = [{ version: '2.3', file: 'old.bin' }];
const delta = await make({ images: [{ address: at, file: 'app.bin', from, full: false }] });
const whole = await make({ images: [{ address: at, file: 'app.bin', from }] });
const verified = await verifyBundle(delta, trust());
const expected = [{ address: at, data: after }];

/** A board that holds these bytes from the image's address on, and nothing else. */
const board =
	(held: Uint8Array) =>
	({ start, end }: Range): Uint8Array | undefined =>
		start >= at && end <= at + held.length ? held.subarray(start - at, end - at) : undefined;

test('from exactly the old content to exactly the new', async () => {
	expect(rangesToRead(verified)).toEqual([{ start: at, end: at + before.length }]);
	expect(await imageOf(verified, board(before))).toEqual(expected);
	const more = new Uint8Array(4096).fill(0xff);
	more.set(before);
	expect(await imageOf(verified, board(more))).toEqual(expected);
});

test('it carries what changed and little else', async () => {
	const size = async (bytes: Uint8Array): Promise<number> =>
		(await inspectBundle(bytes)).entries
			.filter(({ path }) => /^(?:images|deltas)\//.test(path))
			.reduce((sum, entry) => sum + entry.size, 0);
	expect(await size(delta)).toBeLessThan(400);
	expect(await size(await make())).toBe(after.length);
});

test('one that was finished before is the image already', async () => {
	expect(await imageOf(verified, board(after))).toEqual(expected);
});

test('from anything else: refused, with the version it starts from', async () => {
	const other = before.slice();
	other[2999]! ^= 1;
	for (const held of [other, code(3000, 8), before.subarray(1), new Uint8Array(0)])
		await expect(imageOf(verified, board(held))).rejects.toMatchObject({
			code: 'bundle.no-base',
			data: { version: '2.3', address: at },
		});
	await expect(imageOf(verified, () => undefined)).rejects.toMatchObject({
		code: 'bundle.no-base',
	});
});

test('the whole is used where it is there: nothing to read, any board', async () => {
	const both = await verifyBundle(whole, trust());
	expect(both.manifest.images[0]?.deltas).toHaveLength(1);
	expect(rangesToRead(both)).toEqual([]);
	expect(await imageOf(both, () => undefined)).toEqual(expected);
});

test('of several starting points the one that fits', async () => {
	const two = await make({
		images: [
			{
				address: at,
				file: 'app.bin',
				from: [{ version: '1.0', file: 'lamp.png' }, ...from],
				full: false,
			},
		],
	});
	const both = await verifyBundle(two, trust());
	expect(rangesToRead(both)).toEqual([{ start: at, end: at + before.length }]);
	expect(await imageOf(both, board(before))).toEqual(expected);
});

test('several images', async () => {
	const two = await make({
		images: [
			{ address: at + 0x1000, file: 'old.bin' },
			{ address: at, file: 'app.bin', from, full: false },
		],
	});
	expect(await imageOf(await verifyBundle(two, trust()), board(before))).toEqual([
		{ address: at, data: after },
		{ address: at + 0x1000, data: before },
	]);
});

/** A bundle with another patch, signed by the maker all the same. */
async function withPatch(patch: Uint8Array) {
	const path = [...takeApart(delta).keys()].find((name) => name.endsWith('.delta'))!;
	const old = takeApart(delta).get(path)!;
	const text = JSON.stringify(decode(envelopeOf(delta).payload))
		.replaceAll(sha256(old), sha256(patch))
		.replaceAll(`"size":${old.length},`, `"size":${patch.length},`);
	return verifyBundle(await signedAs(withFiles(delta, { [path]: patch }), text), trust());
}

test('a patch that leads elsewhere is found by the result’s hash', async () => {
	const wrong = after.slice();
	wrong[5]! ^= 0x40;
	const bundle = await withPatch(createDelta(before, wrong));
	await expect(imageOf(bundle, board(before))).rejects.toMatchObject({
		code: 'bundle.delta-broken',
	});
});

test('a patch of another size is not applied', async () => {
	for (const target of [after.subarray(1), code(100_000, 3)]) {
		const bundle = await withPatch(createDelta(before, target));
		await expect(imageOf(bundle, board(before))).rejects.toMatchObject({
			code: 'bundle.delta-broken',
		});
	}
});

test('any patch leads to the size it must or is refused', () => {
	const sound = createDelta(before, after);
	const bent = fc
		.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 })
		.map((edits) => {
			const copy = sound.slice();
			for (const [i, value] of edits) copy[i] = value;
			return copy;
		});
	const text = fc
		.string({ unit: fc.constantFrom(...'09Az~@,:;\n'), maxLength: 40 })
		.map((value) => new TextEncoder().encode(value));
	fc.assert(
		fc.property(fc.oneof(bent, text, fc.uint8Array({ maxLength: 40 })), (patch) => {
			try {
				expect(apply(before, patch, { path: 'p', size: after.length })).toHaveLength(after.length);
			} catch (error) {
				expect(isFailure(error, 'bundle.delta-broken')).toBe(true);
			}
		}),
		{ numRuns: 1000 },
	);
});

test('there and back for any two contents', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.uint8Array({ minLength: 1, maxLength: 600 }),
			fc.uint8Array({ minLength: 1, maxLength: 600 }),
			(a, b) => {
				const [one, other] = [new Uint8Array(a), new Uint8Array([...a, ...b])];
				const there = { path: 'p', size: other.length };
				expect(apply(one, createDelta(one, other), there)).toEqual(other);
				expect(apply(other, createDelta(other, one), { path: 'p', size: one.length })).toEqual(one);
				return Promise.resolve();
			},
		),
		{ numRuns: 200 },
	);
});
