// Option-byte jobs whose power goes: at frames on the wire, and every few milliseconds while the flash works. What
// is left is old, new, locked, or marked by its complements; never half and silent.
import { describe, expect, it } from 'vitest';
import { Protection } from '#session/protection.svelte.ts';
import { everyOther, kindsAt } from './frames.ts';
import { connected, value } from './protection-rig.ts';
import { rig, type RigOptions } from './rig.ts';

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

/** Real time: many boards are simulated, on machines that do more than this. */
const LONG = 60_000;
/** One of each wire and each way of guarding words; the others are cut by time below. */
const byFrame = cut.slice(0, 3).concat(cut.slice(4, 5));

describe('an option-byte job whose power goes', { timeout: LONG }, () => {
	it.each([...byFrame.entries()].map(([nth, chip]) => [...chip, nth] as const))(
		'at every third frame (%s by %s) ends old or new, or locked and said so',
		async (...[part, transport, name, nth]) => {
			const chip = [part, transport, name] as const;
			const whole = await connected({ part, transport });
			const first = whole.simulated.frames;
			whole.protection.set(name, 0);
			await whole.protection.apply();
			const ends: End[] = [];
			for (const at of everyOther(first, whole.simulated.frames, 3, nth))
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
			for (const step of everyOther(0, 25, 2)) ends.push(await cutShort(chip, written - 24 + step));
			const { old, locked, told } = tally(ends);
			expect(old + locked + told).toBeGreaterThan(0);
			// Families that erase the whole area first are blank for some milliseconds, and blank means level 1.
			if (part !== 'STM32L053R8') expect(locked).toBeGreaterThan(0);
		},
	);
});

describe('removing readout protection while the power goes', { timeout: LONG }, () => {
	it.each(['uart', 'dfu'] as const)(
		'at every third frame by %s leaves it locked or open and blank',
		async (transport) => {
			const setup = { part: 'STM32F405RG', transport } as const;
			const content = [{ address: 0x08000000, data: Uint8Array.of(1, 2, 3, 4) }];
			const locked = async (mischief: RigOptions['mischief'] = []) => {
				const made = rig({ ...setup, content, mischief });
				made.simulated.board.readoutProtection = 1;
				await made.connect();
				return { ...made, protection: new Protection(made.session) };
			};
			const whole = await locked();
			const first = whole.simulated.frames;
			await whole.protection.openReadout(false);
			const levels = new Set<number>();
			for (const at of everyOther(first, whole.simulated.frames, 3)) {
				const { protection, session, simulated, connect } = await locked([{ kind: 'unplug', at }]);
				await protection.openReadout(false);
				const told = protection.ended?.failure !== undefined;
				const level = simulated.board.readoutProtection;
				levels.add(level);
				if (!told) expect(level).toBe(0);
				simulated.unplug();
				simulated.replug();
				await session.disconnect();
				await connect();
				expect(session.board?.readoutProtected).toBe(level === 1);
				if (level === 1) await new Protection(session).openReadout(false);
				expect(session.board?.readoutProtected).toBe(false);
				const [byte] = simulated.board.peek({ start: 0x08000000, end: 0x08000001 });
				expect(byte).toBe(0xff);
			}
			expect([...levels].sort()).toEqual([0, 1]);
		},
	);
});

describe('trouble on the line during an option-byte job', { timeout: LONG }, () => {
	it.each([
		['uart', ['drop', 'corrupt', 'nack', 'silence', 'parity-error']],
		['dfu', ['drop', 'drop-answer', 'stall', 'error', 'silence']],
	] as const)(
		'by %s ends proved, or with a failure and the old or the new bytes',
		async (transport, kinds) => {
			const setup = { part: 'STM32F405RG', transport } as const;
			const whole = await connected(setup);
			const first = whole.simulated.frames;
			whole.protection.set('nRST_STOP', 0);
			await whole.protection.apply();
			const ends = new Map<string, number>();
			// The write itself and its answers are among the first frames.
			const early = everyOther(first, first + 12, 1);
			for (const at of [...early, ...everyOther(first + 12, whole.simulated.frames, 5)]) {
				for (const kind of kindsAt<(typeof kinds)[number]>(kinds, at, 0)) {
					const made = await connected({ ...setup, mischief: [{ kind, at }] });
					made.protection.set('nRST_STOP', 0);
					await made.protection.apply();
					const end = made.protection.ended?.failure?.code ?? 'done';
					ends.set(end, (ends.get(end) ?? 0) + 1);
					if (end === 'done') expect(value(made, 'nRST_STOP')).toBe(0);
					made.simulated.reset('bootloader');
					expect(made.simulated.board.readoutProtection).toBe(0);
				}
			}
			expect(ends.get('done')).toBeGreaterThan(20);
			const known = [
				'done',
				'option.lost',
				'option.changed',
				'option.not-taken',
				'option.unreadable',
				'wire.lost',
			];
			expect([...ends.keys()].filter((end) => !known.includes(end))).toEqual([]);
		},
	);
});
