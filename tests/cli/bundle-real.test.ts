// The real thing on a real disk: who may read a key, and signatures made by OpenSSL as a hardware module would.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { makerFiles } from './bundle-files.ts';
import type { Ran } from './rig.ts';

const launcher = fileURLToPath(new URL('../../tools/cli.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sectorwise-bundle-'));
afterAll(() => {
	rmSync(folder, { recursive: true });
});

const bundle = (words: string): Promise<Ran> =>
	new Promise((resolve) => {
		execFile(
			process.execPath,
			[launcher, 'bundle', ...words.split(' ')],
			{ cwd: folder },
			(error, out, err) => {
				resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
			},
		);
	});

const openssl = (words: string): Buffer =>
	execFileSync('openssl', words.split(' '), { cwd: folder, stdio: 'pipe' });
function hasOpenssl(): boolean {
	try {
		return /^OpenSSL (?:[3-9]|\d\d)\./.test(openssl('version').toString());
	} catch {
		return false;
	}
}

it.skipIf(process.platform === 'win32')('lets only its owner read a private key', async () => {
	expect(await bundle('keygen key.jwk')).toMatchObject({ code: 0, err: '' });
	expect(statSync(join(folder, 'key.jwk')).mode & 0o777).toBe(0o600);
	const before = readFileSync(join(folder, 'key.jwk'), 'utf8');
	const again = await bundle('keygen key.jwk --json');
	expect([again.code, again.out]).toEqual([1, expect.stringContaining('cli.exists')]);
	expect(readFileSync(join(folder, 'key.jwk'), 'utf8')).toBe(before);
});

it.runIf(hasOpenssl())('takes what OpenSSL signs, by both algorithms', async () => {
	const put = (name: string, content: Uint8Array | string): void => {
		writeFileSync(join(folder, name), content);
	};
	put('app.elf', makerFiles['lamp/app.elf']);
	const { product, ...rest } = JSON.parse(makerFiles['lamp/update.json']) as {
		product: { id: string; name: object };
	};
	put('update.json', JSON.stringify({ ...rest, product: { id: product.id, name: product.name } }));
	expect(await bundle('create update.json --unsigned -o bare.swupdate')).toMatchObject({ code: 0 });
	for (const [key, make, sign] of [
		[
			'ed',
			'genpkey -algorithm ed25519',
			'pkeyutl -sign -rawin -inkey ed.pem -in ed.in -out ed.sig',
		],
		[
			'ec',
			'genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256',
			'dgst -sha256 -sign ec.pem -out ec.sig ec.in',
		],
	] as const) {
		openssl(`${make} -out ${key}.pem`);
		openssl(`pkey -in ${key}.pem -pubout -out ${key}.pub`);
		for (const words of [
			`signing-input bare.swupdate --public ${key}.pub -o ${key}.in`,
			`sign bare.swupdate --public ${key}.pub --detached ${key}.sig -o ${key}.swupdate`,
			`verify ${key}.swupdate --key ${key}.pub`,
			`create update.json --key ${key}.pem -o own-${key}.swupdate`,
			`verify own-${key}.swupdate --key ${key}.pub`,
		]) {
			if (words.startsWith('sign ')) openssl(sign);
			expect([words, await bundle(words)]).toEqual([words, expect.objectContaining({ code: 0 })]);
		}
	}
	const bytes = (name: string): Buffer => readFileSync(join(folder, name));
	expect(bytes('ed.swupdate').equals(bytes('own-ed.swupdate'))).toBe(true);
	expect(existsSync(join(folder, 'ec.swupdate'))).toBe(true);
});
