// What the plan on the page does to the named ranges.
import { sliceImage } from '#core/image.ts';
import type { Plan, ProtectedRange } from '#core/plan.ts';
import { protectedStates, type ProtectedState } from '#core/protected.ts';
import type { Session } from '#session/session.svelte.ts';
import { BACKUP } from '#session/stored-file.ts';

export function statesOf(
	{ keeper, merged, state: { files } }: Pick<Session, 'keeper' | 'merged' | 'state'>,
	plan: Plan,
): ProtectedState[] {
	const image = merged.firmware?.image ?? [];
	const backups = files.flatMap(({ content }) =>
		content.status === 'loaded' && content.firmware.format === BACKUP ? [content.firmware] : [],
	);
	const spared = ({ name, range }: ProtectedRange): boolean =>
		keeper.protected.some((one) => one.name === name) &&
		backups.some((backup) => sliceImage(backup.image, range).length > 0);
	return protectedStates(plan, image, keeper.inForce(), keeper.givenUp).map((state) => ({
		...state,
		spared: spared(state.it),
	}));
}
