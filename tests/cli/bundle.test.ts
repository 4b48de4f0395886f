// `bundle …` as a maker calls it: keys, descriptions and updates that are only in memory.
import { createSign, createPrivateKey, generateKeyPairSync, sign as nodeSign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { description, makerFiles, newer, picture } from './bundle-files.ts';
import { runWith, type Ran, type Saved } from './rig.ts';

const saved: Saved = new Map();
const bundle = (words: string, variables = {}): Promise<Ran> =>
	runWith(['bundle', ...words.split(' ')], makerFiles, { saved, variables });
const answer = async (words: string, variables = {}): Promise<Record<string, never>> => {
	const { code, out, err } = await bundle(`${words} --json`, variables);
	expect([code, err]).toEqual([0, '']);
	return JSON.parse(out) as Record<string, never>;
};
const refusal = async (words: string, variables = {}): Promise<string> => {
	const { code, out } = await bundle(`${words} --json`, variables);
	expect(code).toBe(1);
	return (JSON.parse(out) as { error: { code: string } }).error.code;
};
const bytesOf = (path: string): Uint8Array => saved.get(path)!.bytes;
const textOf = (path: string): string => new TextDecoder().decode(bytesOf(path));
const jwkOf = (path: string) => JSON.parse(textOf(path)) as Record<string, string>;

beforeAll(async () => {
	await answer('keygen acme.jwk');
	await answer('keygen other.jwk');
	await answer('keygen p256.jwk --algorithm p256');
	await answer('create lamp/older.json --key acme.jwk -o old.swupdate');
	await answer('create lamp/update.json --key acme.jwk -o new.swupdate');
});

describe('bundle keygen', () => {
	it('writes two halves, one for the owner only, and shows no secret', async () => {
		for (const algorithm of ['ed25519', 'p256']) {
			const { code, out } = await bundle(`keygen keys/${algorithm} --algorithm ${algorithm}`);
			expect(code).toBe(0);
			const secret = jwkOf(`keys/${algorithm}`)['d']!;
			expect(secret.length).toBeGreaterThan(40);
			expect(out).not.toContain(secret);
			expect(saved.get(`keys/${algorithm}`)?.kind).toBe('secret-key');
			expect(textOf(`keys/${algorithm}.pub`)).not.toContain(secret);
			expect(Object.keys(jwkOf(`keys/${algorithm}.pub`))).not.toContain('d');
		}
	});

	it('replaces neither half of a pair', async () => {
		expect(await refusal('keygen acme.jwk')).toBe('cli.exists');
		saved.set('half.pub.jwk', { bytes: new Uint8Array(1), kind: 'plain' });
		expect(await refusal('keygen half.jwk')).toBe('cli.exists');
		expect(saved.has('half.jwk')).toBe(false);
	});
});

describe('bundle create', () => {
	it('makes the same bytes of the same input, and others of another', async () => {
		await answer('create lamp/update.json --key acme.jwk -o again.swupdate');
		expect(bytesOf('again.swupdate')).toEqual(bytesOf('new.swupdate'));
		await answer('create lamp/update.json --key other.jwk -o other.swupdate');
		expect(bytesOf('other.swupdate')).not.toEqual(bytesOf('new.swupdate'));
	});

	it('tells what it made', async () => {
		const made = await answer('create lamp/update.json --key acme.jwk -o told.swupdate');
		expect(made).toMatchObject({
			file: 'told.swupdate',
			product: 'acme.lamp-2',
			version: '2.0.0',
			size: bytesOf('told.swupdate').length,
			images: [{ address: '0x08000000', size: newer.length, full: true, deltas: [] }],
			signatures: [{ alg: 'EdDSA', holds: true }],
			manifest: { hardware: { productIds: [0x413], flashSize: { minimum: 524288 } } },
		});
		const { out } = await bundle('inspect told.swupdate');
		for (const text of ['Lamp 2 2.0.0', '0x08000000', 'Settings 0x080E0000 128 KiB', 'Brighter.'])
			expect(out).toContain(text);
	});

	it('takes the key from the environment, and says when there is none', async () => {
		const words = 'create lamp/update.json -o env.swupdate';
		await answer(words, { SECTORWISE_KEY: textOf('acme.jwk') });
		expect(bytesOf('env.swupdate')).toEqual(bytesOf('new.swupdate'));
		expect(await refusal(words)).toBe('publish.no-key');
		expect(await refusal(`${words} --key acme.pub.jwk`)).toBe('publish.not-private');
		expect(await refusal(`${words} --key lamp/update.json`)).toBe('bundle.key-unreadable');
	});

	it('carries what changed since an earlier update', async () => {
		const words = 'create lamp/update.json --key acme.jwk --previous old.swupdate';
		const both = await answer(`${words} -o both.swupdate`);
		const [image] = both['images'] as unknown as { full: boolean; deltas: { from: string }[] }[];
		expect(image).toMatchObject({ full: true, deltas: [{ from: '1.0.0' }] });
		const small = await answer(`${words} --delta-only -o small.swupdate`);
		expect(small['images']).toMatchObject([{ full: false, deltas: [{ from: '1.0.0' }] }]);
		expect(bytesOf('small.swupdate').length).toBeLessThan(bytesOf('old.swupdate').length / 5);
	});

	it('starts from no update of another product, nor from one without whole images', async () => {
		const words = 'create lamp/update.json --key acme.jwk -o odd.swupdate --previous';
		await answer('create lamp/other.json --key acme.jwk -o radio.swupdate');
		expect(await refusal(`${words} radio.swupdate`)).toBe('publish.other-product');
		expect(await refusal(`${words} small.swupdate`)).toBe('publish.no-older-bytes');
	});

	const withChange = async (change: object): Promise<string> => {
		saved.set('lamp/odd.json', {
			bytes: new TextEncoder().encode(JSON.stringify({ ...description, ...change })),
			kind: 'plain',
		});
		return refusal('create lamp/odd.json --key acme.jwk -o odd.swupdate');
	};
	it.each([
		['no firmware', { firmware: [] }, 'publish.no-firmware'],
		['a binary without address', { firmware: [{ file: 'app.bin' }] }, 'publish.needs-address'],
		['a number that is none', { start: '0x08Z0' }, 'publish.number'],
		['a file that is not there', { firmware: [{ file: 'gone.elf' }] }, 'cli.unreadable'],
		['firmware that is none', { firmware: [{ file: 'update.json' }] }, 'file.not-firmware'],
		['a field nobody knows', { colour: 'red' }, 'bundle.unknown-field'],
		['no version', { version: undefined }, 'publish.not-description'],
		['a step that is none', { entry: { dfu: [7] } }, 'publish.not-description'],
	])('refuses %s', async (_, change, code) => {
		const found = await withChange(change);
		expect(found).toBe(code);
		expect(saved.has('odd.swupdate')).toBe(false);
	});

	it('makes the example of docs/making-updates.md', async () => {
		const page = readFileSync('docs/making-updates.md', 'utf8');
		const example = /```json\n([^]*?)```/.exec(page)![1]!;
		for (const [path, bytes] of Object.entries({
			'docs/update.json': new TextEncoder().encode(example),
			'docs/lamp.png': picture,
			'docs/button.png': picture,
			'docs/build/lamp.elf': makerFiles['lamp/app.elf'],
		}))
			saved.set(path, { bytes, kind: 'plain' });
		const made = await answer('create docs/update.json --key acme.jwk -o lamp.swupdate');
		expect(made).toMatchObject({ product: 'acme.lamp-2', version: '2.4.1' });
		const { out } = await bundle('inspect lamp.swupdate');
		expect(out).toContain('6c616d7032 at 0x08000188');
		expect(out).toContain('0x08000190 (text, 8 bytes)');
	});

	it('takes a binary at an address, in any way a number is written', async () => {
		for (const address of [0x08000000, '0x0800_0000', '134217728', '131072K']) {
			const change = { firmware: [{ file: 'app.bin', address }] };
			saved.set('lamp/bin.json', {
				bytes: new TextEncoder().encode(JSON.stringify({ ...description, ...change })),
				kind: 'plain',
			});
			await answer('create lamp/bin.json --key acme.jwk -o bin.swupdate');
			expect(bytesOf('bin.swupdate')).toEqual(bytesOf('new.swupdate'));
		}
	});
});

describe('bundle sign', () => {
	it('adds a signature', async () => {
		const made = await answer('sign new.swupdate --key p256.jwk -o two.swupdate');
		expect(made['signatures']).toMatchObject([{ alg: 'EdDSA' }, { alg: 'ES256' }]);
		for (const key of ['acme', 'p256']) await answer(`verify two.swupdate --key ${key}.pub.jwk`);
	});

	it('takes an Ed25519 signature from elsewhere: the same bytes as made here', async () => {
		await answer('create lamp/update.json --unsigned -o bare.swupdate');
		expect(await refusal('verify bare.swupdate --key acme.pub.jwk')).toBe('bundle.unsigned');
		await answer('signing-input bare.swupdate --public acme.pub.jwk -o input.bin');
		const key = createPrivateKey({ key: jwkOf('acme.jwk'), format: 'jwk' });
		saved.set('sig.bin', { bytes: nodeSign(null, bytesOf('input.bin'), key), kind: 'plain' });
		const attach = 'sign bare.swupdate --public acme.pub.jwk --detached sig.bin -o signed.swupdate';
		await answer(attach);
		expect(bytesOf('signed.swupdate')).toEqual(bytesOf('new.swupdate'));
		const wrong = bytesOf('sig.bin').slice();
		wrong[5]! ^= 1;
		saved.set('sig.bin', { bytes: wrong, kind: 'plain' });
		expect(await refusal(attach)).toBe('bundle.signature-wrong');
	});

	it('takes ECDSA as hardware gives it, in DER', async () => {
		const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
		const spki = publicKey.export({ type: 'spki', format: 'pem' }) as string;
		saved.set('hsm.pem', { bytes: new TextEncoder().encode(spki), kind: 'plain' });
		await answer('signing-input bare.swupdate --public hsm.pem -o input.bin');
		for (let i = 0; i < 8; i++) {
			const der = createSign('sha256').update(bytesOf('input.bin')).sign(privateKey);
			saved.set('sig.der', { bytes: der, kind: 'plain' });
			await answer('sign bare.swupdate --public hsm.pem --detached sig.der -o hsm.swupdate');
			await answer('verify hsm.swupdate --key hsm.pem');
		}
	});
});

describe('bundle verify, inspect and diff', () => {
	it('believes the key it was given, and no other', async () => {
		const good = await answer('verify new.swupdate --key acme.pub.jwk');
		expect(good).toMatchObject({ verified: true, product: 'acme.lamp-2', version: '2.0.0' });
		expect(await refusal('verify new.swupdate --key other.pub.jwk')).toBe('bundle.unknown-maker');
		expect(await refusal('verify new.swupdate --key acme.pub.jwk --counter 4')).toBe(
			'bundle.rolled-back',
		);
		expect(await refusal('verify lamp/app.elf --key acme.pub.jwk')).toBe('bundle.not-a-bundle');
	});

	it('refuses a bundle with one byte changed', async () => {
		const bytes = bytesOf('new.swupdate').slice();
		bytes[bytes.length >> 1]! ^= 0x10;
		saved.set('flipped.swupdate', { bytes, kind: 'plain' });
		expect(await refusal('verify flipped.swupdate --key acme.pub.jwk')).toBe('bundle.damaged');
	});

	it('tells two updates apart', async () => {
		const found = await answer('diff old.swupdate new.swupdate');
		expect(found['fields']).toContainEqual({
			path: 'version.name',
			before: '"1.0.0"',
			after: '"2.0.0"',
		});
		expect(found['images']).toMatchObject([{ address: '0x08000000', changed: 4 }]);
		const { out } = await bundle('diff new.swupdate new.swupdate');
		expect(out).toContain('They say the same.');
	});
});

describe('bundle keys and channel', () => {
	it('publishes a new key under the old one, and revokes', async () => {
		const words = '--public acme.pub.jwk --public other.pub.jwk --key acme.jwk';
		await answer(`keys --number 1 ${words} -o keys.jws`);
		await answer('create lamp/update.json --key other.jwk --keys keys.jws -o rotated.swupdate');
		await answer('verify rotated.swupdate --key acme.pub.jwk');
		await answer('verify other.swupdate --key acme.pub.jwk --keys keys.jws');
		const { kid } = (await answer('keygen third.jwk')) as unknown as { kid: string };
		const list = await answer(`keys --number 2 ${words} --revoke ${kid} -o keys.jws`);
		expect(list).toMatchObject({ number: 2, revoked: [kid] });
	});

	it('lists updates where a browser finds them', async () => {
		const url = 'https://acme.example/updates';
		const words = `channel new.swupdate --number 7 --url ${url} --until 2030-01-31 --key acme.jwk`;
		expect(await answer(`${words} -o channel.jws`)).toMatchObject({
			number: 7,
			until: '2030-01-31',
			updates: [
				{
					product: 'acme.lamp-2',
					version: '2.0.0',
					url: `${url}/new.swupdate`,
					size: bytesOf('new.swupdate').length,
				},
			],
		});
		expect(saved.has('channel.jws')).toBe(true);
	});
});

it.each([
	'',
	'make',
	'toString',
	'create',
	'create a.json',
	'create a.json b.json -o c',
	'create a.json -o c --unsigned --key acme.jwk',
	'keygen',
	'keygen x --algorithm rsa',
	'sign new.swupdate -o x --detached sig.bin',
	'verify new.swupdate',
	'verify new.swupdate --key acme.pub.jwk --date soon',
	'diff new.swupdate',
	'keys -o keys.jws --number one --public acme.pub.jwk',
	'channel new.swupdate -o channel.jws',
])('does not understand "bundle %s"', async (words) => {
	const { code, out, err } = await bundle(words);
	expect([code, out]).toEqual([2, '']);
	expect(err).toContain('Usage: sectorwise bundle');
});

/** Any JSON in place of the description, of one of its fields, or of something inside. */
const odd = fc.oneof(
	fc.jsonValue(),
	fc
		.record({ path: fc.array(fc.nat(), { maxLength: 5 }), value: fc.jsonValue() })
		.map(({ path, value }) => replaced(description, path, value)),
);
function replaced(whole: unknown, [step, ...rest]: number[], value: unknown): unknown {
	if (typeof whole !== 'object' || whole === null || step === undefined) return value;
	const fields = Object.keys(whole);
	const name = fields[step % fields.length];
	const changed = Object.entries(whole).map(([field, each]) => [
		field,
		field === name ? replaced(each, rest, value) : (each as unknown),
	]);
	return Array.isArray(whole)
		? changed.map(([, each]) => each)
		: (Object.fromEntries(changed) as unknown);
}

it('makes an update of a description, or says what is wrong with it', async () => {
	await fc.assert(
		fc.asyncProperty(odd, async (value) => {
			const text = JSON.stringify(value);
			saved.set('lamp/any.json', { bytes: new TextEncoder().encode(text), kind: 'plain' });
			const { code, out } = await bundle('create lamp/any.json --key acme.jwk -o any --json');
			if (code === 0) return;
			const { error } = JSON.parse(out) as { error: { code: string } };
			expect(error.code).toMatch(/^(?:publish|bundle|cli|file|elf)\./);
		}),
		{ numRuns: 300 },
	);
});
