// The edit loop's pure half: when a file counts as rebuilt, and what may be programmed without anybody looking.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	looked,
	MISSING_MS,
	SETTLE_MS,
	standing,
	watched,
	type Look,
	type WatchedFiles,
} from '#session/watch-files.ts';
import { verdict, type VerdictFacts } from '#session/watch-verdict.ts';
import { diagnostic } from '#core/failure.ts';

const BASE = 0x08000000;

describe('a file counts as rebuilt', () => {
	const start = { size: 100, lastModified: 1 };
	const one = (): WatchedFiles => new Map([['app.elf', watched(start, 0)]]);
	/** Looks every 100 ms; returns the moments at which it was reported. */
	function follow(looks: readonly Look[]): number[] {
		let files = one();
		return looks.flatMap((look, i) => {
			const after = looked(files, new Map([['app.elf', look]]), i * 100);
			files = after.files;
			return after.rebuilt.length > 0 ? [i * 100] : [];
		});
	}
	const many = (look: Look, times: number): Look[] => Array.from({ length: times }, () => look);

	it('when it has stood still, and only then', () => {
		const growing = [200, 300, 400].map((size) => ({ size, lastModified: 2 }));
		const moments = follow([
			...many(start, 5),
			...growing,
			...many({ size: 400, lastModified: 2 }, 30),
		]);
		expect(moments).toEqual([700 + SETTLE_MS]);
	});

	it('not while it is away or empty, and once it is back', () => {
		const again = { size: 90, lastModified: 5 };
		const empty = { size: 0, lastModified: 4 };
		expect(follow([...many('missing', 40), ...many(empty, 40), ...many(again, 20)])).toEqual([
			8000 + SETTLE_MS,
		]);
		expect(follow([...many('missing', 20), ...many(start, 20)])).toEqual([]);
		expect(follow([...many('denied', 20), ...many(again, 20)])).toEqual([2000 + SETTLE_MS]);
	});

	it('together with the other files of its build', () => {
		let files: WatchedFiles = new Map([
			['app.elf', watched(start, 0)],
			['app.map', watched(start, 0)],
		]);
		const elf = { size: 1, lastModified: 2 };
		const seen: [number, readonly string[]][] = [];
		for (let now = 0; now < 6000; now += 100) {
			const map = { size: now < 3000 ? now : 3000, lastModified: now };
			const looks = new Map<string, Look>([
				['app.elf', elf],
				['app.map', now < 3000 ? map : { size: 3000, lastModified: 3000 }],
			]);
			const after = looked(files, looks, now);
			files = after.files;
			if (after.rebuilt.length > 0) seen.push([now, after.rebuilt]);
		}
		expect(seen).toEqual([[3000 + SETTLE_MS, ['app.elf', 'app.map']]]);
	});

	it('even when another stays away for good', () => {
		let files: WatchedFiles = new Map([
			['app.elf', watched(start, 0)],
			['app.map', watched(start, 0)],
		]);
		const looks = new Map<string, Look>([
			['app.elf', { size: 1, lastModified: 2 }],
			['app.map', 'missing'],
		]);
		let rebuilt: readonly string[] = [];
		let now = 0;
		for (; rebuilt.length === 0; now += 1000) ({ files, rebuilt } = looked(files, looks, now));
		expect(rebuilt).toEqual(['app.elf']);
		expect(now).toBe(MISSING_MS + 1000);
		expect(standing(files.get('app.map')!)).toBe('missing');
	});

	it('never at a moment when its size was another than before', () => {
		const looks = fc.array(
			fc.oneof(
				fc.record({ size: fc.nat(3), lastModified: fc.nat(3) }),
				fc.constantFrom<Look>('missing', 'denied'),
			),
			{ maxLength: 60 },
		);
		fc.assert(
			fc.property(looks, (all) => {
				// Each look lasts four of the rounds, or is gone in one.
				const rounds = all.flatMap((look, i) => many(look, i % 3 === 0 ? 12 : 1));
				for (const moment of follow(rounds)) {
					const at = moment / 100;
					const before = rounds.slice(Math.max(0, at - SETTLE_MS / 100), at + 1);
					expect(new Set(before.map((look) => JSON.stringify(look))).size).toBe(1);
				}
			}),
		);
	});
});

describe('a build may be programmed by itself', () => {
	const board = { candidates: [{ name: 'STM32F405' }], virtual: false, identity: {} };
	const good = {
		proven: {
			files: ['app.elf'],
			board: { name: 'STM32F405', virtual: false },
			doubts: ['plan.neighbours'],
			base: BASE,
		},
		files: ['app.elf'],
		board,
		readiness: { ready: true },
		diagnostics: [],
		image: [{ address: BASE, data: new Uint8Array(4) }],
		reachable: false,
	} as unknown as VerdictFacts;
	const of = (change: object): unknown => verdict({ ...good, ...change });

	it('where nothing is left to decide', () => {
		expect(of({})).toEqual({ act: 'program' });
		expect(of({ board: undefined, reachable: true })).toEqual({ act: 'connect' });
		const note = diagnostic('note', 'chip.protected', {});
		expect(of({ diagnostics: [note] })).toEqual({ act: 'program' });
	});

	it('and not otherwise', () => {
		const warning = diagnostic('warning', 'chip.protected', {});
		const cases: [object, string][] = [
			[{ proven: undefined }, 'no-job-yet'],
			[{ files: ['other.elf'] }, 'no-job-yet'],
			[{ files: ['app.elf', 'boot.elf'] }, 'no-job-yet'],
			[{ readiness: { ready: false, why: 'file-refused' } }, 'file-refused'],
			[{ readiness: { ready: false, why: 'files-overlap' } }, 'file-refused'],
			[{ readiness: { ready: false, why: 'plan-refuses' } }, 'not-ready'],
			[{ board: undefined }, 'no-board'],
			[{ board: { ...board, candidates: [{ name: 'STM32F407' }] } }, 'other-board'],
			[{ board: { ...board, virtual: true } }, 'other-board'],
			[{ image: [{ address: BASE + 0x4000, data: new Uint8Array(4) }] }, 'moved'],
			[{ image: undefined }, 'moved'],
			[{ diagnostics: [warning] }, 'new-doubt'],
		];
		for (const [change, why] of cases) expect(of(change)).toMatchObject({ act: 'ask', why });
	});
});
