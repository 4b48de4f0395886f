// What a person with a board in hand tries, and what of it the page has seen itself. Pure: a report is made from the
// states the session went through and from the answers to what only eyes can tell.
import { redact, type Report } from './report.ts';
import type { State } from './state.ts';

export interface ChecklistItem {
	readonly id: string;
	readonly title: string;
	readonly how: string;
	/** The page sees it happen, or only the person at the board can tell. */
	readonly told: 'seen' | 'answered';
}

export const checklist: readonly ChecklistItem[] = [
	{
		id: 'identified',
		title: 'The board is recognised',
		how: 'Put it into its bootloader, connect it, and compare chip and flash size with what is printed on it.',
		told: 'seen',
	},
	{
		id: 'right-chip',
		title: 'What the page says about the chip is right',
		how: 'Product ID, flash size, sectors and protection, as far as you know them.',
		told: 'answered',
	},
	{
		id: 'programmed',
		title: 'A firmware is programmed and verified',
		how: 'Open a firmware made for this board and press Program.',
		told: 'seen',
	},
	{
		id: 'runs',
		title: 'The application runs',
		how: 'After the job, without touching the board.',
		told: 'answered',
	},
	{
		id: 'cancelled',
		title: 'A cancelled job is finished by the next one',
		how: 'Connect again, press Program, then Esc at once. Then press Program and let it finish.',
		told: 'seen',
	},
	{
		id: 'unplugged',
		title: 'A pulled cable is told, and the next job finishes',
		how: 'Pull the cable while it writes. Plug it in, connect again and program.',
		told: 'seen',
	},
	{
		id: 'both-wires',
		title: 'The other wire works too',
		how: 'Where the chip has both: connect and program once by USB and once by UART.',
		told: 'seen',
	},
];

/** What has happened so far, from the states alone. */
export interface Seen {
	readonly reports: readonly Report[];
	readonly passed: ReadonlySet<string>;
	readonly transports: ReadonlySet<string>;
	/** An interruption that no finished job has followed yet. */
	readonly pending: 'cancelled' | 'unplugged' | undefined;
	/** The ended job that was counted last. */
	readonly last: object | undefined;
}

export const nothingSeen: Seen = {
	reports: [],
	passed: new Set(),
	transports: new Set(),
	pending: undefined,
	last: undefined,
};

/** Takes note of a state; the same state twice changes nothing. */
export function observe(seen: Seen, { board, job }: State): Seen {
	const identified =
		board.status === 'ready' && !seen.passed.has('identified')
			? { ...seen, passed: new Set([...seen.passed, 'identified']) }
			: seen;
	if (job.status === 'idle' || job.status === 'running' || job.report === seen.last)
		return identified;
	const { report } = job;
	const noted = { ...identified, last: report, reports: [...identified.reports, report] };
	if (job.status === 'cancelled') return { ...noted, pending: 'cancelled' };
	if (job.status === 'failed') {
		return job.failure.code === 'wire.lost' ? { ...noted, pending: 'unplugged' } : noted;
	}
	if (report.result !== 'verified') return noted;
	const transports = new Set([...noted.transports, report.board.transport]);
	const passed = new Set([
		...noted.passed,
		'programmed',
		...(noted.pending ? [noted.pending] : []),
		...(transports.size > 1 ? ['both-wires'] : []),
	]);
	return { ...noted, passed, transports, pending: undefined };
}

export type Answer = 'yes' | 'no' | 'not tried';

export interface HardwareReport {
	readonly format: 'sectorwise-hardware/1';
	readonly app: string;
	readonly system: string;
	/** Practised on a virtual board: says nothing about hardware. */
	readonly virtual: boolean;
	readonly board: string;
	readonly notes: string;
	readonly items: readonly { readonly id: string; readonly result: Answer }[];
	readonly jobs: readonly Report[];
}

export interface Told {
	readonly app: string;
	readonly system: string;
	readonly board: string;
	readonly notes: string;
	readonly answers: Readonly<Record<string, Answer>>;
}

/** What has been seen counts as yes; what could be seen and was not, as not tried. */
export const resultOf = (item: ChecklistItem, seen: Seen, answers: Told['answers']): Answer =>
	item.told === 'seen'
		? seen.passed.has(item.id)
			? 'yes'
			: 'not tried'
		: (answers[item.id] ?? 'not tried');

export function hardwareReport(seen: Seen, told: Told): HardwareReport {
	return {
		format: 'sectorwise-hardware/1',
		app: told.app,
		system: told.system,
		virtual: seen.reports.some(({ board }) => board.virtual),
		board: told.board,
		notes: told.notes,
		items: checklist.map((item) => ({ id: item.id, result: resultOf(item, seen, told.answers) })),
		jobs: seen.reports.map(redact),
	};
}
