// Builds made here and now by gcc, inspected by our command line, and compared with what binutils says of them: ld's
// --print-memory-usage, size -A, and sha256sum of what objcopy makes.
import { describe, expect } from 'vitest';
import { runWith } from '../cli/rig.ts';
import { run } from './clients/run.ts';
import { workspace } from './clients/workspace.ts';
import { firmwareSource, layouts, scriptOf, type Layout } from './insight-builds.ts';
import { real } from './needs.ts';

const { path, put, get } = workspace();
const needs = ['arm-none-eabi-gcc', 'arm-none-eabi-objcopy'] as const;

async function tool(program: string, ...args: string[]): Promise<string> {
	const { code, text } = await run(program, args);
	expect(code, text).toBe(0);
	return text;
}

interface Inspected {
	regions: {
		name: string;
		origin: string;
		length: number;
		used: number | null;
		free: number | null;
	}[];
	sections: { name: string; address: string; size: number }[];
	segments: { address: string; size: number; sha256: string }[];
	symbols?: { name: string; address: string; size: number }[];
	diagnostics: { code: string; severity: string; message: string }[];
	comparison?: {
		sections: { name: string; delta: number; kind: string }[];
		update: { sectors: number; seconds: number; wholeSeconds: number };
	};
}

async function inspect(names: readonly string[], ...options: string[]): Promise<Inspected> {
	const files = Object.fromEntries(names.map((name) => [name, get(name)]));
	const { code, out, err } = await runWith(['inspect', ...names, '--json', ...options], files);
	expect(code, err + out).toBe(0);
	return JSON.parse(out) as Inspected;
}

const text = (words: string): Uint8Array => new TextEncoder().encode(words);

/** Compiles and links; returns what ld printed. */
async function link(layout: Layout, name: string, ...defines: string[]): Promise<string> {
	const source = put(`${name}.c`, text(firmwareSource));
	const script = put(`${name}.ld`, text(scriptOf(layout)));
	return tool(
		'arm-none-eabi-gcc',
		...[...layout.cpu, '-mthumb', '-Os', '-g', '-ffunction-sections', '-fdata-sections'],
		...[
			'-nostartfiles',
			'-Wl,--gc-sections',
			'-Wl,--print-memory-usage',
			`-Wl,-Map=${path(name)}.map`,
		],
		...[...layout.defines, ...defines, '-T', script, '-o', `${path(name)}.elf`, source],
	);
}

const UNITS: Readonly<Record<string, number>> = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

/** Name and bytes used of every row that --print-memory-usage printed. */
const usageOf = (printed: string): [string, number][] =>
	[...printed.matchAll(/^\s*(\w+):\s+(\d+) (B|KB|MB|GB)\s+\d+ /gm)].map(
		([, name = '', amount, unit = 'B']) => [name, Number(amount) * UNITS[unit]!],
	);

/** Name, size and address of the allocated sections that `size -A` lists. */
const sizesOf = (printed: string): [string, number, number][] =>
	[...printed.matchAll(/^(\.\S+)\s+(\d+)\s+(\d+)$/gm)]
		.map(([, name = '', size, address]): [string, number, number] => [
			name,
			Number(size),
			Number(address),
		])
		.filter(([name, size]) => size > 0 && !/^\.(debug|comment|ARM\.attributes)/.test(name));

describe('inspect agrees with binutils', () => {
	for (const layout of layouts) {
		real(needs, `on regions of ${layout.title}, whatever files it is given`, async () => {
			const name = layout.title.replace(/\W+/g, '-');
			const printed = usageOf(await link(layout, name));
			expect(printed.length).toBe(layout.regions.length);
			const [elf, map, script] = [`${name}.elf`, `${name}.map`, `${name}.ld`];
			for (const files of [[elf, map, script], [script, elf], [map], [map, elf]]) {
				const { regions } = await inspect(files);
				expect(
					regions.map((region) => [region.name, region.used]),
					files.join(),
				).toEqual(printed);
				for (const { length, used, free } of regions) expect(free).toBe(length - used!);
			}
		});

		real(needs, `on sections and bytes of ${layout.title}`, async () => {
			const name = layout.title.replace(/\W+/g, '-');
			await link(layout, name);
			const sizes = sizesOf(await tool('arm-none-eabi-size', '-A', `${path(name)}.elf`));
			const { sections, segments } = await inspect([`${name}.elf`]);
			const ours = sections.map((row) => [row.name, row.size, Number(row.address)]);
			const byAddress = [...sizes].sort((a, b) => a[2] - b[2]);
			expect(ours).toEqual(byAddress);
			await tool('arm-none-eabi-objcopy', '-O', 'ihex', `${path(name)}.elf`, `${path(name)}.hex`);
			expect((await inspect([`${name}.hex`])).segments).toEqual(segments);
			for (const [i, segment] of segments.entries()) {
				const start = Number(segment.address);
				const bin = `${name}-${i}.bin`;
				const flat = `${path(name)}.flat.elf`;
				await tool(
					'arm-none-eabi-objcopy',
					'-I',
					'ihex',
					'-O',
					'binary',
					'--gap-fill',
					'0xff',
					`${path(name)}.hex`,
					flat,
				);
				const first = Number(segments[0]!.address);
				put(bin, get(`${name}.flat.elf`).slice(start - first, start - first + segment.size));
				const sum = await tool('sha256sum', path(bin));
				expect(segment.sha256).toBe(sum.slice(0, 64));
			}
		});

		real(needs, `warns of nothing in ${layout.title}`, async () => {
			const name = layout.title.replace(/\W+/g, '-');
			await link(layout, name);
			const files = [`${name}.elf`, `${name}.map`, `${name}.ld`];
			const { diagnostics } = await inspect(files, '--device', layout.part);
			expect(diagnostics.filter(({ severity }) => severity !== 'note')).toEqual([]);
		});
	}

	real(needs, 'on symbols, as nm lists them', async () => {
		const layout = layouts[0]!;
		await link(layout, 'symbols');
		const listed = await tool('arm-none-eabi-nm', '-S', '--defined-only', `${path('symbols')}.elf`);
		const expected = [...listed.matchAll(/^([0-9a-f]{8}) ([0-9a-f]{8}) [tTdDbBrRwWvV] (\S+)$/gm)]
			.map(([, address, size, name]) => `${name} ${parseInt(address!, 16)} ${parseInt(size!, 16)}`)
			.sort();
		const { symbols = [] } = await inspect(['symbols.elf'], '--symbols');
		const ours = symbols
			.map(({ name, address, size }) => `${name} ${Number(address)} ${size}`)
			.sort();
		expect(expected.length).toBeGreaterThan(6);
		expect(ours).toEqual(expected);
	});

	real(needs, 'compares two builds: what grew, and what the update costs', async () => {
		const layout = layouts[0]!;
		await link(layout, 'old');
		await link(layout, 'new', '-DMORE');
		const files = Object.fromEntries(['old.elf', 'new.elf'].map((name) => [name, get(name)]));
		const words = ['inspect', 'new.elf', '--compare', 'old.elf', '--device', layout.part, '--json'];
		const { out } = await runWith(words, files);
		const { comparison } = JSON.parse(out) as Inspected;
		const sizes = async (name: string) =>
			new Map(
				sizesOf(await tool('arm-none-eabi-size', '-A', `${path(name)}.elf`)).map(([key, size]) => [
					key,
					size,
				]),
			);
		const [old, now] = [await sizes('old'), await sizes('new')];
		for (const { name, delta } of comparison!.sections)
			expect([name, delta]).toEqual([name, (now.get(name) ?? 0) - (old.get(name) ?? 0)]);
		const { update } = comparison!;
		expect(update.sectors).toBeGreaterThan(0);
		expect(update.seconds).toBeGreaterThan(0);
		expect(update.seconds).toBeLessThanOrEqual(update.wholeSeconds);
	});

	real(needs, 'fails a budget that ld would not', async () => {
		await link(layouts[0]!, 'budget');
		const files = Object.fromEntries(['budget.elf', 'budget.ld'].map((name) => [name, get(name)]));
		const code = async (limit: string) =>
			(await runWith(['inspect', 'budget.elf', 'budget.ld', '--max', limit], files)).code;
		expect(await code('FLASH=90%')).toBe(0);
		expect(await code('FLASH=100')).toBe(1);
	});
});
