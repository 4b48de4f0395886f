// What the insight worker answers, asked without a worker around it: on the sample's files, and on broken ones.
import { beforeAll, describe, expect, test } from 'vitest';
import type { InsightBrief, TreeBox } from '#core/insight-view.ts';
import type { DeskFile } from '#workers/insight-messages.ts';
import { InsightWork } from '#workers/insight-work.ts';
import { ask, bytes, given, none, sample, target } from './insight-files.ts';

describe('the sample', () => {
	const work = new InsightWork();
	let brief: InsightBrief;
	beforeAll(async () => {
		const answer = await ask(work, 'open', { ...none, files: sample(), target });
		expect(answer.files.map(({ kind, format }) => [kind, format])).toEqual([
			['ELF', 'ELF'],
			['map', 'GNU ld map'],
			['script', 'linker script'],
		]);
		brief = answer.brief!;
	});

	test('ends the regions at their sections, and says what sections hold', () => {
		const [flash] = brief.regions;
		expect(flash?.name).toBe('FLASH');
		expect(flash?.content.children.map(({ name }) => name)).toContain('.wave');
		expect(flash?.content.children.every(({ children }) => children.length === 0)).toBe(true);
		expect(brief.sectionTypes).toMatchObject({
			'.text': 'code',
			'.wave': 'constants',
			'.data': 'data',
			'.bss': 'zeroed',
		});
		expect(brief.overlay?.target).toBe('STM32F405RG');
		expect(brief.memory).toEqual(target.memory);
	});

	test('opens the tree level by level, and every level adds up', async () => {
		const whole = await ask(work, 'tree', { path: [], depth: 3 });
		expect(whole?.children.map(({ name }) => name)).toContain('FLASH');
		const adds = (box: TreeBox): void => {
			if (box.children.length === 0) return;
			expect(box.children.reduce((sum, { size }) => sum + size, 0)).toBe(box.size);
			box.children.forEach(adds);
		};
		adds(whole!);
		const object = await ask(work, 'tree', { path: ['FLASH', '.text', 'main.o'], depth: 1 });
		expect(object?.children.map(({ name }) => name)).toEqual(
			expect.arrayContaining(['tick', 'main']),
		);
		adds(object!);
		expect(await ask(work, 'tree', { path: ['FLASH', 'nothing'], depth: 1 })).toBeUndefined();
	});

	test('sorts, filters and cuts tables; finds a symbol by an address inside it', async () => {
		const query = { table: 'symbols', sort: 'size', descending: true, filter: '' } as const;
		const page = await ask(work, 'table', { ...query, from: 0, count: 2 });
		expect(page.rows.map(([name]) => name)).toEqual(['wave', 'history']);
		expect(page.total).toBe(brief.counts.symbols);
		const next = await ask(work, 'table', { ...query, from: 2, count: 1 });
		expect(next.rows.map(([name]) => name)).toEqual(['vectors']);
		const inside = await ask(work, 'table', { ...query, filter: '0x0800_0400', from: 0, count: 9 });
		expect(inside.rows.map(([name]) => name)).toEqual(['wave']);
		const named = await ask(work, 'table', { ...query, filter: 'KEPT_', from: 0, count: 9 });
		expect(named.rows.map(([name]) => name)).toEqual(['kept_open', 'kept_count_start']);
	});

	test('writes CSV with plain addresses', async () => {
		const filter = { table: 'objects', sort: 'name', descending: false, filter: 'wave' } as const;
		const csv = await ask(work, 'rows', { ...filter, format: 'csv' });
		expect(await csv.text()).toBe(
			'Object,Size,Archive,Section,Region\r\nwave.o,32768,,.wave,FLASH\r\n',
		);
		const symbols = { table: 'symbols', sort: 'name', descending: false, filter: 'reset' } as const;
		const rows = await ask(work, 'rows', { ...symbols, format: 'tabs' });
		expect(await rows.text()).toContain('\t0x080001AC\t');
	});
});

test('an outline is there without symbols and findings; the whole follows', async () => {
	const work = new InsightWork();
	const files = sample();
	const outline = (await ask(work, 'open', { ...none, files, target, outline: true })).brief!;
	const whole = (await ask(work, 'open', { ...none, files, target })).brief!;
	expect(outline.outline).toBe(true);
	expect(outline.identity.entry).toBe(whole.identity.entry);
	const sizes = ({ regions }: InsightBrief) => regions.map(({ name, used }) => [name, used]);
	expect(sizes(outline)).toEqual(sizes(whole));
	expect(whole.counts.symbols).toBeGreaterThan(0);
});

test('an ELF alone, without a chip, opens by its sections', async () => {
	const work = new InsightWork();
	const [elf] = sample();
	const { brief } = await ask(work, 'open', { ...none, files: [elf!] });
	expect(brief?.regions).toEqual([]);
	const whole = await ask(work, 'tree', { path: [], depth: 1 });
	expect(whole?.children.map(({ name }) => name)).toContain('.text');
	const text = await ask(work, 'tree', { path: ['.text'], depth: 1 });
	expect(text?.children.map(({ name }) => name)).toContain('main');
});

test('compares with an older build: what changed, and what the update costs', async () => {
	const work = new InsightWork();
	const old = bytes('beacon-f405rg.elf');
	// A letter of the version text, in the first sector.
	old[Buffer.from(old).indexOf('beacon 1.')]! ^= 1;
	const answer = await ask(work, 'open', {
		...none,
		files: sample(),
		before: [given('old.elf', old)],
		target,
	});
	expect(answer.files).toHaveLength(4);
	expect(answer.brief?.comparison?.before).toBe('old.elf');
	expect(answer.brief?.comparison?.regions.every(({ delta }) => delta === 0)).toBe(true);
	// The older side has no map: its symbols are the same ones all the same.
	expect(answer.brief?.counts.changes).toBe(0);
	expect(answer.brief?.comparison?.sectors.map(({ number }) => number)).toEqual([0]);
	expect(answer.brief?.comparison?.update?.sectors).toBe(1);
});

test('a damaged map is told, and the rest is still shown', async () => {
	const work = new InsightWork();
	const map = given('broken.map', 'Memory Configuration\n\nName Origin\nFLASH 0x08000000 zzz\n');
	const answer = await ask(work, 'open', {
		...none,
		files: [given('beacon-f405rg.elf'), map],
		target,
	});
	expect(answer.files[0]?.failure).toBeUndefined();
	expect(answer.brief?.counts.sections).toBeGreaterThan(0);
});

test('names what a script needs, and takes what is said', async () => {
	const work = new InsightWork();
	const script = given(
		'app.ld',
		'INCLUDE parts.ld\nMEMORY { FLASH (rx) : ORIGIN = 0x08000000, LENGTH = SIZE }\nSECTIONS { .text : { *(.text*) } > FLASH }\n',
	);
	const first = await ask(work, 'open', { ...none, files: [script] });
	expect(first.brief?.missing.map(({ kind, name }) => [kind, name])).toEqual(
		expect.arrayContaining([
			['include', 'parts.ld'],
			['symbol', 'SIZE'],
		]),
	);
	const part = { ...given('parts.ld', 'PART = 1;\n'), script: true };
	const second = await ask(work, 'open', {
		...none,
		files: [part, script],
		settings: { symbols: [['SIZE', 0x8000]], defines: [] },
	});
	expect(second.brief?.missing).toEqual([]);
	expect(second.brief?.regions.map(({ name, length }) => [name, length])).toEqual([
		['FLASH', 0x8000],
	]);
});

test('a file that brings what another has brought is left out by name', async () => {
	const work = new InsightWork();
	const hex = given(
		'other.hex',
		':0400000001020304F2\n:020000040800F2\n:0400000001020304F2\n:00000001FF\n',
	);
	const answer = await ask(work, 'open', {
		...none,
		files: [given('beacon-f405rg.elf'), hex],
		target,
	});
	expect(answer.files[1]?.failure?.code).toBe('file.overlap');
	expect(answer.brief?.segments[0]?.address).toBe(0x08000000);
});

test('a newer question makes an older one void', async () => {
	const work = new InsightWork();
	const files = sample();
	const first = ask(work, 'open', { ...none, files });
	const second = ask(work, 'open', { ...none, files, target });
	await expect(first).rejects.toMatchObject({ code: 'insight.worker-stopped' });
	expect((await second).brief?.overlay).toBeDefined();
});

test('a file that vanished is told', async () => {
	const work = new InsightWork();
	const gone = () => Promise.reject(new DOMException('gone', 'NotFoundError'));
	const file = { size: 100, slice: () => ({ arrayBuffer: gone }), arrayBuffer: gone };
	const answer = await ask(work, 'open', {
		...none,
		files: [{ id: 900, name: 'app.elf', file: file as unknown as Blob }],
	});
	expect(answer.files).toEqual([
		{ id: 900, failure: { code: 'file.unreadable', data: { offset: 0, found: 0, expected: 100 } } },
	]);
});

test('answers with nothing when no file can be read', async () => {
	const work = new InsightWork();
	const answer = await ask(work, 'open', {
		...none,
		files: [given('photo.png', '\x89PNG\r\n\x1a\n')],
	});
	expect(answer.brief).toBeUndefined();
	expect(answer.files[0]?.failure?.code).toMatch(/^file\./);
	await expect(
		ask(work, 'table', {
			table: 'symbols',
			sort: 'size',
			descending: true,
			filter: '',
			from: 0,
			count: 1,
		}),
	).rejects.toMatchObject({ code: 'insight.worker-stopped' });
});

test('one file of any kind is enough: a map, a script, a HEX', async () => {
	const work = new InsightWork();
	const open = async (file: DeskFile) =>
		(await ask(work, 'open', { ...none, files: [file] })).brief!;
	const map = await open(given('beacon-f405rg.map'));
	expect(map.regions.find(({ name }) => name === 'FLASH')?.used).toBe(33_700);
	expect(map.counts.objects).toBeGreaterThan(0);
	const script = await open(given('beacon-f405rg.ld'));
	expect(script.regions.map(({ name }) => name)).toContain('CCM_SRAM');
	expect(script.regions.every(({ used }) => used === undefined)).toBe(true);
	const hex = await open(given('a.hex', ':020000040800F2\n:0400000001020304F2\n:00000001FF\n'));
	expect(hex.segments).toMatchObject([{ address: 0x08000000, size: 4 }]);
	expect(hex.regions).toEqual([]);
});
