// DTR and RTS wired to NRST and BOOT0: how the adapter itself puts the board into its bootloader and out again.
// Both lines are always set together: some drivers apply RTS only with the next DTR write.
import { withDeadline, type Clock } from '#ports/clock.ts';
import type { SerialPortLike } from '#ports/serial-port.ts';

export interface ResetLines {
	readonly id: string;
	readonly label: string;
	/** Which signal drives NRST, and the signal value (true = asserted) that holds the chip in reset. */
	readonly reset: { readonly line: 'dtr' | 'rts'; readonly active: boolean };
	/** Which signal drives BOOT0, and the value that selects the bootloader; undefined where it is a jumper. */
	readonly boot?: { readonly line: 'dtr' | 'rts'; readonly active: boolean };
	/** How long NRST is held, and how long the ROM then needs before its first byte. Milliseconds. */
	readonly holdMs: number;
	readonly startMs: number;
}

/** A driver that does not answer to a change of two lines hangs. */
const SET_MS = 3000;

const timing = { holdMs: 20, startMs: 120 };

/** The wirings seen in the field. None is used unless chosen: a wrong one resets the board at random. */
export const resetLinePresets: readonly ResetLines[] = [
	{
		id: 'rts-reset-dtr-boot',
		label: 'RTS → NRST, DTR → BOOT0',
		reset: { line: 'rts', active: true },
		boot: { line: 'dtr', active: false },
		...timing,
	},
	{
		id: 'rts-reset-dtr-boot-inverted',
		label: 'RTS → NRST, DTR → BOOT0, both inverted',
		reset: { line: 'rts', active: false },
		boot: { line: 'dtr', active: true },
		...timing,
	},
	{
		id: 'dtr-reset-rts-boot',
		label: 'DTR → NRST, RTS → BOOT0',
		reset: { line: 'dtr', active: true },
		boot: { line: 'rts', active: false },
		...timing,
	},
	{
		id: 'dtr-reset-rts-boot-transistor',
		label: 'DTR → NRST, RTS → BOOT0 through a transistor',
		reset: { line: 'dtr', active: true },
		boot: { line: 'rts', active: true },
		...timing,
	},
	{
		id: 'dtr-reset',
		label: 'DTR → NRST only, BOOT0 by jumper',
		reset: { line: 'dtr', active: true },
		...timing,
	},
];

/** Resets the board and lets it start in its bootloader or in its application. */
export async function resetInto(
	target: 'bootloader' | 'application',
	lines: ResetLines,
	board: { readonly port: SerialPortLike; readonly clock: Clock },
	signal: AbortSignal,
): Promise<void> {
	const set = async (inReset: boolean): Promise<void> => {
		const value = { dtr: false, rts: false };
		value[lines.reset.line] = inReset === lines.reset.active;
		if (lines.boot) value[lines.boot.line] = (target === 'bootloader') === lines.boot.active;
		await withDeadline(board.clock, { ms: SET_MS, what: 'DTR and RTS' }, signal, () =>
			board.port.setSignals({ dataTerminalReady: value.dtr, requestToSend: value.rts }),
		);
	};
	await set(false);
	await set(true);
	await board.clock.sleep(lines.holdMs, signal);
	await set(false);
	await board.clock.sleep(lines.startMs, signal);
}
