// Finding a chip by what a person types: ranked, forgiving, and never failing.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFailure } from '#core/failure.ts';
import { devices } from '#devices/index.ts';
import { distance, lookUp } from '#devices/look-up.ts';
import { partRows, searchParts } from '#devices/search.ts';

const rows = partRows(devices);
const search = (query: string): string[] =>
	searchParts(devices, rows, query).rows.map(({ part }) => part);
const isNearest = (query: string): boolean => searchParts(devices, rows, query).nearest;

describe('search', () => {
	it('lists every part by name for nothing typed', () => {
		expect(search(' ')).toEqual(devices.flatMap(({ parts }) => parts).sort());
	});

	it.each([
		'STM32F405RG',
		'stm32f405rg',
		'f405rg',
		'STM32F405RGT6',
		'stm32f405rgt6tr',
		'F405RGT6',
		' stm32f405rg ',
	])('finds one part first by "%s"', (query) => {
		expect(search(query)[0]).toBe('STM32F405RG');
	});

	it('prefers the beginning of a name to its middle, and a name to an ID', () => {
		const f4 = search('F4').map((part) => part.startsWith('STM32F4'));
		const named = rows.filter(({ part }) => part.startsWith('STM32F4')).length;
		expect(f4.lastIndexOf(true)).toBe(named - 1);
		expect(f4.length).toBeGreaterThan(named);
		const by413 = search('413');
		expect(by413[0]).toMatch(/^STM32F413/);
		expect(by413).toContain('STM32F405RG');
	});

	it('finds by product ID, core and size, and by several words', () => {
		const id = search('0x413');
		expect(id).toContain('STM32F407VG');
		expect(id.every((part) => /^STM32F4[01][57]/.test(part))).toBe(true);
		expect(search('cortex-m0+').every((part) => !part.startsWith('STM32F4'))).toBe(true);
		expect(search('M33').length).toBeGreaterThan(50);
		expect(search('F4 1M')).toContain('STM32F405RG');
		expect(search('F4 1M')).not.toContain('STM32F405OE');
		expect(search('1MB m4 usb f407')).toEqual(['STM32F407IG', 'STM32F407VG', 'STM32F407ZG']);
	});

	it('takes a small x for any character, and tells the dies of L1 apart', () => {
		expect(search('STM32F405xG')).toEqual([
			'STM32F405OG',
			'STM32F405RG',
			'STM32F405VG',
			'STM32F405ZG',
		]);
		expect(search('STM32L151CBT6A')[0]).toBe('STM32L151CB-A');
	});

	it('offers the nearest names for a slip, and says so', () => {
		expect(isNearest('STM32F405RQ')).toBe(true);
		expect(search('STM32F405RQ')[0]).toMatch(/^STM32F405/);
		expect(search('SMT32F103C8')).toContain('STM32F103C8');
		expect(search('nothing of the kind')).toEqual([]);
	});

	it('answers anything', () => {
		fc.assert(
			fc.property(fc.string({ maxLength: 200 }), (query) => {
				const { rows: found } = searchParts(devices, rows, query);
				expect(found.length).toBeLessThanOrEqual(rows.length);
			}),
			{ numRuns: 50 },
		);
	});
});

describe('look-up', () => {
	it('resolves every part to itself', () => {
		for (const { part, device } of rows)
			if (!part.includes('x')) expectFound(part, { device, part });
	});

	it('resolves names in any case and with a package', () => {
		for (const device of devices) {
			const [part = ''] = device.parts;
			if (part.includes('x')) continue;
			const die = /-([AX])$/.exec(part)?.[1] ?? '';
			for (const name of [part.toLowerCase(), `${part.replace(/-.$/, '')}T6${die}`])
				expectFound(name, { device, part });
		}
	});

	it('resolves an ID with one memory, and names the choices of another', () => {
		const single = devices.find(
			({ productId }) => devices.filter((one) => one.productId === productId).length === 1,
		)!;
		const id = `0x${single.productId.toString(16)}`;
		expect(lookUp(devices, id).device).toBe(single);
		expect(thrown(() => lookUp(devices, '0x413'))).toMatchObject({
			code: 'chip.name-ambiguous',
			data: { name: '0x413', count: 2 },
		});
	});

	it('names the nearest for a name it does not know', () => {
		const { code, data } = thrown(() => lookUp(devices, 'STM32F405RQ'));
		expect(code).toBe('chip.name-unknown');
		expect((data as { nearest: string }).nearest).toContain('STM32F405RG');
		for (const name of ['', 'x'.repeat(10_000), '\0', 'STM32', '0xFFFF'])
			expect(thrown(() => lookUp(devices, name)).code).toMatch(/^chip\.name-/);
	});

	it('measures how far two names are apart', () => {
		expect([distance('', ''), distance('', 'abc'), distance('abc', 'abd')]).toEqual([0, 3, 1]);
		expect(distance('SMT32', 'STM32')).toBe(2);
	});
});

/** By identity: comparing two thousand sectors by value takes its time. */
function expectFound(name: string, row: (typeof rows)[number]): void {
	const found = lookUp(devices, name);
	expect([name, found.part]).toEqual([name, row.part]);
	expect(found.device === row.device).toBe(true);
}

function thrown(work: () => unknown): { code: string; data: object } {
	try {
		work();
	} catch (error) {
		if (isFailure(error)) return error;
	}
	throw new Error('no failure');
}
