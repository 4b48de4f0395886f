// Links made here and now: the map, the ELF and what ld counted, read by us and compared with what ld, readelf, nm,
// size and c++filt say of them.
import { describe, expect } from 'vitest';
import type { ElfView, LinkMap } from '#core/link.ts';
import { bytesSource } from '#core/source.ts';
import { readElfView } from '#formats/elf-view.ts';
import { readMap } from '#linker/map-read.ts';
import { readScript } from '#linker/script-read.ts';
import { memoryUsage, memoryUsageText } from '#linker/usage.ts';
import { run } from './clients/run.ts';
import { workspace } from './clients/workspace.ts';
import { scriptOf, SOURCES, VARIANTS, type Variant } from './linker-builds.ts';
import { real } from './needs.ts';

const { path, put, get } = workspace();
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function tool(program: string, ...args: string[]): Promise<string> {
	const { code, text } = await run(program, args);
	expect(code, `${program} ${args.join(' ')}\n${text}`).toBe(0);
	return text;
}

const CPU = ['-mcpu=cortex-m4', '-mthumb', '-mfloat-abi=hard', '-mfpu=fpv4-sp-d16'];
const COMPILE = [
	...CPU,
	'-Os',
	'-ffunction-sections',
	'-fdata-sections',
	'-fcommon',
	'-ffreestanding',
];
const compiled = new Map<string, Promise<string[]>>();

/** Objects for these options, made once: main.o and vectors.o, and an archive of the others. */
function objects(options: readonly string[]): Promise<string[]> {
	const key = options.join(' ');
	const made = compiled.get(key) ?? compile(options, `o${compiled.size}`);
	compiled.set(key, made);
	return made;
}

async function compile(options: readonly string[], prefix: string): Promise<string[]> {
	const made: Record<string, string> = {};
	for (const [name, text] of Object.entries(SOURCES)) {
		const object = path(`${prefix}-${name.replace(/\.\w+$/, '.o')}`);
		const plus = name.endsWith('.cpp')
			? ['-std=c++17', '-fno-exceptions', '-fno-rtti', '-fno-threadsafe-statics']
			: [];
		const source = put(name, bytes(text));
		await tool('arm-none-eabi-gcc', ...COMPILE, ...plus, ...options, '-c', source, '-o', object);
		made[name] = object;
	}
	const archive = path(`lib${prefix}.a`);
	await tool('arm-none-eabi-gcc-ar', 'rc', archive, made['used.c']!, made['also.c']!);
	return [made['main.c']!, made['vectors.s']!, archive, made['plus.cpp']!];
}

interface Linked {
	readonly printed: string;
	readonly map: LinkMap;
	readonly elf: ElfView;
	readonly script: string;
	readonly elfPath: string;
}

async function link(variant: Variant): Promise<Linked> {
	const name = `v${VARIANTS.indexOf(variant)}`;
	const [main, vectors, archive, plus] = await objects(variant.compile ?? []);
	const inputs = [
		main!,
		vectors!,
		...(variant.plus === true ? [plus!, '-Wl,-u,plus'] : []),
		archive!,
	];
	const text = scriptOf(variant);
	const script = put(`${name}.ld`, bytes(text));
	const elfPath = path(`${name}.elf`);
	const options = [
		`-Map=${path(`${name}.map`)}`,
		'--cref',
		'--print-memory-usage',
		...(variant.link ?? []),
	];
	const flags = options.map((option) => (option === '-flto' ? option : `-Wl,${option}`));
	const printed = await tool(
		'arm-none-eabi-gcc',
		...CPU,
		'-nostdlib',
		'-T',
		script,
		...flags,
		'-o',
		elfPath,
		...inputs,
	);
	return {
		printed: printed.slice(printed.indexOf('Memory region')).replace(/\n(?![ \w]*:).*$/s, '\n'),
		map: readMap(get(`${name}.map`), `${name}.map`),
		elf: await readElfView(bytesSource(get(`${name}.elf`))),
		script: text,
		elfPath,
	};
}

/** "2: 08000000 0x1c FUNC …" lines as readelf and nm print numbers. */
const hex = (value: number): string => value.toString(16).padStart(8, '0');

async function expectSections({ elf, elfPath }: Linked): Promise<void> {
	const printed = await tool('arm-none-eabi-readelf', '-SW', elfPath);
	const rows = [
		...printed.matchAll(
			/^ +\[ ?(\d+)\] (\S*) +([A-Z_]+[A-Z0-9_]*) +([0-9a-f]{8}) ([0-9a-f]{6}) ([0-9a-f]{6}) [0-9a-f]{2} +([A-Zoxyp ]{0,4}?) +\d+ +\d+ +(\d+)$/gm,
		),
	]
		.slice(1)
		.map(([, index, name, , address, offset, size, , alignment]) => [
			Number(index),
			name,
			address,
			offset,
			size,
			Number(alignment),
		]);
	const ours = elf.sections.map(({ index, name, address, offset, size, alignment }) => [
		index,
		name,
		hex(address),
		hex(offset).slice(2),
		hex(size).slice(2),
		alignment,
	]);
	expect(ours).toEqual(rows);
	const loads = await tool('arm-none-eabi-objdump', '-hw', elfPath);
	for (const [, name, , , lma, flags] of loads.matchAll(
		/^ +\d+ (\S+) +([0-9a-f]{8}) +([0-9a-f]{8}) +([0-9a-f]{8}) +[0-9a-f]+ +2\*\*\d+ +(.*)$/gm,
	)) {
		const section = elf.sections.find((each) => each.name === name)!;
		if (!flags!.includes('LOAD') || section.size === 0) continue;
		expect(hex(section.loadAddress!), `load address of ${name}`).toBe(lma);
	}
}

async function expectSegments({ elf, elfPath }: Linked): Promise<void> {
	const printed = await tool('arm-none-eabi-readelf', '-lW', elfPath);
	const rows = [
		...printed.matchAll(
			/^ +[A-Z_]+ +0x([0-9a-f]+) 0x([0-9a-f]+) 0x([0-9a-f]+) 0x([0-9a-f]+) 0x([0-9a-f]+) .{3} (?:0x)?([0-9a-f]+)$/gm,
		),
	].map((row) => row.slice(1).map((value) => Number.parseInt(value, 16)));
	const ours = elf.segments.map((segment) => [
		segment.offset,
		segment.address,
		segment.loadAddress,
		segment.fileSize,
		segment.memorySize,
		segment.alignment,
	]);
	expect(ours).toEqual(rows);
	expect(elf.entry).toBe(Number(/Entry point (0x[0-9a-f]+)/.exec(printed)![1]));
}

async function expectSymbols({ elf, elfPath }: Linked): Promise<void> {
	for (const option of ['--no-demangle', '-C']) {
		const printed = await tool('arm-none-eabi-nm', '-S', option, elfPath);
		const rows = printed
			.trimEnd()
			.split('\n')
			.map((line) => /^([0-9a-f]{8}| {8}) (?:([0-9a-f]{8}) )?\w (.*)$/.exec(line)!)
			.filter(([, , , name]) => !/^\$[atd]/.test(name!))
			.map(
				([, address, size, name]) =>
					`${address!.replace(/^ +$/, '00000000')} ${size ?? '00000000'} ${name}`,
			);
		const ours = elf.symbols.map(
			({ name, readable, address, size }) =>
				`${hex(address)} ${hex(size)} ${option === '-C' ? (readable ?? name) : name}`,
		);
		expect(ours.sort()).toEqual(rows.sort());
	}
}

async function expectIdentity({ elf, elfPath }: Linked): Promise<void> {
	const attributes = await tool('arm-none-eabi-readelf', '-A', elfPath);
	const rows = [...attributes.matchAll(/^ {2}Tag_(\w+): (.*)$/gm)].map(([, name, value]) => [
		name,
		value!.replace(/^"(.*)"$/, '$1'),
	]);
	expect([...elf.attributes]).toEqual(rows);
	const notes = await tool('arm-none-eabi-readelf', '-nW', elfPath);
	expect(elf.buildId).toBe(/Build ID: ([0-9a-f]+)/.exec(notes)?.[1]);
	const comment = await tool('arm-none-eabi-readelf', '-p', '.comment', elfPath);
	expect(elf.compilers).toEqual(
		[...comment.matchAll(/^ +\[ +[0-9a-f]+\] +(.*)$/gm)].map(([, text]) => text),
	);
}

/** Every input section stands where the map's output section does, and none is beyond its end. */
function expectWhole({ map, elf }: Linked): void {
	expect(map.diagnostics).toEqual([]);
	for (const section of elf.sections.filter(({ flags, size }) => (flags & 2) !== 0 && size > 0)) {
		const ours = map.sections.find(
			({ name, address }) => name === section.name && address === section.address,
		);
		expect(ours, section.name).toMatchObject({ address: section.address, size: section.size });
		const total = ours!.inputs.reduce((sum, { size }) => sum + size, 0);
		expect(total, `inputs of ${section.name}`).toBe(section.size);
	}
}

const needs = [
	'arm-none-eabi-gcc',
	'arm-none-eabi-ld',
	'arm-none-eabi-readelf',
	'arm-none-eabi-nm',
] as const;

describe('links of GNU ld', () => {
	for (const variant of VARIANTS) {
		real(needs, `${variant.name}: as ld, readelf and nm say`, async () => {
			const linked = await link(variant);
			const script = readScript([{ name: 'app.ld', text: linked.script }]);
			const { map, elf, printed } = linked;
			expect(memoryUsageText(memoryUsage({ map, script, elf })), 'map, script and ELF').toBe(
				printed,
			);
			expect(memoryUsageText(memoryUsage({ script, elf })), 'script and ELF').toBe(printed);
			expect(memoryUsageText(memoryUsage({ map, script })), 'map and script').toBe(printed);
			// Regions that overlap and loads that count nowhere cannot be seen in a map.
			if (variant.blind !== true) {
				expect(memoryUsageText(memoryUsage({ map })), 'map').toBe(printed);
				expect(memoryUsageText(memoryUsage({ map, elf })), 'map and ELF').toBe(printed);
			}
			expectWhole(linked);
			await expectSections(linked);
			await expectSegments(linked);
			await expectSymbols(linked);
			await expectIdentity(linked);
		});
	}
});

/** Shapes whose scripts lld accepts too. */
const LLD = [
	'as a vendor template has it',
	'unused sections collected',
	'C++',
	'debug information',
	'NOLOAD in a region of its own',
	'aliases',
	'data copied by an expression, which counts nowhere',
	'a counter moved in and between sections',
	'relocations kept',
];

async function linkWithLld(variant: Variant): Promise<{ map: LinkMap; linked: Linked }> {
	const name = `lld${VARIANTS.indexOf(variant)}`;
	const [main, vectors, archive, plus] = await objects(variant.compile ?? []);
	// lld wants regions declared above their use.
	const text = scriptOf(variant).replace(/^_estack = .*$/m, '');
	const script = put(`${name}.ld`, bytes(text));
	const [elfPath, mapPath] = [path(`${name}.elf`), path(`${name}.map`)];
	const inputs = [
		main!,
		vectors!,
		...(variant.plus === true ? [plus!, '-u', 'plus'] : []),
		archive!,
	];
	const options = ['-T', script, `-Map=${mapPath}`, '--cref', ...(variant.link ?? [])];
	await tool('ld.lld', ...options, '-o', elfPath, ...inputs);
	const elf = await readElfView(bytesSource(get(`${name}.elf`)));
	const map = readMap(get(`${name}.map`), `${name}.map`);
	return { map, linked: { printed: '', map, elf, script: text, elfPath } };
}

describe('links of LLVM lld', () => {
	for (const name of LLD) {
		real([...needs, 'ld.lld'], `${name}: as readelf and nm say`, async () => {
			const { map, linked } = await linkWithLld(VARIANTS.find((variant) => variant.name === name)!);
			const { elf } = linked;
			expect(map.linker).toBe('LLVM lld');
			expect(map.diagnostics).toEqual([]);
			await expectSections(linked);
			await expectSegments(linked);
			await expectSymbols(linked);
			await expectIdentity(linked);
			const allocated = elf.sections.filter(({ flags, size }) => (flags & 2) !== 0 && size > 0);
			for (const { name: section, address, size, type, loadAddress } of allocated) {
				const ours = map.sections.find((each) => each.name === section && each.address === address);
				expect(ours, section).toMatchObject({ address, size });
				if (type !== 8) expect(ours!.loadAddress, section).toBe(loadAddress);
				for (const input of ours!.inputs) {
					expect(input.address).toBeGreaterThanOrEqual(address);
					expect(input.address + input.size).toBeLessThanOrEqual(address + size);
				}
			}
			// LLVM's demangler has other words for lambdas and clones.
			const named = elf.symbols.filter(
				({ section, kind, readable = '' }) =>
					section !== undefined && kind !== 'other' && !/\{lambda|\[clone/.test(readable),
			);
			expect(named.length).toBeGreaterThan(5);
			const listed = new Set(
				map.sections.flatMap(({ symbols }) =>
					symbols.map((each) => `${each.name} ${each.address}`),
				),
			);
			for (const each of named)
				expect(listed).toContain(`${each.readable ?? each.name} ${each.address}`);
			expect(map.references.get('also')).toHaveLength(2);
		});
	}
});
