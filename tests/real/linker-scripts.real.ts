// Scripts read by us and by arm-none-eabi-ld: the regions ld writes to its map are the regions we read, and what ld
// refuses we refuse or ask for.
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect } from 'vitest';
import { isFailure } from '#core/failure.ts';
import type { LinkScript } from '#core/link.ts';
import { defaultRegion, readScript, type ScriptFile, type ScriptOptions } from '#linker/index.ts';
import { accepted, included, refused, type Case } from '../fixtures/linker/constructs.ts';
import { preprocessed } from '../fixtures/linker/preprocessed.ts';
import { shapes } from '../fixtures/linker/shapes.ts';
import { run } from './clients/run.ts';
import { workspace } from './clients/workspace.ts';
import { real } from './needs.ts';

const { path, put, get } = workspace();
const needs = ['arm-none-eabi-as', 'arm-none-eabi-ld'] as const;
const text = (words: string): Uint8Array => new TextEncoder().encode(words);

const SOURCE = `
	.syntax unified
	.thumb
	.section .isr_vector,"a",%progbits
	.long 0x20000400, _start + 1
	.text
	.global _start
	.thumb_func
_start: b _start
	.section .rodata.x,"a",%progbits
	.long 1
	.data
	.long 2
	.bss
	.space 4
`;
let assembled: Promise<string> | undefined;
const object = (): Promise<string> =>
	(assembled ??= (async () => {
		const { code, text: said } = await run('arm-none-eabi-as', [
			put('a.s', text(SOURCE)),
			'-o',
			path('a.o'),
		]);
		expect(code, said).toBe(0);
		return path('a.o');
	})());

interface Row {
	readonly name: string;
	readonly origin: number;
	readonly length: number;
	readonly attributes: string;
}

/** "Memory Configuration" of a map, without what ld makes up for names nobody declares. */
function memoryOf(map: string): Row[] {
	const [, after = ''] = map.split('\nMemory Configuration\n');
	const table = after.split('\nLinker script and memory map')[0]!;
	return [...table.matchAll(/^(\S.*?)\s+(0x[0-9a-f]+) +(0x[0-9a-f]+)(?: +(\S+))?$/gm)]
		.map((row) => ({
			name: row[1]!,
			origin: Number(row[2]),
			length: Number(row[3]),
			attributes: row[4] ?? '',
		}))
		.filter(({ name }) => name !== '*default*');
}

let count = 0;

/** Links with the real ld. The folder of each try is its own, for INCLUDE. */
async function link(files: readonly ScriptFile[], options: readonly string[] = []) {
	const map = `try${count++}.map`;
	for (const file of files) put(file.name, text(file.text));
	// Generated scripts name the C library without a wildcard, so ld opens it.
	for (const library of ['libc.a', 'libm.a']) put(library, text('!<arch>\n'));
	const ended = await run('arm-none-eabi-ld', [
		...options,
		'-L',
		path('.'),
		'-T',
		path(files[0]!.name),
		await object(),
		'-o',
		path('a.elf'),
		'-Map',
		path(map),
		'--print-memory-usage',
	]);
	// ld may stop before it writes a map.
	const written = existsSync(path(map)) ? new TextDecoder().decode(get(map)) : '';
	return { ...ended, map: written, memory: memoryOf(written) };
}

/** Lengths as the map prints them, in 32 bits. */
const printed = ({ regions }: LinkScript): Row[] =>
	regions.map((region) => ({ ...region, length: region.length % 2 ** 32 }));

const filesOf = (main: string, others: readonly ScriptFile[] = []) =>
	[{ name: 'main.ld', text: main }, ...others] as [ScriptFile, ...ScriptFile[]];

function options({ defsym }: Case): { ours: ScriptOptions; lds: string[] } {
	const values = Object.entries(defsym ?? {});
	return {
		ours: { defsym: new Map(values) },
		lds: values.flatMap(([name, value]) => ['--defsym', `${name}=${value}`]),
	};
}

describe('MEMORY as ld evaluates it', () => {
	for (const each of accepted) {
		real(needs, `${each.what}: ${each.script.slice(0, 90)}`, async () => {
			const { ours, lds } = options(each);
			const linked = await link(filesOf(each.script), lds);
			expect(linked.memory.length, linked.text).toBeGreaterThan(0);
			const script = readScript(filesOf(each.script), ours);
			expect(script.missing).toEqual([]);
			expect(printed(script)).toEqual(linked.memory);
		});
	}
});

describe('files that are included', () => {
	for (const { what, files } of included) {
		real(needs, what, async () => {
			const all = files as [ScriptFile, ...ScriptFile[]];
			const linked = await link(all);
			expect(linked.memory.length, linked.text).toBeGreaterThan(0);
			expect(printed(readScript(all))).toEqual(linked.memory);
		});
	}
});

describe('what ld refuses', () => {
	for (const each of refused) {
		real(needs, `${each.what}: ${each.script.slice(0, 90)}`, async () => {
			const { ours, lds } = options(each);
			const linked = await link(filesOf(each.script), lds);
			expect(linked.code, linked.text).not.toBe(0);
			let told: string;
			try {
				const script = readScript(filesOf(each.script), ours);
				const errors = script.diagnostics.filter(({ severity }) => severity === 'error');
				told = [
					...script.missing.map(({ kind }) => kind),
					...errors.map(({ code }) => code),
				].join();
			} catch (error) {
				if (!isFailure(error)) throw error;
				told = error.code;
			}
			expect(told).toContain(each.told);
		});
	}
});

describe('scripts as projects write them', () => {
	for (const { what, files, ours, sections } of shapes) {
		real(needs, what, async () => {
			const all = files as [ScriptFile, ...ScriptFile[]];
			const linked = await link(all, ['--gc-sections', '-e', '0', '--noinhibit-exec']);
			const script = readScript(all);
			expect(script.missing).toEqual([]);
			expect(linked.memory.length, linked.text).toBeGreaterThan(0);
			expect(printed(script)).toEqual(linked.memory);
			expect(script.regions.map(({ name }) => name)).toEqual(ours);
			for (const [section, where] of Object.entries(sections)) {
				const found = script.placements.find((placement) => placement.section === section);
				expect([found?.region, found?.loadRegion], section).toEqual(where);
			}
		});
	}
});

describe('sections without a region', () => {
	const traits = {
		'.text': { code: true, writable: false, loaded: true },
		'.rodata': { code: false, writable: false, loaded: true },
		'.data': { code: false, writable: true, loaded: true },
		'.bss': { code: false, writable: true, loaded: false },
	};
	const attributes = [
		['rx', 'w'],
		['rx', '!rx'],
		['x', 'r', 'w'],
		['w', 'a'],
		['!w', 'a!x', 'a'],
		['L!x', 'L', 'a'],
		['x'],
		['rw', 'x'],
		['', 'a'],
		['w!L', 'al'],
	];
	for (const each of attributes) {
		real(needs, `go where ld puts them by (${each.join(') (')})`, async () => {
			const memory = each.map((letters, i) => {
				const origin = (i + 1) * 0x10000;
				return `M${i} ${letters && `(${letters})`} : ORIGIN = ${origin}, LENGTH = 4K`;
			});
			const sections = Object.keys(traits).map((name) => `${name} : { *(${name} ${name}.*) }`);
			const main = `MEMORY { ${memory.join(' ')} } SECTIONS { ${sections.join(' ')} }`;
			const linked = await link(filesOf(main));
			expect(linked.code, linked.text).toBe(0);
			const script = readScript(filesOf(main));
			for (const [name, trait] of Object.entries(traits)) {
				const line = new RegExp(`^\\${name} +(0x[0-9a-f]+)`, 'm').exec(linked.map)!;
				const at = Math.floor(Number(line[1]) / 0x10000) - 1;
				expect(defaultRegion(script, trait)?.name, name).toBe(at < 0 ? undefined : `M${at}`);
			}
		});
	}
});

describe('scripts for the C preprocessor', () => {
	const complete = preprocessed.filter(({ missing }) => missing.length === 0);
	for (const [i, { what, files, defines }] of complete.entries()) {
		real([...needs, 'arm-none-eabi-gcc'], `${what}, as cpp leaves it to ld (${i})`, async () => {
			for (const file of files) {
				mkdirSync(dirname(path(file.name)), { recursive: true });
				put(file.name, text(file.text));
				mkdirSync(path('inc'), { recursive: true });
				put(`inc/${file.name}`, text(file.text));
			}
			const given = Object.entries(defines ?? {}).map(([name, value]) =>
				value === null ? `-U${name}` : `-D${name}=${value}`,
			);
			const made = `cpp${i}.ld`;
			const cpp = ['-E', '-P', '-x', 'assembler-with-cpp', ...given, path(files[0]!.name)];
			const ended = await run('arm-none-eabi-gcc', [...cpp, '-o', path(made)]);
			expect(ended.code, ended.text).toBe(0);
			const linked = await link([{ name: made, text: new TextDecoder().decode(get(made)) }]);
			expect(linked.memory.length, linked.text).toBeGreaterThan(0);
			const script = readScript(files as [ScriptFile, ...ScriptFile[]], {
				defines: new Map(Object.entries(defines ?? {})),
			});
			expect(printed(script)).toEqual(linked.memory);
		});
	}
});
