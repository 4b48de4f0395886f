// UF2, "USB Flashing Format" (github.com/microsoft/uf2, README.md): 512-byte blocks, each with its own address.
// Family IDs are those of utils/uf2families.json there. MD5 and extension tags are read past.
import type { Artifact } from '#core/artifact.ts';
import type { ByteSource } from '#core/source.ts';
import { hex32, u32le } from '#core/bytes.ts';
import { diagnostic, Failure, type Diagnostic } from '#core/failure.ts';
import { MAX_IMAGE, type Format } from './format.ts';
import { layParts, refuseOverlap } from './lay.ts';
import { readWhole, startsWith } from './reading.ts';

const MAGIC_START = [0x55, 0x46, 0x32, 0x0a, 0x57, 0x51, 0x5d, 0x9e];
const MAGIC_END = 0x0ab16f30;
const BLOCK_SIZE = 512;
const DATA_OFFSET = 32;
const MAX_PAYLOAD = 476;
const FLAG_NOT_MAIN_FLASH = 0x0001;
const FLAG_FILE_CONTAINER = 0x1000;
const FLAG_FAMILY = 0x2000;

/** Names by family ID; also how the writer finds the ID of a family. */
export const stm32Families = new Map([
	[0x647824b6, 'STM32F0'],
	[0x5ee21072, 'STM32F1'],
	[0x5d1a0a2e, 'STM32F2'],
	[0x6b846188, 'STM32F3'],
	[0x57755a57, 'STM32F4'],
	[0x6d0922fa, 'STM32F407'],
	[0x8fb060fe, 'STM32F407VG'],
	[0x06d1097b, 'STM32F411xC'],
	[0x2dc309c5, 'STM32F411xE'],
	[0x53b80f00, 'STM32F7'],
	[0x300f5633, 'STM32G0'],
	[0x4c71240a, 'STM32G4'],
	[0x4e8f1c5d, 'STM32H5'],
	[0x6db66082, 'STM32H7'],
	[0x202e3a91, 'STM32L0'],
	[0x1e1f432d, 'STM32L1'],
	[0x00ff6919, 'STM32L4'],
	[0x04240bdf, 'STM32L5'],
	[0x70d16653, 'STM32WB'],
	[0x21460ff0, 'STM32WL'],
]);

/** Chips whose UF2 files lie about most; an ID in neither table may be a private one and is let through. */
const otherFamilies = new Map([
	[0xe48bff56, 'RP2040'],
	[0xe48bff57, 'RP2350'],
	[0xe48bff58, 'RP2350'],
	[0xe48bff59, 'RP2350'],
	[0xe48bff5a, 'RP2350'],
	[0xe48bff5b, 'RP2350'],
	[0x1c5f21b0, 'ESP32'],
	[0xbfdd4eee, 'ESP32-S2'],
	[0xc47e5767, 'ESP32-S3'],
	[0xd42ba06c, 'ESP32-C3'],
	[0x7eab61ed, 'ESP8266'],
	[0x68ed2b88, 'SAMD21'],
	[0x1851780a, 'SAML21'],
	[0x55114460, 'SAMD51'],
	[0x1b57745f, 'nRF52'],
	[0x621e937a, 'nRF52833'],
	[0xada52840, 'nRF52840'],
	[0x4fb2d5bd, 'i.MX RT10xx'],
	[0x2abc77ec, 'LPC55'],
	[0x16573617, 'ATmega32'],
	[0x31d228c6, 'GD32F350'],
	[0x9af03e33, 'GD32VF103'],
	[0x699b62ec, 'CH32V'],
]);

export const uf2: Format = {
	name: 'UF2',
	extensions: ['.uf2'],
	detect: ({ head }) => startsWith(head, MAGIC_START),
	parse,
};

interface Block {
	readonly offset: number;
	readonly flags: number;
	readonly address: number;
	readonly data: Uint8Array;
	readonly index: number;
	readonly total: number;
	readonly family?: number;
}

async function parse(source: ByteSource): Promise<Artifact> {
	const file = await readWhole(source);
	if (file.length % BLOCK_SIZE !== 0) {
		const offset = file.length - (file.length % BLOCK_SIZE);
		throw damaged(offset, 'size', file.length % BLOCK_SIZE, BLOCK_SIZE);
	}
	const blocks: Block[] = [];
	for (let at = 0; at < file.length; at += BLOCK_SIZE) blocks.push(readBlock(file, at));
	ensureComplete(blocks);

	const diagnostics: Diagnostic[] = [];
	const main = blocks.filter(
		({ flags }) => (flags & (FLAG_NOT_MAIN_FLASH | FLAG_FILE_CONTAINER)) === 0,
	);
	if (main.length < blocks.length) {
		const count = blocks.length - main.length;
		diagnostics.push(diagnostic('note', 'uf2.skipped', { count }));
	}
	const isOther = ({ family }: Block) => family !== undefined && otherFamilies.has(family);
	const ours = main.filter((block) => !isOther(block));
	if (ours.length < main.length) {
		const others = main.filter(isOther);
		const names = familyNames(others, otherFamilies).join(', ');
		if (ours.length === 0) throw new Failure('uf2.other-chip', { families: names });
		const data = { count: others.length, families: names };
		diagnostics.push(diagnostic('warning', 'uf2.other-blocks', data));
	}
	const families = familyNames(ours, stm32Families);
	if (families.length > 1) {
		diagnostics.push(diagnostic('warning', 'uf2.families', { families: families.join(', ') }));
	}
	for (const family of unknownFamilies(ours)) {
		diagnostics.push(diagnostic('warning', 'uf2.unknown-family', { family }));
	}
	return {
		kind: 'firmware',
		format: uf2.name,
		image: lay(ours),
		sections: [],
		diagnostics,
		...(families.length > 0 && { families }),
	};
}

function readBlock(file: Uint8Array, offset: number): Block {
	if (!startsWith(file, MAGIC_START, offset)) {
		throw damaged(offset, 'first word', u32le(file, offset), 'the UF2 mark');
	}
	const end = u32le(file, offset + BLOCK_SIZE - 4);
	if (end !== MAGIC_END) throw damaged(offset, 'last word', hex32(end), hex32(MAGIC_END));
	const flags = u32le(file, offset + 8);
	const address = u32le(file, offset + 12);
	const size = u32le(file, offset + 16);
	const index = u32le(file, offset + 20);
	const total = u32le(file, offset + 24);
	if (size > MAX_PAYLOAD) throw damaged(offset, 'payload size', size, `at most ${MAX_PAYLOAD}`);
	if (index >= total) throw damaged(offset, 'block number', index, `below ${total}`);
	if (address + size > 2 ** 32) throw new Failure('uf2.address', { offset, address, size });
	return {
		offset,
		flags,
		address,
		data: file.subarray(offset + DATA_OFFSET, offset + DATA_OFFSET + size),
		index,
		total,
		...((flags & FLAG_FAMILY) !== 0 && { family: u32le(file, offset + 28) }),
	};
}

/** Each family's blocks are numbered for themselves: every number once, whatever their order. */
function ensureComplete(blocks: readonly Block[]): void {
	const groups = new Map<number | undefined, { total: number; seen: Set<number> }>();
	for (const { family, index, total, offset } of blocks) {
		const group = groups.get(family) ?? { total, seen: new Set() };
		groups.set(family, group);
		if (total !== group.total) throw damaged(offset, 'block count', total, group.total);
		if (group.seen.has(index)) throw damaged(offset, 'block number', index, 'a new one');
		group.seen.add(index);
	}
	for (const { total, seen } of groups.values()) {
		if (seen.size === total) continue;
		let block = 0;
		while (seen.has(block)) block++;
		throw new Failure('uf2.missing', { found: seen.size, expected: total, block });
	}
}

function lay(blocks: readonly Block[]) {
	const found = blocks.reduce((total, { data }) => total + data.length, 0);
	if (found > MAX_IMAGE) {
		throw new Failure('file.too-much', { found, address: blocks[0]!.address, limit: MAX_IMAGE });
	}
	const parts = blocks.map(({ index, offset, address, data }) => ({
		name: `block ${index} (file offset ${offset})`,
		address,
		data,
	}));
	return layParts(parts, refuseOverlap).image;
}

const familyIds = (blocks: readonly Block[]): number[] => [
	...new Set(blocks.flatMap(({ family }) => family ?? [])),
];

const familyNames = (blocks: readonly Block[], table: ReadonlyMap<number, string>): string[] => [
	...new Set(familyIds(blocks).flatMap((id) => table.get(id) ?? [])),
];

const MAX_WARNINGS = 4;

const unknownFamilies = (blocks: readonly Block[]): number[] =>
	familyIds(blocks)
		.filter((id) => !stm32Families.has(id))
		.slice(0, MAX_WARNINGS);

const damaged = (offset: number, what: string, found: number | string, expected: number | string) =>
	new Failure('uf2.damaged', { offset, what, found, expected });
