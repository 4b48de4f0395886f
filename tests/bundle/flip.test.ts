// Every byte of a bundle changed: it is refused with a code of its own kind, or what was verified is exactly the same.
import { expect, test } from 'vitest';
import type { Draft } from '#bundle/draft.ts';
import { createBundle } from '#bundle/create.ts';
import { verifyBundle } from '#bundle/verify.ts';
import { isFailure } from '#core/failure.ts';
import { writeKeyList } from '#bundle/key-list.ts';
import type { VerifiedBundle } from '#bundle/verified.ts';
import { takeApart } from './attack.ts';
import { before, code, draft, ecKey, edKey, png, trust } from './made.ts';
import { zip } from './zip.ts';

const small: Draft = {
	maker: { name: 'Acme' },
	product: {
		id: 'lamp',
		name: { en: 'Lamp' },
		picture: { file: 'lamp.png', alt: { en: 'It' } },
	},
	version: draft.version,
	notes: { en: 'New' },
	entry: { dfu: [{ text: { en: 'Connect it' } }] },
	hardware: { productIds: [0x413], routes: ['dfu'] },
	images: [{ address: 0x0800_4000, file: 'app', from: [{ version: '2.3', file: 'old' }] }],
};
const changed = before.slice(0, 300);
changed.set(code(40, 5), 100);
const files = new Map<string, Uint8Array>([
	['app', changed],
	['old', before.subarray(0, 300)],
	['lamp.png', png],
]);
const keys = await writeKeyList(
	{ number: 1, keys: [edKey.publicKey, ecKey.publicKey], revoked: [] },
	[edKey.privateKey],
);
const sound = await createBundle(small, files, [edKey.privateKey], keys);

const essence = ({ manifest, files: own, signedBy, maker }: VerifiedBundle): unknown => ({
	manifest,
	files: [...own].map(([path, data]) => [path, Buffer.from(data).toString('hex')]),
	signedBy,
	maker,
});
const takenApart = takeApart(sound);
const verified = await verifyBundle(sound, trust());
const expected = essence(verified);

/** What becomes of a bundle with a change in it: a code, or "identical" when what was verified is. */
async function fate(bytes: Uint8Array, where: string): Promise<string> {
	try {
		const found = await verifyBundle(bytes, trust());
		expect(essence(found), where).toEqual(expected);
		expect(found.sha256, where).not.toBe(verified.sha256);
		return 'identical';
	} catch (error) {
		if (!isFailure(error)) throw error;
		expect(error.code, where).toMatch(/^bundle\.[a-z-]+$/);
		return error.code;
	}
}

const flipped = (bytes: Uint8Array, at: number): Uint8Array => {
	const copy = bytes.slice();
	copy[at]! ^= 1 << (at % 8);
	return copy;
};

test('a bit of every byte of the file', async () => {
	const identical: number[] = [];
	for (let at = 0; at < sound.length; at++)
		if ((await fate(flipped(sound, at), `byte ${at}`)) === 'identical') identical.push(at);
	// In the directory: who wrote it (2 bytes), internal attributes (2), some of the outer ones (4); and what deflate leaves
	// of its last byte. Everything that is in both headers would have to change in both.
	expect(identical.length).toBeLessThanOrEqual(takenApart.size * 9);
});

const repacked = (path: string, data: Uint8Array): Uint8Array =>
	zip(
		[...takenApart].map(([name, own]) => ({
			name,
			data: name === path ? data : own,
			stored: true,
		})),
	);

// The container's checksums find most of that. Whoever changes a bundle makes them anew: so here.
test.each([...takenApart.keys()])('a bit of every byte in %s, packed again', async (path) => {
	const data = takenApart.get(path)!;
	const fates = new Set<string>();
	for (let at = 0; at < data.length; at++)
		fates.add(await fate(repacked(path, flipped(data, at)), `${path} byte ${at}`));
	expect(fates).not.toContain('identical');
	if (!path.endsWith('.jws')) expect([...fates]).toEqual(['bundle.file-changed']);
	else expect(fates).toContain('bundle.signature-wrong');
});
