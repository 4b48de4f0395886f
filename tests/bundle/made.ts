// A small update made for the tests, with everything in it, and keys that nobody uses elsewhere.
import type { Draft } from '#bundle/draft.ts';
import { createBundle } from '#bundle/create.ts';
import type { KeyPair } from '#bundle/keys.ts';
import { readPrivateKey } from '#bundle/keys.ts';
import type { Maker, Trust } from '#bundle/verified.ts';

/** RFC 8037 appendix A.1, published as an example: a private key that everybody has. */
export const edKey = await readPrivateKey(
	JSON.stringify({
		kty: 'OKP',
		crv: 'Ed25519',
		d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
		x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
	}),
);

/** RFC 7515 appendix A.3, the same for P-256. */
export const ecKey = await readPrivateKey(
	JSON.stringify({
		kty: 'EC',
		crv: 'P-256',
		x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
		y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
		d: 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI',
	}),
);

/** The smallest PNG: one transparent pixel. */
export const png = Uint8Array.from(
	atob(
		'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
	),
	(char) => char.charCodeAt(0),
);

/** Bytes that look like code to a packer: some order, some noise. */
export const code = (size: number, seed: number): Uint8Array<ArrayBuffer> =>
	Uint8Array.from({ length: size }, (_, i) => ((i * 7 + seed) ^ ((i * i * seed) >>> 5)) & 0xff);

export const before = code(3000, 1);
/** The same program with a few bytes changed, and longer. */
export const after = (() => {
	const bytes = new Uint8Array(3100);
	bytes.set(before);
	bytes.set(code(100, 9), 3000);
	bytes.fill(0x5a, 700, 720);
	return bytes;
})();

export const draft: Draft = {
	maker: { name: 'Acme Lighting', support: 'https://acme.example/help' },
	product: {
		id: 'acme.lamp-2',
		name: { en: 'Lamp 2', de: 'Lampe 2' },
		picture: { file: 'lamp.png', alt: { en: 'The lamp', de: 'Die Lampe' } },
	},
	version: { name: '2.4.1', counter: 3 },
	notes: { en: 'Brighter.\nCalmer.', de: 'Heller.\nRuhiger.' },
	entry: {
		dfu: [
			{
				text: { en: 'Hold the button and connect the cable.' },
				picture: { file: 'lamp.png', alt: { en: 'The button' } },
			},
		],
	},
	hardware: {
		productIds: [0x413],
		flashSize: { minimum: 524288, maximum: 1048576 },
		boardId: [{ address: 0x0800_3ff0, bytes: '4c414d5032', mask: 'ffffffffff' }],
		serials: { first: 'LA000100', last: 'LA000999' },
		routes: ['dfu'],
	},
	images: [{ address: 0x0800_4000, file: 'app.bin' }],
	keep: [{ name: 'Calibration', origin: 0x0800_3000, length: 0x1000 }],
	previous: { minimum: '2.0', forbidden: ['2.3.9'] },
	valid: { from: '2026-01-01', until: '2027-12-31' },
	installed: [
		{ kind: 'memory', address: 0x0800_4200, length: 16, as: 'text' },
		{ kind: 'usb', field: 'product', pattern: 'Lamp 2 v([0-9.]+)' },
		{ kind: 'serial', baud: 115200, ask: 'version\r\n', pattern: '^Lamp ([0-9.]+)' },
	],
	start: 0x0800_4000,
	dualBank: 'in-place',
};

export const files: ReadonlyMap<string, Uint8Array> = new Map<string, Uint8Array>([
	['app.bin', after],
	['old.bin', before],
	['lamp.png', png],
]);

export const make = (
	change: Partial<Draft> = {},
	signers: readonly KeyPair[] = [edKey],
	keys?: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> =>
	createBundle(
		{ ...draft, ...change },
		files,
		signers.map(({ privateKey }) => privateKey),
		keys,
	);

export const maker: Maker = {
	name: 'Acme',
	keys: [edKey.publicKey],
	revoked: [],
	listed: 0,
	from: 'brand',
};

export const trust = (
	change: Partial<Maker> = {},
	counters: Record<string, number> = {},
): Trust => ({
	makers: [{ ...maker, ...change }],
	now: new Date('2026-11-21T12:00:00Z'),
	counter: (id) => counters[id],
});
