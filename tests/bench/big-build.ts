// A build as large as they come: a debug ELF and the map of its link that agree with each other, from sources that
// never were. Everything by formula, so that two runs measure the same bytes.

const FLASH = 0x08000000;
const RAM = 0x20000000;
const SECTION_HEADER = 40;
const SYMBOL = 16;

export interface BigBuild {
	readonly elf: Buffer;
	readonly map: Buffer;
	readonly symbols: number;
}

interface Part {
	readonly name: string;
	readonly type: number;
	readonly flags: number;
	readonly address: number;
	readonly data: Buffer;
	/** In memory; more than `data` for .bss. */
	readonly size?: number;
	readonly link?: number;
	readonly info?: number;
	readonly entrySize?: number;
}

/** `elfBytes` and `mapBytes` are reached to within a few percent. */
export function bigBuild({ elfBytes, mapBytes }: { elfBytes: number; mapBytes: number }): BigBuild {
	const objects = Math.round(mapBytes / 640);
	const functions = Array.from({ length: objects * 3 }, (_, i) => ({
		name: `_ZN6module${String(i % 977).padStart(3, '0')}5Class${String(i % 7919).padStart(5, '0')}7method${i}Ev`,
		object: Math.floor(i / 3),
		size: 8 + ((i * 37) % 32) * 2,
	}));
	let at = FLASH + 0x200;
	const placed = functions.map((one) => {
		const address = at;
		at += Math.ceil(one.size / 4) * 4;
		return { ...one, address };
	});
	const text = at - FLASH - 0x200;
	const variables = Array.from({ length: objects }, (_, i) => ({
		name: `buffer_${i}`,
		address: RAM + i * 16,
		size: 16,
	}));
	return {
		elf: elfOf({ placed, variables, text, elfBytes }),
		map: Buffer.from(mapOf(placed, variables, text)),
		symbols: placed.length + variables.length,
	};
}

interface Placed {
	readonly name: string;
	readonly address: number;
	readonly size: number;
	readonly object?: number;
}

/** Bytes that do not compress to nothing, as code and debug information do not. */
function filler(size: number, seed: number): Buffer {
	const words = new Uint32Array(Math.ceil(size / 4));
	let state = seed | 1;
	for (let i = 0; i < words.length; i++) {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		words[i] = state;
	}
	return Buffer.from(words.buffer, 0, size);
}

function elfOf(of: {
	placed: readonly Placed[];
	variables: readonly Placed[];
	text: number;
	elfBytes: number;
}): Buffer {
	const all = [
		...of.placed.map((one) => ({ ...one, section: 2, info: 0x12 })),
		...of.variables.map((one) => ({ ...one, section: 3, info: 0x11 })),
	];
	const names = Buffer.from(`\0${all.map(({ name }) => name).join('\0')}\0`);
	const table = Buffer.alloc((all.length + 1) * SYMBOL);
	let nameAt = 1;
	for (const [i, { name, address, size, section, info }] of all.entries()) {
		const entry = (i + 1) * SYMBOL;
		table.writeUInt32LE(nameAt, entry);
		table.writeUInt32LE(section === 2 ? address | 1 : address, entry + 4);
		table.writeUInt32LE(size, entry + 8);
		table.writeUInt8(info, entry + 12);
		table.writeUInt16LE(section, entry + 14);
		nameAt += name.length + 1;
	}
	const vectors = Buffer.alloc(0x200);
	vectors.writeUInt32LE(RAM + 0x20000, 0);
	vectors.writeUInt32LE((of.placed[0]?.address ?? 0) | 1, 4);
	const rest = Math.max(0, of.elfBytes - of.text - table.length - names.length);
	const bss = of.variables.length * 16;
	const none = Buffer.alloc(0);
	return assemble([
		{ name: '.isr_vector', type: 1, flags: 2, address: FLASH, data: vectors },
		{ name: '.text', type: 1, flags: 6, address: FLASH + 0x200, data: filler(of.text, 7) },
		{ name: '.bss', type: 8, flags: 3, address: RAM, data: none, size: bss },
		{
			name: '.debug_info',
			type: 1,
			flags: 0,
			address: 0,
			data: filler(Math.floor(rest * 0.6), 11),
		},
		{
			name: '.debug_line',
			type: 1,
			flags: 0,
			address: 0,
			data: filler(Math.floor(rest * 0.4), 13),
		},
		{
			name: '.symtab',
			type: 2,
			flags: 0,
			address: 0,
			data: table,
			link: 7,
			info: 1,
			entrySize: SYMBOL,
		},
		{ name: '.strtab', type: 3, flags: 0, address: 0, data: names },
	]);
}

function assemble(parts: readonly Part[]): Buffer {
	const names = Buffer.from(`\0${[...parts.map(({ name }) => name), '.shstrtab'].join('\0')}\0`);
	const all: Part[] = [...parts, { name: '.shstrtab', type: 3, flags: 0, address: 0, data: names }];
	const loads = parts.filter(({ flags }) => (flags & 2) !== 0);
	const header = Buffer.alloc(52 + loads.length * 32);
	let at = header.length;
	const offsets = all.map(({ data }) => {
		const offset = at;
		at += Math.ceil(data.length / 4) * 4;
		return offset;
	});
	const sections = Buffer.alloc((all.length + 1) * SECTION_HEADER);
	let nameAt = 1;
	for (const [i, part] of all.entries()) {
		const fields = [
			...[nameAt, part.type, part.flags, part.address, offsets[i] ?? 0],
			...[part.size ?? part.data.length, part.link ?? 0, part.info ?? 0, 4, part.entrySize ?? 0],
		];
		for (const [j, value] of fields.entries())
			sections.writeUInt32LE(value, (i + 1) * SECTION_HEADER + j * 4);
		nameAt += part.name.length + 1;
	}
	Buffer.from('7f454c4601010100', 'hex').copy(header);
	for (const [offset, value] of [
		[16, 2],
		[18, 40],
		[40, 52],
		[42, 32],
		[44, loads.length],
		[46, SECTION_HEADER],
		[48, all.length + 1],
		[50, all.length],
	] as const)
		header.writeUInt16LE(value, offset);
	for (const [offset, value] of [
		[20, 1],
		[24, FLASH | 1],
		[28, 52],
		[32, at],
		[36, 0x05000200],
	] as const)
		header.writeUInt32LE(value, offset);
	for (const [i, part] of loads.entries()) {
		const index = all.indexOf(part);
		const bytes = part.size ?? part.data.length;
		const fields = [
			1,
			offsets[index] ?? 0,
			part.address,
			part.address,
			part.data.length,
			bytes,
			5,
			4,
		];
		for (const [j, value] of fields.entries()) header.writeUInt32LE(value, 52 + i * 32 + j * 4);
	}
	const padded = all.flatMap(({ data }) => [data, Buffer.alloc((4 - (data.length % 4)) % 4)]);
	return Buffer.concat([header, ...padded, sections]);
}

const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;
const short = (value: number): string => `0x${value.toString(16)}`.padStart(10);
const objectName = (i: number): string =>
	i % 3 === 0 ? `lib/libmodules.a(unit${i}.cpp.o)` : `build/src/module/unit${i}.cpp.o`;

function mapOf(placed: readonly Placed[], variables: readonly Placed[], text: number): string {
	const lines = [
		'',
		'Memory Configuration',
		'',
		'Name             Origin             Length             Attributes',
		'FLASH            0x08000000         0x02000000         xr',
		'RAM              0x20000000         0x00200000         xrw',
		'*default*        0x00000000         0xffffffff',
		'',
		'Linker script and memory map',
		'',
		'.isr_vector     0x08000000      0x200',
		' .isr_vector    0x08000000      0x200 build/startup.o',
		'',
		`.text           ${hex(FLASH + 0x200)} ${short(text)}`,
		' *(.text*)',
	];
	for (const { name, address, size, object = 0 } of placed) {
		const bytes = Math.ceil(size / 4) * 4;
		lines.push(
			` .text.${name}`,
			`                ${hex(address)} ${short(bytes)} ${objectName(object)}`,
		);
		lines.push(`                ${hex(address)}                ${name}`);
	}
	lines.push('', `.bss            ${hex(RAM)} ${short(variables.length * 16)}`, ' *(.bss*)');
	for (const [i, { name, address, size }] of variables.entries())
		lines.push(` .bss.${name}`, `                ${hex(address)} ${short(size)} ${objectName(i)}`);
	return `${lines.join('\n')}\n`;
}
