// The flat list of steps that runs: the dry run, the progress bar, the log and the test oracle.
// One step is one thing the board acknowledges, and costs at most about a second, so that cancel is prompt.
import type { BlankCheck } from './blank-check.ts';
import { crc32 } from './crc.ts';
import type { FlashTimings } from './device.ts';
import type { EraseProof } from './erase-proof.ts';
import type { Segment } from './image.ts';
import type { Sector } from './memory.ts';
import { size, type Range } from './range.ts';

export type Step =
	/** Reads what stands there, for what is kept, compared or backed up. */
	| LookStep
	/** Reads kept bytes a second time. */
	| { readonly kind: 'confirm'; readonly address: number; readonly data: Uint8Array }
	| { readonly kind: 'mass-erase'; readonly sectors: readonly Sector[] }
	| {
			readonly kind: 'erase';
			readonly sectors: readonly Sector[];
			/** One sector, looked at before and after, where no document says what this erase erases. */
			readonly proof?: EraseProof;
	  }
	| BlankCheck
	| { readonly kind: 'write'; readonly address: number; readonly data: Uint8Array }
	| { readonly kind: 'verify'; readonly address: number; readonly data: Uint8Array }
	| { readonly kind: 'checksum'; readonly address: number; readonly data: Uint8Array }
	| { readonly kind: 'start'; readonly address: number };

export interface LookStep {
	readonly kind: 'look';
	readonly range: Range;
	readonly sector: Sector;
	/**
	 * 'all' reads in any case; 'changed' unless the sector holds the image already; 'compare' only until it is known to
	 * differ; 'keep' only what lies beside the image in a sector that will be erased; 'blank' what the image does not
	 * touch, as long as it is blank.
	 */
	readonly purpose: 'all' | 'changed' | 'compare' | 'keep' | 'blank';
	/** Asks for the chip's checksum instead of the bytes. */
	readonly sum?: true;
}

export type StepKind = Step['kind'];

/** What the wire allows, from the programmer. */
export interface StepLimits {
	/** Largest read or write in bytes. */
	readonly transferSize: number;
	/** How many sectors one erase command may name. */
	readonly sectorsPerErase: number;
	readonly massErase: boolean;
	/** AN3155 Get Checksum is offered. */
	readonly checksum: boolean;
	/** Bytes a blank check reads at one place. */
	readonly sampleSize: number;
	/** Reads begin at multiples of this, or cost more; anywhere unless given. */
	readonly sampleGrid?: number;
	/** Reads that follow each other in memory take much less time than scattered ones. */
	readonly inOrder?: boolean;
}

/** What a step costs on this wire and chip. Milliseconds. */
export interface Pace {
	readonly timings: FlashTimings;
	/** For every transfer, whatever its size. */
	readonly transferMs: number;
	readonly byteMs: number;
	/** Period of the timer that answers of a few bytes wait for in a slow serial adapter; none unless given. */
	readonly timerMs?: number;
}

/** Typical and longest erase of a sector of this size; sizes between rows take the next larger row. */
export function eraseTime(
	timings: FlashTimings,
	bytes: number,
): { typicalMs: number; maximumMs: number } {
	const row = timings.erase.find((entry) => entry.size >= bytes) ?? timings.erase.at(-1);
	return row ?? timings.massErase;
}

/** Milliseconds that one mass erase saves over erasing `sectors` one by one; negative where it takes longer. */
export const massSaving = (sectors: readonly Sector[], timings: FlashTimings): number =>
	sectors.reduce((sum, { range }) => sum + eraseTime(timings, size(range)).typicalMs, 0) -
	timings.massErase.typicalMs;

/** Typical time of a step, for the estimate before and the weights of the progress during a job. */
export function cost(step: Step, pace: Pace): number {
	const { timings, transferMs, byteMs, timerMs = 0 } = pace;
	switch (step.kind) {
		case 'mass-erase':
			return transferMs + timerMs + timings.massErase.typicalMs;
		case 'erase':
			return step.sectors.reduce(
				(sum, { range }) => sum + eraseTime(timings, size(range)).typicalMs,
				transferMs + 2 * timerMs + proofReads(step.proof) * (transferMs + SAMPLE_BYTES * byteMs),
			);
		case 'blank-check':
		case 'look':
			return transferMs + size(step.range) * (step.sum ? CHECKSUM_BYTE_MS : byteMs);
		case 'write':
			return writeCost(step.data.length, pace);
		case 'verify':
		case 'confirm':
			return transferMs + step.data.length * byteMs;
		case 'checksum':
			return transferMs + step.data.length * CHECKSUM_BYTE_MS;
		case 'start':
			return transferMs;
	}
}

/** A read behind the write that brings its acknowledgement early: a frame of 9 bytes and a full packet of 62. */
const HURRY_BYTES = 71;
const HURRY_MS = 1.5;

/** On a slow adapter the write waits for the timer, or for a short read behind it, whichever is sooner. */
function writeCost(bytes: number, { timings, transferMs, byteMs, timerMs }: Pace): number {
	const { program } = timings;
	const flash = Math.ceil(bytes / program.bytes) * (program.typicalUs / 1000);
	const alone = transferMs + bytes * byteMs + flash;
	if (timerMs === undefined) return alone;
	return Math.min(Math.ceil(alone / timerMs) * timerMs, alone + HURRY_BYTES * byteMs + HURRY_MS);
}

/** Every place of a proof is read before the erase and after it. */
const proofReads = (proof: EraseProof | undefined): number =>
	proof ? 2 * [proof, ...proof.rivals].reduce((sum, { samples }) => sum + samples.length, 0) : 0;
/** Bytes of one sample on the slower wire. */
const SAMPLE_BYTES = 32;

/** The ROM's software CRC over flash: about 10 MB/s at most; measured progress corrects it. */
const CHECKSUM_BYTE_MS = 0.0001;

export const bytesOf = (step: Step): number =>
	'data' in step ? step.data.length : 'range' in step ? size(step.range) : 0;

/** CRC-32 of what each erased sector holds in `image`: one row per sector that has bytes. */
export function sectorDigests(
	sectors: readonly Sector[],
	written: readonly Segment[],
): { sector: Sector; bytes: number; crc32: number }[] {
	return sectors.flatMap((sector) => {
		let bytes = 0;
		let sum = 0;
		for (const part of written) {
			const start = Math.max(part.address, sector.range.start);
			const end = Math.min(part.address + part.data.length, sector.range.end);
			if (start >= end) continue;
			sum = crc32(part.data.subarray(start - part.address, end - part.address), sum);
			bytes += end - start;
		}
		return bytes > 0 ? [{ sector, bytes, crc32: sum }] : [];
	});
}
