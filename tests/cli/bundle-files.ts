// What a small maker has: a description, a firmware, a picture.
import { encodeElf } from '../formats/encode.ts';
import { FLASH } from '../insight/builds.ts';
import { code } from './files.ts';

/** One white pixel (W3C PNG). */
export const picture = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTi7tAAAAABJRU5ErkJggg==',
	'base64',
);

export const description = {
	maker: { name: 'Acme', support: 'https://acme.example/help' },
	product: {
		id: 'acme.lamp-2',
		name: { en: 'Lamp 2', de: 'Lampe 2' },
		picture: { file: 'pictures/lamp.png', alt: { en: 'A lamp', de: 'Eine Lampe' } },
	},
	version: { name: '2.0.0', counter: '0x3' },
	notes: { en: 'Brighter.', de: 'Heller.' },
	entry: { dfu: [{ text: { en: 'Hold the button.', de: 'Halten Sie die Taste.' } }] },
	hardware: {
		productIds: ['0x413'],
		flashSize: { minimum: '512K', maximum: '1M' },
		routes: ['dfu'],
	},
	firmware: [{ file: 'app.elf' }],
	keep: [{ name: 'Settings', origin: '0x080E0000', length: '128K' }],
};

export type Described = typeof description;

/** Bytes that no packing makes smaller, behind a vector table. */
function program(): Uint8Array {
	const bytes = code();
	let state = 1;
	for (let i = 8; i < bytes.length; i++) {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		bytes[i] = state >>> 24;
	}
	return bytes;
}
const older = program();
export const newer = older.map((byte, index) => (index >> 2 === 2250 ? byte ^ 0xff : byte));

const elfOf = (data: Uint8Array) => encodeElf([{ name: '.text', address: FLASH, data, flags: 6 }]);

export const makerFiles = {
	'lamp/update.json': JSON.stringify(description),
	'lamp/app.elf': elfOf(newer),
	'lamp/app.bin': newer,
	'lamp/older.elf': elfOf(older),
	'lamp/pictures/lamp.png': picture,
	'lamp/other.json': JSON.stringify({
		...description,
		product: { ...description.product, id: 'acme.radio' },
	}),
	'lamp/older.json': JSON.stringify({
		...description,
		version: { name: '1.0.0', counter: 3 },
		firmware: [{ file: 'older.elf' }],
	}),
};
