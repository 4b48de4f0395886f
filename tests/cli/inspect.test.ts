// `inspect` as a build server calls it: files in, JSON and an exit code out.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encodeElf } from '../formats/encode.ts';
import { FLASH, K } from '../insight/builds.ts';
import { code, files, text } from './files.ts';
import { runWith } from './rig.ts';

interface Answer {
	segments: { address: string; size: number; crc32: string; sha256: string }[];
	regions: {
		name: string;
		origin: string;
		length: number;
		attributes: string;
		used: number | null;
		free: number | null;
	}[];
	sections: { name: string; address: string; size: number }[];
	symbols?: { name: string }[];
	diagnostics: { code: string; severity: string; address?: string; message: string }[];
	missing: { kind: string; name: string }[];
}

async function inspect(...words: string[]): Promise<Answer> {
	const { code: exit, out, err } = await runWith(['inspect', ...words, '--json'], files);
	expect(exit, err + out).toBe(0);
	return JSON.parse(out) as Answer;
}

describe('inspect', () => {
	it('joins a HEX to maximal runs with CRC-32 and SHA-256', async () => {
		const { segments, regions, sections } = await inspect('app.hex');
		expect(segments.map(({ address, size }) => [address, size])).toEqual([
			['0x08000000', 20_000],
			['0x08040000', 300],
		]);
		expect(segments[0]!.sha256).toBe(createHash('sha256').update(text).digest('hex'));
		expect(segments[0]!.crc32).toMatch(/^0x[0-9A-F]{8}$/);
		expect([regions, sections]).toEqual([[], []]);
	});

	it('reads a script alone: its regions, their use unknown', async () => {
		const { regions, diagnostics } = await inspect('app.ld');
		expect(regions).toMatchObject([
			{
				name: 'FLASH',
				origin: '0x08000000',
				length: 512 * K,
				attributes: 'xr',
				used: null,
				free: null,
			},
			{
				name: 'RAM',
				origin: '0x20000000',
				length: 128 * K,
				attributes: 'xrw',
				used: null,
				free: null,
			},
		]);
		expect(diagnostics).toEqual([]);
	});

	it('asks by name for what a script needs, and takes it', async () => {
		const { missing } = await inspect('open.ld');
		expect(missing).toMatchObject([{ kind: 'symbol', name: 'SRAM_SIZE' }]);
		const { regions } = await inspect('open.ld', '--defsym', 'SRAM_SIZE=0x10000');
		expect(regions[1]).toMatchObject({ name: 'RAM', length: 64 * K });
		const told = await runWith(['inspect', 'open.ld'], files);
		expect(told.out).toContain('needs SRAM_SIZE: give it with --defsym SRAM_SIZE=…');
	});

	it('reads a map alone, with use; an ELF, map and script in any order', async () => {
		const alone = await inspect('app.map');
		expect(alone.regions.map(({ name, used }) => [name, used])).toEqual([
			['FLASH', 20_000],
			['RAM', 100],
		]);
		expect(alone.segments).toEqual([]);
		const one = await inspect('app.elf', 'app.map', 'app.ld');
		for (const order of [
			['app.ld', 'app.elf', 'app.map'],
			['app.map', 'app.ld', 'app.elf'],
			['app.elf', '--map', 'app.map', '--script', 'app.ld'],
		]) {
			const { regions, sections, segments } = await inspect(...order);
			expect([regions, sections, segments]).toEqual([one.regions, one.sections, one.segments]);
		}
	});

	it('finds what a script includes, in the folders given', async () => {
		const main = 'INCLUDE memory.ld\nSECTIONS { .text : { *(.text*) } > FLASH }\n';
		const more = {
			...files,
			'main.ld': main,
			'parts/memory.ld': 'MEMORY { FLASH : ORIGIN = 0x08000000, LENGTH = 64K }\n',
		};
		const missing = JSON.parse(
			(await runWith(['inspect', 'main.ld', '--json'], more)).out,
		) as Answer;
		expect(missing.missing).toMatchObject([{ kind: 'include', name: 'memory.ld' }]);
		const { out } = await runWith(['inspect', 'main.ld', '--include', 'parts', '--json'], more);
		expect((JSON.parse(out) as Answer).regions).toMatchObject([{ name: 'FLASH', length: 64 * K }]);
	});

	it('lists symbols when asked', async () => {
		expect(await inspect('app.map')).not.toHaveProperty('symbols');
		expect((await inspect('app.map', '--symbols')).symbols?.map(({ name }) => name)).toEqual([
			'main',
			'buffer',
		]);
	});

	it('places a raw binary by its vectors, or where it is told to', async () => {
		expect((await inspect('app.bin')).segments).toMatchObject([{ address: '0x08000000' }]);
		expect((await inspect('odd.bin', '--address', '0x08010000')).segments).toMatchObject([
			{ address: '0x08010000', size: 99 },
		]);
	});

	it('lays the build over a chip', async () => {
		const small = await inspect('app.ld', 'app.elf', '--device', 'STM32F405RG');
		expect(small.diagnostics.map((each) => each.code)).toContain('insight.region-short');
		const { diagnostics } = await inspect('app.hex', '--device', 'F103C8');
		expect(diagnostics).toContainEqual(
			expect.objectContaining({
				code: 'insight.image-outside',
				severity: 'error',
				address: '0x08040000',
			}),
		);
		const none = (await inspect('app.hex', '--device', 'STM32N657X0')).diagnostics;
		expect(none.map(({ code }) => code)).toContain('plan.no-flash');
		expect(none.map(({ code }) => code)).not.toContain('insight.image-outside');
	});

	it('compares with an older build', async () => {
		const old = encodeElf([{ name: '.text', address: FLASH, data: code(18_000), flags: 6 }]);
		const { out } = await runWith(
			['inspect', 'app.elf', '--compare', 'old.elf', '--device', 'STM32F405RG', '--json'],
			{ ...files, 'old.elf': old },
		);
		const { comparison } = JSON.parse(out) as {
			comparison: { sections: object[]; sectors: object[]; update: object };
		};
		expect(comparison.sections).toMatchObject([{ name: '.text', kind: 'grew', delta: 2000 }]);
		expect(comparison.sectors).toMatchObject([{ number: 1, address: '0x08004000' }]);
		expect(comparison.update).toMatchObject({ sectors: 1, wire: 'USB' });
	});

	it('fails budgets, in per cent, KiB and bytes', async () => {
		const run = async (limit: string) =>
			(await runWith(['inspect', 'app.map', '--max', limit, '--json'], files)).code;
		expect(
			await Promise.all(['FLASH=90%', 'FLASH=20K', 'FLASH=20000', 'FLASH=3.82%'].map(run)),
		).toEqual([0, 0, 0, 0]);
		expect(
			await Promise.all(['FLASH=3.8%', 'FLASH=19K', 'FLASH=19999', 'FLASH=0x10', 'RAM=0'].map(run)),
		).toEqual([1, 1, 1, 1, 1]);
		const { out } = await runWith(['inspect', 'app.map', '--max', 'FLASH=1K', '--json'], files);
		expect((JSON.parse(out) as Answer).diagnostics[0]).toMatchObject({
			code: 'insight.over-budget',
			severity: 'error',
		});
		expect(await run('ROM=10%')).toBe(1);
		expect((await runWith(['inspect', 'app.ld', '--max', 'FLASH=10%'], files)).err).toContain(
			'Nothing tells how much of FLASH',
		);
	});

	it('says what cannot be read, as JSON with exit code 1', async () => {
		for (const [name, expected] of [
			['broken.elf', /^elf\./],
			['empty.hex', /^file\.empty$/],
			['readme.txt', /^file\.not-firmware$/],
			['absent.elf', /^cli\.unreadable$/],
			['odd.bin', /^insight\.needs-address$|^file\./],
		] as const) {
			const { code: exit, out } = await runWith(['inspect', name, '--json'], files);
			expect(exit, name).toBe(1);
			const { error } = JSON.parse(out) as { error: { code: string; message: string } };
			expect(error.code, name).toMatch(expected);
			expect(error.message.length).toBeGreaterThan(10);
		}
	});

	it('takes a wrong command line for what it is', async () => {
		for (const words of [
			[],
			['app.elf', '--nonsense'],
			['app.elf', '--max', 'FLASH'],
			['app.elf', '--max', 'FLASH=lots'],
			['app.elf', '--defsym', 'X'],
			['app.elf', '--address', 'here'],
			['app.elf', '--layout', 'x'],
		])
			expect((await runWith(['inspect', ...words], files)).code, words.join(' ')).toBe(2);
		expect((await runWith(['inspect', 'app.elf', '--device', 'STM32X999'], files)).code).toBe(1);
	});

	it('prints the same numbers for people', async () => {
		const { out, code: exit } = await runWith(
			['inspect', 'app.elf', 'app.map', 'app.ld', '--symbols'],
			files,
		);
		expect(exit).toBe(0);
		expect(out).toMatch(/FLASH +0x08000000 +524288 +20000 +504288 +3\.81% +xr/);
		expect(out).toContain('.text');
		expect(out).not.toMatch(/undefined|NaN|\[object/);
	});
});
