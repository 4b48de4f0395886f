// What the page says about plan, job and board, in whole sentences. Texts of failures are in core/failures.
import { describe, type Diagnostic, type Failure } from '#core/failure.ts';
import { imageSize } from '#core/image.ts';
import type { Plan } from '#core/plan.ts';
import type { FlashTruth, Phase, Progress } from '#core/progress.ts';
import { size } from '#core/range.ts';
import type { Readiness } from '#session/readiness.ts';
import type { Report } from '#session/report.ts';
import type { JobState, OpenedFile, RunningJob, State } from '#session/state.ts';
import {
	aboutText,
	capital,
	durationText,
	percentText,
	plural,
	sizeText,
	speedText,
} from './text.ts';

export const phaseTexts: Readonly<Record<Phase, string>> = {
	look: 'Reading what is there',
	erase: 'Erasing',
	'blank-check': 'Checking that it is blank',
	write: 'Writing',
	verify: 'Verifying',
	start: 'Starting the application',
};

const reasons: Readonly<Record<Extract<Readiness, { ready: false }>['why'], string>> = {
	'no-file': 'Open a firmware file.',
	'file-reading': 'Reading the file …',
	'file-refused': 'A file cannot be used. Close it or open another.',
	'file-needs-address': 'Give the raw binary its address.',
	'files-overlap': 'Two files claim the same addresses.',
	'no-board': 'Connect a board.',
	connecting: 'Connecting …',
	settling: 'The bootloader is finishing its last command …',
	'board-failed': 'The board is not connected.',
	'describe-chip': 'Say how large the flash is: no catalogue knows this chip.',
	'choose-part': 'Choose the part: the board does not tell which it is.',
	'board-refuses': 'The board cannot be programmed.',
	interrupted: 'Continue the interrupted job, or set it aside.',
	'other-board': 'Connect the board that was interrupted.',
	'which-board': 'Say whether this is the board that was interrupted.',
	'plan-refuses': 'This firmware does not fit this board.',
	'plain-dfu-file':
		'This bootloader takes one raw file, without addresses. Open a single .bin or .dfu.',
	running: 'A job is running.',
};

/** Why Program cannot be pressed. */
export function whyNot(readiness: Extract<Readiness, { ready: false }>): string {
	return readiness.because ? describe(readiness.because).text : reasons[readiness.why];
}

/** The same in a few words, where the failure stands on the page already. */
export const whyNotShort = ({ why }: Extract<Readiness, { ready: false }>): string => reasons[why];

/** What can be done about it, where the failure table knows. */
export const nextStep = (because: Diagnostic | Failure | undefined): string =>
	because ? describe(because).next : '';

/** "Erase 3 sectors, write 33.0 KiB, verify." */
export function planSentence(plan: Plan, addressed: boolean): string {
	const bytes = sizeText(imageSize(plan.write));
	if (!addressed) return `Send ${bytes} as it is. This bootloader cannot prove it.`;
	const parts = [
		...(plan.erase.length > 0 ? [`erase ${plural(plan.erase.length, 'sector')}`] : []),
		`write ${bytes}`,
		'verify',
		...(plan.start === undefined ? [] : ['start']),
	];
	return `${capital(parts.join(', '))}.`;
}

/**
 * "12 of 96 sectors differ: about 9 s instead of 71 s.", once the board was looked at; with what it took when it is over.
 */
export function changeSentence({ plan, exact }: RunningJob, tookMs?: number): string {
	const { same, touched } = plan;
	if (!exact || same.length === 0) return '';
	const differ = touched.length - same.length;
	const over = tookMs !== undefined;
	if (differ === 0) return over ? 'Nothing differed.' : 'Nothing differs.';
	const verb = over ? 'differed' : differ === 1 ? 'differs' : 'differ';
	const counted = exact.complete
		? `${differ} of ${plural(touched.length, 'sector')} ${verb}`
		: `${same.length} of ${plural(touched.length, 'sector')} ${over ? 'were' : 'are'} left alone`;
	const ms = tookMs ?? exact.ms;
	if (ms >= exact.wholeMs) return `${counted}.`;
	const time = over ? durationText(ms) : aboutText(ms);
	return `${counted}: ${time} instead of ${durationText(exact.wholeMs)}.`;
}

/** Bytes of erased sectors that nothing writes. */
export const lostSize = (plan: Plan): number =>
	plan.lost.reduce((sum, range) => sum + size(range), 0);

export function progressSentence(progress: Progress): string {
	const { phase, fraction, bytesPerSecond, remainingMs } = progress;
	const speed = bytesPerSecond && phase !== 'erase' ? ` · ${speedText(bytesPerSecond)}` : '';
	const left = fraction >= 1 ? '' : ` · ${aboutText(remainingMs)} left`;
	return `${percentText(fraction)}${speed}${left}`;
}

/** What is in the flash after a job that did not finish. */
export function truthSentences(truth: FlashTruth, failure?: Failure): string[] {
	const { sectorsErased, sectorsPlanned, bytesWritten, bytesPlanned, bytesVerified } = truth;
	if (truth.untouched)
		return ['Nothing was erased or written. The board holds what it held before.'];
	const said = [];
	if (sectorsErased === 0 && sectorsPlanned > 0)
		said.push('No sector is known to be erased; the first one may be.');
	else if (failure?.code === 'job.not-blank')
		said.push(
			`The board acknowledged the erase of ${plural(sectorsErased, 'sector')}; one is not blank.`,
		);
	else if (sectorsPlanned > 0)
		said.push(
			sectorsErased === sectorsPlanned
				? `${capital(sectorsPlanned === 1 ? 'the sector is' : `all ${plural(sectorsPlanned, 'sector')} are`)} erased.`
				: `${sectorsErased} of ${plural(sectorsPlanned, 'sector')} erased.`,
		);
	if (bytesWritten === 0) said.push('Nothing is written.');
	else if (truth.bootable) {
		said.push(
			`Everything is written; ${bytesVerified === 0 ? 'none of it' : `${sizeText(bytesVerified)} of ${sizeText(bytesPlanned)}`} is verified.`,
			'The chip will start the program after a reset, unproved.',
		);
	} else said.push(`${sizeText(bytesWritten)} of ${sizeText(bytesPlanned)} written.`);
	if (truth.oldGone && !truth.bootable)
		said.push('This firmware is not complete on the chip and does not start.');
	else if (truth.mixed)
		said.push('The board holds parts of both programs: continue the job before it is used.');
	else if (!truth.bootable)
		said.push('What the chip held before may still be there, or not all of it.');
	return said;
}

/** What a job did beside writing. */
export function keptSentence({ bytesKept, backup }: Report): string {
	return [
		...(bytesKept > 0 ? [`${sizeText(bytesKept)} beside it were kept.`] : []),
		...(backup === undefined ? [] : ['The old content is in History.']),
	].join(' ');
}

export type EndedJob = Exclude<JobState, { status: 'idle' | 'running' }>;

/** Nothing had to be written: every sector held the firmware already. */
export const isUnchanged = ({ bytesWritten, sectorsUnchanged, result }: Report): boolean =>
	result === 'verified' && bytesWritten === 0 && sectorsUnchanged > 0;

/** The heading of an ended job's card. */
export function resultTitle(job: EndedJob): string {
	if (job.status === 'cancelled') return 'Cancelled';
	if (job.status === 'failed')
		return job.failure.code === 'wire.lost' ? 'Unplugged during the job' : 'The job failed';
	if (isUnchanged(job.report)) return 'Already there, and verified';
	return job.report.result === 'verified' ? 'Programmed and verified' : 'Sent, not verified';
}

/** The same in one line, for the bar. */
export function outcome(job: EndedJob): string {
	if (job.status === 'failed' && job.failure.code !== 'wire.lost')
		return describe(job.failure).text;
	if (job.status !== 'finished') return truthSentences(job.truth).at(-1) ?? '';
	const { bytesWritten, elapsedMs } = job.report;
	const done = isUnchanged(job.report) ? 'Compared' : sizeText(bytesWritten);
	return `${done} in ${durationText(elapsedMs)}. ${startSentence(job)}`;
}

/** After a job that did not finish. */
export function nextSentence(job: EndedJob, readiness: Readiness): string {
	if (job.status === 'finished') return '';
	if (job.status === 'failed' && (readiness.ready || job.failure.code === 'wire.lost'))
		return describe(job.failure).next;
	const how = job.truth.untouched
		? 'press Program again'
		: 'press Program again: it begins with an erase, so nothing half-written is kept';
	return readiness.ready ? `${capital(how)}.` : `Connect the board, then ${how}.`;
}

/** What became of the start; undefined when none was planned. */
export function startSentence(job: Extract<JobState, { status: 'finished' }>): string {
	if (job.report.started === undefined)
		return 'The application was not started. The bootloader waits.';
	return job.report.started
		? 'The application was started.'
		: 'The application could not be started: set BOOT0 low and reset the board.';
}

/** For screen readers: changes of phase and results, not every percent. */
export function announcement({ files, board, job }: State): string {
	if (job.status === 'running') {
		return job.cancelling ? 'Cancelling' : phaseTexts[job.progress.phase];
	}
	if (board.status === 'connecting') return 'Connecting';
	if (job.status === 'finished') return `${resultTitle(job)}: ${outcome(job)}`;
	if (job.status !== 'idle') {
		const failure = job.status === 'failed' ? job.failure : undefined;
		const happened = failure ? describe(failure).text : '';
		return [`${resultTitle(job)}.`, happened, ...truthSentences(job.truth, failure)].join(' ');
	}
	return [fileNews(files.at(-1)), boardNews(board)].filter(Boolean).join(' ');
}

function fileNews(file: OpenedFile | undefined): string {
	if (!file || file.content.status === 'reading') return '';
	if (file.content.status === 'refused') return describe(file.content.failure).text;
	return file.content.status === 'loaded'
		? `${file.name} is open.`
		: `${file.name} needs an address.`;
}

function boardNews(board: State['board']): string {
	if (board.status === 'failed') return describe(board.failure).text;
	return board.status === 'ready' ? `Connected: ${board.board.device?.name ?? 'board'}.` : '';
}
