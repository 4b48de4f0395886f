// Whether Program may be pressed; if not, the one reason that matters most.
import { Failure, isFailure, type Diagnostic } from '#core/failure.ts';
import type { Plan } from '#core/plan.ts';
import type { JournalRecord } from './keep/journal.ts';
import { whichBoard } from './keep/keeper.svelte.ts';
import type { Merged } from './open-file.ts';
import type { Board, State } from './state.ts';

export type Readiness =
	| { readonly ready: true }
	| {
			readonly ready: false;
			readonly why:
				| 'no-file'
				| 'file-reading'
				| 'file-refused'
				| 'file-needs-address'
				| 'files-overlap'
				| 'no-board'
				| 'connecting'
				| 'settling'
				| 'board-failed'
				| 'choose-part'
				| 'describe-chip'
				| 'board-refuses'
				| 'interrupted'
				| 'other-board'
				| 'which-board'
				| 'plan-refuses'
				| 'plain-dfu-file'
				| 'running';
			/** What to show beside the reason. */
			readonly because?: Diagnostic | Failure;
	  };

/** A job on the connected board that did not end. */
export interface Interruption {
	readonly record: JournalRecord;
	/** The opened firmware is the one it was writing: Program continues it. */
	readonly same: boolean;
	/** The board tells, or the user says, that it is the one. */
	readonly sure: boolean;
}

type Why = Extract<Readiness, { ready: false }>['why'];

export function readiness(
	{ files, board: at, job }: State,
	facts: {
		readonly board: Board | undefined;
		readonly merged: Merged;
		readonly plan: Plan | undefined;
		/** The last job on this board did not end. */
		readonly interrupted?: Interruption | undefined;
		/** The job to be continued belongs to another board. */
		readonly foreign?: Failure | undefined;
		/** The job to be continued was writing something else than what is open. */
		readonly mixed?: Failure | undefined;
	},
): Readiness {
	const no = (why: Why, because?: Diagnostic | Failure): Readiness => ({
		ready: false,
		why,
		...(because && { because }),
	});
	const { board, merged, plan, interrupted, foreign, mixed } = facts;
	const plain = board !== undefined && !board.limits.addressed;
	const refused = files.find(({ content }) => content.status === 'refused');
	if (job.status === 'running') return no('running');
	if (files.length === 0) return no('no-file');
	if (files.some(({ content }) => content.status === 'reading')) return no('file-reading');
	if (refused?.content.status === 'refused') return no('file-refused', refused.content.failure);
	if (!plain && files.some(({ content }) => content.status === 'needs-address')) {
		return no('file-needs-address');
	}
	if (merged.failure) return no('files-overlap', merged.failure);
	if (at.status === 'connecting' || at.status === 'settling') return no(at.status);
	if (at.status === 'failed') return no('board-failed', at.failure);
	if (!board) return no('no-board');
	const fault = board.diagnostics.find(({ severity }) => severity === 'error');
	if (fault) return no('board-refuses', fault);
	if (plain) return plan?.runnable ? { ready: true } : no('plain-dfu-file');
	if (!board.device && board.candidates.length > 1) return no('choose-part');
	if (foreign)
		return no(isFailure(foreign, 'job.which-board') ? 'which-board' : 'other-board', foreign);
	if (mixed) return no('interrupted', mixed);
	const keeps = interrupted && interrupted.record.kept.length > 0;
	if (interrupted && !interrupted.sure && (interrupted.same || keeps))
		return no('which-board', whichBoard(interrupted.record));
	if (interrupted && !interrupted.same && keeps) {
		const firmware = interrupted.record.firmware.join(', ');
		return no('interrupted', new Failure('job.interrupted', { firmware }));
	}
	if (isUndescribed(board)) return no('describe-chip');
	const problem = plan?.diagnostics.find(({ severity }) => severity === 'error');
	if (!plan?.runnable) return no('plan-refuses', problem);
	return { ready: true };
}

/** A chip that nobody knows, on a wire that does not tell its memory: there is nothing to lay a plan over. */
export const isUndescribed = ({ device, candidates, identity }: Board): boolean =>
	!device && candidates.length === 0 && identity.transport === 'uart';
