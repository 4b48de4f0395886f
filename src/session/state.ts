// The facts the interface draws, and how each event changes them. Pure.
import type { Artifact, Firmware } from '#core/artifact.ts';
import type { Device } from '#core/device.ts';
import type { EraseDoubt } from '#core/erase-proof.ts';
import type { Diagnostic, Failure } from '#core/failure.ts';
import type { MemoryMap } from '#core/memory.ts';
import type { Plan } from '#core/plan.ts';
import type { FlashTruth, Progress } from '#core/progress.ts';
import type { Quirk } from '#core/quirk.ts';
import type { Range } from '#core/range.ts';
import type { Step } from '#core/steps.ts';
import type { Identity, Limits } from '#protocols/programmer.ts';
import type { OptionFacts } from './option-facts.ts';
import type { Report } from './report.ts';

export interface OpenedFile {
	/** Unique in this page. */
	readonly id: number;
	readonly name: string;
	readonly size: number;
	readonly content:
		| { readonly status: 'reading' }
		| { readonly status: 'refused'; readonly failure: Failure }
		| { readonly status: 'needs-address'; readonly artifact: Extract<Artifact, { kind: 'binary' }> }
		| { readonly status: 'loaded'; readonly firmware: Firmware; readonly address?: number };
}

/** How a board is reached, as the user chose it. */
export type Route =
	| { readonly kind: 'uart'; readonly baud: number | 'auto'; readonly lines: string | undefined }
	| { readonly kind: 'dfu' }
	| { readonly kind: 'virtual'; readonly part: string; readonly transport: 'uart' | 'dfu' };

/** A board that answered, and what is known and doubted about it. */
export interface Board {
	readonly identity: Identity;
	readonly limits: Limits;
	/** More than one where the board does not tell them apart; the user chooses. */
	readonly candidates: readonly Device[];
	/** The one in use; undefined while it must be chosen. */
	readonly device: Device | undefined;
	readonly memory: MemoryMap;
	readonly diagnostics: readonly Diagnostic[];
	/** What is not established about its erases, which are then proven one by one. */
	readonly doubt?: EraseDoubt;
	/** Flash it may have that nothing describes. */
	readonly undescribed: readonly Range[];
	/** Known quirks of just this board, and what is done about them. */
	readonly quirks: readonly Quirk[];
	/** Bytes, from the chip's own register. */
	readonly flashSize?: number;
	/** 24 hex digits. */
	readonly uniqueId?: string;
	readonly bootloaderId?: number;
	/** Undefined when the bootloader does not tell. */
	readonly readoutProtected?: boolean;
	/** Undefined while the chip is not known. */
	readonly options?: OptionFacts;
	readonly virtual: boolean;
}

export type BoardState =
	| { readonly status: 'absent'; readonly note?: 'left' | 'detached' | 'closed' }
	| { readonly status: 'connecting'; readonly route: Route }
	| { readonly status: 'ready'; readonly route: Route; readonly board: Board }
	/** A cancelled or failed command is being waited out. */
	| { readonly status: 'settling'; readonly route: Route; readonly board: Board }
	| { readonly status: 'failed'; readonly route: Route; readonly failure: Failure };

/** What the look has found. */
export interface Exact {
	/** How long the job takes, the look included. */
	readonly ms: number;
	/** What writing everything would have taken. */
	readonly wholeMs: number;
	/** Every sector was compared until it was known to differ. */
	readonly complete: boolean;
}

export interface RunningJob {
	readonly plan: Plan;
	readonly steps: readonly Step[];
	readonly progress: Progress;
	readonly exact?: Exact;
}

export type JobState =
	| { readonly status: 'idle' }
	| ({ readonly status: 'running'; readonly cancelling: boolean } & RunningJob)
	| ({ readonly status: 'finished'; readonly report: Report } & RunningJob)
	| ({
			readonly status: 'cancelled';
			readonly truth: FlashTruth;
			readonly report: Report;
	  } & RunningJob)
	| ({
			readonly status: 'failed';
			readonly failure: Failure;
			readonly truth: FlashTruth;
			readonly report: Report;
	  } & RunningJob);

export interface State {
	readonly files: readonly OpenedFile[];
	readonly board: BoardState;
	readonly job: JobState;
}

export const initialState: State = {
	files: [],
	board: { status: 'absent' },
	job: { status: 'idle' },
};

export type Event =
	| { readonly type: 'file-opened'; readonly file: OpenedFile }
	| { readonly type: 'file-read'; readonly id: number; readonly content: OpenedFile['content'] }
	| { readonly type: 'file-closed'; readonly id: number }
	| { readonly type: 'files-cleared' }
	| { readonly type: 'board'; readonly board: BoardState }
	| { readonly type: 'job-started'; readonly job: RunningJob }
	| { readonly type: 'job-planned'; readonly job: RunningJob }
	| { readonly type: 'job-progress'; readonly progress: Progress }
	| { readonly type: 'job-cancelling' }
	| { readonly type: 'job-ended'; readonly job: Exclude<JobState, { status: 'idle' | 'running' }> }
	| { readonly type: 'job-dismissed' };

/** A finished job's card stays until the facts it was about change. */
export function next(state: State, event: Event): State {
	switch (event.type) {
		case 'file-opened':
			return { ...forget(state), files: [...state.files, event.file] };
		case 'file-read':
			return {
				...state,
				files: state.files.map((file) =>
					file.id === event.id ? { ...file, content: event.content } : file,
				),
			};
		case 'file-closed':
			return { ...forget(state), files: state.files.filter(({ id }) => id !== event.id) };
		case 'files-cleared':
			return { ...forget(state), files: [] };
		case 'board':
			return { ...state, board: event.board };
		case 'job-started':
			return { ...state, job: { status: 'running', cancelling: false, ...event.job } };
		case 'job-planned':
			return state.job.status === 'running'
				? { ...state, job: { ...state.job, ...event.job } }
				: state;
		case 'job-progress':
			return state.job.status === 'running'
				? { ...state, job: { ...state.job, progress: event.progress } }
				: state;
		case 'job-cancelling':
			return state.job.status === 'running'
				? { ...state, job: { ...state.job, cancelling: true } }
				: state;
		case 'job-ended':
			return { ...state, job: event.job };
		case 'job-dismissed':
			return forget(state);
	}
}

const forget = (state: State): State =>
	state.job.status === 'running' ? state : { ...state, job: { status: 'idle' } };
