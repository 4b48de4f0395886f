// What the plan on the page does to the named ranges.
import type { Plan } from '#core/plan.ts';
import { protectedStates, type ProtectedState } from '#core/protected.ts';
import type { Session } from '#session/session.svelte.ts';

export const statesOf = (
	{ keeper, merged }: Pick<Session, 'keeper' | 'merged'>,
	plan: Plan,
): ProtectedState[] =>
	protectedStates(plan, merged.firmware?.image ?? [], keeper.inForce(), keeper.givenUp).map(
		(state) => ({
			...state,
			spared: merged.spared?.some(({ name }) => name === state.it.name) ?? false,
		}),
	);
