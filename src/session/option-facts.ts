// What a board's option bytes say, read twice because a read carries no checksum; and its one-time bytes.
import { firstDifference } from '#core/bytes.ts';
import type { Device } from '#core/device.ts';
import { diagnostic, Failure, toFailure, type Diagnostic } from '#core/failure.ts';
import type { MemoryMap, Sector } from '#core/memory.ts';
import { protectedSectors } from '#core/option-sectors.ts';
import { readWords, type OptionBlock, type OptionLayout } from '#core/options.ts';
import { size, type Range } from '#core/range.ts';
import { optionsOf } from '#devices/options.ts';
import type { Programmer } from '#protocols/programmer.ts';

export interface OptionFacts {
	/** Undefined where the layout is not known to us with certainty: bytes are then shown raw. */
	readonly layout?: OptionLayout;
	/** Empty where nothing could be read. */
	readonly blocks: readonly OptionBlock[];
	/** Sectors that cannot be erased or written. */
	readonly guarded: readonly Sector[];
	/** What stands in the way of seeing or understanding them. */
	readonly diagnostics: readonly Diagnostic[];
}

/** At level 1 nothing is shown, whatever the chip. */
export const lockedFacts: OptionFacts = {
	blocks: [],
	guarded: [],
	diagnostics: [diagnostic('warning', 'option.locked', {})],
};

/** Larger areas are no option bytes of any chip in the catalogue. */
const MOST_BYTES = 512;

/**
 * Reads the option area of a chip that is known.
 * @throws only what ends the connection (wire.lost, an abort)
 */
export async function readOptionFacts(
	programmer: Programmer,
	{ device, memory, closed }: OptionQuestion,
	signal: AbortSignal,
): Promise<OptionFacts> {
	const layout = optionsOf(device);
	const none = (found: Diagnostic): OptionFacts => ({
		...(layout && { layout }),
		blocks: [],
		guarded: [],
		diagnostics: [found],
	});
	if (closed) return { ...lockedFacts, ...(layout && { layout }) };
	const areas = memory.filter(
		({ kind, range }) => kind === 'option-bytes' && size(range) <= MOST_BYTES,
	);
	if (areas.length === 0)
		return none(diagnostic('note', 'option.not-shown', { chip: device.name }));
	const blocks: OptionBlock[] = [];
	for (const { range } of areas) {
		const read = await readTwice(programmer, range, signal);
		if (read instanceof Failure) {
			const { message: reason } = read;
			return none(diagnostic('warning', 'option.unreadable', { address: range.start, reason }));
		}
		blocks.push({ address: range.start, bytes: read });
	}
	const unknown = diagnostic('note', 'option.not-described', { chip: device.name });
	return {
		...(layout && { layout }),
		blocks,
		guarded: layout ? protectedSectors(layout, blocks, memory) : [],
		diagnostics: layout ? inconsistencies(layout, blocks) : [unknown],
	};
}

function inconsistencies(layout: OptionLayout, blocks: readonly OptionBlock[]): Diagnostic[] {
	const odd = readWords(layout, blocks).filter(({ consistent }) => consistent === false);
	const words = odd.map(({ word }) => word.name).join(', ');
	return odd.length > 0 ? [diagnostic('warning', 'option.inconsistent', { words })] : [];
}

export interface OptionQuestion {
	readonly device: Device;
	readonly memory: MemoryMap;
	/** Readout protection is on. */
	readonly closed: boolean;
}

/** A stretch in transfers, asked until two answers in a row agree; what failed where they never do. */
export async function readTwice(
	programmer: Programmer,
	range: Range,
	signal: AbortSignal,
): Promise<Uint8Array | Failure> {
	try {
		let last = await readAll(programmer, range, signal);
		for (let attempt = 0; attempt < 3; attempt++) {
			const again = await readAll(programmer, range, signal);
			if (firstDifference(last, again) < 0) return again;
			last = again;
		}
		return new Failure('wire.stream', { reason: 'no two reads agree' });
	} catch (error) {
		const failure = toFailure(error);
		if (signal.aborted || failure.code === 'wire.lost' || failure.code === 'job.internal')
			throw error;
		await programmer.settle(signal);
		return failure;
	}
}

async function readAll(
	programmer: Programmer,
	{ start, end }: Range,
	signal: AbortSignal,
): Promise<Uint8Array> {
	const bytes = new Uint8Array(end - start);
	const { transferSize } = programmer.limits;
	for (let at = start; at < end; at += transferSize) {
		const part = { start: at, end: Math.min(end, at + transferSize) };
		bytes.set(await programmer.read(part, signal), at - start);
	}
	return bytes;
}
