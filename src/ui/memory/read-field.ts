// What is wrong with a start and a length as typed; '' for nothing.
import { LARGEST_READ } from '#session/read-range.ts';
import { sizeText } from '#ui/text.ts';

/** Undefined stands for what is no hex number. */
export function fieldTrouble(start: number | undefined, bytes: number | undefined): string {
	if (start === undefined) return 'The start is up to eight hex digits, like 0x08004000.';
	if (bytes === undefined) return 'The length is up to eight hex digits, like 0x400.';
	if (bytes === 0) return 'The length is at least one byte.';
	if (start + bytes > 2 ** 32) return 'That is beyond the last address, 0xFFFF_FFFF.';
	return bytes > LARGEST_READ ? `At most ${sizeText(LARGEST_READ)} are read at once.` : '';
}
