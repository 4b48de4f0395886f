import { expect, test } from 'vitest';
import { readChannel, writeChannel, type Channel, type ChannelUpdate } from '#bundle/channel.ts';
import { generateKeys } from '#bundle/keys.ts';
import { writeKeyList } from '#bundle/key-list.ts';
import { ecKey, edKey, trust } from './made.ts';

const update: ChannelUpdate = {
	product: 'acme.lamp-2',
	name: { en: 'Lamp 2' },
	version: '2.4.1',
	counter: 3,
	url: 'updates/lamp-2.4.1.swupdate',
	size: 4000,
	sha256: 'a'.repeat(64),
};
const channel: Channel = { number: 4, until: '2026-12-31', updates: [update] };
const write = (change: Partial<Channel> = {}, key = edKey) =>
	writeChannel({ ...channel, ...change }, [key.privateKey]);
const code = (bytes: Uint8Array, known = trust(), seen?: number): Promise<unknown> =>
	readChannel(bytes, known, () => seen).then(
		({ channel: value }) => value,
		(error: { code: string }) => error.code,
	);

test('written, read, and the same', async () => {
	expect(await code(await write())).toEqual(channel);
	const delta = { ...update, from: '2.3', url: 'https://acme.example/u/delta.swupdate' };
	const more = { updates: [update, delta] };
	expect(await code(await write(more), trust(), 4)).toEqual({ ...channel, ...more });
	expect(await write()).toEqual(await write());
});

test('strangers, replays, old lists, other products', async () => {
	const mallory = await generateKeys('EdDSA');
	expect(await code(await write({}, mallory))).toBe('bundle.unknown-maker');
	expect(await code(await write(), trust({ revoked: [edKey.kid] }))).toBe('bundle.key-revoked');
	expect(await code(await write(), trust(), 5)).toBe('bundle.channel-old');
	expect(await code(await write({ until: '2026-11-20' }))).toBe('bundle.channel-stale');
	expect(await code(await write({ until: '2026-11-21' }))).toMatchObject({ number: 4 });
	expect(await code(await write(), trust({ products: ['acme.other'] }))).toBe(
		'bundle.wrong-product',
	);
	const bytes = await write();
	const [first] = Buffer.from(bytes)
		.toString()
		.match(/"payload":"..../) ?? [''];
	const changed = Buffer.from(
		Buffer.from(bytes)
			.toString()
			.replace(first, first.slice(0, -1) + 'X'),
	);
	expect(await code(changed)).toBe('bundle.signature-wrong');
});

test('a maker the user accepted lists no product of the page’s own maker', async () => {
	const accepted = { ...trust().makers[0]!, from: 'accepted' } as const;
	const own = { ...accepted, from: 'brand', keys: [ecKey.publicKey] } as const;
	const both = (products?: string[]) => ({
		...trust(),
		makers: [{ ...own, ...(products && { products }) }, accepted],
	});
	expect(await code(await write(), both(['acme.lamp-2']))).toBe('bundle.wrong-product');
	expect(await code(await write(), both())).toEqual(channel);
	expect(await code(await write({}, ecKey), both(['acme.lamp-2']))).toEqual(channel);
});

test('what is signed as something else is no channel', async () => {
	const list = await writeKeyList({ number: 1, keys: [edKey.publicKey], revoked: [] }, [
		edKey.privateKey,
	]);
	expect(await code(list)).toBe('bundle.wrong-type');
	for (const text of ['', 'null', '{}', '[]', '<html>404</html>'])
		expect(await code(Buffer.from(text)), text).toBe('bundle.signature-form');
	expect(await code(new Uint8Array((1 << 20) + 1))).toBe('bundle.too-large');
});

test.each<[string, Partial<Channel>]>([
	['number 0', { number: 0 }],
	['no day', { until: '2026-02-30' }],
	['the same update twice', { updates: [update, update] }],
	['a version that is none', { updates: [{ ...update, version: 'new' }] }],
	['no English name', { updates: [{ ...update, name: { de: 'Lampe' } }] }],
	['a hash that is none', { updates: [{ ...update, sha256: 'A'.repeat(64) }] }],
	...[
		'http://acme.example/x',
		'javascript:alert(1)',
		'data:,x',
		'file:///etc/passwd',
		'//evil.example/x',
		'/root',
		'https://user@evil.example/x',
		'https://acme.example',
		'HTTPS://acme.example/x',
		'a b',
		'a\\b',
		'',
		'ä',
	].map((url): [string, Partial<Channel>] => [
		`the address ${JSON.stringify(url)}`,
		{ updates: [{ ...update, url }] },
	]),
])('not a channel: %s', async (_, change) => {
	await expect(write(change)).rejects.toMatchObject({ code: 'bundle.channel' });
});

test('a field that is not known', async () => {
	const updates = [{ ...update, run: 'x' } as ChannelUpdate];
	await expect(write({ updates })).rejects.toMatchObject({
		code: 'bundle.unknown-field',
		data: { field: 'updates[0].run' },
	});
});
