// The memory strip for a build over a chip that need not be connected: the same drawing, from the same plan.
import { plan } from '#core/plan.ts';
import { initialState } from '#session/state.ts';
import type { InsightModel } from '#session/insight.svelte.ts';
import type { Page } from '#ui/page.svelte.ts';
import type { StripSource } from '#ui/strip.svelte.ts';

/** The connected board's own plan where there is one. */
export function stripOver(page: Page, model: InsightModel): StripSource {
	const { session } = page;
	const memory = $derived(model.brief?.memory ?? []);
	const made = $derived.by(() => {
		const image = session.merged.firmware?.image ?? [];
		return session.board ? session.plan : plan(image, memory, { start: false });
	});
	return {
		state: initialState,
		get plan() {
			return made;
		},
		get board() {
			return session.board;
		},
		get merged() {
			return session.merged;
		},
		keeper: session.keeper,
	};
}
