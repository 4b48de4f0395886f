// A plan made into the steps that run.
import { blankChecks, CHECKSUM_SPAN } from './blank-check.ts';
import { firstOtherThan } from './bytes.ts';
import type { FlashTimings } from './device.ts';
import { eraseProof, type EraseProof } from './erase-proof.ts';
import { cutOnGrid, type Segment } from './image.ts';
import type { Region, Sector } from './memory.ts';
import type { Plan } from './plan.ts';
import { size } from './range.ts';
import { eraseTime, massSaving, type Step, type StepLimits } from './steps.ts';

/** An erase command that takes longer than this names one sector less. */
const ERASE_BATCH_MS = 500;

/** Confirm what is kept, erase, blank check, write (the vector table's block last), verify, start. */
export function compile(plan: Plan, limits: StepLimits, timings: FlashTimings): Step[] {
	const erases = eraseSteps(plan, limits, timings);
	// Full transfers stay full, and sectors begin with one.
	const writes = plan.write.flatMap((run) =>
		cutOnGrid(run, limits.transferSize).filter((part) => !isBlank(part, run.region)),
	);
	const proof = plan.write.flatMap((run) => proofSteps(run, limits));
	return [
		...plan.confirm
			.flatMap((part) => cutOnGrid(part, limits.transferSize))
			.map((part): Step => ({ kind: 'confirm', ...part })),
		...erases,
		...erases.flatMap((step) => blankChecks(step.sectors, plan, limits)),
		...vectorsLast(writes, plan).map((part): Step => ({ kind: 'write', ...part })),
		...proof,
		...(plan.start === undefined ? [] : [{ kind: 'start' as const, address: plan.start }]),
	];
}

/** A transfer of erased bytes only says what the erase has done; the proof reads it all the same. */
const isBlank = ({ data }: Segment, { eraseValue, sectors }: Region): boolean =>
	sectors.length > 0 && firstOtherThan(data, eraseValue) < 0;

/** The chip's own checksum where it is offered, else every byte read back. */
function proofSteps(run: Segment, limits: StepLimits): Step[] {
	const bySum = limits.checksum && run.address % 4 === 0 && run.data.length % 4 === 0;
	const kind = bySum ? 'checksum' : 'verify';
	const span = bySum ? CHECKSUM_SPAN : limits.transferSize;
	return cutOnGrid(run, span).map((part): Step => ({ kind, ...part }));
}

type EraseStep = Extract<Step, { kind: 'erase' | 'mass-erase' }>;

function eraseSteps(plan: Plan, limits: StepLimits, timings: FlashTimings): EraseStep[] {
	const alone = plan.wholeFlash || plan.restBlank;
	if (limits.massErase && alone && massSaving(plan.erase, timings) > 0) {
		return [{ kind: 'mass-erase', sectors: plan.erase }];
	}
	const steps: { kind: 'erase'; sectors: Sector[]; proof?: EraseProof }[] = [];
	let batchMs = 0;
	for (const sector of plan.erase) {
		const ms = eraseTime(timings, size(sector.range)).typicalMs;
		const batch = steps.at(-1);
		const proof = eraseProof(sector, plan.memory, plan.doubt, limits.sampleSize);
		const fits =
			batch &&
			!batch.proof &&
			!proof &&
			batch.sectors.length < limits.sectorsPerErase &&
			batchMs + ms <= ERASE_BATCH_MS &&
			batch.sectors[0]!.bank === sector.bank;
		if (fits) batch.sectors.push(sector);
		else steps.push({ kind: 'erase', sectors: [sector], ...(proof && { proof }) });
		batchMs = fits ? batchMs + ms : ms;
	}
	return steps;
}

/** An interrupted job must not leave a board that boots half a program. */
function vectorsLast(parts: readonly Segment[], plan: Plan): readonly Segment[] {
	const at = plan.vectors?.address ?? plan.write[0]?.address;
	const index = parts.findIndex(
		({ address, data }) => at !== undefined && address <= at && at < address + data.length,
	);
	return index < 0 ? parts : [...parts.slice(0, index), ...parts.slice(index + 1), parts[index]!];
}
