// What the session makes of its facts: the plan for this board and these files, the looks that make it exact, its
// steps, and the input of the job that runs them.
import type { Image } from '#core/image.ts';
import { eepromLooks } from '#core/eeprom.ts';
import { lookSteps, wholeLooks } from '#core/look.ts';
import type { Sector } from '#core/memory.ts';
import { withWriteProtection } from '#core/option-sectors.ts';
import { plan, type Plan, type ProtectedRange } from '#core/plan.ts';
import { resumeLooks } from '#core/resume-look.ts';
import type { Knowledge } from '#core/sector-plan.ts';
import { compile } from '#core/compile.ts';
import type { LookStep, Step } from '#core/steps.ts';
import type { Keeping } from './job-store.ts';
import type { JobInput } from './job.ts';
import { labelOf } from './keep/identity.ts';
import type { Keeper } from './keep/keeper.svelte.ts';
import type { Merged } from './open-file.ts';
import { paceOf } from './pace.ts';
import { plainJob, plainPlan, plainSteps } from './plain-dfu.ts';
import { isUndescribed } from './readiness.ts';
import type { Board, OpenedFile } from './state.ts';

export interface PlanFacts {
	readonly board: Board | undefined;
	readonly merged: Merged;
	readonly files: readonly OpenedFile[];
	/** Start the application after a verified job. */
	readonly start: boolean;
	readonly keeper: Keeper;
}

/** Facts as they stood at one moment: the plan a job makes of its look is to go by what the shown one went by. */
type Settled = Pick<PlanFacts, 'merged' | 'files' | 'start'> & {
	readonly board: Board;
	readonly known: Knowledge;
	readonly protect: readonly ProtectedRange[];
};

function settle({ merged, files, keeper, start }: PlanFacts, board: Board): Settled {
	const protect = [...keeper.protected, ...keeper.required];
	const known: Knowledge = {
		...keeper.known(keeper.interruptedOn(board)),
		// A locked chip gives nothing away: what shares a sector with the firmware cannot be kept.
		...(board.readoutProtected ? { keep: false } : { spare: protect.map(({ range }) => range) }),
	};
	return { merged, files, board, known, protect, start: startOf({ keeper, start }) };
}

/** Undefined while there is no board, or nothing to lay over it. */
export const planFor = (facts: PlanFacts): Plan | undefined =>
	facts.board && laidOut(settle(facts, facts.board));

/** `found` is what a look has read. */
function laidOut(settled: Settled, found?: Image): Plan | undefined {
	const { board, merged, files, known, protect, start } = settled;
	if (!board.limits.addressed) return plainPlan(files);
	if (!merged.firmware || isUndescribed(board)) return undefined;
	const fault =
		board.identity.transport === 'dfu' ? board.device?.bootloader.bank2EraseByUsb : undefined;
	const laid = plan(merged.firmware.image, board.memory, {
		start,
		known: found ? { ...known, found } : known,
		protect,
		undescribed: board.undescribed,
		...(board.device && {
			family: board.device.family,
			flashless: board.device.flashSize === 0,
		}),
		...(fault && { bank2Erase: fault }),
		...(board.doubt && { doubt: board.doubt }),
		...(merged.firmware.families && { fileFamilies: merged.firmware.families }),
	});
	return withWriteProtection(laid, guardedOf(board));
}

/** Undefined where nobody knows what is write-protected. */
const guardedOf = ({ options }: Board): readonly Sector[] | undefined =>
	options?.layout && options.blocks.length > 0 ? options.guarded : undefined;

const startOf = ({ keeper, start }: Pick<PlanFacts, 'keeper' | 'start'>): boolean =>
	keeper.resuming?.record.start ?? start;

export function stepsFor(shown: Plan | undefined, board: Board | undefined): readonly Step[] {
	if (!shown?.runnable || !board) return [];
	return board.limits.addressed
		? compile(shown, board.limits, paceOf(board).timings)
		: plainSteps(shown, board.limits.transferSize);
}

/** The reads that make the plan exact: those of a new job, or of what an interrupted one had begun. */
export function looksFor(
	shown: Plan | undefined,
	{ board, merged, keeper }: PlanFacts,
): readonly LookStep[] {
	if (!shown?.runnable || !board?.limits.addressed || !merged.firmware) return [];
	if (board.readoutProtected) return [];
	const { image } = merged.firmware;
	if (!keeper.resuming) {
		const { keep, compare } = keeper;
		const backup = keeper.backup && !keeper.trouble;
		const { limits, undescribed } = board;
		// Looked for only where the plan could make use of it: see its `restBlank`.
		const mass = limits.massErase && guardedOf(board) && undescribed.length === 0 && !shown.doubt;
		const pace = mass ? { mass: paceOf(board) } : {};
		return [
			...(backup && keeper.backupWhole
				? wholeLooks(shown, image, limits)
				: lookSteps(shown, image, limits, { keep, backup, compare, ...pace })),
			...eepromLooks(shown, limits, { backup }),
		];
	}
	const { record, kept } = keeper.resuming;
	return [
		...resumeLooks(shown, image, { ...record, kept }, board.limits),
		...eepromLooks(shown, board.limits, { backup: false }),
	];
}

/** `id` names the job, its backup and its journal on this machine. */
export async function jobInput(
	facts: PlanFacts & { readonly board: Board },
	shown: Plan,
	id: string,
): Promise<JobInput> {
	const { board, merged, files, keeper } = facts;
	const pace = paceOf(board);
	const steps = stepsFor(shown, board);
	const image = merged.firmware?.image;
	if (!image || !board.limits.addressed)
		return plainJob({ board, plan: shown, steps, pace, files });
	// Before anything is waited for: the user may choose otherwise meanwhile, for the job after this one.
	const settled = settle(facts, board);
	const look = looksFor(shown, facts);
	const { resuming, replacing, update } = keeper;
	const part = board.device?.parts[0];
	const keeping: Omit<Keeping, 'store'> = {
		backup: keeper.backup && !keeper.trouble && !resuming,
		backupWhole: keeper.backupWhole,
		withoutJournal: keeper.withoutJournal,
		label: labelOf(board),
		...(part !== undefined && { part }),
		start: settled.start,
		keep: resuming?.record.keep ?? keeper.keep,
		id: resuming?.record.id ?? id,
		...(replacing && { replaces: replacing }),
		...(update !== undefined && { update }),
		...(resuming && { resumed: resuming }),
	};
	const replan = (found: Image): { plan: Plan; steps: readonly Step[] } => {
		const exact = laidOut(settled, found) ?? shown;
		return { plan: exact, steps: stepsFor(exact, board) };
	};
	const job = { image, plan: shown, look, steps, replan, pace, board, files };
	return { ...job, before: settled.known, keeping: { ...keeping, store: await keeper.store() } };
}
