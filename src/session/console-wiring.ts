// How DTR and RTS must stand for the application to run, where they are wired to the board's pins.
import { resetLinePresets } from '#protocols/reset-lines.ts';

/** Not held in reset, not sent to the bootloader; undefined for no wiring or an unknown one. */
export function runningLines(
	wiring: string,
): { readonly dtr: boolean; readonly rts: boolean } | undefined {
	const preset = resetLinePresets.find(({ id }) => id === wiring);
	if (!preset) return undefined;
	const lines = { dtr: false, rts: false };
	lines[preset.reset.line] = !preset.reset.active;
	if (preset.boot) lines[preset.boot.line] = !preset.boot.active;
	return lines;
}
