// Damaged maps: whatever is cut, changed or swollen, reading ends with a map, its diagnostics, or a refusal.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describe as words, Failure } from '#core/failure.ts';
import type { LinkMap } from '#core/link.ts';
import { readMap } from '#linker/map-read.ts';

const file = (name: string): string =>
	readFileSync(join(import.meta.dirname, '../fixtures/linker/maps', name), 'utf8');
const [gnu, overlay, lld] = [file('gnu.map'), file('gnu-overlay.map'), file('lld.map')];

describe('damage', () => {
	const survives = (text: string): LinkMap | undefined => {
		try {
			const map = readMap(text, 'app.map');
			for (const { code, data } of map.diagnostics) {
				expect(['map.truncated', 'map.lines']).toContain(code);
				expect(words({ code, data }).text).not.toMatch(/\?|undefined|NaN/);
			}
			for (const each of map.sections) {
				expect(
					[each.address, each.size, each.loadAddress].every(
						(value) => Number.isFinite(value) && value >= 0,
					),
				).toBe(true);
			}
			return map;
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
			expect(['map.unknown', 'map.other-linker']).toContain(error.code);
			return undefined;
		}
	};

	it('of a cut is told with the line', () => {
		const whole = gnu.split('\n');
		const end = whole.findIndex((line) => line.startsWith('OUTPUT('));
		const start = whole.indexOf('Linker script and memory map');
		for (let lines = start + 1; lines < end; lines += 7) {
			const map = readMap(whole.slice(0, lines).join('\n') + '\n', 'cut.map');
			expect(map.diagnostics[0]).toMatchObject({ code: 'map.truncated', data: { line: lines } });
		}
	});

	it('of any kind ends in a map or a refusal', () => {
		const sources = fc.constantFrom(gnu, overlay, lld);
		const piece = fc.constantFrom(
			'\n',
			' ',
			'0x',
			'0xffffffffffffffffff',
			'(',
			')',
			'=',
			'\0',
			'OUTPUT(',
			'*fill*',
			'.text',
			'Memory Configuration\n',
			'é',
			'\t',
		);
		fc.assert(
			fc.property(sources, fc.tuple(fc.nat(), fc.nat()), piece, fc.nat(400), (...given) => {
				const [text, [at, from], insert, cut] = given;
				const place = at % text.length;
				const other = from % text.length;
				survives(text.slice(0, place) + insert + text.slice(place + cut));
				survives(text.slice(0, place) + text.slice(other, other + cut) + text.slice(place));
				survives(text.slice(0, place));
			}),
			{ numRuns: 150 },
		);
	});

	it('of size is borne: one endless line, endless blanks, as many lines as bytes', () => {
		const head = 'Linker script and memory map\n\n';
		for (const body of [
			'x'.repeat(3_000_000),
			' '.repeat(3_000_000),
			`.text${' '.repeat(60_000)}x\n`.repeat(20),
			'\n'.repeat(1_000_000),
			` ${'('.repeat(60_000)}\n`.repeat(20),
			`                0x1${' '.repeat(60_000)}\n`.repeat(20),
		]) {
			const map = readMap(head + body, 'a.map');
			expect(map.sections).toEqual([]);
			expect(map.diagnostics[0]?.code).toBe('map.truncated');
		}
	});
});
