// How values and states are said on screen: one function each, so that nothing is ever said two ways.
import { hex32 } from '#core/bytes.ts';
import type { Sector } from '#core/memory.ts';
import type { Plan } from '#core/plan.ts';
import type { FlashTruth, Phase, Progress } from '#core/progress.ts';
import { imageSize } from '#core/image.ts';
import { sizeText } from '#core/failure.ts';
import type { Readiness } from '#session/readiness.ts';

export { sizeText };

/** 0x0800_4000, grouped for the eye. */
export const addressText = (address: number): string => {
	const digits = plainHex(address).slice(2);
	return `0x${digits.slice(0, 4)}_${digits.slice(4)}`;
};

/** 0x08004000, as it is copied. */
export const plainHex = (address: number): string => hex32(address);

/** 8F21 A0C4 */
export const crcText = (crc: number): string => {
	const digits = plainHex(crc).slice(2);
	return `${digits.slice(0, 4)} ${digits.slice(4)}`;
};

/** "0x413" */
export const productIdText = (id: number): string =>
	'0x' + id.toString(16).toUpperCase().padStart(3, '0');

/** "0.4 s", "12 s", "2 min 5 s" */
export function durationText(ms: number): string {
	if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
	const seconds = Math.round(ms / 1000);
	if (seconds < 60) return `${seconds} s`;
	const rest = seconds % 60;
	return `${Math.floor(seconds / 60)} min${rest > 0 ? ` ${rest} s` : ''}`;
}

/** "About 4 s": an estimate never pretends to tenths. */
export const roughly = (ms: number): string =>
	ms < 1000
		? 'less than a second'
		: durationText(Math.round(ms / 1000) * 1000).replace('.0 s', ' s');

export const count = (n: number, noun: string): string =>
	`${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`;

/** "0, 1 and 4 to 7": consecutive numbers joined. */
export function sectorList(sectors: readonly Sector[]): string {
	const runs: [number, number][] = [];
	for (const { number } of sectors) {
		const last = runs.at(-1);
		if (last && number === last[1] + 1) last[1] = number;
		else runs.push([number, number]);
	}
	const parts = runs.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`));
	const last = parts.pop() ?? '';
	return parts.length > 0 ? `${parts.join(', ')} and ${last}` : last;
}

/** The whole plan in one sentence. */
export function planSentence(plan: Plan): string {
	const bytes = sizeText(imageSize(plan.write));
	const lost = plan.lost.reduce((sum, { start, end }) => sum + end - start, 0);
	const erase =
		plan.erase.length === 0
			? ''
			: plan.wholeFlash
				? 'Erase the whole flash, '
				: `Erase ${count(plan.erase.length, 'sector')}, `;
	const losing = lost > 0 && !plan.wholeFlash ? `, lose ${sizeText(lost)} beside it` : '';
	const then = plan.start === undefined ? 'verify' : 'verify, start';
	const sentence = `${erase}write ${bytes}${losing}, ${then}.`;
	return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

const phases: Record<Phase, string> = {
	erase: 'Erasing',
	'blank-check': 'Checking that it is blank',
	write: 'Writing',
	verify: 'Verifying',
	start: 'Starting the application',
};
export const phaseText = (phase: Phase): string => phases[phase];

/** "Writing. 43 %, 86 KiB/s, 12 s left" */
export function progressText({ phase, fraction, remainingMs, bytesPerSecond }: Progress): string {
	const speed =
		bytesPerSecond !== undefined && bytesPerSecond > 0
			? `, ${sizeText(Math.round(bytesPerSecond))}/s`
			: '';
	const left = remainingMs < 1000 ? 'almost done' : `${durationText(remainingMs)} left`;
	return `${Math.floor(fraction * 100)} %${speed}, ${left}`.replace(/^/, `${phaseText(phase)}: `);
}

/** Why Program cannot be pressed, and what to do. */
export function readinessText(readiness: Extract<Readiness, { ready: false }>): string {
	switch (readiness.why) {
		case 'no-file':
			return 'Open a firmware file first.';
		case 'file-reading':
			return 'The file is being read.';
		case 'file-refused':
			return 'One of the files cannot be used. Close it or open another.';
		case 'file-needs-address':
			return 'Say where the binary file goes.';
		case 'files-overlap':
			return 'Two files claim the same addresses.';
		case 'no-board':
			return 'Connect a board to see the plan.';
		case 'connecting':
			return 'Connecting to the board.';
		case 'settling':
			return 'Waiting for the bootloader to finish what it was doing.';
		case 'board-failed':
			return 'The board does not answer. See the Board card.';
		case 'choose-part':
			return 'Choose the exact part on the Board card.';
		case 'board-refuses':
			return 'The board does not allow it. See the Board card.';
		case 'plan-refuses':
			return 'This firmware does not fit this board. See the plan.';
		case 'plain-dfu-file':
			return 'This bootloader takes one raw file. Open its .bin or .dfu alone.';
		case 'running':
			return 'A job is running.';
	}
}

/** What is true of the flash after a job that did not finish. */
export function truthText(truth: FlashTruth): string {
	if (truth.untouched) return 'Nothing was erased. The board holds what it held before.';
	const { sectorsErased, sectorsPlanned, bytesWritten, bytesPlanned } = truth;
	if (truth.bootable) {
		return `All ${sizeText(bytesPlanned)} are written; ${sizeText(truth.bytesVerified)} are verified. The chip would start the program.`;
	}
	const erased = `${sectorsErased} of ${count(sectorsPlanned, 'sector')} ${sectorsErased === 1 ? 'is' : 'are'} known to be erased`;
	const written =
		bytesWritten > 0 ? `, ${sizeText(bytesWritten)} of ${sizeText(bytesPlanned)} are written` : '';
	const safe =
		sectorsErased === 0 && bytesWritten === 0
			? 'The sector being erased when it stopped may be blank.'
			: 'The vector table is not written, so the chip does not start half a program.';
	return `${erased}${written}. ${safe}`;
}
