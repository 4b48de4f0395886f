// What a user types for the names a script asks for, as the script's reader takes it.
import type { ScriptSettings } from '#ports/insight-desk.ts';

/** Stands for "not defined" among the answers: no name or value of a preprocessor looks like it. */
export const NOT_DEFINED = '(not defined)';

/** A number as ld writes it (ld manual 3.10.1): 0x1000, 4096, 0777, 64K, 1M; undefined for anything else. */
export function linkNumber(text: string): number | undefined {
	const [, digits = '', unit = ''] = /^\s*(0x[0-9a-f]+|[0-9]+)\s*([km]?)\s*$/i.exec(text) ?? [];
	if (digits === '') return undefined;
	const octal = /^0[0-9]/.test(digits);
	if (octal && /[89]/.test(digits)) return undefined;
	const value = octal ? Number.parseInt(digits, 8) : Number(digits);
	const scale = unit === '' ? 1 : unit.toLowerCase() === 'k' ? 1024 : 1024 ** 2;
	const bytes = value * scale;
	return bytes < 2 ** 32 ? bytes : undefined;
}

/**
 * Names with their kind before them ("symbol:SIZE", "define:BOARD") and what was typed. What is empty, or no number
 * where one is due, is left out: the script keeps asking for it.
 */
export function linkSettings(given: Readonly<Record<string, string>>): ScriptSettings {
	const symbols: [string, number][] = [];
	const defines: [string, string | null][] = [];
	for (const [key, text] of Object.entries(given)) {
		const colon = key.indexOf(':');
		const name = key.slice(colon + 1);
		const kind = key.slice(0, colon);
		const value = linkNumber(text);
		if (kind === 'symbol' && value !== undefined) symbols.push([name, value]);
		if (kind === 'define' && text.trim() !== '')
			defines.push([name, text === NOT_DEFINED ? null : text.trim()]);
	}
	return { symbols, defines };
}
