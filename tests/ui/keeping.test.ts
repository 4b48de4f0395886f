import { describe, expect, it } from 'vitest';
import { Keeper } from '#session/keep/keeper.svelte.ts';
import type { Host } from '#ui/host.ts';
import { recallKeeping, rememberKeeping } from '#ui/keeping.ts';
import { memoryStore } from '../session/memory-store.ts';

function remembering(text?: string): { host: Host; now: () => string | undefined } {
	let kept = text;
	const host = {
		recall: () => kept,
		remember: (_: string, what: string) => {
			kept = what;
		},
	} as unknown as Host;
	return { host, now: () => kept };
}
const keeper = (): Keeper => new Keeper(() => Promise.resolve(memoryStore()));

describe('what jobs keep', () => {
	it('is as it was chosen last', () => {
		const { host } = remembering();
		const before = keeper();
		before.backup = false;
		rememberKeeping(before, host);
		const after = keeper();
		recallKeeping(after, host);
		expect([after.keep, after.compare, after.backup]).toEqual([true, true, false]);
	});

	it('is not taken from what another version, or nobody, wrote', () => {
		for (const text of ['', 'null', '7', '{', '{"keep":"no","backup":0}', '[]']) {
			const made = keeper();
			recallKeeping(made, remembering(text).host);
			expect([made.keep, made.compare, made.backup]).toEqual([true, true, true]);
		}
	});
});
