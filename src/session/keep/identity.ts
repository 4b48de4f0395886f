// Which board something was kept of, and whether the connected one is it.
import { likeness, type Likeness } from '#core/board-identity.ts';
import type { Board } from '#session/state.ts';
import type { BoardLabel } from './backups.ts';

/** How a board is recognised another day. A serial number that is no chip's own is left out. */
export function labelOf(board: Board): BoardLabel {
	const { identity, uniqueId, device, candidates, quirks } = board;
	const name = device?.name ?? candidates[0]?.name ?? identity.usb?.product?.trim();
	const serial = quirks.some(({ effect }) => effect.kind === 'no-own-serial')
		? undefined
		: identity.usb?.serial;
	return {
		name: name ?? 'Unknown chip',
		...(identity.productId !== undefined && { productId: identity.productId }),
		...(uniqueId !== undefined && { uniqueId }),
		...(serial !== undefined && { usbSerial: serial }),
	};
}

export const recognise = (label: BoardLabel, board: Board): Likeness =>
	likeness(label, labelOf(board));

/** Nothing speaks against it: what protects one of them is taken to protect the other. */
export function mayBeSame(a: BoardLabel, b: BoardLabel): boolean {
	const like = likeness(a, b);
	return like === 'same' || (like === 'unsure' && a.name === b.name);
}
