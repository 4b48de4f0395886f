// Option-byte jobs whose power goes: at every frame on the wire, and at every millisecond while the flash works. What
// is left is old, new, locked, or marked by its complements; never half and silent.
import { describe, expect, it } from 'vitest';
import { Protection } from '#session/protection.svelte.ts';
import { connected, value } from './protection-rig.ts';
import type { RigOptions } from './rig.ts';

/** What a cut job left on the chip, after it was powered again and looked at anew. */
type End = 'old' | 'new' | 'locked' | 'told';

/** Part, wire, and a field that is 1 on a fresh chip. */
type Cut = readonly [part: string, transport: 'uart' | 'dfu', name: string];

const cut: readonly Cut[] = [
	['STM32F103C8', 'uart', 'WDG_SW'],
	['STM32F405RG', 'uart', 'nRST_STOP'],
	['STM32F405RG', 'dfu', 'nRST_STOP'],
	['STM32L053R8', 'uart', 'WDG_SW'],
	['STM32L476RG', 'dfu', 'SRAM2_PE'],
	['STM32G071RB', 'uart', 'IWDG_STOP'],
];

/** Applies one change with the power going where `when` says, powers the board again, and tells what is there. */
async function cutShort(
	[part, transport, name]: Cut,
	when: Partial<RigOptions> | number,
): Promise<End> {
	const made = await connected({ part, transport, ...(typeof when === 'number' ? {} : when) });
	const { protection, session, simulated, clock } = made;
	protection.set(name, 0);
	if (typeof when === 'number') {
		void clock.sleep(when, new AbortController().signal).then(() => {
			simulated.unplug();
		});
	}
	await protection.apply();
	const { failure } = protection.ended!;
	const proved = failure === undefined && value(made, name) === 0;
	simulated.unplug();
	simulated.replug();
	await session.disconnect();
	await made.connect();
	const again = { ...made, protection: new Protection(session) };
	if (session.board?.readoutProtected === true) {
		expect(proved).toBe(false);
		await again.protection.openReadout(false);
		expect(again.protection.ended).toEqual({ deed: 'open-readout' });
		expect(again.protection.facts?.blocks.length).toBeGreaterThan(0);
		return 'locked';
	}
	if (again.protection.facts!.diagnostics.length > 0) {
		// Half programmed: the complements tell, and the bytes from before repair it.
		expect(proved).toBe(false);
		expect(again.protection.facts!.diagnostics[0]!.code).toBe('option.inconsistent');
		await protection.restore();
		expect(protection.ended).toEqual({ deed: 'apply' });
		expect([protection.facts!.diagnostics, value(made, name)]).toEqual([[], 1]);
		return 'told';
	}
	const end = value(again, name) === 0 ? 'new' : 'old';
	// Whoever was told that it is done has the new bytes; whoever was told of a failure has a code that says more.
	if (proved) expect(end).toBe('new');
	else expect(failure?.code).toMatch(/^(option\.(lost|not-taken|locked-by-cut)|wire\.lost)$/);
	return end;
}

const tally = (ends: readonly End[]) =>
	Object.fromEntries(
		(['old', 'new', 'locked', 'told'] as const).map((end) => [
			end,
			ends.filter((one) => one === end).length,
		]),
	) as Record<End, number>;

describe('an option-byte job whose power goes', () => {
	it.each(cut)(
		'at every frame (%s by %s) ends old or new, or locked and said so',
		async (...chip) => {
			const [part, transport, name] = chip;
			const whole = await connected({ part, transport });
			const first = whole.simulated.frames;
			whole.protection.set(name, 0);
			await whole.protection.apply();
			const ends: End[] = [];
			for (let at = first; at < whole.simulated.frames; at++)
				ends.push(await cutShort(chip, { mischief: [{ kind: 'unplug', at }] }));
			expect(tally(ends)).toMatchObject({ locked: expect.any(Number) as number });
			expect(tally(ends).old).toBeGreaterThan(0);
			expect(tally(ends).new).toBeGreaterThan(0);
		},
	);

	it.each(cut)(
		'while the flash works (%s by %s) is never half old and half new',
		async (...chip) => {
			const [part, transport, name] = chip;
			const whole = await connected({ part, transport });
			const begun = whole.clock.now();
			let written = 0;
			const { events } = whole.simulated.board;
			const push = events.push.bind(events);
			events.push = (...added) => {
				if (added.some(({ kind }) => kind === 'write')) written = whole.clock.now() - begun;
				return push(...added);
			};
			whole.protection.set(name, 0);
			await whole.protection.apply();
			expect(written).toBeGreaterThan(0);
			const ends: End[] = [];
			for (let step = 0; step <= 24; step++) ends.push(await cutShort(chip, written - 24 + step));
			const { old, locked, told } = tally(ends);
			expect(old + locked + told).toBeGreaterThan(0);
			// Families that erase the whole area first are blank for some milliseconds, and blank means level 1.
			if (part !== 'STM32L053R8') expect(locked).toBeGreaterThan(0);
		},
	);
});
