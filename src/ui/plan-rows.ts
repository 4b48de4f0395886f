// The rows of the plan card: one per thing that happens to the board, with its size and expected time.
import { imageSize, segmentRange } from '#core/image.ts';
import { ownFlash, type MemoryMap } from '#core/memory.ts';
import type { Plan } from '#core/plan.ts';
import { phaseOf, type Phase } from '#core/progress.ts';
import type { ProtectedState } from '#core/protected.ts';
import { join, size, type Range } from '#core/range.ts';
import { cost, type Pace, type Step } from '#core/steps.ts';
import { lostSize } from './sentences.ts';
import { numbersText, plainAddress, plural } from './text.ts';

export interface PlanRow {
	readonly kind:
		'look' | 'same' | 'erase' | 'keep' | 'kept' | 'given' | 'lost' | 'write' | 'verify' | 'start';
	readonly title: string;
	readonly text: string;
	readonly ranges: readonly Range[];
	readonly more?: string;
	readonly bytes?: number;
	readonly ms?: number;
	/** The protected range that a backup holds, too, and that stays as it is on the board. */
	readonly spared?: string;
}

export interface PhaseCost {
	readonly ms: number;
	readonly steps: number;
	/** One command erases the whole flash. */
	readonly mass?: boolean;
}

export function phaseCosts(steps: readonly Step[], pace: Pace): ReadonlyMap<Phase, PhaseCost> {
	const costs = new Map<Phase, PhaseCost>();
	for (const step of steps) {
		const phase = phaseOf(step.kind);
		const { ms, steps: count } = costs.get(phase) ?? { ms: 0, steps: 0 };
		const mass = step.kind === 'mass-erase' && { mass: true };
		costs.set(phase, { ms: ms + cost(step, pace), steps: count + 1, ...mass });
	}
	return costs;
}

export function planRows(
	plan: Plan,
	addressed: boolean,
	costs: ReadonlyMap<Phase, PhaseCost> | undefined,
	/** The board has not been looked at yet: the rows below tell the most that can happen. */
	unknown = false,
): PlanRow[] {
	const ms = (...phases: Phase[]): { ms: number } | object => {
		const known = phases.flatMap((phase) => costs?.get(phase)?.ms ?? []);
		return known.length > 0 ? { ms: known.reduce((sum, one) => sum + one, 0) } : {};
	};
	const written = imageSize(plan.write);
	const transfers = plural(costs?.get('write')?.steps ?? 0, 'transfer');
	if (!addressed) {
		const text = `The file as it is, in ${transfers}. This bootloader takes no addresses and reads nothing back.`;
		return [{ kind: 'write', title: 'Send', text, ranges: [], bytes: written, ...ms('write') }];
	}
	const ranges = plan.write.map(segmentRange);
	const looks = costs?.get('look');
	return [
		...(looks ? [lookRow(looks, unknown)] : []),
		...(plan.same.length > 0 ? [sameRow(plan)] : []),
		...(plan.erase.length > 0
			? [eraseRow(plan, costs?.get('erase')?.mass, ms('erase', 'blank-check'))]
			: []),
		...(plan.keep.length > 0 ? [keepRow(plan)] : []),
		...(plan.lost.length > 0 ? [lostRow(plan)] : []),
		{
			kind: 'write',
			title: 'Write',
			text: '',
			ranges,
			more: `${transfers}${plan.vectors ? ', the vector table last' : ''}${padding(plan)}`,
			bytes: written,
			...ms('write'),
		},
		{
			kind: 'verify',
			title: 'Verify',
			text: 'Read back and compare every byte, with a CRC-32 for each sector.',
			ranges: [],
			bytes: written,
			...ms('verify'),
		},
		startRow(plan),
	];
}

function eraseRow(
	{ erase, wholeFlash, undescribed }: Plan,
	mass: boolean | undefined,
	ms: object,
): PlanRow {
	const banks = [...new Set(erase.map(({ bank }) => bank))];
	const named = banks.map((bank) => {
		const numbers = erase.filter((sector) => sector.bank === bank).map(({ number }) => number);
		const inBank = bank > 0 ? ` of bank ${bank}` : '';
		return `${numbers.length === 1 ? 'sector' : 'sectors'} ${numbersText(numbers)}${inBank}`;
	});
	const text = wholeFlash ? `All ${plural(erase.length, 'sector')}` : named.join('; ');
	const more = wholeFlash
		? `in one go${beyond(undescribed)}`
		: 'in one go with the rest of the flash, which is blank';
	return {
		kind: 'erase',
		title: 'Erase',
		text: `${text.charAt(0).toUpperCase()}${text.slice(1)}, then check in several places that ${erase.length === 1 ? 'it reads' : 'they read'} blank.`,
		ranges: [],
		...(mass && { more }),
		bytes: erase.reduce((sum, { range }) => sum + size(range), 0),
		...ms,
	};
}

/** What a backup of the whole flash reads. Bytes, and milliseconds on this wire. */
export function wholeRead(
	{ memory }: Pick<Plan, 'memory'>,
	{ transferMs, byteMs }: Pace,
	transferSize: number,
): { readonly bytes: number; readonly ms: number; readonly missing: readonly Range[] } {
	const sectors = ownFlash(memory);
	const missing = join(sectors.filter(({ access }) => !access.read).map(({ range }) => range));
	const total = (ranges: readonly Range[]): number =>
		ranges.reduce((sum, range) => sum + size(range), 0);
	const bytes = total(sectors.map(({ range }) => range)) - total(missing);
	return { bytes, ms: Math.ceil(bytes / transferSize) * transferMs + bytes * byteMs, missing };
}

/** What that will hold, and what not. */
export function backupRow(
	memory: MemoryMap,
	{ bytes, missing }: ReturnType<typeof wholeRead>,
): PlanRow {
	const outside = memory.some(({ kind }) => kind === 'external')
		? ' Memory outside the chip is not part of it, but for what this job changes there.'
		: '';
	const without = missing.length > 0 ? ' It cannot hold this, which cannot be read:' : '';
	const text = `All of the chip’s own flash is read first and kept in History.${outside}${without}`;
	return { kind: 'keep', title: 'Back up', text, ranges: missing, bytes };
}

/** Smaller chips of a die may have the flash of the larger ones. */
const beyond = ([first]: Plan['undescribed']): string =>
	first
		? `, and with it any flash this chip may have from ${plainAddress(first.start)} on, which nothing describes`
		: '';

const lookRow = ({ ms, steps }: PhaseCost, unknown: boolean): PlanRow => ({
	kind: 'look',
	title: 'Look',
	text: unknown
		? 'Read what stands there. What follows is the most that can happen: whatever is right already is left alone.'
		: 'What stood there has been read.',
	ranges: [],
	more: plural(steps, 'read'),
	ms,
});

const sameRow = ({ same, touched }: Plan): PlanRow => ({
	kind: 'same',
	title: 'Leave',
	text: `${same.length} of ${plural(touched.length, 'sector')} hold these bytes already.`,
	ranges: [],
	bytes: same.reduce((sum, { range }) => sum + size(range), 0),
});

const keepRow = ({ keep }: Plan): PlanRow => ({
	kind: 'keep',
	title: 'Keep',
	text: 'Bytes beside the firmware: read first, kept in the journal, written back and verified:',
	ranges: keep,
	bytes: keep.reduce((sum, range) => sum + size(range), 0),
});

const lostRow = (plan: Plan): PlanRow => ({
	kind: 'lost',
	title: 'Lost',
	text: 'Bytes that share a sector with the firmware and are erased with it:',
	ranges: plan.lost,
	bytes: lostSize(plan),
});

/**
 * With a row for each named range that shares a sector with the firmware, is given up, or is left out of a backup,
 * before the writes.
 */
export function withProtected(
	rows: readonly PlanRow[],
	states: readonly ProtectedState[],
): readonly PlanRow[] {
	const at = rows.findIndex(({ kind }) => kind === 'write');
	return rows.toSpliced(Math.max(0, at), 0, ...states.flatMap(protectedRow));
}

function protectedRow({ it: { name, range }, fate, sectors, spared }: ProtectedState): PlanRow[] {
	if (fate === 'refused' || (fate === 'untouched' && !spared)) return [];
	const given = fate === 'given-up';
	const shared = `${sectors.length === 1 ? 'sector' : 'sectors'} ${numbersText(sectors.map(({ number }) => number))}`;
	const merged = `shares ${shared}, kept by merge: read from the board, kept in the journal, written back and verified`;
	const left = `is protected and stays as it is on the board. The backup’s own copy of it is not put back${fate === 'merged' ? `. It ${merged}` : ''}`;
	const text = given ? 'is given up for this job, once' : spared ? left : merged;
	const [kind, title] = given ? (['given', 'Given up'] as const) : (['kept', 'Kept'] as const);
	const row = { kind, title, text: `${name} ${text}:`, ranges: [range], bytes: size(range) };
	return [{ ...row, ...(spared && { spared: name }) }];
}

function padding({ write }: Plan): string {
	const bytes = write.flatMap(({ fill }) => fill).reduce((sum, range) => sum + size(range), 0);
	return bytes > 0 ? `, ${plural(bytes, 'byte')} of padding` : '';
}

function startRow(plan: Plan): PlanRow {
	const text =
		plan.start === undefined
			? 'Nothing is started; the bootloader waits for the next command.'
			: `Leave the bootloader and run the application at ${plainAddress(plan.start)}.`;
	return { kind: 'start', title: 'Start', text, ranges: [] };
}
