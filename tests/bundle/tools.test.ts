// Bundles in the hands of tools that are not ours.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { decode, envelopeOf, takeApart, verdict } from './attack.ts';
import { after, ecKey, edKey, make, png } from './made.ts';

const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));
const has = (tool: string, ...args: string[]): boolean => !spawnSync(tool, args).error;

const bytes = await make();

// The format is other people's: their tools must be able to take it apart and to check it.
describe('other people’s tools', () => {
	const path = join(folder, 'made.swupdate');
	writeFileSync(path, bytes);

	test('node:crypto checks Ed25519 and P-256 over "protected.payload"', async () => {
		const both = envelopeOf(await make({}, [edKey, ecKey]));
		for (const { protected: header, signature } of both.signatures) {
			const { alg, jwk } = decode(header);
			const key = createPublicKey({ key: jwk as never, format: 'jwk' });
			const input = Buffer.from(`${header}.${both.payload}`);
			const raw = Buffer.from(signature, 'base64url');
			const holds = (data: Buffer): boolean =>
				alg === 'EdDSA'
					? verify(null, data, key, raw)
					: verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, raw);
			expect(holds(input), String(alg)).toBe(true);
			expect(holds(Buffer.concat([input, Buffer.from('x')])), String(alg)).toBe(false);
		}
	});

	test('the thumbprint is SHA-256 over the members in order (RFC 7638)', () => {
		const { crv, kty, x } = edKey.publicKey;
		const digest = createHash('sha256').update(JSON.stringify({ crv, kty, x }));
		expect(digest.digest('base64url')).toBe(edKey.kid);
	});

	test.skipIf(!has('unzip', '-v'))('unzip finds nothing wrong', () => {
		const told = execFileSync('unzip', ['-t', path], { encoding: 'utf8' });
		expect(told).toContain('No errors detected');
		expect(execFileSync('unzip', ['-p', path, 'images/08004000.bin'])).toEqual(Buffer.from(after));
	});

	test.skipIf(!has('python3', '--version'))('python reads the container and the hashes', () => {
		const script = `
import base64, hashlib, json, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
jws = json.loads(z.read('manifest.jws'))
payload = jws['payload']
manifest = json.loads(base64.urlsafe_b64decode(payload + '=' * (-len(payload) % 4)))
for file in [i['full'] for i in manifest['images']] + [manifest['product']['picture']['file']]:
    data = z.read(file['path'])
    assert len(data) == file['size'] and hashlib.sha256(data).hexdigest() == file['sha256']
print(manifest['version']['name'])`;
		expect(execFileSync('python3', ['-c', script, path], { encoding: 'utf8' }).trim()).toBe(
			'2.4.1',
		);
	});

	test.skipIf(!has('openssl', 'version'))('openssl checks the signature', () => {
		const { payload, signatures } = envelopeOf(bytes);
		const [one] = signatures;
		const key = createPublicKey({ key: edKey.publicKey as never, format: 'jwk' });
		const at = (name: string, data: string | Buffer): string => {
			writeFileSync(join(folder, name), data);
			return join(folder, name);
		};
		const told = execFileSync(
			'openssl',
			[
				'pkeyutl',
				'-verify',
				'-rawin',
				'-pubin',
				'-inkey',
				at('key.pem', key.export({ type: 'spki', format: 'pem' })),
				'-sigfile',
				at('signature', Buffer.from(one!.signature, 'base64url')),
				'-in',
				at('input', `${one!.protected}.${payload}`),
			],
			{ encoding: 'utf8' },
		);
		expect(told).toContain('Signature Verified Successfully');
	});

	test.skipIf(!has('python3', '--version'))(
		'what python packs from the same files is accepted',
		async () => {
			const script = `
import sys, zipfile
source = zipfile.ZipFile(sys.argv[1])
with zipfile.ZipFile(sys.argv[2], 'w') as z:
    for name in reversed(source.namelist()):
        z.writestr(zipfile.ZipInfo(name), source.read(name), zipfile.ZIP_DEFLATED)`;
			const again = join(folder, 'again.swupdate');
			execFileSync('python3', ['-c', script, path, again]);
			expect(await verdict(new Uint8Array(readFileSync(again)))).toBe('accepted');
		},
	);

	test.skipIf(!has('zip', '-v'))('what zip packs from the same files is accepted', async () => {
		const inside = join(folder, 'inside');
		for (const [name, data] of takeApart(bytes)) {
			mkdirSync(dirname(join(inside, name)), { recursive: true });
			writeFileSync(join(inside, name), data);
		}
		execFileSync('zip', ['-X', '-D', '-9', '-q', '-r', '../zipped.swupdate', '.'], { cwd: inside });
		expect(await verdict(new Uint8Array(readFileSync(join(folder, 'zipped.swupdate'))))).toBe(
			'accepted',
		);
	});

	test('a picture comes out as it went in', () => {
		expect(takeApart(bytes).get('pictures/497790947d466676.png')).toEqual(png);
	});
});
