import { readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { plan } from '#core/plan.ts';
import { bytesSource } from '#core/source.ts';
import { findByPart } from '#devices/index.ts';
import { openFile } from '#formats/index.ts';

interface Sample {
	readonly part: string;
	readonly productId: number;
	readonly elf: string;
	readonly map: string;
	readonly ld: string;
}

const folder = new URL('../../static/samples/', import.meta.url);
const fileAt = (name: string): URL => new URL(name, folder);
const samples = JSON.parse(readFileSync(fileAt('index.json'), 'utf8')) as Sample[];

describe('the sample firmware', () => {
	it('is listed completely and stays small enough to keep offline', () => {
		const listed = samples.flatMap(({ elf, map, ld }) => [elf, map, ld]);
		const updates = ['beacon-1.swupdate', 'beacon-2.swupdate'];
		expect(readdirSync(folder).sort()).toEqual([...listed, ...updates, 'index.json'].sort());
		const sizes = [...listed, ...updates].map((name) => statSync(fileAt(name)).size);
		expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(600_000);
	});

	it('has no path of the machine that built it', () => {
		for (const { elf, map, ld } of samples)
			for (const name of [elf, map, ld])
				expect(readFileSync(fileAt(name), 'latin1')).not.toMatch(/\/(?:home|tmp|usr|work)\//);
	});

	it.each(samples)('fits the $part it was built for', async ({ part, productId, elf }) => {
		const [device] = findByPart(part);
		expect(device?.productId).toBe(productId);
		const firmware = await openFile(bytesSource(readFileSync(fileAt(elf))), elf);
		if (firmware.kind !== 'firmware') throw new Error('an ELF is a firmware');
		expect(firmware.format).toBe('ELF');
		expect(firmware.diagnostics).toEqual([]);
		const memory = [...device!.layouts[0].flash, ...device!.memory].sort(
			(a, b) => a.range.start - b.range.start,
		);
		const work = plan(firmware.image, memory, { start: true });
		expect(work.runnable).toBe(true);
		expect(work.vectors).toMatchObject({ plausible: true, resetHandler: firmware.entryPoint });
		expect(work.erase.length).toBeGreaterThan(1);
	});

	it.each(samples)('ships the linker script that stands beside its source: $ld', ({ ld }) => {
		const source = (name: string): string =>
			readFileSync(new URL(`../../samples/beacon/${name}`, import.meta.url), 'utf8');
		const chip = source(`chips/${ld.replace('beacon-', '')}`);
		expect(readFileSync(fileAt(ld), 'utf8')).toBe(chip + source('sections.ld'));
	});
});
