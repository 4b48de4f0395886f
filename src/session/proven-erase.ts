// One erase whose effect is not established: looked at before and after, in the sector itself and wherever else it
// might have struck.
import { firstDifference, firstOtherThan } from '#core/bytes.ts';
import type { EraseProof } from '#core/erase-proof.ts';
import { Failure } from '#core/failure.ts';
import type { Sector } from '#core/memory.ts';
import { size, type Range } from '#core/range.ts';
import type { Programmer } from '#protocols/programmer.ts';

/** A read carries no checksum: what counts is what reads the same twice. */
const READS = 4;

/**
 * Erases one sector; one that is blank already is left alone, as its erase could prove nothing.
 * @throws Failure job.wrong-sector when another sector changed, job.not-blank when nothing else did and the sector
 * still holds something.
 */
export async function provenErase(
	sector: Sector,
	proof: EraseProof,
	programmer: Programmer,
	signal: AbortSignal,
): Promise<void> {
	const look = (range: Range): Promise<Uint8Array> => steadyRead(range, programmer, signal);
	const held = await contentOf(sector, proof, programmer, signal);
	if (!held) return;
	const before: { readonly rival: Sector; readonly range: Range; readonly bytes: Uint8Array }[] =
		[];
	for (const { sector: rival, samples } of proof.rivals) {
		for (const range of samples) before.push({ rival, range, bytes: await look(range) });
	}
	await programmer.erase([sector], signal);
	for (const { rival, range, bytes } of before) {
		if (firstDifference(await look(range), bytes) < 0) continue;
		throw new Failure('job.wrong-sector', {
			sector: sector.number,
			address: sector.range.start,
			other: rival.number,
			otherAddress: rival.range.start,
		});
	}
	for (const range of [...proof.samples, held]) {
		const bytes = await look(range);
		const at = firstOtherThan(bytes, proof.value);
		if (at < 0) continue;
		throw new Failure('job.not-blank', {
			sector: sector.number,
			address: range.start + at,
			found: bytes[at]!,
			expected: proof.value,
		});
	}
}

/** A place of the sector that holds something: a sample, or whatever is found first; undefined where it is blank. */
async function contentOf(
	{ range: whole }: Sector,
	{ samples, value }: EraseProof,
	programmer: Programmer,
	signal: AbortSignal,
): Promise<Range | undefined> {
	const { transferSize } = programmer.limits;
	const blocks = Math.ceil(size(whole) / transferSize);
	const places = Array.from({ length: blocks }, (_, i) => {
		const start = whole.start + i * transferSize;
		return { start, end: Math.min(start + transferSize, whole.end) };
	});
	for (const range of [...samples, ...places]) {
		if (firstOtherThan(await programmer.read(range, signal), value) < 0) continue;
		if (firstOtherThan(await steadyRead(range, programmer, signal), value) >= 0) return range;
	}
	return undefined;
}

async function steadyRead(
	range: Range,
	programmer: Programmer,
	signal: AbortSignal,
): Promise<Uint8Array> {
	let bytes = await programmer.read(range, signal);
	for (let asked = 1; asked < READS; asked++) {
		const again = await programmer.read(range, signal);
		if (firstDifference(bytes, again) < 0) return again;
		bytes = again;
	}
	const reason = 'no two reads of one place agree';
	throw programmer.identity.transport === 'uart'
		? new Failure('wire.stream', { reason })
		: new Failure('dfu.transfer', { command: 'UPLOAD', reason });
}
