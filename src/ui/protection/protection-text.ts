// Sentences and notations of the protection screens.
import { hex } from '#core/bytes.ts';
import type { EffectKind } from '#core/option-effects.ts';
import type { OptionBlock, OptionField } from '#core/options.ts';
import type { Deed, Ended } from '#session/protection.svelte.ts';
import { plainAddress } from '#ui/text.ts';

const busyTexts: Readonly<Record<Deed, string>> = {
	apply: 'Writing the option bytes, waiting for the reset, reading them back.',
	'open-readout': 'Erasing everything and opening the chip. Keep it powered.',
	'close-readout': 'Switching readout protection on.',
	'free-sectors': 'Removing write protection, waiting for the reset, reading it back.',
	'put-back': 'Putting the write protection back.',
	'write-otp': 'Writing one-time bytes and reading them back.',
	'read-otp': 'Reading one-time bytes.',
};

const doneTexts: Readonly<Record<Deed, string>> = {
	apply: 'Done: the chip was reset and reads back the new option bytes.',
	'open-readout': 'Done: the chip is open, and its flash is blank.',
	'close-readout': 'Done: readout protection is on.',
	'free-sectors': 'Done: the write protection is gone, as read back after the reset.',
	'put-back': 'Done: the write protection is as it was.',
	'write-otp': 'Done: the one-time bytes read back as written.',
	'read-otp': '',
};

export const busyText = (deed: Deed): string => busyTexts[deed];

/** '' where nothing needs saying. */
export const doneText = ({ deed, failure }: Ended): string => (failure ? '' : doneTexts[deed]);

/** How grave an effect is, for its mark. */
export const severityOf = (kind: EffectKind): 'error' | 'warning' | 'note' =>
	kind === 'never' || kind === 'one-way' || kind === 'erase'
		? 'error'
		: kind === 'reset'
			? 'note'
			: 'warning';

/** "15:8", "5" */
export const bitsText = ({ low, width }: OptionField): string =>
	width === 1 ? String(low) : `${low + width - 1}:${low}`;

/** "0x0F" with as many digits as the field has. */
export const rawValue = ({ width }: OptionField, value: number): string =>
	width === 1
		? String(value)
		: '0x' +
			value
				.toString(16)
				.toUpperCase()
				.padStart(Math.ceil(width / 4), '0');

/** Every block as lines of sixteen bytes, for a file or the clipboard. */
export function blocksText(title: string, blocks: readonly OptionBlock[]): string {
	const lines = blocks.flatMap(({ address, bytes }) =>
		Array.from({ length: Math.ceil(bytes.length / 16) }, (_, row) => {
			const part = bytes.subarray(row * 16, row * 16 + 16);
			return `${plainAddress(address + row * 16)}  ${hex(part, ' ').toUpperCase()}`;
		}),
	);
	return [title, ...lines, ''].join('\n');
}

/** Bytes typed as hexadecimal, with or without spaces; undefined unless it is whole bytes. */
export function parseBytes(text: string): Uint8Array | undefined {
	const digits = text.replace(/0x|[\s,]/gi, '');
	if (digits.length === 0 || digits.length % 2 !== 0 || !/^[0-9a-f]+$/i.test(digits))
		return undefined;
	return Uint8Array.from({ length: digits.length / 2 }, (_, i) =>
		Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16),
	);
}

/** A field value as typed: decimal, or hexadecimal with 0x. Undefined unless it fits the field. */
export function parseValue(text: string, { width }: OptionField): number | undefined {
	const trimmed = text.trim();
	if (!/^(0x[0-9a-f]+|\d+)$/i.test(trimmed)) return undefined;
	const value = Number(trimmed);
	return value <= 2 ** width - 1 ? value : undefined;
}
