// The stage as it is shown: the offer put in, a running job's progress, and how it ended.
import type { Progress } from '#core/progress.ts';
import type { State } from '#session/state.ts';
import { canGoBack } from './back.ts';
import { elsewhere, type ListPlace } from './fetch-whole.ts';
import type { Doubt, Ready } from './ready.ts';
import type { Offer, Phase, Stage, Way } from './stage.ts';
import { actionWhenFailed, actionWhenRefused, actionWhenUnfit, told } from './trouble.ts';
import type { Outcome } from './work.ts';

/** A stage without what is known elsewhere: the offer, and how far a job is. */
export type Bare = Stage extends infer S
	? S extends { readonly status: 'updating' }
		? Pick<Extract<Stage, { readonly status: 'updating' }>, 'status' | 'goingBack'>
		: S extends { readonly offer: Offer }
			? Omit<S, 'offer'>
			: S
	: never;

export interface Around {
	readonly state: State;
	/** The look before the job also makes the backup. */
	readonly backup: boolean;
	readonly restarting: boolean;
}

export function shown(bare: Bare, offer: Offer | undefined, around: Around): Stage {
	if (
		bare.status === 'nothing' ||
		bare.status === 'opening' ||
		bare.status === 'refused' ||
		bare.status === 'unknown-maker'
	)
		return bare;
	if (!offer) return { status: 'nothing' };
	// The browser's chooser changes nothing; a device that was chosen is being looked at.
	const { status } = around.state.board;
	if (bare.status === 'waiting' && status === 'connecting') return { status: 'examining', offer };
	if (bare.status !== 'updating') return { ...bare, offer };
	return { ...bare, offer, ...courseOf(around) };
}

/** What a look at the device leads to. */
export function examined(ready: Ready | Doubt | 'ask'): Bare {
	if (ready === 'ask') return { status: 'ask-product' };
	if ('facts' in ready) return { status: 'ready', device: ready.facts };
	const { id, when } = ready.doubted;
	return { status: 'ask-device', id, when };
}

function courseOf({ state, backup, restarting }: Around) {
	if (restarting) return { phase: 'restarting', done: 1, remainingMs: undefined } as const;
	const { job } = state;
	if (job.status !== 'running') {
		const done = job.status === 'finished' ? 1 : 0;
		return { phase: done ? 'restarting' : 'checking', done, remainingMs: undefined } as const;
	}
	const { progress, exact } = job;
	return {
		phase: phaseOf(progress, backup && !exact),
		done: progress.fraction,
		remainingMs: progress.remainingMs,
	};
}

/** `saving`: what is read now is kept. */
function phaseOf({ phase }: Progress, saving: boolean): Phase {
	switch (phase) {
		case 'look':
			return saving ? 'saving' : 'checking';
		case 'verify':
			return 'proving';
		case 'start':
			return 'restarting';
		default:
			return 'writing';
	}
}

/** Not this update. */
export function refused(error: unknown): Bare {
	const failure = told(error, 'before');
	return { status: 'refused', failure, action: actionWhenRefused(failure) };
}

export interface Elsewhere {
	readonly way: Way;
	/** The maker says where to find help. */
	readonly support: boolean;
	readonly list: ListPlace | undefined;
}

/** Not this device, or not now. */
export function unfit(error: unknown, { way, support, list }: Elsewhere): Bare {
	if (error instanceof DOMException && error.name === 'AbortError')
		return { status: 'waiting', way };
	const failure = elsewhere(told(error, 'before'), list);
	return { status: 'unfit', failure, action: actionWhenUnfit(failure, support) };
}

/** What a work that ended leads to. */
export function ended(
	outcome: Outcome,
	{ goingBack, support }: { readonly goingBack: boolean; readonly support: boolean },
): Bare {
	const reversible = canGoBack(outcome.record) && !goingBack;
	if (outcome.ok) {
		const { version, restarted } = outcome;
		return { status: 'done', version, restarted, goneBack: goingBack, canGoBack: reversible };
	}
	const { failure, holds } = outcome;
	const action = actionWhenFailed(failure, holds === 'old', support);
	return { status: 'failed', failure, holds, action, canGoBack: reversible && holds !== 'old' };
}
