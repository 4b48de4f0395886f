// What the user may choose before connecting: plain data for the screen.
import type { Board } from './state.ts';
import { resetLinePresets } from '#protocols/reset-lines.ts';

export const baudRates = [
	9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600, 1500000, 2000000,
];

export const wirings: readonly { readonly id: string; readonly label: string }[] = resetLinePresets;

/** What the board is called: one name, or all it may be. */
export function boardName({ candidates, device, identity }: Board): string {
	const names = [...new Set(candidates.map(({ name }) => name))];
	if (names.length === 0) return device?.name ?? identity.usb?.product?.trim() ?? 'Unknown chip';
	if (names.length === 1) return names[0]!;
	return names.length === 2 ? names.join(' or ') : `${names[0]} or ${names.length - 1} others`;
}
