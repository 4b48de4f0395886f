// The demonstration updates are what the command line makes of samples/beacon/update, byte for byte.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { nodeIo } from '#cli/node-io.ts';
import { run } from '#cli/run.ts';

const folder = 'samples/beacon/update';
const shipped = (version: number): string => `static/samples/beacon-${version}.swupdate`;

it.each([
	[1, []],
	[2, ['--previous', shipped(1)]],
])('static/samples/beacon-%d.swupdate', async (version, more) => {
	let made = new Uint8Array();
	const words = ['bundle', 'create', `${folder}/beacon-${version}.json`, '--out', 'x', ...more];
	const code = await run([...words, '--key', `${folder}/worthless-demo-key.jwk`], {
		...nodeIo,
		write: () => undefined,
		save: (_, bytes) => {
			made = new Uint8Array(bytes);
			return Promise.resolve();
		},
	});
	expect(code).toBe(0);
	// Else: node tools/demo-bundles.mjs
	expect(Buffer.compare(made, readFileSync(shipped(version)))).toBe(0);
});
