// What the session makes of its facts: the plan for this board and these files, and the steps of that plan.
import { withWriteProtection } from '#core/option-sectors.ts';
import { plan, type Plan } from '#core/plan.ts';
import { compile, type Pace, type Step } from '#core/steps.ts';
import type { Merged } from './open-file.ts';
import { plainPlan, plainSteps } from './plain-dfu.ts';
import type { Board, OpenedFile } from './state.ts';

export interface PlanFacts {
	readonly board: Board | undefined;
	readonly merged: Merged;
	readonly files: readonly OpenedFile[];
	/** Start the application after a verified job. */
	readonly start: boolean;
}

/** Undefined while there is no board, or nothing to lay over it. */
export function planFor({ board, merged, files, start }: PlanFacts): Plan | undefined {
	if (!board) return undefined;
	if (!board.limits.addressed) return plainPlan(files);
	if (!merged.firmware) return undefined;
	const fault =
		board.identity.transport === 'dfu' ? board.device?.bootloader.bank2EraseByUsb : undefined;
	const laid = plan(merged.firmware.image, board.memory, {
		start,
		...(board.device && { family: board.device.family }),
		...(fault && { bank2Erase: fault }),
		...(board.doubt && { doubt: board.doubt }),
		...(merged.firmware.families && { fileFamilies: merged.firmware.families }),
	});
	return withWriteProtection(laid, board.options?.guarded ?? []);
}

export function stepsFor(
	shown: Plan | undefined,
	board: Board | undefined,
	pace: Pace | undefined,
): readonly Step[] {
	if (!shown?.runnable || !board || !pace) return [];
	return board.limits.addressed
		? compile(shown, board.limits, pace.timings)
		: plainSteps(shown, board.limits.transferSize);
}
