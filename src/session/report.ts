// The record of a job: what was written where, proved how, on which board. Copyable, and saved as JSON.
import { crc32 } from '#core/crc.ts';
import { describe, type Failure } from '#core/failure.ts';
import { imageSize, segmentRange, type Segment } from '#core/image.ts';
import { phaseOf, truthOf, type FlashTruth, type Phase } from '#core/progress.ts';
import { size, type Range } from '#core/range.ts';
import { bytesOf, sectorDigests } from '#core/steps.ts';
import { boardName } from './choices.ts';
import type { Board, OpenedFile, RunningJob } from './state.ts';

export interface Report {
	readonly format: 'sectorwise-report/1';
	readonly app: string;
	readonly finishedAt: string;
	readonly result: 'verified' | 'sent-unverified' | 'cancelled' | 'failed';
	/** Whether the board accepted the start; undefined when none was planned. */
	readonly started?: boolean;
	readonly files: readonly { name: string; size: number; format: string }[];
	readonly board: {
		readonly name: string;
		readonly transport: 'uart' | 'dfu';
		readonly virtual: boolean;
		readonly productId?: number;
		readonly bootloader?: string;
		readonly flashSize?: number;
		readonly uniqueId?: string;
		readonly baud?: number;
	};
	readonly image: readonly { start: number; end: number; crc32: number }[];
	/** CRC-32 of what was read back, by sector. */
	readonly sectors: readonly { number: number; start: number; bytes: number; crc32: number }[];
	/** Sectors that held the image's bytes already, by comparison. */
	readonly sectorsUnchanged: number;
	/** Bytes beside the image that were read, written back and verified. */
	readonly bytesKept: number;
	/** Where on this machine the old content is. */
	readonly backup?: string;
	/** What that was to hold, and could not be read. */
	readonly backupLacks?: readonly Range[];
	readonly bytesWritten: number;
	readonly bytesVerified: number;
	readonly elapsedMs: number;
	/** How often a serial line failed, where that was often: then its rate is too high. */
	readonly disturbances?: number;
	readonly phases: readonly { phase: Phase; steps: number; bytes: number; ms: number }[];
	readonly failure?: {
		code: string;
		text: string;
		data: Readonly<Record<string, string | number>>;
	};
	readonly truth: FlashTruth;
}

export interface Facts {
	readonly app: string;
	readonly finishedAt: string;
	readonly files: readonly OpenedFile[];
	readonly board: Board;
	readonly job: RunningJob;
	/** Duration of every finished step, in order. */
	readonly durations: readonly number[];
	/** What the verify steps read back. */
	readonly readBack: readonly Segment[];
	readonly result: 'finished' | 'cancelled' | 'failed';
	readonly failure?: Failure;
	readonly started?: boolean;
	/** The backup that was made first. */
	readonly backup?: { readonly id: string; readonly missing?: readonly Range[] };
	/** A step was begun. */
	readonly attempted: boolean;
	readonly elapsedMs: number;
}

export function reportOf(facts: Facts): Report {
	const { board, job, durations, failure } = facts;
	const done = durations.length;
	const truth = truthOf(job.plan, job.steps, done, facts.attempted);
	const proofs = job.steps.filter(({ kind }) => phaseOf(kind) === 'verify');
	const proven = job.plan.write.length === 0 ? job.plan.same.length > 0 : proofs.length > 0;
	const verified = done === job.steps.length && proven;
	const result =
		facts.result !== 'finished' ? facts.result : verified ? 'verified' : 'sent-unverified';
	return {
		format: 'sectorwise-report/1',
		app: facts.app,
		finishedAt: facts.finishedAt,
		result,
		...(facts.started !== undefined && { started: facts.started }),
		files: facts.files.flatMap(({ name, size, content }) =>
			content.status === 'loaded' ? [{ name, size, format: content.firmware.format }] : [],
		),
		board: boardFacts(board),
		image: job.plan.write.map((run) => ({ ...segmentRange(run), crc32: crc32(run.data) })),
		sectors: sectorDigests(job.plan.touched, facts.readBack).map((row) => ({
			number: row.sector.number,
			start: row.sector.range.start,
			bytes: row.bytes,
			crc32: row.crc32,
		})),
		sectorsUnchanged: job.plan.same.length,
		bytesKept: job.plan.keep.reduce((sum, range) => sum + size(range), 0),
		...(facts.backup && { backup: facts.backup.id }),
		...(facts.backup?.missing && { backupLacks: facts.backup.missing }),
		bytesWritten: truth.bytesWritten,
		bytesVerified: imageSize(facts.readBack),
		elapsedMs: Math.round(facts.elapsedMs),
		phases: phases(job, durations),
		...(failure && {
			failure: { code: failure.code, text: describe(failure).text, data: failure.data },
		}),
		truth,
	};
}

function boardFacts(board: Board): Report['board'] {
	const { identity } = board;
	return {
		name: boardName(board),
		transport: identity.transport,
		virtual: board.virtual,
		...(identity.productId !== undefined && { productId: identity.productId }),
		...(identity.bootloaderVersion !== undefined && { bootloader: identity.bootloaderVersion }),
		...(board.flashSize !== undefined && { flashSize: board.flashSize }),
		...(board.uniqueId !== undefined && { uniqueId: board.uniqueId }),
		...(identity.baud !== undefined && { baud: identity.baud }),
	};
}

function phases(job: RunningJob, durations: readonly number[]): Report['phases'] {
	const rows = new Map<Phase, { phase: Phase; steps: number; bytes: number; ms: number }>();
	for (const [index, ms] of durations.entries()) {
		const step = job.steps[index]!;
		const phase = phaseOf(step.kind);
		const row = rows.get(phase) ?? { phase, steps: 0, bytes: 0, ms: 0 };
		row.steps++;
		row.bytes += bytesOf(step);
		row.ms += ms;
		rows.set(phase, row);
	}
	return [...rows.values()].map((row) => ({ ...row, ms: Math.round(row.ms) }));
}

/** The report without what could tell one board or one person from another: for pasting into public places. */
export function redact(report: Report): Report {
	const { uniqueId, ...board } = report.board;
	const files = report.files.map((file, index) => ({
		...file,
		name: `file-${index + 1}${/\.[a-z0-9]{1,5}$/i.exec(file.name)?.[0] ?? ''}`,
	}));
	return { ...report, files, board: { ...board, ...(uniqueId && { uniqueId: 'redacted' }) } };
}
