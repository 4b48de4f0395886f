// Protected ranges on the strip and in the plan: what is chosen by key and pointer, and what is said of each.
import { describe, expect, it } from 'vitest';
import { plan, type ProtectedRange } from '#core/plan.ts';
import { protectedStates } from '#core/protected.ts';
import { findByPart } from '#devices/index.ts';
import { effectiveMemory } from '#devices/memory-map.ts';
import { mergeFiles } from '#session/open-file.ts';
import { initialState } from '#session/state.ts';
import { fileName } from '#ui/history/file-name.ts';
import { backupRow, planRows, wholeRead, withProtected } from '#ui/plan-rows.ts';
import { Strip } from '#ui/strip.svelte.ts';

const BASE = 0x0800_0000;
const { memory } = effectiveMemory(findByPart('STM32F405RG')[0], undefined, {});
const image = [{ address: BASE, data: new Uint8Array(3000).fill(1) }];
const range = (name: string, start: number, size: number): ProtectedRange => ({
	name,
	range: { start: BASE + start, end: BASE + start + size },
});
const ranges = [range('Calibration', 8192, 1024), range('Files', 0x80000, 4096)];

function strip(): Strip {
	const laid = plan(image, memory, { start: false, known: { keep: true }, protect: ranges });
	const made = new Strip({
		state: initialState,
		plan: laid,
		board: undefined,
		merged: mergeFiles([], undefined),
		keeper: { inForce: () => ranges },
	});
	made.room = 900;
	return made;
}
const sectors = ({ chosen }: Strip): [number, number] | undefined =>
	chosen && [chosen.start - BASE, chosen.end - BASE];

describe('choosing sectors on the strip', () => {
	it('goes by keys: Shift takes along what is walked over, an arrow alone lets go', () => {
		const one = strip();
		one.walk('Home');
		expect(sectors(one)).toEqual([0, 0x4000]);
		one.walk('ArrowRight', true);
		one.walk('ArrowRight', true);
		expect(sectors(one)).toEqual([0, 0xc000]);
		one.walk('ArrowLeft', true);
		expect(sectors(one)).toEqual([0, 0x8000]);
		one.walk('ArrowRight');
		expect(sectors(one)).toEqual([0x8000, 0xc000]);
		one.unpin();
		expect(sectors(one)).toBeUndefined();
	});

	it('goes by pointer: drawn over, or a second click with Shift', () => {
		const one = strip();
		const [first, last] = [one.axis.cells[3]!, one.axis.cells[5]!];
		const middle = ({ x, width }: { x: number; width: number }) => x + width / 2;
		one.draw(middle(last), middle(first));
		expect(sectors(one)).toEqual([first.range.start - BASE, last.range.end - BASE]);
		one.unpin();
		one.hover(middle(first));
		one.pin();
		one.hover(middle(last));
		one.pin(true);
		expect(sectors(one)).toEqual([first.range.start - BASE, last.range.end - BASE]);
	});

	it('names what is protected where it stands', () => {
		const one = strip();
		one.walk('Home');
		expect(one.guards).toEqual(['Calibration']);
		one.walk('ArrowRight');
		expect(one.guards).toEqual([]);
	});
});

describe('the plan', () => {
	it('names what it keeps by merge and what was given up, before it writes', () => {
		const laid = plan(image, memory, { start: false, known: { keep: true }, protect: ranges });
		const told = (givenUp: readonly string[], all = ranges) => {
			const states = protectedStates(laid, image, all, givenUp);
			return withProtected(planRows(laid, true, undefined), states).flatMap(({ kind, text }) =>
				kind === 'kept' || kind === 'given' || kind === 'write' ? [`${kind}: ${text}`] : [],
			);
		};
		const merged =
			'shares sector 0, kept by merge: read from the board, kept in the journal, written back and verified:';
		expect(told([])).toEqual([`kept: Calibration ${merged}`, 'write: ']);
		const boot = range('Boot', 0, 16);
		expect(told(['Boot'], [boot])).toEqual([
			'given: Boot is given up for this job, once:',
			'write: ',
		]);
	});

	it('says what a backup does not put back, also where no sector of it is erased', () => {
		const laid = plan(image, memory, { start: false, known: { keep: true }, protect: ranges });
		const states = protectedStates(laid, image, ranges, []);
		const rows = withProtected(
			planRows(laid, true, undefined),
			states.map((state) => ({ ...state, spared: true })),
		).filter(({ kind }) => kind === 'kept');
		expect(rows.map(({ spared }) => spared)).toEqual(['Calibration', 'Files']);
		expect(rows.map(({ text }) => text)).toEqual([
			expect.stringMatching(
				/^Calibration is protected and stays .* It shares sector 0, kept by merge/,
			),
			expect.stringMatching(/^Files is protected and stays .* is not put back:$/),
		]);
	});

	it('says what a backup of the whole flash holds, and what not', () => {
		const pace = { timings: findByPart('STM32F405RG')[0]!.timings, transferMs: 2, byteMs: 0.1 };
		const all = wholeRead({ memory }, pace, 2048);
		expect(all).toEqual({ bytes: 1024 * 1024, ms: 512 * 2 + 1024 * 1024 * 0.1, missing: [] });
		expect(backupRow(memory, all).text).toBe(
			'All of the chip’s own flash is read first and kept in History.',
		);
		const outside = memory.map((region) =>
			region.kind === 'flash' ? { ...region, kind: 'external' as const } : region,
		);
		expect(wholeRead({ memory: outside }, pace, 2048).bytes).toBe(0);
		const missing = [{ start: BASE, end: BASE + 16 }];
		const row = backupRow([...memory, ...outside], { ...all, missing });
		expect(row.text).toMatch(/Memory outside the chip is not part of it.* cannot hold this/);
		expect(row.ranges).toEqual(missing);
	});
});

describe('a saved backup', () => {
	it('says in its name what is not in it', () => {
		const backup = { before: 'my app.elf', missing: [{ start: 0x08008000, end: 0x0800c000 }] };
		expect(fileName({ before: 'my app.elf' })).toBe('before-my-app');
		expect(fileName(backup)).toBe('before-my-app-without-0x08008000-0x0800BFFF');
		expect(fileName({ ...backup, missing: [...backup.missing, ...backup.missing] })).toMatch(
			/-and-1-more$/,
		);
	});
});
