// The one loop that does things to a board: walks the steps, yields each when the board has acknowledged it.
import { BLANK_SPACING, type BlankCheck } from '#core/blank-check.ts';
import { firstDifference, firstOtherThan } from '#core/bytes.ts';
import { stm32Crc } from '#core/crc.ts';
import { Failure, isFailure } from '#core/failure.ts';
import type { Sector } from '#core/memory.ts';
import { includes, size, type Range } from '#core/range.ts';
import { readsOnTo } from '#core/read-on.ts';
import type { Step } from '#core/steps.ts';
import type { Clock } from '#ports/clock.ts';
import type { Programmer } from '#protocols/programmer.ts';
import { provenErase } from './proven-erase.ts';

export interface StepDone {
	readonly index: number;
	readonly ms: number;
	/** It was not needed any more. */
	readonly skipped?: true;
	/** What a look or verify step read. */
	readonly read?: Uint8Array;
	/** What a look was told by the chip; undefined also where the checksum it offers did not come. */
	readonly sum?: number | undefined;
	/** A start that the board did not accept: the job is still good. */
	readonly notStarted?: Failure;
}

export interface Course {
	readonly clock: Clock;
	/** Awaited before each step, so that a journal knows of it first. False: the step is not needed any more. */
	readonly begin: (step: Step, index: number) => Promise<boolean>;
}

/**
 * Runs exactly these steps. Ends early only by throwing: a Failure, or the signal's reason between two frames.
 * Nothing is retried here; the programmer retries what is safe to retry.
 */
export async function* run(
	steps: readonly Step[],
	programmer: Programmer,
	{ clock, begin }: Course,
	signal: AbortSignal,
): AsyncGenerator<StepDone> {
	for (const [index, step] of steps.entries()) {
		signal.throwIfAborted();
		const begun = clock.now();
		if (!(await begin(step, index))) {
			yield { index, ms: 0, skipped: true };
			continue;
		}
		const result = await perform(step, readsOnTo(steps, index), programmer, signal);
		yield { index, ms: clock.now() - begun, ...result };
	}
}

/** A read of the step may go on up to `until`. */
async function perform(
	step: Step,
	until: number,
	programmer: Programmer,
	signal: AbortSignal,
): Promise<Partial<StepDone>> {
	switch (step.kind) {
		case 'mass-erase':
			await programmer.massErase(signal);
			return {};
		case 'erase':
			if (step.proof) await provenErase(step.sectors[0]!, step.proof, programmer, signal);
			else await programmer.erase(step.sectors, signal);
			return {};
		case 'look':
			if (step.sum) return { sum: await checksum(step.range, programmer, signal) };
			return { read: await programmer.read(step.range, signal, until) };
		case 'confirm':
			await confirm(step, until, programmer, signal);
			return {};
		case 'blank-check':
			await blankCheck(step, until, programmer, signal);
			return {};
		case 'write':
			await programmer.write(step.address, step.data, signal);
			return {};
		case 'verify':
			return { read: await verify(step, until, programmer, signal) };
		case 'checksum':
			return await verifyBySum(step, programmer, signal);
		case 'start':
			return await start(step.address, programmer, signal);
	}
}

async function blankCheck(
	step: BlankCheck,
	until: number,
	programmer: Programmer,
	signal: AbortSignal,
): Promise<void> {
	const { range, sector, value, sum } = step;
	if (sum) {
		await blankBySum(step, sum, programmer, signal);
		return;
	}
	let at = firstOtherThan(await programmer.read(range, signal, until), value);
	if (at < 0) return;
	// A read carries no checksum: one disturbed on the line is asked again before the flash is blamed.
	const bytes = await programmer.read(range, signal);
	at = firstOtherThan(bytes, value);
	if (at < 0) return;
	throw new Failure('job.not-blank', {
		sector: sector.number,
		address: range.start + at,
		found: bytes[at]!,
		expected: value,
	});
}

/** As `verifyBySum`. Where the ROM does not give the sum it offers, a place in every stretch is read instead. */
async function blankBySum(
	{ kind, range, value, sector: first }: BlankCheck,
	sectors: readonly Sector[],
	programmer: Programmer,
	signal: AbortSignal,
): Promise<void> {
	const sum = await checksum(range, programmer, signal);
	if (sum === stm32Crc(new Uint8Array(size(range)).fill(value))) return;
	const { transferSize, sampleSize } = programmer.limits;
	const [stride, length] =
		sum === undefined ? [BLANK_SPACING, sampleSize] : [transferSize, transferSize];
	for (let start = range.start; start < range.end; start += stride) {
		const part = { start, end: Math.min(start + length, range.end) };
		const sector = sectors.find((one) => includes(one.range, start)) ?? first;
		await blankCheck({ kind, range: part, sector, value }, part.end, programmer, signal);
	}
}

interface Expected {
	readonly address: number;
	readonly data: Uint8Array;
}

async function verify(
	{ address, data }: Expected,
	until: number,
	programmer: Programmer,
	signal: AbortSignal,
): Promise<Uint8Array> {
	const range = { start: address, end: address + data.length };
	let read = await programmer.read(range, signal, until);
	if (firstDifference(read, data) < 0) return read;
	// As above: the line is asked again before the flash is blamed.
	read = await programmer.read(range, signal);
	const at = firstDifference(read, data);
	if (at < 0) return read;
	const values = { address: address + at, found: read[at] ?? 0, expected: data[at] ?? 0 };
	throw new Failure('job.mismatch', values);
}

/** What is kept is written back as it was read: a read that comes out otherwise stops the job while nothing is lost. */
async function confirm(
	{ address, data }: Expected,
	until: number,
	programmer: Programmer,
	signal: AbortSignal,
): Promise<void> {
	const range = { start: address, end: address + data.length };
	let read = await programmer.read(range, signal, until);
	if (firstDifference(read, data) < 0) return;
	// As above: this read may have been the disturbed one.
	read = await programmer.read(range, signal);
	const at = firstDifference(read, data);
	if (at < 0) return;
	const values = { address: address + at, first: data[at] ?? 0, second: read[at] ?? 0 };
	throw new Failure('job.unsteady', values);
}

/** The chip's own checksum; where that does not work after all, or differs, the bytes themselves decide. */
async function verifyBySum(
	{ address, data }: Expected,
	programmer: Programmer,
	signal: AbortSignal,
): Promise<Partial<StepDone>> {
	const range = { start: address, end: address + data.length };
	if ((await checksum(range, programmer, signal)) === stm32Crc(data)) return { read: data };
	const { transferSize } = programmer.limits;
	for (let offset = 0; offset < data.length; offset += transferSize) {
		const part = data.subarray(offset, offset + transferSize);
		const end = address + data.length;
		await verify({ address: address + offset, data: part }, end, programmer, signal);
	}
	return { read: data };
}

/** Undefined where the ROM does not give the sum it offers. */
async function checksum(
	range: Range,
	programmer: Programmer,
	signal: AbortSignal,
): Promise<number | undefined> {
	try {
		return await programmer.checksum(range, signal);
	} catch (error) {
		if (signal.aborted || !(error instanceof Failure) || error.code === 'wire.lost') throw error;
		await programmer.settle(signal);
		return undefined;
	}
}

async function start(
	address: number,
	programmer: Programmer,
	signal: AbortSignal,
): Promise<Partial<StepDone>> {
	try {
		await programmer.leave(address, signal);
		return {};
	} catch (error) {
		// A plain DFU bootloader programs the file only now: a refusal is the job's, not the start's.
		if (signal.aborted || !isFailure(error) || !programmer.limits.addressed) throw error;
		return { notStarted: error };
	}
}
